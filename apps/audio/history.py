"""The versions of a transcript: every change of its text goes through here."""

from datetime import timedelta
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from apps.audio.documents import editing
from apps.audio.documents.segments import text_of
from apps.audio.models import Transcript, Version

# Edits of one person that follow one another within this time are one version.
TOGETHER = timedelta(minutes=10)
EDITED = "Edited"


class Overtaken(Exception):
    """Somebody else wrote meanwhile; ``version`` is what stands now."""

    def __init__(self, version):
        super().__init__("The text was changed meanwhile.")
        self.version = version


def edit(transcript, user, number, revision, operations, note=EDITED):
    """(the version that holds it, the operations that undo it); raises Overtaken, editing.Gone or editing.Wrong.

    Two people may edit different segments at once. Only what was ``seen`` as it stands is written over.
    """
    with transaction.atomic():
        version = current(transcript)
        if (version.number, version.revision) != (number, revision) and unseen(version.segments, operations):
            raise Overtaken(version)
        segments, undo = editing.apply(version.segments, operations)
        return keep(version, user, segments, note), undo


def put(transcript, user, make, note):
    """A new version with the segments that ``make`` makes of the newest one."""
    with transaction.atomic():
        version = current(transcript)
        return following(version, user, make(version), note)


def current(transcript):
    """The newest version, which nobody else writes into meanwhile; raises Version.DoesNotExist where there is none yet."""
    Transcript.objects.select_for_update().get(pk=transcript.pk)
    version = transcript.version
    if version is None:
        raise Version.DoesNotExist
    return version


def unseen(segments, operations):
    """Whether the operations would remove a text that is not the one that was seen."""
    now = {segment["id"]: segment["text"].strip() for segment in segments}
    return any(
        now.get(id) != (text.strip() if isinstance(text, str) else None)
        for operation in operations
        for id, text in zip_longest(operation["remove"], operation["seen"][: len(operation["remove"])])
    )


def keep(version, user, segments, note):
    """Into the person's own version of just now, or into a new one: what the API gave is never written over."""
    now = timezone.now()
    if note != EDITED or version.created_by_id != user.pk or version.note != EDITED or version.updated_at < now - TOGETHER:
        return following(version, user, segments, note)
    version.segments, version.text = segments, text_of(segments)
    version.revision, version.updated_at = version.revision + 1, now
    version.save(update_fields=["segments", "text", "revision", "updated_at"])
    return version


def following(version, user, segments, note):
    return Version.objects.create(
        transcript_id=version.transcript_id,
        number=version.number + 1,
        created_by=user,
        note=note[:200],
        segments=segments,
        text=text_of(segments),
    )
