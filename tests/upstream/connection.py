"""One connection of the scripted upstream: requests in, bytes out."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from tests.upstream.exchange import Exchange

if TYPE_CHECKING:
    from tests.upstream.server import Upstream


def heads(lines: bytes) -> EmailMessage:
    """The headers in these lines."""
    return BytesParser(policy=HTTP).parsebytes(lines + b"\r\n\r\n", headersonly=True)


@dataclass
class Request:
    """What arrived, and when; ``left_at`` is when the client closed the connection. Times are monotonic."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    arrived_at: float = field(default_factory=time.monotonic)
    left_at: float | None = None

    @property
    def json(self) -> Any:
        """The body as JSON, None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def text(self) -> str:
        """The text of the last message, or of the last input item."""
        content = (self.json.get("messages") or self.json["input"])[-1]["content"]
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)

    @property
    def parts(self) -> list[tuple[str, str | None, bytes]]:
        """Of a multipart body: (name, file name or None, bytes)."""
        boundary = heads(f"Content-Type: {self.headers.get('content-type', '')}".encode()).get_boundary()
        # Only the heads are read as mail is: files are long, and are not mail.
        pieces = [piece.partition(b"\r\n\r\n") for piece in (b"\r\n" + self.body).split(f"\r\n--{boundary}".encode())[1:-1]]
        told = [(heads(head.lstrip(b"\r\n")), data) for head, _, data in pieces]
        return [(str(head.get_param("name", header="content-disposition")), head.get_filename(), data) for head, data in told]

    @property
    def fields(self) -> dict[str, Any]:
        """Of a multipart body: the fields that are no files; those that end in [] as lists."""
        found: dict[str, Any] = {}
        for name, filename, data in self.parts:
            if filename is None and name.endswith("[]"):
                found.setdefault(name, []).append(data.decode())
            elif filename is None:
                found[name] = data.decode()
        return found

    @property
    def file(self) -> bytes | None:
        """Of a multipart body: the bytes of its file."""
        return next((data for _, filename, data in self.parts if filename is not None), None)

    async def left(self, timeout: float = 2) -> float:
        """Wait until the client has closed the connection; returns when it did."""
        async with asyncio.timeout(timeout):
            while self.left_at is None:  # noqa: ASYNC110 - an event would belong to one loop, and this is asked from others
                await asyncio.sleep(0.005)
        return self.left_at

    def wait_left(self, timeout: float = 5) -> float:
        """The same for tests that do not await; only for an upstream in a thread."""
        deadline = time.monotonic() + timeout
        while self.left_at is None:
            if time.monotonic() > deadline:
                raise TimeoutError("The client kept the connection open")
            time.sleep(0.005)
        return self.left_at


class Connection(asyncio.Protocol):
    """Reads requests one after the other and plays a script for each."""

    def __init__(self, upstream: "Upstream") -> None:
        self.upstream = upstream
        self.gone = asyncio.Event()  # the client has closed its side
        self.writable = asyncio.Event()
        self.writable.set()
        self._received = bytearray()
        self._arrived = asyncio.Event()
        self._request: Request | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.upstream.opened(self)
        self._task = asyncio.ensure_future(self._serve())

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._arrived.set()

    def eof_received(self) -> bool:
        self._leave()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._leave()
        self.writable.set()
        self.upstream.lost(self)

    def drop(self, reset: bool = False) -> "asyncio.Task[None]":
        """Close the connection now; a reset leaves no goodbye."""
        if reset:
            # A copy of the socket, because uvloop's stand-in for it takes no options.
            with socket.fromfd(self.transport.get_extra_info("socket").fileno(), socket.AF_INET, socket.SOCK_STREAM) as copy:
                copy.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self.transport.close()
        if self._task is not asyncio.current_task():
            self._task.cancel()
        return self._task

    def _leave(self) -> None:
        self.gone.set()
        self._arrived.set()
        if self._request is not None and self._request.left_at is None:
            self._request.left_at = time.monotonic()

    async def _serve(self) -> None:
        try:
            while (request := await self._next()) is not None:
                self._request = request
                self.upstream.requests.append(request)
                await self.upstream.script_for(request).play(Exchange(self, request))
        except ConnectionError:
            pass  # The client left, or the script hung up: nobody to talk to.
        finally:
            self.transport.close()

    async def _next(self) -> Request | None:
        head = await self._take(lambda: self._end_of(b"\r\n\r\n"))
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
        request = Request(method, unquote(path), headers)
        length = int(headers.get("content-length", 0))
        if headers.get("transfer-encoding") == "chunked":
            request.body = await self._chunked()
        elif length:
            request.body = await self._take(lambda: length if len(self._received) >= length else None) or b""
        return request

    async def _chunked(self) -> bytes:
        body = b""
        while line := await self._take(lambda: self._end_of(b"\r\n")):
            end = int(line, 16) + 2
            piece = await self._take(lambda end=end: end if len(self._received) >= end else None) or b""
            if end == 2:
                break
            body += piece[:-2]
        return body

    def _end_of(self, mark: bytes) -> int | None:
        found = self._received.find(mark)
        return None if found < 0 else found + len(mark)

    async def _take(self, ready: Callable[[], int | None]) -> bytes | None:
        """The next bytes, as many as ``ready`` says once they are there; None if the client leaves before."""
        while (size := ready()) is None:
            if self.gone.is_set():
                return None
            self._arrived.clear()
            await self._arrived.wait()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken
