"""Box plots: the middle half of the values as a box, the rest as whiskers, what lies far off as dots."""

from . import look
from .frame import Frame, Side, line
from .scales import Band, exact, scale
from .svg import element, words
from .thinning import spread


def draw(chart, size, name):
    if not chart.boxes:
        return None
    values = [value for box in chart.boxes for value in (box.least, box.most, *box.outliers)]
    names = Band(chart.names)
    frame = Frame(size, Side(names, chart.x.label), Side(scale(chart.y, values), chart.y.label, chart.y.ticks))
    thick = min(48.0, (frame.x1 - frame.x0) * names.width * 0.6)
    return frame, frame.axes() + "".join(one(box, frame.x(place), thick, frame) for place, box in enumerate(chart.boxes))


def one(box, x, thick, frame):
    least, first, median, third, most = (frame.y(value) for value in (box.least, box.first, box.median, box.third, box.most))
    left, right = x - thick / 2, x + thick / 2
    far = spread([(x, frame.y(value)) for value in box.outliers], 200)
    return (
        line(x, most, x, third, "whisker")
        + line(x, first, x, least, "whisker")
        + line(x - thick / 4, most, x + thick / 4, most, "whisker")
        + line(x - thick / 4, least, x + thick / 4, least, "whisker")
        + element(
            "rect",
            element("title", words(said(box))),
            x=left,
            y=third,
            width=thick,
            height=max(first - third, 0.5),
            class_="box series-1",
        )
        + line(left, median, right, median, "median")
        + (look.shapes(0, far) if far else "")
    )


def said(box):
    return f"{box.name}: {exact(box.least)}, {exact(box.first)}, median {exact(box.median)}, {exact(box.third)}, {exact(box.most)}"


def table(chart):
    head = [chart.x.label or "Name", "Minimum", "First quartile", "Median", "Third quartile", "Maximum", "Outliers"]
    return head, [
        (box.name, *(exact(value) for value in (box.least, box.first, box.median, box.third, box.most)), str(len(box.outliers)))
        for box in chart.boxes
    ]


def describe(chart):
    low, high = min(chart.boxes, key=lambda box: box.median), max(chart.boxes, key=lambda box: box.median)
    count = f"{len(chart.boxes)} box{'' if len(chart.boxes) == 1 else 'es'}"
    return f"{count}. Lowest median {exact(low.median)} ({low.name}), highest {exact(high.median)} ({high.name})."


def legend(chart):
    return []
