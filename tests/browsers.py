"""Which Chromium the browser tests drive."""

import os

from playground.testing import find_chromium as find

__all__ = ["find", "required"]


def required():
    """True where leaving the browser tests out would be a failure (CI)."""
    return os.environ.get("PLAYGROUND_BROWSER_TESTS") == "required"
