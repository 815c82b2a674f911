"""Tools that the API used by itself (ChatCompletionMessageExecutedTools), as cards."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from apps.conversations.evidence import pictures, using
from apps.core import charts
from apps.core.reading import line, link, member, number, objects, parsed, pretty, strings, text

# What a card shows of a list; whoever wants more finds it in the wire.
MOST = 50
KNOWN = {"index", "type", "name", "arguments", "output", "search_results", "code_results", "browser_results"}


@dataclass
class Page:
    """A page that was found or opened: ``href`` is empty where the address may not be followed."""

    title: str
    href: str = ""
    host: str = ""
    text: str = ""
    score: str = ""
    live: str = ""


@dataclass
class Result:
    """What a piece of code gave: text, the place of a picture among all of the message, charts, or odd JSON."""

    text: str = ""
    picture: Any = None
    place: int = 0
    charts: list = field(default_factory=list)
    other: str = ""


@dataclass
class Card:
    words: str
    kind: str
    code: str = ""
    arguments: str = ""
    output: str = ""
    found: list[Page] = field(default_factory=list)
    images: list = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    other: str = ""


def cards(executed, pk):
    """A Card for each tool of the message ``pk``, in the order in which they were used."""
    pictures_so_far = itertools.count()
    return [card(tool, pictures_so_far, f"{pk}-{place}") for place, tool in enumerate(objects(executed))]


def card(tool, numbers, name):
    code = using.code_of(tool.get("arguments"))
    other = {name: value for name, value in tool.items() if name not in KNOWN and value not in (None, [], {}, "")}
    made = Card(
        words=using.words_of(tool),
        kind=line(tool.get("name")) or line(tool.get("type")),
        code=text(code),
        arguments="" if code or tool.get("arguments") in (None, "", "{}") else pretty(tool["arguments"]),
        output=pretty(tool["output"]) if tool.get("output") else "",
    )
    searched = tool.get("search_results")
    if found := objects(member(searched, "results"))[:MOST]:
        made.found = [page(result) for result in found]
        made.images = [place for image in strings(member(searched, "images"))[:MOST] if (place := link(image))]
    elif searched:
        other["search_results"] = searched
    given = tool.get("code_results")
    if results := objects(given)[:MOST]:
        made.results = [code_result(result, numbers, f"{name}-{place}") for place, result in enumerate(results)]
    elif given:
        other["code_results"] = given
    opened = tool.get("browser_results")
    if pages := objects(opened)[:MOST]:
        made.pages = [page(result) for result in pages]
    elif opened:
        other["browser_results"] = opened
    repeated = made.results and parsed(tool.get("output")) == tool.get("output")
    if repeated and made.output.strip() == "\n".join(result.text for result in made.results).strip():
        made.output = ""
    made.other = pretty(other) if other else ""
    return made


def page(given):
    """A search or browser result; without an address, or with one that may not be followed, its title is plain text."""
    href, host = link(given.get("url")) or ("", "")
    live = link(given.get("live_view_url"))
    score = number(given.get("score"))
    return Page(
        title=line(given.get("title")) or host or line(given.get("url")) or "Untitled",
        href=href,
        host=host or line(given.get("url"), 80),
        text=text(given.get("content")).strip(),
        score="" if score is None else f"{score:.2f}",
        live=live[0] if live else "",
    )


def code_result(given, numbers, name):
    made = Result(text=text(given.get("text")).strip("\n"))
    if picture := pictures.look(given.get("png")):
        made.picture, made.place = picture, next(numbers)
    wanted = [chart for chart in [given.get("chart"), *listed(given.get("charts"))] if chart]
    drawn = [charts.draw(chart, f"{name}-{place}") for place, chart in enumerate(wanted[:MOST])]
    made.charts = [drawing for drawings in drawn if drawings for drawing in drawings]
    odd = {name: value for name, value in given.items() if name not in ("text", "png", "chart", "charts") and value}
    if bad := [chart for chart, drawings in zip(wanted, drawn, strict=False) if not drawings]:
        odd["charts"] = bad
    if given.get("png") and not made.picture:
        odd["png"] = "not a PNG picture that can be shown"
    made.other = pretty(odd) if odd else ""
    return made


def listed(value):
    return value if isinstance(value, list) else [value]


def picture_bytes(executed, place):
    """The bytes of the picture with this number among all of the message; None when there is none."""
    at = 0
    for tool in objects(executed):
        for result in objects(tool.get("code_results"))[:MOST]:
            if pictures.look(result.get("png")):
                if at == place:
                    return pictures.decode(result["png"])
                at += 1
    return None
