"""From values to places: each scale gives 0 to 1 for what lies in its range, and the ticks that people read."""

import math
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Linear:
    def __init__(self, values, wanted=5, zero=False):
        low, high = span([*values, *([0.0] if zero else [])])
        self.step = nice((high - low) / max(1, wanted))
        self.low = math.floor(low / self.step + 1e-9) * self.step
        self.high = math.ceil(high / self.step - 1e-9) * self.step

    def __call__(self, value):
        return (value - self.low) / (self.high - self.low)

    def ticks(self):
        count = min(50, round((self.high - self.low) / self.step))
        return [
            (value, label(value, self.step)) for place in range(count + 1) if (value := self.low + place * self.step) is not None
        ]


class Log:
    """Values must be positive."""

    def __init__(self, values, wanted=5, zero=False):
        exponents = [math.log10(value) for value in values] or [0.0, 1.0]
        self.low, self.high = math.floor(min(exponents) + 1e-9), math.ceil(max(exponents) - 1e-9)
        if self.low == self.high:
            self.high += 1
        self.wanted = wanted

    def __call__(self, value):
        return (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self):
        decades = self.high - self.low
        if decades <= 2:
            places = [base * 10.0**exponent for exponent in range(self.low, self.high) for base in (1, 2, 5)] + [10.0**self.high]
        else:
            places = [10.0**exponent for exponent in range(self.low, self.high + 1, math.ceil(decades / max(1, self.wanted)))]
        return [(value, label(value, value)) for value in places]


# Seconds and how a tick of that step is written.
STEPS = [
    *((seconds, "%H:%M:%S") for seconds in (1, 5, 15, 30)),
    *((minutes * 60, "%H:%M") for minutes in (1, 5, 15, 30)),
    *((hours * 3600, "%H:%M") for hours in (1, 3, 6)),
    (12 * 3600, "%d %b %H:%M"),
    *((days * 86400, "%d %b") for days in (1, 2, 7, 14)),
]
MONTHS = [
    (1, "%b %Y"),
    (2, "%b %Y"),
    (3, "%b %Y"),
    (6, "%b %Y"),
    *((12 * years, "%Y") for years in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
]


class Time:
    """Seconds since 1970, in UTC."""

    def __init__(self, values, wanted=5, zero=False):
        low, high = (min(values), max(values)) if values else (0.0, 86400.0)
        if high - low < 1:
            low, high = low - 0.5, high + 0.5
        self.low, self.high, self.wanted = low, high, max(1, wanted)

    def __call__(self, value):
        return (value - self.low) / (self.high - self.low)

    def ticks(self):
        wanted = (self.high - self.low) / self.wanted
        for step, form in STEPS:
            if step >= wanted:
                first = math.ceil(self.low / step) * step
                count = int((self.high - first) // step) + 1
                return [(at, when(at).strftime(form)) for place in range(max(0, count)) if (at := first + place * step) is not None]
        for months, form in MONTHS:
            if months * 2_629_800 >= wanted or months == MONTHS[-1][0]:
                return [(at, when(at).strftime(form)) for at in self.every(months)]
        return []

    def every(self, months):
        start = when(self.low)
        count = (start.year * 12 + start.month - 1) // months * months
        while count <= 9999 * 12:
            year, month = divmod(count, 12)
            if year >= 1:
                at = (datetime(year, month + 1, 1, tzinfo=UTC) - EPOCH).total_seconds() if year <= 9999 else math.inf
                if at > self.high:
                    return
                if at >= self.low:
                    yield at
            count += months


def when(at):
    try:
        return EPOCH + timedelta(seconds=at)
    except OverflowError:
        return EPOCH


class Band:
    """Names side by side; a value is the place of a name, and lies in the middle of its band."""

    def __init__(self, names):
        self.names = names
        self.width = 1 / max(1, len(names))

    def __call__(self, value):
        return (value + 0.5) * self.width

    def ticks(self):
        return [(place, name) for place, name in enumerate(self.names)]


def scale(axis, values, wanted=5, zero=False):
    """The scale of an axis for these values; ``zero`` where the picture stands on it (bars)."""
    if axis.kind == "category":
        return Band(axis.names)
    return {"log": Log, "time": Time}.get(axis.kind, Linear)(values, wanted, zero)


def span(values):
    """(least, most), with room between them."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        room = abs(low) * 0.1 or 1.0
        return (low - room, high + room) if low else (0.0, 1.0)
    return low, high


def nice(step):
    """1, 2, 2.5 or 5 times a power of ten, not below ``step``."""
    step = max(step, 1e-305)
    power = 10.0 ** math.floor(math.log10(step))
    return next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= step * (1 - 1e-9)), 10 * power)


def label(value, step):
    """A number as an axis says it, with the digits that the step needs."""
    if abs(value) < abs(step) * 1e-6 or value == 0:
        return "0"
    size = max(abs(value), abs(step))
    if size >= 1e15 or size < 1e-5:
        return f"{value:.3g}".replace("e+", "e").replace("-", "−")
    for least, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if size >= least:
            return f"{trimmed(value / least, step / least)}{letter}".replace("-", "−")
    return trimmed(value, step).replace("-", "−")


def trimmed(value, step):
    decimals = max(0, min(6, 1 - math.floor(math.log10(abs(step))))) if step else 2
    written = f"{value:,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def exact(value):
    """A number as a table says it."""
    return (
        "" if value is None else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}" if abs(value) < 1e15 else f"{value:.6g}"
    )
