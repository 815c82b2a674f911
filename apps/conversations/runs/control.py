"""Starting, stopping, and the life of all runs of this process."""

import asyncio
import logging

from apps.conversations.runs import checkpoints
from apps.conversations.runs.player import Player
from apps.core import serving
from apps.core.process import WORKER

logger = logging.getLogger(__name__)

# Runs may end by themselves for so long when the server goes down; the rest is interrupted, with its text.
DRAIN = 6.0

players: dict[str, Player] = {}
_keeper = None
_ends: set[asyncio.Task] = set()


def start(run):
    """From a view: claim the run, unless it was born ours, and play it on the server's loop; False when it is not ours to play."""
    if run.worker != WORKER and not run.claim(WORKER):
        return False
    return serving.soon(play, run)


def stop(run):
    """From a view: end the run with what it has, whichever process plays it; False when it has ended already."""
    wished = run.ask_to_stop()
    serving.soon(stop_here, run.pk)
    return wished


def play(run):
    """On the loop."""
    player = players[run.pk] = Player(run)
    task = player.start()
    _ends.add(task)
    task.add_done_callback(lambda done: forget(run.pk, done))


def forget(run_id, task):
    players.pop(run_id, None)
    _ends.discard(task)
    if not task.cancelled() and task.exception() is not None:
        logger.error("run %s", run_id, exc_info=task.exception())


def stop_here(run_id):
    if player := players.get(run_id):
        player.stop()


async def begin():
    """With the server: end what a former life of it left behind, then keep checkpoints."""
    global _keeper
    await checkpoints.in_writer(checkpoints.sweep, (), True)
    _keeper = asyncio.create_task(checkpoints.keep(players))


async def finish():
    """Before the server ends: let runs come to their end for a while, then save the rest as interrupted."""
    if _ends:
        await asyncio.wait(_ends, timeout=DRAIN)
    for player in list(players.values()):
        player.leave()
    if _ends:
        await asyncio.wait(_ends, timeout=5)
    if _keeper is not None:
        _keeper.cancel()
        await asyncio.gather(_keeper, return_exceptions=True)
