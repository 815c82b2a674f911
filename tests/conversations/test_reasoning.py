"""Reasoning: apart from the answer while it streams, in the row, in the page, and sent back only where the model wants it."""

import json

import pytest

from apps.conversations.evidence import thoughts
from apps.conversations.models import ASSISTANT, TOOL, USER, Conversation, Message, Piece, Run
from apps.conversations.models.replay import replayed
from apps.conversations.runs.picture import Picture
from apps.parameters import capabilities
from tests.reader import Page
from tests.upstream import chunks
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

RAW = ["<th", "ink>\nFirst ", "this.\n", "</", "think>\n", "\n**Yes", "**."]


def test_raw_thoughts_stream_apart_and_stay_apart(server, alice):
    server.upstream.says(RAW, rate=40)
    message = alice.ask(reasoning_format="raw", model="qwen/qwen3-32b")
    page = Page(f"message:{message.pk}")
    seen = ""
    with alice.socket() as socket:
        socket.socket.send(page.ask())
        while not page.over:
            page.receive(socket.read())
            seen += page.tail
    assert page.thoughts == "First this." and "think" not in seen + page.blocks
    stored = alice.finish(message)
    assert (stored.text, stored.reasoning) == ("**Yes**.", "First this.")
    assert stored.extras["thinking"]["skipped"] == len("".join(RAW)) - len(stored.text)
    assert stored.html == page.blocks or stored.html in page.final
    assert page.final in alice.get(f"/c/{stored.conversation_id}/").text
    assert alice.get(f"/messages/{stored.pk}/source/").text == "**Yes**."


def test_what_was_thought_so_far_survives_like_the_text(server, alice):
    """A page that comes in the middle, and a process that dies, have the same thoughts and none of them in the text."""
    server.upstream.says(["<think>\nFirst this, ", "then that.", "</think>", "\n\nYes"], hang=True)
    message = alice.ask()
    until(lambda: Piece.join(message.pk) == ("Yes", "First this, then that."))
    with alice.socket() as socket:
        page = Page(f"message:{message.pk}")
        socket.socket.send(page.ask())
        page.receive(socket.read())
    assert (page.thoughts, page.tail, page.snapshots) == ("First this, then that.", "Yes", 1)
    alice.post(f"/c/{message.conversation_id}/stop/")
    stored = alice.finish(message)
    assert (stored.text, stored.reasoning, stored.run.state) == ("Yes", "First this, then that.", "stopped")


def test_thoughts_that_were_cut_off_are_no_answer(server, alice):
    server.upstream.says(["<think>", "Not done </thi"], cut="close")
    stored = alice.finish(alice.ask())
    assert (stored.text, stored.reasoning, stored.run.state) == ("", "Not done </thi", "interrupted")


def test_the_time_of_thinking_is_measured_and_told(server, alice):
    server.upstream.sends(
        chunks.chunk({"reasoning": "Hm. "}),
        chunks.chunk({"reasoning": "So."}),
        chunks.chunk({"content": "Yes."}),
        chunks.chunk({}, finish="stop") + b"data: [DONE]\n\n",
        pause=0.4,
    )
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until_final()
    (thought,) = {frame["thought"] for frame in socket.frames if "thought" in frame}
    assert 0.05 < thought < 10
    stored = alice.finish(message)
    assert stored.extras["thinking"] == {"seconds": thought, "skipped": 0}
    assert f"Thought for {thought:.2f} s" in alice.get(f"/c/{stored.conversation_id}/").text


def test_a_picture_says_nothing_of_times_that_nobody_measured():
    picture = Picture(measured=False)
    picture.think("Hm.")
    assert "thought" not in picture.frame() and "thought" not in picture.snapshot()
    picture.write("Yes.")
    assert picture.frame()["thought"] is None and picture.snapshot()["thought"] is None


@pytest.mark.parametrize(
    ("usage", "text", "size"),
    [
        ({"completion_tokens_details": {"reasoning_tokens": 1204}}, "a b", "1,204 tokens"),
        ({"completion_tokens_details": {"reasoning_tokens": 1}}, "a b", "1 token"),
        ({"completion_tokens_details": {"reasoning_tokens": 0}}, "one two three", "about 3 words"),
        ({"completion_tokens": 9}, "one two three", "about 3 words"),
        (None, "one two three", "about 3 words"),
        (None, "語" * 400, ""),
    ],
)
def test_how_much_was_thought(usage, text, size):
    assert thoughts.size(text, Run(usage=usage)) == size


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        ("openai/gpt-oss-120b", "tools"),
        ("qwen/qwen3-32b", "never"),
        ("deepseek-r1-distill-llama-70b", "never"),
        ("new/model", "never"),
    ],
)
def test_the_rule_of_each_family(model, rule):
    assert capabilities.replays_reasoning(model) == rule


def said(role, **fields):
    return Message(role=role, **fields)


def test_what_is_replayed(monkeypatch):
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    old = [
        said(USER, text="One"),
        said(ASSISTANT, reasoning="Old call", tool_calls=calls),
        said(TOOL, text="1", tool_call_id="c"),
        said(ASSISTANT, reasoning="Old", text="Done"),
    ]
    new = [
        said(USER, text="Two"),
        said(ASSISTANT, reasoning="New call", tool_calls=calls),
        said(TOOL, text="2", tool_call_id="c"),
    ]
    assert replayed([*old, *new], "openai/gpt-oss-20b") == {new[1].pk}
    assert replayed([*old, *new], "qwen/qwen3-32b") == set()
    assert replayed(old[:1], "openai/gpt-oss-20b") == set()
    monkeypatch.setattr("apps.conversations.models.replay.replays_reasoning", lambda model: "always")
    assert replayed([*old, *new], "any") == {old[1].pk, old[3].pk, new[1].pk}
    body = Conversation(model="openai/gpt-oss-20b").request_body([*old, *new])
    assert [message.get("reasoning") for message in body["messages"]] == [None, "Old call", None, "Old", None, "New call", None]


def test_thoughts_are_not_sent_back_where_the_model_does_not_want_them(server, alice):
    server.upstream.says("Yes.", reasoning="Hm.")
    first = alice.finish(alice.ask("One", model="openai/gpt-oss-120b"))
    server.upstream.says("No.")
    alice.finish(alice.ask("Two", first.conversation_id, model="openai/gpt-oss-120b"))
    assert "Hm." not in json.dumps(server.turns[-1].json)
    assert "Not sent back with the next message." in alice.get(f"/c/{first.conversation_id}/").text
