"""Text from outside, made fit for every database and every page; and JSON, made fit for readers."""

import json
import re

SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text):
    """The text with NUL and lone surrogates replaced and line ends as \\n: the same on SQLite and PostgreSQL."""
    return SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\x00", "\ufffd"))


def pretty(value):
    """JSON with two spaces of indent, letters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False)
