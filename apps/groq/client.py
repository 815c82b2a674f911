"""The one HTTP client: every request goes through ``_open``, every failure leaves it as a ``GroqError``.

This is the only module that imports httpx. Requests and headers are httpx's, the transport is
aiohttp's, which costs a third of the CPU of httpx's own: docs/decisions/0003-the-api-client.md.
"""

import asyncio
import functools
import random
import ssl
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, cast

import httpx
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream

from apps.groq import refusals, retry, wire
from apps.groq.answer import Answer
from apps.groq.body import FAILURES, Body, late
from apps.groq.errors import GroqError, Refused, Unreachable
from apps.groq.json import Malformed, dumps, loads
from apps.groq.retry import Retry
from apps.groq.stream import Stream
from apps.groq.text import without
from apps.groq.uploads import PIECE, Upload

BASE_URL = "https://api.groq.com"
USER_AGENT = "groq-playground"


OnRetry = Callable[[Retry], None]


class Client:
    """A connection to one API with one key; may be used from several event loops.

    ``base_url`` may end in ``/openai/v1`` or ``/v1``, as users of the official SDKs write it. Times are
    seconds: to connect, from asking to the first byte, of silence within an answer, and of a stuck
    upload. Close it with ``aclose()`` in each loop that used it, or use it as a context manager.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        key: str = "",
        *,
        connect_timeout: float = 10,
        first_byte_timeout: float = 60,
        stall_timeout: float = 45,
        write_timeout: float = 30,
        body_limit: int = 64 * 1024 * 1024,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._base, self._version = split_base(base_url)
        self._host = self._base.rpartition("://")[2].rpartition("@")[2]
        self._key = key.strip()
        self._connect_timeout = connect_timeout
        self._first_byte_timeout = first_byte_timeout
        self._stall_timeout = stall_timeout
        self._write_timeout = write_timeout
        self._body_limit = body_limit
        self._sleep = sleep
        self._chance = chance
        self._transports: dict[asyncio.AbstractEventLoop, AiohttpTransport] = {}

    def __repr__(self) -> str:
        return f"<Client {self._host}>"

    def stream(self, path: str, body: Mapping[str, Any], on_retry: OnRetry | None = None) -> Stream:
        """Post ``body`` and read the answer as events; see ``Stream``."""

        async def open_body() -> Body:
            opened = await self._open("POST", path, on_retry, accept="text/event-stream", content=dumps(body))
            kind = opened.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in ("text/event-stream", ""):
                code = "not_a_stream" if kind == "application/json" else "unexpected_answer"
                raise self._redacted(refusals.unexpected(opened.status, opened.headers, await opened.excerpt(), code))
            return opened

        return Stream(open_body, self._key)

    async def request(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        files: Any = None,
        data: Mapping[str, Any] | None = None,
        expects: str = "json",
        first_byte_timeout: float | None = None,
        on_retry: OnRetry | None = None,
    ) -> Answer:
        """The whole answer. ``files`` and ``data`` are httpx's (multipart); ``expects`` is "json" or "bytes"."""
        accept = "application/json" if expects == "json" else "*/*"
        content = None if json is None else dumps(json)
        body = await self._open(
            method, path, on_retry, accept=accept, content=content, files=files, data=data, patience=first_byte_timeout
        )
        whole = await body.whole(self._body_limit)
        parsed = None
        if expects == "json":
            try:
                parsed = loads(whole) if whole else None
            except Malformed as error:
                raise self._redacted(refusals.unexpected(body.status, body.headers, whole)) from error
        return self._told(parsed, whole, body)

    def _told(self, parsed: Any, whole: bytes, body: Body) -> Answer:
        """The answer without our key, wherever the upstream repeats it: what it says is kept and shown."""
        headers = body.headers
        if self._key:
            parsed = without(parsed, self._key)
            whole = whole.replace(self._key.encode(), "…".encode())
            headers = {name.lower(): value.replace(self._key, "…") for name, value in headers.items()}
        return Answer(parsed, whole, body.status, headers, headers.get("x-request-id"))

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        transport = self._transports.pop(asyncio.get_running_loop(), None)
        if transport is not None:
            await transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def _open(self, method: str, path: str, on_retry: OnRetry | None, *, patience: float | None = None, **parts: Any) -> Body:
        """The answer's body once its headers say yes, after at most three attempts."""
        began, attempt = time.monotonic(), 1
        while True:
            try:
                return await self._attempt(method, path, patience or self._first_byte_timeout, parts)
            except GroqError as error:
                delay = retry.wait(error, attempt, time.monotonic() - began, self._chance())
                if delay is None:
                    raise
                attempt += 1
                if on_retry is not None:
                    on_retry(Retry(attempt, delay, error))
                network = isinstance(error, Unreachable)
            await self._sleep(delay)
            if not network:
                # The budget of a dead network begins when the network dies.
                began = time.monotonic()

    async def _attempt(self, method: str, path: str, patience: float, parts: dict[str, Any]) -> Body:
        for silent in (True, False):
            wire.reused.set(False)
            wire.connecting.set(0.0)
            try:
                body = await self._ask(method, path, patience, **parts)
                break
            except Unreachable as error:
                # An idle connection that the upstream had closed meanwhile: no byte came back, nobody waited.
                if not (silent and error.code == "connection_lost" and wire.reused.get()):
                    raise
        body.connect_time = max(wire.connecting.get(), 0.0)
        if body.status < 300:
            return body
        excerpt = await body.excerpt()
        refusal = refusals.from_answer(body.status, body.headers, excerpt)
        refusal.headers, refusal.body = body.headers, excerpt.decode(errors="replace")
        raise self._redacted(refusal)

    async def _ask(
        self, method: str, path: str, patience: float, *, accept: str, content: bytes | None, files: Any = None, data: Any = None
    ) -> Body:
        headers = {"accept": accept, "accept-encoding": "identity", "user-agent": USER_AGENT} | self._authorization()
        if content is not None:
            headers["content-type"] = "application/json"
        asked_at = time.monotonic()
        upload = None
        try:
            url = httpx.URL(self._url(path))
            transport = await self._transport()
            request = httpx.Request(method, url, headers=headers, content=content, files=files, data=data)
            async with asyncio.timeout(patience) as limit:
                if (content or files or data) and int(request.headers.get("content-length", PIECE)) >= PIECE:
                    upload = Upload(cast(AsyncIterable[bytes], request.stream), limit, self._write_timeout, patience)
                    request = httpx.Request(method, url, headers=request.headers, content=upload.pieces())
                request.extensions = {"timeout": {"connect": self._connect_timeout}}
                response = await transport.handle_async_request(request)
        except TimeoutError as error:
            raise wire.stuck(self._write_timeout) if upload and upload.unfinished else late(patience) from error
        except httpx.InvalidURL as error:
            raise wire.misaddressed(str(error)) from error
        except (httpx.HTTPError, *FAILURES) as error:
            raise wire.explain(error, self._host) from error
        finally:
            if upload:
                upload.answered = True
        stream = response.stream
        assert isinstance(stream, AiohttpResponseStream)
        return Body(stream._aiohttp_response, response.headers, asked_at, (patience, self._stall_timeout))

    def _url(self, path: str) -> str:
        if not self._base.startswith(("https://", "http://")) or "@" in self._base:
            raise wire.misaddressed(self._host)
        if self._version:
            path = self._version + path.removeprefix("/openai").removeprefix("/v1")
        return self._base + path

    def _authorization(self) -> dict[str, str]:
        if not self._key:
            return {}
        if not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise Refused("The API key contains characters that no key has.", code="invalid_api_key", side="key")
        return {"authorization": f"Bearer {self._key}"}

    def _redacted(self, error: GroqError) -> GroqError:
        """Some upstreams repeat the key in their message; nobody else may read it there."""
        return error.without(self._key)

    async def _transport(self) -> AiohttpTransport:
        loop = asyncio.get_running_loop()
        transport = self._transports.get(loop)
        if transport is None:
            for other in [other for other in list(self._transports) if other.is_closed()]:
                abandoned = self._transports.pop(other, None)
                if abandoned is not None:
                    await abandoned.aclose()
            context = _verifying() if self._base.startswith("https:") else _empty()
            transport = AiohttpTransport(verify=context, client=wire.new_session(context))
            self._transports[loop] = transport
        return transport


@functools.cache
def _verifying() -> ssl.SSLContext:
    """Loading the certificates takes long enough to do it once."""
    return httpx.create_ssl_context(trust_env=False)


@functools.cache
def _empty() -> ssl.SSLContext:
    """For plain HTTP: trusts nobody, costs nothing."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def split_base(base_url: str) -> tuple[str, str]:
    """The base without the part that our paths carry themselves, and that part."""
    base = base_url.strip().rstrip("/")
    for prefix in ("/openai/v1", "/v1"):
        if base.endswith(prefix):
            return base.removesuffix(prefix), prefix
    return base, ""
