"""However the bytes are cut, packed or awaited, the text is the same."""

import asyncio
import json

import pytest

from apps.groq import chat
from tests.groq.turns import play
from tests.upstream import chunks


@pytest.mark.parametrize("split", [1, 2, 7, 16 * 1024, [3, 100, 101, 250]])
async def test_any_split_gives_the_same_text(client, upstream, split):
    text = "Ünïcödé 👩‍👩‍👧‍👦 e\u0301 a\u2028b\x85c"
    upstream.says(list(text), reasoning="Hm.", split=split)
    turn = await play(client)
    assert (turn.reply.content, turn.shown, turn.reply.reasoning, turn.state) == (text, text, "Hm.", "complete")


@pytest.mark.parametrize("split", [1, 2, 3])
async def test_characters_that_are_sent_as_they_are(client, upstream, split):
    """Not as escapes: each is cut at every byte, and what others take for an end of line is none."""
    text = "Ünïcödé 👩‍👩‍👧‍👦 e\u0301 a\u2028b\u2029c\x85d\u200be"
    raw = [json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}, ensure_ascii=False) for piece in (text, *text)]
    upstream.sends(*[f"data: {chunk}\n\n".encode() for chunk in raw], b"data: [DONE]\n\n", split=split)
    turn = await play(client)
    assert (turn.reply.content, turn.shown, turn.state) == (text * 2, text * 2, "complete")
    assert (turn.reply.bad_events, turn.stream.bad_events) == (0, 0)


async def test_what_comes_together_is_handed_over_together(client, upstream):
    upstream.says(["x"] * 1000)
    turn = await play(client)
    assert turn.reads < 100
    upstream.says(["x"] * 40, rate=400)
    resting = await play(client, each=lambda: asyncio.sleep(0.05))
    assert (resting.reply.content, resting.reads < 20) == ("x" * 40, True)


async def test_resting_loses_nothing(client, upstream):
    upstream.says(["abcdefgh"] * 3000)
    body = chat.request("m", [{"role": "user", "content": "Hi"}], stream=True)
    reply, drained = chat.Reply(), []
    async with client.stream(chat.PATH, body) as stream:
        async for found in stream:
            for chunk in found:
                reply.absorb(chunk)
            drained.append(stream.drained)
            await stream.rest(asyncio.sleep(0.005))
    assert (reply.content, reply.ended(stream.finished)) == ("abcdefgh" * 3000, "complete")
    assert False in drained and drained[-1]


@pytest.mark.parametrize("gzip", [True, False])
@pytest.mark.parametrize("split", [None, 1])
async def test_gzip_and_trailers(client, upstream, gzip, split):
    upstream.sends(chunks.chunk({"content": "Zipped"}), b"data: [DONE]\n\n", gzip=gzip, split=split, trailers=b"x-end: yes\r\n")
    turn = await play(client)
    assert (turn.reply.content, turn.state) == ("Zipped", "complete")
    assert upstream.request.headers["accept-encoding"] == "identity"


async def test_gzip_arrives_piece_by_piece(client, upstream):
    upstream.says("Half a", gzip=True, hang=True)
    body = chat.request("m", [{"role": "user", "content": "Hi"}], stream=True)
    async with client.stream(chat.PATH, body) as stream:
        text = "".join(chat.Reply().absorb(chunk).content for chunk in await anext(stream))
    assert text.startswith("Half")


async def test_a_bomb_is_unpacked_in_pieces(client, upstream):
    upstream.sends(b":" + b"x" * 30_000_000 + b"\n\n", chunks.chunk({"content": "Small"}), b"data: [DONE]\n\n", gzip=True)
    turn = await play(client)
    assert turn.reply.content == "Small"


async def test_broken_or_unknown_packing(client, upstream):
    upstream.sends(b"not gzip", headers={"content-type": "text/event-stream", "content-encoding": "gzip"})
    assert (await play(client)).error.code == "unreadable"
    upstream.sends(b"brrr", headers={"content-type": "text/event-stream", "content-encoding": "br"})
    assert (await play(client)).error.code == "unexpected_encoding"
