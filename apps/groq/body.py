"""The body of an answer, read from aiohttp's buffer."""

import asyncio
import time
import zlib
from collections.abc import Awaitable, Mapping

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from apps.groq.errors import BrokenStream, GroqError, Unexpected, Unreachable

# One read takes at most this much, so that one fast stream does not hold the loop for long.
READ = 64 * 1024

# Seconds that the body of an error may take.
EXCERPT_TIMEOUT = 5

# The address was right: an answer had begun to come from it.
BROKE_OFF = "Try again; if this happens often, look at the network between this server and the API."

FAILURES = (aiohttp.ClientError, HttpProcessingError, OSError)


class _Silence(Exception):
    """Nothing came for too long."""


class Body:
    """The body of an answer, read piece by piece, with a limit on silence."""

    def __init__(
        self, response: aiohttp.ClientResponse, headers: Mapping[str, str], asked_at: float, patience: tuple[float, float]
    ) -> None:
        self.status = response.status
        self.headers = headers
        self.asked_at = asked_at
        self.connect_time = 0.0
        self.headers_at = time.monotonic()
        self.drained = True
        self._response = response
        self._content = response.content
        self._first_byte_timeout, self._stall_timeout = patience
        self._begun = False
        self._waiting_since: float | None = None
        self._failure: GroqError | None = None
        self._inflater: zlib._Decompress | None = None
        self._choose_encoding(headers.get("content-encoding", "").strip().lower())
        self._loop = asyncio.get_running_loop()
        self._watchdog = self._loop.call_later(max(asked_at + self._first_byte_timeout - self.headers_at, 0.0), self._watch)

    async def read(self) -> bytes:
        """The next bytes, b"" at the end; raises ``GroqError`` for a lost or silent connection."""
        if self._inflater is not None:
            return await self._read_inflated(self._inflater)
        return await self._read_raw()

    async def rest(self, pause: Awaitable[object]) -> None:
        """Wait, and leave what arrives meanwhile to the kernel: it gathers at no cost to us."""
        connection = self._response.connection
        transport = connection.transport if connection is not None else None
        if transport is None or transport.is_closing() or not self.drained:
            await pause
            return
        transport.pause_reading()
        try:
            await pause
        finally:
            if not transport.is_closing():
                transport.resume_reading()

    async def whole(self, limit: int) -> bytes:
        """All of it, and the connection given back; raises ``Unexpected`` beyond ``limit`` bytes."""
        pieces, size = [], 0
        try:
            while piece := await self.read():
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise Unexpected(f"The answer is larger than {limit // 2**20} MB.", code="too_large", status=self.status)
        finally:
            await self.close(0)
        return b"".join(pieces)

    async def excerpt(self) -> bytes:
        """The beginning; a body that breaks off or takes too long still tells something."""
        pieces, size = [], 0
        try:
            async with asyncio.timeout(EXCERPT_TIMEOUT):
                while size < READ and (piece := await self.read()):
                    pieces.append(piece)
                    size += len(piece)
        except (GroqError, TimeoutError):
            pass
        finally:
            await self.close(0)
        return b"".join(pieces)[:READ]

    async def close(self, patience: float) -> None:
        """Give the connection back if the body ends within ``patience`` seconds, else close it at once."""
        self._watchdog.cancel()
        content = self._content
        if patience and not content.is_eof():
            try:
                async with asyncio.timeout(patience):
                    while await content.read(READ):
                        pass
            except (*FAILURES, TimeoutError):
                pass  # The answer is whole already: how the connection ends does not matter any more.
        connection = self._response.connection
        if not content.is_eof() and connection is not None and connection.transport is not None:
            # close() would first flush what is still to be sent, or wait for TLS to say goodbye.
            connection.transport.abort()
            self._response.close()
        else:
            self._response.release()

    def _choose_encoding(self, encoding: str) -> None:
        """We ask for none, but some proxies compress all the same."""
        if encoding in ("gzip", "x-gzip", "deflate"):
            self._inflater = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
        elif encoding not in ("", "identity"):
            message = "The API answered in an encoding nobody asked for."
            self._failure = Unexpected(message, code="unexpected_encoding", status=self.status, detail=encoding)

    async def _read_raw(self) -> bytes:
        if self._failure is not None:
            raise self._failure
        content = self._content
        try:
            data = content.read_nowait(READ)
            if not data:
                self._waiting_since = time.monotonic()
                data = await content.read(READ)
                self._waiting_since = None
        except _Silence as error:
            raise self._silent() from error
        except (*FAILURES, RuntimeError) as error:  # RuntimeError: the connection was gone before we asked
            failure = lost(error, self.headers.get("x-request-id"))
            data = self._leftovers()
            if not data:
                raise failure from error
            self._failure = failure
        if not self._begun:
            self._begun = True
            self._watchdog.cancel()
            self._watchdog = self._loop.call_later(self._stall_timeout, self._watch)
        self.drained = len(data) < READ
        return data

    async def _read_inflated(self, inflater: "zlib._Decompress") -> bytes:
        while True:
            # A small body can inflate to gigabytes: one piece of output at a time.
            data = inflater.unconsumed_tail or await self._read_raw()
            try:
                inflated = inflater.decompress(data, READ) if data else inflater.flush()
            except zlib.error as error:
                raise BrokenStream("The answer could not be unpacked.", code="unreadable", side="upstream") from error
            self.drained = self.drained and not inflater.unconsumed_tail
            if inflated or not data:
                return inflated

    def _watch(self) -> None:
        """End a read that has waited too long; one timer a stream, as one a read would cost more than the read."""
        limit = self._stall_timeout if self._begun else self._first_byte_timeout
        waited = 0.0
        if self._waiting_since is not None:
            waited = time.monotonic() - (self._waiting_since if self._begun else self.asked_at)
        if waited >= limit:
            self._content.set_exception(_Silence())
        else:
            self._watchdog = self._loop.call_later(limit - waited, self._watch)

    def _silent(self) -> GroqError:
        request_id = self.headers.get("x-request-id")
        if not self._begun:
            return late(self._first_byte_timeout, request_id)
        return BrokenStream(
            f"The answer stopped: nothing came for {self._stall_timeout:g} seconds.",
            code="stalled",
            advice=BROKE_OFF,
            request_id=request_id,
        )

    def _leftovers(self) -> bytes:
        """What had arrived before the connection was lost: aiohttp would raise first and drop it."""
        self._content._exception = None
        return self._content.read_nowait(-1)


def late(seconds: float, request_id: str | None = None) -> Unreachable:
    return Unreachable(
        f"The API did not begin to answer within {seconds:g} seconds.", code="first_byte_timeout", request_id=request_id
    )


def lost(error: BaseException, request_id: str | None = None) -> BrokenStream:
    return BrokenStream(
        "The connection broke off in the middle of the answer.",
        code="connection_lost",
        advice=BROKE_OFF,
        detail=repr(error),
        request_id=request_id,
    )
