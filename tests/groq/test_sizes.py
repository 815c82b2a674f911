"""Long answers cost in proportion and end somewhere."""

import sys

import pytest

from apps.groq import chat
from apps.groq.errors import BrokenStream
from tests.groq.deltas import absorb, delta
from tests.groq.turns import play
from tests.upstream import chunks


def test_memory_is_that_of_the_text():
    reply = chat.Reply()
    for number in range(200_000):
        reply.absorb(delta(content="ab"[number % 2] + "é"))
    held = sum(map(sys.getsizeof, [*reply._content._blocks, *reply._content._pieces]))
    assert held < 2 * sys.getsizeof(reply.content) + 100_000
    assert len(reply._content._pieces) < 2_000 and len(reply.content) == 400_000


async def test_one_delta_of_five_megabytes(client, upstream):
    upstream.sends(chunks.chunk({"content": "é" * 2_500_000}), b"data: [DONE]\n\n")
    turn = await play(client)
    assert (turn.reply.content, turn.state) == ("é" * 2_500_000, "complete")


async def test_many_small_deltas(client, upstream):
    upstream.says(["x"] * 50_000)
    turn = await play(client)
    assert (len(turn.reply.content), turn.state) == (50_000, "complete")


def test_an_endless_answer_is_ended(monkeypatch):
    monkeypatch.setattr(chat, "TEXT_LIMIT", 100)
    reply, _ = absorb(delta(content="x" * 60), delta(reasoning="y" * 30))
    with pytest.raises(BrokenStream) as raised:
        reply.absorb(delta(tool_calls=[{"index": 0, "function": {"name": "n", "arguments": "z" * 20}}]))
    assert (raised.value.code, reply.content) == ("too_large", "x" * 60)
