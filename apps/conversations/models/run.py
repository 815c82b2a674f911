"""A run: one answer being written, who writes it, and how it ended."""

from django.db import models, transaction
from django.utils import timezone

from apps.conversations.models import tiers
from apps.conversations.models.exchange import Exchange
from apps.conversations.models.message import Message, MessageQuerySet
from apps.core.prepared import delete, insert, update
from apps.groq import chat


class State(models.TextChoices):
    PENDING = "pending", "Waiting"
    STREAMING = "streaming", "Writing"
    COMPLETE = "complete", "Complete"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"
    INTERRUPTED = "interrupted", "Interrupted"


LIVE = (State.PENDING, State.STREAMING)


class RunQuerySet(MessageQuerySet):
    def visible_to(self, user):
        return self.filter(message__conversation__team__memberships__user_id=user.pk)

    def live(self):
        return self.filter(state__in=LIVE)

    def abandoned(self, now):
        """Live runs whose process has not renewed its lease; those that nobody ever claimed, by their age."""
        return self.live().filter(models.Q(lease_until__lt=now) | models.Q(lease_until=None, created_at__lt=now - Run.LEASE))


class Run(models.Model):
    """One request to the API and what became of it.

    ``worker`` names the process that plays it and is the fencing token at once: it is new with every start of a
    process, and every write asks for it, so that a process which was thought dead writes nothing any more.
    """

    LEASE = timezone.timedelta(seconds=12)

    message = models.OneToOneField("conversations.Message", models.CASCADE, primary_key=True, related_name="run")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="runs")
    # Made by the page before it sends: twenty identical submits are one turn, for ever.
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    state = models.CharField(max_length=11, choices=State.choices, default=State.PENDING)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)

    # What was asked: of which API ("" is chat completions), the model, and the request body as it went out.
    api = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=200)
    request = models.JSONField(default=dict)
    # A person wrote the request: the branch above the answer may say something else.
    edited = models.BooleanField(default=False)

    # What was answered. Times in seconds; None where it is not known.
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    first_token_time = models.FloatField(null=True)
    total_time = models.FloatField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    usage = models.JSONField(null=True)
    usage_breakdown = models.JSONField(null=True)
    # The tier that was used, as the API told it.
    service_tier = models.CharField(max_length=20, blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    # Why it did not complete: code, message, advice, side, status … (GroqError.to_json)
    error = models.JSONField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "key"], name="one_run_per_key")]
        indexes = [
            models.Index(fields=["worker"], name="live_runs", condition=models.Q(state__in=["pending", "streaming"])),
        ]

    def __str__(self):
        return f"run {self.pk}: {self.state}"

    @property
    def is_live(self):
        return self.state in LIVE

    def claim(self, worker):
        """Take this run to play it; False when another process already has, or it has ended."""
        now = timezone.now()
        free = Run.objects.live().filter(pk=self.pk, worker="")
        if not free.update(worker=worker, lease_until=now + self.LEASE, state=State.PENDING):
            return False
        self.worker, self.lease_until = worker, now + self.LEASE
        return True

    def ask_to_stop(self):
        """Leave the wish to stop where the process that plays this run sees it; False when it has ended."""
        return bool(Run.objects.live().filter(pk=self.pk).update(stop_requested=True))

    def finish(self, state, *, worker, text, reasoning="", tool_calls=(), html="", extras=None, exchange=None, **fields):
        """Write the one terminal state with everything that arrived, and what went over the wire for it (``Exchange``).

        False, and nothing written, when the run has ended already or belongs to another process.
        """
        with transaction.atomic():
            ended = {"state": state, "ended_at": timezone.now(), "lease_until": None, **fields}
            if not update(Run, ended, message=self.pk, worker=worker, state=[live.value for live in LIVE]):
                return False
            said = {"text": text, "reasoning": reasoning, "tool_calls": list(tool_calls), "html": html}
            if extras is not None:
                said["extras"] = extras
            update(Message, said, id=self.pk)
            delete(Piece, run=self.pk)
            if exchange:
                insert(Exchange(run_id=self.pk, **exchange))
        return True

    def fall_back(self, extras, *, worker):
        """Ask on demand from now on, and say so in the message's ``extras`` (``tiers.fallback``).

        Written before it is asked: whatever happens then, the row tells what it was. False, and nothing written, when the
        run has ended or belongs to another process.
        """
        body = self.request | {"service_tier": tiers.on_demand(self.api)}
        with transaction.atomic():
            if not update(Run, {"request": body}, message=self.pk, worker=worker, state=[live.value for live in LIVE]):
                return False
            update(Message, {"extras": extras}, id=self.pk)
        self.request = body
        return True

    @property
    def seconds_to_wait(self):
        """Seconds until the API takes requests again, as it said when it refused; None when it did not, 0 when they are over."""
        wait = (self.error or {}).get("retry_after")
        if wait is None or self.ended_at is None:
            return None
        return max(0.0, wait - (timezone.now() - self.ended_at).total_seconds())

    @property
    def was_not_answered(self):
        """Whether its question may be taken back: it failed, or was stopped while a refusal was waited out."""
        return self.state == State.FAILED or (self.state == State.STOPPED and self.error is not None)

    @property
    def had_no_room(self):
        """Whether it failed because its service tier had no room, and there is another tier to ask."""
        return self.error is not None and tiers.without_room(self, self.error.get("status"))

    def interrupt(self):
        """End a run whose process is gone, with the text that it had saved; False when somebody else did or it lives."""
        error = {
            "code": "process_gone",
            "side": "server",
            "message": "The server that wrote this answer was stopped.",
            "advice": "What had arrived is kept. Continue from here, or try again.",
        }
        with transaction.atomic():
            # Whoever has renewed the lease since it was read is alive.
            if not Run.objects.live().filter(pk=self.pk, worker=self.worker, lease_until=self.lease_until).exists():
                return False
            text, reasoning = Piece.join(self.pk)
            text = self.prefix + text
            return self.finish(State.INTERRUPTED, worker=self.worker, text=text, reasoning=reasoning, error=error)

    @property
    def path(self):
        """The path of the operation that answers."""
        return chat.PATH

    @property
    def prefix(self):
        """The text this run goes on from: the assistant's own words at the end of the request."""
        messages = self.request.get("messages") or [{}]
        last = messages[-1]
        return last.get("content") or "" if last.get("role") == "assistant" else ""

    @property
    def tokens_per_second(self):
        """Completion tokens per second of generation; None while something of it is unknown."""
        usage = self.usage or {}
        tokens, seconds = usage.get("completion_tokens"), usage.get("completion_time")
        if not seconds and self.total_time is not None and self.first_token_time is not None:
            seconds = self.total_time - self.first_token_time
        return tokens / seconds if tokens and seconds and seconds > 0.001 else None


class Piece(models.Model):
    """Text of a running answer, appended while it streams; joined into the message and dropped when it ends.

    Appending keeps the cost of a checkpoint in proportion to what is new, however long the answer is.
    """

    TEXT, REASONING = "t", "r"

    run = models.ForeignKey(Run, models.CASCADE, related_name="pieces")
    kind = models.CharField(max_length=1)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.kind}: {self.text[:40]}"

    @classmethod
    def join(cls, run_id):
        """(text, reasoning) of the pieces saved so far."""
        text, reasoning = [], []
        for kind, piece in cls.objects.filter(run_id=run_id).values_list("kind", "text"):
            (text if kind == cls.TEXT else reasoning).append(piece)
        return "".join(text), "".join(reasoning)
