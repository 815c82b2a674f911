"""A file on its way in: pieces are added until it is whole, however often the way breaks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.accounts.models import TeamOwned
from apps.audio.models.recording import Recording


class Upload(TeamOwned):
    """``received`` bytes lie in a file of their own in the data folder (apps.audio.intake); a person's own until whole.

    A row outlives its file by a while: whoever did not hear the answer asks again, and gets the same ``recording``.
    """

    RECEIVING, FETCHING, CHECKING, DONE, REFUSED = "receiving", "fetching", "checking", "done", "refused"
    STATES = [(state, state.title()) for state in (RECEIVING, FETCHING, CHECKING, DONE, REFUSED)]
    # The states in which it takes room and waits for something.
    WAITING = (RECEIVING, FETCHING, CHECKING)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=10, choices=Recording.ORIGINS, default=Recording.UPLOADED)
    state = models.CharField(max_length=10, choices=STATES, default=RECEIVING)
    # Where it is fetched from.
    url = models.TextField(blank=True)
    # Tells a file of the same name from another: its time of change, as the browser knows it.
    mark = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=255, blank=True)
    # Bytes that were announced; None for what is being recorded.
    size = models.BigIntegerField(null=True)
    received = models.BigIntegerField(default=0)
    # Offsets at which a recorder began anew after a break: each part is a file in itself.
    parts = models.JSONField(default=list, blank=True)
    # Why it was refused, for the person.
    error = models.CharField(max_length=300, blank=True)
    recording = models.ForeignKey(Recording, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name
