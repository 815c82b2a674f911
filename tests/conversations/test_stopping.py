"""Stop: whenever and from wherever it comes, the API is let go, the text stays, and there is one end."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.conversations.models import Conversation, Exchange, Piece, Run
from apps.conversations.runs import checkpoints, control

pytestmark = pytest.mark.django_db(transaction=True)


def stop(person, message):
    answer = person.post(f"/c/{message.conversation_id}/stop/")
    assert answer.status_code == 204, answer.text


def test_stop_keeps_what_arrived_and_closes_the_connection(server, alice):
    server.upstream.says("Half a", hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "Half a" in str(frame))
        stop(alice, message)
        assert socket.until_final()["state"] == "stopped"
    server.turns[0].wait_left()
    message = alice.finish(message)
    assert (message.text, message.run.state, message.run.error) == ("Half a", "stopped", None)
    page = alice.get(f"/c/{message.conversation_id}/").text
    assert "Stopped." in page and ">Continue<" in page and ">Retry<" in page
    assert not Piece.objects.exists()


def test_stop_before_the_first_byte(server, alice):
    server.upstream.says("Never", delay=30)
    message = alice.ask()
    server.wait_turns()
    stop(alice, message)
    server.turns[0].wait_left()
    message = alice.finish(message)
    assert (message.text, message.run.state) == ("", "stopped")


def test_stop_during_the_wait_for_another_try(server, alice):
    server.upstream.refuses(429, headers={"retry-after": "60"}).says("Not any more")
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: (frame.get("snapshot") or frame).get("status", {}).get("retry"))
        stop(alice, message)
        assert socket.until_final()["state"] == "stopped"
    assert len(server.turns) == 1


def test_a_stop_that_comes_with_the_start(server, alice):
    """The run has been claimed, but its task has not taken its first step."""
    server.upstream.says("Never", delay=30)
    message = alice.ask()
    server.wait_turns()
    stop(alice, message)
    alice.finish(message)
    run = Run.objects.get(pk=message.pk)
    Exchange.objects.all().delete()
    Run.objects.filter(pk=run.pk).update(state="pending", worker="")
    assert run.claim(control.WORKER)

    def at_once():
        control.play(run)
        control.stop_here(run.pk)

    server.call(at_once)
    assert alice.finish(message).run.state == "stopped"
    assert len(server.turns) == 1


def test_a_stop_that_comes_while_the_end_is_being_saved(server, alice):
    """It is over already: the stop changes nothing, and the last frame still comes."""
    server.upstream.says("All of it", hang=True)
    message = alice.ask()
    busy = threading.Event()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "All of it" in str(frame))
        checkpoints.writer.submit(busy.wait, 5)
        player = control.players[message.pk]
        server.upstream.resumes()
        until = time.monotonic() + 5
        while player.reply.finish_reason is None or not server.call(lambda: player.task.get_stack()):
            assert time.monotonic() < until
            time.sleep(0.005)
        time.sleep(0.3)
        stop(alice, message)
        server.call(lambda: None)
        busy.set()
        assert socket.until_final()["state"] == "complete"
    assert alice.finish(message).run.state == "complete"


def test_stops_at_the_moment_of_the_last_word_end_it_once(server, alice, bob):
    """Sixteen answers, stopped around their last delta; each ends in one of the two ways, with text to match."""
    text = "one two three four five six"
    server.upstream.default = lambda request: text
    messages = [alice.ask() for _ in range(4)]
    ended = []

    def turn(number):
        message = alice.ask(f"Question {number}")
        time.sleep(number * 0.002)
        [alice, bob][number % 2].post(f"/c/{message.conversation_id}/stop/")
        return alice.finish(message)

    with ThreadPoolExecutor(4) as threads:
        ended = list(threads.map(turn, range(16)))
    for message in [*ended, *map(alice.finish, messages)]:
        assert message.run.state in ("stopped", "complete")
        assert text.startswith(message.text)
        assert message.run.state == "stopped" or message.text == text
        assert message.run.ended_at and message.run.lease_until is None
        first = message.run.ended_at
        assert Run.objects.get(pk=message.pk).ended_at == first


def test_stopping_twice_and_from_another_tab_is_stopping_once(server, alice, bob):
    server.upstream.says("Half", hang=True)
    message = alice.ask()
    with bob.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "Half" in str(frame))
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda number: stop([alice, bob][number % 2], message), range(6)))
        assert socket.until_final()["state"] == "stopped"
    ended_at = alice.finish(message).run.ended_at
    stop(bob, message)
    assert Run.objects.get(pk=message.pk).ended_at == ended_at


def test_deleting_the_conversation_stops_it_and_leaves_nothing(server, alice, bob):
    server.upstream.says("Soon gone", hang=True)
    message = alice.ask()
    with bob.socket() as socket:
        socket.watch(f"conversation:{message.conversation_id}")
        socket.settle()
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "Soon gone" in str(frame))
        alice.post(f"/c/{message.conversation_id}/delete/")
        # The answer may still have ended as stopped; the conversation is gone in any case.
        told = set()
        while told != {f"message:{message.pk}", f"conversation:{message.conversation_id}"}:
            told.add(socket.until(lambda frame: frame.get("gone") or "final" in frame)["topic"])
    server.turns[0].wait_left()
    server.call(lambda: None)
    assert not Conversation.objects.exists() and not Run.objects.exists() and not Piece.objects.exists()
    assert alice.get(f"/c/{message.conversation_id}/").status_code == 404


def test_the_conversation_goes_on_after_a_stop(server, alice):
    server.upstream.says("Half", hang=True)
    first = alice.ask("One")
    server.wait_turns()
    stop(alice, first)
    alice.finish(first)
    server.upstream._resumed = 0
    server.upstream.says("Two it is")
    second = alice.finish(alice.ask("Two", first.conversation_id))
    assert second.text == "Two it is"
    assert [message["content"] for message in server.turns[-1].json["messages"] if message["role"] == "user"] == ["One", "Two"]
