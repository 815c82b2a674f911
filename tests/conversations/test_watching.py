"""Several tabs, devices and people at one conversation: the same words, and everybody sees what happens."""

import asyncio
import time
from contextlib import ExitStack

import pytest

from apps.conversations.runs import player
from apps.conversations.runs.picture import Picture
from apps.conversations.topics import ConversationTopic
from tests.people import Person
from tests.reader import Page
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_tab_a_second_device_and_a_teammate_see_the_same(server, alice, bob, vera, people):
    words = [f"w{number} " for number in range(40)]
    server.upstream.says(words, rate=60, hang=True)
    message = alice.ask()
    with ExitStack() as stack:
        device = stack.enter_context(Person(server, people["alice"]))
        sockets = [stack.enter_context(person.socket()) for person in (alice, alice, device, bob, vera)]
        pages = [Page(f"message:{message.pk}") for _ in sockets]
        for socket, page in zip(sockets, pages, strict=True):
            socket.socket.send(page.ask())
        while any(page.tail != "".join(words) for page in pages):
            for socket, page in zip(sockets, pages, strict=True):
                if page.tail != "".join(words):
                    page.receive(socket.read())
        bob.post(f"/c/{message.conversation_id}/stop/")
        for socket, page in zip(sockets, pages, strict=True):
            while not page.over:
                page.receive(socket.read())
    assert {page.state for page in pages} == {"stopped"}
    assert len({page.final for page in pages}) == 1
    stored = alice.finish(message)
    for person in (alice, bob, vera):
        assert stored.html in person.get(f"/c/{stored.conversation_id}/").text


def test_what_one_sends_is_told_to_all_who_have_the_conversation_open(server, alice, bob, monkeypatch):
    # At once, and not only when somebody looks for what other processes did.
    monkeypatch.setattr(ConversationTopic, "stamps", lambda self, ids: {})
    first = alice.finish(alice.ask("One"))
    topic = f"conversation:{first.conversation_id}"
    with alice.socket() as tab, bob.socket() as teammate:
        for socket in (tab, teammate):
            socket.watch(topic)
            assert socket.read()["head"] == first.pk
        second = bob.ask("Two", first.conversation_id)
        assert tab.until(lambda frame: "head" in frame)["head"] == second.pk
        assert teammate.until(lambda frame: "head" in frame)["head"] == second.pk
        # The log they fetch has the turn in it, and the stream goes on from there.
        log = alice.get(f"/c/{first.conversation_id}/log/", headers={"HX-Request": "true"}).text
        assert "Two" in log and f'data-topic="message:{second.pk}"' in log or alice.finish(second).html in log


def test_a_page_that_is_behind_hears_so_as_soon_as_it_watches(server, alice, bob):
    first = alice.finish(alice.ask("One"))
    page = alice.get(f"/c/{first.conversation_id}/").text
    second = bob.finish(bob.ask("Two", first.conversation_id))
    assert second.pk not in page
    with alice.socket() as socket:
        socket.watch(f"conversation:{first.conversation_id}")
        assert socket.read()["head"] == second.pk


def test_titles_and_deletion_are_told(server, alice, bob):
    first = alice.finish(alice.ask("One"))
    with bob.socket() as socket:
        socket.watch(f"conversation:{first.conversation_id}")
        alice.post(f"/c/{first.conversation_id}/rename/", {"title": "A <b>new</b> name"})
        assert socket.until(lambda frame: frame.get("title") != "One")["title"] == "A <b>new</b> name"
        alice.post(f"/c/{first.conversation_id}/delete/")
        socket.until(lambda frame: frame.get("gone"))


def test_a_reload_in_the_middle_shows_what_is_there_and_goes_on(server, alice):
    server.upstream.says(["# Head\n\n", "one ", "two"], hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        page = Page(f"message:{message.pk}")
        socket.socket.send(page.ask())
        while page.tail != "one two":
            page.receive(socket.read())
    drawn = alice.get(f"/c/{message.conversation_id}/").text
    assert f'<message-stream data-topic="message:{message.pk}"' in drawn and 'aria-busy="true"' in drawn
    with alice.socket() as socket:
        again = Page(page.topic)
        socket.socket.send(again.ask())
        again.receive(socket.read())
        assert (again.blocks, again.tail) == (page.blocks, page.tail)
        # And where it left off, nothing is missing: nothing is told.
        socket.socket.send(page.ask())
        socket.settle()
        assert socket.frames[1:-1] == []
        server.upstream.resumes()
        assert socket.until_final()["final"] in alice.get(f"/c/{message.conversation_id}/").text


def test_a_model_that_is_faster_than_eyes_costs_thirty_frames_a_second(server, alice):
    server.upstream.says(["a "] * 900, rate=600)
    message = alice.ask()
    page = Page(f"message:{message.pk}")
    with alice.socket() as socket:
        began = time.monotonic()
        socket.socket.send(page.ask())
        while not page.over:
            page.receive(socket.read())
        took = time.monotonic() - began
    assert page.frames <= 30 * took + 4
    assert alice.finish(message).text == "a " * 900


def test_two_hundred_thousand_tiny_deltas(server, alice):
    count = 200_000
    delta = chunks.event({"choices": [{"index": 0, "delta": {"content": "a"}}]})
    server.upstream.sends(*[delta * 1000] * (count // 1000), chunks.chunk({}, finish="stop"))
    message = alice.ask()
    page = Page(f"message:{message.pk}")
    with alice.socket() as socket:
        began = time.monotonic()
        socket.socket.send(page.ask())
        while not page.over:
            if page.receive(socket.read(timeout=20)):
                socket.socket.send(page.ask())
        took = time.monotonic() - began
    assert page.frames <= 30 * took + 4
    stored = alice.finish(message, timeout=20)
    assert (stored.text, stored.run.state) == ("a" * count, "complete")
    assert stored.html in page.final


def test_one_delta_of_five_megabytes_keeps_nobody_waiting(server, alice, monkeypatch):
    piece = f"<b>{'word ' * 20}</b> " * (5 * 1024 * 1024 // 108)
    turns, drawn, write = [], [], Picture.write

    def written(picture, text):
        drawn.append((len(turns), len(text)))
        write(picture, text)

    async def others():
        while True:
            turns.append(None)
            await asyncio.sleep(0)

    monkeypatch.setattr(Picture, "write", written)
    server.upstream.says([piece])
    beside = server.call(lambda: asyncio.create_task(others()))
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        final = socket.until_final(timeout=20)
    server.call(beside.cancel)
    # Drawing it takes seconds: it is done part by part, and between any two of them others have their turn.
    assert len(drawn) == len({turn for turn, _ in drawn}) > 300
    assert max(length for _, length in drawn) <= player.MOUTHFUL
    stored = alice.finish(message, timeout=20)
    assert (stored.text, stored.run.state, final["state"]) == (piece, "complete", "complete")
    assert "<b>" not in stored.html
    assert stored.html.count("&lt;b&gt;word") == piece.count("<b>")
