"""The server behind ``Upstream``: raw bytes over asyncio, no framework, one script a request."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Self

from tests.upstream import audio, chunks, scripts
from tests.upstream.connection import Connection, Request
from tests.upstream.exchange import Exchange

Default = scripts.Script | Callable[[Request], scripts.Script | str | list[str]]

MODELS_PATH = "/openai/v1/models"
MODELS = (
    "llama-3.1-8b-instant",
    "llama-3.3-70b-versatile",
    "meta-llama/llama-4-scout-17b-16e-instruct",
    "openai/gpt-oss-20b",
    "openai/gpt-oss-120b",
    "qwen/qwen3-32b",
    "groq/compound",
    "whisper-large-v3",
    "playai-tts",
)


class Upstream:
    """A scripted API; see the package's docstring for how to talk to it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.models = [chunks.model(id) for id in MODELS]
        self.default: Default = scripts.says("Hello!")
        self.listener: Default = scripts.hears()
        self.connections = 0
        self.url = ""
        self._queues: dict[str | None, deque[scripts.Script]] = {}
        self._open: set[Connection] = set()
        self._hanging: set[asyncio.Event] = set()
        self._resumed = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None

    # What comes next. Each returns the upstream, so that a story reads as one line.

    def says(self, text: str | list[str] = "", *, times: int = 1, path: str | None = None, **how: Any) -> Self:
        """Queue an answer: see ``scripts.says``."""
        return self.plays(scripts.says(text, **how), times=times, path=path)

    def refuses(self, status: int, message: str = "No.", *, times: int = 1, path: str | None = None, **how: Any) -> Self:
        """Queue an HTTP error: see ``scripts.refuses``."""
        return self.plays(scripts.refuses(status, message, **how), times=times, path=path)

    def cuts(self, text: str | list[str] = "", *, times: int = 1, path: str | None = None, **how: Any) -> Self:
        """Queue a dropped connection: see ``scripts.cuts``."""
        return self.plays(scripts.cuts(text, **how), times=times, path=path)

    def sends(self, *parts: bytes, times: int = 1, path: str | None = None, **how: Any) -> Self:
        """Queue a body of these bytes: see ``scripts.sends``."""
        return self.plays(scripts.sends(*parts, **how), times=times, path=path)

    def hears(self, answer: Any = "Hello there.", *, times: int = 1, path: str | None = None, **how: Any) -> Self:
        """Queue an answer about sound: see ``scripts.hears``."""
        return self.plays(scripts.hears(answer, **how), times=times, path=path)

    def plays(self, script: scripts.Script, *, times: int = 1, path: str | None = None) -> Self:
        """Queue ``script`` for the next requests; ``path`` keeps it for requests to that path."""
        self._queues.setdefault(path, deque()).extend([script] * times)
        return self

    def resumes(self) -> None:
        """Let everything that hangs go on; with nothing hanging yet, the next hang does not wait."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._resume)

    def drops_idle(self) -> None:
        """Close all connections, as an upstream that restarts does."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(lambda: [connection.drop() for connection in list(self._open)])

    # What happened.

    @property
    def request(self) -> Request:
        """The latest request."""
        return self.requests[-1]

    @property
    def closed(self) -> list[float | None]:
        """When the client closed the connection of each request, in monotonic seconds; None while it is open."""
        return [request.left_at for request in self.requests]

    async def asked(self, count: int = 1, timeout: float = 5) -> list[Request]:
        """Wait until ``count`` requests have arrived in all; returns them."""
        async with asyncio.timeout(timeout):
            while len(self.requests) < count:  # noqa: ASYNC110 - an event would belong to one loop
                await asyncio.sleep(0.005)
        return self.requests

    def wait_asked(self, count: int = 1, timeout: float = 5) -> list[Request]:
        """The same for tests that do not await; only for an upstream in a thread."""
        deadline = time.monotonic() + timeout
        while len(self.requests) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.requests)} of {count} requests arrived")
            time.sleep(0.005)
        return self.requests

    # Where it runs.

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> Self:
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(lambda: Connection(self), "127.0.0.1", port, ssl=tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{port}"
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = [connection.drop() for connection in list(self._open)]
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # Transports say goodbye in the next turn of the loop.

    async def __aenter__(self) -> Self:
        return await self.start() if self._server is None else self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    @classmethod
    @contextlib.contextmanager
    def in_thread(cls, port: int = 0) -> "Iterator[Upstream]":
        """Run one in a thread with a loop of its own, for a product in another process or loop."""
        upstream, started, over = cls(), threading.Event(), asyncio.Event()

        async def run() -> None:
            async with await upstream.start(port):
                started.set()
                await over.wait()

        thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
        thread.start()
        started.wait(5)
        assert upstream._loop is not None
        try:
            yield upstream
        finally:
            upstream._loop.call_soon_threadsafe(over.set)
            thread.join(5)

    # What a connection asks of us.

    def script_for(self, request: Request) -> scripts.Script:
        for path in (request.path, None):
            if self._queues.get(path) and (path or not request.path.startswith(MODELS_PATH)):
                return self._queues[path].popleft()
        if request.path.startswith(MODELS_PATH):
            return self._model_script(request.path.removeprefix(MODELS_PATH).strip("/"))
        if request.path in audio.PATHS:
            heard = self.listener if isinstance(self.listener, scripts.Script) else self.listener(request)
            return heard if isinstance(heard, scripts.Script) else scripts.hears(heard)
        chosen = self.default if isinstance(self.default, scripts.Script) else self.default(request)
        return chosen if isinstance(chosen, scripts.Script) else scripts.says(chosen)

    async def hang(self, exchange: Exchange) -> None:
        """Wait for ``resumes()`` or for the client to leave."""
        if self._resumed:
            self._resumed -= 1
            return
        released = asyncio.Event()
        self._hanging.add(released)
        waits = [asyncio.ensure_future(released.wait()), asyncio.ensure_future(exchange.left())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hanging.discard(released)
            for wait in waits:
                wait.cancel()

    def opened(self, connection: Connection) -> None:
        self.connections += 1
        self._open.add(connection)

    def lost(self, connection: Connection) -> None:
        self._open.discard(connection)

    def _resume(self) -> None:
        if not self._hanging:
            self._resumed += 1
        for released in self._hanging:
            released.set()

    def _model_script(self, id: str) -> scripts.Script:
        if not id:
            return _json({"object": "list", "data": self.models})
        for model in self.models:
            if model["id"] == id:
                return _json(model)
        message = f"The model `{id}` does not exist or you do not have access to it."
        return scripts.refuses(404, message, code="model_not_found")


def _json(data: Any) -> scripts.Script:
    async def play(exchange: Exchange) -> None:
        await exchange.answer(200, scripts.JSON, data)

    return scripts.Script(play)
