"""What live looks after once in a while: rights that were taken away, and changes that other processes made."""

import asyncio
import logging

from django.contrib.auth.signals import user_logged_out
from django.db import DatabaseError

from apps.core import serving
from apps.live import hub, people, topics

logger = logging.getLogger(__name__)

RIGHTS_EVERY = 3.0
CHANGES_EVERY = 1.0
MOST_SOCKETS = 20
SIGNED_OUT = 4401

_sockets = set()
_tasks = []
_stamps = {}


def enter(socket):
    """Count the socket in; False when its person holds as many as one may."""
    if sum(other.user.pk == socket.user.pk for other in _sockets) >= MOST_SOCKETS:
        return False
    _sockets.add(socket)
    return True


def leave(socket):
    _sockets.discard(socket)


async def start():
    _tasks[:] = [asyncio.create_task(every(RIGHTS_EVERY, check_rights)), asyncio.create_task(every(CHANGES_EVERY, notice_changes))]


async def stop():
    for task in _tasks:
        task.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)
    _tasks.clear()
    _stamps.clear()


async def every(seconds, function):
    while True:
        await asyncio.sleep(seconds)
        try:
            await function()
        except DatabaseError as error:
            # The next round asks again; sockets stay open meanwhile.
            logger.warning("live: %s: %s", function.__name__, error)
        except Exception:
            # Rights are checked for everybody: no single failure may be the end of that.
            logger.exception("live: %s", function.__name__)


async def check_rights():
    """Close the sockets of people who have signed out, were disabled, or changed their password."""
    sockets = list(_sockets)
    if not sockets:
        return
    standing = await serving.in_thread(people.standing, sockets)
    checks = [socket.check(standing[socket]) if socket in standing else dismiss(socket) for socket in sockets]
    for failure in await asyncio.gather(*checks, return_exceptions=True):
        if failure is not None:
            logger.error("live: a socket could not be checked", exc_info=failure)


async def dismiss(socket):
    leave(socket)
    await socket.dismiss(SIGNED_OUT)


def signed_out(sender, request, **kwargs):
    """Close the sockets of a session at once when it ends in this process."""
    key = request.session.session_key
    serving.soon(lambda: [asyncio.ensure_future(dismiss(s)) for s in list(_sockets) if s.session_key == key])


user_logged_out.connect(signed_out)


async def notice_changes():
    """One query for each kind of topic that is watched, however many watch."""
    watched = {}
    for channel in hub.watched():
        kind, _, id = channel.name.partition(":")
        watched.setdefault(kind, {})[id] = channel
    for kind, topic in topics.kinds():
        channels = watched.get(kind)
        if not channels:
            continue
        for id, stamp in (await serving.in_thread(topic.stamps, list(channels))).items():
            channel = channels[id]
            # At first sight, too: it may have changed between the door and now.
            if _stamps.get(channel.epoch) != stamp:
                _stamps[channel.epoch] = stamp
                channel.publish(topic.changed(id, stamp))
    for epoch in set(_stamps) - {channel.epoch for channel in hub.watched()}:
        del _stamps[epoch]
