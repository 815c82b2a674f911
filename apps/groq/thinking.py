"""Thoughts that stand in the text itself: ``<think>…</think>`` at its beginning, as ``reasoning_format: raw`` sends them."""

from typing import NamedTuple

OPEN, CLOSE = "<think>", "</think>"
SPACE = 16


class Split(NamedTuple):
    said: str
    thought: str


class Thinking:
    """Tells thoughts from the answer while both arrive as one text, wherever it is cut.

    Only what stands first is a thought; the tags and the white space around them are of neither. What may become a
    tag is held back, a handful of characters at most; thoughts that are never closed are thoughts to the end.
    ``taken`` counts the characters of the text that stand before the answer, for whoever counts from its beginning.
    """

    __slots__ = ("_held", "_state", "over", "taken")

    def __init__(self) -> None:
        self._state = "begin"
        self._held = ""
        self.taken = 0
        self.over = False  # nothing more will be held back: the rest is the answer

    def feed(self, piece: str) -> Split:
        """What of ``piece``, and of what was held back before it, can be shown."""
        if self.over:
            return Split(piece, "")
        text, self._held = self._held + piece, ""
        said = thought = ""
        while text:
            step = getattr(self, f"_{self._state}")
            before = self._state
            more_said, more_thought, text = step(text)
            said += more_said
            thought += more_thought
            if self._state == before:
                break
        self._held = text
        return Split(said, thought)

    def finish(self) -> Split:
        """What was held back and did not become a tag."""
        held, self._held = self._held, ""
        if self._state in ("think", "first"):
            self.taken += len(held)
            return Split("", held)
        self.over = True
        return Split(held, "")

    def _begin(self, text: str) -> tuple[str, str, str]:
        """Before the first word: white space is passed on, since nobody knows yet what it belongs to."""
        bare = text.lstrip()
        space = text[: len(text) - len(bare)]
        if bare.startswith(OPEN):
            self._state = "first"
            self.taken += len(OPEN)
            return space, "", bare[len(OPEN) :]
        if not OPEN.startswith(bare):
            self._answer()
            return text, "", ""
        return space, "", bare

    def _first(self, text: str) -> tuple[str, str, str]:
        """Behind the tag: the line break that follows it is not of the thoughts."""
        bare = text.lstrip()
        self.taken += len(text) - len(bare)
        if bare:
            self._state = "think"
        return "", "", bare

    def _think(self, text: str) -> tuple[str, str, str]:
        end = text.find(CLOSE)
        if end >= 0:
            self._state = "gap"
            self.taken += end + len(CLOSE)
            start = max(0, end - SPACE)
            return "", text[:start] + text[start:end].rstrip(), text[end + len(CLOSE) :]
        keep = _beginning_of_close(text)
        self.taken += len(text) - keep
        return "", text[: len(text) - keep], text[len(text) - keep :]

    def _gap(self, text: str) -> tuple[str, str, str]:
        bare = text.lstrip()
        self.taken += len(text) - len(bare)
        if bare:
            self._answer()
        return bare, "", ""

    def _answer(self) -> None:
        self._state = "answer"
        self.over = True


def _beginning_of_close(text: str) -> int:
    """How many characters at the end may be the beginning of the closing tag, with the white space before it."""
    size = next(size for size in range(min(len(CLOSE) - 1, len(text)), -1, -1) if CLOSE.startswith(text[len(text) - size :]))
    # Not more space than honest models write: a flood of it must not be looked at again with every piece.
    space = text[: len(text) - size][-SPACE:]
    return size + len(space) - len(space.rstrip())
