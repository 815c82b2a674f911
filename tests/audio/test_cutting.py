"""Where a recording is cut, and what is read of it at a time."""

import io
import tracemalloc
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.models import Piece, State
from apps.audio.runs import cutting
from apps.audio.runs.cutting import OVERLAP, REST, Plan
from apps.audio.sound.decoding import RATE, Sound, Unplayable, encoded
from apps.audio.sound.silence import quietest
from tests.audio import tones

KINDS = [
    ("wav", "pcm_s16le", 16000),
    ("mp3", "mp3", 24000),
    ("ogg", "libopus", 48000),
    ("webm", "libopus", 48000),
    ("mp4", "aac", 44100),
    ("flac", "flac", 44100),
]
SECOND = np.zeros(RATE, np.int16)


def blocks(seconds, size=RATE):
    """So much silence, in blocks."""
    rest = round(seconds * RATE)
    while rest > 0:
        yield np.zeros(min(size, rest), np.int16)
        rest -= size


def stretches(seconds, gaps, plan, number=0, size=RATE):
    found = []
    for start, end, samples in cutting.cut(blocks(seconds, size), gaps, plan, number):
        assert len(samples) == pytest.approx((end - start) * RATE, abs=1)
        found.append((start, end))
    return found


@given(
    seconds=st.floats(0.05, 700), longest=st.floats(30, 200), size=st.integers(3000, 40000),
    done=st.lists(st.integers(0, 8), unique=True, max_size=6),
)  # fmt: skip
def test_pieces_cover_everything_with_an_overlap_and_what_is_done_is_not_cut_again(seconds, longest, size, done):
    plan = Plan(longest)
    first = stretches(seconds, cutting.gaps([]), plan, size=size)
    assert first[0][0] == 0
    assert first[-1][1] == pytest.approx(seconds, abs=0.001)
    assert all(a[1] - b[0] == pytest.approx(OVERLAP, abs=0.001) for a, b in zip(first, first[1:], strict=False))
    assert all(end - start <= plan.limit(number) + REST + OVERLAP for number, (start, end) in enumerate(first, start=1))
    kept = [first[at] for at in sorted(done) if at < len(first)]
    again = stretches(seconds, cutting.gaps(kept), plan, len(kept), size)
    every = sorted(kept + again)
    assert every[0][0] == 0
    assert max(end for _, end in every) == pytest.approx(seconds, abs=0.001)
    reached = 0.0
    for start, end in every:
        assert start <= reached - OVERLAP + 0.01 or start == 0
        reached = max(reached, end)
    if len(kept) == len(first):
        assert again == []


def test_a_cut_is_made_where_it_is_quiet():
    loud = (np.sin(np.arange(60 * RATE) / 5) * 9000).astype(np.int16)
    loud[round(26.0 * RATE) : round(26.6 * RATE)] = 0
    ((_, end, _), *_) = cutting.cut(iter([loud]), [(0.0, None)], Plan(30))
    assert end == pytest.approx(26.3 + OVERLAP / 2, abs=0.2)


def test_the_quietest_place_of_very_little_is_its_middle():
    assert quietest(SECOND, 0, 100) == 50


def test_a_stretch_of_it():
    assert stretches(100, [(20.0, 30.0)], Plan(60)) == [(20.0, 30.0)]
    assert stretches(25, [(20.0, 30.0)], Plan(60)) == [(20.0, 25.0)]
    assert stretches(10, [(20.0, 30.0)], Plan(60)) == []


@pytest.mark.parametrize("seconds", [1, 29, 60, 100, 600, 3600, 7200])
@pytest.mark.parametrize("longest", [30, 120, 600])
def test_the_count_beforehand_is_about_right(seconds, longest):
    made = len(stretches(seconds, [(0.0, None)], Plan(longest), size=10 * RATE))
    assert Plan(longest).count(seconds) == pytest.approx(made, abs=1 + made * 0.2)


def test_two_hours_are_never_held_whole(tmp_path):
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for _ in range(120):
            file.writeframesraw(bytes(60 * RATE * 2))
    tracemalloc.start()
    with open(path, "rb") as file:
        ends = [end for _, end, _ in cutting.cut(Sound(file), [(0.0, None)], Plan(600))]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ends[-1] == pytest.approx(7200, abs=1)
    assert most < 60 * 1024 * 1024


@pytest.mark.parametrize("format, codec, rate", KINDS)
def test_every_kind_of_file_comes_out_alike(format, codec, rate):
    data = tones.written(tones.samples(range(5)), format, codec, rate)
    heard = tones.listened(data)
    assert heard["text"].split() == tones.spoken(5)
    assert heard["words"][4]["start"] == pytest.approx(4.2, abs=0.1)


@pytest.mark.parametrize("format, codec, rate", KINDS)
def test_a_file_is_entered_later_at_the_right_place(format, codec, rate):
    data = tones.written(tones.samples(range(60)), format, codec, rate)
    ((start, _, samples),) = cutting.cut(Sound(io.BytesIO(data), 45.0), [(45.0, 50.0)], Plan(60))
    heard = tones.listened(encoded(samples))
    assert heard["text"].split() == tones.spoken(50)[45:]
    assert start + heard["words"][0]["start"] == pytest.approx(45.2, abs=0.1)


def test_a_piece_is_what_was_cut():
    sound = tones.samples(range(3))
    again = np.concatenate(list(Sound(io.BytesIO(encoded(sound)))))
    assert np.array_equal(sound, again)


def test_a_video_without_sound_is_told():
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(Unplayable, match="no sound in it"):
        list(Sound(io.BytesIO(out.getvalue())))


@pytest.mark.django_db(transaction=True)
def test_an_estimate_before_the_start(record, settings, ask):
    settings.GROQ_API_KEY, settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = "gsk_1", 0, 2
    recording = record(seconds=3600.0)
    recording.file.name = "somewhere"
    found = cutting.estimate(recording, {}, "whisper-large-v3")
    assert found.time is None
    assert found.words == f"About {found.pieces} pieces."
    assert 8 < found.pieces < 14
    transcript = ask(recording)
    for number in range(2):
        Piece.objects.create(transcript=transcript, number=number, start=0, end=100, state=State.COMPLETE, total_time=10)
    found = cutting.estimate(recording, {}, "whisper-large-v3")
    assert found.time == pytest.approx(3600 * 0.1 / 2)
    assert "It will take about 3 min" in found.words
    assert cutting.estimate(recording, {}, "another").time is None
    assert cutting.estimate(recording, {}, "another", 10, 20).words == "One request."
    recording.file = ""
    assert "fetches the recording itself" in cutting.estimate(recording, {}, "whisper-large-v3").words


def test_times_in_words():
    assert [cutting.spoken(seconds) for seconds in (1, 44, 60, 3000, 7260)] == [
        "about 5 s",
        "about 45 s",
        "about 1 min",
        "about 50 min",
        "about 2 h 1 min",
    ]
