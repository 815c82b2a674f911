"""The database is held, full or read-only: streams go on, nothing is lost, and a send that cannot be kept says so."""

import threading
import time

import pytest

from apps.conversations.models import Conversation, Message, Piece, Run
from apps.conversations.runs import control, player
from tests.conftest import in_each_connection
from tests.waiting import join

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def read_only(server):
    yield from in_each_connection(server, "PRAGMA query_only = ON", "PRAGMA query_only = OFF")


def busy(answer, words="The database is busy"):
    assert answer.status_code == 503
    assert words in answer.text and "your text is still here" in answer.text
    assert answer.headers["HX-Retarget"] == "#notices"


def test_a_short_hold_is_only_a_delay(server, alice, database_held):
    server.upstream.says("Worth the wait")
    released = threading.Event()

    def hold():
        with database_held():
            held.set()
            time.sleep(1.5)
            released.set()

    held = threading.Event()
    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    held.wait(5)
    message = alice.ask()
    assert released.is_set()
    join(holder)
    assert alice.finish(message).text == "Worth the wait"


def test_a_long_hold_refuses_the_send_and_loses_nothing(server, alice, database_held, impatient):
    conversation, token = alice.new_chat()
    fields = {"text": "My words", "key": "the-same-key", "model": "llama-3.1-8b-instant", "new": token}
    with database_held():
        busy(alice.post(f"/c/{conversation}/messages/", fields))
        assert alice.get("/").status_code == 200
    assert not Message.objects.exists() and not server.turns
    assert alice.post(f"/c/{conversation}/messages/", fields).status_code == 200


def test_streams_go_on_while_the_database_is_held_and_are_saved_after(server, alice, database_held, impatient):
    server.upstream.says(["one ", "two "], hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "two" in str(frame))
        with database_held():
            server.upstream.resumes()
            # A round of checkpoints fails, and so does the first attempt to save the end.
            time.sleep(0.8)
            assert Run.objects.get().is_live
            assert alice.get(f"/c/{message.conversation_id}/").status_code == 200
        assert socket.until_final()["state"] == "complete"
    stored = alice.finish(message)
    assert (stored.text, stored.run.state) == ("one two ", "complete")
    assert not Piece.objects.exists()


def test_an_end_that_could_not_be_saved_is_told_and_keeps_what_was(server, alice, database_held, impatient, monkeypatch):
    monkeypatch.setattr(player, "SAVE_FOR", 0.0)
    server.upstream.says(["one ", "two "], hang=True)
    message = alice.ask()
    wait_until(lambda: Piece.join(message.pk)[0] == "one two ")
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        with database_held():
            server.upstream.resumes()
            told = socket.until(lambda frame: frame.get("status", {}).get("lost"))
        assert "did not take this answer in time" in told["status"]["reason"]
    wait_until(lambda: message.pk not in control.players)
    # Nobody plays it, so its lease runs out, and whoever sweeps ends it with what was saved.
    Run.objects.filter(pk=message.pk).update(lease_until="2020-01-01T00:00:00Z")
    ended = alice.finish(message)
    assert (ended.text, ended.run.state) == ("one two ", "interrupted")
    assert ">Continue<" in alice.get(f"/c/{ended.conversation_id}/").text


def test_checkpoints_that_failed_are_made_up_for_in_order(server, alice, database_held, impatient):
    words = [f"w{number} " for number in range(60)]
    server.upstream.says(words, rate=60, hang=True)
    message = alice.ask()
    with database_held():
        time.sleep(0.8)
    wait_until(lambda: Piece.join(message.pk)[0] == "".join(words))
    server.upstream.resumes()
    assert alice.finish(message).text == "".join(words)


def test_a_read_only_database_refuses_the_send_and_shows_what_there_is(server, alice, request):
    message = alice.finish(alice.ask("Before"))
    request.getfixturevalue("read_only")
    busy(alice.send("After", message.conversation_id), "cannot be written")
    busy(alice.post(f"/c/{message.conversation_id}/rename/", {"title": "New"}), "cannot be written")
    assert "Before" in alice.get(f"/c/{message.conversation_id}/").text
    assert Message.objects.count() == 2


def test_a_conversation_deleted_on_the_way_to_the_database_is_not_found(server, alice, database_held):
    message = alice.finish(alice.ask("Before"))
    answers = []
    sender = threading.Thread(target=lambda: answers.append(alice.send("After", message.conversation_id)), daemon=True)
    with database_held() as held:
        sender.start()
        time.sleep(0.4)
        for model in (Run, Message, Conversation):
            held.execute(f"DELETE FROM {model._meta.db_table}")
    join(sender)
    assert answers[0].status_code == 404
    assert not Message.objects.exists()


def wait_until(true, timeout=5):
    until = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
