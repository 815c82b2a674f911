"""A transcript as other programs read it. Segments in, text or bytes out."""

import re

# What no text of ours needs and some readers do not survive; blanks of every kind are made of single ones elsewhere.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def printable(text):
    """The text without control characters."""
    return _CONTROL.sub("", text)


def clock(seconds, hours=False):
    """1:02:03, or 2:03 where no hour has passed."""
    whole = int(seconds or 0)
    hour, minute, second = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hour}:{minute:02}:{second:02}" if hour or hours else f"{minute}:{second:02}"
