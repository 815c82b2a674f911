"""What came beside an answer's text, made ready for templates: pure functions from JSON to what a page shows.

Everything here was written by others (an API, a model, the web): it is read with care, what is not as described is shown
as plain JSON, and nothing is markup until a template escapes it.
"""

from dataclasses import dataclass, field

from apps.conversations.evidence import probabilities, servers, sources, thoughts, tools
from apps.conversations.evidence.sources import cite
from apps.conversations.evidence.using import lines
from apps.conversations.kept import Kept
from apps.core.reading import objects, pretty

__all__ = ["Evidence", "cite", "lines", "of", "probabilities", "thoughts", "tools"]

SHOWN = {"annotations", "executed_tools", "logprobs", "mcp_list_tools", "thinking"}


@dataclass
class Evidence:
    """What stands under an answer; every list may be empty."""

    tools: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    odd_annotations: str = ""
    servers: list = field(default_factory=list)
    shares: list = field(default_factory=list)
    tokens: int = 0
    other: str = ""


def of(message, run):
    """The Evidence of an answer; ``run`` is what wrote it, or None."""
    extras = message.extras if isinstance(message.extras, dict) else {"extras": message.extras}
    found = Evidence(
        tools=cards(extras.get("executed_tools"), message.pk, run),
        servers=servers.servers(extras.get("mcp_list_tools")),
        shares=servers.shares(run.usage_breakdown) if run else [],
        tokens=len(objects(extras.get("logprobs"))),
    )
    if extras.get("annotations"):
        found.sources, found.odd_annotations = sources.of(message, run)
    # Also what should be a list of objects and is none.
    other = {name: value for name, value in extras.items() if value and (name not in SHOWN or misshapen(name, value))}
    found.other = pretty(other) if other else ""
    return found


# Drawing a chart of ten thousand points takes as long as a page; what has ended stays as it is.
kept = Kept(64, lambda cards: 1)


def cards(executed, pk, run):
    """``tools.cards``, once for an answer that has ended."""
    if not executed or run is None or run.ended_at is None:
        return tools.cards(executed, pk)
    return kept.get((pk, run.ended_at), lambda: tools.cards(executed, pk))


def misshapen(name, value):
    return name != "thinking" and not objects(value)
