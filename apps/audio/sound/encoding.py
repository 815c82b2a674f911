"""Samples written in the formats that the API offers for speech.

``mulaw`` comes in a WAV file, as ``wav`` does: bare µ-law does not say how many samples a second it has, and no browser plays it.
``ogg`` holds Opus, which knows five rates; sound of another rate is written at 48,000 samples a second.
"""

import fractions
import struct

from apps.audio.sound import containers

# format → (container, codec, media type, extension)
FORMATS = {
    "flac": ("flac", "flac", "audio/flac", "flac"),
    "mp3": ("mp3", "libmp3lame", "audio/mpeg", "mp3"),
    "mulaw": ("wav", "pcm_mulaw", "audio/wav", "wav"),
    "ogg": ("ogg", "libopus", "audio/ogg", "ogg"),
    "wav": ("wav", "pcm_s16le", "audio/wav", "wav"),
}
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
BARE_MULAW = "audio/basic"


class Encoder:
    """Writes 16-bit samples of one voice to a file: ``with Encoder(file, "mp3", 24000) as sound: sound.write(samples)``."""

    def __init__(self, file, kind, rate):
        import av

        container, codec, self.media_type, _ = FORMATS[kind]
        self.rate, self.count = rate, 0
        self._container = av.open(file, mode="w", format=container)
        written = rate if codec != "libopus" or rate in OPUS_RATES else 48000
        self._stream = self._container.add_stream(codec, rate=written, layout="mono")
        if codec == "libmp3lame":
            self._stream.bit_rate = 64_000 if rate < 32_000 else 96_000

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def write(self, samples):
        import av

        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = self.rate, fractions.Fraction(1, self.rate), self.count
        self.count += len(samples)
        self._container.mux(self._stream.encode(frame))

    @property
    def seconds(self):
        return self.count / self.rate


def media_type_of(data, wanted=None):
    """What sound that came from the API is, by how it begins; an empty string for what is none.

    Silence of bare µ-law looks like MPEG: that µ-law was ``wanted`` decides.
    """
    found = containers.demuxer(data[: containers.HEAD])
    if wanted == "mulaw" and found != "wav":
        return BARE_MULAW
    return containers.MEDIA_TYPES.get(found, "")


def headed(data, rate):
    """Bare µ-law as a WAV file."""
    form = struct.pack("<HHIIHHH", 7, 1, rate, rate, 1, 8, 0)
    fact = struct.pack("<I", len(data))
    parts = b"".join(
        name + struct.pack("<I", len(part)) + part for name, part in ((b"fmt ", form), (b"fact", fact), (b"data", data))
    )
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts
