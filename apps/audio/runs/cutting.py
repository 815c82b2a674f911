"""A recording cut into pieces that the API takes: where, and how many there will be."""

from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.db.models import F, Sum
from django.utils.functional import cached_property

from apps.audio.models import Piece, State
from apps.core import connection

# Seconds. The first pieces are short, so that there is text to read soon; each may be twice as long as the one before.
FIRST = 30.0
OVERLAP = 2.4
# 25 MB of a FLAC that cannot be made smaller, with what may follow a cut.
LONGEST = 750.0
# A little less than the engine hears in one go, and how many of that at the same time.
ENGINE_LONGEST, ENGINE_AT_ONCE = 150.0, 2
# A cut is looked for in this part of the piece before its limit; less than this much is no piece of its own.
ROOM, REST = 0.25, 8.0
# A piece that was too much for the API is asked for again in halves; not in less than this.
SHORTEST = 30.0
# Earlier pieces that tell how fast a model is.
MEASURED = 40


@dataclass(frozen=True)
class Plan:
    """How long pieces may be: ``longest`` seconds."""

    longest: float

    def limit(self, number):
        """Of the piece with this number, from 1."""
        return min(self.longest, FIRST * 2 ** min(number - 1, 10))

    def count(self, seconds, number=1):
        """About how many pieces there will be of so much sound, the first of them with this number."""
        first, rest = number, seconds
        while rest > self.limit(number) + REST:
            if self.limit(number) == self.longest:
                return number - first + ceil((rest - REST) / self.fresh(number))
            rest -= self.fresh(number)
            number += 1
        return number - first + 1

    def fresh(self, number):
        """Seconds that a piece adds to those before it, as a rule."""
        return self.limit(number) * (1 - ROOM / 2) - OVERLAP

    def shorter(self, seconds):
        """After a piece of so many seconds was too much."""
        return Plan(max(SHORTEST, min(self.longest, seconds / 2)))


def plan():
    if settings.PIECE_SECONDS:
        return Plan(min(LONGEST, max(SHORTEST, settings.PIECE_SECONDS)))
    return Plan(600.0 if connection.configured() else ENGINE_LONGEST)


def gaps(done, start=0.0, end=None):
    """The stretches still to be asked for, beside those that are ``done`` [(start, end)]: [(start, end or None: to the end)].

    With the overlap into what is done on either side, except where the recording, or what is wanted of it, begins.
    """
    found, reached = [], None
    for begin, until in sorted(done):
        if begin > (start if reached is None else reached) + 0.01:
            found.append((start if reached is None else max(start, reached - OVERLAP), begin + OVERLAP))
        reached = until if reached is None else max(reached, until)
    if reached is None:
        return [(start, end)]
    if end is None or reached < end - 0.1:
        found.append((max(start, reached - OVERLAP), end))
    return found


def cut(sound, gaps, plan, number=0):
    """[(start, end, samples)] one after the other, out of blocks of samples: each cut at the quietest place near its limit.

    ``number`` pieces are there already. What is only the overlap with something done is no piece.
    """
    from apps.audio.sound.decoding import RATE
    from apps.audio.sound.silence import quietest
    from apps.audio.sound.window import Window

    window = Window(sound)
    for place, (start, end) in enumerate(gaps):
        begin, until = round(start * RATE), None if end is None else round(end * RATE)
        follows = place > 0 or number > 0
        while True:
            limit = round(plan.limit(number + 1) * RATE)
            last = begin + limit + round(REST * RATE)
            ends = until is not None and until <= last
            wanted = max(0, (until if ends else last) - begin)
            held = window.between(begin, begin + wanted)
            if ends or len(held) < wanted:
                if len(held) > (OVERLAP * RATE + RATE // 20 if follows else 0):
                    number += 1
                    yield begin / RATE, (begin + len(held)) / RATE, held
                break
            number += 1
            middle = quietest(held, round(limit * (1 - ROOM)), limit)
            stop = middle + round(OVERLAP / 2 * RATE)
            yield begin / RATE, (begin + stop) / RATE, held[:stop]
            follows = True
            begin += middle - round(OVERLAP / 2 * RATE)


@dataclass(frozen=True)
class Estimate:
    """What a transcript of so many seconds of sound will take; ``rate``: seconds of work for each, when that is known."""

    seconds: float | None
    pieces: int
    rate: float | None

    @cached_property
    def time(self):
        """Seconds until it is done, or None."""
        return None if self.seconds is None or self.rate is None else self.seconds * self.rate

    @property
    def words(self):
        if self.seconds is None:
            return "One request: the API fetches the recording itself."
        words = "One request." if self.pieces == 1 else f"About {self.pieces} pieces."
        return words if self.time is None else f"{words} It will take {spoken(self.time)}, as fast as this model was lately."


def estimate(recording, parameters, model, start=None, end=None):
    """The Estimate for a transcript of the recording, or of a stretch of it."""
    if recording.is_linked or recording.duration is None:
        return Estimate(None if recording.is_linked else recording.duration, 1, None)
    seconds = max(0.0, min(recording.duration, end or recording.duration) - (start or 0.0))
    return Estimate(seconds, plan().count(seconds), measured(model))


def measured(model):
    """Seconds of work for a second of sound, as lately measured with this model; None before."""
    lately = Piece.objects.filter(
        transcript__model=model, state=State.COMPLETE, total_time__isnull=False, end__gt=F("start") + 5
    ).order_by("-pk")[:MEASURED]
    found = Piece.objects.filter(pk__in=list(lately.values_list("pk", flat=True))).aggregate(
        work=Sum("total_time"), sound=Sum(F("end") - F("start"))
    )
    return found["work"] / found["sound"] / at_once() if found["sound"] else None


def at_once():
    """How many pieces are asked for at the same time."""
    return settings.PIECES_AT_ONCE if connection.configured() else min(settings.PIECES_AT_ONCE, ENGINE_AT_ONCE)


def spoken(seconds):
    """About how long that is, in words."""
    if seconds < 50:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {max(1, minutes)} min"
    return f"about {minutes // 60} h {minutes % 60} min"
