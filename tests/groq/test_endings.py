"""How a stream ends: whole, broken off, or with an error in it."""

import pytest

from apps.groq.errors import BrokenStream
from tests.groq.turns import play
from tests.upstream import chunks


@pytest.mark.parametrize(
    ("story", "state"),
    [
        ({"text": "All", "done": True}, "complete"),
        ({"text": "All", "done": False}, "complete"),
        ({"text": "All", "finish": None}, "complete"),
        ({"text": "Half a", "finish": None, "done": False}, "interrupted"),
        ({"text": "", "finish": None, "done": False}, "interrupted"),
        ({"text": "", "reasoning": "Thinking hard", "finish": None, "done": False}, "interrupted"),
        ({"text": "All", "finish": "length"}, "complete"),
        ({"text": "All", "finish": "content_filter"}, "complete"),
        ({"text": "All", "finish": "never_seen"}, "complete"),
    ],
)
async def test_no_silent_truncation(client, upstream, story, state):
    upstream.says(**story)
    turn = await play(client)
    assert (turn.state, turn.error, turn.reply.content) == (state, None, story["text"])
    assert turn.reply.finish_reason == story.get("finish", "stop")
    assert turn.reply.reasoning == story.get("reasoning", "")


@pytest.mark.parametrize(("end", "step"), [("end", 1), ("close", 5), ("reset", 9)])
async def test_cut_anywhere_it_is_complete_only_when_it_had_said_so(client, upstream, end, step):
    text = chunks.chunk({"content": "Half "}) + chunks.chunk({"content": "a word"})
    last = chunks.chunk({}, finish="stop", x_groq={"id": "req_9"})
    stream = text + last + b"data: [DONE]\n\n"
    said_so = len(text + last.rstrip())
    for place in range(1, len(stream), step):
        upstream.sends(stream[:place], end=end)
        turn = await play(client)
        assert "Half a word".startswith(turn.reply.content)
        if place < said_so:
            assert turn.state == "interrupted", stream[:place]
        elif place >= len(text + last):
            assert (turn.state, turn.reply.content) == ("complete", "Half a word"), stream[:place]


async def test_done_twice(client, upstream):
    upstream.sends(chunks.chunk({"content": "a"}), b"data: [DONE]\n\ndata: [DONE]\n\n", chunks.chunk({"content": "b"}))
    turn = await play(client)
    assert (turn.reply.content, turn.state) == ("a", "complete")


@pytest.mark.parametrize(
    "event",
    [
        chunks.event({"error": {"message": "Out of memory.", "type": "server_error", "code": "oom"}}),
        chunks.event({"error": {"message": "Out of memory.", "code": "oom"}}, name="error"),
        chunks.event({"message": "Out of memory.", "code": "oom"}, name="error"),
        chunks.event({"choices": [], "error": {"message": "Out of memory.", "type": "OOM"}}),
    ],
)
async def test_an_error_in_the_middle_keeps_the_text(client, upstream, event):
    upstream.sends(chunks.chunk({"content": "Half a"}) + event + chunks.chunk({"content": "never"}), end="hang")
    turn = await play(client)
    assert isinstance(turn.error, BrokenStream)
    assert (turn.error.message, turn.error.code, turn.error.side) == ("Out of memory.", "oom", "upstream")
    assert (turn.reply.content, turn.state) == ("Half a", "interrupted")
    await upstream.request.left()


@pytest.mark.parametrize("error", ["over capacity", {"message": "over capacity"}])
async def test_an_error_in_x_groq(client, upstream, error):
    upstream.sends(
        chunks.chunk({"content": "Half a"}), chunks.chunk({}, x_groq={"id": "req_9", "error": error}), b"data: [DONE]\n\n"
    )
    turn = await play(client)
    assert (turn.error.message, turn.error.request_id, turn.reply.content) == ("over capacity", "req_9", "Half a")
    assert not turn.stream.finished and turn.state == "interrupted"


@pytest.mark.parametrize("data", ["nonsense", "null", "7", "{}", '{"error":{}}'])
async def test_an_error_without_words(client, upstream, data):
    upstream.sends(f"event: error\ndata: {data}\n\n".encode())
    assert (await play(client)).error.code == "upstream_error"
