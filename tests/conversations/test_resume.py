"""Whoever comes, goes, loses or doubles frames sees the same words: snapshot and frames together are the stored row."""

import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.conversations.runs import player
from apps.core import markdown
from apps.core.markdown.limits import limits
from apps.groq import body
from tests.reader import Page
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

MARKUP = [
    "# Head",
    "\n",
    "\n\n",
    "- item",
    "```python\n",
    "x = '<b>'\n",
    "```",
    "**bold**",
    " | a | b |\n|--|--|\n",
    "$x^2$",
    "<img src=x>",
]
WORDS = ["word ", "and ", "émile ", "日本 ", "👩‍👩‍👧 ", "1. ", "> ", "\t", " "]
PIECES = st.lists(st.sampled_from(MARKUP + WORDS), min_size=1, max_size=60)


@pytest.fixture(autouse=True)
def all_the_time_there_is(monkeypatch):
    """How a block is drawn must not depend on how long this machine takes for it (its collector may run meanwhile)."""
    monkeypatch.setattr(limits, "seconds", 60)
    monkeypatch.setattr(limits, "grace", 60)


class Moments:
    """Every picture that may be on a screen while the pieces arrive, in order."""

    def __init__(self, pieces):
        live, self.order = markdown.Live(), {}
        self.see(live, 0)
        for number, piece in enumerate(pieces, 1):
            live.feed(piece)
            self.see(live, number)
        self.last = live.html, live.tail, live.tail_lang if live.tail_kind == "code" else None
        live.finish()
        # Who comes while the end is being saved sees it all drawn already.
        self.see(live, len(pieces) + 1)
        self.html = live.html

    def see(self, live, number):
        self.order[live.html, live.tail, live.tail_lang if live.tail_kind == "code" else None] = number

    def place(self, page):
        """How far the page is; fails for a picture that never was."""
        return self.order[page.blocks, page.tail, page.code]


class Watcher:
    """A page on a bad line: it loses sockets, and its frames come lost, doubled and out of order."""

    def __init__(self, person, message, moments, chance, leaves=0.0, forgets=0.0, mangles=0.0):
        self.person, self.moments, self.chance = person, moments, chance
        self.topic = f"message:{message.pk}"
        self.leaves, self.forgets, self.mangles = leaves, forgets, mangles
        self.page, self.at, self.left, self.kept = Page(self.topic), 0, 0, []

    def watch(self, until):
        """Read until ``until(page)``, over as many sockets as it takes."""
        end = time.monotonic() + 30
        while not until(self.page):
            assert time.monotonic() < end, vars(self.page)
            with self.person.socket() as live:
                live.socket.send(self.page.ask())
                # The very last frame may have been lost: no number after it tells.
                with suppress(TimeoutError):
                    while not until(self.page):
                        for frame in self.mangled(json.loads(live.socket.recv(timeout=0.4))):
                            self.show(frame, live)
                        if self.chance.random() < self.leaves:
                            break
            self.left += 1
            if self.chance.random() < self.forgets:
                self.page, self.at = Page(self.topic), 0
        return self.page

    def mangled(self, frame):
        luck = self.chance.random()
        # The first and the last frame are whole pictures: nothing is built on sand.
        if "snapshot" in frame or "final" in frame or luck > self.mangles:
            held, self.kept = self.kept, []
            return [frame, *held]
        if luck < self.mangles / 3:
            return []
        if luck < self.mangles * 2 / 3:
            return [frame, frame]
        self.kept.append(frame)
        return []

    def show(self, frame, live):
        if self.page.receive(frame):
            live.socket.send(self.page.ask())
        if not (self.page.stale or self.page.over):
            place = self.moments.place(self.page)
            assert place >= self.at, "the text went backwards"
            self.at = place


def picture(page):
    return page.blocks, page.tail, page.code


@given(pieces=PIECES, seed=st.integers(0, 2**32))
@settings(
    max_examples=15,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_snapshot_and_frames_are_the_stored_row(server, alice, monkeypatch, pieces, seed):
    monkeypatch.setattr(player, "FRAME", 0.001)
    moments, chance = Moments(pieces), random.Random(seed)
    server.upstream.says(pieces, rate=1500, hang=True)
    message = alice.ask()
    watcher = Watcher(alice, message, moments, chance, leaves=0.1, forgets=0.3, mangles=0.3)
    try:
        watcher.watch(lambda page: picture(page) == moments.last)
    finally:
        server.upstream.resumes()
    watcher.watch(lambda page: page.over)
    stored = alice.finish(message)
    assert stored.text == "".join(pieces)
    assert stored.html == moments.html
    assert watcher.page.state == stored.run.state == "complete"
    assert stored.html in watcher.page.final
    assert watcher.page.final in alice.get(f"/c/{stored.conversation_id}/").text


def test_two_hundred_lost_connections_lose_and_double_nothing(server, alice, bob, monkeypatch):
    monkeypatch.setattr(player, "FRAME", 0.01)
    words = [f"w{number} " if number % 12 else f"w{number}\n\n" for number in range(1, 5000)]
    moments = Moments(words)
    server.upstream.says(words, rate=300)
    message = alice.ask()

    def visit(number):
        watcher = Watcher([alice, bob][number % 2], message, moments, random.Random(number), leaves=0.6, forgets=0.5, mangles=0.02)
        watcher.watch(lambda page: watcher.left >= 25)
        return watcher

    with ThreadPoolExecutor(8) as threads:
        watchers = list(threads.map(visit, range(8)))
        alice.post(f"/c/{message.conversation_id}/stop/")
        pages = list(threads.map(lambda watcher: watcher.watch(lambda page: page.over), watchers))
    assert sum(watcher.left for watcher in watchers) >= 200
    stored = alice.finish(message)
    whole = "".join(words)
    assert whole.startswith(stored.text) and len(stored.text) > 100
    assert {page.final for page in pages} == {pages[0].final}
    assert stored.html in pages[0].final
    assert "".join(re.sub(r"<[^>]+>", "", stored.html).split()) == "".join(stored.text.split())


def even(piece, size=400):
    """A chunk of exactly this many bytes."""
    bare = chunks.chunk({"content": piece}, pad="")
    return chunks.chunk({"content": piece}, pad="x" * (size - len(bare)))


def test_text_that_is_not_shown_yet_is_in_the_snapshot_only(server, alice, monkeypatch):
    """Reads that fill their buffer look like more is waiting: their text is held back for a frame, and a page may come then."""
    monkeypatch.setattr(player, "FRAME", 0.6)
    monkeypatch.setattr(body, "READ", 400)
    moments = Moments(["one ", "two ", "three ", "four "])
    held = b"".join(even(piece) for piece in ["one ", "two ", "three "])
    server.upstream.sends(held, chunks.chunk({"content": "four "}), pause=0.3, end="hang")
    message = alice.ask()
    watcher = Watcher(alice, message, moments, random.Random(0))
    watcher.watch(lambda page: page.tail)
    # On a busy machine the page may come after the fourth word, but never before it between two pictures.
    assert watcher.page.tail in ("one two three ", "one two three four ")
    watcher.watch(lambda page: picture(page) == moments.last)


def test_held_back_text_is_shown_though_nothing_follows(server, alice, monkeypatch):
    monkeypatch.setattr(body, "READ", 400)
    moments = Moments(["one ", "two ", "three "])
    server.upstream.sends(chunks.chunk({"content": "one "}), even("two ") + even("three "), pause=0.4, end="hang")
    message = alice.ask()
    with alice.socket() as live:
        page = Page(f"message:{message.pk}")
        live.socket.send(page.ask())
        while picture(page) != moments.last:
            page.receive(live.read())
    assert page.snapshots == 1 and page.frames >= 2
