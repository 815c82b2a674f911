"""A window that moves over sound as it is decoded."""

import numpy as np


class Window:
    """Blocks of samples, seen a stretch at a time; a stretch may begin inside the one before, but not before it."""

    def __init__(self, blocks):
        self.blocks = iter(blocks)
        # The latest stretch and where it begins; what was read behind it.
        self.held, self.position = np.zeros(0, np.int16), 0
        self.rest = np.zeros(0, np.int16)

    def between(self, begin, end):
        """The samples from one index to another; fewer where the sound ends before."""
        found = np.empty(end - begin, np.int16)
        known = self.held[max(0, begin - self.position) :]
        size = min(len(known), len(found))
        found[:size] = known[:size]
        at = self.position + len(self.held)
        if len(known) > size:
            self.rest = np.concatenate([known[size:], self.rest])
            at = end
        while at < end:
            block = self.rest if len(self.rest) else next(self.blocks, None)
            if block is None:
                found = found[: max(0, at - begin)]
                break
            taken, self.rest = block[: end - at], block[end - at :]
            skipped = max(0, begin - at)
            if skipped < len(taken):
                found[at + skipped - begin : at + len(taken) - begin] = taken[skipped:]
            at += len(taken)
        self.held, self.position = found, begin
        return found
