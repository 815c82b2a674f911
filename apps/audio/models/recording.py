"""A recording: a file with sound in it, or the address of one."""

from array import array

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.accounts.models import TeamOwned
from apps.audio.models.files import goes_with
from apps.core.text import clean


def place(recording, name):
    """Under its own id: the name that people gave it is a label and no path."""
    return f"recordings/{recording.team_id}/{recording.pk}"


@goes_with
class Recording(TeamOwned):
    """Sound that a team has. ``file`` is empty where only the API fetches it, from ``url``."""

    UPLOADED, RECORDED, FETCHED, LINKED = "uploaded", "recorded", "fetched", "linked"
    ORIGINS = [(UPLOADED, "Uploaded"), (RECORDED, "Recorded here"), (FETCHED, "Fetched from a link"), (LINKED, "Link for the API")]

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=10, choices=ORIGINS, default=UPLOADED)
    title = models.CharField(max_length=200, blank=True)
    # As the file was called; shown, never used as a path.
    name = models.CharField(max_length=255, blank=True)
    url = models.TextField(blank=True)
    file = models.FileField(upload_to=place, blank=True, max_length=200)
    # What we found it to be, of a list that is safe to serve.
    media_type = models.CharField(max_length=100, blank=True)
    # Bytes, and seconds.
    size = models.BigIntegerField(default=0)
    duration = models.FloatField(null=True)
    # Of the waveform: pairs of signed bytes, lowest and highest, of equal stretches (apps.audio.sound.peaks).
    peaks = models.BinaryField(default=b"")
    # What is to be known of it: that it ends before its header says, say.
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["team", "-created_at"], name="recording_by_time")]

    def __str__(self):
        return self.title or self.name or "Recording"

    @property
    def outline(self):
        """[lowest, highest, …] of the waveform, -127 to 127."""
        return array("b", bytes(self.peaks)).tolist()

    @property
    def is_linked(self):
        """Only the API fetches it; we have no sound to play or to cut."""
        return not self.file

    def rename(self, title):
        self.title, self.updated_at = " ".join(clean(title).split())[:200], timezone.now()
        self.save(update_fields=["title", "updated_at"])
