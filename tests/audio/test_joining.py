"""Pieces meet without a click, and every format can be read back."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.sound.encoding import FORMATS, media_type_of
from apps.audio.sound.joining import eased
from apps.audio.sound.reading import Unreadable, samples_of
from apps.audio.speech_forms import RATES
from tests.audio.beeps import RATE, tone, written


def jump(samples):
    """The largest step from one sample to the next."""
    return int(numpy.abs(numpy.diff(samples.astype(numpy.int32))).max())


@given(st.floats(80, 2000), st.floats(80, 2000), st.sampled_from(RATES), st.floats(0.02, 0.3))
def test_no_seam_jumps_more_than_what_is_beside_it(one, other, rate, seconds):
    pieces = [tone(seconds, rate, one), tone(seconds, rate, other)]
    cut = numpy.concatenate(pieces)
    joined = numpy.concatenate([eased(piece, rate) for piece in pieces])
    at = len(pieces[0])
    seam = jump(joined[at - 3 : at + 3])
    assert seam <= max(jump(pieces[0]), jump(pieces[1]))
    assert joined[0] == joined[-1] == joined[at - 1] == joined[at] == 0
    assert len(joined) == len(cut)


def test_only_the_edges_are_touched():
    samples = tone(1.0)
    shaped = eased(samples, RATE)
    assert (shaped[200:-200] == samples[200:-200]).all()
    assert len(eased(samples[:1], RATE)) == 1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_written_at_every_rate(kind, rate):
    data = written(tone(1.0, rate), kind, rate)
    assert media_type_of(data) == FORMATS[kind][2]
    samples, found = samples_of(data)
    assert found == (48000 if kind == "ogg" else rate)
    # Codecs round up to whole frames.
    assert len(samples) / found == pytest.approx(1.0, abs=0.1)
    assert abs(samples.astype(int)).max() > 10000


@pytest.mark.parametrize("data", [b"", b"<html>no sound</html>", b"RIFF\x24\x00\x00\x00WAVEfmt ", written(tone(0.1))[:44]])
def test_what_is_no_sound_is_said(data):
    with pytest.raises(Unreadable):
        samples_of(data)


def test_a_wav_that_does_not_know_its_length_is_read_to_its_end():
    """As servers write it that begin to send before they are done."""
    data = written(tone(1.0))
    at = data.index(b"data")
    endless = data[:4] + b"\xff\xff\xff\xff" + data[8 : at + 4] + b"\xff\xff\xff\xff" + data[at + 8 :]
    assert len(samples_of(endless)[0]) == RATE


def test_another_rate_may_be_asked_for():
    samples, rate = samples_of(written(tone(1.0, 22050), "wav", 22050), 48000)
    assert (rate, len(samples)) == (48000, pytest.approx(48000, abs=50))
