"""Deltas to lines, without what a terminal would obey."""

import re

from .limits import limits

_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\U000e0000-\U000e007f]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Sequences need their end to be removed: an open one would take the rest of the line with it.
_ESCAPES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b(?:[()*+][A-Z0-9]|[78=>])"
)
# Tags are invisible letters: fine as part of a flag, otherwise a way to smuggle text past a reader.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")


def clean(line: str) -> str:
    """The line without control characters, terminal sequences, stray tags and half characters."""
    if not _ODD.search(line):
        return line
    line = line.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    line = _CONTROLS.sub("", _ESCAPES.sub("", line))
    return _TAGS.sub(r"\1", line)


class Lines:
    """Collects deltas; gives every line once, when its end has arrived or when it has grown too long.

    A line is its text and whether it goes on with the line before, which was cut. Where a line is cut
    depends on its first `limits.block` characters only, so the same text gives the same lines however
    it was split into deltas.
    """

    def __init__(self):
        self._open: list[str] = []
        self._size = 0
        self._goes_on = False

    def feed(self, delta: str) -> list[tuple[str, bool]]:
        self._open.append(delta)
        self._size += len(delta)
        if "\n" not in delta and self._size < limits.block:
            return []
        text = "".join(self._open)
        lines, start = [], 0
        while (end := _end_of_line(text, start)) > start:
            lines += self._split(text[start:end])
            start = end
        self._open, self._size = [text[start:]], len(text) - start
        return lines

    @property
    def rest(self) -> str:
        """The line that has no end yet."""
        return clean("".join(self._open))

    def finish(self) -> list[tuple[str, bool]]:
        rest = "".join(self._open)
        self._open, self._size = [], 0
        return self._split(rest) if rest else []

    def _split(self, raw):
        """A line break is LF, CRLF or CR; a CR before our LF belongs to it."""
        ends = raw.endswith("\n")
        goes_on, self._goes_on = self._goes_on, not ends
        line = raw.removesuffix("\n").removesuffix("\r") if ends else raw
        if "\r" not in line:
            return [(clean(line), goes_on)]
        first, *more = line.split("\r")
        return [(clean(first), goes_on), *((clean(part), False) for part in more)]


def _end_of_line(text, start):
    """Where the line that begins at `start` ends, its newline included; `start` when nobody knows yet."""
    stop = start + limits.block
    newline = text.find("\n", start, stop)
    if newline >= 0:
        return newline + 1
    if len(text) < stop:
        return start
    space = text.rfind(" ", start + limits.block // 2, stop)
    return space + 1 if space >= 0 else stop
