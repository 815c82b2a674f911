"""What an upstream writes into the places beside the text: halves of characters, depth and mass, and the key itself."""

import json

import pytest

from apps.conversations.models import Exchange, Message
from tests.people import HTMX
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

HALF = '{"\\udc00": "\\ud800"}'
# Two spaces a level, for each of so many numbers.
DEEP = "[" * 60 + ",".join(["1"] * 400_000) + "]" * 60
PARTS = ("details/", "details/events/", "details/code/", "details/request/", "resend/edit/")


def tool(**members):
    return chunks.chunk({"executed_tools": [{"index": 0, "type": "search", **members}]})


def pages(person, message):
    """All that shows a message; fails when one of them does not open."""
    parts = ("details/", "details/events/", "details/code/", "details/request/", "resend/edit/")
    found = [
        person.get(path, headers=HTMX)
        for path in (f"/c/{message.conversation_id}/", *(f"/messages/{message.pk}/{p}" for p in parts))
    ]
    assert {answer.status_code for answer in found} == {200}
    return [answer.text for answer in found]


@pytest.mark.parametrize("arguments", [HALF, DEEP, "[" * 100_000, '{"a": NaN}'])
def test_arguments_of_a_call(server, alice, arguments):
    server.upstream.says(tool_calls=[{"id": "call\ud800", "name": "look\x00", "arguments": arguments}], finish="tool_calls")
    message = alice.finish(alice.ask())
    assert message.tool_calls[0]["function"]["arguments"] == arguments
    assert max(map(len, pages(alice, message))) < 6_000_000
    assert alice.post(f"/messages/{message.pk}/results/", {"key": "key-of-results", "result-0": "ok"}).status_code == 200


@pytest.mark.parametrize("text", [HALF, DEEP])
def test_an_answer_in_json(server, alice, text):
    server.upstream.says([text])
    message = alice.finish(alice.ask(response_format="json_object"))
    assert message.run.state == "complete" and message.text == text
    pages(alice, message)


@pytest.mark.parametrize("members", [{"output": HALF}, {"output": DEEP}, {"arguments": HALF}, {"unknown": json.loads(DEEP)}])
def test_tools_of_the_api(server, alice, members):
    server.upstream.sends(tool(**members), chunks.chunk({"content": "So"}), chunks.chunk({}, finish="stop"), b"data: [DONE]\n\n")
    message = alice.finish(alice.ask())
    assert message.run.state == "complete"
    assert max(map(len, pages(alice, message)[:2])) < 4_000_000


def test_many_calls_are_too_many(server, alice):
    calls = [{"id": f"call_{number}", "name": "look", "arguments": "{}"} for number in range(5000)]
    server.upstream.says(tool_calls=calls, finish="tool_calls")
    message = alice.finish(alice.ask())
    assert message.run.error["code"] == "too_large"
    assert 0 < len(message.tool_calls) < 1000


def test_the_key_is_told_to_nobody(server, alice, settings):
    key = settings.GROQ_API_KEY = "gsk_CANARYkey1234567890"
    server.reconnect()
    echo = {"x-echo": key, "x-request-id": key}
    error = {"message": f"Bad {key}", "code": key, "param": key, "failed_generation": {"a": key}}
    server.upstream.refuses(
        401, error["message"], headers=echo, **{name: error[name] for name in ("code", "param", "failed_generation")}
    )
    server.upstream.refuses(400, body=f"<html>{key}</html>", headers=echo)
    stream = {**chunks.EVENT_STREAM, **echo}
    server.upstream.sends(chunks.event({"choices": [], "error": error | {"message": key}}), headers=stream)
    server.upstream.sends(chunks.event({"error": error | {"message": key}}, "error"), headers=stream)
    server.upstream.sends(*[f"data: nonsense {key}\n\n".encode()] * 3, headers=stream)
    for _ in range(5):
        alice.finish(alice.ask())
    assert Message.objects.filter(role="assistant").count() == 5
    for message in Message.objects.filter(role="assistant").select_related("run"):
        kept = [message.run.error, message.run.request_id, message.text]
        if exchange := Exchange.objects.filter(pk=message.pk).first():
            kept += [exchange.headers, exchange.attempts]
        assert message.run.error and "canary" not in json.dumps(kept).lower()
        assert not [page for page in pages(alice, message) if "canary" in page.lower()]
