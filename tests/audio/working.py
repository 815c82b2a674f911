"""The worker, as a thread of the test: it does what waits, one after another."""

import threading
from contextlib import contextmanager

from django.db import connections

from apps.audio.models import Speech
from apps.audio.runs import speaking
from tests.waiting import join


@contextmanager
def speaker():
    over = threading.Event()

    def work():
        try:
            while not over.wait(0.05):
                for speech in Speech.waiting().order_by("created_at"):
                    speaking.play(speech.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    try:
        yield
    finally:
        over.set()
        for speech in Speech.objects.all():
            speech.stop()
        join(thread)
