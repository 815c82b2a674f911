"""Tools that MCP servers offered (``mcp_list_tools``), and what each model of a compound system used."""

from typing import NamedTuple

from apps.core.reading import line, member, number, objects, pretty, text
from apps.core.templatetags.playground import seconds


class Offer(NamedTuple):
    name: str
    description: str
    schema: str


class Server(NamedTuple):
    label: str
    tools: list[Offer]
    other: str


def servers(given):
    return [server(listed) for listed in objects(given)]


def server(listed):
    tools = [offer(tool) for tool in objects(listed.get("tools"))]
    other = "" if tools or not listed.get("tools") else pretty(listed)
    return Server(line(listed.get("server_label")) or "Unnamed server", tools, other)


def offer(tool):
    schema = tool.get("input_schema")
    return Offer(line(tool.get("name")) or "unnamed", text(tool.get("description")).strip(), pretty(schema) if schema else "")


class Share(NamedTuple):
    """Counts as people read them; empty strings for what is not known."""

    model: str
    tokens_in: str
    tokens_out: str
    time: str
    rate: str


def shares(breakdown):
    """A Share for each model of ``Run.usage_breakdown``."""
    return [share(line(entry.get("model")) or "unknown", entry.get("usage")) for entry in objects(breakdown)]


def share(model, usage):
    out, took = number(member(usage, "completion_tokens")), number(member(usage, "completion_time"))
    return Share(
        model,
        count(number(member(usage, "prompt_tokens"))),
        count(out),
        seconds(number(member(usage, "total_time"))),
        f"{out / took:,.0f}" if out and took and took > 0.001 else "",
    )


def count(value):
    return "" if value is None else f"{value:,.0f}"
