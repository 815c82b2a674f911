"""Cuts a text into blocks, one line after the other."""

from .blocks import Block, Fence, Indented, Open, Paragraph, Plain, Quote, Single
from .limits import limits
from .line import Line
from .lists import List


class Scanner:
    """Cuts lines into blocks, looking at each line once."""

    def __init__(self):
        self._open: Open | None = None
        self._taken = 0
        self._outdent = 0

    def take(self, text: str, goes_on: bool = False) -> list[Block]:
        """The blocks that are finished now that this line is known."""
        line = self._place(text, goes_on)
        block, finished = self._open, []
        if block is None:
            self._open = self._begin(line)
        elif not block.has_room(line):
            outdent = block.outdents(line)
            self._outdent += outdent
            line = line.without(outdent) if outdent else line
            finished, self._open = [block.finish()], block.rest(line) or self._begin(line)
        elif line.goes_on or block.takes(line):
            block.add(line)
        else:
            finished, self._open = [block.finish()], block.follow(line) or self._begin(line)
        if self._open and self._open.ended:
            finished, self._open = [*finished, self._open.finish()], None
        return finished

    def finish(self) -> list[Block]:
        finished = [self._open.finish()] if self._open else []
        self._open = None
        return finished

    def code(self, rest) -> Fence | None:
        """The code block that is open, or just being opened by a line that has not ended."""
        if isinstance(self._open, Fence):
            return self._open
        if self._open is None and rest.startswith(("```", "~~~")) and (fence := Line(rest).fence()):
            return Fence(*fence, 0)
        return None

    def tail(self, rest) -> str:
        if self._open is None:
            return "" if self.code(rest) else rest
        lines = self._open.lines[self._open.hidden :]
        if isinstance(self._open, Fence) and rest and not rest.strip(self._open.fence[0]):
            rest = ""  # The closing fence, as far as it has come.
        return "\n".join([*lines, rest])

    def _place(self, text, goes_on):
        """The line, and how much of it counts when it stands in a list item that was cut."""
        self._taken += len(text) + 1
        line = Line(text, goes_on)
        if self._outdent and line.content and not goes_on:
            self._outdent = min(self._outdent, line.indent)
            line = line.without(self._outdent)
        return line

    def _begin(self, line):
        if not line.content:
            return None
        return Plain(line) if self._taken > limits.text else begin(line)


def begin(line: Line) -> Open:
    """The block that begins with this line, which is not blank."""
    if line.goes_on:
        return Paragraph(line)
    if line.indent > 3:
        return Indented(line)
    mark = line.content[0]
    if mark in "`~" and (fence := line.fence()):
        return Fence(*fence, line.indent)
    if line.is_heading or line.is_rule:
        return Single(line)
    if mark == ">":
        return Quote(line)
    if marker := line.marker():
        return List(line, marker)
    return Paragraph(line)
