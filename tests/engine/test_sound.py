"""What is heard of a file, and what is no file of sound."""

import io

import numpy
import pytest

from apps.engine import encoding, sound
from apps.engine.refusal import Refusal
from tests.engine.sounds import about, coded, tone, wav

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"


def heard(data):
    return numpy.concatenate(list(sound.blocks(io.BytesIO(data))))


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("flac", "flac"),
        ("mp3", "libmp3lame"),
        ("mp4", "aac"),
        ("ipod", "aac"),
        ("mpeg", "mp2"),
        ("ogg", "libopus"),
        ("wav", "pcm_s16le"),
        ("webm", "libopus"),
        ("adts", "aac"),
    ],
)
def test_every_kind_of_the_description_is_heard(container, codec):
    samples = heard(coded(tone(2, 48_000), container, codec))
    assert 1.9 < len(samples) / sound.RATE < 2.2
    # 440 waves a second, whatever it was in.
    second = samples[8_000:24_000]
    assert abs(int(numpy.abs(numpy.fft.rfft(second)).argmax()) - 440) <= 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "could not be decoded"),
        (b"<!doctype html><title>a.wav</title>" * 50, "could not be decoded"),
        (b"\x00" * 5000, "could not be decoded"),
        (wav(tone(0)), "could not be decoded|too short"),
        (wav(tone(0.005)), "too short"),
        (coded(tone(1, 48_000), "mp4", "aac")[:60], "could not be decoded"),
    ],
    ids=range(6),
)
def test_what_holds_no_sound_is_refused(data, words):
    with pytest.raises(Refusal, match=words) as refused:
        heard(data)
    assert refused.value.status == 400
    assert refused.value.error["param"] == "file"


def test_of_what_is_damaged_the_rest_is_heard():
    data = coded(tone(4, 48_000), "mp3", "libmp3lame")
    assert 1.5 < len(heard(data[: len(data) // 2])) / sound.RATE < 2.5
    broken = bytearray(data)
    broken[len(data) // 2 : len(data) // 2 + 2000] = b"\x00" * 2000
    assert 2 < len(heard(bytes(broken))) / sound.RATE < 4.5


def test_a_playlist_leads_nowhere(tmp_path):
    (tmp_path / "inside.wav").write_bytes(wav(tone(1)))
    for target in (f"file://{tmp_path}/inside.wav", f"{tmp_path}/inside.wav", "http://127.0.0.1:9/a.ts"):
        for playlist in (PLAYLIST.format(target), f"ffconcat version 1.0\nfile '{target}'\n"):
            with pytest.raises(Refusal, match="could not be decoded"):
                heard(playlist.encode())


def test_long_sound_is_cut_where_it_is_quiet_and_nothing_is_lost():
    samples = tone(320)
    for second in (153, 310):
        samples[second * 16_000 : second * 16_000 + 8_000] = 0
    parts = list(sound.blocks(io.BytesIO(wav(samples))))
    assert sum(map(len, parts)) == len(samples)
    assert [153 <= len(parts[0]) / 16_000 <= 153.5, 310 <= sum(map(len, parts[:2])) / 16_000 <= 310.5] == [True, True]
    assert len(parts) == 3


@pytest.mark.parametrize("rate", encoding.RATES)
@pytest.mark.parametrize(
    ("name", "codec"), [("flac", "flac"), ("mp3", "mp3float"), ("ogg", "opus"), ("wav", "pcm_s16le"), ("mulaw", "pcm_mulaw")]
)
def test_samples_become_any_format_at_any_rate(name, codec, rate):
    encoder = encoding.Encoder(name, 22_050, rate)
    pieces = [tone(1.5, 22_050), tone(0.01, 22_050), tone(1, 22_050)]
    data = b"".join(b"".join(encoder.more(piece.tobytes())) for piece in pieces) + b"".join(encoder.end())
    if name == "mulaw":
        # Nothing but a byte for each sample.
        assert len(data) / rate == pytest.approx(2.51, abs=0.01)
        return
    found, its_rate, seconds = about(data)
    assert (found, seconds) == (codec, pytest.approx(2.51, abs=0.2))
    assert its_rate == (48_000 if name == "ogg" else rate)


@pytest.mark.parametrize("name", ["flac", "mp3", "ogg", "mulaw"])
def test_the_beginning_is_there_before_the_end_is_known(name):
    encoder = encoding.Encoder(name, 22_050, 48_000)
    first = b"".join(encoder.more(tone(5, 22_050).tobytes()))
    assert len(first) > 1000
    list(encoder.end())
