"""Two processes on one database: one plays, both show, either stops, and one that was thought dead writes nothing more."""

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.models import Message, Piece, Run
from apps.conversations.runs import checkpoints
from apps.conversations.topics import MessageTopic
from apps.live.topics import Opened
from tests.outside import Database, Visitor, start
from tests.reader import Page
from tests.upstream import Script, Upstream, chunks
from tests.waiting import until


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """(a browser at the first process, the same person's at the second, the database, the upstream of both)"""
    folder = tmp_path_factory.mktemp("two")
    with ExitStack() as stack:
        upstream = stack.enter_context(Upstream.in_thread())
        one = stack.enter_context(start(folder, upstream))
        # The link of the first start ends with the second.
        there = stack.enter_context(Visitor(stack.enter_context(start(folder, upstream))))
        here = stack.enter_context(Visitor(one, there.session))
        yield here, there, Database(folder), upstream


def chats(upstream, text):
    return [request for request in upstream.requests if request.json and request.text == text]


def test_the_same_submit_at_both_is_one_turn(two):
    here, there, database, upstream = two
    upstream.says("Once", hang=True)
    conversation, token = here.new_chat()
    fields = {"text": "Once", "key": "one-and-the-same", "model": "llama-3.1-8b-instant", "new": token}
    with ThreadPoolExecutor(20) as threads:
        posts = [threads.submit([here, there][number % 2].post, f"/c/{conversation}/messages/", fields) for number in range(20)]
        answers = [post.result() for post in posts]
    assert {answer.status_code for answer in answers} == {200}
    assert sum("<article" in answer.text for answer in answers) == 1
    upstream.resumes()
    message = re.search(r'id="message-(\w+)" class="message assistant"', "".join(answer.text for answer in answers))[1]
    assert database.until_ended(within=5)[message] == "complete"
    assert database.ask("SELECT count(*) FROM conversations_message WHERE conversation_id = ?", conversation) == [(2,)]
    assert len(chats(upstream, "Once")) == 1


def test_the_other_process_shows_it_and_stops_it(two):
    here, there, database, upstream = two
    words = ["# Head\n\n", "one ", "**two** ", "three\n\n", "four ", "five"]
    upstream.says(words, hang=True)
    conversation, message = here.ask("Where?")
    page = Page(f"message:{message}")
    with here.socket() as live:
        # Seen at the first process until some of it stands there …
        follow(live, page, lambda: "five" in page.tail)
    picture = page.blocks, page.tail
    with there.socket() as live:
        # … then at the second: the same picture, told anew.
        follow(live, page, lambda: (page.blocks, page.tail) == picture and page.snapshots == 2)
        assert there.post(f"/c/{conversation}/stop/").status_code == 204
        chats(upstream, "Where?")[0].wait_left()
        follow(live, page, lambda: page.over)
    assert page.state == "stopped"
    assert database.states()[message] == "stopped"
    assert database.texts()[message] == "".join(words)
    # What happened to the conversation is seen at the other one, too.
    with there.socket() as live:
        live.watch(f"conversation:{conversation}")
        live.settle()
        here.post(f"/c/{conversation}/rename/", {"title": "A new name"})
        live.until(lambda frame: frame.get("title") == "A new name", timeout=5)


def follow(live, page, enough):
    live.socket.send(page.ask())
    until = time.monotonic() + 10
    while not enough():
        assert time.monotonic() < until, vars(page)
        if page.receive(live.read()):
            live.socket.send(page.ask())


def test_a_process_that_slept_writes_nothing_more(two):
    """Its lease has run out meanwhile and the other one has ended the run."""
    here, there, database, upstream = two

    async def goes_on(exchange):
        await exchange.start(200, chunks.EVENT_STREAM)
        await exchange.send(chunks.chunk({"content": "kept "}))
        await exchange.hang()
        await exchange.pace([chunks.chunk({"content": "late "})] * 1000, 20)

    upstream.plays(Script(goes_on))
    conversation, message = here.ask("Asleep?")
    until = time.monotonic() + 5
    while not database.ask("SELECT 1 FROM conversations_piece"):
        assert time.monotonic() < until
        time.sleep(0.02)
    with here.socket() as live:
        page = Page(f"message:{message}")
        follow(live, page, lambda: "kept" in page.tail)
        pid = here.server.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            database.write("UPDATE conversations_run SET lease_until = '2020-01-01 00:00:00' WHERE message_id = ?", message)
            assert database.until_ended(within=5)[message] == "interrupted"
            upstream.resumes()
        finally:
            os.kill(pid, signal.SIGCONT)
        # It wakes, finds that the run is not its own any more, and tells whoever watches how it ended.
        follow(live, page, lambda: page.over)
    assert page.state == "interrupted"
    # Nor does it listen any more.
    chats(upstream, "Asleep?")[0].wait_left()
    assert database.states()[message] == "interrupted"
    assert database.texts()[message] == "kept "
    assert database.ask("SELECT 1 FROM conversations_piece") == []


@pytest.mark.django_db(transaction=True)
def test_only_one_process_claims_and_only_it_ends(server, alice):
    server.upstream.says("Mine", hang=True)
    message = alice.ask()
    run = Run.objects.get(pk=message.pk)
    assert not run.claim("another:1:process")
    assert not run.finish("complete", worker="another:1:process", text="Not mine")
    assert not Run.objects.get(pk=run.pk).finish("complete", worker="", text="Nobody’s")
    server.upstream.resumes()
    ended = alice.finish(message)
    assert (ended.text, ended.run.state) == ("Mine", "complete")
    assert not run.finish("stopped", worker=run.worker, text="Too late")
    assert not run.interrupt()
    assert alice.finish(message).text == "Mine"


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_gone_is_found_out_within_half_a_minute(server, alice):
    """By others, who only see that nobody renews the lease: it is that long at most, with the time until they look."""
    server.upstream.says("Going on", hang=True)
    message = alice.ask()
    run = Run.objects.get(pk=message.pk)
    longest = timedelta(seconds=30 - checkpoints.SWEEP_EVERY - checkpoints.EVERY)
    assert timedelta(0) < run.lease_until - run.created_at <= longest
    # Whoever lives renews it, long before it is over.
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() + timedelta(seconds=1))
    renewed = until(lambda: Run.objects.filter(pk=run.pk, lease_until__gt=timezone.now() + timedelta(seconds=5)).first())
    assert renewed.lease_until - timezone.now() <= longest
    assert renewed.is_live


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_process_left_is_ended_with_the_text_that_it_had_saved(server, alice, monkeypatch):
    server.upstream.says("Lost", hang=True)
    message = alice.ask()
    server.wait_turns()
    alice.post(f"/c/{message.conversation_id}/stop/")
    alice.finish(message)
    gone = {"worker": "elsewhere:1:gone", "state": "streaming", "ended_at": None, "stop_requested": False}
    Run.objects.filter(pk=message.pk).update(**gone, lease_until="2020-01-01T00:00:00Z")
    Piece.objects.create(run_id=message.pk, kind="t", text="What it ")
    Piece.objects.create(run_id=message.pk, kind="r", text="A thought")
    Piece.objects.create(run_id=message.pk, kind="t", text="had saved")
    assert checkpoints.sweep() == 1
    ended = alice.finish(message)
    assert (ended.text, ended.reasoning, ended.run.state) == ("What it had saved", "A thought", "interrupted")
    assert ended.run.error["code"] == "process_gone"
    assert checkpoints.sweep() == 0


def played_elsewhere(person, *pieces):
    """A message that a process which is not here writes; this is what it has saved."""
    message = Message.objects.get(pk=person.ask("Where?").pk)
    person.finish(message)
    Run.objects.filter(pk=message.pk).update(state="streaming", worker="another:1:process", lease_until=timezone.now() + Run.LEASE)
    Piece.objects.bulk_create(Piece(run_id=message.pk, kind=Piece.TEXT, text=text) for text in pieces)
    return message


@pytest.mark.django_db(transaction=True)
def test_a_page_is_never_shown_less_than_what_is_saved(server, alice):
    """It may show the same words already, from the process that writes them: an empty picture would take them away."""
    message = played_elsewhere(alice, "one ", "two")
    with alice.socket() as live, alice.socket() as other:
        live.watch(f"message:{message.pk}")
        other.watch(f"message:{message.pk}")
        for socket in (live, other):
            first = socket.until(lambda frame: "topic" in frame)
            assert first["snapshot"]["tail"] == "one two"
        Piece.objects.create(run_id=message.pk, kind=Piece.TEXT, text=" three")
        news = live.until(lambda frame: "append" in frame)
        assert (news["append"], news["seq"]) == (" three", first["seq"] + 1)


@pytest.mark.django_db(transaction=True)
def test_what_ended_at_the_door_is_told_by_its_last_frame_alone(server, alice, monkeypatch):
    """The door saw it live; before anything else of it was read, it was over."""
    server.upstream.says("All of it")
    message = alice.ask()
    ended = alice.finish(message)
    monkeypatch.setattr(MessageTopic, "open", lambda self, user, id: Opened(live=True))
    with alice.socket() as live:
        live.watch(f"message:{message.pk}")
        first = live.until(lambda frame: "topic" in frame)
    assert ended.html in first["final"]
    assert "snapshot" not in first
