"""Line charts and scatter plots."""

from . import look
from .frame import Frame, Side
from .scales import exact, scale, when
from .svg import element, plain
from .thinning import spread, thinned

# A page draws so many points of all series together; more could not be told apart.
MOST_IN_LINE, MOST_DOTS, MARKED = 360, 1500, 40


def draw(chart, size, name):
    points = [point for series in chart.series for point in series.points if point]
    if not points:
        return None
    bottom = Side(scale(chart.x, [x for x, _ in points], size.ticks), chart.x.label, chart.x.ticks)
    left = Side(scale(chart.y, [y for _, y in points]), chart.y.label, chart.y.ticks)
    frame = Frame(size, bottom, left)
    drawn = [one(chart.kind, place, series.points, frame, len(chart.series)) for place, series in enumerate(chart.series)]
    return frame, frame.axes() + "".join(drawn)


def one(kind, place, points, frame, of):
    """A line with its gaps, or a cloud."""
    parts = gaps([point and (frame.x(point[0]), frame.y(point[1])) for point in points])
    flat = [point for part in parts for point in part]
    if kind == "scatter":
        return look.shapes(place, spread(flat, MOST_DOTS // of))
    share = max(40, MOST_IN_LINE * 2 // max(2, of))
    lines = [thinned(part, max(2, share * len(part) // max(1, len(flat)))) for part in parts]
    d = "".join("M" + "L".join(f"{plain(x)} {plain(y)}" for x, y in line) for line in lines if len(line) > 1)
    drawn = element("path", d=d, class_=f"line {look.colour(place)}", stroke_dasharray=look.dash(place)) if d else ""
    # A point between two gaps is no line, but it is there.
    marked = flat if len(flat) <= MARKED else [line[0] for line in lines if len(line) == 1]
    return drawn + (look.shapes(place, marked) if marked else "")


def gaps(points):
    parts, part = [], []
    for point in [*points, None]:
        if point:
            part.append(point)
        elif part:
            parts.append(part)
            part = []
    return parts


def table(chart):
    x, y = chart.x.label or "x", chart.y.label or "y"
    rows = [
        (series.name, shown_x(chart.x, point[0]), exact(point[1])) for series in chart.series for point in series.points if point
    ]
    if len(chart.series) > 1:
        return ["Series", x, y], rows
    return [x, y], [row[1:] for row in rows]


def shown_x(axis, value):
    if axis.kind == "category":
        return axis.names[int(value)]
    if axis.kind == "time":
        at = when(value)
        return f"{at:%Y-%m-%d}" if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{at:%Y-%m-%d %H:%M:%S}"
    return next((name for at, name in axis.ticks if at == value), exact(value))


def describe(chart):
    count = sum(1 for series in chart.series for point in series.points if point)
    points = [point for series in chart.series for point in series.points if point]
    least, most = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
    many = f"{len(chart.series)} series, " if len(chart.series) > 1 else ""
    return (
        f"{many}{count:,} point{'' if count == 1 else 's'}. Lowest {exact(least[1])} at {shown_x(chart.x, least[0])}, "
        f"highest {exact(most[1])} at {shown_x(chart.x, most[0])}."
    )


def legend(chart):
    return [series.name for series in chart.series] if len(chart.series) > 1 else []
