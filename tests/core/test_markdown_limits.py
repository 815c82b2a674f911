"""What a text may cost; and that beyond it a reader gets the source, never less."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.markdown import drawing, limits, render
from tests.core.markdown_reader import Reading, loud, read

SLOW = "*a _b `c` [d](https://a.example) " * 20


class Clock:
    """Every look at it takes `step` seconds, so that work is counted, not timed."""

    def __init__(self, step=0.001):
        self.step, self.looks = step, 0

    def __call__(self):
        self.looks += 1
        return self.looks * self.step


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits, "clock", clock)
    monkeypatch.setattr(limits, "grace", 1e6)
    return clock


class TestTime:
    def test_a_block_that_takes_too_long_is_shown_as_its_source(self, clock):
        clock.step = limits.seconds * 0.6
        html = render(f"{SLOW}\n\n*quick*")
        assert html == f'<pre class="plain-text" dir="auto">{SLOW}\n\n</pre>\n<p dir="auto"><em>quick</em></p>\n'

    def test_a_text_that_takes_too_long_goes_on_as_its_source(self, clock, monkeypatch):
        monkeypatch.setattr(limits, "grace", 1.0)
        monkeypatch.setattr(limits, "seconds", 1.0)
        clock.step = 0.6
        reading = read("*one*\n\n*two*\n\n*three*")
        assert reading.names["em"] == 1
        assert "*two*" in reading.text
        assert "*three*" in reading.text

    def test_colours_end_where_the_time_ends(self, clock):
        clock.step = limits.seconds / 4
        code = "".join(f"x{n} = {n}\n" for n in range(200))
        reading = read(f"```python\n{code}```")
        assert reading.text == f"pythonCopy{code[:-1]}\n"
        assert 0 < reading.names["span"] < 100

    def test_what_is_loaded_once_is_not_the_fault_of_a_text(self, clock):
        deadline = drawing.Deadline()
        with deadline.paused():
            clock.looks += 10_000
        deadline.check()
        assert deadline.excess(10) < 0.01

    @pytest.mark.parametrize("text", ["Some **ordinary** text, and `code`.\n" * 20, "```python\n" + "x = 1\n" * 100])
    def test_ordinary_text_draws_on_nothing(self, text, monkeypatch):
        monkeypatch.setattr(limits, "ordinary_block", 1.0)
        drawer = drawing.Drawer()
        assert "plain-text" not in drawer.draw(drawing.Block(text))
        assert drawer.grace == limits.grace


class TestSize:
    @pytest.mark.parametrize("text", ["- " * 15 + "deep", ">" * 30 + "deep", "\n".join("  " * n + "- deep" for n in range(15))])
    def test_what_nests_as_people_nest_is_drawn(self, text):
        assert not read(text).names["pre"]

    @pytest.mark.parametrize(
        "text",
        # Lists, quotes, lists in lines, both in one line.
        ["- " * 30 + "deep", ">" * 60 + "deep", "\n".join("  " * n + f"- word{n}" for n in range(200)), "> - " * 200 + "deep"],
    )
    def test_what_nests_deeper_is_shown_as_its_source(self, text):
        reading = read(text)
        assert reading.names["pre"]
        assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", reading.text))

    def test_a_table_that_is_too_wide_is_shown_as_its_source(self):
        text = "| a " * 2_000 + "|\n" + "|---" * 2_000 + "|\n" + "| b " * 2_000 + "|"
        reading = read(text)
        assert not reading.names["table"]
        assert "".join(reading.text.split()) == "".join(text.split())

    def test_a_long_text_goes_on_as_its_source(self, monkeypatch):
        monkeypatch.setattr(limits, "text", 100)
        reading = read("*word*\n\n" * 40)
        assert 10 < reading.names["em"] < 15
        assert reading.text.count("word") == 40

    def test_a_block_that_cannot_be_drawn_is_shown_and_told(self, monkeypatch, caplog):
        monkeypatch.setattr(drawing.logger, "handlers", [])
        monkeypatch.setattr(drawing.parser, "draw", lambda *_: 1 / 0)
        assert render("*a*") == '<pre class="plain-text" dir="auto">*a*\n</pre>\n'
        assert "could not be drawn" in caplog.text
        assert loud not in drawing.logger.handlers


NASTY = {
    "table of 2,000 columns": "|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n" + ("|" + "x|" * 2_000 + "\n") * 20,
    "table of empty cells": "|" + "a|" * 190 + "\n|" + "-|" * 190 + "\n" + "|x\n" * 1_000,
    "images": "![" * 20_000,
    "images in images": "![" * 3_000 + "a" + "](https://a.example)" * 3_000,
    "stars": "*" * 100_000,
    "stars in words": "**a" * 10_000,
    "stars and lines": "*_" * 12_000 + "a",
    "nested lists": "- " * 10_000 + "a",
    "nested lists in lines": "\n".join(" " * (2 * depth) + "- a" for depth in range(400)),
    "nested quotes": ">" * 10_000 + "a",
    "brackets": "[" * 20_000,
    "links in links": "[a](" * 6_000,
    "labels": "[a][b]" * 4_000,
    "open definitions": "[a\n" * 15_000,
    "open titles": '[a]: b "' + "a\n" * 20_000,
    "entities": "&#x" * 8_000,
    "backslashes": "\\" * 50_000,
    "ticks": "".join("`" * width + " " for width in range(300)),
    "dollars": "$a " * 8_000,
    "formulas": "$a_1$ " * 4_000,
    "deep formula": "$" + "{" * 900 + "}" * 900 + "$",
    "roots": "$" + "\\sqrt" * 390 + "$",
    "tildes": "~~a" * 8_000,
    "angles": "<a" * 10_000,
    "addresses": "<https://a.b/" * 4_000,
    "headings": "a\n=\n" * 2_000,
    "fences": "```\n" * 3_000,
    "definitions": "[a]: https://a.example/b\n" * 2_000,
    "five megabytes": "Hello **world**, this is `code`.\n\n" * 30_000 + "a" * 4_000_000,
}


def letters(text):
    return sum(map(len, re.findall(r"\w+", text)))


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_costs_a_bounded_amount_and_loses_nothing(name, clock, monkeypatch):
    """A clock that only counts: a block may look at it 100 times, once for 32 rules of the parser."""
    monkeypatch.setattr(limits, "text", 50_000)
    text = NASTY[name]
    html = render(text)
    blocks = len(text) // (limits.block // 2) + sum(html.count(end) for end in ("</p>", "</h1>", "</figure>", "<math")) + 2
    assert clock.looks <= blocks * 110
    assert len(html) <= 60 * len(text) + 1_000
    if name not in ("entities", "formulas"):  # An entity is one letter; a formula is drawn and said.
        assert letters(Reading(html).words) >= letters(text)


# Things to say, each {} a word of its own.
FORMS = r"""
*{}*
**{}** {}
`{}`
[{}](https://{}.example/{} '{}')
![{}](https://{}.example/{} '{}')
[![{}](https://{}.example '{}')]({})
[{}](javascript:{})
[{}]: https://{}.example/{} '{}'\n
[{}][{}]
<https://{}.example>
<{} {}>
$x_{}$
$${}$$
\({}\)
$\frac{}$
~~{}~~
- {}\n
1. {}\n
  - {}\n
- [x] {}\n
> {}\n
# {}\n
{}\n===\n
| {} | {} |\n|---|---|\n| {} | {} | {} |\n| {} |\n
```{} {}\n{}\n```\n
    {}\n
$$\n{}\n$$\n
\x1b]8;;{} 
\n
\n\n
"""
NAMED = [form.replace("\\n", "\n").replace("\\x1b", "\x1b") for form in FORMS.strip("\n").split("\n")]
NAMED += ["\u202e{}", " ", "```", "~~~", *"*`[]()|>\\$<", "![", "- "]


@st.composite
def documents(draw):
    """A text, and the words in it."""
    form = "".join(draw(st.lists(st.sampled_from(NAMED), max_size=20)))
    words = [f"w{draw(st.integers(0, 10**6))}x" for _ in range(form.count("{}"))]
    first, *more = form.split("{}")
    return first + "".join(word + piece for word, piece in zip(words, more, strict=True)), words


@settings(max_examples=200)
@given(documents(), st.booleans(), st.sampled_from([1e-9, 0.0003, 0.001]))
def test_every_word_stays(document, small, step):
    text, words = document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "clock", Clock(step))
        patch.setattr(limits, "seconds", 0.002)
        if small:  # No smaller, so that no word is on both sides of a cut line.
            patch.setattr(limits, "block", 1_000)
            patch.setattr(limits, "code", 40)
            patch.setattr(limits, "list_part", 10)
        kept = read(text).words
    assert [word for word in words if word not in kept] == []


def test_no_shape_of_a_deadline_loses_a_word(monkeypatch):
    """The time may be over at any rule of any block."""
    text = (
        "Word *one* `two` [three](https://a.example)\n\n- four\n  - five\n\n| six |\n|---|\n| seven |\n\n```python\neight = 8\n```"
    )
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    monkeypatch.setattr(drawing.Deadline, "tick", drawing.Deadline.check)
    for allowed in itertools.chain(range(1, 40), range(40, 200, 20)):
        monkeypatch.setattr(limits, "clock", Clock())
        monkeypatch.setattr(limits, "seconds", allowed * 0.001)
        assert [word for word in words if word not in read(text).words] == []
