"""Spoken pieces joined to one sound that does not click where they meet.

Each piece begins from silence and ends in it, within a few milliseconds: whatever comes before and behind, there is no jump.
So the pieces may as well be played one after another by themselves.
"""

import numpy

SEAM = 0.004


def eased(samples, rate, seconds=SEAM):
    """The samples with a short way up from silence and down to it, the ends themselves being silent."""
    count = min(int(rate * seconds), len(samples) // 2)
    if not count:
        return samples
    # Half a cosine: neither a corner where it begins nor where it ends.
    way = (1 - numpy.cos(numpy.linspace(0, numpy.pi, count))) / 2
    shaped = samples.astype(numpy.float32)
    shaped[:count] *= way
    shaped[-count:] *= way[::-1]
    return shaped.round().astype(numpy.int16)
