"""Transcripts for tests: made as a finished job leaves them."""

from django.core.files.base import ContentFile
from hypothesis import strategies as st

from apps.audio.documents import editing
from apps.audio.documents.segments import text_of
from apps.audio.models import Recording, State, Transcript, Version
from apps.core import ids
from tests.audio.tunes import tune

TEXTS = ["Good morning and welcome.", "Today we talk about rain.", "Thank you for listening."]


def segment(number, text, start, end, **more):
    """A segment as Whisper gives it: its words share its time."""
    words = text.split()
    step = (end - start) / max(1, len(words))
    timed = [{"word": f" {word}", "start": start + n * step, "end": start + (n + 1) * step} for n, word in enumerate(words)]
    return {"id": f"s{number}", "start": start, "end": end, "text": text, "words": timed, **more}


def spoken(texts=TEXTS, seconds=4.0, **more):
    return [segment(n + 1, text, n * seconds, (n + 1) * seconds, **more) for n, text in enumerate(texts)]


def make_recording(team, user=None, segments=None, **fields):
    """A recording that sounds as the segments say: it can be played."""
    data, peaks, seconds = tune(segments or spoken())
    fields = {"title": "Weather report", "name": "rain.wav", "media_type": "audio/wav", **fields}
    recording = Recording(team=team, created_by=user, peaks=peaks, duration=seconds, size=len(data), **fields)
    recording.file.save("rain.wav", ContentFile(data))
    return recording


def make_transcript(team, user=None, segments=None, recording=None, state=State.COMPLETE, **fields):
    """A transcript with its first version, of a recording of twelve seconds."""
    recording = recording or Recording.objects.create(
        team=team, created_by=user, title="Weather report", name="rain.wav", duration=12
    )
    fields = {"model": "whisper-large-v3", "key": ids.new(), **fields}
    transcript = Transcript.objects.create(recording=recording, created_by=user, state=state, **fields)
    segments = spoken() if segments is None else segments
    Version.objects.create(transcript=transcript, number=1, note="Transcribed", segments=segments, text=text_of(segments))
    return transcript


HOSTILE = [
    "-->",
    "00:00:01,000 --> 00:00:02,000",
    "<script>alert(1)</script>",
    "\n\n1\n",
    "{\\b1}",
    "\\N",
    "שלום",
    "42",
    "a\x00b",
    "\x1b[31m",
    "日本語",
    "&amp;",
    "# x",
    "w" * 120,
]
texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*HOSTILE, "rain", "and", "sun."]), max_size=30).map(" ".join),
)


@st.composite
def documents(draw):
    """Segments with any texts, in the order of time; some with words of the API's own, which need not match the text."""
    at, made = 0.0, []
    for number in range(draw(st.integers(0, 5))):
        at += draw(st.floats(0, 5))
        end = at + draw(st.floats(0, 20))
        one = segment(number, editing.clean(draw(texts)), at, end)
        if draw(st.booleans()):
            del one["words"]
        if draw(st.booleans()):
            one["speaker"] = draw(st.sampled_from(["Ann", "--> Ben", "<i>Cy"]))
        made.append(one)
        at = end
    return made
