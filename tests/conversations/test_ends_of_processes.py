"""The process is asked to end, or is killed, while twenty answers are written: what had arrived is kept, nothing spins."""

import itertools
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from apps.conversations.views.pages import NEW
from apps.core import ids
from tests.outside import Database, Reading, Visitor, start
from tests.people import NO_TLS
from tests.upstream import Script, chunks

STREAMS = 20
# Two thousand characters a second.
RATE, WORD = 40, "a word of fifty characters, which is a long one …\n\n"
END = [chunks.chunk({}, finish="stop"), chunks.event("[DONE]")]


@pytest.fixture
def folder(tmp_path):
    """One that is not there yet."""
    return tmp_path / "data"


class Speaker:
    """Answers at a steady rate, and knows when it sent which word of which answer."""

    def __init__(self, upstream, length):
        self.sent = {}
        upstream.default = lambda request: Script(lambda exchange: self.speak(exchange, length(request.text)))

    async def speak(self, exchange, words):
        await exchange.start(200, {"content-type": "text/event-stream"})
        times = self.sent[exchange.request.text] = []
        for _ in range(words):
            await exchange.pace([b"", chunks.chunk({"content": WORD})], RATE)
            times.append(time.monotonic())
        await exchange.send(b"".join(END))
        await exchange.end()

    def until(self, moment):
        """{question: words sent by then}"""
        return {question: sum(at <= moment for at in times) for question, times in self.sent.items()}


def begin(visitor, spread=0.0):
    """Twenty questions, asked within ``spread`` seconds: [(conversation, message)]."""
    chance = random.Random(spread)

    def one(number):
        time.sleep(chance.random() * spread)
        return visitor.ask(f"Question {number}")

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(STREAMS)))


def answers(database):
    """{question: (text, state)}"""
    rows = database.ask(
        "SELECT q.text, a.text, r.state FROM conversations_message a JOIN conversations_message q ON a.parent_id = q.id"
        " JOIN conversations_run r ON r.message_id = a.id"
    )
    return {question: (text, state) for question, text, state in rows}


def test_asked_to_end_it_says_so_and_keeps_every_byte(folder, upstream_thread):
    speaker = Speaker(upstream_thread, lambda question: 100 if question == "Question 3" else 4000)
    with start(folder, upstream_thread) as up, Visitor(up) as visitor:
        turns = begin(visitor)
        readings = [Reading(visitor, message) for _, message in turns[:8]]
        upstream_thread.wait_asked(STREAMS)
        for reading in readings:
            reading.begun.wait(10)
        up.process.send_signal(signal.SIGTERM)
        for reading in readings:
            reading.join(10)
            assert reading.code == 1012
        # Whoever asks whether it is ready hears no more, though it still writes what can be written.
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{up.url}/health", verify=NO_TLS)
        assert up.process.poll() is None
        # Seconds to come to an end, then what is left is saved as it is: the answers would take minutes.
        assert up.process.wait(20) == 0
    found = answers(Database(folder))
    assert found.pop("Question 3") == (WORD * 100, "complete")
    assert {state for _, state in found.values()} == {"interrupted"}
    left = {request.text: request.left_at for request in upstream_thread.requests if request.json}
    for question, (text, _) in found.items():
        # To the last word, but for what was still on its way.
        assert text == WORD * text.count(WORD)
        assert text.count(WORD) >= speaker.until(left[question] - 0.3)[question]


def test_killed_it_loses_half_a_second_at_most_and_nothing_spins(folder, upstream_thread):
    speaker = Speaker(upstream_thread, lambda question: 4000)
    with start(folder, upstream_thread) as up, Visitor(up) as visitor:
        begin(visitor, spread=1.0)
        upstream_thread.wait_asked(STREAMS)
        time.sleep(0.6)
        sent = speaker.until(time.monotonic())
        up.process.kill()
        up.process.wait(5)
    database = Database(folder)
    with start(folder, upstream_thread) as up:
        assert set(database.until_ended(within=5).values()) == {"interrupted"}
        for question, (text, _) in answers(database).items():
            # Half a second of the stream or two kilobytes.
            assert text == WORD * text.count(WORD)
            assert (sent.get(question, 0) - text.count(WORD)) * len(WORD) <= 2048
        with visitor.moves(up):
            conversation = database.ask("SELECT id FROM conversations_conversation LIMIT 1")[0][0]
            page = visitor.get(f"/c/{conversation}/", headers={"HX-Request": "false"}).text
    assert "The server that wrote this answer was stopped." in page
    assert ">Retry<" in page and "<message-stream" not in page
    assert len(speaker.sent) == STREAMS


def test_what_was_acknowledged_survives_being_killed(folder, upstream_thread, settings):
    """Three times, in the middle of eight people's sends."""
    upstream_thread.default = lambda request: "Yes."
    acknowledged, visitor = [], None
    for attempt in range(3):
        with start(folder, upstream_thread, PLAYGROUND_SECRET_KEY=settings.SECRET_KEY) as up:
            visitor = visitor.moves(up) if visitor else Visitor(up)
            with visitor:
                most = len(acknowledged) + random.Random(attempt).randint(340, 380)
                team = Database(folder).ask("SELECT id FROM accounts_team")[0][0]
                send_until_killed(up, visitor, attempt, team, acknowledged, most)
            up.process.wait(5)
    kept = set(Database(folder).texts().values())
    assert len(acknowledged) >= 1000
    assert [text for text in acknowledged if text not in kept] == []
    with start(folder, upstream_thread):
        assert set(Database(folder).until_ended(within=5).values()) <= {"complete", "interrupted"}


def send_until_killed(up, visitor, attempt, team, acknowledged, most):
    def send(number):
        for count in itertools.count():
            text = f"{attempt}-{number}-{count}"
            conversation = ids.new()
            try:
                answer = visitor.send(text, conversation, new=NEW.sign_object([conversation, 1, team]))
            except httpx.HTTPError:
                return
            assert answer.status_code == 200, answer.text
            acknowledged.append(text)
            if len(acknowledged) >= most:
                up.process.kill()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, range(8)))
