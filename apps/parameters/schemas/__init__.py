"""JSON schemas: what is wrong with one, what an answer breaks of it, and ways to make one.

Schemas and answers come from people and models: nothing here follows a reference out of the schema, tries a pattern
that could take for ever, or works longer than ``fitting.limits`` allow.
"""
