"""Sound in memory, read whatever its format is."""

import io

import av
import numpy

from apps.audio.sound import containers

# What FFmpeg raises for a file that is none, and what is said of one of no format that we take.
Unreadable = (av.error.FFmpegError, containers.NotSound)


def samples_of(data, rate=None):
    """(samples of 16 bits, one voice; how many a second: ``rate``, or as it comes).

    Raises Unreadable for what is no sound, or has none in it.
    """
    with containers.opened(io.BytesIO(data)) as container:
        if not container.streams.audio:
            raise containers.NotSound("There is no sound in it.")
        stream = container.streams.audio[0]
        rate = rate or stream.codec_context.sample_rate
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        heard = [part.to_ndarray()[0] for frame in container.decode(stream) for part in resampler.resample(frame)]
        heard += [part.to_ndarray()[0] for part in resampler.resample(None)]
    if not heard or not rate:
        raise containers.NotSound("There is no sound in it.")
    return numpy.concatenate(heard), rate
