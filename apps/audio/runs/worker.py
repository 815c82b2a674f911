"""This worker: the name it claims jobs by, and how it holds on to one.

::

    if worker.claim(job):
        with worker.held(job) as hold:
            hold.on_end(cancel)        # called from another thread, once, when it must be let go
            do_it()
            hold.why                   # None, or "stopped", "lost", "leaving"
            hold.place_wanted          # give the job back, between two pieces: another team waits
"""

import logging
import threading
import time

from django.db import DatabaseError, connections, models
from django.utils import timezone

from apps.core.process import WORKER, is_dead

# Seconds: how soon a Stop is seen, and how often the lease is made longer.
LOOK_EVERY, RENEW_EVERY = 0.4, 5.0
# Set when this worker has been asked to end: jobs are given back.
leaving = threading.Event()
# The jobs that threads of this process do, by their ids, which are never the same twice, whatever the kind.
_held = {}

logger = logging.getLogger(__name__)


def current():
    """The name of this worker process."""
    return WORKER


def claim(job):
    """True when the job is this worker's now; False while another does it, or another thread of this one."""
    return job.pk not in _held and job.claim(WORKER)


class Hold:
    """A claimed job while it is done; ``why`` it must be let go, None as long as it is ours."""

    def __init__(self, job, whole=False):
        self.job, self.why = job, None
        # One request does all of it: there is nothing between two pieces.
        self.whole = whole
        self.place_wanted, self.since = False, time.monotonic()
        self._ended, self._changing, self._listeners = threading.Event(), threading.Lock(), []
        self._thread = threading.Thread(target=self._keep, name=f"hold {job.pk}", daemon=True)

    def on_end(self, function):
        """Call it when the job must be let go, at once when that is so already."""
        with self._changing:
            if self.why is None:
                self._listeners.append(function)
                return
        function()

    def __enter__(self):
        _held[self.job.pk] = self
        self._thread.start()
        return self

    def __exit__(self, *failure):
        self._ended.set()
        self._thread.join()
        _held.pop(self.job.pk, None)

    def _keep(self):
        renewed = time.monotonic()
        try:
            while not self._ended.wait(LOOK_EVERY):
                due = time.monotonic() - renewed > RENEW_EVERY
                try:
                    why = self._look(due)
                except DatabaseError as error:
                    # Busy for a moment; were it for longer, the lease would end, and every write ask for it.
                    logger.warning("holding %s: %s", self.job.pk, error)
                    continue
                renewed = time.monotonic() if due else renewed
                if why:
                    self._end(why)
                    return
        finally:
            connections.close_all()

    def _look(self, due):
        mine = self.job.mine(WORKER)
        if due:
            self.job.renew(WORKER)
        state = mine.values_list("stop_requested", flat=True).first()
        if state is None:
            return "lost"
        if state:
            return "stopped"
        return "leaving" if leaving.is_set() else None

    def _end(self, why):
        with self._changing:
            self.why, listeners = why, self._listeners
        for function in listeners:
            function()


def held(job, whole=False):
    return Hold(job, whole)


def holds():
    """{id of the job: Hold} of what is being done in this process."""
    return dict(_held)


def bury(*kinds):
    """Let the jobs of workers that are known to be dead be claimed now, without waiting for their leases to end."""
    for kind in kinds:
        held = kind.objects.filter(~models.Q(worker=""), lease_until__gt=timezone.now()).exclude(worker=WORKER)
        for name in {name for name in held.values_list("worker", flat=True) if is_dead(name)}:
            held.filter(worker=name).update(lease_until=timezone.now())
