"""Waiting for what happens on another thread or in another process, without guessing how long it takes, and never for ever."""

import threading
import time
from contextlib import contextmanager


def until(condition, seconds=10):
    """The first true value of the condition; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@contextmanager
def limited(process, seconds=30):
    """What is read from the process inside comes to an end, because the process does after so long."""
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def join(*threads, seconds=30):
    """The threads have ended; fails when that takes longer."""
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
        assert not thread.is_alive(), f"{thread.name} goes on"
