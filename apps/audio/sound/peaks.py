"""The outline of a recording for its waveform: the lowest and the highest of equal stretches, computed once."""

import av
import numpy as np

from apps.audio.sound import containers

# Pairs: enough for a wide screen at any zoom that makes sense for a short file, and 24 KB for the longest.
FEWEST, MOST, PER_SECOND = 1000, 12000, 20
RATE = 8000


def peaks(file, duration):
    """Bytes: signed pairs (lowest, highest) of equal stretches; decoded as a stream, so that memory stays flat."""
    count = min(MOST, max(FEWEST, round(duration * PER_SECOND)))
    outline = Outline(count, max(1.0, duration * RATE / count))
    with containers.opened(file) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in frames(container, stream):
            for part in resampler.resample(frame):
                outline.take(part.to_ndarray().reshape(-1))
    return outline.packed()


def frames(container, stream):
    """Every frame that can be decoded; what is damaged in between is left out."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except (av.error.FFmpegError, ValueError):
            continue


class Outline:
    def __init__(self, count, width):
        self.low = np.zeros(count, dtype=np.int16)
        self.high = np.zeros(count, dtype=np.int16)
        self.width, self.at = width, 0

    def take(self, samples):
        """Put samples where they belong."""
        places = ((self.at + np.arange(len(samples))) / self.width).astype(np.int64)
        self.at += len(samples)
        inside = places < len(self.low)
        np.minimum.at(self.low, places[inside], samples[inside])
        np.maximum.at(self.high, places[inside], samples[inside])

    def packed(self):
        pairs = np.stack([self.low, self.high], axis=1).astype(np.int32) * 127 // 32768
        return np.clip(pairs, -127, 127).astype(np.int8).tobytes()
