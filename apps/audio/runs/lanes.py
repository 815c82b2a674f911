"""How many requests for pieces go out at the same time, whichever jobs they belong to, and when none may.

The limits are those of the one key that all jobs of this process use; each job has an event loop of its own. Teams take turns.
"""

import asyncio
import contextlib
import itertools
import threading
import time
from collections import Counter

from django.conf import settings

from apps.audio.runs import cutting
from apps.core import connection

# Seconds between two looks whether it is our turn.
LOOK_EVERY = 0.05

_changing = threading.Lock()
# {ticket: team} of those who wait; lanes that teams have; when they were last given one.
_waiting: dict[int, object] = {}
_busy: Counter = Counter()
_served: dict[object, int] = {}
_tickets = itertools.count(1)
_paused_until = 0.0


@contextlib.asynccontextmanager
async def turn(team):
    """Wait for a lane, and for the end of a pause that the API has asked for."""
    with _changing:
        ticket = next(_tickets)
        _waiting[ticket] = team
    try:
        while not _enter(ticket):  # noqa: ASYNC110 - whoever has it is on another loop
            await asyncio.sleep(LOOK_EVERY)
    except BaseException:
        with _changing:
            _waiting.pop(ticket, None)
        raise
    try:
        yield
    finally:
        with _changing:
            _busy[team] -= 1


def pause(retry):
    """``on_retry`` of the client: where a limit is reached, nobody else asks until then either."""
    global _paused_until
    if retry.error.status == 429:
        with _changing:
            _paused_until = max(_paused_until, time.monotonic() + retry.delay)


def _enter(ticket):
    with _changing:
        if _busy.total() >= cutting.at_once() or time.monotonic() < _paused_until:
            return False
        # The team with the fewest lanes, then the one that was served longest ago, then in order.
        if ticket != min(_waiting, key=lambda one: (_busy[_waiting[one]], _served.get(_waiting[one], 0), one)):
            return False
        team = _waiting.pop(ticket)
        _busy[team] += 1
        _served[team] = next(_tickets)
        return True


def patience(seconds):
    """Seconds to wait for the answer about so much sound: the engine may have others to do before."""
    return settings.GROQ_FIRST_BYTE_TIMEOUT + seconds * (0.5 if connection.configured() else 4)
