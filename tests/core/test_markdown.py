"""What a reader sees of each thing Markdown can say."""

import pytest

from apps.core.markdown import limits, render
from tests.core.markdown_reader import patient, read  # noqa: F401


def test_a_paragraph_keeps_its_lines():
    assert render("Hello **you**\nand *you*") == '<p dir="auto">Hello <strong>you</strong><br>\nand <em>you</em></p>\n'


def test_nothing_gives_nothing():
    assert render("") == render("\n \n\t\n") == ""


def test_html_is_text():
    assert render("<b>x</b> &lt;b&gt; & <!-- y -->") == (
        '<p dir="auto">&lt;b&gt;x&lt;/b&gt; &lt;b&gt; &amp; &lt;!-- y --&gt;</p>\n'
    )


def test_a_break_is_the_one_tag_that_means_something():
    assert read("| a |\n|---|\n| b<br>c<BR />d |").names["br"] == 2


def test_headings_have_no_ids():
    reading = read("# One\n\nTwo\n---\n\n### Three")
    assert [(tag, attributes) for tag, attributes in reading.tags] == [(tag, {"dir": "auto"}) for tag in ("h1", "h2", "h3")]


def test_lists_tasks_quotes_and_rules():
    reading = read("- [x] done\n- [ ] open\n\n3. three\n4. four\n\n> quote\n\n---\n\n~~gone~~")
    assert [attributes.get("aria-label") for attributes in reading.all("span")] == ["Done", "To do"]
    assert reading.all("ol")[0]["start"] == "3"
    assert (reading.names["blockquote"], reading.names["hr"], reading.names["s"]) == (1, 1, 1)
    assert not reading.problems


def test_a_task_between_blank_lines_has_its_box_in_its_line():
    assert '<p><span class="task" role="img" aria-label="Done">☑</span> done</p>' in render("- [x] done\n\n- [ ] open")


class TestTables:
    def test_a_table_scrolls_by_itself_and_aligns_by_class(self):
        reading = read("| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | 2 | 3 | 4 |")
        expected = {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": "Table", "dir": "auto"}
        assert reading.all("div") == [expected]
        classes = [attributes.get("class") for attributes in reading.all("td")]
        assert classes == [None, "align-left", "align-center", "align-right"]

    def test_cells_without_a_column_stay_in_the_last_one(self):
        assert "<td>2 | 3 | 4</td>" in render("| a | b |\n|---|---|\n| 1 | 2 | 3 | 4 |\n| 5 | 6 |")

    def test_an_escaped_bar_is_no_column(self):
        assert "<td>x|y</td>" in render("| a | b |\n|---|---|\n| 1 | x\\|y |")


class TestCode:
    def test_a_block_is_a_figure_with_a_name_and_a_button(self):
        html = render("```python\nx = 1\n```")
        assert html == (
            '<figure class="code-block" data-language="python"><figcaption><span>python</span>'
            '<copy-button><button type="button" aria-label="Copy code">Copy</button></copy-button></figcaption>'
            '<pre tabindex="0" dir="ltr"><code class="highlight">x = <span class="n">1</span></code></pre></figure>\n'
        )

    def test_code_is_copied_as_it_was_written(self):
        code = "\n\n\tif a < b && c:\r\n        return '''<b>'''  \n\n# end\n"
        assert "".join(read(f"```python\n{code}\n```").pieces[2:-1]) == code.replace("\r", "")

    def test_a_block_without_language_is_text(self):
        reading = read("```\n<b>\n```")
        assert reading.all("figure")[0]["data-language"] == ""
        assert reading.text == "textCopy<b>\n"

    def test_an_unknown_language_has_no_colours(self):
        reading = read("```brainfuck\n+[->]\n```")
        assert (reading.names["span"], reading.text) == (1, "brainfuckCopy+[->]\n")

    def test_a_long_line_has_no_colours(self):
        code = "x = 1 " * limits.code_line
        assert read(f"```python\n{code}\n```").names["span"] == 1

    def test_the_rest_of_long_code_has_no_colours(self, monkeypatch):
        monkeypatch.setattr(limits, "colours", 12)
        assert '<span class="n">1\n</span>' in render("```python\nx = 1\ny = 2\nz = 3\n```")
        assert "z = 3</code>" in render("```python\nx = 1\ny = 2\nz = 3\n```")

    def test_a_block_without_an_end_ends_with_the_text(self):
        assert "return 1" in read("```python\ndef f():\n    return 1").text

    @pytest.mark.parametrize("source", ["    x = 1", "> ```\n> x = 1\n> ```", "- ```\n  x = 1\n  ```"])
    def test_code_elsewhere_is_the_same_figure(self, source):
        reading = read(source)
        assert (reading.names["figure"], reading.names["copy-button"]) == (1, 1)
        assert reading.text.replace("\n", "") == "textCopyx = 1"


class TestFormulas:
    @pytest.mark.parametrize("source", ["$x^2$", "\\(x^2\\)"])
    def test_in_a_line(self, source):
        assert render(f"a {source} b") == (
            '<p dir="auto">a <math display="inline" alttext="x^2"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math> b</p>\n'
        )

    @pytest.mark.parametrize("source", ["$$x^2$$", "$$\nx^2\n$$", "\\[\nx^2\n\\]", "\\[ x^2 \\]"])
    def test_on_lines_of_its_own(self, source):
        for text in (source, f"So:\n{source}\nthen", f"> {source}".replace("\n", "\n> ")):
            reading = read(text)
            assert reading.all("math") == [{"display": "block", "alttext": "x^2"}]
            assert {"class": "formula", "tabindex": "0", "role": "group", "aria-label": "Formula"} in reading.all("div")

    def test_a_formula_may_look_like_a_list(self):
        reading = read("$$\na\n- b\n+ c\n= d\n$$\n\n- e")
        assert (reading.names["math"], reading.names["ul"]) == (1, 1)

    @pytest.mark.parametrize(
        "text",
        ["$5 and $10", "US$5, US$6", "$ x $", "a $5-$10 b", "$HOME and $PATH", "`$x$`", "\\$x\\$", "$$", "$$ not\n\nclosed $$"],
    )
    def test_money_and_variables_are_no_formulas(self, text):
        assert not read(text).names["math"]

    @pytest.mark.parametrize(
        "tex",
        [
            "\\frac{a",
            "\\left( x",
            "\\begin{a} a",
            "x^2^3^4",
            "\\frac",
            "}{",
            "\\def\\a{\\a}\\a",
            "\\newcommand{\\x}{y}\\x",
            "\\sqrt",
        ],
    )
    def test_broken_tex_is_shown_as_it_is(self, tex):
        reading = read(f"a \\({tex}\\) b")
        assert not reading.names["math"]
        assert reading.names["code"] == 1
        assert tex in reading.text

    def test_long_tex_is_shown_as_it_is(self):
        tex = "x + " * (limits.formula // 3)
        assert tex.strip() in read(f"$${tex}$$").text

    def test_less_than_is_escaped(self):
        assert "&lt;img src=y&gt;" in render("$\\text{<img src=y>}$").replace("\xa0", " ")


class TestDirection:
    def test_the_outermost_block_has_the_direction_of_its_text(self):
        html = render("- عنصر\n- أول\n\n> اقتباس\n\nمرحبا\n\n| واحد |\n|---|")
        assert html.count('dir="auto"') == 4
        assert '<ul dir="auto">\n<li>' in html

    def test_code_reads_from_left_to_right(self):
        assert '<pre tabindex="0" dir="ltr">' in render("```\nمرحبا\n```")


class TestDefinitions:
    def test_a_definition_holds_for_what_follows_it(self):
        reading = read("[a]: https://a.example/x 'Title'\n\nSee [this][a].\n\n- and [a]")
        assert [link["href"] for link in reading.all("a")] == ["https://a.example/x"] * 3

    def test_a_definition_stays_in_sight_for_what_stands_before_it(self):
        reading = read("See [this][1].\n\n[1]: https://a.example/x 'Title'")
        assert "See [this][1]." in reading.text
        assert "[1]: https://a.example/x Title" in reading.text
