"""Opaque ids: 20 characters of a small alphabet, 100 random bits, the same everywhere an object is named."""

import hashlib
import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PATTERN = re.compile(r"[0-9a-hjkmnp-tv-z]{20}")


def new():
    """A new id that nobody can guess."""
    return written(secrets.token_bytes(20))


def derived(*said):
    """The same id for the same words: what is made twice is one."""
    return written(hashlib.sha256("\n".join(said).encode()).digest()[:20])


def written(data):
    return "".join(ALPHABET[byte & 31] for byte in data)


def valid(value):
    """True for a string that could be an id; everything else, of whatever type, is as good as unknown."""
    return isinstance(value, str) and PATTERN.fullmatch(value) is not None


class Converter:
    """``<id:pk>`` in URL patterns."""

    regex = PATTERN.pattern

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
