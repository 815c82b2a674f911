"""Numbered marks at places of a Markdown text, put into its HTML.

Nobody can tell where a character of the source ends up in the HTML but the renderer. So it draws the text once more
with letters of no meaning at those places; where that gives the same HTML but for these letters, and they stand in
plain text, they become marks. Where it does not (a mark would split a link, or open a list), the end of the line is
tried, and then the mark is left out.
"""

import re
import time

from django.utils.html import format_html

from apps.core import markdown

# Private characters: to Markdown they are letters. One pair that the text does not use is taken.
PAIRS = [("\ue0f0", "\ue0f1"), ("\uf5d2", "\uf5d3"), ("\U000f5a00", "\U000f5a01")]
TAG = re.compile(r"""</?([a-zA-Z][\w-]*)(?:[^>"']|"[^"]*"|'[^']*')*>""")
# From here on, scripts have no spaces between their words.
FIRST_WITHOUT_SPACES = "\u2e80"
# Where a link of ours may not stand.
CLOSED = {"a", "button", "code", "pre", "math", "copy-button", "figcaption"}
LONGEST = 64 * 1024
# Drawing again takes a moment, and others wait for it.
SECONDS = 0.5


def back(pk, number):
    """The id of the first mark of a source."""
    return f"cite-{pk}-{number}"


def target(pk, number):
    """The id of a source."""
    return f"source-{pk}-{number}"


def insert(text, html, wanted, names, pk):
    """``html`` with a mark for each (position, number) that has a safe place; ``names`` says {number: what it leads to}."""
    pair = next((pair for pair in PAIRS if not any(letter in text for letter in pair)), None)
    if not wanted or pair is None or len(text) > LONGEST:
        return html
    marked = Attempts(text, html, pair).settle(wanted)
    seen = set()

    def mark(match):
        number = int(match[1])
        first = number not in seen
        seen.add(number)
        id = format_html(' id="{}"', back(pk, number)) if first else ""
        return format_html(
            '<sup class="citation"><a href="#{}"{} aria-label="Source {}: {}">{}</a></sup>',
            target(pk, number),
            id,
            number,
            names[number],
            number,
        )

    return re.sub(f"{pair[0]}(\\d+){pair[1]}", mark, marked) if marked else html


class Attempts:
    """Looks for places that leave the HTML as it is."""

    def __init__(self, text, html, pair):
        self.text, self.html, self.pair = text, html, pair
        self.pattern = re.compile(f"{pair[0]}\\d+{pair[1]}")
        self.until = time.monotonic() + SECONDS

    def settle(self, wanted):
        """The HTML with letters for as many of the marks as have a place; None when none has."""
        kept = self.keep([(at, number, 0) for at, number in wanted])
        return self.draw(kept) if kept else None

    def keep(self, marks):
        """Those that can stand, each where it can."""
        if not marks or time.monotonic() > self.until:
            return []
        if self.draw(marks):
            return marks
        if len(marks) == 1:
            at, number, tried = marks[0]
            return self.keep([(at, number, tried + 1)]) if tried < 1 else []
        middle = len(marks) // 2
        both = self.keep(marks[:middle]) + self.keep(marks[middle:])
        return both if len(both) < len(marks) or any(tried for _, _, tried in both) else []

    def draw(self, marks):
        places = sorted({(self.place(at, tried), number) for at, number, tried in marks}, reverse=True)
        text = self.text
        for at, number in places:
            text = f"{text[:at]}{self.pair[0]}{number}{self.pair[1]}{text[at:]}"
        html = markdown.render(text)
        fits = self.pattern.sub("", html) == self.html and self.open_places(html) == len(places)
        return html if fits else None

    def place(self, at, tried):
        """Behind the word; at the second try at the end of the line."""
        text = self.text
        if tried:
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() and text[at] < FIRST_WITHOUT_SPACES:
                at += 1
        return len(text[:at].rstrip())

    def open_places(self, html):
        """How many marks stand in plain text, outside of links, code and attributes."""
        count, closed, at = 0, 0, 0
        for tag in TAG.finditer(html):
            count += 0 if closed else len(self.pattern.findall(html, at, tag.start()))
            if tag[1].lower() in CLOSED:
                closed = max(0, closed - 1) if tag[0].startswith("</") else closed + 1
            at = tag.end()
        return count + (0 if closed else len(self.pattern.findall(html, at)))
