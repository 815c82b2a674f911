"""Recordings fetched by their address: tasks of the server's loop, whose progress is the row of the upload.

A request only begins one. If the server ends meanwhile, the row stays and says so; the person tries again or discards it.
"""

import asyncio
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.audio.intake import checking, names, parts, room
from apps.audio.models import Upload
from apps.core import fetching, serving

logger = logging.getLogger(__name__)

# At once, on this server.
TOGETHER = 4
# Seconds in all, however steadily it comes.
LONGEST = 2 * 3600
# How often the row says how far it is, and how long it may be silent until nobody fetches any more.
TELL = 1.0
SILENT = timedelta(seconds=60)

# Uploads that take room beside a fetch; what people still send is looked at when it is whole.
FILLING = (Upload.CHECKING, Upload.FETCHING)

_tasks: dict[str, asyncio.Task] = {}


def begin(upload):
    """Fetch it from now on; False where no server runs that could."""
    return serving.soon(start, upload.pk, upload.url)


def start(pk, url):
    """On the loop."""
    if pk not in _tasks:
        _tasks[pk] = asyncio.ensure_future(fetch(pk, url))
        _tasks[pk].add_done_callback(lambda done: _tasks.pop(pk, None))


async def fetch(pk, url):
    try:
        while len(_tasks) > TOGETHER and list(_tasks).index(pk) >= TOGETHER:
            await asyncio.sleep(0.5)
            await serving.in_thread(tell, pk, {}, 0)
        await receive(pk, url)
    except (fetching.Refused, fetching.Broken, room.NoRoom) as refused:
        await serving.in_thread(checking.refuse, pk, str(refused))
    except Gone:
        parts.remove(pk)
    except OSError:
        logger.exception("fetch %s", pk)
        await serving.in_thread(checking.refuse, pk, checking.TRY_AGAIN)
    except Exception:
        logger.exception("fetch %s", pk)
        await serving.in_thread(checking.refuse, pk, "It could not be fetched: something broke on our side.")


class Gone(Exception):
    """It was given up meanwhile."""


async def receive(pk, url):
    limits = fetching.Limits(size=settings.RECORDING_LIMIT, seconds=LONGEST)
    got, told = 0, time.monotonic()
    async with fetching.opened(url, limits) as body:
        left = await serving.in_thread(tell, pk, {"size": body.size, "name": names.label(body.name)}, body.size or 0)
        async for chunk in body.chunks():
            if left is not None and got + len(chunk) > left:
                await serving.in_thread(tell, pk, {"received": got}, got + len(chunk))
            await serving.in_thread(parts.write, pk, got, chunk)
            got += len(chunk)
            if time.monotonic() - told > TELL:
                told = time.monotonic()
                left = await serving.in_thread(tell, pk, {"received": got}, got)
    await serving.in_thread(tell, pk, {"received": got}, got)
    await serving.in_thread(check, pk)


def tell(pk, news, size):
    """Say how far it is; the bytes that the team has room for (None: any). Raises Gone, and NoRoom where ``size`` is more."""
    upload = Upload.objects.filter(pk=pk, state=Upload.FETCHING)
    if not upload.update(updated_at=timezone.now(), **news):
        raise Gone
    team = upload.values_list("team_id", flat=True).first()
    return room.check(team, size, FILLING, but=pk)


def check(pk):
    if upload := Upload.objects.filter(pk=pk).first():
        checking.finish(upload, patience=0)


def is_lost(upload):
    """Whether nobody fetches it any more."""
    return upload.state == Upload.FETCHING and upload.updated_at < timezone.now() - SILENT


@serving.on_stop
async def leave():
    """Before the server ends: what is being fetched stays as it is."""
    for task in list(_tasks.values()):
        task.cancel()
    if _tasks:
        await asyncio.wait(list(_tasks.values()), timeout=2)
