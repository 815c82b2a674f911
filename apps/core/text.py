"""Text from outside, made fit for every database and every page; and JSON, made fit for readers."""

import re

from apps.groq.json import pretty

__all__ = ["clean", "pretty"]

SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text):
    """The text with NUL and lone surrogates replaced and line ends as \\n: the same on SQLite and PostgreSQL."""
    return SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\x00", "\ufffd"))
