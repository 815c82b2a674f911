"""The embedded engine: a GroqCloud-compatible server for the laptop, with small real models.

It is a process of its own (``manage.py engine``), listens on the loopback address only, needs no database and
no network, and speaks the wire format of the API description for models, chat completions, responses, transcription,
translation and speech. The rest of the product knows it only by its base URL and key, like any other connection.
``child.Child`` runs it beside an app.
"""
