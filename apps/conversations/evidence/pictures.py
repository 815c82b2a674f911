"""Pictures that came as text: taken only when they are what they say they are."""

import base64
import binascii
import struct
from typing import NamedTuple

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 8 * 1024 * 1024
# A small file can unfold to a huge picture; a browser would have to hold all of it.
MOST_PIXELS = 40_000_000
HEAD = 33


class Picture(NamedTuple):
    width: int
    height: int


def look(value):
    """Width and height of a PNG in Base64, read from its first bytes; None when it is none or too large."""
    if not isinstance(value, str) or not HEAD < len(value) <= MOST_BYTES * 4 // 3 + 4:
        return None
    try:
        head = base64.b64decode(value[: (HEAD + 3) // 3 * 4], validate=True)
    except (binascii.Error, ValueError):
        return None
    if not head.startswith(MAGIC) or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return Picture(width, height) if width and height and width * height <= MOST_PIXELS else None


def decode(value):
    """The bytes of a picture that ``look`` took; None when the rest of it is not Base64."""
    if look(value) is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
