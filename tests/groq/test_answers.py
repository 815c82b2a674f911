"""What the upstream answers, and what becomes of it."""

import asyncio
import time
from email.utils import formatdate

import pytest

from apps.groq import retry
from apps.groq.client import Client
from apps.groq.errors import Refused, Unexpected
from tests.groq.turns import play
from tests.upstream import says

HTML = "<!doctype html><script>alert(1)</script>" + "x" * 2000


async def test_a_turn(client, upstream):
    upstream.says("Hello there, you")
    turn = await play(client, temperature=0)
    assert (turn.reply.content, turn.state, turn.error) == ("Hello there, you", "complete", None)
    assert turn.reply.usage["completion_tokens"] == 3
    assert turn.reply.finish_reason == "stop"
    assert turn.stream.finished and turn.stream.status == 200 and turn.stream.request_id == turn.reply.request_id == "req_01jtest"
    assert 0 < turn.stream.asked_at <= turn.stream.headers_at <= time.monotonic()
    request = upstream.request
    assert (request.method, request.path) == ("POST", "/openai/v1/chat/completions")
    assert request.headers["authorization"] == "Bearer gsk_test_key"
    assert request.json == {
        "model": "llama-3.1-8b-instant",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "temperature": 0,
    }


@pytest.mark.parametrize(
    ("status", "code", "side"),
    [
        (400, "invalid_request", "request"),
        (401, "invalid_api_key", "key"),
        (403, "forbidden", "key"),
        (404, "not_found", "request"),
        (413, "too_large", "request"),
        (422, "unprocessable", "request"),
        (424, "failed_dependency", "upstream"),
        (418, "invalid_request", "request"),
    ],
)
async def test_a_refusal_is_not_repeated(client, upstream, naps, status, code, side):
    upstream.refuses(status, "Because of `temperature`.", param="temperature")
    turn = await play(client)
    error = turn.error
    assert isinstance(error, Refused)
    assert (error.status, error.code, error.side, error.param) == (status, code, side, "temperature")
    assert (error.message, str(error), error.request_id) == (
        "Because of `temperature`.",
        "Because of `temperature`.",
        "req_01jtest",
    )
    assert error.advice and error.detail == ""
    assert (turn.state, turn.reply.content, turn.retries, naps, len(upstream.requests)) == ("interrupted", "", [], [], 1)


async def test_the_upstreams_code_is_kept(client, upstream):
    upstream.refuses(404, "No such model.", code="model_not_found").refuses(400, code="<b>bad</b>")
    assert (await play(client)).error.code == "model_not_found"
    assert (await play(client)).error.code == "invalid_request"


@pytest.mark.parametrize("status", [400, 422])
async def test_a_failed_generation_is_kept(client, upstream, status):
    upstream.refuses(status, "Failed to call a function.", code="tool_use_failed", failed_generation="<function=x>{\0")
    error = (await play(client)).error
    assert (error.code, error.failed_generation, error.retryable) == ("tool_use_failed", "<function=x>{\ufffd", True)
    assert "temperature" in error.advice


@pytest.mark.parametrize(
    ("headers", "message", "wait"),
    [
        ({"retry-after": "1"}, "No.", 1),
        ({"retry-after": "60"}, "No.", 60),
        ({"retry-after": "120"}, "No.", 120),
        ({"retry-after": "nan"}, "Please try again in 5.289s.", 5.289),
        ({"retry-after": "-1", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s"}, "No.", 7.66),
        ({"x-ratelimit-reset-requests": "1m2s"}, "No.", 62),
        ({}, "Please try again in 5.289s. Need more?", 5.289),
        ({}, "No.", 0.5),
        ({"retry-after": "garbage", "x-ratelimit-reset-tokens": "garbage"}, "No.", 0.5),
    ],
)
async def test_a_rate_limit_is_waited_for(client, upstream, naps, headers, message, wait):
    upstream.refuses(429, message, headers=headers).says("At last")
    turn = await play(client)
    assert (turn.reply.content, turn.state, naps) == ("At last", "complete", [pytest.approx(wait)])
    (retry,) = turn.retries
    assert (retry.attempt, retry.delay, retry.error.code, retry.error.side) == (2, naps[0], "rate_limit_exceeded", "limit")


async def test_a_rate_limit_until_a_date(client, upstream, naps, monkeypatch):
    monkeypatch.setattr(retry.time, "time", lambda: 1_800_000_000.0)
    upstream.refuses(429, headers={"retry-after": formatdate(1_800_000_030, usegmt=True)})
    await play(client)
    assert naps == [30]


async def test_a_long_rate_limit_is_not_waited_for(client, upstream, naps):
    upstream.refuses(429, headers={"retry-after": "3600"})
    turn = await play(client)
    assert (turn.error.retry_after, naps, len(upstream.requests)) == (3600, [], 1)
    assert "60 minutes" in turn.error.advice


@pytest.mark.parametrize("status", [429, 498, 500, 502, 503, 504, 408, 409])
async def test_three_attempts_and_no_more(client, upstream, naps, status):
    upstream.refuses(status, times=5)
    turn = await play(client)
    assert (turn.error.status, naps, len(upstream.requests)) == (status, [1.0, 2.0] if status == 498 else [0.5, 1.0], 3)
    assert [retry.attempt for retry in turn.retries] == [2, 3]
    assert turn.error.retryable


async def test_no_capacity_changes_nothing_silently(client, upstream):
    upstream.refuses(498, "Flex is full.", code="capacity_exceeded", times=3)
    turn = await play(client, service_tier="flex")
    assert turn.error.code == "capacity_exceeded"
    assert {request.json["service_tier"] for request in upstream.requests} == {"flex"}


@pytest.mark.parametrize("body", [HTML, "", b"\xff\xfe", "{", "[]", '{"error":{}}', '{"error":null}', '{"error":{"message":7}}'])
@pytest.mark.parametrize("status", [400, 401, 500, 503])
async def test_what_is_no_error_object_never_becomes_a_message(client, upstream, status, body):
    upstream.refuses(status, body=body, times=3)
    error = (await play(client)).error
    assert error.status == status
    assert error.message.endswith(".") and "<" not in error.message
    assert len(error.detail) <= 512


async def test_other_shapes_of_errors(client, upstream):
    upstream.refuses(400, body={"error": "Bare words."}).refuses(400, body={"detail": "In detail."})
    assert (await play(client)).error.message == "Bare words."
    assert (await play(client)).error.message == "In detail."


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (200, "application/json", "not_a_stream"),
        (200, "text/html; charset=utf-8", "unexpected_answer"),
        (499, "text/html", "unexpected_answer"),
    ],
)
async def test_an_answer_of_another_kind(client, upstream, status, kind, code):
    upstream.refuses(status, headers={"content-type": kind}, body=HTML)
    error = (await play(client)).error
    assert isinstance(error, Unexpected)
    assert (error.code, error.status, len(error.detail), len(upstream.requests)) == (code, status, 512, 1)
    assert "<" not in error.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(client, upstream, status):
    upstream.refuses(status, headers={"location": upstream.url + "/elsewhere"})
    error = (await play(client)).error
    assert (error.code, error.status, len(upstream.requests)) == ("redirected", status, 1)


@pytest.mark.parametrize("path", ["", "/", "/openai/v1", "/openai/v1/"])
async def test_addresses_as_people_write_them(upstream, path):
    async with Client(upstream.url + path, " gsk_x\n") as client:
        await play(client)
        await client.request("GET", "/v1/fine_tunings")
    assert [request.path for request in upstream.requests] == [
        "/openai/v1/chat/completions",
        "/v1/fine_tunings",
    ] or path.startswith("/openai")
    assert upstream.requests[0].path == "/openai/v1/chat/completions"
    assert upstream.requests[0].headers["authorization"] == "Bearer gsk_x"


async def test_the_address_of_another_dialect(upstream):
    async with Client(upstream.url + "/v1") as client:
        await play(client)
    assert upstream.request.path == "/v1/chat/completions"
    assert "authorization" not in upstream.request.headers


async def test_the_key_is_never_shown(client, upstream):
    upstream.refuses(401, "Invalid API Key gsk_test_key provided.").refuses(500, body="gsk_test_key", times=3)
    for error in [(await play(client)).error, (await play(client)).error]:
        assert "gsk_test_key" not in f"{error} {error!r} {error.message} {error.detail}"
    assert "gsk_test_key" not in repr(client)


async def test_a_key_that_is_none(upstream):
    async with Client(upstream.url, "gsk_ö\nx") as client:
        error = (await play(client)).error
    assert (error.side, error.code, upstream.requests) == ("key", "invalid_api_key", [])


async def test_many_at_once(client, upstream):
    upstream.default = lambda request: says("You said " + request.text, rate=200)
    turns = await asyncio.gather(*(play(client, f"number {number}") for number in range(150)))
    assert [turn.reply.content for turn in turns] == [f"You said number {number}" for number in range(150)]
    assert upstream.connections == 150
