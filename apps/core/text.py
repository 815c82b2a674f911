"""Text from outside, made fit for every database and every page; and JSON, made fit for readers."""

import re

from apps.groq.json import pretty

__all__ = ["clean", "pretty"]

SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text):
    """The text with NUL and lone surrogates replaced and line ends as \\n: the same on SQLite and PostgreSQL."""
    return SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\x00", "\ufffd"))


def clock(seconds, hours=False):
    """1:02:03, or 2:03 where no hour has passed: whole seconds that are over, as players count them."""
    whole = int(min(seconds or 0, 10**9))
    hour, minute, second = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hour}:{minute:02}:{second:02}" if hour or hours else f"{minute}:{second:02}"
