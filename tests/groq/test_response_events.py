"""The events of a response become the same reply as the chunks of a chat completion."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.groq import responses
from apps.groq.errors import BrokenStream
from tests.upstream.responses import event, response, text, usage_of

CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": '{"city":"Oslo"}'}
MESSAGE = {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]}
LINK = {"type": "url_citation", "url": "https://example.org", "title": "E", "start_index": 0, "end_index": 2}


def read(*events):
    """A reply that took these events, each an object; and the text it said to show."""
    reply = responses.Reply()
    return reply, "".join(reply.absorb(each).content for each in events)


def parsed(*raw):
    """Events as the helpers of the upstream write them, as objects."""
    return [json.loads(each.split(b"data: ", 1)[1]) for each in raw]


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


def test_raw_thoughts_are_told_from_the_answer():
    reply, shown = read(*parsed(text("<thi"), text("nk>Hm.</think>"), text("\n\nYes.")))
    assert (reply.content, shown, reply.reasoning, reply.skipped) == ("Yes.", "Yes.", "Hm.", 20)


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
        {"index": 0, "type": "code_interpreter_call", "arguments": "1+1", "output": '[{"type":"logs","logs":"2"}]'}
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


JUNK = st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=3) | st.just([]) | st.just({})
PART = st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "text", "refusal", "annotations"), JUNK))
ITEM = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "function_call", "reasoning", "mcp_list_tools", "web_search_call"]) | JUNK},
    optional={
        **dict.fromkeys(("id", "call_id", "name", "arguments", "output", "action"), JUNK),
        "content": st.lists(PART | JUNK, max_size=2) | JUNK,
        "summary": st.lists(PART | JUNK, max_size=2) | JUNK,
    },
)
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(responses._TAKERS)) | st.just("response.output_text.delta") | JUNK},
    optional={
        **dict.fromkeys(("delta", "text", "arguments", "annotation", "error", "item_id"), JUNK),
        **dict.fromkeys(("output_index", "content_index", "summary_index"), JUNK),
        "item": ITEM | JUNK,
        "response": st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(("id", "model", "status", "usage", "error", "service_tier"), JUNK),
                "output": st.lists(ITEM | JUNK, max_size=2) | JUNK,
                "incomplete_details": st.fixed_dictionaries({"reason": JUNK}) | JUNK,
            },
        )
        | JUNK,
    },
)


@given(st.lists(EVENT, max_size=8))
def test_whatever_comes_is_read_or_refused_and_can_be_kept(events):
    reply, shown = responses.Reply(), ""
    try:
        for each in events:
            shown += reply.absorb(each).content
    except BrokenStream:
        pass
    reply.ended(finished=False)
    # What may have become a tag was held back.
    assert reply.content.startswith(shown)
    kept = [reply.reasoning, reply.extras, reply.usage, reply.finish_reason, reply.id, reply.model, reply.to_completion()]
    json.dumps([kept, [call.to_request() for call in reply.tool_calls]])
