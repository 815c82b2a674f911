"""Chunks by hand."""

from typing import Any

from apps.groq import chat


def delta(**members: Any) -> dict[str, Any]:
    """A chunk with these members in its delta."""
    return {"id": "a", "choices": [{"index": 0, "delta": members, "finish_reason": None}]}


def absorb(*given: dict[str, Any]) -> tuple[chat.Reply, str]:
    """A reply that took these chunks, and the text it said to show."""
    reply = chat.Reply()
    shown = "".join(reply.absorb(chunk).content for chunk in given)
    return reply, shown
