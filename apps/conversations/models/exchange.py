"""What went over the wire for a run, beside the request that stands on its row."""

from django.db import models
from django.utils import timezone

from apps.core import ids


class Exchange(models.Model):
    """One answered request: status, headers without the key, and the events with their times.

    ``events`` is zlib-compressed JSON lines, ``[milliseconds since asking, text of the event]``; ``times`` are seconds
    since the run began (asked, headers, first, ended); ``attempts`` what was tried before and why it was refused.
    """

    run = models.OneToOneField("conversations.Run", models.CASCADE, primary_key=True, related_name="exchange")
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=list)
    times = models.JSONField(default=dict)
    attempts = models.JSONField(default=list)
    events = models.BinaryField(default=b"")

    def __str__(self):
        return f"exchange of {self.pk}: {self.status}"


class Attachment(models.Model):
    """A file that belongs to a message: its bytes are kept once, and put into a request when it goes out."""

    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name
