"""What is large and not always needed: loaded at first use, used by a few jobs at a time, let go of when nobody comes."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from apps.engine.refusal import Refusal
from apps.engine.weights import WeightsError

logger = logging.getLogger(__name__)
END = object()


@dataclass(frozen=True)
class Limits:
    """What the two audio models keep to."""

    idle: float = 600.0  # seconds after the last job until a model leaves the memory
    characters: int = 10_000  # of one text to be spoken


class Resident:
    """``async for item in resident.work(job)``: what the generator function ``job(thing)`` yields, run in a thread.

    ``load()`` makes the thing and raises ``WeightsError`` when it cannot; ``let_go(thing)`` ends it. At most ``places`` jobs are
    at work; they come to their turn in the order they were asked for. Closing the iterator ends a job at its next step, before
    the next job in its place begins.
    """

    def __init__(self, name, load, let_go=lambda thing: None, idle=Limits.idle, places=1):
        self._name, self._load, self._let_go, self._idle = name, load, let_go, idle
        # Each place has a thread of its own: what is given to it comes after what it is doing.
        self._hands = [ThreadPoolExecutor(1, thread_name_prefix=name, initializer=step_back) for _ in range(places)]
        self._free = deque(self._hands)
        self._turn = asyncio.Semaphore(places)  # first come, first served
        self._leaving = None  # the timer that ends the stay
        self._changing = threading.Lock()
        self._users = 0
        self._thing = None

    @property
    def loaded(self):
        return self._thing is not None

    async def work(self, job):
        async with self._turn:
            hand, steps = self._free.popleft(), None
            try:
                steps = job(await step(hand, self._get))
                while (item := await step(hand, next, steps, END)) is not END:
                    yield item
            except WeightsError as error:
                raise Refusal(503, f"The model could not be loaded. {error}", code="model_not_loaded") from error
            finally:
                # Cancelled, the thread may still be in a step; what is given to it now comes after.
                hand.submit(self._done, steps)
                self._free.append(hand)
                if self._leaving:
                    self._leaving.cancel()
                self._leaving = asyncio.get_running_loop().call_later(self._idle, self.leave)

    def leave(self):
        """Let go as soon as nobody uses it; the next job loads again."""
        for hand in self._hands:
            hand.submit(self._end)

    def _get(self):
        with self._changing:
            self._users += 1
            if self._thing is None:
                self._thing = self._load()
                give_back()
                logger.info("%s is loaded", self._name)
            return self._thing

    def _done(self, steps):
        try:
            if steps is not None:
                steps.close()
        finally:
            with self._changing:
                self._users -= 1

    def _end(self):
        with self._changing:
            if self._thing is None or self._users:
                return
            thing, self._thing = self._thing, None
            self._let_go(thing)
            del thing
            give_back()
            logger.info("%s is let go of", self._name)


async def step(hand, function, *arguments):
    # Shielded, as a step that has begun cannot be taken back.
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(hand, function, *arguments))


def step_back():
    """Let whoever reads along go first: a recording can wait, the words of a chat are being watched.

    On Linux a thread has a priority of its own, which the threads and processes that it starts get, too.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


def give_back():
    """Return to the system what is free; left to itself glibc keeps a quarter of a gigabyte for the next time."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # musl has no such function
            ctypes.CDLL(None).malloc_trim(0)
