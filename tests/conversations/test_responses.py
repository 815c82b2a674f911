"""A conversation that the Responses API answers: the same log, another body, other events."""

import pytest

from apps.conversations.models import Conversation
from apps.groq import chat, responses
from tests.people import HTMX, conversation_of
from tests.upstream import refuses
from tests.upstream.responses import event, response, text

pytestmark = pytest.mark.django_db(transaction=True)

API = {"api": "responses"}


def test_a_message_is_answered_word_by_word_and_kept(server, alice):
    server.upstream.says("Hello **there**, Alice.", reasoning="Hm.", rate=50)
    answer = alice.ask("Hello?", system="Be kind.", max_completion_tokens="50", stop="END", **API)
    with alice.socket() as socket:
        socket.watch(f"message:{answer.pk}")
        final = socket.until_final()
    message = alice.finish(answer)
    run = message.run
    assert (message.text, message.reasoning, run.state, run.api) == ("Hello **there**, Alice.", "Hm.", "complete", "responses")
    assert "<strong>there</strong>" in final["final"]
    assert final["final"] in alice.get(f"/c/{message.conversation_id}/").text
    (request,) = server.turns
    assert request.path == responses.PATH
    assert (
        request.json
        == run.request
        == {
            "model": "llama-3.1-8b-instant",
            "input": [{"role": "user", "content": "Hello?"}],
            "instructions": "Be kind.",
            "max_output_tokens": 50,
            "stream": True,
        }
    )
    assert (run.finish_reason, run.service_tier, run.answered_by) == ("stop", "default", "llama-3.1-8b-instant")
    assert (run.usage["prompt_tokens"], run.usage["completion_tokens"]) == (10, 4)
    assert run.usage["completion_tokens_details"]["reasoning_tokens"] == 1
    # Kept for switching back, though it was not sent.
    assert conversation_of(message).parameters["stop"] == ["END"]


def test_the_api_is_kept_with_the_conversation_and_changes_with_it(server, alice):
    message = alice.finish(alice.ask("One", **API))
    at = message.conversation_id
    alice.finish(alice.ask("Two", at))
    assert [request.path for request in server.turns] == [responses.PATH] * 2
    assert server.turns[1].json["input"][1] == {"role": "assistant", "content": "Hello!"}
    assert alice.post(f"/c/{at}/settings/", {"api": "chat", "stop": "END"}).status_code == 204
    alice.finish(alice.ask("Three", at))
    assert (server.turns[2].path, server.turns[2].json["stop"]) == (chat.PATH, ["END"])
    assert [each["role"] for each in server.turns[2].json["messages"]] == ["user", "assistant"] * 2 + ["user"]
    page = alice.get(f"/c/{at}/").text
    assert 'value="chat" form="composer" autocomplete="off" checked' in page
    alice.post(f"/c/{at}/settings/", API)
    assert 'value="responses" form="composer" autocomplete="off" checked' in alice.get(f"/c/{at}/").text
    assert alice.post(f"/c/{at}/settings/", {"api": "assistants"}).status_code == 422
    assert Conversation.objects.get(pk=at).api == "responses"


def test_calls_are_kept_in_the_one_shape_that_both_apis_are_told_from(server, alice):
    server.upstream.says(tool_calls=[{"id": "c1", "name": "f", "arguments": {"a": 1}}])
    tools = '[{"type": "function", "function": {"name": "f"}}]'
    message = alice.finish(alice.ask("Call it", tools=tools, **API))
    assert message.tool_calls == [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]
    assert (message.run.finish_reason, server.turns[0].json["tools"]) == ("tool_calls", [{"type": "function", "name": "f"}])
    alice.finish(alice.ask("And?", message.conversation_id))
    assert server.turns[1].json["input"][1] == {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a": 1}'}


def test_stop_keeps_what_arrived(server, alice):
    server.upstream.says("Half a", hang=True)
    answer = alice.ask("Go on", **API)
    with alice.socket() as socket:
        socket.watch(f"message:{answer.pk}")
        socket.until(lambda frame: "Half a" in str(frame))
        assert alice.post(f"/c/{answer.conversation_id}/stop/").status_code == 204
        socket.until_final()
    message = alice.finish(answer)
    assert (message.text, message.run.state) == ("Half a", "stopped")
    server.upstream.request.wait_left()


@pytest.mark.parametrize(
    ("script", "state", "kept", "words"),
    [
        (lambda up: up.cuts("Half a"), "interrupted", "Half a", "broke off"),
        (lambda up: up.sends(text("Half a")), "interrupted", "Half a", "without saying that it was finished"),
        (
            lambda up: up.sends(
                text("Half a"),
                event("response.failed", response=response("failed", [], error={"code": "oom", "message": "Out of memory."})),
            ),
            "interrupted",
            "Half a",
            "Out of memory.",
        ),
        (
            lambda up: up.sends(event("response.failed", response=response("failed", [], error={"code": "oom", "message": "Oh."}))),
            "failed",
            "",
            "Oh.",
        ),
        (lambda up: up.refuses(400, "`input` is wrong", param="input"), "failed", "", "`input` is wrong"),
        (lambda up: up.plays(refuses(404, "Unknown request URL: POST /openai/v1/responses.")), "failed", "", "Unknown request URL"),
    ],
)
def test_what_goes_wrong_is_told_and_loses_nothing(server, alice, script, state, kept, words):
    script(server.upstream)
    message = alice.finish(alice.ask("Go on", **API))
    assert (message.text, message.run.state) == (kept, state)
    assert words in message.run.error["message"]


def test_an_answer_that_was_cut_goes_on_from_its_words(server, alice):
    server.upstream.says("Half of", finish="length").says(" the whole")
    message = alice.finish(alice.ask("Go on", **API))
    assert message.run.finish_reason == "length"
    alice.post(f"/messages/{message.pk}/onward/", {"key": "onward-key"})
    onward = alice.finish(Conversation.objects.get(pk=message.conversation_id).head)
    assert server.turns[1].json["input"][-1] == {"role": "assistant", "content": "Half of"}
    assert onward.text == "Half of the whole"


def test_details_tell_which_api_answered(server, alice):
    message = alice.finish(alice.ask("One", **API))
    other = alice.finish(alice.ask("Two"))
    assert "<dt>API</dt><dd>Responses</dd>" in alice.get(f"/messages/{message.pk}/details/").text
    assert "<dt>API</dt><dd>Chat completions</dd>" in alice.get(f"/messages/{other.pk}/details/").text


def test_preview_and_code_follow(server, alice):
    conversation, new = alice.new_chat()
    fields = {"text": "Not sent", "model": "m", "new": new, **API}
    assert "&quot;input&quot;" in alice.post(f"/c/{conversation}/preview/", fields).text
    code = alice.post(f"/c/{conversation}/code/", fields).text
    assert "/openai/v1/responses" in code and "client.responses.create" in code
    assert not Conversation.objects.filter(pk=conversation).exists()


def test_what_the_other_side_cannot_express_is_said_before_switching(server, alice):
    message = alice.finish(alice.ask("One", stop="END", temperature="0.3", service_tier="performance", n="1"))
    at = f"/c/{message.conversation_id}/switch-api/"
    held = {"stop": "END", "temperature": "0.3", "service_tier": "performance", "n": "1"}
    told = alice.post(at, {**held, "to": "responses"}).text
    assert "Switch to Responses?" in told and "data-says" in told
    assert "<strong>Stop sequences</strong> <span>Responses have no stop sequences.</span>" in told
    assert "<strong>Service tier</strong>" in told and "<strong>Number of answers</strong>" in told
    assert "Temperature" not in told
    # Nothing has changed by asking.
    assert Conversation.objects.get(pk=message.conversation_id).api == ""
    back = alice.post(at, {"truncation": "auto", "to": "chat"}).text
    assert "<strong>Truncation</strong>" in back
    quiet = alice.post(at, {**dict.fromkeys(held, ""), "to": "responses"}).text
    assert "data-says" not in quiet and "<li>" not in quiet
    extra = alice.post(at, {**dict.fromkeys(held, ""), "extra": '{"a": 1}', "to": "responses"}).text
    assert "data-says" in extra and "Extra JSON goes along" in extra
    assert alice.post(at, {"temperature": "7", "to": "responses"}).status_code == 422
    assert alice.post(at, {"to": "assistants"}, headers=HTMX).status_code == 400


def test_files_that_cannot_go_along_are_counted_before_switching(server, alice):
    message = alice.finish(alice.ask("One"))
    message.parent.parts = [{"type": "document", "document": {"data": {}}}, {"type": "text", "text": "x"}]
    message.parent.save()
    told = alice.post(f"/c/{message.conversation_id}/switch-api/", {"to": "responses"}).text
    assert "Files in messages" in told and "1 would stay out" in told
