"""Aims and tables: what a bench found, for people (Markdown) and for programs (JSON)."""

import json
import math
from typing import NamedTuple


class Aim(NamedTuple):
    """One figure and the most it may be."""

    aim: int
    what: str
    figure: float
    target: float
    unit: str

    @property
    def holds(self):
        return self.figure <= self.target

    @property
    def limit(self):
        return show(self.target, self.unit)

    def to_json(self):
        return {**self._asdict(), "figure": number(self.figure), "target": number(self.target), "holds": self.holds}


class AtLeast(Aim):
    """One figure and the least it may be."""

    @property
    def holds(self):
        return self.figure >= self.target

    @property
    def limit(self):
        return f"at least {show(self.target, self.unit)}"


def number(value):
    """Three significant decimals, and null for what has no number in JSON."""
    return (round(value, 3) if math.isfinite(value) else None) if isinstance(value, float) else value


def to_json(found):
    results = [{key: number(value) for key, value in row.items()} for row in found["results"]]
    return json.dumps({**found, "results": results, "aims": [aim.to_json() for aim in found["aims"]]}, indent=2)


PINNED = {
    True: "server kept to one core, upstream and clients to the others",
    False: "everything on one core",
    None: "every process on all cores",
}


def to_text(found, results):
    machine = found["machine"]
    pinned = PINNED[machine["pinned"]]
    head = f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, {machine['system']}; {pinned}."
    faults = sorted({fault for row in found["results"] for fault in row.get("faults", [])})
    lines = [head, "", *results, "", *aims(found["aims"])]
    return "\n".join(lines + (["", "What went wrong: " + "; ".join(faults)] if faults else []))


def aims(found):
    rows = [[str(a.aim), a.what, show(a.figure, a.unit), a.limit, "yes" if a.holds else "NO"] for a in found]
    return table(["aim", "what", "figure", "at most", "holds"], rows)


def show(value, unit):
    return f"{value:,.2f} {unit}".strip() if isinstance(value, float) else f"{value:,} {unit}".strip()


def table(titles, rows):
    """Lines of a Markdown table whose columns stand under one another."""
    widths = [max(len(row[i]) for row in [titles, *rows]) for i in range(len(titles))]
    lines = [titles, ["-" * width for width in widths], *rows]
    return ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
