"""A transcript: one request to put a recording to text, the job that does it, and its versions."""

from django.conf import settings
from django.db import models

from apps.accounts.models import TeamQuerySet
from apps.audio.models.recording import Recording
from apps.audio.models.states import Leased
from apps.core import ids

TRANSCRIBE, TRANSLATE = "transcribe", "translate"


class TranscriptQuerySet(TeamQuerySet):
    def visible_to(self, user):
        return self.filter(recording__team__memberships__user_id=user.pk)

    def editable_by(self, user):
        return self.filter(recording__in=Recording.objects.editable_by(user))


class Transcript(Leased):
    """``parameters`` is TranscriptionForm.stored(): what was set, by the API's names, without model and file.

    One with ``of`` is a second try at the stretch from ``start`` to ``end`` seconds of another, which may take it over.
    """

    TASKS = [(TRANSCRIBE, "Transcribe"), (TRANSLATE, "Translate into English")]

    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="transcripts")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Made by the page before it sends: many identical submits are one job. Unique with the recording.
    key = models.CharField(max_length=64)
    task = models.CharField(max_length=10, choices=TASKS, default=TRANSCRIBE)
    model = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict, blank=True)
    preset = models.ForeignKey("parameters.Preset", models.SET_NULL, null=True, blank=True, related_name="+")
    of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="tries")
    start = models.FloatField(null=True)
    end = models.FloatField(null=True)
    # As the API named it in its answer ("english", "en"); empty until it did.
    language = models.CharField(max_length=40, blank=True)

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "key"], name="one_transcript_per_key")]
        indexes = [models.Index(fields=["recording", "-created_at"], name="transcript_by_time")]

    def __str__(self):
        return f"{self.recording} ({self.model})"

    @classmethod
    def ask(cls, recording, user, *, key, task, model, parameters, preset=None, of=None, start=None, end=None):
        """The transcript of this key: made now, or by an earlier submit of the same. ``runs.queue.begin`` has it done."""
        asked = {"task": task, "model": model, "parameters": parameters, "preset": preset, "of": of, "start": start, "end": end}
        return cls.objects.get_or_create(recording=recording, key=key, defaults={"created_by": user, **asked})[0]

    @property
    def version(self):
        """The newest version, or None until there is one."""
        return self.versions.order_by("-number").first()
