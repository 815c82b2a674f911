"""Waiting for what happens on another thread, without guessing how long it takes."""

import time


def until(condition, seconds=10):
    """The first true value of the condition; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")
