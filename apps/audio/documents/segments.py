"""Segments as we keep them, out of whatever an API has answered.

A segment is {"id", "start", "end", "text", …, "words": [{"word", "start", "end"}]} as models/version.py describes it. What
comes from outside is read member by member: a member of another shape is left out, and nothing raises.
"""

import math
import re
from typing import Any

from apps.audio.documents import matching
from apps.core.reading import number
from apps.groq.text import clean

# What Whisper says of its own confidence.
NUMBERS = ("avg_logprob", "no_speech_prob", "compression_ratio", "temperature")
# Scripts that write no blanks between words: each character stands for itself.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_OPENING = "\"'([{«„“‚‘¿¡-–—"
_MARKS = f"{_OPENING})]}}»”’.,;:!?…、。，！？・"
_TOKEN = re.compile(rf"\s*(?:[{_UNSPACED}]|[^\s{_UNSPACED}]+)")


def text_of(segments: list[dict[str, Any]]) -> str:
    """All of the text, a line for each segment."""
    return "\n".join(segment["text"] for segment in segments)


def tokens(text: str) -> list[str]:
    """The words of a text, each with the blank before it: joined again, they are the text."""
    found = _TOKEN.findall(text)
    rest = text[sum(map(len, found)) :]
    return [*found[:-1], found[-1] + rest] if found else []


def numbered(segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The segments with an id each, "s1" and so on."""
    return [{"id": f"s{number}", **segment} for number, segment in enumerate(segments, start=1)]


def language_of(answer: Any) -> str:
    """As the API named it, or an empty string."""
    named = answer.get("language") if isinstance(answer, dict) else None
    return clean(named)[:40] if isinstance(named, str) else ""


def from_answer(answer: Any, start: float = 0.0, end: float | None = None) -> list[dict[str, Any]]:
    """The segments of an answer about the stretch from ``start`` to ``end`` seconds, in the time of the recording."""
    if not isinstance(answer, dict):
        answer = {"text": answer}
    given = [segment for item in listed(answer.get("segments")) if (segment := _segment(item, start, end))]
    spoken = [word for item in listed(answer.get("words")) if (word := _word(item, start, end))]
    spoken.sort(key=lambda word: word["start"])
    if not given:
        text = _text(answer.get("text")).strip()
        if not text and not spoken:
            return []
        last = spoken[-1]["end"] if spoken else start + max(0.0, number(answer.get("duration")) or 0.0)
        whole = {"start": start, "end": last if end is None else end, "text": text or _joined(spoken).strip()}
        return [_spelled(whole, spoken)]
    given.sort(key=lambda segment: segment["start"])
    return [_spelled(segment, words) for segment, words in zip(given, _shared_out(spoken, given), strict=True)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _times(item: dict[str, Any], start: float, end: float | None) -> tuple[float, float] | None:
    """Of the recording, inside the stretch; None for what has no beginning."""
    first, last = number(item.get("start")), number(item.get("end"))
    if first is None:
        return None
    latest = math.inf if end is None else max(start, end)
    begun = min(max(start + first, start), latest)
    ended = begun if last is None else min(max(start + last, begun), latest)
    return round(begun, 3), round(ended, 3)


def _segment(item: Any, start: float, end: float | None) -> dict[str, Any] | None:
    times = _times(item, start, end) if isinstance(item, dict) else None
    text = _text(item.get("text")) if times else ""
    if not times or not text.strip():
        return None
    judged = {name: value for name in NUMBERS if (value := number(item.get(name))) is not None}
    own = [word for entry in listed(item.get("words")) if (word := _word(entry, start, end))]
    return {"start": times[0], "end": times[1], "text": text.strip(), **judged, **({"words": own} if own else {})}


def _word(item: Any, start: float, end: float | None) -> dict[str, Any] | None:
    times = _times(item, start, end) if isinstance(item, dict) else None
    word = _text(item.get("word")) if times else ""
    return {"word": word, "start": times[0], "end": times[1]} if times and word.strip() else None


def _shared_out(spoken: list[dict[str, Any]], segments: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """For each segment its words: its own where it has some, else those whose middle is before the next one begins."""
    own: list[list[dict[str, Any]]] = [segment.pop("words", []) for segment in segments]
    if any(own):
        return own
    at = 0
    for word in spoken:
        middle = (word["start"] + word["end"]) / 2
        while at + 1 < len(segments) and middle >= (segments[at]["end"] + segments[at + 1]["start"]) / 2:
            at += 1
        own[at].append(word)
    return own


def _joined(words: list[dict[str, Any]]) -> str:
    """Words as text; some APIs leave out the blanks between them."""
    between = "" if any(word["word"][0].isspace() for word in words[1:]) else " "
    return between.join(word["word"] for word in words)


def _spelled(segment: dict[str, Any], words: list[dict[str, Any]]) -> dict[str, Any]:
    """The segment with its words, spelled as its text has them: joined they are the text, with a blank before it."""
    if not words:
        return segment
    text = segment["text"]
    written = _found(text, words)
    if written is None:
        written = tokens(text)
        words = _timed(written, words, segment)
    if not re.match(rf"[{_UNSPACED}]", text):
        written[0] = f" {written[0]}"
    return {**segment, "words": [{**word, "word": spelled} for word, spelled in zip(words, written, strict=True)]}


def _found(text: str, words: list[dict[str, Any]]) -> list[str] | None:
    """The text cut at its words, each with the blank before it; None when they do not all stand there in this order."""
    places, at = [], 0
    for word in words:
        bare = word["word"].strip()
        place = text.find(bare, at)
        if place < 0 or text[at:place].strip(_MARKS).strip():
            return None
        places.append(place)
        at = place + len(bare)
    if text[at:].strip(_MARKS).strip():
        return None
    cuts = [0, *(_blank_before(text, place) for place in places[1:]), len(text)]
    return [text[begin:stop] for begin, stop in zip(cuts, cuts[1:], strict=False)]


def _blank_before(text: str, place: int) -> int:
    """Where the blanks, and the opening marks, before a word begin."""
    while place > 0 and text[place - 1] in _OPENING:
        place -= 1
    while place > 0 and text[place - 1].isspace():
        place -= 1
    return place


def _timed(written: list[str], words: list[dict[str, Any]], segment: dict[str, Any]) -> list[dict[str, Any]]:
    """Times for the words of a text out of words that tell it otherwise; what nobody timed shares the time between."""
    known: dict[int, dict[str, Any]] = {}
    codes = matching.opcodes([plain(token) for token in written], [plain(word["word"]) for word in words])
    for tag, here, until_here, there, _ in codes:
        if tag == "equal":
            known |= {here + step: words[there + step] for step in range(until_here - here)}
    ahead = iter([*sorted(known), None])
    following = next(ahead)
    timed: list[dict[str, Any]] = []
    for at in range(len(written)):
        if at == following:
            following = next(ahead)
            timed.append({"start": known[at]["start"], "end": known[at]["end"]})
            continue
        begin = timed[-1]["end"] if timed else segment["start"]
        until = known[following]["start"] if following is not None else max(segment["end"], begin)
        share = max(0.0, until - begin) / ((following if following is not None else len(written)) - at)
        timed.append({"start": begin, "end": round(begin + share, 3)})
    return timed


def plain(word: str) -> str:
    """A word as it is compared: without case and marks, unless it is nothing else."""
    return "".join(character for character in word.casefold() if character.isalnum()) or word.strip()
