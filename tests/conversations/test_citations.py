"""Marks of citations: at their place in the text, and never at the cost of the text."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.conversations import evidence
from apps.conversations.evidence import marks
from apps.core import markdown
from apps.core.markdown.limits import limits
from tests.exhibits import cites


@pytest.fixture(autouse=True)
def all_the_time_there_is(monkeypatch):
    """How a block is drawn must not depend on how long this machine takes for it."""
    monkeypatch.setattr(limits, "seconds", 60)
    monkeypatch.setattr(limits, "grace", 60)
    monkeypatch.setattr(marks, "SECONDS", 60)


MARK = re.compile(r'<sup class="citation"><a href="#source-x-(\d+)"(?: id="cite-x-\d+")? aria-label="[^"<>]*">\1</a></sup>')


def cited(text, *places, offset=0):
    """The HTML with marks; ``places`` are end indices of citations of the document "d" or (document, end)."""
    annotations = [cites(*(("d", 0, place) if isinstance(place, int) else (place[0], 0, place[1]))) for place in places]
    html = evidence.cite(text, markdown.render(text), annotations, offset, "x")
    assert MARK.sub("", html) == markdown.render(text)
    return html


def bare(html):
    """The text with [n] for each mark."""
    return re.sub(r"<[^>]+>", "", MARK.sub(r"[\1]", html)).strip()


def test_where_the_cited_words_end():
    assert bare(cited("One fact. Another.", ("b", 18), ("a", 8))) == "One fact[1]. Another.[2]"
    assert bare(cited("One fact.\n\nAnother.", 9)) == "One fact.[1]\nAnother."
    assert bare(cited("A **bold** claim.", 10)) == "A bold[1] claim."


def test_the_first_mark_of_a_source_can_be_gone_back_to():
    html = cited("One. Two.", 4, 9)
    assert html.count('id="cite-x-1"') == 1 and html.index('id="cite-x-1"') < html.index("Two")


def test_not_within_a_word_nor_behind_white_space():
    assert bare(cited("A mistaken place", 6)) == "A mistaken[1] place"
    assert bare(cited("First.\n\nSecond.", 8)).startswith("First.[1]")


def test_several_at_one_place():
    assert bare(cited("A fact.", ("a", 6), ("b", 6), ("a", 6))) == "A fact[1][2]."


def test_counted_behind_what_stood_before():
    assert bare(cited("Before. A fact.", 6, offset=8)) == "Before. A fact[1]."
    assert bare(cited("A fact.", 26, offset=-20)) == "A fact[1]."


@pytest.mark.parametrize("place", [0, -1, 99, 2**60, True, None, "3", 1.5])
def test_places_that_are_none(place):
    assert cited("A fact.", ("d", place)) == markdown.render("A fact.")


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("See [the page](https://example.org/a) here.", "exam"),
        ("See [the page](https://example.org/a) here.", "pag"),
        ("Run `rm -rf` now.", "rm -"),
        ("See https://example.org/long here.", "example"),
        ("Say **very bold** things.", "*"),
        ("| a | b |\n|---|---|\n| one | two |\n", "|-"),
    ],
)
def test_what_would_be_spoilt_is_marked_elsewhere_or_not_at_all(text, inside):
    html = cited(text, text.index(inside) + len(inside))
    assert not re.search(r"<(a|code|pre)\b[^>]*>(?:(?!</\1).)*<sup", html)


def test_in_code_nothing_is_marked():
    text = "```python\nprint(1)\n```"
    assert cited(text, 14) == markdown.render(text)


def test_one_bad_place_does_not_cost_the_others():
    text = "One fact.\n\n```\ncode\n```\n\nAnother fact."
    html = cited(text, 9, text.index("code") + 2, len(text))
    assert bare(html).replace("Copy", "").count("[1]") == 2


def test_long_texts_and_texts_with_our_letters_have_no_marks(monkeypatch):
    assert bare(cited("".join(letter for pair in marks.PAIRS for letter in pair), 1)).count("[1]") == 0
    monkeypatch.setattr(marks, "LONGEST", 5)
    assert cited("A fact.", 6) == markdown.render("A fact.")


def test_ids_of_others_are_words():
    html = evidence.cite("A fact.", markdown.render("A fact."), [cites('"><script>', 0, 6)], 0, "x")
    assert "<script" not in html and "&lt;script&gt;" in html


def test_a_fault_of_ours_leaves_the_answer(monkeypatch, caplog):
    monkeypatch.setattr(marks, "insert", lambda *args: 1 / 0)
    assert evidence.cite("A fact.", "<p>A fact.</p>", [cites("d", 0, 6)], 0, "x") == "<p>A fact.</p>"
    assert "ZeroDivisionError" in caplog.text


PIECES = [
    "word ",
    "**bold** ",
    "`code` ",
    "\n\n",
    "\n- item",
    "[a](https://x.org) ",
    "| a | b |\n|--|--|\n| c | d |\n",
    "$x^2$ ",
    "<b>",
    "日本",
    "# Head\n",
    "```\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.lists(st.integers(0, 90), max_size=6))
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_marks_never_change_the_rest(text, places):
    html = cited(text, *places)
    assert not re.search(r"<[^>]*<sup", html)


@pytest.mark.parametrize("seconds", [60, 0])
def test_many_marks_of_which_some_are_bad(monkeypatch, seconds):
    """When it takes too long, blocks that differ lose their marks, and the others keep theirs."""
    monkeypatch.setattr(marks, "SECONDS", seconds)
    text = "\n\n".join(f"Fact {n} has _soft_ and **bold** words, `code` too." for n in range(60))
    lines = [text.index(f"Fact {n} ") for n in range(60)]
    good = [at + len("Fact 1 has") for at in lines[10:]]
    bad = [text.index(words, at) + len(words) for at in lines[:10] for words in ("_soft_", "and")]
    html = cited(text, *good, *bad)
    assert html.count("<sup") == (70 if seconds else 50)
