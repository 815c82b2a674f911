"""Which links live, and where they say they lead."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")
_PORT = re.compile(r":\d+$")
_MAIL = re.compile(r"mailto:[^\s\\<>\"/]*[^\s\\<>\"/@]@[a-z0-9.-]+(?:\?[^\s\\<>\"]*)?", re.IGNORECASE)
_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_WORDS = re.compile(r"[\w.。．｡-]+@?")
_NAME = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def is_live(url: str) -> bool:
    """Whether a link may be followed: http, https and mailto with a host we can name, nothing else."""
    if _ODD.search(url):
        return False
    return bool(_MAIL.fullmatch(url)) or host(url) is not None


def host(url: str) -> str | None:
    """Where an http(s) or mailto URL leads, as the browser will read it; None when that is not certain."""
    if _MAIL.fullmatch(url):
        return url.split("?")[0].rpartition("@")[2].lower()
    if not url.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - Raises for what is not a port.
        name = _PORT.sub("", parts.netloc.lower())
        name.encode("ascii").decode("idna")  # Raises for what no browser would take for a name.
    except ValueError:
        return None
    return name if len(name) < 254 and _HOST.fullmatch(name) else None


def disguised(text: str, real: str) -> bool:
    """Whether a link text names another host than the one the link leads to."""
    real = real.removeprefix("www.").rstrip(".")
    for word in _INVISIBLE.sub("", text).lower().split():
        names = (re.sub("[。．｡]", ".", name).strip(".-") for name in _WORDS.findall(word) if name[-1] != "@")
        first = next(filter(_NAME.fullmatch, names), real)  # What follows a host is a path.
        if first.removeprefix("www.") != real:
            return True
    return False
