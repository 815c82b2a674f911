"""The reply as it grows: text, reasoning, and what stands beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.groq.errors import BrokenStream
from tests.groq.deltas import absorb, delta
from tests.groq.turns import play
from tests.upstream import chunks


def content(*pieces):
    reply, shown = absorb(*(delta(content=piece) for piece in pieces))
    before = reply.content
    reply.ended(finished=True)
    return before, reply.content, shown


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["Hel", "", "lo"], "Hello"),
        (["a\ud83d", "\ude00b"], "a😀b"),
        (["\ud83d", "", "\ude00"], "😀"),
        (["\ud83d", "\ud83d", "\ude00"], "\ufffd😀"),
        (["\ud83d", "x"], "\ufffdx"),
        (["x\ude00y"], "x\ufffdy"),
        (["a\0b"], "a\ufffdb"),
        (["e", "\u0301", "👩", "\u200d", "👧"], "e\u0301👩\u200d👧"),
        (["\u2028", "\x85"], "\u2028\x85"),
    ],
)
def test_text_in_pieces(pieces, text):
    before, after, shown = content(*pieces)
    assert before == after == shown == text
    after.encode()


def test_half_a_character_at_the_end_is_shown_only_at_the_end():
    assert content("a", "\ud83d") == ("a", "a\ufffd", "a")


# "<" may begin thoughts in raw text, and is shown when the next says that it does not.
@given(text=st.text(alphabet=st.characters(blacklist_characters="\0<", codec="utf-8")), size=st.integers(1, 5))
def test_any_cut_between_code_units_gives_the_same_text(text, size):
    raw = text.encode("utf-16-le")
    units = [raw[at : at + 2 * size].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2 * size)]
    assert content(*units) == (text, text, text)


async def test_half_characters_over_the_wire(client, upstream):
    upstream.sends(
        b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\ude00"}}]}\n\n',
        b"data: [DONE]\n\n",
    )
    turn = await play(client)
    assert (turn.shown, turn.reply.content) == ("😀", "😀")


def test_reasoning_stays_apart():
    reply, shown = absorb(delta(reasoning="Hm"), delta(reasoning_content="m"), delta(content="Yes", reasoning="."))
    assert (reply.reasoning, reply.content, shown) == ("Hmm.", "Yes", "Yes")


def test_what_stands_beside_the_text():
    reply, _ = absorb(
        {
            "id": "a",
            "model": "m",
            "system_fingerprint": "fp",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}],
            "x_groq": {"id": "req_1"},
        },
        delta(annotations=[{"type": "document_citation", "document_citation": {"document_id": "d\0"}}]),
        delta(executed_tools=[{"index": 0, "type": "search", "arguments": "{}"}]),
        delta(executed_tools=[{"index": 0, "output": "found"}, {"index": 1, "type": "python"}]),
        {
            "id": "a",
            "service_tier": "on_demand",
            "choices": [{"index": 0, "delta": {}, "finish_reason": "length"}],
            "x_groq": {"id": "req_2", "seed": 7, "usage_breakdown": {"models": [{"model": "m", "usage": {"total_tokens": 3}}]}},
        },
    )
    assert (reply.id, reply.model, reply.system_fingerprint, reply.service_tier) == ("a", "m", "fp", "on_demand")
    assert (reply.request_id, reply.seed, reply.finish_reason) == ("req_1", 7, "length")
    assert reply.annotations[0]["document_citation"]["document_id"] == "d\ufffd"
    assert reply.executed_tools == [
        {"index": 0, "type": "search", "arguments": "{}", "output": "found"},
        {"index": 1, "type": "python"},
    ]
    assert reply.usage_breakdown == [{"model": "m", "usage": {"total_tokens": 3}}]


@pytest.mark.parametrize(
    "chunk",
    [
        {"id": "a", "choices": [], "usage": {"prompt_tokens": 1}},
        {"choices": [], "prompt_filter_results": []},
        {"choices": None, "usage": {"prompt_tokens": 1}},
        {"x_groq": {"id": "req"}},
        {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        {"choices": [{"index": 1, "delta": {"content": "other"}}]},
        {
            "choices": [
                {"index": 0, "delta": {"content": None, "role": "assistant", "tool_calls": None, "channel": "x"}, "new": 1}
            ],
            "new": {},
        },
    ],
)
def test_strange_but_normal(chunk):
    reply, shown = absorb(*[chunk] * 5, delta(content="ok"))
    assert (shown, reply.bad_events) == ("ok", 0)


BAD = [
    {},
    {"choices": None},
    {"choices": "text"},
    {"choices": ["text"]},
    {"choices": {"0": 1}},
    {"choices": [{"index": 0, "delta": "text"}]},
    {"choices": [{"index": 0, "delta": {"content": 7}}]},
    {"choices": [{"index": 0, "delta": {"content": ["a"]}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "reasoning": 7}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "tool_calls": {}}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "tool_calls": [{"index": "0"}]}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "tool_calls": [{"function": {"arguments": {}}}]}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "executed_tools": ["a"]}}]},
    {"choices": [{"index": 0, "delta": {"content": "x", "annotations": {}}}]},
]


@pytest.mark.parametrize("bad", BAD)
def test_a_wrong_shape_is_skipped_whole_and_the_third_ends_it(bad):
    reply, shown = absorb(delta(content="a"), bad, delta(content="b"), bad, delta(content="c"))
    assert (shown, reply.content, reply.tool_calls, reply.bad_events) == ("abc", "abc", [], 2)
    with pytest.raises(BrokenStream) as raised:
        reply.absorb(bad)
    assert (raised.value.code, raised.value.side, reply.content) == ("unreadable", "upstream", "abc")


async def test_unreadable_events_are_skipped_and_the_third_ends_it(client, upstream):
    good, bad = chunks.chunk({"content": "a"}), b"data: {bad\n\n"
    upstream.sends(good + bad, good, b"data: 7\n\n" + good, b"data: [DONE]\n\n")
    turn = await play(client)
    assert (turn.reply.content, turn.state, turn.stream.bad_events) == ("aaa", "complete", 2)
    upstream.sends(good + bad + good + bad + good + b"data: NaN\n\n" + good)
    turn = await play(client)
    assert (turn.reply.content, turn.state, turn.error.code) == ("aaa", "interrupted", "unreadable")
