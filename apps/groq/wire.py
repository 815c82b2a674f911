"""What we use of aiohttp beside its read buffer: sessions and exceptions. ``client`` is the only user."""

import contextvars
import ssl
import time
from types import SimpleNamespace

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from apps.groq.body import FAILURES
from apps.groq.errors import GroqError, Unexpected, Unreachable

# What may wait for a resting consumer; aiohttp stops reading at twice this. At 27,000 tokens a second a
# thirtieth of a second is 270 KB, and a local upstream is faster.
BUFFER = 512 * 1024

# Whether the latest request of this task went over a connection that had been used before.
reused: contextvars.ContextVar[bool] = contextvars.ContextVar("reused", default=False)

# Seconds that the latest request of this task waited for its connection; before its end, minus the moment it began.
connecting: contextvars.ContextVar[float] = contextvars.ContextVar("connecting", default=0.0)


async def _note_start(session: aiohttp.ClientSession, context: SimpleNamespace, parameters: object) -> None:
    connecting.set(-time.monotonic())


async def _note_end(session: aiohttp.ClientSession, context: SimpleNamespace, parameters: object) -> None:
    connecting.set(time.monotonic() + connecting.get())


async def _note_reuse(session: aiohttp.ClientSession, context: SimpleNamespace, parameters: object) -> None:
    reused.set(True)


def new_session(context: ssl.SSLContext) -> aiohttp.ClientSession:
    """A session of the running loop: as many connections as streams, no cookies, nothing from the environment."""
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_note_reuse)
    trace.on_connection_create_start.append(_note_start)
    trace.on_connection_create_end.append(_note_end)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30, ttl_dns_cache=30, ssl=context),
        cookie_jar=aiohttp.DummyCookieJar(),
        read_bufsize=BUFFER,
        trace_configs=[trace],
        trust_env=False,
    )


def stuck(seconds: float) -> Unreachable:
    return Unreachable(f"The API took nothing of the request for {seconds:g} seconds.", code="write_timeout")


def misaddressed(detail: str) -> Unreachable:
    return Unreachable("The address of the API is not valid.", code="invalid_address", detail=detail, retryable=False)


def explain(error: BaseException, host: str) -> GroqError:
    """The error for a request that got no answer. httpx-aiohttp maps much to timeouts: the cause tells the truth."""
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, (*FAILURES, TimeoutError)):
        cause = cause.__cause__
    detail = str(cause) or repr(cause)
    match cause:
        case aiohttp.ClientSSLError() | ssl.SSLError() | aiohttp.ServerFingerprintMismatch():
            return Unreachable(
                f"{host} could not prove its identity, or does not speak TLS.",
                code="tls_failed",
                advice="Check the address of the API and its certificate.",
                detail=detail,
                retryable=False,
            )
        case aiohttp.ClientConnectorDNSError():
            return Unreachable(f"The name {host} was not found.", code="dns_failed", detail=detail)
        case aiohttp.ConnectionTimeoutError():
            return Unreachable(f"{host} could not be reached in time.", code="connect_timeout", detail=detail)
        case aiohttp.ClientConnectorError():
            return Unreachable(f"{host} could not be reached.", code="connect_failed", detail=detail)
        case aiohttp.InvalidURL():
            return misaddressed(detail)
        case aiohttp.ClientResponseError() | HttpProcessingError():
            return Unexpected(
                f"{host} does not speak HTTP.", code="not_http", advice="Check the address of the API.", detail=detail
            )
    return Unreachable(f"{host} closed the connection before it answered.", code="connection_lost", detail=detail)
