"""Models that come when they are needed: one job at a time, in order, gone after a while. The model is a list here."""

import asyncio
import contextlib
import threading

import pytest

from apps.engine.refusal import Refusal
from apps.engine.resident import Resident
from apps.engine.weights import WeightsError


class Shelf:
    """What is loaded and let go of, and the job that can be held at each step."""

    def __init__(self, idle=600.0, places=1):
        self.loads, self.steps = 0, []
        self.begun, self.gone = threading.Event(), threading.Event()
        self.resident = Resident("shelf", self.load, self.let_go, idle, places)

    def load(self):
        self.loads += 1
        return self

    def let_go(self, thing):
        assert thing is self
        self.gone.set()

    def job(self, name, steps=3, hold=None):
        def job(thing):
            try:
                for number in range(steps):
                    self.steps.append(f"{name}{number}")
                    self.begun.set()
                    yield number
                    if hold:
                        assert hold.wait(10)
            finally:
                self.steps.append(f"{name}.")

        return job

    async def run(self, *arguments):
        return [item async for item in self.resident.work(self.job(*arguments))]


async def test_it_is_loaded_at_first_use_and_stays():
    shelf = Shelf()
    assert not shelf.resident.loaded
    assert await shelf.run("a") == [0, 1, 2]
    assert await shelf.run("b", 1) == [0]
    assert shelf.loads == 1
    assert shelf.resident.loaded


async def test_it_is_let_go_of_when_nobody_came_for_a_while_and_loaded_again_for_the_next():
    shelf = Shelf(idle=0)
    await shelf.run("a")
    assert await asyncio.to_thread(shelf.gone.wait, 10)
    await shelf.run("b")
    assert shelf.loads == 2


async def test_a_job_in_time_keeps_it():
    shelf = Shelf(idle=0)
    for name in "abc":
        # Between two jobs the loop does not run, so no timer does.
        await shelf.run(name)
    assert shelf.loads == 1


async def test_jobs_are_done_one_after_the_other_in_the_order_of_asking():
    shelf = Shelf()
    await asyncio.gather(*(shelf.run(name) for name in "abcd"))
    assert "".join(shelf.steps) == "".join(f"{name}0{name}1{name}2{name}." for name in "abcd")


async def test_two_places_are_two_jobs_at_once_and_one_loading():
    shelf, hold = Shelf(places=2), threading.Event()
    first = asyncio.create_task(shelf.run("a", 1, hold))
    assert await asyncio.to_thread(shelf.begun.wait, 10)
    second, third = (asyncio.create_task(shelf.run(name, 2)) for name in "bc")
    # Both are done in the other place while the first goes on.
    assert await second == await third == [0, 1]
    hold.set()
    assert await first == [0]
    assert shelf.steps == ["a0", "b0", "b1", "b.", "c0", "c1", "c.", "a."]
    assert shelf.loads == 1


async def test_it_is_not_let_go_of_while_another_place_uses_it():
    shelf, hold = Shelf(idle=0, places=2), threading.Event()
    first = asyncio.create_task(shelf.run("a", 1, hold))
    assert await asyncio.to_thread(shelf.begun.wait, 10)
    await shelf.run("b")
    assert not await asyncio.to_thread(shelf.gone.wait, 0.2)
    hold.set()
    await first
    assert await asyncio.to_thread(shelf.gone.wait, 10)
    assert not shelf.resident.loaded
    assert shelf.loads == 1


async def test_a_job_that_nobody_waits_for_ends_at_its_next_step_and_the_next_begins():
    shelf, hold = Shelf(), threading.Event()
    task = asyncio.create_task(shelf.run("a", 1000, hold))
    assert await asyncio.to_thread(shelf.begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = asyncio.create_task(shelf.run("b", 1))
    hold.set()
    assert await after == [0]
    ended = shelf.steps.index("a.")
    assert shelf.steps[ended:] == ["a.", "b0", "b."]
    assert ended <= 2


async def test_who_goes_while_waiting_is_not_served():
    shelf, hold = Shelf(), threading.Event()
    first = asyncio.create_task(shelf.run("a", 1, hold))
    assert await asyncio.to_thread(shelf.begun.wait, 10)
    waiting = asyncio.create_task(shelf.run("b"))
    await asyncio.sleep(0)
    waiting.cancel()
    last = asyncio.create_task(shelf.run("c", 1))
    hold.set()
    await asyncio.gather(first, last)
    assert shelf.steps == ["a0", "a.", "c0", "c."]
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


async def test_what_cannot_be_loaded_says_why_and_is_tried_again():
    def load():
        raise WeightsError("The file is gone.")

    resident = Resident("lost", load)
    for _ in range(2):
        with pytest.raises(Refusal, match="The file is gone") as refused:
            async for _ in resident.work(lambda thing: iter(())):
                pass
        assert refused.value.status == 503


async def test_a_job_that_fails_leaves_the_turn_to_the_next():
    shelf = Shelf()

    def job(thing):
        yield 1
        raise Refusal(400, "No.")

    with pytest.raises(Refusal):
        async for _ in shelf.resident.work(job):
            pass
    assert await shelf.run("b", 1) == [0]
