"""Text that arrives in pieces, kept so that a database and a browser can take it."""

from typing import Any

_BLOCK = 1024
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Text:
    """Pieces of text: adding is cheap, reading joins, memory is that of the text.

    A character may be cut into two escapes, ``\\ud83d`` and ``\\ude00``, in two pieces: the first half
    is held back until the second arrives. NUL and halves without a partner become U+FFFD.
    """

    __slots__ = ("_blocks", "_half", "_pieces", "length")

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._pieces: list[str] = []
        self._half = ""
        self.length = 0

    def add(self, piece: str) -> str:
        """Append ``piece``; returns what can be shown of it now."""
        if self._half or not piece.isascii() or "\0" in piece:
            piece = self._mend(piece)
        self._pieces.append(piece)
        self.length += len(piece)
        if len(self._pieces) >= _BLOCK:
            # A short string costs fifty bytes beside its characters: a thousand of them become one.
            self._blocks.append("".join(self._pieces))
            self._pieces.clear()
        return piece

    def finish(self) -> str:
        """Show the half character still held back, if any, as U+FFFD; returns what that adds."""
        half, self._half = self._half, ""
        return self.add(REPLACEMENT) if half else ""

    def __str__(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return "".join(self._blocks) + "".join(self._pieces)

    def _mend(self, piece: str) -> str:
        piece, self._half = self._half + piece, ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            self._half, piece = piece[-1], piece[:-1]
        return clean(piece)


def clean(text: str) -> str:
    """``text`` with split pairs joined, and NUL and lone halves replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def clean_value(value: Any) -> Any:
    """The same for every string inside a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean_value(item) for key, item in value.items()}
    return value


def without(value: Any, secret: str) -> Any:
    """A JSON value with an ellipsis wherever a string or a name in it repeats the secret."""
    if isinstance(value, str):
        return value.replace(secret, "…")
    if isinstance(value, list):
        return [without(item, secret) for item in value]
    if isinstance(value, dict):
        return {without(str(key), secret): without(item, secret) for key, item in value.items()}
    return value


def word(value: object) -> str | None:
    """A short text as a name or an id is one; None for anything else."""
    return clean(value)[:255] or None if isinstance(value, str) else None
