"""Lists that still grow. A long one is shown in parts, cut between its items."""

import re

from .blocks import Block, Fence, Open
from .limits import limits
from .line import Line

_MARKERS = re.compile(r"(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)*")


class List(Open):
    """A list at the top level, with everything inside its items."""

    def __init__(self, line, marker):
        self.kind = marker[3] or marker[1]
        self.number = int(marker[2] or 0)
        self.start: int | None = None
        self.loose = self.blank = self.hanging = False
        self.inner: tuple[str, str, int] | None = None
        self._enter(line, marker)
        super().__init__(line)

    def _enter(self, line, marker):
        """Remember how far the text of this item is indented."""
        space = len((marker[4] or "").expandtabs(4))
        filled = marker.end() < len(line.content)
        self.inset = line.indent + len(marker[1]) + (space if filled and space < 5 else 1)
        self.inner, self.empty = None, not filled
        self._look_for_fence(line)

    def _look_for_fence(self, line):
        body = Line(line.content[_MARKERS.match(line.content).end() :])
        if body.content and (fence := body.fence()):
            self.inner = (*fence, max(line.indent, self.inset))

    def takes(self, line):
        blank, self.blank = self.blank, not line.content
        if not line.content:
            return True
        if line.indent >= self.inset and not (blank and self.empty):
            self.hanging = self.empty = False
            if self.inner is None:
                self._look_for_fence(line)
            elif line.without(self.inner[2]).closes(self.inner[0]):
                self.inner = None
            return True
        if line.interrupts():
            # Below a line that only hangs on, a rule may be the underline of a heading: the parser knows.
            self.ended = self.hanging and line.is_rule
            return self.ended
        marker = line.marker() if line.indent < 4 else None
        if marker and (marker[3] or marker[1]) == self.kind:
            self.loose = self.loose or blank
            return self._takes_item(line, marker)
        self.hanging = not (blank or marker or self.inner or self.empty or line.content[0] == ">")
        return self.hanging

    def _takes_item(self, line, marker):
        if self.size > limits.list_part:
            return False
        self.number += 1
        self.hanging = False
        self._enter(line, marker)
        return True

    def finish(self):
        return Block(self.source, start=self.start, loose=self.loose)

    def follow(self, line):
        """The next part of the same list, when this line is one of its items."""
        marker = line.marker() if line.indent < min(4, self.inset) and not line.goes_on else None
        if not marker or line.is_rule or (marker[3] or marker[1]) != self.kind:
            return None
        more = List(line, marker)
        more.number = more.start = self.number + 1 if marker[2] else 0
        more.loose = self.loose
        return more

    def outdents(self, line):
        if line.indent < self.inset or line.goes_on:
            return 0
        return min(line.indent, self.inner[2]) if self.inner else line.indent

    def rest(self, line):
        if not self.inner:
            return self.follow(line)
        more = Fence(*self.inner[:2], 0)
        more.add(line)
        return more
