"""A text that arrives: its finished blocks as HTML, each drawn once, and its open tail as source."""

from django.utils.safestring import SafeString, mark_safe

from . import code, drawing
from .lines import Lines
from .scanner import Scanner


def render(text: str) -> SafeString:
    """The whole text as HTML: what `Live` gives for it, in one string."""
    live = Live()
    live.feed(text)
    live.finish()
    return live.html


class Live:
    """Feed it deltas; it answers with the HTML of the blocks that are finished.

    The cost grows with the text, not with its square, whatever the text is made of. Read `tail` once a
    frame, not once a delta, and `html` only for the whole picture: they are joined each time.
    """

    def __init__(self):
        self._lines = Lines()
        self._scanner = Scanner()
        self._drawer = drawing.Drawer()
        self._html: list[str] = []

    def feed(self, delta: str) -> list[SafeString]:
        """The blocks this delta finished. Every block is safe HTML with its own root elements."""
        return self._draw(self._lines.feed(delta))

    def finish(self) -> list[SafeString]:
        """The blocks that were still open. Nothing may be fed afterwards."""
        finished = self._draw(self._lines.finish())
        return finished + [self._draw_block(block) for block in self._scanner.finish()]

    @property
    def html(self) -> SafeString:
        """All finished blocks."""
        self._html = ["".join(self._html)]
        return mark_safe(self._html[0])

    @property
    def tail(self) -> str:
        """The source that is not in `html` yet, to be shown as plain text; for code without the fence."""
        return self._scanner.tail(self._lines.rest)

    @property
    def tail_kind(self) -> str:
        """How to show the tail: "code" in a code box, "text" as it is."""
        return "code" if self._scanner.code(self._lines.rest) else "text"

    @property
    def tail_lang(self) -> str:
        """The language of a tail of code as its author named it, or ""."""
        fence = self._scanner.code(self._lines.rest)
        return code.language_name(fence.language) if fence else ""

    def _draw(self, lines):
        return [self._draw_block(block) for line in lines for block in self._scanner.take(*line)]

    def _draw_block(self, block):
        html = self._drawer.draw(block)
        self._html.append(html)
        return html
