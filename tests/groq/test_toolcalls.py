"""Tool calls out of fragments."""

import time

import pytest

from apps.groq import chat
from tests.groq.deltas import absorb, delta
from tests.groq.turns import play


def fragment(index, id=None, name=None, arguments=None):
    function = {key: value for key, value in {"name": name, "arguments": arguments}.items() if value is not None}
    return {"index": index, "type": "function", "function": function} | ({"id": id} if id else {})


def calls(*fragments):
    reply, _ = absorb(*(delta(tool_calls=[part] if isinstance(part, dict) else part) for part in fragments))
    reply.ended(finished=True)
    return [(call.id, call.name, call.arguments, call.valid) for call in reply.tool_calls]


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        ([fragment(0, "a", "now", "{}")], [("a", "now", "{}", True)]),
        ([fragment(0, "a", "now")], [("a", "now", "", True)]),
        ([fragment(0, None, "now", "{"), fragment(0, "late", None, "}")], [("late", "now", "{}", True)]),
        ([fragment(0, "a", "get_"), fragment(0, None, "time", "{}")], [("a", "get_time", "{}", True)]),
        ([fragment(0, "a", "get_"), fragment(0, "a", "time", "{}")], [("a", "get_time", "{}", True)]),
        ([fragment(0, "a", "now", "{"), fragment(0, "a", "now", "}")], [("a", "now", "{}", True)]),
        (
            [fragment(0, "a", "x", "{"), fragment(1, "b", "y", "{"), fragment(0, arguments="}"), fragment(1, arguments="}")],
            [("a", "x", "{}", True), ("b", "y", "{}", True)],
        ),
        ([[fragment(1, "b", "y", "{}"), fragment(0, "a", "x", "{}")]], [("b", "y", "{}", True), ("a", "x", "{}", True)]),
        ([fragment(0, "a", "x", "{}"), fragment(0, "b", "y", "{}")], [("a", "x", "{}", True), ("b", "y", "{}", True)]),
        ([fragment(0, "a", "x", "{}"), fragment(1, "a", "y", "{}")], [("a", "x", "{}", True), ("a", "y", "{}", False)]),
        ([fragment(0, "a", "x", '{"city": ')], [("a", "x", '{"city": ', False)]),
        ([fragment(0, "a", "x", "[1]")], [("a", "x", "[1]", False)]),
        ([fragment(0, "a", "x", '{"a":NaN}')], [("a", "x", '{"a":NaN}', False)]),
        ([fragment(0, None, "x", "{}")], [(None, "x", "{}", False)]),
        (
            [[{"id": "a", "function": {"name": "x"}}, {"id": "b", "function": {"name": "y"}}]],
            [("a", "x", "", True), ("b", "y", "", True)],
        ),
        ([fragment(0, "a", "x", '{"a":"\ud83d'), fragment(0, None, None, '\ude00"}')], [("a", "x", '{"a":"😀"}', True)]),
    ],
)
def test_tool_calls(fragments, expected):
    assert calls(*fragments) == expected


def test_a_deprecated_function_call_is_a_tool_call_without_id():
    reply, _ = absorb(delta(function_call={"name": "now", "arguments": "{"}), delta(function_call={"arguments": "}"}))
    assert [(call.id, call.name, call.parsed()) for call in reply.tool_calls] == [(None, "now", {})]


async def test_tool_calls_over_the_wire(client, upstream):
    upstream.says(tool_calls=[{"id": "c1", "name": "weather", "arguments": {"city": "Bern"}}], finish="tool_calls")
    turn = await play(client)
    (call,) = turn.reply.tool_calls
    assert (call.parsed(), turn.reply.finish_reason) == ({"city": "Bern"}, "tool_calls")
    assert call.to_request() == {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}


def test_ten_thousand_fragments_cost_in_proportion():
    def seconds(count):
        parts = [delta(tool_calls=[fragment(number % 7, arguments="x" * 9)]) for number in range(count)]
        reply = chat.Reply()
        began = time.process_time()
        for part in parts:
            reply.absorb(part)
        assert sum(len(call.arguments) for call in reply.tool_calls) == 9 * count
        return time.process_time() - began

    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(20_000) for _ in range(2))
    assert large < 40 * small + 0.01
