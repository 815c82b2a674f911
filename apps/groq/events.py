"""What the events of a response have in common: where they belong, and what they change together."""

from collections.abc import Iterable
from typing import Any

from apps.groq.chat import Delta
from apps.groq.text import word


def item_of(event: dict[str, Any]) -> object:
    """What tells the item of an event from the others: its place in the output, or its id."""
    place = event.get("output_index")
    return place if isinstance(place, int) else word(event.get("item_id"))


def thought_of(event: dict[str, Any]) -> tuple[object, ...]:
    if "summary_index" in event:
        return "summary", item_of(event), number(event["summary_index"])
    return "reasoning", item_of(event), number(event.get("content_index"))


def number(value: object) -> int:
    return value if isinstance(value, int) else 0


def objects(value: object) -> list[tuple[int, dict[str, Any]]]:
    """[(place, object)] of a list; what is none is left out."""
    return [(place, item) for place, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


def together(deltas: Iterable[Delta]) -> Delta:
    found = list(deltas)
    return Delta(
        "".join(delta.content for delta in found),
        "".join(delta.reasoning for delta in found),
        any(delta.tool_calls for delta in found),
        any(delta.sources for delta in found),
    )
