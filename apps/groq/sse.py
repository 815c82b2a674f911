"""Server-sent events out of bytes.

Lines end at CR, LF and CRLF and nowhere else: U+2028, U+2029 and U+0085 are ordinary characters
inside JSON. The work is linear in the bytes however they are cut, and an ordinary event costs one
slice: the blocks between blank lines are found by ``split``, never byte by byte.
"""

from typing import NamedTuple


class Event(NamedTuple):
    """One event: its data, several lines joined by newlines, and the name given by ``event:``."""

    data: str
    name: str = ""


class TooLarge(ValueError):
    """One event is larger than the reader will hold."""


class Reader:
    """Feed it what arrives; it gives back the events that are complete."""

    def __init__(self, limit: int = 32 * 1024 * 1024) -> None:
        self._limit = limit
        self._parts: list[bytes] = []  # the unfinished event, lines already ending in LF
        self._held = 0
        self._after_cr = False
        self._started = False

    def feed(self, data: bytes) -> list[Event]:
        """The events completed by ``data``, which may be cut anywhere; raises ``TooLarge``."""
        data = self._with_line_feeds(data)
        parts = self._parts
        end = data.rfind(b"\n\n") + 2
        if end == 1:
            # No blank line inside, but one may straddle the cut.
            end = 1 if data.startswith(b"\n") and parts and parts[-1].endswith(b"\n") else 0
        if not end:
            self._keep(data)
            return []
        complete = data[:end]
        if parts:
            parts.append(complete)
            complete = b"".join(parts)
            parts.clear()
            self._held = 0
        if end < len(data):
            self._keep(data[end:])
        return self._events(complete)

    def close(self) -> list[Event]:
        """The events left at the end of the stream, where senders may omit the last blank line."""
        complete = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        return self._events(complete)

    def _keep(self, data: bytes) -> None:
        if data:
            self._parts.append(data)
            self._held += len(data)
            if self._held > self._limit:
                raise TooLarge(f"An event is larger than {self._limit} bytes")

    def _with_line_feeds(self, data: bytes) -> bytes:
        """``data`` with every line end as LF; a CR counts at once, so an LF that follows it is swallowed."""
        if self._after_cr and data:
            self._after_cr = False
            if data.startswith(b"\n"):
                data = data[1:]
        if b"\r" in data:
            self._after_cr = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return data

    def _events(self, complete: bytes) -> list[Event]:
        # Only whole lines come here, so no character is cut in two.
        text = complete.decode("utf-8", "replace")
        if not self._started and text:
            self._started = True
            text = text.removeprefix("\ufeff")
        events: list[Event] = []
        for block in text.split("\n\n"):
            if block.startswith("data: ") and "\n" not in block:
                if len(block) > 6:
                    events.append(Event(block[6:]))
            elif block:
                self._read_block(block, events)
        return events

    @staticmethod
    def _read_block(block: str, events: list[Event]) -> None:
        data: list[str] = []
        name = ""
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                data.append(value)
            elif field == "event":
                name = value
            elif not line:
                # Three newlines in a row: the block begins or ends with an empty line.
                if any(data):
                    events.append(Event("\n".join(data), name))
                data, name = [], ""
        if any(data):
            events.append(Event("\n".join(data), name))
