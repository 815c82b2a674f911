"""The Responses API: its events become the same reply as the chunks of a chat completion."""

import json

import pytest

from apps.groq import items, responses
from apps.groq.errors import BrokenStream, GroqError, Unexpected
from tests.groq.turns import Turn
from tests.upstream import chunks
from tests.upstream.responses import ID, event, response, text, usage_of

CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": '{"city":"Oslo"}'}
MESSAGE = {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]}
LINK = {"type": "url_citation", "url": "https://example.org", "title": "E", "start_index": 0, "end_index": 2}


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


def read(*events):
    """A reply that took these events, each an object; and the text it said to show."""
    reply = responses.Reply()
    return reply, "".join(reply.absorb(each).content for each in events)


def parsed(*raw):
    """Events as the helpers of the upstream write them, as objects."""
    return [json.loads(each.split(b"data: ", 1)[1]) for each in raw]


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


@pytest.mark.parametrize(
    "events",
    [
        [event("response.output_text.done", output_index=0, content_index=0, text="Hi")],
        [event("response.output_item.done", output_index=0, item=MESSAGE)],
        [event("response.completed", response=response("completed", [MESSAGE]))],
        [text("H"), text("i"), event("response.output_text.done", output_index=0, content_index=0, text="Hi")],
        [text("H"), text("i"), event("response.output_item.done", output_index=0, item=MESSAGE)],
        # Counted in another way, as where the reasoning is left out.
        [text("Hi", item=1), event("response.completed", response=response("completed", [MESSAGE]))],
        [event("response.refusal.delta", output_index=0, content_index=0, delta="Hi")],
    ],
)
def test_text_comes_once_in_whatever_event_it_stands(events):
    reply, shown = read(*parsed(*events))
    assert (reply.content, shown, reply.bad_events) == ("Hi", "Hi", 0)


@pytest.mark.parametrize(
    "events",
    [
        [event("response.output_item.added", output_index=0, item={**CALL, "arguments": ""})]
        + [event("response.function_call_arguments.delta", output_index=0, delta=piece) for piece in ('{"city":', '"Oslo"}')],
        [event("response.output_item.added", output_index=0, item={**CALL, "arguments": ""})]
        + [event("response.function_call_arguments.done", output_index=0, arguments=CALL["arguments"])],
        [event("response.output_item.done", output_index=0, item=CALL)],
        [event("response.function_call_arguments.delta", output_index=0, delta=CALL["arguments"])]
        + [event("response.output_item.done", output_index=0, item=CALL)],
        # Without places, by ids.
        [event("response.output_item.added", item={**CALL, "arguments": ""})]
        + [event("response.function_call_arguments.delta", item_id="fc_1", delta=CALL["arguments"])],
        [event("response.output_item.done", output_index=0, item=CALL)]
        + [event("response.completed", response=response("completed", [CALL]))],
        [event("response.completed", response=response("completed", [CALL]))],
    ],
)
def test_a_call_comes_once_in_whatever_events_it_stands(events):
    reply, _ = read(*parsed(*events))
    (call,) = reply.tool_calls
    assert (call.id, call.name, call.arguments, call.valid) == ("call_1", "weather", CALL["arguments"], True)


def test_what_is_said_before_and_after_a_call_are_two_paragraphs():
    reply, shown = read(
        *parsed(text("One."), text(" More."), event("response.output_item.done", output_index=1, item=CALL), text("Two.", item=2))
    )
    assert reply.content == shown == "One. More.\n\nTwo."


def test_reasoning_comes_as_text_as_a_summary_or_in_the_item():
    parts = [("summary", 0, "First"), ("summary", 0, " thought."), ("summary", 1, "Second.")]
    deltas = [
        {"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": n, "delta": t} for _, n, t in parts
    ]
    item = {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "First thought."}]}
    assert read(*deltas)[0].reasoning == "First thought.\n\nSecond."
    done = {"type": "response.output_item.done", "output_index": 0, "item": item}
    assert read(done)[0].reasoning == "First thought."
    assert read(*deltas[:2], done)[0].reasoning == "First thought."


def test_sources_and_tools_of_the_api_are_kept_once():
    item = {**MESSAGE, "content": [{"type": "output_text", "text": "Hi", "annotations": [LINK]}]}
    added = {"type": "response.output_text.annotation.added", "output_index": 0, "content_index": 0, "annotation": LINK}
    done = {"type": "response.output_item.done", "output_index": 0, "item": item}
    end = {"type": "response.completed", "response": response("completed", [item])}
    for events in ([added, done, end], [done, end], [end]):
        assert read(*events)[0].extras == {"annotations": [LINK]}
    ran = {"type": "code_interpreter_call", "id": "ci", "code": "1+1", "outputs": [{"type": "logs", "logs": "2"}]}
    reply, _ = read({"type": "response.output_item.done", "output_index": 0, "item": ran})
    assert reply.extras["executed_tools"] == [
        {"index": 0, "type": "code_interpreter_call", "arguments": "1+1", "output": [{"type": "logs", "logs": "2"}]}
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"type": 7},
        {"choices": []},
        {"type": "response.output_text.delta", "delta": 7},
        {"type": "response.output_text.delta"},
        {"type": "response.output_text.done", "text": []},
        {"type": "response.reasoning_text.delta", "delta": None},
        {"type": "response.reasoning_summary_text.done"},
        {"type": "response.output_item.added", "item": "x"},
        {"type": "response.output_item.done"},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "function_call", "name": 7}},
        {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": {"a": 1}},
        {"type": "response.output_text.annotation.added", "annotation": "x"},
        {"type": "response.created", "response": []},
    ],
)
def test_events_of_a_wrong_shape_are_skipped_and_the_third_ends_it(bad):
    reply, _ = read(*parsed(text("a")), bad, *parsed(text("b")), bad)
    assert (reply.content, reply.bad_events) == ("ab", 2)
    with pytest.raises(BrokenStream) as raised:
        reply.absorb(bad)
    assert (raised.value.code, reply.content) == ("unreadable", "ab")


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "keepalive"},
        {"type": "response.web_search_call.searching", "output_index": 0},
        {
            "type": "response.output_item.done",
            "output_index": [],
            "item": {"type": "message", "content": [7, {"type": "output_text"}]},
        },
        {"type": "response.output_text.delta", "output_index": {}, "content_index": [], "item_id": 3, "delta": ""},
        {"type": "response.completed"},
        {"type": "response.completed", "response": {"output": [7], "usage": "none", "id": 7}},
        {"type": "response.incomplete", "response": {"incomplete_details": "x"}},
    ],
)
def test_what_is_odd_and_says_nothing_does_no_harm(odd):
    reply, shown = read(odd)
    assert (shown, reply.bad_events, reply.tool_calls) == ("", 0, [])


def test_an_unknown_reason_is_told_as_it_is():
    reply, _ = read({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "tired"}}})
    assert reply.finish_reason == "tired"


def test_counts_that_cannot_be_are_unknown():
    usage = {**usage_of(3, 2), "output_tokens": -1, "input_tokens_details": {"cached_tokens": "x"}}
    reply, _ = read({"type": "response.completed", "response": {"usage": usage}})
    assert reply.usage == {
        "prompt_tokens": 3,
        "completion_tokens_details": {"cached_tokens": 0, "reasoning_tokens": 0},
        "total_tokens": 5,
    }


def test_half_a_character_waits_for_the_other_half():
    assert read(*parsed(text("a\ud83d"), text("\ude00")))[1] == "a😀"


def test_messages_become_items():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    photo = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}}
    kept = {"type": "image_url", "attachment": "at1", "name": "cat.png"}
    document = {"type": "document", "document": {"data": {}, "id": "1"}}
    assert items.from_messages(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": "Be kind."},
            {
                "role": "user",
                "content": [{"type": "text", "text": "What?"}, photo, kept, document],
            },
            {"role": "user", "content": [document]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "7"}]},
            {"role": "assistant", "content": "Seven.", "tool_calls": []},
            {"role": "system", "content": "Later."},
        ]
    ) == (
        "Be brief.",
        [
            {"role": "developer", "content": "Be kind."},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What?"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"},
                    {"type": "input_image", "attachment": "at1", "name": "cat.png"},
                ],
            },
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a":1}'},
            {"type": "function_call_output", "call_id": "c", "output": "7"},
            {"role": "assistant", "content": "Seven."},
            {"role": "system", "content": "Later."},
        ],
    )


def test_only_what_the_api_knows_is_sent():
    assert responses.request("m", [], temperature=0, user=None) == {"model": "m", "input": [], "temperature": 0}
    with pytest.raises(TypeError):
        responses.request("m", [], seed=1)
