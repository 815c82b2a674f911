"""Charts that were described as data, drawn as SVG on the server: no script, no picture of unknown origin.

Each is drawn twice, for wide and for narrow places, with words of the same size; a table holds the same data. Colours are
the page's own, by classes, and series differ by more than colour.
"""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from apps.core.reading import objects

from . import bars, boxes, lines, look, pies, reading
from .frame import NARROW, WIDE, Frame
from .svg import element, words

DRAWERS = {"bar": bars, "line": lines, "scatter": lines, "pie": pies, "box_and_whisker": boxes}
# Rows of the table that are shown; nobody reads ten thousand.
MOST_ROWS, MOST_PANELS = 200, 12


@dataclass
class Drawing:
    """``wide`` and ``narrow`` are safe SVG with the role img; both are empty when there was nothing to draw."""

    title: str
    kind: str
    description: str = ""
    wide: SafeString = SafeString()
    narrow: SafeString = SafeString()
    patterns: SafeString = SafeString()
    legend: list = field(default_factory=list)
    head: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    total: int = 0
    notes: list = field(default_factory=list)


def draw(value, name):
    """The Drawings of a Chart, several for a superchart; an empty list when it is none that can be drawn.

    ``name`` is a word for ids, unlike that of every other chart of the page.
    """
    if not isinstance(value, dict):
        return []
    panels = objects(value.get("elements")) + objects(value.get("charts"))
    if value.get("type") == "superchart" or (panels and all("elements" in panel for panel in panels)):
        inner = [panel for panel in panels if panel.get("type") != "superchart"][:MOST_PANELS]
        return [drawing for place, panel in enumerate(inner) for drawing in draw(panel, f"{name}-{place}")]
    chart = reading.read(value)
    return [drawn(chart, name)] if chart else []


def drawn(chart, name):
    drawer, kind = DRAWERS[chart.kind], reading.KINDS[chart.kind]
    drawing = Drawing(chart.title or kind, kind, notes=chart.notes)
    wide, narrow = drawer.draw(chart, WIDE, name), drawer.draw(chart, NARROW, name)
    if wide is None or narrow is None:
        drawing.description = "This chart has no values to draw."
        return drawing
    drawing.description = f"{kind}, {drawer.describe(chart)}"
    drawing.wide = picture(drawing, wide, f"{name}-w", "wide")
    drawing.narrow = picture(drawing, narrow, f"{name}-n", "narrow")
    entries = drawer.legend(chart)
    count = max(len(entries), len(chart.series))
    if chart.kind in ("bar", "pie") and count > 1:
        hidden = element(
            "svg", element("defs", look.patterns(name, count)), class_="chart-patterns", width=0, height=0, aria_hidden="true"
        )
        drawing.patterns = mark_safe(hidden)
    drawing.legend = [(mark_safe(look.swatch(name, place, chart.kind)), entry) for place, entry in enumerate(entries)]
    drawing.head, rows = drawer.table(chart)
    drawing.rows, drawing.total = rows[:MOST_ROWS], len(rows)
    return drawing


def picture(drawing, made, id, class_):
    """The whole SVG; ``made`` is (a Frame or (width, height), what is inside)."""
    frame, inside = made
    width, height = (frame.width, frame.height) if isinstance(frame, Frame) else frame
    # Everything in it went through `svg.words` or `svg.element`, which escape.
    return mark_safe(
        element(
            "svg",
            element("title", words(drawing.title), id=f"title-{id}"),
            element("desc", words(drawing.description), id=f"desc-{id}"),
            inside,
            class_=f"chart {class_}",
            role="img",
            viewBox=f"0 0 {width} {height}",
            aria_labelledby=f"title-{id}",
            aria_describedby=f"desc-{id}",
        )
    )
