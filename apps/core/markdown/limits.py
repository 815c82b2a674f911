"""What one text may cost; beyond it a reader gets the source, never less than was written."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Limits:
    """Sizes are in characters, times in seconds. Tests replace single values."""

    block: int = 8_000
    """An open block longer than this is cut at a line: the tail stays small and no parser sees more."""
    code: int = 32_000
    """The same for a code block, which people want to copy in one piece."""
    colours: int = 16_000
    """Code after this many characters has no colours."""
    list_part: int = 2_000
    """A list longer than this is shown in parts, cut between its items."""
    text: int = 1_250_000
    """What comes after this many characters is shown as plain text. 200,000 tokens are about 1,000,000."""
    nesting: int = 40
    """Levels of blocks; a nested list takes two."""
    columns: int = 100
    formula: int = 2_000
    code_line: int = 600
    """Code with a longer line has no colours: it was made by a machine for a machine."""
    seconds: float = 0.1
    """For one block."""
    grace: float = 0.25
    """For one text, above the ordinary cost: once it is used up, the rest is plain text."""
    ordinary_block: float = 0.001
    ordinary_character: float = 10e-6
    """An ordinary block costs a sixth of this; so only hostile text draws on the grace."""
    clock: Callable[[], float] = time.thread_time
    """Processor time of this thread: a busy machine must not turn an answer into plain text."""


limits = Limits()


class TooMuch(Exception):
    """This block would cost more than a block may, or lose text; its source is shown instead."""


class Deadline:
    """Ends the work on one block when its time is over."""

    def __init__(self):
        self.started = limits.clock()
        self.until = self.started + limits.seconds
        self._ticks = 0

    def tick(self):
        """Look at the clock every thirty-second time: asking it costs as much as a parser rule."""
        self._ticks += 1
        if not self._ticks & 31:
            self.check()

    def check(self):
        if limits.clock() > self.until:
            raise TooMuch

    @contextlib.contextmanager
    def paused(self):
        """Work that is done once per process, such as loading a lexer, is not the fault of the text."""
        before = limits.clock()
        yield
        spent = limits.clock() - before
        self.started += spent
        self.until += spent

    def excess(self, characters):
        """Seconds spent above what ordinary text of this length costs."""
        ordinary = limits.ordinary_block + characters * limits.ordinary_character
        return max(0.0, limits.clock() - self.started - ordinary)
