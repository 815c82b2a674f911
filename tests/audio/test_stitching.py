"""One text out of overlapping pieces: what was said once stands there once, however it was cut and whatever was answered."""

import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.documents.segments import from_answer, language_of, text_of, tokens
from apps.audio.documents.stitching import stitched


class Piece(NamedTuple):
    start: float
    end: float | None
    result: object


SAID = ["one", "two", "three", "four", "no", "no", "yes", "well", "so", "and", "the", "a"]
WORDS = st.lists(st.sampled_from(SAID), min_size=1, max_size=60)


def spoken(words, lengths):
    """[(word, start, end)] one after the other, with a pause now and then."""
    said, now = [], 0.0
    for word, length in zip(words, lengths, strict=False):
        said.append((word, now, now + length))
        now += length + (0.4 if word == "so" else 0.05)
    return said


def heard(said, start, end, jitter=(), segment=7):
    """What an API answers about a stretch: the words that are wholly in it, at times of its own, a few words a segment."""
    inside = [(word, first, last) for word, first, last in said if first >= start and last <= end]
    moved = [
        {"word": word, "start": max(0.0, first - start + shift), "end": max(0.0, last - start + shift)}
        for (word, first, last), shift in zip(inside, [*jitter, *[0.0] * len(inside)], strict=False)
    ]
    groups = [moved[at : at + segment] for at in range(0, len(moved), segment)]
    segments = [
        {"start": g[0]["start"], "end": g[-1]["end"], "text": " " + " ".join(w["word"] for w in g), "avg_logprob": -0.2}
        for g in groups
    ]
    return {"text": " ".join(w["word"] for w in moved), "language": "english", "segments": segments, "words": moved}


def cuts(end, places, overlap):
    """Stretches with an overlap about each place."""
    marks = sorted(place * end for place in places)
    edges = [0.0, *marks, end]
    return [(max(0.0, a - overlap / 2 if a else 0.0), min(end, b + overlap / 2)) for a, b in zip(edges, edges[1:], strict=False)]


def words_of(segments):
    return " ".join(segment["text"] for segment in segments).split()


@given(
    words=WORDS,
    lengths=st.lists(st.floats(0.25, 0.9), min_size=60, max_size=60),
    places=st.lists(st.floats(0.05, 0.95), max_size=4),
    jitter=st.lists(st.floats(-0.1, 0.1), min_size=60, max_size=60),
)
def test_a_text_that_was_cut_anywhere_comes_back(words, lengths, places, jitter):
    said = spoken(words, lengths)
    end = said[-1][2]
    pieces = [
        Piece(a, b, heard(said, a, b, jitter if number % 2 else jitter[::-1], segment=3 + number))
        for number, (a, b) in enumerate(cuts(end, places, 2.4))
    ]
    # An overlap that reaches into the next but one is no cut that we make.
    if all(b[0] - a[0] > 2.4 for a, b in zip(pieces, pieces[1:], strict=False)):
        segments = stitched(pieces)
        assert words_of(segments) == words
        for segment in segments:
            assert "".join(word["word"] for word in segment["words"]).strip() == segment["text"]
            assert segment["start"] <= segment["end"]
        assert len({segment["id"] for segment in segments}) == len(segments)


@given(count=st.integers(8, 60), place=st.floats(0.2, 0.8), both=st.integers(0, 5))
def test_without_times_the_words_themselves_tell(count, place, both):
    words = [f"word{number}" for number in range(count)]
    at = int(count * place)
    one, other = words[: at + both], words[at:]
    pieces = [Piece(0, 61, {"text": " ".join(one)}), Piece(59, 120, {"text": " ".join(other)})]
    assert words_of(stitched(pieces)) == words


def test_segments_without_words_are_joined_by_what_both_heard():
    first = {
        "segments": [{"start": 0, "end": 5, "text": " We begin here."}, {"start": 5, "end": 11, "text": " And then we went on to"}]
    }
    other = {
        "segments": [{"start": 0, "end": 6, "text": " we went on to the sea."}, {"start": 6, "end": 9, "text": " It was far."}]
    }
    segments = stitched([Piece(0, 11, first), Piece(9, 20, other)])
    assert " ".join(segment["text"] for segment in segments) == "We begin here. And then we went on to the sea. It was far."
    assert segments[-1]["start"] == 15


def test_a_word_misheard_at_the_edge_gives_way():
    first = heard([("we", 7.0, 7.3), ("went", 7.5, 8.0), ("on", 8.2, 8.5), ("to", 8.7, 9), ("ha", 9.5, 9.9)], 0, 10)
    other = heard([("gone", 8.0, 8.1), ("on", 8.25, 8.5), ("to", 8.75, 9), ("harbour", 9.5, 10.2)], 8, 20)
    assert words_of(stitched([Piece(0, 10, first), Piece(8, 20, other)])) == ["we", "went", "on", "to", "harbour"]


def test_a_sentence_that_was_cut_in_two_is_one_segment_again():
    said = [("Nobody", 7.0, 7.4), ("knew", 7.6, 7.9), ("why", 8.5, 8.8), ("then.", 9.2, 9.6), ("Well.", 11, 11.5)]
    pieces = [Piece(0, 10, heard(said, 0, 10)), Piece(7.6, 20, heard(said, 7.6, 20, segment=3))]
    segments = stitched(pieces)
    assert [segment["text"] for segment in segments] == ["Nobody knew why then.", "Well."]
    assert [word["start"] for word in segments[0]["words"]] == [7.0, 7.6, 8.5, 9.2]
    far = [Piece(0, 10, heard(said[:2], 0, 10)), Piece(9.5, 60, heard([("away", 30, 31)], 9.5, 60))]
    assert [segment["text"] for segment in stitched(far)] == ["Nobody knew", "away"]


def test_what_one_of_them_did_not_hear_at_all_stays():
    first = heard([("at", 7.0, 7.3), ("last", 9.3, 9.8)], 0, 10)
    assert words_of(stitched([Piece(0, 10, first), Piece(8, 20, {"text": "", "segments": [], "words": []})])) == ["at", "last"]
    other = heard([("begin", 8.1, 8.5)], 8, 20)
    assert words_of(stitched([Piece(0, 10, {"text": ""}), Piece(8, 20, other)])) == ["begin"]


def test_pieces_still_to_come_are_left_out_and_order_does_not_matter():
    said = [("one", 1, 2), ("two", 21, 22), ("three", 41, 42)]
    pieces = [Piece(40, 60, heard(said, 40, 60)), Piece(18, 40, None), Piece(0, 20, heard(said, 0, 20))]
    segments = stitched(pieces)
    assert [(s["text"], s["start"]) for s in segments] == [("one", 1), ("three", 41)]


def test_only_what_was_asked_for_of_a_link():
    said = [("one", 1, 2), ("two", 21, 22), ("three", 41, 42)]
    assert words_of(stitched([Piece(0, None, heard(said, 0, 60, segment=1))], 20, 30)) == ["two"]


def test_words_are_spelled_as_the_text_has_them():
    answer = {
        "segments": [{"start": 0, "end": 4, "text": ' He said: "Hello, there!"'}],
        "words": [{"word": word, "start": at, "end": at + 1} for at, word in enumerate(["He", "said", "Hello", "there"])],
    }
    (segment,) = from_answer(answer)
    assert [word["word"] for word in segment["words"]] == [" He", " said:", ' "Hello,', ' there!"']


def test_words_that_tell_otherwise_only_lend_their_times():
    answer = {
        "segments": [{"start": 0, "end": 4, "text": " It cost $5 then."}],
        "words": [{"word": w, "start": at, "end": at + 0.9} for at, w in enumerate(["it", "cost", "five dollars", "then"])],
    }
    (segment,) = from_answer(answer, 10, 20)
    assert [word["word"] for word in segment["words"]] == [" It", " cost", " $5", " then."]
    assert [word["start"] for word in segment["words"]] == [10, 11, 11.9, 13]


def test_scripts_without_blanks():
    answer = {"segments": [{"start": 0, "end": 2, "text": "你好世界"}], "words": [{"word": "你好", "start": 0, "end": 1}]}
    (segment,) = from_answer(answer)
    assert "".join(word["word"] for word in segment["words"]) == "你好世界"
    assert "".join(tokens(" Hi 你好, there ")) == " Hi 你好, there "


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["segments", "words", "text", "start", "end", "word", "language", "avg_logprob"]), inner, max_size=6
        )
    ),
    max_leaves=25,
)


@given(answer=JSON, other=JSON)
def test_any_shape_of_answer_is_taken(answer, other):
    segments = stitched(
        [Piece(0.0, 30.0, answer if answer is not None else {}), Piece(28.0, None, other if other is not None else 0)]
    )
    json.dumps(segments, allow_nan=False).encode()
    text_of(segments).encode()
    language_of(answer).encode()
    for segment in segments:
        assert segment["text"].strip()
        assert 0 <= segment["start"] <= segment["end"]


@pytest.mark.parametrize("end", [None, 5.0])
def test_an_answer_of_plain_text_is_one_segment(end):
    assert stitched([Piece(2.0, end, {"text": " Hello you. "})]) == [
        {"id": "s1", "start": 2.0, "end": end or 2.0, "text": "Hello you."}
    ]
