"""A streamed answer: bytes to events to JSON, one list for each network read."""

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from apps.groq import json, refusals, sse
from apps.groq.errors import BrokenStream, GroqError
from apps.groq.journal import Journal

Chunk = dict[str, Any]

BAD_EVENTS_LIMIT = 3
# The end of the body usually sits in the same packet as [DONE]; longer than this nobody waits for it.
FAREWELL = 0.25
# The Responses API says by the name of an event that it was the last one, and may not send [DONE].
LAST = frozenset({"response.completed", "response.incomplete"})


class Body(Protocol):
    """What a stream needs of the connection; failures arrive as ``GroqError``."""

    status: int
    headers: Mapping[str, str]
    asked_at: float
    connect_time: float
    headers_at: float
    drained: bool

    async def read(self) -> bytes: ...
    async def rest(self, pause: Awaitable[object]) -> None: ...
    async def close(self, patience: float) -> None: ...


class Stream:
    """``async with client.stream(...) as stream: async for chunks in stream: …``

    Each item is the list of all JSON objects that one network read completed, never empty. A consumer
    that rests between two items therefore merges by itself: what arrives meanwhile waits in the
    connection's buffer and comes as one list. ``await stream.rest(asyncio.sleep(1 / 30))`` is the cheapest way to rest;
    while ``drained`` is False more is waiting already, and resting would slow the stream down::

        async with client.stream(chat.PATH, body) as stream:
            async for chunks in stream:
                for chunk in chunks:
                    reply.absorb(chunk)
                if stream.drained:
                    publish()
                    await stream.rest(asyncio.sleep(1 / 30))
        state = reply.ended(stream.finished)

    Raises ``GroqError``: when entered, nothing has arrived; when iterated, it is a ``BrokenStream`` (or
    ``Unreachable`` if no first byte came), and what was handed over before stays true. Leaving the
    block, by any way, closes the connection at once unless the answer ended properly.
    """

    def __init__(self, open_body: Callable[[], Awaitable[Body]], secret: str = "") -> None:
        self._open_body = open_body
        self._body: Body | None = None
        self._reader = sse.Reader()
        self._failure: GroqError | None = None
        self._ended = False
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.request_id: str | None = None
        self.journal = Journal(secret)
        self._secret = secret
        self.asked_at = 0.0  # monotonic seconds, just before the attempt that was answered
        self.connect_time = 0.0  # seconds of it that a new connection took
        self.headers_at = 0.0
        self.finished = False  # [DONE] was seen, or another last event
        self.drained = True  # nothing more was waiting after the last read
        self.bad_events = 0  # events that were not JSON objects

    async def __aenter__(self) -> Self:
        body = await self._open_body()
        self._body = body
        self.status, self.headers = body.status, body.headers
        self.request_id = self.journal.redacted(body.headers.get("x-request-id", "")) or None
        self.asked_at, self.headers_at, self.connect_time = body.asked_at, body.headers_at, body.connect_time
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._body is not None:
            body, self._body = self._body, None
            await body.close(FAREWELL if self.finished and kind is None else 0)

    def redacted(self, error: GroqError) -> GroqError:
        """An error of this stream, or one that was found in its chunks, without the key."""
        return error.without(self._secret)

    async def rest(self, pause: Awaitable[object]) -> None:
        """Wait for ``pause`` while the answer gathers; only worth it when ``drained``."""
        if self._body is not None:
            await self._body.rest(pause)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Chunk]:
        while self._failure is None and not self._ended:
            chunks = await self._read()
            if chunks:
                return chunks
        self._ended = True
        if self._failure is not None:
            raise self.redacted(self._failure)
        raise StopAsyncIteration

    async def _read(self) -> list[Chunk]:
        """The objects of one read; a failure is kept until what came before it has been handed over."""
        if self._body is None:
            raise RuntimeError("A stream is read inside its `async with` block.")
        body = self._body
        data = await body.read()
        self.drained = body.drained
        if not data:
            self._ended = True
            return self._parse(self._reader.close())
        self.journal.add(data)
        try:
            return self._parse(self._reader.feed(data))
        except sse.TooLarge as error:
            self._failure = BrokenStream(
                "A part of the answer is too large.",
                code="too_large",
                side="upstream",
                detail=str(error),
                request_id=self.request_id,
            )
            return []

    def _parse(self, events: list[sse.Event]) -> list[Chunk]:
        chunks: list[Chunk] = []
        for text, name in events:
            try:
                value = json.loads(text)
            except json.Malformed:
                if text.strip() == "[DONE]":
                    # Whatever follows is not part of the answer.
                    self.finished = self._ended = True
                    break
                value = text
            if name == "error":
                error = value.get("error", value) if isinstance(value, dict) else value
                self._failure = refusals.from_event(error, self.request_id)
                break
            if isinstance(value, dict):
                chunks.append(value)
                if name and name in LAST:
                    self.finished = self._ended = True
                    break
            else:
                self.bad_events += 1
                if self.bad_events >= BAD_EVENTS_LIMIT:
                    self._failure = BrokenStream(
                        "The answer could not be read.",
                        code="unreadable",
                        side="upstream",
                        detail=text[:2048],
                        request_id=self.request_id,
                    )
                    break
        return chunks
