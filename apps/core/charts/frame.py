"""The plot between two axes: where it lies, what is written at its edges, and where a value is in it."""

from dataclasses import dataclass, field
from typing import Any

from .svg import FONT, element, fitted, text, width

GAP = 8


@dataclass(frozen=True)
class Size:
    width: int
    height: int
    ticks: int  # about how many along the bottom


WIDE, NARROW = Size(640, 320, 7), Size(300, 250, 4)


@dataclass
class Side:
    """One axis: a scale, its words, and the ticks to write instead of the scale's own."""

    scale: Any
    label: str = ""
    ticks: list = field(default_factory=list)

    def marks(self):
        own = [(at, name) for at, name in self.ticks if -1e-9 <= self.scale(at) <= 1 + 1e-9] if self.ticks else []
        return own or self.scale.ticks()

    @property
    def banded(self):
        return hasattr(self.scale, "names")


class Frame:
    def __init__(self, size, bottom, left, height=None):
        self.size, self.bottom, self.left = size, bottom, left
        self.width, self.height = size.width, height or size.height
        self.room = min((0.46 if left.banded else 0.4) * self.width, max((width(name) for _, name in left.marks()), default=0) + 2)
        self.x0, self.x1 = self.room + GAP, self.width - 14.0
        self.y0 = 28.0 if left.label else 10.0
        self.y1 = self.height - (42.0 if bottom.label else 24.0)

    def x(self, value):
        return self.x0 + self.bottom.scale(value) * (self.x1 - self.x0)

    def y(self, value):
        """Values grow upwards; names are read downwards."""
        part = self.left.scale(value)
        return self.y0 + part * (self.y1 - self.y0) if self.left.banded else self.y1 - part * (self.y1 - self.y0)

    def axes(self):
        """Grid lines, ticks and words."""
        parts = []
        if self.left.label:
            parts.append(text(0, 12, fitted(self.left.label, self.width), "start", "axis-label"))
        if self.bottom.label:
            parts.append(
                text((self.x0 + self.x1) / 2, self.height - 6, fitted(self.bottom.label, self.width), "middle", "axis-label")
            )
        parts += self.left_side() + self.bottom_side()
        return "".join(parts)

    def left_side(self):
        parts, last = [], None
        for value, name in self.left.marks():
            at = self.y(value)
            if not self.left.banded:
                parts.append(line(self.x0, at, self.x1, at, "grid"))
            if last is None or abs(at - last) >= FONT:
                parts.append(text(self.room, at + 4, fitted(name, self.room), "end"))
                last = at
        if self.left.banded:
            parts.append(line(self.x0, self.y0, self.x0, self.y1, "axis"))
        return parts

    def bottom_side(self):
        parts, end = [], -GAP
        upright = not self.bottom.banded and self.left.banded
        longest = max(48.0, (self.x1 - self.x0) * self.bottom.scale.width) if self.bottom.banded else self.width / 2
        for value, name in self.bottom.marks():
            at = self.x(value)
            if upright:
                parts.append(line(at, self.y0, at, self.y1, "grid"))
            name = fitted(name, longest - 4)
            half = width(name) / 2
            middle = min(max(at, half), self.width - half)
            if middle - half < end + GAP:
                continue
            if not upright and not self.bottom.banded:
                parts.append(line(at, self.y1, at, self.y1 + 4, "axis"))
            parts.append(text(middle, self.y1 + 18, name))
            end = middle + half
        if not upright:
            parts.append(line(self.x0, self.y1, self.x1, self.y1, "axis"))
        return parts


def line(x1, y1, x2, y2, class_, **more):
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_, **more)
