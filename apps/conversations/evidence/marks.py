"""Numbered marks at places of a Markdown text, put into its HTML.

Nobody can tell where a character of the source ends up in the HTML but the renderer. So it draws the text once more
with letters of no meaning at those places; where that gives the same HTML but for these letters, and they stand in
plain text, they become marks. Where it does not (a mark would split a link, or open a list), the end of the line is
tried, and then the mark is left out.
"""

import re
import time
from collections import Counter

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
    marked = Attempts(text, html, pair, wanted).settle()
    seen = set()

    def mark(match):
        _, number = wanted[int(match[1])]
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
    """Looks for places that leave the HTML as it is; each mark is moved or left out when it is found to spoil it."""

    def __init__(self, text, html, pair, wanted):
        self.text, self.pair = text, pair
        self.blocks = drawn_blocks(text)
        self.pattern = re.compile(f"{pair[0]}(\\d+){pair[1]}")
        # What is shown already is the judge: where drawing it again gives something else, nothing is compared.
        fits = "".join(self.blocks) == html
        self.places = {index: self.behind_word(at) for index, (at, _) in enumerate(wanted)} if fits else {}
        self.moved = set()

    def settle(self):
        """The HTML with letters for the marks that have a place; None when none has."""
        # Of the thread, so that a busy machine has the same marks as an idle one.
        until = time.thread_time() + SECONDS
        while self.places:
            blocks = drawn_blocks(self.text_with_letters())
            late = time.thread_time() > until
            spoilt = self.spoilt(blocks, late)
            if not spoilt:
                return "".join(blocks)
            for index in spoilt:
                self.move(index, late)
        return None

    def text_with_letters(self):
        text = self.text
        # From the end, so that no place moves; at one place in the order of the numbers.
        for index, at in sorted(self.places.items(), key=lambda item: (item[1], item[0]), reverse=True):
            text = f"{text[:at]}{self.pair[0]}{index}{self.pair[1]}{text[at:]}"
        return text

    def move(self, index, late):
        """To the end of the line; the second time, and when it is late, the mark is left out."""
        if late or index in self.moved:
            del self.places[index]
            return
        self.moved.add(index)
        at = self.places[index]
        end = self.text.find("\n", at)
        self.places[index] = len(self.text[: len(self.text) if end < 0 else end].rstrip())

    def spoilt(self, blocks, late):
        """The marks that cannot stay where they are: one or more of each block that differs; empty when all can."""
        seen, spoilt = set(), set()
        for block in blocks:
            seen |= self.open_places(block)
        if missing := self.places.keys() - seen:
            return missing
        if len(blocks) != len(self.blocks):
            return self.culprit("".join(blocks), "".join(self.blocks)) if not late else set(self.places)
        for block, wanted in zip(blocks, self.blocks, strict=True):
            if self.pattern.sub("", block) != wanted:
                # A change that shows in a block without a mark comes from one in another.
                found = self.open_places(block) if late else self.culprit(block, wanted)
                spoilt |= found or set(self.places)
        return spoilt

    def culprit(self, block, wanted):
        """{the mark before the first difference}; what it changes shows behind it, but for one that begins the block."""
        same = same_beginning(self.pattern.sub("", block), wanted)
        taken, found = 0, None
        for letters in self.pattern.finditer(block):
            if found is not None and letters.start() - taken > same:
                break
            found = int(letters[1])
            taken += len(letters[0])
        return set() if found is None else {found}

    def behind_word(self, at):
        text = self.text
        while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() and text[at] < FIRST_WITHOUT_SPACES:
            at += 1
        return len(text[:at].rstrip())

    def open_places(self, html):
        """The marks that stand once and in plain text, outside of links, code and attributes."""
        found, closed, at = [], 0, 0
        for tag in TAG.finditer(html):
            if not closed:
                found += self.pattern.findall(html, at, tag.start())
            if tag[1].lower() in CLOSED:
                closed = max(0, closed - 1) if tag[0].startswith("</") else closed + 1
            at = tag.end()
        found += [] if closed else self.pattern.findall(html, at)
        return {int(index) for index, times in Counter(found).items() if times == 1}


def drawn_blocks(text):
    live = markdown.Live()
    return [*live.feed(text), *live.finish()]


def same_beginning(one, other):
    """How many characters two texts have in common from their beginnings on."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low
