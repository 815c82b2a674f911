"""Exports: whatever was said, each format is one that its readers read, with all the words in their order."""

import html
import io

import docx
import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.formats import cues, lossless, plain, printable, subtitles, word
from tests.audio.spoken import documents, segment, spoken

shapes = st.builds(cues.Shape, st.integers(10, 80), st.integers(1, 4), st.floats(5, 40), st.floats(0, 3), st.floats(3, 15))


def letters(text):
    return "".join(printable(text).split()).replace(subtitles.JOINER, "")


def all_said(segments):
    return letters("".join(one["text"] for one in segments))


def read_back(text, kind):
    return pysubs2.SSAFile.from_string(text, kind, keep_html_tags=True)


@given(documents(), shapes)
def test_srt_is_read_back_whole(segments, shape):
    events = read_back(subtitles.srt(segments, shape), "srt")
    assert letters("".join(event.text.replace(r"\N", "") for event in events)) == all_said(segments).replace("-->", "→")
    in_order(events)


@given(documents(), shapes)
def test_vtt_is_read_back_whole(segments, shape):
    written = subtitles.vtt(segments, shape, speakers=False)
    assert written.startswith("WEBVTT\n\n")
    events = read_back(written, "vtt")
    assert html.unescape(letters("".join(event.text.replace(r"\N", "") for event in events))) == all_said(segments)
    assert not any(sign in event.text for event in events for sign in "<>")
    in_order(events)


def in_order(events):
    times = [time for event in events for time in (event.start, event.end)]
    assert times == sorted(times)
    assert all(event.start < event.end for event in events)


@given(documents(), shapes)
def test_cues_keep_their_shape(segments, shape):
    for cue in cues.cues(segments, shape):
        # A word that is longer than a line has one to itself; a number is not left alone in the last one.
        assert all(len(line) <= shape.length or " " not in line or line.rpartition(" ")[2].isdecimal() for line in cue.lines)
        assert len(cue.lines) <= max(shape.lines, 1)


def test_a_cue_stands_until_it_is_read_but_not_over_the_next():
    shape = cues.Shape(speed=10, shortest=1, longest=7)
    segments = [segment(1, "Hi.", 0, 0.2), segment(2, "Twenty letters here.", 5, 5.5), segment(3, "Next.", 6, 7)]
    assert [(cue.start, cue.end) for cue in cues.cues(segments, shape)] == [(0, 1), (5, 6), (6, 7)]


def test_long_segments_are_cut_at_sentences_and_lines_are_of_about_one_length():
    text = "This is the first sentence of them all. And here comes the second one, which goes on for a while."
    found = cues.cues([segment(1, text, 0, 10)], cues.Shape(length=32, lines=2))
    assert found[0].lines == ["This is the first", "sentence of them all."]


def test_no_word_is_left_over_for_the_blink_of_an_eye():
    text = "Good evening, and welcome to the program about harbors and the people who work in them."
    first, second = cues.cues([segment(1, text, 0, 4.6)], cues.Shape())
    assert " ".join(first.lines + second.lines) == text
    assert min(first.end - first.start, second.end - second.start) > 1.5


def test_a_sentence_that_is_short_stays_one():
    text = "The council met on Tuesday evening to talk about the old harbour and its many cranes. Yes."
    assert cues.cues([segment(1, text, 0, 5)], cues.Shape())[-1].lines == ["Yes."]


def test_speakers_are_named_where_they_change():
    segments = [{**one, "speaker": name} for one, name in zip(spoken(), ["Ann", "Ann", "Ben"], strict=True)]
    told = subtitles.srt(segments, cues.Shape(), speakers=True)
    assert (told.count("Ann:"), told.count("Ben:")) == (1, 1)


def test_text_and_markdown_have_speakers_and_times():
    segments = [{**one, "speaker": name} for one, name in zip(spoken(), ["Ann", "Ann", "Ben"], strict=True)]
    assert plain.text(segments) == "Ann:\nGood morning and welcome. Today we talk about rain.\n\nBen:\nThank you for listening.\n"
    assert plain.text(segments, speakers=False, times=True).startswith("[0:00]:\nGood morning")
    assert "**Ben** `0:08`  \nThank you" in plain.markdown(segments, "Rain")


@given(documents())
def test_every_format_holds_all_the_text(segments):
    assert letters(plain.text(segments, speakers=False)) == all_said(segments)
    document = docx.Document(io.BytesIO(word.write(segments, "Any <title>", speakers=False, times=False)))
    assert letters("".join(paragraph.text for paragraph in document.paragraphs[1:])) == all_said(segments)


def test_markdown_shows_what_was_said():
    for hostile in ("# no heading", "- no list", "1. no list", "<script>x</script>", "*not bold*", "[no](link)", "`no code`"):
        assert "<script>" not in plain.markdown(spoken([hostile]), times=False)
        assert plain.markdown(spoken([hostile]), times=False).startswith(("\\", "1\\."))


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[]",
        "{}",
        '{"schema": "playground/transcript", "schema_version": 2, "segments": []}',
        '{"schema": "playground/transcript", "schema_version": 1, "segments": [3]}',
        '{"schema": "playground/transcript", "schema_version": 1, "segments": [{"id": "a", "text": "b"}]}',
    ],
)
def test_a_damaged_file_is_refused_in_words(damaged):
    with pytest.raises(lossless.Unreadable, match=r"\w+ .*\."):
        lossless.read(damaged)
