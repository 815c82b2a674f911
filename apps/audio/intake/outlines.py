"""Outlines of long recordings: made when somebody looks at one, one after the other, beside everything else."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from apps.audio.intake.checking import local
from apps.audio.models import Recording
from apps.audio.sound import apart
from apps.audio.sound.containers import NotSound

logger = logging.getLogger(__name__)

_pool = ThreadPoolExecutor(1, thread_name_prefix="outlines")
_asked: set[str] = set()
_lock = threading.Lock()


def soon(recording):
    """Make it, unless somebody already does; one that cannot be made is not tried again by this process."""
    with _lock:
        if recording.pk in _asked:
            return
        _asked.add(recording.pk)
    _pool.submit(make, recording.pk)


def make(pk):
    try:
        recording = Recording.objects.get(pk=pk)
        with local(recording) as path:
            peaks = apart.peaks(path, recording.duration)
        Recording.objects.filter(pk=pk).update(peaks=peaks)
        with _lock:
            _asked.discard(pk)
    except (Recording.DoesNotExist, NotSound, OSError) as error:
        logger.warning("no outline of %s: %s", pk, error)
    finally:
        connections.close_all()
