"""Annotations as numbered sources: which documents and tool results an answer leans on, and where."""

import logging
from dataclasses import dataclass

from apps.conversations.evidence import marks
from apps.core.reading import line, link, member, objects, pretty, text

logger = logging.getLogger(__name__)

PAGE = "Page"
# {type of annotation: (member with its details, member of those that names the source, words for the reader)}
KINDS = {
    "document_citation": ("document_citation", "document_id", "Document"),
    "function_citation": ("function_citation", "tool_call_id", "Tool result"),
    # Of the Responses API and of searches; its details also come without an object of their own.
    "url_citation": ("url_citation", "url", PAGE),
}
MOST = 300


@dataclass
class Source:
    """``number`` is 0 for what was given and not cited; ``places`` says how often it was, ``marked`` whether a mark leads here."""

    number: int
    kind: str
    id: str
    content: str = ""
    note: str = ""
    places: int = 0
    marked: bool = False
    # Of a page on the web, where it may be linked to.
    href: str = ""
    title: str = ""


@dataclass
class Citation:
    kind: str
    id: str
    start: int | None
    end: int | None
    title: object = None


def citations(annotations):
    """(Citation of each annotation that can be read, in the order of the text; what cannot be read)."""
    read, odd = [], []
    for annotation in objects(annotations)[:MOST]:
        kind = annotation.get("type")
        details, key, words = KINDS.get(kind if isinstance(kind, str) else "", ("", "", ""))
        details = member(annotation, details) or (annotation if words == PAGE else None)
        id = member(details, key)
        if not isinstance(id, str) or not id:
            odd.append(annotation)
            continue
        start, end = index(details.get("start_index")), index(details.get("end_index"))
        read.append(Citation(words, id, start, end, details.get("title")))
    read.sort(key=lambda citation: (citation.end is None, citation.end or 0))
    return read, odd


def index(value):
    return value if type(value) is int and 0 <= value <= 2**53 else None


def numbers(read):
    """{(kind, id): number}: each source once, by its first citation."""
    found = {}
    for citation in read:
        found.setdefault((citation.kind, citation.id), len(found) + 1)
    return found


def of(message, run):
    """(the sources of an answer, those that are cited first; what of the annotations cannot be read, as JSON)."""
    read, odd = citations(message.extras.get("annotations"))
    given = dict(contents(run.request if run else {}))
    titles = {citation.id: line(citation.title) for citation in read if isinstance(citation.title, str)}
    sources = []
    for (kind, id), number in numbers(read).items():
        known = given.pop((kind, id), None)
        source = Source(number, kind, line(id), text(known or ""), places=sum((c.kind, c.id) == (kind, id) for c in read))
        source.marked = f'id="{marks.back(message.pk, number)}"' in message.html
        if kind == PAGE:
            address = link(id)
            source.href, source.title = (address[0] if address else ""), titles.get(id) or line(id)
        elif known is None:
            source.note = "It is not among what was sent with this request."
        sources.append(source)
    uncited = [(id, content) for (kind, id), content in given.items() if kind == "Document"]
    sources += [Source(0, "Document", line(id), text(content), note="Given, not cited.") for id, content in uncited]
    return sources, pretty(odd) if odd else ""


def contents(request):
    """((kind, id), content) of everything in the request that can be cited."""
    for document in objects(member(request, "documents")):
        if isinstance(id := document.get("id"), str) and id:
            yield ("Document", id), document_text(document.get("source"))
    for message in objects(member(request, "messages")):
        content = message.get("content")
        for part in objects(content):
            document = part.get("document")
            if isinstance(id := member(document, "id"), str) and id:
                yield ("Document", id), pretty(member(document, "data"))
        if isinstance(id := message.get("tool_call_id"), str) and id:
            yield ("Tool result", id), pretty(content)


def document_text(source):
    kind = member(source, "type")
    if kind == "text" and isinstance(member(source, "text"), str):
        return source["text"]
    return pretty(member(source, "data") if kind == "json" else source)


def cite(text, html, annotations, offset, pk):
    """``html``, which is ``text`` drawn, with a numbered mark where each citation ends; marks that would spoil it are left out.

    The indices of the annotations count from ``offset`` characters into the text.
    """
    try:
        read, _ = citations(annotations)
        number = numbers(read)
        wanted = {(c.end + offset, number[c.kind, c.id]) for c in read if c.end is not None and 0 < c.end + offset <= len(text)}
        ids = {number[c.kind, c.id]: f"{c.kind} {line(c.id, 80)}" for c in read}
        return marks.insert(text, html, sorted(wanted), ids, pk)
    except Exception:
        # A fault of ours may spoil the marks of an answer, never take the answer away: it is being saved.
        logger.exception("citations of %s", pk)
        return html
