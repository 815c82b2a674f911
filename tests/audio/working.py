"""The worker in a thread of the test: what is asked for on a page is done as it is in the product."""

import threading
from contextlib import contextmanager

from apps.audio.runs.working import Working
from tests.waiting import join


@contextmanager
def worker():
    working = Working(poll=0.02)
    thread = threading.Thread(target=working.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        working.leave()
        join(thread)
