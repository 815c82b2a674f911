"""A file on its way in: pieces are added until it is whole, however often the way breaks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.accounts.models import TeamOwned
from apps.audio.models.recording import Recording


class Upload(TeamOwned):
    """``received`` bytes lie in a file of their own in the data folder (apps.audio.intake); a person's own until whole."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=10, choices=Recording.ORIGINS, default=Recording.UPLOADED)
    name = models.CharField(max_length=255, blank=True)
    # Bytes that were announced; None for what is being recorded.
    size = models.BigIntegerField(null=True)
    received = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name
