"""Sound in memory, read whatever its format is."""

import io
import itertools

import av
import numpy

from apps.audio.sound import containers

# What FFmpeg raises for a file that is none, and what is said of one of no format that we take.
Unreadable = (av.error.FFmpegError, containers.NotSound)
# Seconds: what a piece of text is never as long as. A few kilobytes can hold days of silence.
LONGEST = 1800
RATES = range(4000, 192_001)


class TooLong(containers.NotSound):
    """In words."""


def samples_of(data, rate=None):
    """(samples of 16 bits, one voice; how many a second: ``rate``, or as it comes).

    Raises Unreadable for what is no sound, has none in it, or lasts too long.
    """
    heard = bytearray()
    with containers.opened(io.BytesIO(data)) as container:
        if not container.streams.audio:
            raise containers.NotSound("There is no sound in it.")
        stream = container.streams.audio[0]
        rate = rate or stream.codec_context.sample_rate
        if rate not in RATES or stream.codec_context.sample_rate not in RATES:
            raise containers.NotSound("No player knows so many samples a second.")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        for frame in itertools.chain(container.decode(stream), [None]):
            for part in resampler.resample(frame):
                heard += part.to_ndarray()[0].tobytes()
            if len(heard) > 2 * rate * LONGEST:
                raise TooLong(f"It is longer than {LONGEST // 60} minutes.")
    if not heard:
        raise containers.NotSound("There is no sound in it.")
    return numpy.frombuffer(heard, numpy.int16), rate
