"""The common beat until which runs rest: waking the process for one of them costs as much as for twenty.

Several phases of the beat keep the twenty from waiting for one another.
"""

import asyncio
import itertools
import math
import time

PHASES = 4

_phases = itertools.cycle(range(PHASES))
# What waits for each beat, by its moment. One timer serves all of them.
_waiting: dict[float, list[asyncio.Future]] = {}


def new_phase():
    """The place of a run among the others, as a part of a beat."""
    return next(_phases) / PHASES


def next_beat(phase, length):
    """A future for the next beat of this phase that is a quarter of a beat of ``length`` seconds away or more."""
    loop, now = asyncio.get_running_loop(), time.monotonic()
    at = (math.ceil(now / length + 0.25 - phase) + phase) * length
    waiting = _waiting.get(at)
    if waiting is None:
        waiting = _waiting[at] = []
        loop.call_later(at - now, strike, at)
    beat = loop.create_future()
    waiting.append(beat)
    return beat


def strike(at):
    for beat in _waiting.pop(at, ()):
        if not beat.done():
            beat.set_result(None)
