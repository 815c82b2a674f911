"""A version of a transcript's text, with the time of every word."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from apps.audio.documents.segments import text_of
from apps.audio.models.transcript import Transcript


class Version(models.Model):
    """The whole text at one time. The first is the API's, without ``created_by``; later ones are people's.

    ``segments`` is a list of {"id", "start", "end", "text", "speaker", "avg_logprob", "no_speech_prob", "compression_ratio",
    "temperature", "words": [{"word", "start", "end"}]}: times in seconds of the recording, a word with the blank before it
    as Whisper writes it, members that the API did not give left out. ``text`` is all of it, for search.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Edits of one person that follow one another are one version; each counts this up, so that nobody overwrites unseen words.
    updated_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=0)
    # What was done, in a few words: "Transcribed", "Edited", "Replaced 3 times", "Back to version 2".
    note = models.CharField(max_length=200, blank=True)
    segments = models.JSONField(default=list)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="one_version_per_number")]

    def __str__(self):
        return f"{self.transcript_id} version {self.number}"

    @classmethod
    def begin(cls, transcript, segments, note, created_by=None):
        """A new newest version with these segments."""
        with transaction.atomic():
            # Two at once would take the same number.
            Transcript.objects.select_for_update().filter(pk=transcript.pk).first()
            newest = cls.objects.filter(transcript=transcript).aggregate(number=models.Max("number"))["number"] or 0
            return cls.objects.create(
                transcript=transcript,
                number=newest + 1,
                created_by=created_by,
                note=note,
                segments=segments,
                text=text_of(segments),
            )
