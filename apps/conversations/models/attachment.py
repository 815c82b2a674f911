"""A file or a picture's address that belongs to a message, and how it gets into a request."""

import base64

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core import ids
from apps.groq import items, json
from apps.groq.errors import Refused
from apps.groq.text import clean_value

IMAGE, DOCUMENT = "image_url", "document"
# Bytes of files in one request, far above what the API takes: a body that names a large file a thousand times would grow
# to gigabytes.
MOST_IN_REQUEST = 32 * 1024 * 1024


class Gone(Exception):
    """What was to be sent is not there any more, or went into another conversation."""


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
    MOST_WAITING = 200
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
        """Keep what somebody is about to send; what the same person never sent in two days goes, and the oldest of too many."""
        waiting = cls.objects.filter(created_by=user, conversation=None)
        newest = waiting.order_by("-created_at").values_list("pk", flat=True)[: cls.MOST_WAITING - 1]
        waiting.filter(models.Q(created_at__lt=timezone.now() - cls.WAITS) | ~models.Q(pk__in=list(newest))).delete()
        return cls.objects.create(created_by=user, data=data, size=len(data), **fields)

    @property
    def is_image(self):
        return self.kind == IMAGE

    def to_part(self):
        """What stands on the message: enough to draw it, and its id."""
        part = {"type": self.kind, "attachment": self.pk, "name": self.name}
        return part | ({"image_url": {"url": self.url}} if self.url else {})

    @classmethod
    def give(cls, files, conversation_id):
        """Let uploaded files belong to a conversation; raises Gone when one of them no longer can."""
        free = models.Q(conversation=None) | models.Q(conversation=conversation_id)
        if cls.objects.filter(free, pk__in=[file.pk for file in files]).update(conversation=conversation_id) < len(files):
            raise Gone

    def to_wire(self):
        """The part as the API takes it."""
        if self.url:
            return {"type": IMAGE, "image_url": {"url": self.url}}
        if self.is_image:
            return {"type": IMAGE, "image_url": {"url": self.data_url()}}
        return {"type": DOCUMENT, "document": {"id": self.name, "data": self.as_data()}}

    def data_url(self, most=None):
        """The picture as an address, or the beginning of it, made of ``most`` bytes."""
        return f"data:{self.media_type};base64,{base64.b64encode(bytes(self.data[:most])).decode()}"

    def as_data(self):
        """A document's data has to be an object: what is none stands under a name."""
        text = bytes(self.data).decode()
        if self.media_type != "application/json":
            return {"text": text}
        value = clean_value(json.loads(text))
        return value if isinstance(value, dict) else {"content": value}


def said_in(request):
    """The member of a request body in which the messages stand."""
    return "input" if "input" in request else "messages"


def references(request):
    """The parts of a request body that name an attachment."""
    said = request.get(said_in(request))
    for message in said if isinstance(said, list) else ():
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, list):
            yield from (part for part in content if isinstance(part, dict) and "attachment" in part)


def named(request):
    """The ids that a body names, each as often as it does."""
    return [part["attachment"] for part in references(request) if isinstance(part["attachment"], str)]


def has_references(request):
    return any(True for _ in references(request))


def is_complete(request, conversation_id):
    """Whether everything that a body names is the conversation's."""
    wanted = set(named(request))
    return Attachment.objects.filter(pk__in=wanted, conversation=conversation_id).count() == len(wanted)


def expanded(request, conversation_id, to_part=Attachment.to_wire, user=None):
    """The body with the attachments of its conversation in their places; one that is gone leaves a text saying so.

    With ``user`` also what that person has uploaded and not sent yet. Raises Refused where it would be too large.
    """
    said = said_in(request)
    wanted = set(named(request))
    if not wanted:
        return request
    waiting = models.Q(conversation=None, created_by=user) if user else models.Q()
    found = Attachment.objects.filter(models.Q(conversation=conversation_id) | waiting).in_bulk(list(wanted))
    size = sum(found[pk].size for pk in named(request) if pk in found)
    if to_part is Attachment.to_wire and size > MOST_IN_REQUEST:
        raise Refused(
            f"The files of this request have more than {MOST_IN_REQUEST // 2**20} MB together.",
            code="too_large",
            side="request",
            advice="Say it in a new chat, or with fewer or smaller files.",
        )

    def filled(part):
        if not (isinstance(part, dict) and "attachment" in part):
            return part
        attachment = found.get(part["attachment"]) if isinstance(part["attachment"], str) else None
        whole = to_part(attachment) if attachment else {"type": "text", "text": f"[{part.get('name', 'a file')} is gone]"}
        if said == "messages":
            return whole
        return items.part(whole) or {"type": "input_text", "text": f"[{attachment.name} cannot be sent through this API]"}

    def whole(message):
        content = message.get("content") if isinstance(message, dict) else None
        return {**message, "content": [filled(part) for part in content]} if isinstance(content, list) else message

    return request | {said: [whole(message) for message in request[said]]}


def shown(attachment):
    """As ``to_wire``, with the beginning of a data URL in place of all of it."""
    if not attachment.is_image or attachment.url:
        return attachment.to_wire()
    length = len(attachment.data_url(0)) + (attachment.size + 2) // 3 * 4
    return {"type": IMAGE, "image_url": {"url": f"{attachment.data_url(48)[:60]}… ({length:,} characters)"}}
