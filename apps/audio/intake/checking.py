"""From a whole upload to a Recording: looked at apart, written once more where it has no index, put into storage."""

import contextlib
import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from apps.accounts.models import Team
from apps.audio.intake import names, parts, room
from apps.audio.models import Recording, Upload
from apps.audio.sound import apart
from apps.audio.sound.containers import NotSound
from apps.core.text import clock

logger = logging.getLogger(__name__)

# Beside the threads that answer requests, which must not wait for a long file.
_pool = ThreadPoolExecutor(2, thread_name_prefix="checking")
# Seconds that a request waits for the verdict; after that the page asks again.
PATIENCE = 8
# Longer than looking takes at most: whoever did it is gone.
STALE = timedelta(seconds=2 * apart.LOOKING + 60)
# Of a recording up to so long the outline is made at once.
OUTLINED = 300
TRY_AGAIN = "It could not be stored: the disk of the server is full or cannot be written. Make room on it and upload it again."


class Local(File):
    """A file that storage may move instead of copying it."""

    def temporary_file_path(self):
        return self.file.name

    def close(self):
        # Moved away, it is no longer there to be closed as a temporary file would be.
        self.file.close()


def finish(upload, patience=PATIENCE):
    """Check a whole upload, once however often it is asked for; the row as it stands after some seconds at most.

    Raises NoRoom; the upload is then as it was.
    """
    if begins(upload):
        begun = _pool.submit(check, upload.pk)
        with contextlib.suppress(TimeoutError):
            begun.result(patience)
    upload.refresh_from_db()
    return upload


def begins(upload):
    """True for the one that has it checked."""
    free = Upload.objects.filter(pk=upload.pk, state__in=(Upload.RECEIVING, Upload.FETCHING))
    lost = Upload.objects.filter(pk=upload.pk, state=Upload.CHECKING, updated_at__lt=timezone.now() - STALE)
    with transaction.atomic():
        # Of a team one after the other: two that are finished at once do not both take the last room.
        Team.objects.select_for_update().filter(pk=upload.team_id).first()
        begins = (free | lost).update(state=Upload.CHECKING, updated_at=timezone.now())
        if begins:
            # A piece may have come since the row was read; none comes any more.
            upload.refresh_from_db()
            room.check(upload.team_id, upload.received, [Upload.CHECKING], but=upload.pk)
    return begins


def check(pk):
    """In a thread of its own: the recording, or the words of its refusal, in the row of the upload."""
    try:
        upload = Upload.objects.select_related("created_by").get(pk=pk)
        taken(upload)
    except Upload.DoesNotExist:
        pass
    except NotSound as refused:
        refuse(pk, str(refused))
    except DatabaseError:
        # It stays as it is, and is checked again when it is asked for once more.
        logger.exception("upload %s", pk)
        with contextlib.suppress(DatabaseError):
            Upload.objects.filter(pk=pk, state=Upload.CHECKING).update(state=Upload.RECEIVING)
    except OSError:
        logger.exception("upload %s", pk)
        refuse(pk, TRY_AGAIN)
    except Exception:
        logger.exception("upload %s", pk)
        refuse(pk, "It could not be looked at: something broke on our side.")
    finally:
        connections.close_all()


def refuse(pk, words):
    # Before anybody knows: who tries again at once begins a file of the same name.
    parts.remove(pk)
    Upload.objects.filter(pk=pk).update(state=Upload.REFUSED, error=words[:300], updated_at=timezone.now())


def taken(upload):
    """Raises NotSound, OSError; nothing is left of a recording that was not taken."""
    path = parts.cut(upload.pk, upload.received)
    found, path = looked_at(upload, path)
    if found.duration > settings.RECORDING_SECONDS:
        raise NotSound(f"It lasts {clock(found.duration)}; a recording may last up to {clock(settings.RECORDING_SECONDS)}.")
    name = upload.name
    recording = Recording(
        team_id=upload.team_id,
        created_by=upload.created_by,
        origin=upload.origin,
        title=names.title(name),
        name=name,
        url=upload.url,
        media_type=found.media_type,
        size=path.stat().st_size,
        duration=found.duration,
        note=found.note,
    )
    if found.duration <= OUTLINED:
        with contextlib.suppress(NotSound):
            recording.peaks = apart.peaks(path, found.duration)
    with path.open("rb") as file:
        recording.file.save(recording.pk, Local(file, name=recording.pk), save=False)
    try:
        with transaction.atomic():
            recording.save(force_insert=True)
            done = {"state": Upload.DONE, "recording": recording, "updated_at": timezone.now()}
            if not Upload.objects.filter(pk=upload.pk, state=Upload.CHECKING).update(**done):
                raise Upload.DoesNotExist
    except BaseException:
        recording.file.storage.delete(recording.file.name)
        raise
    finally:
        parts.remove(upload.pk)


def looked_at(upload, path):
    """(Found, path of the file to keep): what a browser recorded is given a length and an index first."""
    found = apart.probe(path)
    if not found.endless and not upload.parts:
        return found, path
    target = parts.rewritten(upload.pk)
    try:
        apart.remux(path, target, upload.received, upload.parts)
        return apart.probe(target), target
    except NotSound:
        # It can be heard as it is; only going to a place in it is slow.
        return found, path


@contextlib.contextmanager
def local(recording):
    """The path of a recording's sound, copied beside us where storage is elsewhere."""
    try:
        yield Path(recording.file.path)
        return
    except NotImplementedError:
        pass
    with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR) as copy:
        with recording.file.open("rb") as file:
            for chunk in file.chunks():
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
