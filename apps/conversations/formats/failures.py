"""What a model wrote that the API could not use, beside what it should have followed."""

from typing import NamedTuple

from apps.conversations.formats.asked import functions, json_format, requires_one
from apps.core.text import pretty
from apps.groq.json import Malformed, loads
from apps.parameters.schemas import fitting

MOST_TEXT = 100_000
MOST_TOOLS = 8


class Failure(NamedTuple):
    """``beside`` is [(title, JSON)] of the schema or the tools that it concerns; ``violations`` what it breaks of the schema."""

    text: str
    is_json: bool
    beside: list
    violations: list


def of(run):
    """The Failure of a run whose error has a ``failed_generation``."""
    text = run.error["failed_generation"]
    value, is_json = read(text)
    if is_json:
        text = pretty(value)
    cut = text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}\n… {len(text) - MOST_TEXT:,} more characters"
    beside, violations = [], []
    if concerns_tools(run):
        beside = [(f"The tool {name}", pretty(definition)) for name, definition in called(run.request, text)]
    elif (asked := json_format(run.request)) and asked.schema is not None:
        beside = [(f"The schema {asked.name or 'answer'}", pretty(asked.schema))]
        violations = fitting.verdict(value, asked.schema).violations if is_json else []
    return Failure(cut, is_json, beside, violations)


def concerns_tools(run):
    code = (run.error or {}).get("code")
    return code == "tool_use_failed" or (code != "json_validate_failed" and bool(functions(run.request)))


def may_cool(run):
    """Whether the model may write something else at a lower temperature."""
    return bool(run.error and run.error.get("failed_generation")) and run.request.get("temperature") != 0


def may_skip_validation(run):
    """Whether the same request without validation of tools is another one, and one that the API takes."""
    if not run.error or run.error.get("code") != "tool_use_failed" or run.api:
        return False
    return not requires_one(run.request) and not run.request.get("disable_tool_validation")


def called(request, text):
    """The functions that a text names; all where it names none."""
    offered = functions(request)
    named = [(name, definition) for name, definition in offered if name and name in text]
    return (named or offered)[:MOST_TOOLS]


def read(text):
    """(value, whether the text is JSON)."""
    if len(text) > MOST_TEXT:
        return None, False
    try:
        return loads(text), True
    except Malformed:
        return None, False
