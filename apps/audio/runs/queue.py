"""Puts jobs into the queue, once what they are about is saved."""

from django.db import transaction

from apps.audio.runs import tasks


def begin_speech(speech):
    transaction.on_commit(lambda: tasks.speak.enqueue(speech.pk))
