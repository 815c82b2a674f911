"""Edits of a transcript: some segments go, others stand in their place. Typing, splitting, merging, undoing are all that.

An operation is {"after": id of the segment before or None, "remove": [ids], "put": [segments]}. Who writes a text alone leaves
"words" out and has them aligned anew; who puts back what was there gives the segment as it was. "seen" are the texts of what goes.
"""

import re

from apps.audio.documents import aligning, matching
from apps.core.text import clean

MOST_SEGMENTS, MOST_TEXT, MOST_NAME = 20_000, 20_000, 80
# Operations times segments: each looks for its place, and nobody else can write meanwhile.
MOST_WORK = 30_000_000
# Ids are those of elements of the page, too: they look like no other.
ID = re.compile(r"[a-z]{1,2}[0-9]{1,8}(?:-[a-z0-9]{1,12}){0,3}")
# Of numbers that a database and a script hold alike; NaN is not below it.
LARGEST = 2**53
# What the API measured stays with the segments that were made of it.
MEASURES = ("avg_logprob", "no_speech_prob", "compression_ratio", "temperature")


class Gone(ValueError):
    """The segments that were to be edited are not there as they were seen."""


class Wrong(ValueError):
    """No operation of ours."""


def apply(segments, operations):
    """(all segments as they are then, [operations that undo it, in their order]); raises Gone or Wrong."""
    now, undo, effort = list(segments), [], matching.Effort()
    # What is too much from the beginning is not begun.
    work = len(now) * len(operations)
    for operation in operations:
        work += max(0, len(now) - len(segments))
        if work > MOST_WORK:
            raise Wrong("These are too many changes at once: make them in parts.")
        now, back = one(now, operation, effort)
        undo.append(back)
    if len(now) > MOST_SEGMENTS:
        raise Wrong(f"A transcript may have up to {MOST_SEGMENTS} segments.")
    return now, undo[::-1]


def one(segments, operation, effort):
    ids = [segment["id"] for segment in segments]
    remove = operation["remove"]
    try:
        at = ids.index(remove[0]) if remove else ids.index(operation["after"]) + 1 if operation["after"] else 0
    except ValueError:
        raise Gone from None
    if ids[at : at + len(remove)] != remove:
        raise Gone
    old, rest = segments[at : at + len(remove)], {*ids[:at], *ids[at + len(remove) :]}
    put = written(operation["put"], old, segments[at - 1]["end"] if at else 0, effort)
    if len({segment["id"] for segment in put} | rest) != len(put) + len(rest):
        raise Wrong("Two segments cannot have one id.")
    back = {
        "after": ids[at - 1] if at else None,
        "remove": [segment["id"] for segment in put],
        "put": [{**segment, "words": segment.get("words") or []} for segment in old],
    }
    return [*segments[:at], *put, *segments[at + len(remove) :]], back


def written(put, old, otherwise, effort):
    """The segments that are put, with words and times: their texts together are aligned with what stood there."""
    if all("words" in segment for segment in put):
        return put
    said = [(segment["id"], segment["text"]) for segment in old]
    if said == [(segment["id"], segment["text"]) for segment in put]:
        # Another speaker, or a text that was found to be right.
        return [{**{name: had[name] for name in had if name != "speaker"}, **has} for had, has in zip(old, put, strict=True)]
    start, end = (old[0]["start"], max(segment["end"] for segment in old)) if old else (otherwise, otherwise)
    before = [word for segment in old for word in aligning.timed(segment)]
    words = aligning.realign(before, " ".join(segment["text"] for segment in put), start, end, effort)
    kept = {segment["id"]: segment for segment in old}
    made, at = [], 0
    for number, segment in enumerate(put):
        count = len(aligning.tokens.words(segment["text"]))
        mine, at = words[at : at + count], at + count
        first, last = number == 0, number == len(put) - 1
        begin = start if first else mine[0]["start"] if mine else made[-1]["end"]
        measured = {name: value for name, value in (kept.get(segment["id"]) or (old[0] if old else {})).items() if name in MEASURES}
        ends = end if last else mine[-1]["end"] if mine else begin
        made.append({**measured, **segment, "start": begin, "end": max(begin, ends), "words": mine, "edited": True})
    return made


def operations(told):
    """What a page asks for, in its shape; raises Wrong."""
    if not isinstance(told, list) or not 0 < len(told) <= MOST_SEGMENTS:
        raise Wrong("An edit is a list of operations.")
    return [checked(operation) for operation in told]


def checked(operation):
    """The operation in its shape, cleaned of what no text may hold; raises Wrong."""
    match operation:
        case {"remove": list(remove), "put": list(put)} if all(isinstance(id, str) for id in remove):
            after = operation.get("after")
            if after is not None and not isinstance(after, str):
                raise Wrong("after")
            seen = operation.get("seen")
            return {
                "after": after,
                "remove": remove,
                "seen": seen if isinstance(seen, list) else [],
                "put": [segment_of(segment) for segment in put],
            }
    raise Wrong("An operation removes and puts segments.")


def segment_of(told):
    """A segment with no members but ours, each of its type; raises Wrong."""
    match told:
        case {"id": str(id), "text": str(text)} if ID.fullmatch(id):
            text = clean(text)
        case _:
            raise Wrong("A segment has an id and a text.")
    if len(text) > MOST_TEXT:
        raise Wrong(f"A segment may have up to {MOST_TEXT} characters.")
    made = {"id": id, "text": text}
    if isinstance(speaker := told.get("speaker"), str) and speaker.strip():
        made["speaker"] = " ".join(clean(speaker).split())[:MOST_NAME]
    if told.get("edited") is True:
        made["edited"] = True
    if "words" not in told:
        return made
    times = {"start": second(told.get("start")), "end": second(told.get("end"))}
    if times["end"] < times["start"]:
        raise Wrong("A segment ends after it begins.")
    measured = {name: number(told[name]) for name in MEASURES if told.get(name) is not None}
    words = told["words"]
    if not isinstance(words, list) or len(words) > MOST_TEXT:
        raise Wrong("words")
    return {**made, **times, **measured, "words": [word_of(word) for word in words]}


def word_of(told):
    match told:
        case {"word": str(word), "start": start, "end": end}:
            return {"word": clean(word), "start": second(start), "end": second(end)}
    raise Wrong("A word has a start and an end.")


def number(value):
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise Wrong("A number is missing.")
    return value


def second(value):
    if number(value) < 0 or value > 10_000_000:
        raise Wrong("A time lies within the recording.")
    return value


def taken(segments, tried, start, end, mark):
    """The operation that lets the segments of a second try stand where those between ``start`` and ``end`` stood.

    A segment belongs to the stretch where its middle does; ``mark`` makes the new ids new.
    """
    inside = [n for n, segment in enumerate(segments) if start <= (segment["start"] + segment["end"]) / 2 <= end]
    first = inside[0] if inside else next((n for n, segment in enumerate(segments) if segment["start"] >= end), len(segments))
    speaker = segments[first].get("speaker") if inside else None
    named = {"speaker": speaker} if speaker else {}
    put = [{**named, **segment, "id": f"{mark}-{n}", "words": aligning.timed(segment)} for n, segment in enumerate(tried, 1)]
    old = segments[first : inside[-1] + 1] if inside else []
    return {"after": segments[first - 1]["id"] if first else None, "remove": [segment["id"] for segment in old], "put": put}
