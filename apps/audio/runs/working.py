"""The loop of ``manage.py worker``: jobs out of the queue, each in a thread of its own, several at a time.

Django's task interface brings the queue and the state of its rows (``django_tasks_db``); its own worker does one task after
another, and one long recording would keep everybody waiting.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from apps.audio.models import Speech, Transcript
from apps.audio.runs import fairness, queue, worker

# Seconds: how often an empty queue is looked at, places are shared anew, jobs that nobody does and rows that are done with are
# looked for.
POLL_EVERY, SHARE_EVERY, REVIVE_EVERY, PRUNE_EVERY = 0.3, 1.0, 2.0, 3600.0
# What a task left in the queue's table goes after a day; no job lasts for two.
KEPT, LONGEST = timedelta(days=1), timedelta(days=2)

logger = logging.getLogger(__name__)


class Working(db_worker.Worker):
    """Works until ``leave``. The queue's own worker, but with several threads and without a write for each look."""

    def __init__(self, poll=POLL_EVERY):
        super().__init__(
            queue_names=["default"],
            interval=poll,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker.current()[:64],
            excluded_queue_names=[],
        )
        self._asked = threading.Event()
        self._free = threading.Semaphore(settings.WORKER_JOBS)
        self._turns = fairness.Turns()

    def leave(self):
        """Take nothing more, and give back what is being done; from any thread, or a signal."""
        worker.leaving.set()
        self._asked.set()

    def run(self):
        """Return when asked to leave, and everything has been given back."""
        worker.leaving.clear()
        chores = ((self.share, SHARE_EVERY), (self.revive, REVIVE_EVERY), (self.prune, PRUNE_EVERY))
        due = dict.fromkeys((chore for chore, _ in chores), 0.0)
        with ThreadPoolExecutor(settings.WORKER_JOBS, thread_name_prefix="job") as threads:
            while not self._asked.is_set():
                try:
                    for chore, every in chores:
                        if time.monotonic() >= due[chore]:
                            due[chore] = time.monotonic() + every
                            chore()
                    busy = self.take(threads)
                except DatabaseError as error:
                    # Held by a backup, a full disk: the next look asks again.
                    logger.warning("worker: %s", error)
                    connections.close_all()
                    self._asked.wait(1)
                    continue
                if not busy:
                    self._asked.wait(self.interval)
        connections.close_all()

    def take(self, threads):
        """Begin with the task whose turn it is, if there is one and somebody to do it; False otherwise."""
        if not self._free.acquire(blocking=False):
            return False
        task = turn = None
        try:
            # Most looks find nothing; they are to cost little, and not to keep anybody from writing.
            if DBTaskResult.objects.ready().exists() and (turn := self._turns.next()):
                with exclusive_transaction():
                    task = DBTaskResult.objects.ready().filter(pk=turn[0]).get_locked()
                    if task is not None:
                        task.claim(self.worker_id)
        finally:
            if task is None:
                self._free.release()
        if task is not None:
            self._turns.serve(turn[1])
            threads.submit(self.do, task)
        # Where another worker was quicker, the next look finds the next.
        return turn is not None

    def do(self, task):
        """In a thread of its own. Whatever happens is on the row, and in the log."""
        try:
            self.run_task(task)
            if task.traceback:
                logger.error("worker: %s", task.traceback)
        except Exception:
            logger.exception("worker: %s", task.task_path)
        finally:
            connections.close_all()
            self._free.release()

    def share(self):
        """Where all places are taken and another team waits, have one given away."""
        if self._free.acquire(blocking=False):
            self._free.release()
            return
        holds = worker.holds()
        # One after the other: each changes who has how many.
        if any(hold.place_wanted for hold in holds.values()) or not DBTaskResult.objects.ready().exists():
            return
        if pk := fairness.giver({pk: hold.since for pk, hold in holds.items() if not hold.whole}):
            holds[pk].place_wanted = True

    def revive(self):
        worker.bury(Transcript, Speech)
        queue.revive()

    def prune(self):
        now = timezone.now()
        DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
        # Of workers that were killed; their jobs were queued again long ago.
        DBTaskResult.objects.running().filter(started_at__lt=now - LONGEST).delete()
