"""Where nobody speaks."""

import numpy as np

from apps.audio.sound.decoding import RATE

# Seconds of the stretches that are compared, and the steps between them.
STRETCH, STEP = 0.3, 0.05


def quietest(samples, begin, end):
    """The middle, as an index, of the quietest stretch between two indices; the later of equal ones."""
    step, wide = int(STEP * RATE), int(STRETCH / STEP)
    count = (end - begin) // step
    if count <= wide:
        return (begin + end) // 2
    steps = samples[begin : begin + count * step].astype(np.float32).reshape(count, step)
    loudness = np.convolve(np.einsum("ij,ij->i", steps, steps), np.ones(wide), "valid")
    # Long silences are all alike but for noise: of what is about as quiet as the quietest, the latest.
    at = np.flatnonzero(loudness <= loudness.min() * 1.1 + wide * step)[-1]
    return begin + int((at + wide / 2) * step)
