"""Sound in memory, read whatever its format is."""

import io

import av
import numpy

# What FFmpeg raises for a file that is none; PyAV's own errors are of the same tree.
Unreadable = av.error.FFmpegError


def samples_of(data, rate=None):
    """(samples of 16 bits, one voice; how many a second: ``rate``, or as it comes).

    Raises Unreadable for what is no sound, or has none in it.
    """
    with av.open(io.BytesIO(data), mode="r", metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise av.error.InvalidDataError(0, "no sound")
        stream = container.streams.audio[0]
        rate = rate or stream.codec_context.sample_rate
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        heard = [part.to_ndarray()[0] for frame in container.decode(stream) for part in resampler.resample(frame)]
        heard += [part.to_ndarray()[0] for part in resampler.resample(None)]
    if not heard or not rate:
        raise av.error.InvalidDataError(0, "no sound")
    return numpy.concatenate(heard), rate


def seconds_of(data):
    samples, rate = samples_of(data)
    return len(samples) / rate
