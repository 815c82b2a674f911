"""Speech: a text made into sound."""

from django.conf import settings
from django.db import models

from apps.accounts.models import TeamOwned
from apps.audio.models.states import Leased, State


def place(speech, name):
    return f"speech/{speech.team_id}/{speech.pk}"


def place_of_piece(piece, name):
    return f"speech/{piece.speech.team_id}/{piece.speech_id}.{piece.number}"


class Speech(TeamOwned, Leased):
    """``parameters`` is SpeechForm.stored(): response_format, sample_rate and speed as far as they were set."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Made by the page before it sends; unique with the team.
    key = models.CharField(max_length=64)
    # What read an answer aloud, kept out of the library of results.
    aloud = models.BooleanField(default=False)
    text = models.TextField()
    model = models.CharField(max_length=200)
    voice = models.CharField(max_length=200, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    file = models.FileField(upload_to=place, blank=True, max_length=200)
    media_type = models.CharField(max_length=100, blank=True)
    # Bytes, and seconds.
    size = models.BigIntegerField(default=0)
    duration = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="one_speech_per_key")]
        indexes = [models.Index(fields=["team", "-created_at"], name="speech_by_time")]

    def __str__(self):
        return self.text[:60]


class SpeechPiece(models.Model):
    """A few sentences of a text, spoken: what can be heard before the rest is done. ``file`` is a WAV of 16 bits."""

    speech = models.ForeignKey(Speech, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to=place_of_piece, blank=True, max_length=200)
    # Seconds of sound.
    duration = models.FloatField(null=True)
    request_id = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["speech", "number"], name="one_speech_piece_per_number")]

    def __str__(self):
        return f"{self.speech_id} {self.number}"
