"""What one socket may bring and take: nonsense, floods, readers that do not read, and too many of them."""

import json
import select
import time
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from apps.conversations.runs import control
from apps.live import hub, outbox, pulse
from tests.live import raw
from tests.live.test_doors import closed
from tests.reader import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_no_object_closes_the_socket(server, alice):
    for frame in ("", "not json", "[]", "42", '"watch"', "null", "NaN", "[" * 5000, b"\x00\xff", b'{"ping": 1}'):
        with alice.socket() as socket:
            socket.socket.send(frame)
            assert closed(socket) == 1008, frame


def test_a_frame_of_more_than_a_mebibyte_closes_the_socket(server, alice):
    with alice.socket() as socket:
        socket.socket.send('{"ping": "' + "x" * (1024 * 1024 - 100) + '"}')
        socket.until(lambda frame: frame.get("pong"))
        try:
            socket.socket.send('{"ping": "' + "x" * 1024 * 1024 + '"}')
        except ConnectionClosed:
            pass
        assert closed(socket) == 1009


def test_twenty_sockets_a_person_and_no_more(server, alice, bob):
    with ExitStack() as stack:
        sockets = [stack.enter_context(alice.socket()) for _ in range(pulse.MOST_SOCKETS)]
        for socket in sockets:
            socket.settle()
        with alice.socket() as one_more:
            assert closed(one_more) == 4429
        # Others are not concerned, and one that is closed makes room.
        with bob.socket() as other:
            other.settle()
        sockets[0].socket.close()
        until = time.monotonic() + 5
        while len(pulse._sockets) > pulse.MOST_SOCKETS - 1:
            assert time.monotonic() < until
            time.sleep(0.01)
        with alice.socket() as one_more:
            one_more.settle()


def test_whoever_is_not_signed_in_is_told_so(server, alice):
    """A browser cannot read the status of a refused handshake: only a code tells it not to come again."""
    alice.session = "nobody"
    with alice.socket() as socket:
        assert closed(socket) == 4401


def test_watching_without_end_is_bounded(server, alice):
    message = alice.finish(alice.ask())
    conversations = [message.conversation_id, *(alice.finish(alice.ask()).conversation_id for _ in range(2))]
    with alice.socket() as socket:
        for _ in range(3):
            for pk in conversations:
                socket.watch(f"conversation:{pk}")
        socket.settle()
        assert len(hub.watched()) == 3
        for pk in conversations:
            socket.say(unwatch=f"conversation:{pk}")
        socket.settle()
        assert hub.watched() == []


def test_a_reader_that_does_not_read_costs_little_and_sees_the_truth_in_the_end(server, alice, bob, monkeypatch):
    monkeypatch.setattr(outbox, "BUDGET", 64 * 1024)
    word = "word " * 200 + "\n\n"
    server.upstream.says([word] * 6000, rate=3000)
    message = alice.ask()
    page = Page(f"message:{message.pk}")
    with bob.socket(max_queue=1) as socket:
        socket.watch(page.topic)
        socket.read()
        (live,) = pulse._sockets
        most = largest = 0
        until = time.monotonic() + 20
        while server.call(lambda: message.pk in control.players):
            most = max(most, live.outbox.size)
            # On a busy machine a single frame may bring more than the budget.
            largest = max([largest, *(len(text) for _, text in list(hub.channel(page.topic).recent))])
            assert time.monotonic() < until
            time.sleep(0.02)
        assert most < 2 * outbox.BUDGET + largest
        while not page.over:
            if page.receive(socket.read(timeout=10)):
                socket.socket.send(page.ask())
    assert page.state == "complete"
    stored = alice.finish(message)
    assert stored.text == word * 6000
    assert stored.html in page.final


def test_questions_are_heard_no_faster_than_their_answers_are_read(server, alice, monkeypatch):
    monkeypatch.setattr(outbox, "BUDGET", 64 * 1024)
    connection, status = raw.handshake(server, f"Origin: {server.url}", f"Cookie: session={alice.session}")
    assert status == 101
    # The buffers between here and there hold some megabytes; then saying more has to wait.
    questions = memoryview(raw.text_frame(json.dumps({"watch": "x" * 10_000})) * 5000)
    with connection:
        connection.setblocking(False)
        until, (live,) = time.monotonic() + 20, pulse._sockets
        while live.outbox.room.is_set():
            assert questions and time.monotonic() < until
            if select.select([], [connection], [], 0.05)[1]:
                questions = questions[connection.send(questions[: 1024 * 1024]) :]
        assert live.outbox.size < 2 * outbox.BUDGET
    # Whoever leaves without having read is gone at once.
    until = time.monotonic() + 5
    while pulse._sockets:
        assert time.monotonic() < until
        time.sleep(0.01)
