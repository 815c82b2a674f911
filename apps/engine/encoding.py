"""Samples to the bytes of a sound file, as they come."""

import io
from fractions import Fraction

import av
import numpy

# The container, the codec, the media type.
FORMATS = {
    "flac": ("flac", "flac", "audio/flac"),
    "mp3": ("mp3", "libmp3lame", "audio/mpeg"),
    "mulaw": ("mulaw", "pcm_mulaw", "audio/PCMU;rate={rate}"),
    "ogg": ("ogg", "libopus", "audio/ogg"),
    "wav": ("wav", "pcm_s16le", "audio/wav"),
}
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
OPUS_RATES = (8000, 16000, 24000, 48000)
PIECE = 1 << 18  # bytes


def media_type(name, rate):
    return FORMATS[name][2].format(rate=rate).encode()


class Encoder:
    """``more(samples)`` and ``end()`` give the bytes that are ready by then, as iterables.

    A WAV file says at its beginning how long it is, so all of its bytes come at the end.
    """

    def __init__(self, name, came, rate):
        container, codec, _ = FORMATS[name]
        self._whole = io.BytesIO() if name == "wav" else None
        self._sink = Sink()
        self._container = av.open(
            self._whole or self._sink, "w", format=container, options={"write_xing": "0"} if name == "mp3" else {}
        )
        self._came, self._time = came, 0
        # Opus knows few rates; whatever it is asked for, it fits into the next above.
        written = min(each for each in OPUS_RATES if each >= rate) if codec == "libopus" else rate
        self._narrow = av.AudioResampler("s16", "mono", rate) if written != rate else None
        self._stream = self._container.add_stream(codec, rate=written, layout="mono")
        if codec == "libmp3lame":
            self._stream.bit_rate = 64_000 if rate <= 24_000 else 96_000

    def more(self, samples):
        """``samples``: 16-bit, one channel, as bytes."""
        frame = av.AudioFrame.from_ndarray(numpy.frombuffer(samples, "<i2").reshape(1, -1), format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = self._came, self._time, Fraction(1, self._came)
        self._time += frame.samples
        for each in self._narrow.resample(frame) if self._narrow else (frame,):
            self._container.mux(self._stream.encode(each))
        yield from self._ready()

    def end(self):
        for each in self._narrow.resample(None) if self._narrow else ():
            self._container.mux(self._stream.encode(each))
        self._container.mux(self._stream.encode(None))
        self._container.close()
        if self._whole:
            self._whole.seek(0)
            yield from iter(lambda: self._whole.read(PIECE), b"")
            self._whole.close()
        yield from self._ready()

    def _ready(self):
        if data := self._sink.take():
            yield data


class Sink:
    """Where a container writes that nobody can turn back in."""

    def __init__(self):
        self._held = io.BytesIO()

    def write(self, data):
        return self._held.write(data)

    def take(self):
        data, self._held = self._held.getvalue(), io.BytesIO()
        return data
