"""How much the recordings of a team may take together."""

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Coalesce, Greatest

from apps.audio.models import Recording, Upload


class NoRoom(Exception):
    """In words."""


def check(team, size, states=Upload.WAITING, but=None):
    """The bytes that the team has room for beside its recordings, and uploads in these states; None: any.

    Raises NoRoom where a recording of this size would be too much.
    """
    left = left_for(team, states, but)
    if left is not None and (size > left or left <= 0):
        raise NoRoom(words(team, size, states, but))
    return left


def left_for(team, states, but=None):
    """Bytes; None where there is no limit."""
    if not settings.TEAM_LIMIT:
        return None
    return settings.TEAM_LIMIT - kept_by(team) - held_by(coming(team, states, but))


def words(team, size, states, but=None):
    kept, held = kept_by(team), held_by(coming(team, states, but))
    what = "The recordings of your team and what is on its way" if held else "The recordings of your team"
    this = f", and this has {megabytes(size)}" if size else ""
    together = f"{megabytes(settings.TEAM_LIMIT)} that they may take together"
    return f"{what} take {megabytes(kept + held)} of the {together}{this}. Delete some of them first."


def coming(team, states, but=None):
    return Upload.objects.filter(team=team, state__in=states).exclude(pk=but)


def kept_by(team):
    return Recording.objects.filter(team=team).aggregate(kept=Sum("size"))["kept"] or 0


def held_by(uploads):
    """Bytes; of what nobody announced a size for, those that have come."""
    return uploads.aggregate(held=Sum(Greatest("received", Coalesce("size", "received"))))["held"] or 0


def megabytes(size):
    return f"{size / 1024 / 1024:,.1f} MB" if size < 10 * 1024 * 1024 else f"{size / 1024 / 1024:,.0f} MB"
