"""The Responses API: what is sent, and how an answer ends."""

import pytest

from apps.groq import responses
from apps.groq.errors import BrokenStream, GroqError, Unexpected
from tests.groq.turns import Turn
from tests.upstream import chunks
from tests.upstream.responses import ID, event, response, text


async def play(client, **parameters):
    turn = Turn(reply=responses.Reply())
    body = responses.request("openai/gpt-oss-20b", [{"role": "user", "content": "Hi"}], stream=True, **parameters)
    turn.stream = client.stream(responses.PATH, body, on_retry=turn.retries.append)
    try:
        async with turn.stream as stream:
            async for events in stream:
                for each in events:
                    turn.shown += turn.reply.absorb(each).content
    except GroqError as error:
        turn.error = error
    turn.state = turn.reply.ended(turn.stream.finished)
    return turn


async def test_a_turn(client, upstream):
    upstream.says("Hello there, you", reasoning="Hm, well", tool_calls=[{"id": "c1", "name": "f", "arguments": {"a": [1, 2]}}])
    turn = await play(client, temperature=0)
    reply = turn.reply
    assert (turn.state, turn.error, reply.content, turn.shown) == ("complete", None, "Hello there, you", "Hello there, you")
    assert (reply.reasoning, reply.finish_reason, reply.id) == ("Hm, well", "tool_calls", ID)
    assert (reply.model, reply.service_tier, turn.stream.request_id) == ("openai/gpt-oss-20b", "default", chunks.REQUEST_ID)
    assert [call.to_request() for call in reply.tool_calls] == [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": [1, 2]}'}}
    ]
    assert reply.usage == {
        "prompt_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens": 5,
        "completion_tokens_details": {"cached_tokens": 0, "reasoning_tokens": 2},
        "total_tokens": 15,
    }
    assert reply.extras == {}
    assert (upstream.request.path, upstream.request.json) == (
        "/openai/v1/responses",
        {"model": "openai/gpt-oss-20b", "input": [{"role": "user", "content": "Hi"}], "stream": True, "temperature": 0},
    )


async def test_a_whole_response_is_a_reply_too(client, upstream):
    upstream.says("Not streamed", reasoning="Hm.", tool_calls=[{"id": "c", "name": "n"}])
    answer = await client.request("POST", responses.PATH, json=responses.request("m", []))
    reply = responses.Reply.from_response(answer.data)
    assert (reply.content, reply.reasoning, reply.tool_calls[0].name, reply.finish_reason) == (
        "Not streamed",
        "Hm.",
        "n",
        "tool_calls",
    )
    assert (reply.usage["completion_tokens"], reply.id) == (3, ID)


@pytest.mark.parametrize("data", [None, [], {}, {"choices": []}, {"output": "none"}, {"status": "queued", "output": []}])
def test_an_answer_without_a_response(data):
    with pytest.raises(Unexpected):
        responses.Reply.from_response(data)


@pytest.mark.parametrize(
    ("story", "state", "finish"),
    [
        ({"done": True}, "complete", "stop"),
        ({"done": False}, "complete", "stop"),
        ({"finish": None}, "complete", None),
        ({"finish": None, "done": False}, "interrupted", None),
        ({"finish": "length", "done": False}, "complete", "length"),
        ({"finish": "content_filter", "done": False}, "complete", "content_filter"),
    ],
)
async def test_no_silent_truncation(client, upstream, story, state, finish):
    upstream.says("All of it", **story)
    turn = await play(client)
    assert (turn.state, turn.reply.finish_reason, turn.reply.content) == (state, finish, "All of it")


async def test_nobody_waits_for_a_connection_that_stays_open_after_the_last_event(client, upstream):
    upstream.says("All", done=False, hold=True)
    turn = await play(client)
    assert (turn.state, turn.stream.finished) == ("complete", True)


@pytest.mark.parametrize(
    "last",
    [
        event("response.failed", response=response("failed", [], error={"code": "server_error", "message": "Out of memory."})),
        event("error", code="server_error", message="Out of memory.", param=None, sequence_number=3),
        chunks.event({"type": "error", "code": "server_error", "message": "Out of memory."}),
        chunks.event({"type": "error", "error": {"type": "server_error", "message": "Out of memory."}}),
        chunks.event({"error": {"code": "server_error", "message": "Out of memory."}}),
    ],
)
async def test_an_error_keeps_the_text(client, upstream, last):
    upstream.sends(text("Half a") + last + text("never"), end="hang")
    turn = await play(client)
    assert isinstance(turn.error, BrokenStream)
    assert (turn.error.message, turn.error.code, turn.error.side) == ("Out of memory.", "server_error", "upstream")
    assert (turn.reply.content, turn.state) == ("Half a", "interrupted")


async def test_a_failure_without_words(client, upstream):
    upstream.sends(event("response.failed", response=response("failed", [])))
    assert (await play(client)).error.code == "response_failed"


async def test_a_lost_connection_keeps_the_text(client, upstream):
    upstream.cuts("Half a")
    turn = await play(client)
    assert (turn.error.code, turn.reply.content, turn.state) == ("connection_lost", "Half a", "interrupted")


def test_only_what_the_api_knows_is_sent():
    assert responses.request("m", [], temperature=0, user=None) == {"model": "m", "input": [], "temperature": 0}
    with pytest.raises(TypeError):
        responses.request("m", [], seed=1)
