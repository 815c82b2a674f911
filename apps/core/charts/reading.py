"""A chart as somebody described it, read with care: only finite numbers, only strings, only so much of each.

Source: Chart and ChartElement of the API description, and what the code interpreter behind it really sends: dates and
categories as strings among the points, ``charts`` within charts, groups named ``_container0``.
"""

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apps.core import reading

KINDS = {
    "bar": "Bar chart",
    "line": "Line chart",
    "scatter": "Scatter plot",
    "pie": "Pie chart",
    "box_and_whisker": "Box plot",
}
# Far above what a picture of this size can tell apart.
MOST_ELEMENTS, MOST_POINTS, MOST_SERIES, LARGEST = 300, 50_000, 24, 1e300


@dataclass
class Axis:
    """``kind`` is linear, log, time (seconds since 1970) or category (places in ``names``); ``ticks`` may be given."""

    label: str = ""
    kind: str = "linear"
    names: list[str] = field(default_factory=list)
    ticks: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class Series:
    """A point without a place (None) is a gap in a line."""

    name: str
    points: list[Any] = field(default_factory=list)


@dataclass
class Box:
    name: str
    least: float
    first: float
    median: float
    third: float
    most: float
    outliers: list[float]


@dataclass
class Chart:
    kind: str
    title: str
    x: Axis
    y: Axis
    series: list[Series] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, count, why):
        if count:
            self.notes.append(f"{count:,} {'value is' if count == 1 else 'values are'} left out: {why}.")


def number(value):
    """A finite number of an honest size; None for anything else."""
    value = reading.number(value)
    if value is None or abs(value) > LARGEST:
        return None
    return value if abs(value) > 1 / LARGEST else 0.0


def words(value, longest=120):
    """A string on one line; numbers as they are written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{number(value) or 0:g}"
    return reading.line(value, longest)


def moment(value):
    """Seconds since 1970 of an ISO date; None for anything else."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d", value) or len(value) > 40:
        return None
    try:
        at = datetime.fromisoformat(value if len(value) > 7 else f"{value}-01")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def axis(given, side):
    """The axis ``side`` ("x" or "y") of a chart."""
    unit = words(given.get(f"{side}_unit"), 40)
    label = words(given.get(f"{side}_label"))
    if unit and unit not in label:
        label = f"{label} ({unit})" if label else unit
    scale = given.get(f"{side}_scale")
    known = {"log": "log", "datetime": "time", "date": "time"} if side == "x" else {"log": "log"}
    kind = known.get(scale if isinstance(scale, str) else "", "linear")
    return Axis(label, kind, ticks=given_ticks(given.get(f"{side}_ticks"), given.get(f"{side}_tick_labels")))


def given_ticks(places, labels):
    """Ticks that say more than numbers do: names of months, say. Numbers are written better by us."""
    if not isinstance(places, list) or not isinstance(labels, list) or len(places) != len(labels) or len(places) > 200:
        return []
    ticks = [
        (at, name)
        for place, label in zip(places, labels, strict=True)
        if (at := number(place)) is not None and (name := words(label, 40))
    ]
    telling = [name for _, name in ticks if "$" not in name and not re.fullmatch(r"[\d.,\s+\-−eE%×^]*", name)]
    return ticks if telling and len(telling) == len(ticks) else []


def points(elements, chart):
    """The series of a line chart or scatter plot, with x as numbers whatever it was; sets the kind of the axis."""
    budget, raw = MOST_POINTS, []
    for element in elements[:MOST_SERIES]:
        found = element.get("points")
        found = found if isinstance(found, list) else []
        step = max(1, math.ceil(len(found) / max(1, budget)))
        budget -= len(found) // step
        raw.append((words(element.get("label")), [point for point in found[::step] if isinstance(point, list) and len(point) >= 2]))
    place = places([point[0] for _, found in raw for point in found], chart.x)
    lost = 0
    for name, found in raw:
        line = []
        for x, y, *_ in found:
            at, height = place(x), number(y)
            fits = (
                at is not None
                and height is not None
                and not (chart.y.kind == "log" and height <= 0)
                and not (chart.x.kind == "log" and at <= 0)
            )
            lost += not fits
            line.append((at, height) if fits else None)
        chart.series.append(Series(name, line))
    chart.leave_out(lost, "not numbers that this scale can show")
    unnamed = [series for series in chart.series if not series.name or series.name.startswith("_")]
    for place_in, series in enumerate(unnamed, 1):
        series.name = f"Series {place_in}" if len(chart.series) > 1 else ""


def places(values, axis):
    """A function from what stands at an axis to its number, by what most of it is."""
    strings = [value for value in values if isinstance(value, str)]
    if strings and all(moment(value) is not None for value in strings):
        axis.kind = "time"
        return moment
    if strings:
        axis.kind, axis.names = "category", list(dict.fromkeys(words(value) for value in values))
        known = {name: float(place) for place, name in enumerate(axis.names)}
        return lambda value: known.get(words(value))
    if axis.kind == "time":
        return times(values, axis)
    return number


def times(values, axis):
    """Numbers on an axis of time are seconds, milliseconds or days since 1970, by their size."""
    largest = max((abs(at) for value in values if (at := number(value)) is not None), default=0)
    factor = 0.001 if largest > 1e11 else 1 if largest > 1e7 else 86400 if largest > 1000 else 0
    if not factor:
        axis.kind = "linear"
        return number
    axis.ticks = []
    return lambda value: None if (at := number(value)) is None or abs(at * factor) > 2e11 else at * factor


def bars(elements, chart):
    """The values of each group (a series), in the order of ``chart.names``."""
    table, lost = {}, 0
    for element in elements:
        value, group = number(element.get("value")), words(element.get("group"))
        # What nobody named is named by the library that drew it.
        group = "" if group.startswith("_") else group
        name = words(element.get("label")) or "Unnamed"
        if value is None or (chart.y.kind == "log" and value <= 0):
            lost += 1
            continue
        table.setdefault(group, {})[name] = value
    if len(table) > 1 and all(list(row) == [group] for group, row in table.items()):
        # Every bar is a group of its own name: that is one group.
        table = {"": {name: value for row in table.values() for name, value in row.items()}}
    chart.leave_out(lost, "not numbers that this scale can show")
    chart.names = list(dict.fromkeys(name for row in table.values() for name in row))
    for group, row in list(table.items())[:MOST_SERIES]:
        chart.series.append(Series(group, [row.get(name) for name in chart.names]))


def slices(elements, chart):
    values = [(words(element.get("label")) or "Unnamed", slice_size(element)) for element in elements]
    kept = [(name, value) for name, value in values if value is not None and value > 0]
    chart.leave_out(len(values) - len(kept), "not positive numbers")
    chart.names = [name for name, _ in kept]
    chart.series = [Series("", [value for _, value in kept])]


def slice_size(element):
    value = number(element.get("value"))
    return number(element.get("angle")) if value is None else value


def boxes(elements, chart):
    lost = 0
    for element in elements:
        five = [number(element.get(name)) for name in ("min", "first_quartile", "median", "third_quartile", "max")]
        if None in five:
            lost += 1
            continue
        outliers = element.get("outliers")
        far = [value for item in (outliers[:2000] if isinstance(outliers, list) else []) if (value := number(item)) is not None]
        if chart.y.kind == "log" and min([*five, *far]) <= 0:
            lost += 1
            continue
        chart.boxes.append(Box(words(element.get("label")) or "Unnamed", *sorted(five), far))
    chart.leave_out(lost, "without the five numbers of a box")
    chart.names = [box.name for box in chart.boxes]


READERS = {"bar": bars, "line": points, "scatter": points, "pie": slices, "box_and_whisker": boxes}


def read(given):
    """The Chart in a JSON value; None when it is none that we can draw."""
    elements = reading.objects(given.get("elements"))
    kind = given.get("type")
    kind = kind if isinstance(kind, str) and kind in KINDS else guess(elements)
    if kind is None:
        return None
    chart = Chart(kind, words(given.get("title")), axis(given, "x"), axis(given, "y"))
    if len(elements) > MOST_ELEMENTS:
        chart.leave_out(len(elements) - MOST_ELEMENTS, "too many to tell apart")
    READERS[kind](elements[:MOST_ELEMENTS], chart)
    return chart


def guess(elements):
    """What a chart of an unknown kind may be, by its first element."""
    first = elements[0] if elements else {}
    for member, kind in (("points", "scatter"), ("median", "box_and_whisker"), ("angle", "pie"), ("value", "bar")):
        if first.get(member) is not None:
            return kind
    return None
