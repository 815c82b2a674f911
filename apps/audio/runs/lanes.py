"""How many requests for pieces go out at the same time, whichever jobs they belong to, and when none may.

The limits are those of the one key that all jobs of this process use; each job has an event loop of its own.
"""

import asyncio
import contextlib
import threading
import time

from django.conf import settings

from apps.audio.runs import cutting
from apps.core import connection

# Seconds between two looks whether it is our turn.
LOOK_EVERY = 0.05

_changing = threading.Lock()
_busy = 0
_paused_until = 0.0


@contextlib.asynccontextmanager
async def turn():
    """Wait for a lane, and for the end of a pause that the API has asked for."""
    global _busy
    while not _enter():  # noqa: ASYNC110 - whoever has it is on another loop
        await asyncio.sleep(LOOK_EVERY)
    try:
        yield
    finally:
        with _changing:
            _busy -= 1


def pause(retry):
    """``on_retry`` of the client: where a limit is reached, nobody else asks until then either."""
    global _paused_until
    if retry.error.status == 429:
        with _changing:
            _paused_until = max(_paused_until, time.monotonic() + retry.delay)


def _enter():
    global _busy
    with _changing:
        free = _busy < cutting.at_once() and time.monotonic() >= _paused_until
        _busy += free
        return free


def patience(seconds):
    """Seconds to wait for the answer about so much sound: the engine may have others to do before."""
    return settings.GROQ_FIRST_BYTE_TIMEOUT + seconds * (0.5 if connection.configured() else 4)
