"""One request of the scripted upstream and the means to answer it."""

import asyncio
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.upstream.connection import Connection, Request


class Exchange:
    """One request and the means to answer it; scripts are written with these verbs."""

    def __init__(self, connection: "Connection", request: "Request") -> None:
        self.request = request
        self._connection = connection
        self._split: int | list[int] | None = None
        self._deflater: Any = None
        self._unsent = b""
        self._sent = 0

    async def answer(self, status: int, headers: dict[str, str], body: bytes | str | Any) -> None:
        """A whole answer; anything but bytes and str is sent as JSON."""
        if isinstance(body, str):
            body = body.encode()
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()
        await self._write(_head(status, {**headers, "content-length": str(len(body))}) + body)

    async def start(
        self, status: int, headers: dict[str, str], *, split: int | list[int] | None = None, gzip: bool = False
    ) -> None:
        """The headers of an answer whose body follows in pieces."""
        self._split = split
        if gzip:
            self._deflater = zlib.compressobj(wbits=31)
            headers = {**headers, "content-encoding": "gzip"}
        await self._write(_head(status, {**headers, "transfer-encoding": "chunked"}))

    async def send(self, data: bytes, flush: bool = True) -> None:
        """A piece of the body; without ``flush`` it waits for the next one."""
        self._unsent += data
        if not flush:
            return
        data, self._unsent = self._unsent, b""
        if self._deflater:
            data = self._deflater.compress(data) + self._deflater.flush(zlib.Z_SYNC_FLUSH)
        for piece in self._pieces(data):
            await self._write(b"%x\r\n%b\r\n" % (len(piece), piece))

    async def pace(self, pieces: list[bytes], rate: float | None) -> None:
        """Send ``pieces``, ``rate`` a second; without a rate as fast as the client reads."""
        if rate is None:
            for start in range(0, len(pieces), 100):
                await self.send(b"".join(pieces[start : start + 100]))
            return
        began = time.monotonic()
        for count, piece in enumerate(pieces):
            await asyncio.sleep(max(0.0, began + count / rate - time.monotonic()))
            await self.send(piece)

    async def end(self, trailers: bytes = b"") -> None:
        """The end of the body; the connection stays open for the next request."""
        if self._unsent:
            await self.send(b"")
        await self._write(b"0\r\n" + trailers + b"\r\n")

    async def cut(self, reset: bool = False) -> None:
        """Drop the connection."""
        if self._unsent:
            await self.send(b"")
        self._connection.drop(reset)
        raise ConnectionAbortedError

    async def hang(self) -> None:
        """Wait for ``upstream.resumes()`` or for the client to leave."""
        if self._unsent:
            await self.send(b"")
        await self._connection.upstream.hang(self)

    async def left(self) -> None:
        """Wait for the client to leave."""
        await self._connection.gone.wait()

    def _pieces(self, data: bytes) -> list[bytes]:
        if self._split is None:
            return [data] if data else []
        if isinstance(self._split, int):
            cuts = list(range(self._split, len(data), self._split))
        else:
            cuts = [cut - self._sent for cut in sorted(self._split) if 0 < cut - self._sent < len(data)]
        self._sent += len(data)
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True) if start < end]

    async def _write(self, data: bytes) -> None:
        if self._connection.gone.is_set() or self._connection.transport.is_closing():
            raise ConnectionAbortedError
        self._connection.transport.write(data)
        await asyncio.sleep(0)  # So that a client on the same loop reads each write by itself.
        await self._connection.writable.wait()


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
