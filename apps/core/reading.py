"""What comes from upstream, read with care: a wrong shape is nothing, never an error."""

import math
import re
from urllib.parse import urlsplit

from apps.groq import json

# Longer than anybody reads; what is longer stands in the wire panel.
LONGEST = 200_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text(value):
    """A string, cut to what can be shown; an empty one for anything else."""
    return cut(value) if isinstance(value, str) else ""


def cut(value, longest=LONGEST):
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def line(value, longest=200):
    """The same on one line, without the characters that control terminals."""
    return cut(" ".join(_CONTROL.sub(" ", value[: 4 * longest]).split()), longest) if isinstance(value, str) else ""


def number(value):
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        value = float(value)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def objects(value):
    """The objects of a list; an empty list for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(value):
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def member(value, name):
    """A member of an object; None where there is none."""
    return value.get(name) if isinstance(value, dict) else None


def link(value):
    """(address, host) of a web address that may be followed; None for every other scheme and for nonsense."""
    if not isinstance(value, str) or len(value) > 4000 or any(ord(c) <= 32 or c in '\\"<>`' for c in value):
        return None
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return None
    return (value, host) if parts.scheme in ("http", "https") and host else None


def parsed(value):
    """The JSON in a string; the string itself where there is none."""
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except json.Malformed:
        return value
    return found if isinstance(found, dict | list) else value


def pretty(value):
    """A value as JSON with two spaces of indent, a string as it is; JSON in a string as JSON."""
    value = parsed(value) if isinstance(value, str) else value
    return cut(value) if isinstance(value, str) else json.pretty(value, LONGEST)
