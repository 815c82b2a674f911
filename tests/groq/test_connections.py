"""Connections are used again, replaced when stale, and belong to a loop."""

import asyncio
import threading

from apps.groq.client import Client
from tests.groq.turns import play
from tests.upstream import says
from tests.waiting import join


async def test_a_stale_connection_is_replaced_silently(client, upstream, naps):
    upstream.says("One").cuts(before="headers").says("Two")
    assert (await play(client)).reply.content == "One"
    turn = await play(client)
    assert (turn.reply.content, turn.retries, naps, upstream.connections) == ("Two", [], [], 2)


async def test_connections_are_used_again(client, upstream):
    for _ in range(3):
        assert (await play(client)).state == "complete"
    upstream.refuses(400)
    await play(client)
    await client.request("GET", "/openai/v1/models")
    assert upstream.connections == 1
    upstream.drops_idle()
    await asyncio.sleep(0.02)
    assert (await play(client)).retries == []


def test_one_client_in_several_loops(upstream_thread):
    client = Client(upstream_thread.url, "gsk_x")
    upstream_thread.default = says("Same")

    async def turn():
        try:
            return (await play(client)).reply.content
        finally:
            await client.aclose()

    assert [asyncio.run(turn()), asyncio.run(turn())] == ["Same", "Same"]
    texts = []
    threads = [threading.Thread(target=lambda: texts.append(asyncio.run(turn())), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert texts == ["Same"] * 4


def test_a_loop_that_ended_without_goodbye_is_cleaned_up(upstream_thread):
    client = Client(upstream_thread.url, "gsk_x")

    async def last():
        try:
            await play(client)
        finally:
            await client.aclose()

    loop = asyncio.new_event_loop()
    loop.run_until_complete(play(client))
    transport = next(iter(client._transports.values()))
    for connections in transport.client.connector._conns.values():
        for protocol, _ in connections:
            protocol.transport.abort()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    asyncio.run(last())
    assert client._transports == {} and transport.client.closed
