"""What an answer consisted of, byte for byte, with the time of each read: for those who want to look."""

import json
import time
import zlib
from typing import Any, NamedTuple

from apps.groq import sse

# Of one answer; what comes after it is counted and not kept.
LIMIT = 4 * 1024 * 1024
LEAST = 64


class Arrived(NamedTuple):
    """One event: milliseconds since the request was sent, its name (mostly empty) and its data."""

    at: float
    name: str
    data: str


class Journal:
    """Grows by one entry a network read; ``dropped`` counts the bytes beyond the limit."""

    def __init__(self, secret: str = "") -> None:
        self._reads: list[tuple[float, bytes]] = []
        self._room = LIMIT
        self._secret = secret
        self.dropped = 0

    def add(self, data: bytes) -> None:
        if self._room > 0:
            self._reads.append((time.monotonic(), data))
            # However small a read is, remembering it takes room.
            self._room -= max(len(data), LEAST)
        else:
            self.dropped += len(data)

    def redacted(self, text: str) -> str:
        """Without the key, which some upstreams repeat."""
        return text.replace(self._secret, "…") if self._secret else text

    def packed(self, since: float) -> bytes:
        """Compressed, times as milliseconds after ``since`` (monotonic seconds), without the key; empty when nothing came."""
        if not self._reads:
            return b""
        whole = b"".join(data for _, data in self._reads)
        if self._secret and self._secret.encode() in whole:
            # It is an echo, and it may straddle two reads: where they were cut does not matter then.
            self._reads = [(self._reads[0][0], whole.replace(self._secret.encode(), "…".encode()))]
        text = [[round((at - since) * 1000, 1), data.decode("latin-1")] for at, data in self._reads]
        return _compressed(text)


def _compressed(entries: list[list[Any]]) -> bytes:
    return zlib.compress(json.dumps(entries).encode(), 1)


def of_text(text: str) -> bytes:
    """An answer that came whole, packed."""
    return _compressed([[0, text.encode().decode("latin-1")]]) if text else b""


def reads(packed: bytes) -> list[tuple[float, bytes]]:
    """[(milliseconds, bytes of one read)] of a packed journal."""
    if not packed:
        return []
    return [(at, text.encode("latin-1")) for at, text in json.loads(zlib.decompress(packed))]


def events(packed: bytes) -> list[Arrived]:
    """The events of a packed journal, each at the time of the read that completed it."""
    reader, found, at = sse.Reader(), list[Arrived](), 0.0
    for at, data in reads(packed):
        found += [Arrived(at, event.name, event.data) for event in reader.feed(data)]
    return found + [Arrived(at, event.name, event.data) for event in reader.close()]


def body(packed: bytes) -> str:
    """The answer as text."""
    return b"".join(data for _, data in reads(packed)).decode(errors="replace")
