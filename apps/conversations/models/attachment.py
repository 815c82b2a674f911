"""A file or a picture's address that belongs to a message, and how it gets into a request."""

import base64
import json

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core import ids

IMAGE, DOCUMENT = "image_url", "document"


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the team's conversations; what was not sent yet is for the person who uploaded it."""
        return self.filter(
            models.Q(conversation__team__memberships__user_id=user.pk) | models.Q(conversation=None, created_by_id=user.pk)
        )

    def editable_by(self, user):
        return self.filter(conversation=None, created_by_id=user.pk)


class Attachment(models.Model):
    """One part of a message beside its text: ``data`` is kept once, and put into a request when it goes out.

    ``kind`` is the type of the part. A picture has data or the ``url`` where the API finds it.
    """

    WAITS = timezone.timedelta(days=2)
    KINDS = [(IMAGE, "Image"), (DOCUMENT, "Document")]

    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, null=True, related_name="attachments")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, blank=True)
    url = models.TextField(blank=True)
    size = models.PositiveIntegerField(default=0)
    data = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    def __str__(self):
        return self.name

    @classmethod
    def take(cls, user, *, data=b"", **fields):
        """Keep what somebody is about to send; what the same person never sent in two days goes."""
        cls.objects.filter(created_by=user, conversation=None, created_at__lt=timezone.now() - cls.WAITS).delete()
        return cls.objects.create(created_by=user, data=data, size=len(data), **fields)

    @property
    def is_image(self):
        return self.kind == IMAGE

    def to_part(self):
        """What stands on the message: enough to draw it, and its id."""
        part = {"type": self.kind, "attachment": self.pk, "name": self.name}
        return part | ({"image_url": {"url": self.url}} if self.url else {})

    def to_wire(self):
        """The part as the API takes it."""
        if self.url:
            return {"type": IMAGE, "image_url": {"url": self.url}}
        if self.is_image:
            return {"type": IMAGE, "image_url": {"url": self.data_url()}}
        return {"type": DOCUMENT, "document": {"id": self.name, "data": self.as_data()}}

    def data_url(self):
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"

    def as_data(self):
        """A document's data has to be an object: what is none stands under a name."""
        text = bytes(self.data).decode()
        if self.media_type != "application/json":
            return {"text": text}
        value = json.loads(text)
        return value if isinstance(value, dict) else {"content": value}


def references(request):
    """The parts of a request body that name an attachment."""
    for message in request.get("messages", ()):
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, list):
            yield from (part for part in content if isinstance(part, dict) and "attachment" in part)


def has_references(request):
    return any(True for _ in references(request))


def expanded(request, conversation_id, to_part=Attachment.to_wire):
    """The body with the attachments of its conversation in their places; one that is gone leaves a text saying so."""
    wanted = {part["attachment"] for part in references(request) if isinstance(part["attachment"], str)}
    if not wanted:
        return request
    found = Attachment.objects.filter(models.Q(conversation=conversation_id) | models.Q(conversation=None)).in_bulk(list(wanted))

    def filled(part):
        if not (isinstance(part, dict) and "attachment" in part):
            return part
        attachment = found.get(part["attachment"]) if isinstance(part["attachment"], str) else None
        return to_part(attachment) if attachment else {"type": "text", "text": f"[{part.get('name', 'a file')} is gone]"}

    def whole(message):
        content = message.get("content") if isinstance(message, dict) else None
        return {**message, "content": [filled(part) for part in content]} if isinstance(content, list) else message

    return request | {"messages": [whole(message) for message in request["messages"]]}


def shown(attachment):
    """As ``to_wire``, with the beginning of a data URL in place of all of it."""
    wire = attachment.to_wire()
    if attachment.is_image and not attachment.url:
        url = wire["image_url"]["url"]
        wire["image_url"]["url"] = f"{url[:60]}… ({len(url):,} characters)"
    return wire
