"""Sending: twice, with a reused key, too early, after signing out, without the right to; one turn or nothing at all."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.conversations.models import Conversation, Message, Run
from tests.people import HTMX, strange_id

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "llama-3.1-8b-instant"


def everything():
    """All rows that a send can touch, as they are; but for the lease, which a running answer renews by itself."""
    rows = [row for model in (Conversation, Message, Run) for row in model.objects.order_by("pk").values()]
    return [{name: value for name, value in row.items() if name != "lease_until"} for row in rows]


@pytest.mark.parametrize("new", [True, False])
def test_twenty_submits_at_once_are_one_turn(server, alice, new):
    if new:
        conversation, token = alice.new_chat()
    else:
        conversation, token = alice.finish(alice.ask("Before")).conversation_id, ""
    asked, messages = len(server.turns), Message.objects.count()
    fields = {"text": "Once", "key": "one-and-the-same", "model": MODEL, "new": token}
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: alice.post(f"/c/{conversation}/messages/", fields), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum("<article" in answer.text for answer in answers) == 1
    assert sum(answer.headers.get("HX-Trigger") == "log-behind" for answer in answers) == 19
    assert Message.objects.count() - messages == 2
    alice.finish(Message.objects.latest("created_at"))
    assert len(server.turns) - asked == 1


def test_a_submit_repeated_after_its_end_finds_its_turn(server, alice):
    first = alice.finish(alice.ask("Once", key="kept-for-ever"))
    again = alice.send("Once", first.conversation_id, key="kept-for-ever")
    assert (again.status_code, again.headers["HX-Trigger"]) == (200, "log-behind")
    assert len(server.turns) == 1 and Message.objects.count() == 2


@pytest.mark.parametrize("change", [{"text": "Other words"}, {"model": "openai/gpt-oss-20b"}, {"temperature": "0.3"}])
def test_a_key_with_something_else_to_say_is_refused(server, alice, change):
    first = alice.finish(alice.ask("These words", key="used-before"))
    before = everything()
    answer = alice.send(**{"text": "These words", "conversation": first.conversation_id, "key": "used-before", **change})
    assert answer.status_code == 409
    assert "sent before with other words" in answer.text
    assert answer.headers["HX-Retarget"] == "#notices"
    assert everything() == before
    assert len(server.turns) == 1


def test_sending_while_an_answer_is_written_is_refused_and_changes_nothing(server, alice, bob):
    server.upstream.says("Busy", hang=True)
    first = alice.ask("One")
    server.wait_turns()
    before = everything()
    for answer in (
        bob.send("Two", first.conversation_id),
        bob.post(f"/messages/{first.pk}/again/", {"key": "key-of-bob"}),
        bob.post(f"/messages/{first.pk}/onward/", {"key": "key-of-bob2"}),
    ):
        assert answer.status_code == 409
        assert "still being written" in answer.text and "Your text is kept" in answer.text
    assert everything() == before
    assert len(server.turns) == 1


def test_nothing_moves_under_an_answer_that_is_being_written(server, alice, bob):
    """Its question cannot be taken back, its branch not be left, and nothing be put in between or beside it."""
    server.upstream.refuses(400, "No.").says("", tool_calls=[{"id": "call_1", "name": "look"}], finish="tool_calls")
    failed = alice.finish(alice.ask("One"))
    called = alice.finish(alice.ask("Two", failed.conversation_id))
    server.upstream.says("Busy", hang=True)
    alice.ask("Three", failed.conversation_id)
    server.wait_turns(3)
    before = everything()
    key, body = {"key": "key-of-bob"}, '{"model": "m", "messages": [{"role": "user", "content": "x"}]}'
    for answer in (
        bob.post(f"/messages/{failed.pk}/back/"),
        bob.post(f"/messages/{failed.pk}/show/"),
        bob.post(f"/messages/{called.pk}/results/", {**key, "result-0": "here"}),
        bob.post(f"/messages/{failed.pk}/resend/", {**key, "body": body}),
        bob.send("Between", failed.conversation_id, role="system", add="1"),
    ):
        assert answer.status_code == 409, answer.url
    assert everything() == before
    assert len(server.turns) == 3


def test_two_tabs_that_begin_the_same_new_chat_differently(server, alice, database_held):
    """The page was doubled: the first message makes the conversation, the second one waits its turn."""
    conversation, token = alice.new_chat()
    server.upstream.default = lambda request: "Yes."

    def send(number):
        fields = {"text": f"Number {number}", "key": f"key-number-{number}", "model": MODEL, "new": token}
        return alice.post(f"/c/{conversation}/messages/", fields)

    with ThreadPoolExecutor(4) as threads:
        with database_held():
            sends = [threads.submit(send, number) for number in range(4)]
            # All of them are past the door, which found no conversation, and wait to write.
            time.sleep(0.4)
        answers = [sent.result() for sent in sends]
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert Message.objects.filter(role="user").count() == Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "Write a message first."),
        ({"text": " \n "}, "Write a message first."),
        ({"text": "before \x00 after"}, "Null characters are not allowed."),
        ({"text": "x" * 1_000_001}, "up to 1000000 characters"),
        ({"key": "short"}, "Key"),
        ({"key": ""}, "Key"),
        ({"temperature": "9"}, "less than or equal to 2"),
        ({"temperature": "nan"}, "Enter a number"),
        ({"stop": "a\nb\nc\nd\ne"}, "up to 4 stop sequences"),
        ({"max_completion_tokens": "many"}, "Enter a whole number"),
        ({"seed": "9" * 5000}, ""),
    ],
)
def test_what_cannot_be_sent_is_said_and_saves_nothing(server, alice, fields, words):
    conversation, token = alice.new_chat()
    given = {"text": "Hello", "key": "a-good-key", "model": MODEL, "new": token, **fields}
    answer = alice.post(f"/c/{conversation}/messages/", given)
    assert answer.status_code == 422
    assert words in answer.text and "Not sent" in answer.text
    # The form itself, and the draft in it, is left as it is.
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#notices", "innerHTML")
    assert not Conversation.objects.exists() and not server.turns


def test_a_refused_send_keeps_the_conversations_settings(server, alice):
    first = alice.finish(alice.ask("One", temperature="0.5"))
    before = everything()
    assert alice.send("Two", first.conversation_id, temperature="7").status_code == 422
    assert everything() == before


def test_strange_characters_are_kept(server, alice):
    message = alice.finish(alice.ask("Emoji 👩‍👩‍👧, \ufffe, \u202e, \x1b[2J, \r\nline"))
    question = Message.objects.get(pk=message.parent_id)
    assert question.text == "Emoji 👩‍👩‍👧, \ufffe, \u202e, \x1b[2J, \nline"
    assert server.turns[0].text == question.text


def test_signed_out_meanwhile_nothing_is_saved_and_the_page_is_told(server, alice):
    conversation, token = alice.new_chat()
    fields = {"text": "My long draft", "key": "a-good-key", "model": MODEL, "new": token}
    alice.http.cookies.delete("session")
    answer = alice.post(f"/c/{conversation}/messages/", fields)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (401, "signed-out")
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "Your text is kept" in answer.text and 'href="/accounts/login/"' in answer.text
    plain = alice.post(f"/c/{conversation}/messages/", fields, headers={})
    assert plain.status_code == 302 and plain.headers["Location"].startswith("/accounts/login/")
    assert not Message.objects.exists() and not server.turns


def test_whoever_may_only_look_changes_nothing(server, alice, vera):
    message = alice.finish(alice.ask("Ours"))
    before = everything()
    at = message.conversation_id
    for path, fields in [
        (f"/c/{at}/messages/", {"text": "Mine", "key": "key-of-vera", "model": MODEL}),
        (f"/c/{at}/stop/", {}),
        (f"/c/{at}/settings/", {"temperature": "1"}),
        (f"/c/{at}/rename/", {"title": "Vera’s"}),
        (f"/c/{at}/delete/", {}),
        (f"/messages/{message.pk}/again/", {"key": "key-of-vera"}),
        (f"/messages/{message.pk}/onward/", {"key": "key-of-vera"}),
        (f"/messages/{message.pk}/show/", {}),
    ]:
        answer = vera.post(path, fields)
        assert answer.status_code == 403, path
        assert "You may read this conversation, not change it." in answer.text
    conversation, token = vera.new_chat()
    assert vera.send("New", conversation, new=token).status_code == 403
    assert everything() == before and len(server.turns) == 1
    assert "disabled" in vera.get(f"/c/{at}/").text


def test_the_token_of_a_new_chat_is_for_its_page_and_person_only(server, alice, charlie):
    conversation, token = alice.new_chat()
    answers = [
        charlie.send("Hi", conversation, new=token),
        charlie.send("Hi", strange_id(), new=token),
        charlie.send("Hi", conversation, new="nonsense"),
        charlie.send("Hi", strange_id()),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert not Conversation.objects.exists()


def test_rows_cannot_be_written_through_fields_that_are_not_asked_for(server, alice, people):
    theirs = people["charlie"].teams.get()
    extra = {"team": theirs.pk, "created_by": people["charlie"].pk, "author": people["charlie"].pk, "state": "complete"}
    message = alice.finish(alice.ask("Mine", **extra, worker="me", role="system", parent="x"))
    conversation = message.conversation
    assert (conversation.team.name, conversation.created_by_id) == ("Ours", alice.user.pk)
    assert Message.objects.get(pk=message.parent_id).author_id == alice.user.pk
    assert set(server.turns[0].json) == {"model", "messages", "stream"}


def test_without_scripts_a_send_leads_to_the_conversation(server, alice):
    conversation, token = alice.new_chat()
    fields = {"text": "Plain", "key": "a-good-key", "model": MODEL, "new": token}
    answer = alice.http.post(f"/c/{conversation}/messages/", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/c/{conversation}/")
    assert "HX-Request" in HTMX and "Plain" in alice.get(f"/c/{conversation}/").text
