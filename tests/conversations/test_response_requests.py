"""What goes into a request to the Responses API beside words: files, results of calls, what a person edits."""

import html
import json
import re

import pytest

from apps.conversations.models import Attachment, Conversation
from apps.groq import chat, responses
from tests.people import HTMX

pytestmark = pytest.mark.django_db(transaction=True)

API = {"api": "responses"}


def attach(person, kind, data, media_type):
    return Attachment.objects.create(created_by=person.user, kind=kind, name="a.file", media_type=media_type, data=data).pk


def test_an_image_is_put_in_when_the_request_goes_out(server, alice):
    image = attach(alice, "image_url", b"\x89PNG", "image/png")
    message = alice.finish(alice.ask("What is it?", attachments=image, model="meta-llama/llama-4-scout-17b-16e-instruct", **API))
    (request,) = server.turns
    assert request.json["input"][0]["content"] == [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
    ]
    # The row names it only.
    part = {"type": "input_image", "attachment": image, "name": "a.file"}
    assert message.run.request["input"][0]["content"][1] == part
    code = html.unescape(alice.get(f"/messages/{message.pk}/details/code/", headers=HTMX).text)
    assert "/openai/v1/responses" in code and "data_url('a.file', 'image/png')" in code
    preview = alice.post(f"/c/{message.conversation_id}/preview/", {"text": "And?", **API}).text
    assert "input_image" in preview and "iVBORw==" in preview


def test_a_document_is_refused_before_anything_is_sent(server, alice):
    document = attach(alice, "document", b"words", "text/plain")
    answer = alice.send("Read it", attachments=document, **API)
    assert answer.status_code == 422 and "Responses take images" in answer.text
    assert server.turns == [] and not Conversation.objects.exists()
    conversation, new = alice.new_chat()
    waiting = {"to": "responses", "new": new, "attachments": document}
    assert "1 would stay out" in alice.post(f"/c/{conversation}/switch-api/", waiting).text
    message = alice.finish(alice.ask("Read it", attachments=document))
    told = alice.post(f"/c/{message.conversation_id}/switch-api/", {"to": "responses"}).text
    assert "Files in messages" in told
    alice.finish(alice.ask("And now?", message.conversation_id, **API))
    assert server.turns[-1].json["input"][0] == {"role": "user", "content": [{"type": "input_text", "text": "Read it"}]}


def test_results_of_calls_go_along(server, alice):
    server.upstream.says(tool_calls=[{"id": "c1", "name": "f", "arguments": {"a": 1}}]).says("Seven.")
    message = alice.finish(alice.ask("Call it", tools='[{"type": "function", "function": {"name": "f"}}]', **API))
    alice.finish(alice.ask("7", message.conversation_id, role="tool", tool_call_id="c1"))
    assert server.turns[1].json["input"][1:] == [
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a": 1}'},
        {"type": "function_call_output", "call_id": "c1", "output": "7"},
    ]


def test_the_wire_tells_of_the_other_api(server, alice):
    server.upstream.says("One two", reasoning="Hm.")
    message = alice.finish(alice.ask("One", **API))
    shown = html.unescape(alice.get(f"/messages/{message.pk}/details/", headers=HTMX).text)
    assert "POST /openai/v1/responses" in shown
    whole = json.loads(re.search(r'aria-label="Response body"><code[^>]*>(.*?)</code>', shown, re.S)[1])
    assert (whole["object"], whole["status"]) == ("response", "completed")
    assert [item["type"] for item in whole["output"]] == ["reasoning", "message"]
    server.upstream.cuts("Half a")
    cut = alice.finish(alice.ask("Two", **API))
    shown = html.unescape(alice.get(f"/messages/{cut.pk}/details/", headers=HTMX).text)
    whole = json.loads(re.search(r'aria-label="Response body"><code[^>]*>(.*?)</code>', shown, re.S)[1])
    assert (whole["status"], whole["output"][0]["content"][0]["text"]) == ("in_progress", "Half a")


def test_an_edited_request_goes_to_the_api_that_it_is_written_for(server, alice):
    message = alice.finish(alice.ask("One", **API))
    for place, (body, path) in enumerate(
        [
            ({"model": "m", "input": "By hand"}, responses.PATH),
            ({"model": "m", "messages": [{"role": "user", "content": "By hand"}]}, chat.PATH),
        ]
    ):
        fields = {"body": json.dumps(body), "key": f"edited-key-{place}"}
        assert alice.post(f"/messages/{message.pk}/resend/", fields).status_code == 200
        resent = alice.finish(Conversation.objects.get(pk=message.conversation_id).head)
        assert (resent.text, server.turns[-1].path, server.turns[-1].json) == ("Hello!", path, {**body, "stream": True})


def test_messages_that_are_added_keep_the_api(server, alice):
    conversation, new = alice.new_chat()
    fields = {"text": "First", "key": "added-key-1", "model": "m", "new": new, "add": "1", **API}
    assert alice.post(f"/c/{conversation}/messages/", fields, headers={}).status_code == 302
    assert Conversation.objects.get(pk=conversation).api == "responses"


@pytest.mark.parametrize("falls_back", [False, True])
def test_on_demand_has_another_name_there(server, alice, quick_retries, falls_back):
    server.upstream.refuses(498, "No room.", times=3).says("At last")
    message = alice.finish(alice.ask("Quick", service_tier="flex", **API, **({"falls_back": "on"} if falls_back else {})))
    if not falls_back:
        assert message.run.state == "failed"
        alice.post(f"/messages/{message.pk}/again/", {"key": "on-demand-key", "tier": "on_demand"})
        message = alice.finish(Conversation.objects.get(pk=message.conversation_id).head)
    assert (message.text, message.run.request["service_tier"]) == ("At last", "default")
    assert [(turn.path, turn.json["service_tier"]) for turn in server.turns] == [
        *[(responses.PATH, "flex")] * 3,
        (responses.PATH, "default"),
    ]
