"""What is sent, and whole answers."""

import pytest

from apps.groq import chat
from apps.groq.errors import Unexpected
from tests.upstream import chunks


def test_only_what_the_api_knows_is_sent():
    message = {
        "role": "assistant",
        "content": "Hi",
        "id": 7,
        "reasoning": "Hm",
        "tool_calls": [{"id": "c", "index": 0, "function": {"name": "n", "arguments": "{}", "x": 1}}],
    }
    part = {"type": "image_url", "image_url": {"url": "data:"}, "name": "a.png"}
    body = chat.request(
        "m", [message, {"role": "user", "content": [part, {"type": "text", "text": "?"}], "name": None}], temperature=0, stop=None
    )
    assert body == {
        "model": "m",
        "messages": [
            {
                "role": "assistant",
                "content": "Hi",
                "reasoning": "Hm",
                "tool_calls": [{"id": "c", "type": "function", "function": {"name": "n", "arguments": "{}"}}],
            },
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}, {"type": "text", "text": "?"}]},
        ],
        "temperature": 0,
    }
    with pytest.raises(TypeError):
        chat.request("m", [], stream_options={})
    with pytest.raises(ValueError):
        chat.request("m", [{"role": "robot", "content": ""}])
    with pytest.raises(ValueError):
        chat.request("m", [{"role": "user", "content": [{"type": "video"}]}])


async def test_a_completion_is_a_reply_too(client, upstream):
    upstream.says("Not streamed", reasoning="Hm.", tool_calls=[{"id": "c", "name": "n"}])
    answer = await client.request("POST", chat.PATH, json=chat.request("m", [{"role": "user", "content": "Hi"}]))
    reply = chat.Reply.from_completion(answer.data)
    assert (reply.content, reply.reasoning, reply.tool_calls[0].name, reply.finish_reason) == ("Not streamed", "Hm.", "n", "stop")
    assert (reply.usage["completion_tokens"], reply.request_id, reply.id) == (3, "req_01jtest", chunks.ID)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"choices": []}, {"choices": None}, {"choices": [7]}, {"choices": [{"message": 7}]}]
)
def test_a_completion_without_a_message(data):
    with pytest.raises(Unexpected):
        chat.Reply.from_completion(data)
