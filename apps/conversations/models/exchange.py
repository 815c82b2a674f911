"""What went over the wire for a run, beside the request that stands on its row."""

from django.db import models


class Exchange(models.Model):
    """One answered request: status, headers without the key, and the events with their times.

    ``events`` is zlib-compressed JSON lines, ``[milliseconds since asking, text of the event]``; ``times`` are seconds
    since the run began (asked, headers, first, ended), but for ``connect``, which is how long that took; ``attempts``
    what was tried before and why it was refused.
    """

    run = models.OneToOneField("conversations.Run", models.CASCADE, primary_key=True, related_name="exchange")
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=list)
    times = models.JSONField(default=dict)
    attempts = models.JSONField(default=list)
    events = models.BinaryField(default=b"")

    def __str__(self):
        return f"exchange of {self.pk}: {self.status}"
