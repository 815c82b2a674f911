"""A message: one node of the conversation's tree."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from apps.accounts.models import EDITORS
from apps.conversations.models import tiers
from apps.core import ids, markdown
from apps.groq import toolcalls

SYSTEM, DEVELOPER, USER, ASSISTANT, TOOL = "system", "developer", "user", "assistant", "tool"
ROLES = [(SYSTEM, "System"), (DEVELOPER, "Developer"), (USER, "User"), (ASSISTANT, "Assistant"), (TOOL, "Tool")]


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(conversation__team__memberships__user_id=user.pk)

    def editable_by(self, user):
        return self.filter(conversation__team__memberships__user_id=user.pk, conversation__team__memberships__role__in=EDITORS)

    def places(self):
        """What a tree is made of, oldest first: ids and parents only."""
        return self.order_by("created_at", "pk").only("parent_id")


class Message(models.Model):
    """What one side said. Messages with the same parent are branches of one another."""

    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    role = models.CharField(max_length=9, choices=ROLES)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    # Content parts beside the text, as the API names them; of what was uploaded, {"type": …, "attachment": <id>}.
    parts = models.JSONField(default=list, blank=True)
    # Apart from the text, because unknown members of a message are an error at the API.
    reasoning = models.TextField(blank=True)
    tool_calls = models.JSONField(default=list, blank=True)
    # Of a tool message: the call that it is the result of.
    tool_call_id = models.CharField(max_length=200, blank=True)
    # Reply.extras: annotations, executed_tools, logprobs, mcp_list_tools; "fallback" (see tiers); "thinking", {seconds,
    # skipped}: how long, and how many characters of thoughts were taken out of the text. Never sent back.
    extras = models.JSONField(default=dict, blank=True)
    # The text as safe HTML, made once when the answer ended.
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    # Set by Conversation.branch: this message's place among its branches.
    position = of = 1
    previous_branch = next_branch = None

    class Meta:
        indexes = [models.Index(fields=["conversation", "created_at"], name="message_by_time")]

    def __str__(self):
        return f"{self.role}: {self.text[:40]}"

    @cached_property
    def body(self):
        """The text as safe HTML."""
        return markdown.stored(self.html) if self.html else markdown.render(self.text)

    @property
    def current_run(self):
        """The run that writes or wrote this message; None for what a person said."""
        return getattr(self, "run", None) if self.role == ASSISTANT else None

    @property
    def tier(self):
        """The service tier that was asked for and the one that answered; None where there is nothing to tell."""
        return tiers.of(self.current_run, self.extras) if self.current_run else None

    @property
    def words(self):
        """What makes it the same message, if it comes again."""
        return self.role, self.text, self.tool_call_id, self.parts

    def to_wire(self, with_reasoning=False):
        """This message as the API takes it: only members that it knows."""
        wire = {"role": self.role, "content": self.content()}
        if with_reasoning:
            wire["reasoning"] = self.reasoning
        if self.tool_calls:
            wire["tool_calls"] = self.tool_calls
            wire["content"] = self.text or None
        if self.role == TOOL:
            wire["tool_call_id"] = self.tool_call_id
        return wire

    def content(self):
        """The text alone, or content parts; what was uploaded is named there and put in when the request goes out."""
        if not self.parts:
            return self.text
        return ([{"type": "text", "text": self.text}] if self.text else []) + self.parts

    @property
    def is_sent(self):
        """Whether there is anything to send: an answer that never came is left out."""
        return bool(self.text or self.tool_calls or self.parts) or self.role == TOOL

    @property
    def awaits_results(self):
        """Whether nothing follows its tool calls yet."""
        return bool(self.tool_calls) and not self.children.exists()

    @property
    def calls(self):
        """[{id, name, arguments}] of the tool calls, the arguments laid out where they are JSON."""
        return [toolcalls.laid_out(call) for call in self.tool_calls]
