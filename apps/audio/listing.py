"""The list of recordings: newest first, with the state of each one's newest transcript."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from apps.audio.models import LIVE, Recording, State, Transcript
from apps.core.searching import containing

PAGE = 40
STATES = dict(State.choices)


def found(user, team, q=""):
    """The recordings of a team that the person may see and that have these words in their title; newest first."""
    recordings = Recording.objects.visible_to(user).filter(team=team)
    if q:
        recordings = recordings.filter(containing("title", q) | containing("name", q))
    return recordings.order_by("-created_at", "-pk")


def named(request, query):
    """Recordings for the palette, each with its page."""
    if not request.membership:
        return []
    recordings = found(request.user, request.membership.team_id, query).only("pk", "title", "name")[:8]
    return [{"name": str(one), "kind": "Recording", "url": reverse("recording", args=[one.pk])} for one in recordings]


def listing(user, team, q="", before=""):
    """Context of ``audio/_list.html``: rows, and the cursor of what comes after."""
    q = q.strip()[:200]
    recordings = found(user, team, q) if team else Recording.objects.none()
    moment = parse_moment(before)
    if moment:
        recordings = recordings.filter(created_at__lt=moment)
    newest = Transcript.objects.filter(recording=OuterRef("pk"), of=None).order_by("-created_at")
    latest = {name: Subquery(newest.values(name)[:1]) for name in ("state", "language", "pk")}
    recordings = (
        recordings.select_related("created_by")
        .defer("peaks")
        .annotate(
            transcript_state=latest["state"],
            transcript_language=latest["language"],
            transcript_pk=latest["pk"],
            count=Count("transcripts", filter=Q(transcripts__of=None)),
        )
    )
    rows = list(recordings[: PAGE + 1])
    for row in rows:
        row.state_words = STATES.get(row.transcript_state, "")
        row.is_live = row.transcript_state in LIVE
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return {"recordings": rows, "next": rows[-1].created_at.isoformat() if more else "", "query": q, "before": moment}


def parse_moment(value):
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
