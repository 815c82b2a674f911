"""Pie charts: shares of a whole, clockwise from the top."""

import math

from . import look
from .scales import exact
from .svg import element, fitted, text, words

# Below this share there is no room for words beside a slice; the legend has them.
NAMED = 0.03


def draw(chart, size, name):
    shares = parts(chart)
    if not shares:
        return None
    wide = size.width > 500
    height = 280 if wide else 230
    x, y, radius = size.width / 2, height / 2, height / 2 - (30 if wide else 40)
    drawn, labels, turn = [], [], 0.0
    for place, (label, value, share) in enumerate(shares):
        title = element("title", words(f"{label}: {exact(value)} ({percent(share)})"))
        drawn.append(element("path", title, d=slice_path(x, y, radius, turn, share), **look.filled(name, place)))
        if share >= NAMED:
            angle = (turn + share / 2) * 2 * math.pi
            right, down = math.sin(angle), -math.cos(angle)
            anchor = "middle" if abs(right) < 0.2 else "start" if right > 0 else "end"
            at = x + right * (radius + 10)
            room = 2 * min(at, size.width - at) if anchor == "middle" else size.width - at if right > 0 else at
            said = f"{label} {percent(share)}" if wide else percent(share)
            labels.append(text(at, y + down * (radius + 12) + 4, fitted(said, room), anchor))
        turn += share
    return (size.width, height), "".join(drawn + labels)


def slice_path(x, y, radius, turn, share):
    if share >= 0.99999:
        return f"M{x} {y - radius}A{radius} {radius} 0 1 1 {x - 0.01} {y - radius}Z"

    def at(part):
        angle = part * 2 * math.pi
        return f"{x + radius * math.sin(angle):.2f} {y - radius * math.cos(angle):.2f}"

    return f"M{x} {y}L{at(turn)}A{radius} {radius} 0 {int(share > 0.5)} 1 {at(turn + share)}Z"


def parts(chart):
    values = chart.series[0].points
    largest = max(values, default=0)
    # Scaled first: a sum of huge numbers would be infinite.
    total = sum(value / largest for value in values) if largest else 0
    return [(name, value, value / largest / total) for name, value in zip(chart.names, values, strict=True)] if total else []


def percent(share):
    return f"{share * 100:.0f} %" if share >= 0.1 else f"{share * 100:.1f} %"


def table(chart):
    return ["Name", "Value", "Share"], [(name, exact(value), percent(share)) for name, value, share in parts(chart)]


def describe(chart):
    shares = parts(chart)
    name, _, share = max(shares, key=lambda part: part[1])
    return f"{len(shares)} part{'' if len(shares) == 1 else 's'}. The largest is {name} with {percent(share)}."


def legend(chart):
    return [f"{name} · {percent(share)}" for name, _, share in parts(chart)]
