"""Sounds for tests: made here, read back here."""

import io

import numpy

from apps.audio.sound.encoding import Encoder

RATE = 24000


def tone(seconds=0.5, rate=RATE, pitch=440.0, loud=0.5):
    """Samples of a sine that begins and ends in full swing, as a clumsy cut would."""
    at = numpy.arange(int(seconds * rate)) / rate
    return (numpy.cos(at * pitch * 2 * numpy.pi) * loud * 32767).astype(numpy.int16)


def written(samples, kind="wav", rate=RATE):
    file = io.BytesIO()
    with Encoder(file, kind, rate) as sound:
        sound.write(samples)
    return file.getvalue()
