"""Saving what arrived: one transaction four times a second for all runs of this process.

The same round renews the leases and brings back the wishes to stop that other processes left, so that a running
answer costs the database a few rows a second however fast it streams.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.conversations.models import Piece, Run
from apps.core.prepared import insert
from apps.core.process import WORKER, is_dead

logger = logging.getLogger(__name__)

EVERY = 0.25
RENEW_EVERY = 3.0
SWEEP_EVERY = 2.0

# One thread of its own: checkpoints never wait behind pages, and its connection stays open.
writer = ThreadPoolExecutor(1, thread_name_prefix="checkpoints")

_renewed = _swept = 0.0


async def in_writer(function, *args):
    return await asyncio.get_running_loop().run_in_executor(writer, function, *args)


async def keep(players):
    """Save the players' news until cancelled; ``players`` is the living {run id: Player} of this process."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await checkpoint(players)
        except DatabaseError as error:
            # Busy or full: the text stays in memory, bounded by the longest answer, and the next round tries again.
            logger.warning("checkpoint: %s", error)
        except Exception:
            # Leases and texts of all runs depend on this loop.
            logger.exception("checkpoint")


async def checkpoint(players):
    global _renewed, _swept
    now = time.monotonic()
    if players:
        news = {player: player.news.unsaved() for player in players.values()}
        renew = now - _renewed > RENEW_EVERY
        mine = await in_writer(save, [(p.run.pk, n) for p, n in news.items()], renew)
        if renew:
            _renewed = now
        for player in news:
            if player.run.pk not in mine:
                player.leave()
                continue
            player.news.saved()
            if mine[player.run.pk]:
                player.stop()
    if now - _swept > SWEEP_EVERY:
        _swept = now
        await in_writer(sweep, set(players))


def save(news, renew):
    """Append the pieces of the runs that are still ours; {run id: whether it shall stop} of those."""
    with transaction.atomic():
        ours = Run.objects.live().filter(worker=WORKER)
        mine = dict(ours.values_list("pk", "stop_requested"))
        if fresh := [Piece(run_id=pk, kind=kind, text=text) for pk, pieces in news if pk in mine for kind, text in pieces]:
            insert(*fresh)
        if renew:
            ours.filter(pk__in=[pk for pk, _ in news]).update(lease_until=timezone.now() + Run.LEASE)
    return mine


def sweep(playing=(), at_start=False):
    """End the runs that nobody plays any more: leases that ran out, and processes of this machine that are gone.

    ``playing`` are ours, however late their lease is: nobody knows better that they live.
    """
    found = list(Run.objects.abandoned(timezone.now()).exclude(pk__in=playing).select_related("message"))
    if at_start:
        others = Run.objects.live().exclude(worker__in=["", WORKER]).select_related("message")
        found += [run for run in others if is_dead(run.worker)]
    for run in found:
        if run.interrupt():
            logger.warning("run %s was left behind by %s: interrupted", run.pk, run.worker or "nobody")
    return len(found)
