"""An answer while it arrives: the same blocks as when it is whole, each drawn once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.markdown import Live, blocks, drawing, limits, render
from tests.core.markdown_reader import patient, read  # noqa: F401

# What models write, one thing after the other.
PIECES = r"""
Words **bold** and `code`
in two lines
%%
# Heading
%%
Set
===
%%
Set two
---
%%
***
%%
line  
break
%%
<div>
html
</div>
%%
- a
- b
- c
%%
- a

- b

  more
%%
* x
  * y
    * z
* w
%%
1. one
2. two
%%
7) seven
8) eight
%%
- a
b
- c
%%
- > q
  > r
%%
1. step

   ```python
   x = 1

   y = 2
   ```

2. next
   - sub
%%
- item
  ```
  code
  ```
- item
%%
- [ ] open
- [x] done
%%
```python
def f():

    pass
```
%%
~~~
```
# no heading
- no list
~~~
%%
````md
```
x
```
````
%%
Text
```
code
```
text
%%
> quote
> more
lazy
%%
> - a
> - b
>
> ```
> code
> ```
%%
| a | b |
|---|:-:|
| 1 | 2 |
| 3 | 4 |
%%
Text:
- a
- b

- c
%%
$$
a
- b
= c
$$
%%
\[ x = y \]
%%
Formula:
$$
x
$$
where
%%
1. a
1. b


1. c
%%
- a



- b
%%
![i](https://a.example/c)
""".strip("\n").split("\n%%\n")
SIGNS = [*"\n\n\n\n  \t-*+>#`~|$=1.)x\r", "```", "~~~", "$$", r"\[", r"\]", "\n\n", "- ", "1. ", "> ", "    ", "|-|", "\r\n"]
SIGNS += ["\x1b[0m", "words and more "]
TEXTS = st.lists(st.sampled_from(PIECES + SIGNS), max_size=25).map("".join)


def deltas(text, cuts):
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in zip(edges, edges[1:], strict=False)]


def feed(parts):
    answer, given_out = Live(), []
    for part in parts:
        given_out += answer.feed(part)
        assert "".join(given_out) == answer.html
    given_out += answer.finish()
    assert "".join(given_out) == answer.html
    assert answer.tail == ""
    return answer.html


@settings(max_examples=100)
@given(TEXTS, st.lists(st.integers(0, 5_000), max_size=12))
def test_any_split_gives_what_the_whole_gives(text, cuts):
    assert feed(deltas(text, cuts)) == render(text)


@settings(max_examples=100)
@given(TEXTS, st.lists(st.integers(0, 5_000), max_size=12))
def test_any_split_gives_what_the_whole_gives_when_blocks_are_cut(text, cuts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "block", 60)
        patch.setattr(limits, "code", 90)
        patch.setattr(limits, "list_part", 20)
        assert feed(deltas(text, cuts)) == feed(text) == render(text)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", "\n\n\n"])), max_size=8))
def test_blocks_are_those_of_one_parse_of_the_whole(pieces):
    text = "".join(piece + gap for piece, gap in pieces)
    whole = drawing.Drawer().draw(blocks.Block(text)) if text else ""
    assert render(text) == whole


class TestTail:
    def test_what_is_not_drawn_is_the_tail(self):
        answer = Live()
        assert answer.feed("Hello\nyou") == []
        assert (answer.tail, answer.tail_kind, answer.tail_lang) == ("Hello\nyou", "text", "")
        assert answer.feed("\n\nNext") == ['<p dir="auto">Hello<br>\nyou</p>\n']
        assert answer.tail == "Next"

    def test_open_code_is_known_at_once(self):
        answer, seen = Live(), []
        for delta in ["``", "`", "py", "thon", "\n", "x = 1", "\n", "``", "`", "\n"]:
            answer.feed(delta)
            seen.append((answer.tail, answer.tail_kind, answer.tail_lang))
        assert seen == [
            ("``", "text", ""),
            ("", "code", ""),
            ("", "code", "py"),
            ("", "code", "python"),
            ("", "code", "python"),
            ("x = 1", "code", "python"),
            ("x = 1\n", "code", "python"),
            ("x = 1\n", "code", "python"),
            ("x = 1\n", "code", "python"),
            ("", "text", ""),
        ]
        assert 'data-language="python"' in answer.html

    def test_nothing_is_lost_between_html_and_tail(self):
        text = "".join(f"{piece}\n\n" for piece in PIECES[:12])
        answer = Live()
        for letter in text:
            answer.feed(letter)
            assert len(answer.tail) < 80

    def test_a_table_that_goes_on_has_its_head_in_sight_only_once(self, monkeypatch):
        monkeypatch.setattr(limits, "block", 40)
        answer = Live()
        answer.feed("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 4 + "| 3")
        assert answer.tail == "| 1 | 2 |\n| 1 | 2 |\n| 3"
        answer.finish()
        assert answer.html.count("<th>a</th>") == 2
