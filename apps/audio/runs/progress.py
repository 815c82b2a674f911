"""How far a transcript's job is, in numbers and in words."""

from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, Sum

from apps.audio.models import LIVE, State, Transcript
from apps.audio.runs import cutting, waiting

DONE = Q(pieces__state=State.COMPLETE)


@dataclass(frozen=True)
class Progress:
    """``pieces`` is how many there will be, as far as that is known; ``seconds`` of ``wanted`` (or None) are done.

    ``ahead`` is how many jobs are begun before it while it waits.
    """

    state: str
    done: int
    pieces: int
    seconds: float
    wanted: float | None
    work: float
    ahead: int = 0

    @property
    def share(self):
        """Per cent, or None while that cannot be known."""
        if self.state == State.COMPLETE:
            return 100
        return min(99, int(100 * self.seconds / self.wanted)) if self.wanted else None

    @property
    def left(self):
        """Seconds until it is done, as fast as it was until now; None before there is anything to go by."""
        if self.state not in LIVE or not self.wanted or not self.seconds or not self.work:
            return None
        lanes = max(1, min(cutting.at_once(), self.pieces - self.done))
        return max(0.0, self.wanted - self.seconds) * self.work / self.seconds / lanes

    @property
    def words(self):
        said = [waiting.words(self.ahead)] if self.state == State.QUEUED else []
        if self.state != State.QUEUED and (self.state != State.RUNNING or not self.done):
            said.append(State(self.state).label)
        if self.pieces > 1 and self.state != State.COMPLETE:
            said.append(f"{self.done} of {self.pieces} pieces")
        if self.state in LIVE and self.share:
            said.append(f"{self.share} %")
        if self.left is not None:
            said.append(f"{cutting.spoken(self.left)} left")
        return " · ".join(said)

    def frame(self):
        return {
            "progress": {
                "state": self.state,
                "done": self.done,
                "pieces": self.pieces,
                "seconds": round(self.seconds, 1),
                "ahead": self.ahead,
            }
        }


def of(ids):
    """{id: Progress} of the transcripts there are among these; one query, and another while one of them waits."""
    rows = list(
        Transcript.objects.filter(pk__in=ids)
        .annotate(
            done=Count("pieces", filter=DONE),
            known=Count("pieces"),
            reached=Max("pieces__end"),
            heard=Sum(F("pieces__end") - F("pieces__start"), filter=DONE),
            work=Sum("pieces__total_time", filter=DONE),
        )
        .values_list(
            "pk", "state", "start", "end", "recording__duration", "recording__file", "done", "known", "reached", "heard", "work"
        )
    )
    ahead = waiting.ahead([row[0] for row in rows if row[1] == State.QUEUED])
    return {row[0]: _progress(ahead.get(row[0], 0), *row[1:]) for row in rows}


def _progress(ahead, state, start, end, duration, file, done, known, reached, heard, work):
    wanted = None
    if file and (duration is not None or end is not None):
        wanted = max(0.0, min(value for value in (end, duration) if value is not None) - (start or 0.0))
    pieces = known
    if state in LIVE and wanted is not None and (rest := wanted - max(0.0, (reached or 0.0) - (start or 0.0))) > 1:
        pieces += cutting.plan().count(rest, known + 1)
    # Overlaps are heard twice.
    seconds = max(0.0, (heard or 0.0) - max(0, done - 1) * cutting.OVERLAP)
    return Progress(state, done, max(pieces, 1), seconds, wanted, work or 0.0, ahead)
