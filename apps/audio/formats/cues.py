"""Subtitles: when which words stand on the screen, in how many lines."""

from bisect import bisect_left
from itertools import accumulate, zip_longest
from typing import NamedTuple

from apps.audio.documents import aligning
from apps.audio.formats import printable

SENTENCE, CLAUSE = ".!?…。！？", ",;:،、，"


class Shape(NamedTuple):
    """What a cue may be: characters of a line, lines, characters per second that people read, seconds that it stands."""

    length: int = 42
    lines: int = 2
    speed: float = 17
    shortest: float = 1.0
    longest: float = 7.0


class Cue(NamedTuple):
    start: float
    end: float
    lines: list
    speaker: str = ""


def cues(segments, shape):
    """Cues in order, none over another: each holds words of one segment, and stands long enough to be read where there is room."""
    found = [cue for segment in segments for cue in of_segment(segment, shape)]
    made, at = [], 0.0
    for cue, following in zip_longest(found, found[1:]):
        start = max(at, cue.start)
        wanted = max(shape.shortest, len(" ".join(cue.lines)) / shape.speed, cue.end - start)
        room = following.start - start if following else wanted
        # Two words that the API heard at one time still come one after the other.
        at = start + max(0.002, min(wanted, max(room, 0), max(shape.longest, cue.end - start)))
        made.append(cue._replace(start=start, end=at))
    return made


def of_segment(segment, shape):
    found = list(cut(segment, shape))
    found[-2:] = evened(found[-2:], shape)
    return [cue_of(words, segment, shape) for words in found]


def cut(segment, shape):
    """The words of one cue after the other, each as full as it may be."""
    held = Held(shape)
    for word in aligning.timed(segment):
        text = printable(word["word"]).strip()
        if not text:
            continue
        now = {**word, "word": (" " if word["word"][:1].isspace() else "") + text}
        if held.words and not held.takes(now):
            full, rest = parted(held.words)
            yield full
            held = Held(shape, rest)
            if rest and not held.takes(now):
                yield rest
                held = Held(shape)
        held.add(now)
    if held.words:
        yield held.words


class Held:
    """Words that make a cue, and how far they fill it, so that each word is laid out once."""

    def __init__(self, shape, words=()):
        self.shape, self.words, self.lines, self.width = shape, [], 0, 0
        for word in words:
            self.add(word)

    def add(self, word):
        self.lines, self.width = self.laid(word)
        self.words.append(word)

    def takes(self, word):
        """Whether this word fits in behind the others."""
        return word["end"] - self.words[0]["start"] <= self.shape.longest and self.laid(word)[0] <= self.shape.lines

    def laid(self, word):
        """(lines, characters in the last of them) with this word behind the others; as ``wrapped`` lays them out."""
        width = self.width + len(word["word"])
        return (self.lines, width) if self.lines and width <= self.shape.length else (self.lines + 1, len(word["word"].lstrip()))


def parted(words):
    """Where a full cue ends: after the last sentence or clause in its second half, if there is one."""
    for marks in (SENTENCE, CLAUSE):
        for n in range(len(words) - 1, len(words) // 2, -1):
            if ends(words[n - 1], marks):
                return words[:n], words[n:]
    return words, []


def ends(word, marks):
    return word["word"].rstrip("\"'”’»)")[-1:] in tuple(marks)


def evened(pair, shape):
    """The last two cues of a segment: what is too short to read takes words of the one before, unless that ends with a clause."""
    if len(pair) < 2 or ends(pair[0][-1], SENTENCE + CLAUSE) or pair[1][-1]["end"] - pair[1][0]["start"] >= shape.shortest:
        return pair
    words = pair[0] + pair[1]
    # The more words, the fuller: from the first cut that leaves few enough to the last that takes few enough.
    places = range(1, len(words))
    first = bisect_left(places, True, key=lambda n: fits(words[n:], shape))
    last = bisect_left(places, True, key=lambda n: not fits(words[:n], shape))
    lengths = list(accumulate(len(word["word"]) for word in words))
    middle = lengths[-1] / 2
    n = min(places[first:last], key=lambda n: abs(lengths[n - 1] - middle), default=len(pair[0]))
    return [words[:n], words[n:]]


def fits(words, shape):
    short = words[-1]["end"] - words[0]["start"] <= shape.longest
    return short and len(wrapped([word["word"] for word in words], shape.length)) <= shape.lines


def cue_of(words, segment, shape):
    texts = [word["word"] for word in words]
    return Cue(words[0]["start"], words[-1]["end"], balanced(texts, shape), printable(segment.get("speaker", "")))


def wrapped(words, length):
    """Lines of up to so many characters; a word that is longer has one to itself."""
    lines: list = []
    for word in words:
        if lines and len(lines[-1]) + len(word) <= length:
            lines[-1] += word
        else:
            lines.append(word.lstrip())
    return lines


def balanced(words, shape):
    """As few lines as it needs, of about one length."""
    count = len(wrapped(words, shape.length))
    least, most = 1, shape.length
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if len(wrapped(words, middle)) <= count else (middle + 1, most)
    lines = wrapped(words, least)
    # A number alone in the last line passes for the number of the next cue.
    if len(lines) > 1 and lines[-1].isdecimal():
        lines[-2:] = [f"{lines[-2]} {lines[-1]}"]
    return lines
