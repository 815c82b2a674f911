"""Uploads: begun, fed piece by piece, given up. Whatever breaks, the next piece goes where the last one ended."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.audio.intake import parts, room
from apps.audio.intake.room import held_by, megabytes
from apps.audio.models import Upload

# Of one person at a time; more are taken as soon as some are done.
MOST_WAITING = 20
# Bytes that the waiting uploads of a person may take together, in recordings of the largest size.
MOST_ROOM = 2
# How often a recorder can begin anew within one recording.
MOST_PARTS = 500
PIECE = 2 * 1024 * 1024
KEPT = timedelta(hours=24)


class Elsewhere(Exception):
    """The piece does not begin where the last one ended: ``offset`` says where that is."""

    def __init__(self, offset):
        super().__init__(offset)
        self.offset = offset


class TooLarge(Exception):
    """In words."""


class TooMany(Exception):
    """In words."""


def begin(team, user, **fields):
    """A new Upload. Raises TooLarge, TooMany and NoRoom."""
    sweep()
    size = fields.get("size") or 0
    if size > settings.RECORDING_LIMIT:
        raise TooLarge(f"It is {megabytes(size)}; a recording may have up to {megabytes(settings.RECORDING_LIMIT)}.")
    waiting = waiting_of(user)
    if waiting.count() >= MOST_WAITING:
        raise TooMany(f"{MOST_WAITING} of your uploads are under way or unfinished. Finish or discard some of them first.")
    held = held_by(waiting)
    most = MOST_ROOM * settings.RECORDING_LIMIT
    if held + size > most:
        raise TooMany(f"Your unfinished uploads take {megabytes(held)} of {megabytes(most)}. Finish or discard some of them first.")
    room.check(team, size)
    return Upload.objects.create(team=team, created_by=user, **fields)


def waiting_of(user):
    """The person's uploads that are not done; what was refused stays for a day to be read."""
    return Upload.objects.editable_by(user).filter(created_by=user, state__in=Upload.WAITING)


def take(upload, offset, data, anew=False):
    """Add a piece, the first of a recorder that began anew when it says so; the new offset.

    Raises Elsewhere, TooLarge, and OSError where there is no room for it.
    """
    with transaction.atomic():
        # Until it is in its place, nobody looks at the file, gives it up, or adds another piece.
        fresh = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if fresh is None or fresh.state != Upload.RECEIVING or offset != fresh.received:
            raise Elsewhere(fresh.received if fresh else 0)
        check(fresh, offset + len(data), len(data))
        parts.write(fresh.pk, offset, data)
        if anew and offset and len(fresh.parts) < MOST_PARTS:
            fresh.parts = [*fresh.parts, offset]
        fresh.received, fresh.updated_at = offset + len(data), timezone.now()
        fresh.save(update_fields=["received", "updated_at", "parts"])
    return fresh.received


def check(upload, end, more):
    """Raises TooLarge where it cannot have so many bytes, ``more`` of them now."""
    if end > min(settings.RECORDING_LIMIT, settings.RECORDING_LIMIT if upload.size is None else upload.size):
        raise TooLarge(f"This is more than was announced, or than a recording may have ({megabytes(settings.RECORDING_LIMIT)}).")
    if upload.size is None and held_by(waiting_of(upload.created_by)) + more > MOST_ROOM * settings.RECORDING_LIMIT:
        raise TooLarge("Your unfinished uploads take all the room there is for them. Finish or discard some of them first.")


def cancel(upload):
    """Give it up: nothing of it is left, but for a recording that it has become."""
    Upload.objects.filter(pk=upload.pk).delete()
    parts.remove(upload.pk)


def sweep():
    """What nobody went on with for a day goes, and so do files without a row."""
    old = Upload.objects.filter(updated_at__lt=timezone.now() - KEPT)
    for pk in list(old.values_list("pk", flat=True)):
        Upload.objects.filter(pk=pk).delete()
        parts.remove(pk)
    parts.left_over(set(Upload.objects.exclude(Q(state=Upload.DONE) | Q(state=Upload.REFUSED)).values_list("pk", flat=True)))
