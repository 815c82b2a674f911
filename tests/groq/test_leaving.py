"""Whoever leaves, at the end or before it, closes the connection at once."""

import asyncio

import pytest

from apps.groq import chat
from apps.groq.client import Client
from tests.groq.turns import play
from tests.upstream import chunks


@pytest.mark.parametrize("after", [b"", b'data: {"choices":[]}\n\n', b"data: [DONE]\n\ndata: nonsense\n\n"])
async def test_after_done_nothing_counts(client, upstream, after):
    upstream.sends(chunks.chunk({"content": "All"}), b"data: [DONE]\n\n" + after, after, after, end="hang")
    turn = await play(client)
    assert (turn.reply.content, turn.state, turn.error, turn.stream.bad_events) == ("All", "complete", None, 0)
    await upstream.request.left()


@pytest.mark.parametrize("story", ["headers", "first byte", "text", "wait"])
async def test_leaving_closes_the_connection_at_once(upstream, story):
    if story == "headers":
        upstream.says("Never", delay=10)
    elif story == "first byte":
        upstream.sends(end="hang")
    elif story == "wait":
        upstream.refuses(429, headers={"retry-after": "60"})
    else:
        upstream.says("Half a", hang=True)
    async with Client(upstream.url) as client:
        task = asyncio.create_task(play(client))
        await upstream.asked()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task
        if story != "wait":
            await upstream.request.left()
    assert len(upstream.requests) == 1


async def test_breaking_out_of_the_loop_closes_the_connection(client, upstream):
    upstream.says("One two three", rate=20)
    async with client.stream(chat.PATH, chat.request("m", [{"role": "user", "content": "Hi"}], stream=True)) as stream:
        async for _ in stream:
            break
    await upstream.request.left()
