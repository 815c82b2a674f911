"""Charts described by others: every kind is drawn, nothing breaks the drawing, and nothing in it is markup."""

import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.core import charts
from apps.core.charts import scales
from apps.core.charts.reading import Axis
from tests.exhibits import CHARTS, SUPERCHART

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2025-01-01", "<b>", "bar", "log"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
NUMBER = st.one_of(st.floats(), st.integers(), st.none(), st.text(max_size=3), st.just(1e308), st.just(-5e-324), st.just(10**400))
ELEMENT = st.fixed_dictionaries(
    {"label": st.text(max_size=10) | JSON},
    optional={
        **dict.fromkeys(("value", "angle", "min", "first_quartile", "median", "third_quartile", "max"), NUMBER),
        "group": st.text(max_size=4),
        "points": st.lists(
            st.lists(NUMBER | st.sampled_from(["2025-01-02", "a", "0001-01-01", "9999-12-31"]), max_size=3), max_size=8
        ),
        "outliers": st.lists(NUMBER, max_size=4) | JSON,
    },
)
CHART = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["bar", "line", "scatter", "pie", "box_and_whisker", "superchart", "unknown"]) | JSON,
        "elements": st.lists(ELEMENT, max_size=6) | JSON,
    },
    optional={
        **dict.fromkeys(("title", "x_label", "y_label", "x_unit", "y_unit"), st.text(max_size=20) | JSON),
        **dict.fromkeys(("x_scale", "y_scale"), st.sampled_from(["linear", "log", "datetime", "categorical"]) | JSON),
        "x_ticks": st.lists(NUMBER, max_size=3),
        "x_tick_labels": st.lists(st.text(max_size=4), max_size=3),
    },
)
# Attributes with numbers only; a NaN or an infinity in one of them would be a chart nobody sees.
PLACES = {"x", "y", "x1", "y1", "x2", "y2", "width", "height", "d", "viewBox"}


def parsed(svg):
    """The elements of an SVG, which must be well-formed; control characters of texts aside, which HTML takes and XML does not."""
    return ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", svg))


def check(drawing):
    for svg in (drawing.wide, drawing.narrow):
        if not svg:
            assert drawing.description == "This chart has no values to draw."
            continue
        root = parsed(svg)
        assert root.get("role") == "img" and root.find("title").text is not None
        for element in root.iter():
            assert element.tag in {"svg", "title", "desc", "line", "rect", "path", "text"}
            assert "style" not in element.attrib
            for name in PLACES & element.attrib.keys():
                assert not re.search("nan|inf", element.get(name)), element.attrib
            for name in {"width", "height"} & element.attrib.keys():
                assert float(element.get(name)) >= 0
    for row in drawing.rows:
        assert len(row) == len(drawing.head)


def one(value):
    (drawing,) = charts.draw(value, "c")
    check(drawing)
    return drawing


@example({"type": "bar", "elements": [{"label": "a", "value": 1.0}], "title": "\x1b"})
@given(CHART)
@settings(max_examples=300)
def test_whatever_is_described_is_drawn_or_refused(value):
    for drawing in charts.draw(value, "c"):
        check(drawing)


@given(JSON)
def test_what_is_no_chart_is_none(value):
    for drawing in charts.draw(value, "c"):
        check(drawing)


@pytest.mark.parametrize("name", CHARTS)
def test_every_kind_has_a_picture_a_name_and_a_table(name):
    drawing = one(CHARTS[name])
    assert drawing.title == CHARTS[name]["title"]
    assert drawing.wide and drawing.narrow and drawing.rows and drawing.total >= len(drawing.rows)
    assert parsed(drawing.wide).find("desc").text == drawing.description


def test_bars_stand_in_groups_with_their_values():
    drawing = one(CHARTS["bar"])
    assert drawing.head == ["Quarter", "2024", "2025"]
    assert drawing.rows[2] == ("Q3", "9", "-3")
    titles = [element.text for element in parsed(drawing.wide).iter("title")]
    assert "Q3, 2025: -3" in titles and len(titles) == 1 + 8
    assert [name for _, name in drawing.legend] == ["2024", "2025"]
    # The second group differs by its texture, too.
    assert 'fill="url(#hatch-c-1)"' in drawing.wide and 'id="hatch-c-1"' in drawing.patterns
    bars = list(parsed(drawing.wide).iter("rect"))
    tall, low = (float(bar.get("height")) for bar in (bars[3], bars[2]))
    assert tall / low == pytest.approx(22 / 9, rel=0.02)


def test_long_names_stand_beside_lying_bars():
    drawing = one(CHARTS["lying"])
    assert "openai/gpt-oss-120b" in drawing.wide
    bars = list(parsed(drawing.wide).iter("rect"))
    assert len({bar.get("height") for bar in bars}) == 1 and len({bar.get("width") for bar in bars}) == 4
    assert drawing.legend == [] and drawing.head == ["Name", "Seconds"]


def test_a_line_has_its_dates_and_breaks_where_there_is_no_value():
    drawing = one(CHARTS["line"])
    assert "Feb 2025" in drawing.wide and drawing.rows[0][:2] == ("Llama 3.1 8B", "2025-01-01")
    broken = one(
        {"type": "line", "elements": [{"label": "", "points": [[0, 1], [1, 2], [2, None], [3, 4], [4, float("nan")], [5, 6]]}]}
    )
    (path,) = [element for element in parsed(broken.wide).iter("path") if "line" in element.get("class")]
    assert path.get("d").count("M") == 1 and broken.total == 4
    assert broken.notes == ["2 values are left out: not numbers that this scale can show."]


def test_categories_and_given_names_of_ticks():
    drawing = one({"type": "line", "elements": [{"label": "", "points": [["Mon", 1], ["Tue", 3], ["Wed", 2]]}]})
    assert "Tue" in drawing.wide and drawing.rows[1] == ("Tue", "3")
    named = {
        "type": "line",
        "x_ticks": [0, 1],
        "x_tick_labels": ["Jan", "Feb"],
        "elements": [{"label": "", "points": [[0, 1], [1, 3]]}],
    }
    assert "Feb" in one(named).wide
    assert "mathdefault" not in one({**named, "x_tick_labels": ["$\\mathdefault{10^0}$", "$x$"]}).wide


def test_ten_thousand_points_are_thinned_and_keep_their_peak():
    points = [[n, math.sin(n / 700) + (5 if n == 6543 else 0)] for n in range(10_000)]
    line, cloud = (one({"type": kind, "elements": [{"label": "a", "points": points}]}) for kind in ("line", "scatter"))
    assert len(line.wide) < 12_000 and len(cloud.wide) < 120_000
    (path,) = parsed(line.wide).iter("path")
    heights = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path.get("d"))]
    assert sum(height < sorted(heights)[1] for height in heights) == 1
    assert line.total == 10_000 and len(line.rows) == 200


def test_log_scales_leave_out_what_they_cannot_show():
    value = {
        "type": "scatter",
        "x_scale": "log",
        "y_scale": "log",
        "elements": [{"label": "", "points": [[1, 1], [1000, 0], [1e6, 1e3], [-1, 1]]}],
    }
    drawing = one(value)
    assert drawing.total == 2 and drawing.notes == ["2 values are left out: not numbers that this scale can show."]
    assert "1M" in drawing.wide


def test_pies_share_the_whole_and_leave_out_what_is_no_part():
    drawing = one(
        {"type": "pie", "elements": [{"label": "a", "value": 3}, {"label": "b", "value": 1}, {"label": "c", "value": -1}]}
    )
    assert drawing.rows == [("a", "3", "75 %"), ("b", "1", "25 %")]
    assert drawing.notes == ["1 value is left out: not positive numbers."]
    assert one({"type": "pie", "elements": [{"label": "all", "angle": 360}]}).rows == [("all", "360", "100 %")]
    assert one({"type": "pie", "elements": [{"label": "a", "value": 1e300}, {"label": "b", "value": 1e300}]}).rows[0][2] == "50 %"


def test_boxes():
    drawing = one(CHARTS["box"])
    assert drawing.rows[0] == ("Frankfurt", "40", "60", "74", "100", "150", "2")
    assert "Lowest median 74 (Frankfurt)" in drawing.description


def test_a_superchart_is_several():
    first, second = charts.draw(SUPERCHART, "c")
    assert (first.title, second.title) == ("Sales by quarter", "Where the time goes")
    ids = re.findall(
        r'id="([^"]+)"', "".join([first.wide, first.narrow, first.patterns, second.wide, second.narrow, second.patterns])
    )
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", ["bar", "line", "scatter", "pie", "box_and_whisker"])
def test_nothing_to_draw_is_said(kind):
    drawing = one({"type": kind, "title": "Empty", "elements": [{"label": "x", "value": None}]})
    assert (drawing.wide, drawing.description) == ("", "This chart has no values to draw.")


def test_words_of_others_are_words():
    evil = '</svg><script>alert(1)</script>"&'
    drawing = one(
        {"type": "bar", "title": evil, "y_label": evil, "elements": [{"label": evil, "value": 1}, {"label": "b", "value": 2}]}
    )

    class Tags(HTMLParser):
        found = set()

        def handle_starttag(self, tag, attrs):
            self.found.add(tag)

    tags = Tags()
    tags.feed(drawing.wide)
    assert tags.found == {"svg", "title", "desc", "line", "rect", "text"}


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 100], ["0", "20", "40", "60", "80", "100"]),
        ([-3, 30], ["−10", "0", "10", "20", "30"]),
        ([0.001, 0.004], ["0.001", "0.002", "0.003", "0.004"]),
        ([5, 5], ["4.4", "4.6", "4.8", "5", "5.2", "5.4", "5.6"]),
        ([], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([1.5e6, 4e6], ["1.5M", "2M", "2.5M", "3M", "3.5M", "4M"]),
    ],
)
def test_ticks_are_round_numbers(values, labels):
    assert [label for _, label in scales.Linear(values).ticks()] == labels


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
def test_values_lie_within_their_scale(values):
    scale = scales.scale(Axis(), values)
    assert all(-1e-6 <= scale(value) <= 1 + 1e-6 for value in values)
    assert 2 <= len(scale.ticks()) <= 51


@pytest.mark.parametrize("days", [0.0001, 0.01, 1, 10, 90, 700, 9000, 700_000])
def test_ticks_of_time_are_few_and_in_order(days):
    scale = scales.Time([1_700_000_000, 1_700_000_000 + days * 86400])
    places = [at for at, _ in scale.ticks()]
    assert 1 <= len(places) <= 12 and places == sorted(places)
