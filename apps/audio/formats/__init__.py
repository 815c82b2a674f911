"""A transcript as other programs read it. Segments in, text or bytes out."""

import re

# What no text of ours needs and some readers do not survive; blanks of every kind are made of single ones elsewhere.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def printable(text):
    """The text without control characters."""
    return _CONTROL.sub("", text)
