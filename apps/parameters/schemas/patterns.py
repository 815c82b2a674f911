"""Patterns of schemas, in linear time.

They come from people: Python's own engine goes back and tries again, so that ``(a+)+$`` and forty letters would hold
the whole process for years. RE2 does not; what it cannot express (looking ahead, references back) is not tried.
"""

import functools
import re

try:
    import re2
except ImportError:  # No wheel for this machine: patterns are said to be unchecked.
    re2 = None

MEMORY = 8 << 20
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")


@functools.lru_cache(maxsize=256)
def searcher(pattern):
    """A function that tells whether a text holds the pattern, or None where that cannot be tried."""
    if re2 is None:
        return None
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, MEMORY
    try:
        compiled = re2.compile(_UNICODE.sub(r"\\x{\1}", pattern), options)
    except (re2.error, UnicodeEncodeError):
        return None

    def found(text):
        return compiled.search(text.encode("utf-8", "replace").decode("utf-8")) is not None

    return found
