"""One line of source, and what a block may begin with."""

import re

from .formulas import awaited

_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$", re.DOTALL)
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_MARKER = re.compile(r"([-*+]|([0-9]{1,9})([.)]))(?:([ \t]+)|$)")


class Line:
    """A line, its indent in columns, what follows the indent, and whether it is the rest of a cut line."""

    __slots__ = ("content", "goes_on", "indent", "text")

    def __init__(self, text, goes_on=False):
        self.text, self.goes_on = text, goes_on
        self.content = content = text.lstrip(" \t")
        space = text[: len(text) - len(content)]
        self.indent = len(space.expandtabs(4)) if "\t" in space else len(space)

    def without(self, columns):
        """The same line with at most so many columns of indent less."""
        return Line(" " * (self.indent - min(columns, self.indent)) + self.content)

    @property
    def is_rule(self):
        """Three or more of *, - or _ and nothing else."""
        mark = self.content[0]
        return mark in "*-_" and self.content.count(mark) > 2 and not self.content.replace(mark, "").strip(" \t")

    @property
    def is_underline(self):
        """Makes a heading of the paragraph above it."""
        text = self.content.rstrip(" \t")
        return bool(text) and not text.strip(text[0]) and text[0] in "=-"

    def fence(self):
        """The characters and the info string of the code fence this line opens, or None."""
        if self.content.startswith(("```", "~~~")) and (match := _FENCE.match(self.content)):
            return (match[1], match[2]) if match[1] else (match[3], match[4])
        return None

    def closes(self, fence):
        text = self.content.rstrip(" \t")
        return self.indent < 4 and len(text) >= len(fence) and not text.strip(fence[0]) and not self.goes_on

    @property
    def is_heading(self):
        return bool(_HEADING.match(self.content))

    def marker(self):
        """The match of a list marker this line begins with: marker, number, delimiter, space. None without one."""
        return _MARKER.match(self.content)

    def interrupts(self):
        """Whether a fence, heading, rule or formula begins here whatever stands above."""
        return self.indent < 4 and bool(self.fence() or self.is_heading or self.is_rule or any(awaited(self.content)))
