"""A body that was written by hand may say anything: it is refused in words or sent, and every page still opens afterwards."""

import json

import pytest

from apps.conversations.models import Conversation, Message
from tests.conversations.test_attachments import PIXEL, VISION, attached
from tests.people import HTMX

pytestmark = pytest.mark.django_db(transaction=True)

SAID = [{"role": "user", "content": "Hi"}]
SENT = {
    "a tier that is none": {"service_tier": {"name": "flex"}},
    "a temperature beyond all floats": {"temperature": 10**400},
    "tools that are no list": {"tools": 5},
    "tools without a shape": {"tools": [5, {"type": "function", "function": {"name": {"x": 1}}}]},
    "a format without a shape": {"response_format": {"type": ["json_schema"], "json_schema": 5}},
    "half a pair, as text and as name": {"user": "\ud800", "\ud800": 1},
    "NUL": {"user": "\u0000"},
    "half a pair as model": {"model": "\ud800<b>"},
    "half a pair in a schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "\ud800", "schema": {}}}},
    "an attachment that is none": {"messages": [{"role": "user", "content": [{"attachment": ["x"], "name": 5}]}]},
    "an answer begun in parts": {"messages": [{"role": "assistant", "content": ["x"]}]},
}
REFUSED = {
    "items that are none": {"messages": SAID, "input": ["x"]},
    "no items": {"messages": SAID, "input": None},
    "a number of items": {"messages": SAID, "input": 5},
}
REFUSALS = {
    "no room": (498, {}),
    "a tool": (400, {"code": "tool_use_failed", "failed_generation": '{"a": "\\ud800"}'}),
    "a format": (400, {"code": "json_validate_failed", "failed_generation": '{"a": "\\ud800"}'}),
}


def resend(person, message, body):
    body = {"model": "llama-3.1-8b-instant", "messages": SAID, **body}
    return person.post(f"/messages/{message.pk}/resend/", {"body": json.dumps(body), "key": "key-of-resend"})


def newest(person):
    return person.finish(Message.objects.filter(role="assistant").latest("created_at"))


def opens(person, message):
    """Every page and part that shows the message can be drawn."""
    parts = ("details/", "details/events/", "details/code/", "details/request/", "resend/edit/")
    for path in (f"/c/{message.conversation_id}/", *(f"/messages/{message.pk}/{part}" for part in parts)):
        assert person.get(path, headers=HTMX).status_code == 200, path


@pytest.mark.parametrize("body", SENT.values(), ids=SENT)
def test_what_may_be_sent_is(server, alice, body):
    server.upstream.says("First").says('{"a": "b"}', times=2)
    assert resend(alice, alice.finish(alice.ask()), body).status_code == 200
    answer = newest(alice)
    assert answer.run.state == "complete"
    opens(alice, answer)
    assert alice.post(f"/messages/{answer.pk}/again/", {"key": "key-of-again", "cooler": "on"}).status_code == 200
    assert newest(alice).run.state == "complete"


@pytest.mark.parametrize("body", SENT.values(), ids=SENT)
@pytest.mark.parametrize(("status", "error"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_refused_can_be_looked_at(server, alice, quick_retries, body, status, error):
    server.upstream.says("First").refuses(status, times=6, **error)
    first = alice.finish(alice.ask())
    Conversation.objects.update(falls_back=True)
    resend(alice, first, body)
    answer = newest(alice)
    assert (answer.run.state, answer.run.error["code"] != "internal") == ("failed", True)
    opens(alice, answer)


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_items_are_looked_at_where_they_are_sent(server, alice, body):
    message = alice.finish(alice.ask())
    answer = resend(alice, message, body)
    assert answer.status_code == 422 and "messages" in answer.text
    opens(alice, message)


def test_files_of_others_are_none(server, alice, bob, charlie):
    message = alice.finish(alice.ask())
    # Not sent yet, of a stranger and of a teammate; and sent, in another conversation.
    waiting = [attached(charlie, "secret.txt", b"CANARY"), attached(bob, "secret.txt", b"CANARY")]
    elsewhere = attached(alice, "secret.txt", b"CANARY")
    alice.finish(alice.ask("Elsewhere", attachments=elsewhere.pk))
    for file in (*waiting, elsewhere):
        part = {"type": "document", "attachment": file.pk}
        answer = resend(alice, message, {"messages": [{"role": "user", "content": [part]}]})
        assert answer.status_code == 422 and "not of this conversation" in answer.text
    # Nor does a row that names one give it out.
    message.run.request = {"messages": [{"role": "user", "content": [{"type": "document", "attachment": waiting[0].pk}]}]}
    message.run.save()
    for part in ("details/", "details/code/", "details/request/"):
        assert "CANARY" not in alice.get(f"/messages/{message.pk}/{part}").text


def test_a_file_that_is_named_a_thousand_times_is_not_put_together(server, alice):
    file = attached(alice, "large.png", PIXEL + b"x" * 2_000_000)
    message = alice.finish(alice.ask(model=VISION, attachments=file.pk))
    part = {"type": "image_url", "attachment": file.pk}
    assert resend(alice, message, {"messages": [{"role": "user", "content": [part] * 1000}]}).status_code == 200
    answer = newest(alice)
    assert (answer.run.state, answer.run.error["code"]) == ("failed", "too_large")
    assert len(server.turns) == 1
    page = alice.get(f"/messages/{answer.pk}/details/").text
    assert page.count("data:image/png;base64,") == 1000 and len(page) < 1_000_000
    download = alice.get(f"/messages/{answer.pk}/details/request/")
    assert download.status_code == 413 and "more than 32 MB" in download.text


@pytest.mark.parametrize("document", [b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\ud800"}', b"[" * 500 + b"]" * 500])
def test_a_document_that_no_request_can_hold_goes_as_text(server, alice, document):
    file = attached(alice, "facts.json", document)
    message = alice.finish(alice.ask(attachments=file.pk))
    assert message.run.state == "complete"
    opens(alice, message)


def test_a_body_that_would_grow_when_it_is_shown_is_refused(server, alice):
    message = alice.finish(alice.ask())
    deep = json.loads("[" * 60 + ",".join(["1"] * 200_000) + "]" * 60)
    answer = resend(alice, message, {"deep": deep})
    assert answer.status_code == 422 and "Laid out" in answer.text
    assert len(server.turns) == 1
