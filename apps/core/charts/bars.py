"""Bar charts: upright where the names fit under the bars, lying where they do not."""

from . import look
from .frame import Frame, Side
from .scales import Band, exact, scale
from .svg import element, width, words

# Lying bars have each a line of words.
ROW, MOST_ROWS = 26, 40


def draw(chart, size, name):
    values = [value for series in chart.series for value in series.points if value is not None]
    if not values:
        return None
    zero = chart.y.kind != "log"
    names = Band(chart.names)
    longest = max(width(label) for label in chart.names)
    if longest > (size.width - 70) / len(chart.names) and len(chart.names) <= MOST_ROWS:
        axis = scale(chart.y, values, size.ticks - 1, zero)
        row = max(ROW, 9 * len(chart.series) + 8)
        frame = Frame(size, Side(axis, chart.y.label), Side(names, chart.x.label), height=row * len(chart.names) + 66)
        across, along, lying = frame.y, frame.x, True
        room = (frame.y1 - frame.y0) * names.width
    else:
        frame = Frame(size, Side(names, chart.x.label), Side(scale(chart.y, values, zero=zero), chart.y.label))
        across, along, lying = frame.x, frame.y, False
        room = (frame.x1 - frame.x0) * names.width
    foot = along(0.0) if zero else (frame.x0 if lying else frame.y1)
    thick = min(56.0, room * 0.76) / len(chart.series)
    drawn = []
    for place, series in enumerate(chart.series):
        for at, value in enumerate(series.points):
            if value is not None:
                start = across(at) + (place - len(chart.series) / 2) * thick
                drawn.append(bar(start, thick, foot, along(value), lying, name, place, said(chart, series, at, value)))
    return frame, frame.axes() + "".join(drawn) + baseline(frame, foot, lying)


def bar(start, thick, foot, end, lying, name, place, title):
    low, long = min(foot, end), max(abs(end - foot), 0.5)
    gap = min(1.0, thick * 0.15)
    box = (
        {"x": low, "y": start + gap / 2, "width": long, "height": thick - gap}
        if lying
        else {"x": start + gap / 2, "y": low, "width": thick - gap, "height": long}
    )
    return element(
        "rect", element("title", words(title)), **{side: float(value) for side, value in box.items()}, **look.filled(name, place)
    )


def said(chart, series, at, value):
    return f"{chart.names[at]}{', ' if series.name else ''}{series.name}: {exact(value)}"


def baseline(frame, foot, lying):
    ends = (
        {"x1": foot, "y1": frame.y0, "x2": foot, "y2": frame.y1}
        if lying
        else {"x1": frame.x0, "y1": foot, "x2": frame.x1, "y2": foot}
    )
    return element("line", **{side: float(value) for side, value in ends.items()}, class_="axis")


def table(chart):
    values = [series.name or chart.y.label or "Value" for series in chart.series]
    return [chart.x.label or "Name", *values], [
        (name, *(exact(series.points[at]) for series in chart.series)) for at, name in enumerate(chart.names)
    ]


def describe(chart):
    values = [
        (value, name)
        for series in chart.series
        for name, value in zip(chart.names, series.points, strict=True)
        if value is not None
    ]
    least, most = min(values), max(values)
    groups = f" in {len(chart.series)} groups" if len(chart.series) > 1 else ""
    ends = f"Lowest {exact(least[0])} ({least[1]}), highest {exact(most[0])} ({most[1]})."
    return f"{len(values)} bar{'' if len(values) == 1 else 's'}{groups}. {ends}"


def legend(chart):
    return [series.name or "Unnamed" for series in chart.series] if len(chart.series) > 1 else []
