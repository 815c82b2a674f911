"""The API that answers us: named by the environment, or the engine that ``up`` has started.

Everything that talks to it asks ``get_client()`` at the moment of use, so that tests and ``up`` replace one thing.
"""

from urllib.parse import urlsplit

from django.conf import settings

from apps.groq.client import Client

DEFAULT_BASE_URL = "https://api.groq.com"

_client = None
_engine = None
# What the API said of our key the last time that it refused it; None while it is taken.
key_refused = None


class NotConnected(Exception):
    """No upstream is configured and no engine runs."""


def configured():
    """True when the environment names an upstream, so that no engine is needed."""
    return bool(settings.GROQ_API_KEY or settings.GROQ_BASE_URL)


def available():
    return configured() or _engine is not None


def use_engine(base_url, key):
    """Talk to the embedded engine from now on (None, None: to nothing)."""
    global _engine, _client, key_refused
    _engine = (base_url, key) if base_url else None
    _client = key_refused = None


def address():
    """(base URL, key) of the upstream; raises NotConnected where there is none."""
    if configured():
        return settings.GROQ_BASE_URL or DEFAULT_BASE_URL, settings.GROQ_API_KEY
    if _engine is None:
        raise NotConnected
    return _engine


def get_client():
    """The client of the whole process: one pool of connections for each event loop, whoever asks."""
    global _client
    if _client is None:
        base_url, key = address()
        _client = Client(
            base_url, key, first_byte_timeout=settings.GROQ_FIRST_BYTE_TIMEOUT, stall_timeout=settings.GROQ_STALL_TIMEOUT
        )
    return _client


async def close():
    """Before the server ends: give back what the client holds open on this loop."""
    if _client is not None:
        await _client.aclose()


def note(error=None):
    """Remember whether the API takes our key: for owners, who can change it."""
    global key_refused
    if error is None:
        key_refused = None
    elif error.status in (401, 403):
        key_refused = error.message


def describe():
    """What a person may know of it: {"kind": "engine" | "api" | "none", "host": …, "refused": …}; never the key."""
    if not available():
        return {"kind": "none", "host": ""}
    return {"kind": "api" if configured() else "engine", "host": urlsplit(address()[0]).netloc, "refused": key_refused}
