"""What a model wrote that the API could not use: beside its schema or tool, with the ways on that make sense."""

import json

import pytest

from apps.conversations.models import Message
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {f"of_{name}": {}}}}}
    for name in ("weather", "stocks")
]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WITH_SCHEMA = {
    "model": "openai/gpt-oss-20b",
    "response_format": "json_schema",
    "schema": json.dumps(SCHEMA),
    "schema_name": "place",
}
COOLER, UNCHECKED = "Retry at lower temperature", "Retry without tool validation"


def failed(server, person, code, generation, **parameters):
    """(page, message) of a request that was refused with what the model wrote."""
    server.upstream.refuses(400, "It failed.", code=code, failed_generation=generation)
    message = person.finish(person.ask(**parameters))
    assert message.run.error["code"] == code
    return person.get(f"/c/{message.conversation_id}/").text, message


def again(server, person, message, **how):
    """The body that a retry sends."""
    before = len(server.turns)
    server.upstream.says("Done")
    assert person.post(f"/messages/{message.pk}/again/", {"key": "another-key", **how}).status_code == 200
    body = server.wait_turns(before + 1)[-1].json
    person.finish(Message.objects.exclude(pk=message.pk).get(role="assistant"))
    return body


def test_a_failed_call_stands_beside_its_tool(server, alice):
    page, message = failed(server, alice, "tool_use_failed", '[{"name": "weather", "of": 1}]', tools=json.dumps(TOOLS))
    assert "What the model wrote" in page and "&quot;name&quot;: &quot;weather&quot;" in page
    assert "The tool weather" in page and "of_weather" in page and "The tool stocks" not in page
    assert COOLER in page and UNCHECKED in page


def test_a_call_of_no_tool_stands_beside_all_of_them(server, alice):
    page, _ = failed(server, alice, "tool_use_failed", "<function=other>{}</function>", tools=json.dumps(TOOLS))
    assert "The tool weather" in page and "The tool stocks" in page
    assert "&lt;function=other&gt;" in page


def test_failed_json_stands_beside_its_schema_with_what_it_breaks(server, alice):
    page, _ = failed(server, alice, "json_validate_failed", '{"city": 7}', **WITH_SCHEMA)
    assert "The schema place" in page
    assert "<code>$.city</code> It has to be a text; this is a whole number." in page
    assert COOLER in page and UNCHECKED not in page
    assert "The cause is what the model wrote." in page and "allow more completion tokens" in page


def test_failed_json_without_a_schema_stands_alone(server, alice):
    page, _ = failed(server, alice, "json_validate_failed", "Sure! {", response_format="json_object")
    assert "Sure! {" in page and "The schema" not in page and COOLER in page and UNCHECKED not in page


def test_a_retry_without_validation_sends_that_and_nothing_else_changes(server, alice):
    _, message = failed(server, alice, "tool_use_failed", "x", tools=json.dumps(TOOLS), temperature="0.8")
    body = again(server, alice, message, unchecked="on")
    assert body == {**message.run.request, "disable_tool_validation": True}
    # It was for this answer; the conversation's settings stay.
    message.conversation.refresh_from_db()
    assert "disable_tool_validation" not in message.conversation.parameters


def test_a_cooler_retry_stays_validated(server, alice):
    _, message = failed(server, alice, "tool_use_failed", "x", tools=json.dumps(TOOLS), temperature="0.8")
    assert again(server, alice, message, cooler="on") == {**message.run.request, "temperature": 0.4}


def test_what_is_cold_is_not_cooled(server, alice):
    page, _ = failed(server, alice, "tool_use_failed", "x", tools=json.dumps(TOOLS), temperature="0")
    assert COOLER not in page and UNCHECKED in page


def test_what_requires_one_function_cannot_do_without_validation(server, alice):
    parameters = {"tools": json.dumps(TOOLS), "tool_choice": "function", "tool_name": "weather"}
    page, _ = failed(server, alice, "tool_use_failed", "x", **parameters)
    assert COOLER in page and UNCHECKED not in page


def test_what_was_not_validated_is_not_offered_it_again(server, alice):
    page, _ = failed(server, alice, "tool_use_failed", "x", tools=json.dumps(TOOLS), disable_tool_validation="true")
    assert COOLER in page and UNCHECKED not in page


def test_a_call_that_fails_in_the_middle_of_a_stream_is_shown_as_well(server, alice):
    error = {"message": "Failed.", "code": "tool_use_failed", "failed_generation": '{"name": "stocks"}'}
    server.upstream.sends(chunks.chunk({"content": "Let me"}) + chunks.event({"error": error}, name="error"))
    message = alice.finish(alice.ask(tools=json.dumps(TOOLS)))
    page = alice.get(f"/c/{message.conversation_id}/").text
    assert message.run.state == "interrupted" and message.text == "Let me"
    assert "The tool stocks" in page and COOLER in page and UNCHECKED in page


def test_viewers_and_strangers_retry_nothing(server, alice, vera, charlie):
    _, message = failed(server, alice, "tool_use_failed", "x", tools=json.dumps(TOOLS))
    for person, status in ((vera, 403), (charlie, 404)):
        refused = person.post(f"/messages/{message.pk}/again/", {"key": "another-key", "unchecked": "on"})
        assert refused.status_code == status
    assert Message.objects.filter(role="assistant").count() == 1


@pytest.mark.parametrize(
    "generation", [{"name": "weather", "arguments": {}}, "x" * 30_000, "[" * 5_000, "<img src=x onerror=alert(1)>"]
)
def test_whatever_the_model_wrote_is_shown_as_text(server, alice, generation):
    page, _ = failed(server, alice, "tool_use_failed", generation, tools=json.dumps(TOOLS))
    assert "What the model wrote" in page and "<img" not in page.replace("<svg", "")
    assert len(page) < 400_000
