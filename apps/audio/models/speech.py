"""Speech: a text made into sound."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction

from apps.accounts.models import TeamOwned
from apps.audio.documents import sentences
from apps.audio.models.states import Leased, State

# Characters of one request where nobody wrote down what the model takes: a minute of sound, soon heard and rarely refused.
PIECE = 800


class KeyReused(Exception):
    """The key belongs to another text: nothing was made."""


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

    @classmethod
    def ask(cls, team, user, *, key, text, model, voice, parameters, aloud=False, most=PIECE):
        """The speech of this key, made once, its text in pieces of up to ``most`` characters. Raises KeyReused for another text."""
        asked = {"text": text, "model": model, "voice": voice, "parameters": parameters}
        with transaction.atomic():
            speech, made = cls.objects.get_or_create(team=team, key=key, defaults={"created_by": user, "aloud": aloud, **asked})
            if made:
                pieces = enumerate(sentences.split(text, most))
                SpeechPiece.objects.bulk_create(SpeechPiece(speech=speech, number=number, text=piece) for number, piece in pieces)
        if any(getattr(speech, name) != value for name, value in asked.items()):
            raise KeyReused
        return speech

    @property
    def done(self):
        """How many of its pieces can be heard; they are made in their order."""
        return self.pieces.filter(state=State.COMPLETE).count()

    @property
    def format(self):
        return self.parameters.get("response_format", "mp3")

    @property
    def rate(self):
        """Samples a second, as it was asked for."""
        return self.parameters.get("sample_rate", 48000)

    def retry(self):
        """Queue it again with the pieces that are done; False where it goes on, or is complete."""
        with transaction.atomic():
            again = super().retry()
            if again:
                self.pieces.exclude(state=State.COMPLETE).update(state=State.QUEUED, attempts=0)
        self.refresh_from_db()
        return again

    def keep(self, worker, number, **fields):
        """Write what became of a piece; False when the job is no longer this worker's."""
        kept = SpeechPiece.objects.filter(speech__in=self.mine(worker), number=number).update(**fields)
        if kept and fields.get("state") == State.COMPLETE:
            self.mine(worker).update(claims=0)
        return bool(kept)

    def remove(self):
        """Delete it with all its files; a worker that still speaks it finds that it is gone."""
        with transaction.atomic():
            names = [self.file.name, *self.pieces.values_list("file", flat=True)]
            self.delete()
            transaction.on_commit(lambda: discard(names))

    def let_go_of_pieces(self):
        """Whoever listened has heard them: the whole sound is what stays."""
        with transaction.atomic():
            names = list(self.pieces.exclude(file="").values_list("file", flat=True))
            self.pieces.update(file="")
            transaction.on_commit(lambda: discard(names))


def discard(names):
    for name in filter(None, names):
        default_storage.delete(name)


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
