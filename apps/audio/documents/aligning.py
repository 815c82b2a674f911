"""Words and their times: what a person rewrites keeps the time of every word that stays."""

from itertools import accumulate, pairwise

from apps.audio.documents import matching, tokens


def timed(segment):
    """[{"word", "start", "end"}] for the words of the segment's text, whatever the API gave: times that never go back.

    Words that it did not time share what is there for them.
    """
    words = segment.get("words") or []
    if words and [word["word"].strip() for word in words] == tokens.words(segment["text"]):
        return [{**word, "start": a, "end": b} for word, (a, b) in zip(words, forwards(ends(words)), strict=True)]
    return realign(words, segment["text"], segment["start"], segment["end"])


def ends(words):
    return [(word["start"], word["end"]) for word in words]


def realign(words, text, start, end, effort=None):
    """The words of ``text`` with times: those that were there keep theirs, what is new shares the time between its neighbours."""
    old = [part for word in words for part in parts(word)]
    spans = tokens.places(text)
    new = [text[a:b] for a, b in spans]
    times: list = [None] * len(new)
    for tag, i, j, k, m in matching.opcodes([tokens.key(word) for word, *_ in old], [tokens.key(word) for word in new], effort):
        # One for one is another writing of the same sound.
        if tag == "equal" or (tag == "replace" and j - i == m - k):
            times[k:m] = [old[n][1:] for n in range(i, j)]
        elif tag == "replace":
            times[k:m] = share(new[k:m], old[i][1], old[j - 1][2])
    fill(times, new, start, end)
    blanks = [text[previous:here] for (_, previous), (here, _) in pairwise([(0, 0), *spans])]
    return [
        {"word": (" " if blank or not n else "") + word, "start": a, "end": b}
        for n, (word, blank, (a, b)) in enumerate(zip(new, blanks, forwards(times), strict=True))
    ]


def parts(word):
    """(text, start, end) of each of our words within one of the API's."""
    found = tokens.words(word["word"])
    return list(zip(found, *zip(*share(found, word["start"], word["end"]), strict=True), strict=True)) if found else []


def share(words, start, end):
    """A time for each word, by its length."""
    total = sum(map(len, words)) or 1
    step, at, shared = max(0, end - start) / total, start, []
    for word in words:
        shared.append((at, at + step * len(word)))
        at += step * len(word)
    return shared


def fill(times, words, start, end):
    """Times where there are none: each gap shares what lies between its neighbours."""
    k = 0
    while k < len(times):
        if times[k] is None:
            m = next((n for n in range(k, len(times)) if times[n]), len(times))
            before = times[k - 1][1] if k else start
            after = times[m][0] if m < len(times) else end
            times[k:m] = share(words[k:m], before, max(before, after))
            k = m
        k += 1


def forwards(times):
    """The same, where none begins before the one ahead of it has begun, nor ends before it begins."""
    at = None
    for start, end in times:
        start = start if at is None else max(at, start)
        at = start
        yield round(start, 3), round(max(start, end), 3)


def placed(segment):
    """[[from, to, start, end]]: the words by their place in the text without the blanks around it, as scripts count (UTF-16)."""
    text = segment["text"].strip()
    spans = tokens.places(text)
    if any(sign > "\uffff" for sign in text):
        at = list(accumulate((1 + (sign > "\uffff") for sign in text), initial=0))
        spans = [(at[a], at[b]) for a, b in spans]
    return [[a, b, word["start"], word["end"]] for (a, b), word in zip(spans, timed(segment), strict=True)]
