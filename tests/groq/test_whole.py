"""Answers that are not streamed."""

import pytest

from apps.groq import models
from apps.groq.client import Client
from apps.groq.errors import Refused, Unexpected

HTML = "<!doctype html><script>alert(1)</script>"


async def test_whole_answers(client, upstream):
    upstream.says("Not streamed")
    answer = await client.request("POST", "/openai/v1/chat/completions", json={"model": "m", "messages": []})
    assert answer.data["choices"][0]["message"]["content"] == "Not streamed"
    assert (answer.status, answer.request_id, answer.limits.requests.limit) == (200, "req_01jtest", 14400)
    upstream.refuses(200, body=b"\x00\x01RIFF", headers={"content-type": "audio/wav"})
    answer = await client.request("POST", "/openai/v1/audio/speech", json={"model": "m"}, expects="bytes")
    assert (answer.body, answer.data) == (b"\x00\x01RIFF", None)


async def test_an_answer_that_repeats_the_key_is_told_without_it(client, upstream):
    key = "gsk_test_key"
    body = '{"text": "a gsk_\\u0074est_key b", "gsk_test_key": [["gsk_test_key"], 1, null]}'
    upstream.sends(body.encode(), headers={"content-type": "application/json", "x-request-id": f"id {key}", "X-Echo": key})
    answer = await client.request("POST", "/openai/v1/chat/completions", json={})
    assert answer.data == {"text": "a … b", "…": [["…"], 1, None]}
    assert answer.request_id == "id …" and answer.headers["x-echo"] == "…" and key.encode() not in answer.body


@pytest.mark.parametrize("body", [HTML, '{"a":NaN}', "[" * 1000])
async def test_unreadable_answers(client, upstream, body):
    upstream.refuses(200, body=body)
    with pytest.raises(Unexpected) as raised:
        await client.request("POST", "/openai/v1/chat/completions", json={})
    assert raised.value.detail


async def test_an_answer_larger_than_we_hold(upstream):
    upstream.refuses(200, body=b"1" * 2_000_000)
    async with Client(upstream.url, body_limit=1_000_000) as client:
        with pytest.raises(Unexpected) as raised:
            await client.request("POST", "/openai/v1/chat/completions", json={})
    assert raised.value.code == "too_large"


async def test_files_are_sent_again_whole(client, upstream):
    upstream.refuses(503).refuses(200, body={"text": "Hello"})
    sound = b"RIFF" + bytes(300_000)
    answer = await client.request(
        "POST", "/openai/v1/audio/transcriptions", files={"file": ("a.wav", sound, "audio/wav")}, data={"model": "whisper"}
    )
    assert answer.data == {"text": "Hello"}
    assert all(sound in request.body and b"whisper" in request.body for request in upstream.requests)
    assert upstream.request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert int(upstream.request.headers["content-length"]) == len(upstream.request.body)


async def test_models(client, upstream):
    assert "openai/gpt-oss-20b" in [model["id"] for model in await models.list_models(client)]
    assert (await models.retrieve(client, "openai/gpt-oss-20b"))["context_window"] == 131072
    with pytest.raises(Refused) as raised:
        await models.retrieve(client, "gone")
    assert (raised.value.status, raised.value.code) == (404, "model_not_found")
    upstream.refuses(200, body={"data": [{"id": "a"}, {"id": 7}, None]}, path="/openai/v1/models")
    assert await models.list_models(client) == [{"id": "a"}]
    upstream.refuses(200, body={"data": "none"}, path="/openai/v1/models")
    with pytest.raises(Unexpected):
        await models.list_models(client)
