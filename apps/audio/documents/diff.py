"""Two texts word by word: what is the same, what went, what came."""

from bisect import bisect_left
from collections import Counter
from itertools import groupby

from apps.audio.documents import matching, tokens

SAME, GONE, NEW, OTHER = "same", "gone", "new", "other"
# So many words in a row that occur once in both texts are the same place of both.
ANCHOR = 3
# Stretches between anchors that are longer than this are not compared word by word: it would take minutes.
MOST = 4000


def compare(before, after, key=tokens.key):
    """[(kind, from, to, from, to)] over two lists of words: SAME, GONE, NEW, or OTHER where one stands for the other."""
    a, b = ([key(word) for word in side] for side in (before, after))
    found, i, k, effort = [], 0, 0, matching.Effort()
    for x, y in [*anchors(a, b), (len(a), len(b))]:
        found += between(a, b, i, x, k, y, effort)
        i, k = x, y
    merged: list = []
    for kind, i, j, k, m in found:
        if merged and merged[-1][0] == kind == SAME:
            merged[-1] = (kind, merged[-1][1], j, merged[-1][3], m)
        else:
            merged.append((kind, i, j, k, m))
    return merged


def between(a, b, i, j, k, m, effort):
    if i == j and k == m:
        return []
    if max(j - i, m - k) > MOST:
        return [(OTHER, i, j, k, m)]
    kinds = {"equal": SAME, "delete": GONE, "insert": NEW, "replace": OTHER}
    codes = matching.opcodes(a[i:j], b[k:m], effort)
    return [(kinds[tag], i + w, i + x, k + y, k + z) for tag, w, x, y, z in codes]


def anchors(a, b):
    """Places of both texts that are surely the same, in order: [(place, place)], the patience of a diff that stays quick."""
    a_runs, b_runs = ([tuple(side[n : n + ANCHOR]) for n in range(len(side) - ANCHOR + 1)] for side in (a, b))
    once_a, once_b = ({run for run, count in Counter(runs).items() if count == 1} for runs in (a_runs, b_runs))
    place = {run: n for n, run in enumerate(b_runs) if run in once_b}
    pairs = [(n, place[run]) for n, run in enumerate(a_runs) if run in once_a and run in place]
    # The longest list of them that rises in both.
    ends: list[int] = []
    tails: list[int] = []
    before: list = []
    for number, (_, y) in enumerate(pairs):
        at = bisect_left(ends, y)
        before.append(tails[at - 1] if at else None)
        ends[at : at + 1], tails[at : at + 1] = [y], [number]
    at = tails[-1] if tails else None
    rising = []
    while at is not None:
        rising.append(pairs[at])
        at = before[at]
    return rising[::-1]


def counts(codes):
    """How many words are the same, gone, new, other; how many there are before and after; and the ``rate`` of those that differ
    to those before, as a word error rate counts.
    """
    same = sum(j - i for kind, i, j, _, _ in codes if kind == SAME)
    gone, new, other = 0, 0, 0
    for kind, i, j, k, m in codes:
        if kind != SAME:
            both = min(j - i, m - k)
            other, gone, new = other + both, gone + j - i - both, new + m - k - both
    before, after = same + gone + other, same + new + other
    rate = (gone + new + other) / before if before else float(bool(after))
    return {"same": same, "gone": gone, "new": new, "other": other, "before": before, "after": after, "rate": rate}


def words_of(segments):
    """[(word, number of its segment)]."""
    return [(word, number) for number, segment in enumerate(segments) for word in tokens.words(segment["text"])]


def lines(before, after, key=tokens.key):
    """(rows for a page that shows two lists of segments, the counts): {"start", "changed", "old", "new", "both"} of each row.

    ``old`` and ``new`` are [(kind, text)]; ``both`` is the same in one reading, what went ahead of what came.
    A row begins where a segment of the newer text does; what was alone in the older stands in the row it followed.
    """
    olds, news = words_of(before), words_of(after)
    codes = compare([word for word, _ in olds], [word for word, _ in news], key)
    pieces = []
    row = 0
    for kind, i, j, k, m in codes:
        for n in range(max(j - i, m - k)):
            left = olds[i + n] if n < j - i else None
            right = news[k + n] if n < m - k else None
            row = right[1] if right else row
            pieces.append((row, kind, left and left[0], right and right[0]))
    rows = []
    for number, group in groupby(pieces, key=lambda piece: piece[0]):
        found = list(group)
        segment = after[number] if number < len(after) else {}
        rows.append(
            {
                "start": segment.get("start"),
                "id": segment.get("id"),
                "speaker": segment.get("speaker", ""),
                "changed": any(kind != SAME for _, kind, *_ in found),
                "old": runs((kind, left) for _, kind, left, _ in found if left),
                "new": runs((kind, right) for _, kind, _, right in found if right),
                "both": reading(found),
            }
        )
    return rows, counts(codes)


def runs(words):
    """[(kind, text)] of words that are alike in kind."""
    return [(kind, " ".join(word for _, word in group)) for kind, group in groupby(words, key=lambda word: word[0])]


def reading(pieces):
    told = []
    for same, group in groupby(pieces, key=lambda piece: piece[1] == SAME):
        found = list(group)
        if not same:
            told.append((GONE, " ".join(left for _, _, left, _ in found if left)))
        told.append((SAME if same else NEW, " ".join(right for *_, right in found if right)))
    return [(kind, text) for kind, text in told if text]
