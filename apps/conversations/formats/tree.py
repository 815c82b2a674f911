"""JSON as a tree that folds: native ``details``, so that keys and screen readers work, and never more of it than a page bears."""

import json

from django.utils.html import escape
from django.utils.safestring import mark_safe

NODES = 1_500
CHILDREN = 100
# A text longer than the first is folded, one longer than the second is cut.
FOLDED, CUT = 300, 20_000
OPEN_LEVELS = 2


def draw(value, marks=(), prefix="json"):
    """Safe HTML of a value; ``marks`` is {steps: [words]} of what is wrong at a place, which always is drawn and open.

    The place of the n-th mark (from 1) has the id ``<prefix>-<n>``.
    """
    return mark_safe(f'<ul class="json-tree">{Drawing(dict(marks), prefix).node(value, (), "")}</ul>')


class Drawing:
    def __init__(self, marks, prefix):
        self.marks, self.left = marks, NODES
        self.ids = {steps: f"{prefix}-{place}" for place, steps in enumerate(marks, 1)}
        self.on_the_way = {steps[:length] for steps in marks for length in range(len(steps) + 1)}

    def node(self, value, steps, key):
        self.left -= 1
        inner = self.container(value, steps, key) if isinstance(value, dict | list) and value else self.leaf(value, steps, key)
        if steps not in self.marks:
            return f"<li>{inner}</li>"
        return f'<li class="wrong" id="{escape(self.ids[steps])}" tabindex="-1">{inner}</li>'

    def container(self, value, steps, key):
        named = isinstance(value, dict)
        entries = list(value.items() if named else enumerate(value))
        drawn = []
        for place, (step, inner) in enumerate(entries):
            if (place < CHILDREN and self.left > 0) or (*steps, step) in self.on_the_way:
                label = f'<span class="json-key" dir="auto">{escape(step)}</span> '
                drawn.append(self.node(inner, (*steps, step), label))
        if missing := len(entries) - len(drawn):
            drawn.append(f'<li class="json-more">{missing:,} more, whole in Raw</li>')
        noun = ("property" if len(entries) == 1 else "properties") if named else ("entry" if len(entries) == 1 else "entries")
        is_open = steps in self.on_the_way or len(steps) < OPEN_LEVELS
        head = f'<summary>{key}<span class="json-count">{len(entries):,} {noun}</span></summary>'
        return f"<details{' open' if is_open else ''}>{head}{self.why(steps)}<ul>{''.join(drawn)}</ul></details>"

    def leaf(self, value, steps, key):
        if isinstance(value, str) and len(value) > FOLDED:
            more = f'<p class="json-more">Cut here; {len(value):,} characters, whole in Raw</p>' if len(value) > CUT else ""
            head = f'{key}<span class="json-text" dir="auto">{escape(json.dumps(value[:60], ensure_ascii=False)[:-1])}…</span>'
            return (
                f'<details class="json-long"><summary>{head} <span class="json-count">{len(value):,} characters</span></summary>'
                f'<p class="json-whole" dir="auto">{escape(value[:CUT])}</p>{more}</details>{self.why(steps)}'
            )
        if isinstance(value, str):
            return f'{key}<span class="json-text" dir="auto">{quoted(value)}</span>{self.why(steps)}'
        if isinstance(value, dict | list):
            return f'{key}<span class="json-count">{"empty object" if value == {} else "empty list"}</span>{self.why(steps)}'
        kind = "word" if value is None or isinstance(value, bool) else "number"
        return f'{key}<span class="json-{kind}">{json.dumps(value)}</span>{self.why(steps)}'

    def why(self, steps):
        return "".join(f'<p class="json-why">{escape(words)}</p>' for words in self.marks.get(steps, ()))


def quoted(text):
    return escape(json.dumps(text, ensure_ascii=False))
