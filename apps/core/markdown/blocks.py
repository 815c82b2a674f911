"""Blocks that still grow: what each kind takes as its next line, and how a very long one is cut.

A block here is a run of lines no later line can change. It may hold several Markdown blocks (a paragraph
and the rule under it), never a part of one, unless it was cut for its size.
"""

import re
from typing import NamedTuple

from .formulas import awaited
from .limits import limits

_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?(?:[ \t]*\|[ \t]*:?-+:?)*[ \t]*\|?$")


class Block(NamedTuple):
    """A finished block: Markdown source, or with `language` set the bare text of a code block."""

    source: str
    language: str | None = None
    start: int | None = None
    """The number an ordered list goes on with; 0 when it goes on without numbers."""
    loose: bool = False
    plain: bool = False


class Open:
    """A block that may still grow."""

    ended = False
    """Whether it ends with the line it took last."""
    hidden = 0
    """So many first lines are not part of the tail a reader sees."""

    def __init__(self, line):
        self.lines: list[str] = []
        self.size = 0
        self.add(line)

    def add(self, line):
        if line.goes_on and self.lines:
            self.lines[-1] += line.text
        elif line.content or self.size < limits.code:
            self.lines.append(line.text)
        self.size += len(line.text) + 1

    def takes(self, line) -> bool:
        """Whether this line belongs to the block. Asked once for each line, in order."""
        raise NotImplementedError

    def has_room(self, line):
        """Whether the block may grow by this line. Blank lines are never the first of the next block."""
        return not line.content or self.size + len(line.text) < limits.block

    def outdents(self, line) -> int:
        """So many columns of indent have no meaning any more when the block is cut before this line."""
        return 0

    @property
    def source(self):
        return "\n".join(self.lines) + "\n"

    def finish(self) -> Block:
        return Block(self.source)

    def follow(self, line) -> "Open | None":
        """What goes on with a line this block did not take; None when something new begins."""
        return None

    def rest(self, line) -> "Open | None":
        """What goes on with this line when the block was cut for its size."""
        return self.follow(line)


class Single(Open):
    """A heading or a rule."""

    ended = True


class Plain(Open):
    """What comes after the size a text may have."""

    def takes(self, line):
        return True

    def has_room(self, line):
        return self.size + len(line.text) < limits.block

    def finish(self):
        return Block(self.source, plain=True)

    def rest(self, line):
        return Plain(line)


class Indented(Open):
    def takes(self, line):
        return line.indent > 3 or not line.content


class Fence(Open):
    """A code block. Its opening line is not among its lines."""

    def __init__(self, fence, info, indent):
        self.fence, self.info, self.indent = fence, info, indent
        self.lines, self.size = [], 0

    def takes(self, line):
        self.ended = line.closes(self.fence)
        return True

    def add(self, line):
        if not self.ended:
            super().add(line.without(self.indent) if self.indent and not line.goes_on else line)

    @property
    def language(self):
        return self.info.strip(" \t")

    def finish(self):
        return Block("\n".join(self.lines), language=self.language)

    def has_room(self, line):
        return not self.size or self.size + len(line.text) < limits.code or line.closes(self.fence)

    def rest(self, line):
        more = Fence(self.fence, self.info, self.indent)
        more.add(line)
        return more


class Paragraph(Open):
    """A paragraph, with what may follow it without a blank line: an underline, a table, a formula."""

    def __init__(self, line):
        self.formula, self.ended = awaited(line.content)
        self.header: list[str] = []
        super().__init__(line)

    def takes(self, line):
        if not line.content:
            self.ended = True
            return True
        if self.formula and not line.content.startswith(("```", "~~~")):
            self.ended = line.content.rstrip(" \t").endswith(self.formula)
            return True
        if line.indent > 3:
            return True
        if line.fence() or line.is_heading or line.content[0] == ">":
            return False
        if not self.header and self._makes_table(line):
            self.header = [self.lines[-1], line.text]
            return True
        if line.is_underline or line.is_rule:
            self.ended = True
            return True
        if match := line.marker():
            return not self._yields_to(match)
        self.formula, self.ended = awaited(line.content)
        return True

    def _yields_to(self, marker):
        """A list needs text, and a numbered one a 1, to begin in the middle of a paragraph."""
        return bool(self.header) or (marker.end() < len(marker.string) and marker[2] in (None, "1"))

    def _makes_table(self, line):
        above = self.lines[-1]
        if "|" not in above or line.content[0] not in "|-:" or line.marker():
            return False
        below = line.content.rstrip(" \t")
        same = below.strip("|").count("|") == above.replace("\\|", "").strip("| \t").count("|")
        return same and bool(_DELIMITERS.match(below))

    def rest(self, line):
        if not self.header or line.content[0] != "|":
            return None
        more = Paragraph(line)
        more.header = self.header
        more.lines[:0], more.hidden = self.header, len(self.header)
        return more


class Quote(Open):
    def takes(self, line):
        if not line.content:
            self.ended = True
            return True
        if line.content[0] == ">" or line.indent > 3:
            return True
        self.ended = line.is_rule
        return self.ended or not (line.interrupts() or line.marker())
