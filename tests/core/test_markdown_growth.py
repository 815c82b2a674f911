"""Long blocks: cut where a reader loses nothing, so that the work grows with the text."""

import pytest

from apps.core.markdown import Live, drawing, limits, render, scanner
from tests.core.markdown_reader import patient, read  # noqa: F401


class TestLongBlocks:
    def test_a_long_list_comes_in_parts_with_its_numbers(self, monkeypatch):
        monkeypatch.setattr(limits, "list_part", 30)
        lists = read("".join(f"1. item number {n}\n" for n in range(9))).all("ol")
        assert [part.get("start") for part in lists] == [None, "3", "5", "7", "9"]
        assert [part.get("class") for part in lists] == [None, *["continued"] * 4]

    def test_a_part_of_a_loose_list_is_loose(self, monkeypatch):
        monkeypatch.setattr(limits, "list_part", 1)
        assert render("- a\n\n- b\n\n- c") == (
            '<ul dir="auto">\n<li>a</li>\n</ul>\n'
            '<ul class="continued" dir="auto">\n<li>\n<p>b</p>\n</li>\n</ul>\n'
            '<ul class="continued" dir="auto">\n<li>\n<p>c</p>\n</li>\n</ul>\n'
        )

    def test_code_in_an_item_that_was_cut_stays_code(self, monkeypatch):
        monkeypatch.setattr(limits, "block", 50)
        monkeypatch.setattr(limits, "code", 50)
        code = "".join(f"    line = {n}\n" for n in range(9))
        reading = read(f"1. Item:\n\n    ```python\n{code}    ```\n\n    after\n\nend")
        assert all(f"line = {n}\n" in reading.text + "\n" for n in range(9))
        assert "```" not in reading.text
        assert reading.names["pre"] > 1
        assert [attributes["data-language"] for attributes in reading.all("figure")] == ["python"] * reading.names["figure"]

    def test_nested_lists_that_were_cut_stay_lists(self, monkeypatch):
        monkeypatch.setattr(limits, "block", 60)
        reading = read("- top\n" + "".join(f"{'  ' * (1 + n % 4)}- item {n}\n" for n in range(20)))
        assert reading.names["li"] == 21
        assert not reading.names["pre"]

    def test_a_long_line_of_code_stays_one_line(self, monkeypatch):
        monkeypatch.setattr(limits, "block", 50)
        line = "x = [" + ", ".join(map(str, range(100))) + "]"
        assert line in read(f"```python\n{line}\n```").text


SHAPES = {
    "one line": "some words of an answer " * 15_000,
    "one word": "a" * 300_000,
    "one paragraph": "some words of an answer\n" * 15_000,
    "one list": "- some words of an answer\n" * 13_000,
    "one loose list": "- some words\n\n  of an answer\n\n" * 10_000,
    "one item": "- item\n" + "  - some words of an answer\n" * 11_000,
    "one numbered list": "1. some words of an answer\n" * 12_000,
    "one code block": "```python\n" + "some = words(of, an, answer)\n" * 11_000,
    "code in a list": "1. item\n   ```\n" + "   some words of an answer\n" * 11_000,
    "one table": "| a | b |\n|---|---|\n" + "| some words | of an answer |\n" * 11_000,
    "one quote": "> some words of an answer\n" * 12_000,
    "one formula": "$$\n" + "a + b = c + d + e + f\n" * 15_000,
    "blank lines": "\n" * 66_000,
    "indented": "    some words\n" * 22_000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_grows_with_the_text(shape, monkeypatch):
    """Every character is parsed about once, in pieces of a bounded size, and the tail stays small."""
    text, drawn, scanned = SHAPES[shape], [], []
    monkeypatch.setattr(drawing.Drawer, "draw", lambda self, block: drawn.append(len(block.source)) or "")
    take = scanner.Scanner.take
    monkeypatch.setattr(scanner.Scanner, "take", lambda self, line, *more: scanned.append(len(line)) or take(self, line, *more))
    answer, longest = Live(), 0
    for start in range(0, len(text), 1_000):
        answer.feed(text[start : start + 1_000])
        longest = max(longest, len(answer.tail))
    answer.finish()
    assert sum(scanned) <= len(text)
    assert sum(drawn) <= len(text) * 1.02 + 100
    assert max(drawn, default=0) <= limits.code
    assert longest <= limits.code + limits.block
