"""What a job goes through, and whose it is meanwhile."""

from django.db import models, transaction
from django.utils import timezone


class State(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Working"
    COMPLETE = "complete", "Complete"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


LIVE = (State.QUEUED, State.RUNNING)


class Leased(models.Model):
    """A job that one worker does at a time.

    ``worker`` names the process and is the fencing token at once: every write of the job asks for it, so that a worker
    which was thought dead writes nothing any more. A lease that has run out lets another claim the job and go on.
    """

    LEASE = timezone.timedelta(seconds=20)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)
    # Since anything of it was done: a job that ends its workers, one after the other, is given up.
    claims = models.PositiveSmallIntegerField(default=0)
    # Why it did not complete: code, message, advice, side, status … (GroqError.to_json)
    error = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_live(self):
        return self.state in LIVE

    @classmethod
    def waiting(cls, now=None):
        """Jobs that nobody does: never claimed, or their worker is gone."""
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=now or timezone.now())
        return cls.objects.filter(free, state__in=LIVE)

    def mine(self, worker):
        """The row, as long as it is this worker's and not ended: what every write of a job goes through."""
        return type(self).objects.filter(pk=self.pk, worker=worker, state__in=LIVE)

    def claim(self, worker):
        """True for the one worker that gets it."""
        now = timezone.now()
        with transaction.atomic():
            claimed = (
                type(self)
                .waiting(now)
                .filter(pk=self.pk)
                .update(worker=worker, state=State.RUNNING, lease_until=now + self.LEASE, claims=models.F("claims") + 1)
            )
            type(self).objects.filter(pk=self.pk, worker=worker, started_at=None).update(started_at=now)
        return bool(claimed)

    def renew(self, worker):
        """Hold it a while longer; False when it is another's, ended, or to be stopped."""
        self.mine(worker).update(lease_until=timezone.now() + self.LEASE)
        return self.mine(worker).filter(stop_requested=False).exists()

    def release(self, worker):
        """Give it back as it is, for another worker to go on with."""
        return bool(self.mine(worker).update(state=State.QUEUED, worker="", lease_until=None, claims=0))

    def retry(self):
        """Queue it again after it failed or was stopped; False when it did neither. What is done stays done."""
        ended = type(self).objects.filter(pk=self.pk, state__in=(State.FAILED, State.STOPPED))
        again = {"started_at": None, "ended_at": None, "lease_until": None, "error": None}
        return bool(ended.update(state=State.QUEUED, worker="", stop_requested=False, claims=0, **again))

    def finish(self, worker, state, **fields):
        """End it once; False when that is no longer this worker's to do."""
        return bool(self.mine(worker).update(state=state, lease_until=None, ended_at=timezone.now(), **fields))

    def stop(self):
        """Ask that it ends, or end it where nobody does it yet."""
        jobs = type(self).objects.filter(pk=self.pk, state__in=LIVE)
        jobs.update(stop_requested=True)
        jobs.filter(state=State.QUEUED).update(state=State.STOPPED, ended_at=timezone.now())
