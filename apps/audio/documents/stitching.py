"""One timeline out of pieces that overlap: no word twice, and none lost.

Two neighbours have both heard the overlap. Where they agree on a word there, the first is followed up to it and the second from
behind it; where they agree on none, the middle of the overlap (a quiet place, where the sound was cut) decides.
"""

from typing import Any

from apps.audio.documents.segments import from_answer, numbered, plain, tokens

# Seconds: by how much two pieces may disagree about when a word was said, and how far about the edge of the overlap.
TOLERANCE = 0.8
MARGIN = 0.5
# Without times, words at the end of one and the beginning of the other that may be the same.
REACH = 40
# What a sentence ends with; seconds of what is still put together to one, and of the pause within.
ENDS = (".", "!", "?", "…", "。", "！", "？", '."', '!"', '?"', ".”", "!”", "?”")
SENTENCE, PAUSE = 15.0, 1.0
# Nobody says more words in an overlap; only a broken answer has more.
MOST = 200


def stitched(pieces: Any, start: float | None = None, end: float | None = None) -> list[dict[str, Any]]:
    """The segments of all pieces that have a ``result``, in the time of the recording; of ``start`` to ``end`` only."""
    timeline: list[dict[str, Any]] = []
    reached = None
    for piece in sorted((piece for piece in pieces if piece.result is not None), key=lambda piece: piece.start):
        heard = from_answer(piece.result, piece.start, piece.end)
        if reached is not None and piece.start < reached:
            timeline = joined(timeline, heard, piece.start, reached)
        else:
            timeline = timeline + heard
        if piece.end is not None:
            reached = max(reached or 0.0, piece.end)
    if start is not None or end is not None:
        timeline = [segment for segment in timeline if _inside((segment["start"] + segment["end"]) / 2, start, end)]
    return numbered(timeline)


def _inside(moment: float, start: float | None, end: float | None) -> bool:
    return (start is None or moment >= start) and (end is None or moment <= end)


def joined(one: list[dict[str, Any]], other: list[dict[str, Any]], begin: float, end: float) -> list[dict[str, Any]]:
    """Two neighbours that have both heard ``begin`` to ``end``."""
    before, after = flat(one), flat(other)
    near = [at for at, word in enumerate(before) if word["end"] >= begin - MARGIN][-MOST:]
    early = [at for at, word in enumerate(after) if word["start"] <= end + MARGIN][:MOST]
    middle = (begin + end) / 2
    if all(before[at]["timed"] for at in near) and all(after[at]["timed"] for at in early):
        pairs = agreed_by_time([before[at] for at in near], [after[at] for at in early])
        if pairs:
            left, right = min(pairs, key=lambda pair: abs(_middle(before[near[pair[0]]]) - middle))
            return met(taken(one, before, near[left] + 1), dropped(other, after, early[right] + 1))
        # What only one of them has heard there is not lost by it.
        only_one = not any(after[at]["start"] < end for at in early)
        only_other = not any(before[at]["end"] > begin for at in near)
        left = len(before) if only_one else sum(1 for word in before if _middle(word) < middle)
        right = 0 if only_other else sum(1 for word in after if _middle(word) < middle)
        return met(taken(one, before, left), dropped(other, after, right))
    tail, head = before[-REACH:], after[:REACH]
    found = agreed_by_text([word["key"] for word in tail], [word["key"] for word in head])
    if found:
        left, right = found
        return met(taken(one, before, len(before) - len(tail) + left), dropped(other, after, right))
    return one + other


def met(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both, one behind the other; a sentence that was cut in two is one segment again, unless it is long."""
    if not one or not other:
        return one + other
    last, first = one[-1], other[0]
    both_timed = ("words" in last) == ("words" in first)
    if (
        not both_timed
        or last["text"].endswith(ENDS)
        or first["end"] - last["start"] > SENTENCE
        or first["start"] - last["end"] > PAUSE
    ):
        return one + other
    longer = max(last, first, key=lambda segment: segment["end"] - segment["start"])
    whole = {**longer, "start": last["start"], "end": max(last["end"], first["end"])}
    if "words" in last:
        whole["words"] = [*last["words"], *first["words"]]
        whole["text"] = "".join(word["word"] for word in whole["words"]).strip()
    else:
        whole["text"] = f"{last['text']} {first['text']}"
    return [*one[:-1], whole, *other[1:]]


def flat(segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All words with their segment; of one without words, those of its text, as if they were said evenly."""
    words = []
    for number, segment in enumerate(segments):
        timed = segment.get("words")
        if timed:
            words += [{**word, "timed": True, "segment": number, "key": plain(word["word"])} for word in timed]
            continue
        texts = tokens(segment["text"])
        step = (segment["end"] - segment["start"]) / max(1, len(texts))
        words += [
            {
                "word": text,
                "start": segment["start"] + at * step,
                "end": segment["start"] + (at + 1) * step,
                "timed": False,
                "segment": number,
                "key": plain(text),
            }
            for at, text in enumerate(texts)
        ]
    return words


def agreed_by_time(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Pairs of the same word at about the same time, in order, as many and as close as can be."""
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for left in range(len(one) - 1, -1, -1):
        for right in range(len(other) - 1, -1, -1):
            paired = _likeness(one[left], other[right])
            best[left][right] = max(
                best[left + 1][right], best[left][right + 1], paired + best[left + 1][right + 1] if paired else 0.0
            )
    pairs, left, right = [], 0, 0
    while left < len(one) and right < len(other):
        paired = _likeness(one[left], other[right])
        if paired and best[left][right] == paired + best[left + 1][right + 1]:
            pairs.append((left, right))
            left, right = left + 1, right + 1
        elif best[left][right] == best[left + 1][right]:
            left += 1
        else:
            right += 1
    return pairs


def _likeness(one: dict[str, Any], other: dict[str, Any]) -> float:
    """0 for words that are not the same; near 1 for one that both heard at one time. Two far ones are less than one near one."""
    apart = abs(_middle(one) - _middle(other))
    return (1 - apart / TOLERANCE) ** 2 if one["key"] == other["key"] and apart < TOLERANCE else 0.0


def agreed_by_text(one: list[str], other: list[str]) -> tuple[int, int] | None:
    """How many words of the end of one to take and of the beginning of the other to leave; None where nothing agrees.

    The longest end of the first that begins the second; else, as the edges of a piece are often misheard, two or more words that
    stand near both edges.
    """
    for size in range(min(len(one), len(other)), 0, -1):
        if one[-size:] == other[:size]:
            return len(one), size
    best = (0, 0, 0)
    for left in range(len(one)):
        for right in range(len(other)):
            size = 0
            while left + size < len(one) and right + size < len(other) and one[left + size] == other[right + size]:
                size += 1
            lost = len(one) - left - size + right
            if size >= 2 and lost <= size + 1 and size > best[0]:
                best = (size, left + size, right + size)
    return (best[1], best[2]) if best[0] else None


def taken(segments: list[dict[str, Any]], words: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The segments as far as their first ``count`` words reach."""
    return _kept(segments, words[:count])


def dropped(segments: list[dict[str, Any]], words: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The segments without their first ``count`` words."""
    return _kept(segments, words[count:])


def _kept(segments: list[dict[str, Any]], words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shares: dict[int, list[dict[str, Any]]] = {}
    for word in words:
        shares.setdefault(word["segment"], []).append(word)
    return [_cut(segments[number], share) for number, share in sorted(shares.items())]


def _cut(segment: dict[str, Any], words: list[dict[str, Any]]) -> dict[str, Any]:
    """The segment with these of its words alone; as it was when they are all."""
    if "words" in segment:
        if len(words) == len(segment["words"]):
            return segment
        kept = [{"word": word["word"], "start": word["start"], "end": word["end"]} for word in words]
        text = "".join(word["word"] for word in kept).strip()
        return {**segment, "start": kept[0]["start"], "end": kept[-1]["end"], "text": text, "words": kept}
    text = "".join(word["word"] for word in words).strip()
    if text == segment["text"]:
        return segment
    return {**segment, "start": round(words[0]["start"], 3), "end": round(words[-1]["end"], 3), "text": text}


def _middle(word: dict[str, Any]) -> float:
    return float(word["start"] + word["end"]) / 2
