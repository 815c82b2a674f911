"""A finished answer as JSON: its tree, and what it breaks of the schema it was asked to follow."""

from typing import NamedTuple

from apps.conversations.formats import tree
from apps.conversations.formats.asked import json_format
from apps.conversations.kept import Kept
from apps.groq.json import Malformed, loads
from apps.groq.text import clean_value
from apps.parameters.fields import where
from apps.parameters.schemas import fitting

# Reading, checking and drawing take about a tenth of a second for so much.
MOST_TEXT = 1_000_000
MOST_KEPT = 8_000_000


class Answer(NamedTuple):
    """``fault`` says why it is no JSON; without one there is a ``tree``. ``violations`` are (id of the place, path, words)."""

    fault: str = ""
    tree: str = ""
    schema: str | None = None
    violations: list = []
    unchecked: list = []

    @property
    def size(self):
        """In characters, about."""
        return len(self.tree) + sum(len(path) + len(words) for _, path, words in self.violations) + 1000


drawings = Kept(MOST_KEPT, lambda answer: answer.size)


def of(message):
    """The Answer of a message whose run has ended and asked for JSON; None for all others."""
    run = message.current_run
    if run is None or run.is_live or not message.text or (asked := json_format(run.request)) is None:
        return None
    key = message.pk, len(message.text), hash(message.text)
    return drawings.get(key, lambda: drawn(message.text, asked, f"json-{message.pk}"))


def drawn(text, asked, prefix):
    if len(text) > MOST_TEXT:
        return Answer(f"It is longer than {MOST_TEXT:,} characters: it was not read, and is shown as it came.")
    try:
        value = clean_value(loads(text))
    except Malformed as error:
        return Answer(f"It is not JSON: {where(text) or error}.")
    if asked.schema is None:
        return Answer(tree=tree.draw(value, prefix=prefix))
    verdict = fitting.verdict(value, asked.schema)
    marks = {}
    for violation in verdict.violations:
        marks.setdefault(violation.steps, []).append(violation.words)
    places = {steps: f"{prefix}-{place}" for place, steps in enumerate(marks, 1)}
    violations = [(places[violation.steps], violation.path, violation.words) for violation in verdict.violations]
    return Answer("", tree.draw(value, marks, prefix), asked.name or "answer", violations, verdict.unchecked)
