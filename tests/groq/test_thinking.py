"""Raw thoughts: ``<think>…</think>`` at the beginning of the text is reasoning, however the text is cut."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.groq.chat import Reply
from apps.groq.thinking import Thinking


def split(pieces):
    thinking, said, thought = Thinking(), [], []
    for piece in pieces:
        more = thinking.feed(piece)
        said.append(more.said)
        thought.append(more.thought)
    more = thinking.finish()
    return "".join(said) + more.said, "".join(thought) + more.thought, thinking.taken


def cut(text, places):
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in zip(edges, edges[1:], strict=False)]


CASES = [
    ("<think>why</think>because", "because", "why"),
    ("<think>\nwhy\n</think>\n\nbecause", "because", "why"),
    ("\n<think>why</think>\nbecause", "\nbecause", "why"),
    ("<think></think>\n\nbecause", "because", ""),
    ("<think>\n\n</think>\n\nbecause", "because", ""),
    ("<think>never closed", "", "never closed"),
    ("<think>half closed </thi", "", "half closed </thi"),
    ("<think>a < b </b></think>yes", "yes", "a < b </b>"),
    ("<think>one</think>two <think>three</think>", "two <think>three</think>", "one"),
    ("Say <think>no</think>", "Say <think>no</think>", ""),
    ("<thin", "<thin", ""),
    ("<thinking>no</thinking>", "<thinking>no</thinking>", ""),
    ("</think>no", "</think>no", ""),
    ("  plain", "  plain", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "said", "thought"), CASES)
@given(places=st.lists(st.integers(0, 1000)))
def test_thoughts_and_answer(text, said, thought, places):
    assert split(cut(text, places))[:2] == (said, thought)


def characters(text):
    """What is no tag and no space; where a tag stood, its neighbours do not become one."""
    return "".join(re.sub("</?think>", "|", text).replace("|", "").split())


@example("<think>", ["<", "</think>", "think>"], [])
@given(
    st.sampled_from(["<think>", "", "\n<think>\n"]),
    st.lists(st.sampled_from(["</think>", "word ", "<", "</", "think>", "\n", " ", "日本", "<think>"]), max_size=30),
    st.lists(st.integers(0, 1000)),
)
def test_any_cut_gives_the_same_and_nothing_else_is_lost(begin, words, places):
    text = begin + "".join(words)
    whole, taken = split([text])[:2], split([text])[2]
    assert split(cut(text, places)) == (*whole, taken)
    said, thought = whole
    assert characters(f"{thought}|{said}") == characters(text)
    if said.strip():
        # Positions in the text of the API lead to the same characters of the answer.
        at = len(said) - len(said.lstrip())
        assert text[at + taken :] == said[at:] if thought else text.endswith(said.lstrip())


def test_little_is_held_back():
    thinking = Thinking()
    thinking.feed("<think>")
    for size in range(1, 200):
        assert len(thinking.feed("x" + " " * size + "</thin").thought) >= size - 32


@pytest.mark.parametrize("streamed", [True, False])
def test_a_reply_keeps_raw_thoughts_apart(streamed):
    if not streamed:
        message = {"role": "assistant", "content": "<think>\nHm.\n</think>\n\nYes."}
        reply = Reply.from_completion({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
    else:
        reply, deltas = Reply(), []
        for piece in ["<th", "ink>", "\nHm.", "\n</thi", "nk>", "\n\n", "Yes", "."]:
            deltas.append(reply.absorb({"choices": [{"index": 0, "delta": {"content": piece}}]}))
        reply.ended(finished=True)
        assert "".join(delta.content for delta in deltas) == "Yes."
        assert "".join(delta.reasoning for delta in deltas) == "Hm."
    assert (reply.content, reply.reasoning) == ("Yes.", "Hm.")
    assert reply.skipped == len("<think>\nHm.\n</think>\n\n")


def test_what_looks_like_a_tag_to_the_end_is_text():
    reply = Reply()
    reply.absorb({"choices": [{"index": 0, "delta": {"content": "<thi"}}]})
    assert reply.content == ""
    reply.ended(finished=True)
    reply.ended(finished=True)
    assert reply.content == "<thi"
