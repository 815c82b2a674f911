"""Finished blocks to safe HTML."""

import logging
from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import code, parser, sanitise
from .blocks import Block
from .limits import Deadline, TooMuch, limits

logger = logging.getLogger(__name__)


class Drawer:
    """Draws the blocks of one text, in order: link definitions hold for the blocks after them."""

    def __init__(self):
        self.definitions: dict = {}
        self.grace = limits.grace
        # Both are made once per process, and not in the time of its first block.
        parser.parser()
        sanitise.cleaner()

    def draw(self, block: Block) -> SafeString:
        """The block as HTML; its source as text when it would cost too much or lose something."""
        if block.plain or self.grace < 0:
            return mark_safe(plain(block.source))
        deadline = Deadline()
        try:
            html = self._html(block, deadline)
        except (TooMuch, RecursionError):
            html = plain(block.source)
        except Exception:
            # A fault of ours may spoil the look of an answer, never take the answer away.
            logger.exception("A block of %d characters could not be drawn", len(block.source))
            html = plain(block.source)
        self.grace -= deadline.excess(len(block.source))
        return mark_safe(html)

    def _html(self, block, deadline):
        if block.language is not None:
            return sanitise.clean(code.figure(block.source, block.language, deadline))
        env = {"references": self.definitions, "deadline": deadline, "formulas": []}
        html = parser.draw(block, env)
        return sanitise.insert_formulas(sanitise.clean(html), env["formulas"])


def plain(source):
    """Source as text, for what is not drawn."""
    return f'<pre class="plain-text" dir="auto">{escape(source)}</pre>\n'
