"""What to say of an answer's reasoning: how long, how much, and whether the model gets it back."""

from typing import NamedTuple

from apps.core import reading
from apps.core.templatetags.playground import seconds
from apps.parameters.capabilities import replays_reasoning

WITHHELD = "Not sent back with the next message."
NOTES = {
    "always": "Sent back with the next message.",
    "tools": "Sent back with the results of its tool calls, not with later messages.",
    "never": WITHHELD,
}


class Thoughts(NamedTuple):
    title: str  # "Thought for 3.2 s"
    size: str  # "1,204 tokens"
    note: str


def of(message, run):
    """The words around the reasoning of ``message``; ``run`` is what wrote it, or None."""
    took = reading.number(reading.member(message.extras.get("thinking"), "seconds"))
    rule = replays_reasoning(run.model) if run else "never"
    note = NOTES[rule] if rule != "tools" or message.tool_calls else WITHHELD
    # Less than this is the time between two reads, not that of a thought.
    title = f"Thought for {seconds(took)}" if took and took >= 0.05 else "Reasoning"
    return Thoughts(title, size(message.reasoning, run), note)


def size(text, run):
    details = reading.member(run and run.usage, "completion_tokens_details")
    tokens = reading.member(details, "reasoning_tokens")
    # Some answers count none though they thought aloud: that is no count.
    if isinstance(tokens, int) and tokens > 0:
        return f"{tokens:,} token{'s' if tokens > 1 else ''}"
    words = len(text.split())
    # Languages without spaces have no words to count.
    return f"about {words:,} words" if words > 1 and len(text) < 20 * words else ""
