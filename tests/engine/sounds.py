"""Files of sound made for tests."""

import io
import wave

import av
import numpy


def tone(seconds, rate=16_000, loud=0.3):
    """A tone of 440 Hz as 16-bit samples."""
    return (loud * 32_767 * numpy.sin(2 * numpy.pi * 440 * numpy.arange(int(seconds * rate)) / rate)).astype("<i2")


def wav(samples, rate=16_000):
    with io.BytesIO() as sink:
        with wave.open(sink, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples.tobytes())
        return sink.getvalue()


def coded(samples, container, codec, rate=48_000):
    """The samples in a container of another kind."""
    with io.BytesIO() as sink:
        with av.open(sink, "w", format=container) as file:
            stream = file.add_stream(codec, rate=rate, layout="mono")
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.rate = rate
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        return sink.getvalue()


def about(data):
    """``(codec, samples a second, seconds)`` of a file, by decoding all of it."""
    with av.open(io.BytesIO(data), "r") as file:
        stream = file.streams.audio[0]
        assert stream.codec_context.channels == 1
        samples = sum(frame.samples for frame in file.decode(stream))
        return stream.codec_context.name, stream.rate, samples / stream.rate
