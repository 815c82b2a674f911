"""How one series is told from another: by colour, and by something that is no colour."""

from .svg import element, plain

COLOURS = 6
DASHES = (None, "7 4", "2 3", "9 3 2 3", "14 4", "4 2 1 2")
# Around a point, relative to it.
SHAPES = (
    "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "m-3-3h6v6h-6z",
    "m0-4l4 4-4 4-4-4z",
    "m0-4l4 7h-8z",
    "m0 4l4-7h-8z",
    "m-3-1h2v-2h2v2h2v2h-2v2h-2v-2h-2z",
)
HATCHES = (
    "",
    "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "M2 2h1.6v1.6h-1.6zM6 6h1.6v1.6h-1.6z",
    "M-2 6l4 4M0 0l8 8M6-2l4 4",
    "M0 2h8M0 6h8",
    "M0 0l8 8M8 0l-8 8",
)


def colour(place):
    return f"series-{place % COLOURS + 1}"


def dash(place):
    return DASHES[place % len(DASHES)]


def shapes(place, points):
    """A path with the shape of this series at each point."""
    shape = SHAPES[place % len(SHAPES)]
    return element("path", d="".join(f"M{plain(x)} {plain(y)}{shape}" for x, y in points), class_=f"points {colour(place)}")


def pattern_id(name, place):
    return f"hatch-{name}-{place % COLOURS}"


def patterns(name, count):
    """The fills of so many series; the first is plain."""
    return "".join(
        element(
            "pattern",
            element("rect", width=8, height=8, class_=f"fill {colour(place)}"),
            element("path", d=HATCHES[place], class_="hatch"),
            id=pattern_id(name, place),
            patternUnits="userSpaceOnUse",
            width=8,
            height=8,
        )
        for place in range(1, min(count, COLOURS))
    )


def filled(name, place):
    """Attributes of what is filled as this series."""
    if place % COLOURS == 0:
        return {"class_": f"fill {colour(place)}"}
    return {"class_": f"edge {colour(place)}", "fill": f"url(#{pattern_id(name, place)})"}


def swatch(name, place, kind):
    """The sample of a series in a legend."""
    if kind == "line":
        inner = element("line", x1=1, y1=7, x2=27, y2=7, class_=f"line {colour(place)}", stroke_dasharray=dash(place)) + shapes(
            place, [(14.0, 7.0)]
        )
    elif kind == "scatter":
        inner = shapes(place, [(14.0, 7.0)])
    else:
        inner = element("rect", x=6, y=1, width=16, height=12, rx=2, **filled(name, place))
    return element("svg", inner, class_="swatch", viewBox="0 0 28 14", width=28, height=14, aria_hidden="true")
