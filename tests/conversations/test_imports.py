"""A request body that somebody brings becomes a conversation which would send the same."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings

from apps.conversations.models import Attachment, Conversation, Message
from apps.parameters.body import to_request
from apps.parameters.forms import ParametersForm
from apps.parameters.imports import from_request
from tests.conversations.test_attachments import DATA_URL, PIXEL
from tests.parameters.test_forms import VALID

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "a-key-for-the-import"


def bring(person, body, key=KEY):
    return person.post("/import/", {"key": key, "body": body if isinstance(body, str) else json.dumps(body)})


def test_a_whole_request_comes_back_as_it_was(server, alice):
    server.upstream.says("Fine")
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
    body = {
        "model": "openai/gpt-unknown",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": "No markup."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {"type": "image_url", "image_url": {"url": DATA_URL}},
                    {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}},
                    {"type": "document", "document": {"id": "notes.md", "data": {"text": "# Grüße"}}},
                    {"type": "document", "document": {"id": "facts.json", "data": {"answer": 42}}},
                ],
            },
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "20", "tool_call_id": "call_1"},
        ],
        "temperature": 0.2,
        "stop": ["END"],
        "tools": [tool, {"type": "browser_search"}],
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "it", "schema": {"type": "object"}, "strict": False}},
        "search_settings": {"country": "switzerland", "brand_new": 1},
        "brand_new": [1],
    }
    answer = bring(alice, body)
    assert answer.status_code == 200
    conversation = Conversation.objects.get()
    assert answer.headers["HX-Redirect"] == f"/c/{conversation.pk}/"
    assert len(server.upstream.requests) == 0
    assert alice.get(f"/c/{conversation.pk}/").status_code == 200
    stored = ParametersForm(initial=conversation.parameters)
    fields = {bound.name: bound.value() for bound in stored if bound.value() is not None}
    fields.pop("model", None)
    alice.finish(alice.ask("", conversation.pk, model="openai/gpt-unknown", **fields))
    assert server.upstream.requests[-1].json == body | {"stream": True}
    # The same key leads to the same conversation.
    assert bring(alice, body).headers["HX-Redirect"] == answer.headers["HX-Redirect"]
    assert Conversation.objects.count() == 1


def test_deprecated_members_are_read_and_never_sent():
    function = {"name": "weather", "parameters": {"type": "object"}}
    stored = from_request(
        {
            "model": "m",
            "messages": [],
            "max_tokens": 50,
            "functions": [function],
            "function_call": {"name": "weather"},
            "include_domains": ["a.org"],
            "exclude_domains": ["b.org"],
            "stream_options": {"include_usage": True},
        }
    )
    assert to_request(stored) == {
        "max_completion_tokens": 50,
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "search_settings": {"include_domains": ["a.org"], "exclude_domains": ["b.org"]},
    }


def test_old_calls_and_results_of_functions_are_messages(alice, server):
    said = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}},
        {"role": "function", "name": "weather", "content": "20"},
    ]
    assert bring(alice, {"model": "m", "messages": said}).status_code == 200
    _, asked, result = Message.objects.order_by("created_at")
    assert asked.tool_calls[0]["id"] == result.tool_call_id == "weather"


@given(VALID)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sent_is_read_again(values):
    form = ParametersForm(values)
    assert form.is_valid(), form.errors
    stored = form.stored()
    stored.pop("system", None)
    sent = to_request(stored)
    assert to_request(from_request({"model": "m", "messages": [], **sent})) == sent


def saying(content, **members):
    return {"model": "m", "messages": [{"role": "user", "content": content}], **members}


UNREADABLE = [
    ({"model": "m", "messages": [{"role": {}, "content": {}}]}, "no role"),
    ({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "temperature": 10**400}, "emperature"),
    ("", "There is nothing in it"),
    ("{", "not JSON"),
    ({"model": "m", "input": "Hello"}, "Only bodies of chat completions"),
    ({"model": "m", "messages": [{"role": "robot", "content": "x"}]}, "Message 1 has no role"),
    (saying(7), "neither a text nor a list"),
    (saying([{"type": "audio"}]), "neither text, image nor document"),
    (saying([{"type": "image_url"}]), "has no address"),
    (saying([{"type": "image_url", "image_url": {"url": "javascript:x"}}]), "Write the whole address"),
    (saying([{"type": "image_url", "image_url": {"url": DATA_URL + "!"}}]), "no base64"),
    ({"model": "m", "messages": [{"role": "assistant", "tool_calls": "x"}]}, "tool calls of message 1"),
    (saying("x", temperature=7), "Temperature"),
    (saying("x", temperature="hot"), "Temperature"),
    (saying("x", tools=[{}]), "Tool 1"),
    ({"model": "m", "messages": saying("x")["messages"] * 501}, "up to 500"),
]


@pytest.mark.parametrize(("body", "words"), UNREADABLE)
def test_what_cannot_be_read_is_said_and_makes_nothing(server, alice, body, words):
    answer = bring(alice, body)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Conversation.objects.exists() and not Attachment.objects.exists()


def test_only_a_system_message_is_a_chat_not_begun(server, alice):
    assert bring(alice, {"model": "m", "messages": [{"role": "system", "content": "Be brief."}]}).status_code == 200
    conversation = Conversation.objects.get()
    assert conversation.parameters == {"system": "Be brief."}
    assert alice.get(f"/c/{conversation.pk}/").status_code == 200


def test_pictures_are_kept_as_files(server, alice):
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64.b64encode(PIXEL).decode()}}
    bring(alice, {"model": "m", "messages": [{"role": "user", "content": [part]}]})
    assert bytes(Attachment.objects.get().data) == PIXEL
    assert Attachment.objects.get().conversation == Conversation.objects.get()
