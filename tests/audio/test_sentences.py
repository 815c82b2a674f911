"""A text is cut where a reader would take breath, and nothing of it is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.documents.sentences import sentences, speakable, split

WORDS = st.sampled_from(
    ["Hello", "it cost 3.14", "1,000,000", "Dr. Who", "e.g.", "你好。", "yes!", "“No.”", "\n", " ", ", and", "—", "naïve", "🙂"]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=120).map(" ".join))


@given(TEXTS, st.integers(20, 120))
def test_the_pieces_are_the_text_and_none_is_too_long(text, most):
    pieces = split(text, most, whole=40, first=25)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= most for piece in pieces)
    if len(text) > 40:
        assert len(pieces[0]) <= 25


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.sampled_from([" ", ", ", ". "]))
def test_no_number_is_cut(numbers, between):
    text = between.join(f"{number:,}" for number in numbers)
    for piece in split(text, 60, whole=20, first=30):
        assert all(part in text.split(between) for part in piece.strip(" ,.").split(between)), piece


@pytest.mark.parametrize(
    "text, cut",
    [
        ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones. ", "They left."]),
        ("It is 3.5 m, i.e. long. So what?", ["It is 3.5 m, i.e. long. ", "So what?"]),
        ("J. S. Bach wrote it. He did.", ["J. S. Bach wrote it. ", "He did."]),
        ("In 2024. Then", ["In 2024. ", "Then"]),
        ("Am 3. Mai kam er. Gut.", ["Am 3. Mai kam er. ", "Gut."]),
        ("He said “Go.” She went.", ["He said “Go.” ", "She went."]),
        ("你好。今天怎么样？很好！", ["你好。", "今天怎么样？", "很好！"]),
        ("「行く。」と言った。", ["「行く。」", "と言った。"]),
        ("كيف حالك؟ أنا بخير.", ["كيف حالك؟ ", "أنا بخير."]),
        ("यह है। वह था।", ["यह है। ", "वह था।"]),
        ("A title\n\nThe text", ["A title\n\n", "The text"]),
        ("Wait … what? Yes", ["Wait … ", "what? ", "Yes"]),
        ("", []),
    ],
)
def test_where_sentences_end(text, cut):
    assert list(sentences(text)) == cut


def test_a_long_sentence_is_cut_at_a_clause_then_at_a_blank_then_anywhere():
    assert split("one two three, four five six seven", 20, 20, 20) == ["one two three, ", "four five six seven"]
    assert split("one two three four five six", 20, 20, 20) == ["one two three four ", "five six"]
    assert split("x" * 50, 20, 20, 20) == ["x" * 20, "x" * 20, "x" * 10]
    marked = unicodedata.normalize("NFD", "é") * 30
    assert all(not unicodedata.combining(piece[0]) for piece in split(marked, 21, 21, 21))


def test_the_first_piece_is_short_and_a_short_text_is_one():
    text = "This is a sentence of forty-one letters. " * 100
    pieces = split(text, 800)
    assert len(pieces[0]) <= 200 < len(pieces[1]) <= 800
    assert split("Short. Very short.", 800) == ["Short. Very short."]


def test_what_can_be_said():
    assert speakable("a") and speakable("7") and speakable("好")
    assert not speakable("--- …\n") and not speakable("")
