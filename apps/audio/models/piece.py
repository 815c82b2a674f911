"""A piece of a long recording: what one request asks for, and what it answered."""

from django.db import models

from apps.audio.models.states import State
from apps.audio.models.transcript import Transcript


class Piece(models.Model):
    """``start`` to ``end`` seconds of the recording, with the overlap that stitching resolves.

    Numbered in the order in which they were cut, which is not that of time where a stretch was cut again after a failure.
    ``result`` is the answer as the API gave it, its times counted from the piece's own beginning.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    start = models.FloatField()
    end = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    request_id = models.CharField(max_length=100, blank=True)
    # Seconds from asking to the whole answer.
    total_time = models.FloatField(null=True)

    class Meta:
        ordering = ["start", "number"]
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="one_piece_per_number")]

    def __str__(self):
        return f"{self.transcript_id} {self.number}"
