"""A conversation: a tree of messages, the branch that is looked at, and the settings of the next request."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import TeamOwned
from apps.conversations.models import tiers
from apps.conversations.models.attachment import Attachment
from apps.conversations.models.message import ASSISTANT, TOOL, USER, Message
from apps.conversations.models.replay import replayed
from apps.conversations.models.run import Run
from apps.conversations.models.tree import Tree
from apps.conversations.models.turn import Busy, KeyReused, NothingToAnswer, Turn, digest_of, halved, title_of
from apps.core import ids
from apps.core.prepared import Prepared, insert
from apps.core.text import clean
from apps.parameters import responses
from apps.parameters.apis import CHAT, RESPONSES, api_of
from apps.parameters.body import to_request
from apps.parameters.models import Preset

# What people set, and a run goes by.
SETTINGS = ("model", "api", "parameters", "preset", "falls_back")


class Conversation(Tree, TeamOwned):
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=200, blank=True)
    # Which API answers: "" is chat completions, "responses" the other.
    api = models.CharField(max_length=20, blank=True)
    # Where flex has no capacity, ask on demand without asking the person first.
    falls_back = models.BooleanField(default=False)
    # ParametersForm.stored(): what was set, by name; the system message among them.
    parameters = models.JSONField(default=dict, blank=True)
    # The preset that was applied last; what was changed since is the difference of the two.
    preset = models.ForeignKey("parameters.Preset", models.SET_NULL, null=True, blank=True, related_name="+")
    # The last message of the branch that is looked at.
    head = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["team", "-updated_at"], name="conversation_by_time")]

    def __str__(self):
        return self.title or "New chat"

    @property
    def adding(self):
        """True until the first message saves it."""
        return self._state.adding

    @staticmethod
    def is_taken(pk):
        """Whether there is a conversation with this id, whoever may see it."""
        return _conversation.first(pk=pk) is not None

    def ask(
        self,
        user,
        *,
        text,
        key,
        model,
        parameters,
        api=None,
        falls_back=None,
        worker="",
        role=USER,
        tool_call_id="",
        attachments=(),
    ):
        """Save what the person says and the answer that is to come, in one transaction; a Turn.

        Words of the assistant's are what its answer begins with; no words at all have the last message answered.
        With ``worker`` the run is born claimed by that process, as ``run.claim`` would do. ``api`` (one of ``apis.NAMES``)
        and ``falls_back`` are kept when given.
        The same key again gives the turn that it made (``repeated``). Raises KeyReused when the key came with
        other words before, Busy while an answer is being written, DoesNotExist when it was deleted meanwhile.
        """
        text = clean(text)
        digest = digest_of(text, model, parameters, role, tool_call_id, [file.pk for file in attachments], *([api] if api else []))
        with transaction.atomic():
            taken = not self.adding or Conversation.is_taken(self.pk)
            if taken and (turn := self.turn_of(key, digest)):
                return turn
            if taken and self.adding:
                # Another tab of the same new chat was first.
                raise Busy
            history = [] if self.adding else self.free().path()
            self.settle(model, parameters, api, falls_back, text, attachments)
            if not (text or attachments or role == TOOL):
                return self.answer_head(history, key, digest, worker)
            if role == ASSISTANT:
                head = history[-1] if history else None
                return self.answer_to(head, history, key, digest, text, worker=worker)
            question = self.said(user, history, role, text, tool_call_id, attachments)
            return self.answer_to(question, [*history, question], key, digest, worker=worker)

    def answer_head(self, history, key, digest, worker=""):
        """Answer what was added last; raises NothingToAnswer when that is an answer already."""
        head = history[-1] if history else None
        if head is None or Run.objects.filter(pk=head.pk).exists():
            raise NothingToAnswer
        if head.role != ASSISTANT:
            return self.answer_to(head, history, key, digest, worker=worker)
        # The answer begins with the words that were put into its mouth, and stands beside them.
        before = history[:-1]
        return self.answer_to(before[-1] if before else None, before, key, digest, head.text, worker=worker)

    def add(self, user, *, key, model, parameters, messages, api=None, falls_back=None):
        """Save messages without asking for an answer; those that the key made, also when it came before.

        ``messages`` are [{role, text, tool_call_id, attachments, tool_calls, reasoning}], each the next one's parent.
        Raises as ``ask`` does.
        """
        with transaction.atomic():
            taken = not self.adding or Conversation.is_taken(self.pk)
            named = [ids.derived(self.pk, key, str(place)) for place in range(len(messages))]
            if taken and (before := list(Message.objects.filter(pk__in=named))):
                before.sort(key=lambda message: named.index(message.pk))
                if [message.words for message in before] != [self.saying(**message).words for message in messages]:
                    raise KeyReused
                return before
            if taken and self.adding:
                raise Busy
            history = [] if self.adding else self.free().path()
            first = messages[0] if messages else {}
            self.settle(model, parameters, api, falls_back, clean(first.get("text", "")), first.get("attachments"))
            made = []
            for id, message in zip(named, messages, strict=True):
                made.append(self.said(user, [*history, *made], **message))
                made[-1].pk = id
            self.keep(made)
            return made

    def settle(self, model, parameters, api, falls_back, text, attachments):
        """Take over the settings that come with a message; where there is no title yet, its words become one."""
        self.model, self.parameters, self.api = model, parameters, self.api if api is None else api
        if falls_back is not None:
            self.falls_back = falls_back
        if not self.title:
            self.title = title_of(text or (attachments[0].name if attachments else ""))

    def answer_calls(self, user, message, results, *, key, worker=""):
        """Save the results of a message's tool calls, [(call id, text)], and ask for what follows from them; a Turn."""
        digest = digest_of(message.pk, results)
        with transaction.atomic():
            if turn := self.turn_of(key, digest):
                return turn
            history, made = self.free(*SETTINGS).path(message.pk), []
            for call, text in results:
                made.append(self.said(user, [*history, *made], TOOL, text, call))
            return self.answer_to(made[-1], [*history, *made], key, digest, worker=worker, others=made[:-1])

    def said(self, user, history, role, text, tool_call_id="", attachments=(), **more):
        """A message that follows ``history``, not saved yet; what was uploaded for it belongs to this conversation then."""
        if attachments:
            Attachment.give(attachments, self.pk)
        message = self.saying(role, text, tool_call_id, attachments, **more)
        message.parent, message.author = history[-1] if history else None, user
        return message

    def saying(self, role, text, tool_call_id="", attachments=(), **more):
        """What somebody is about to say, as a Message of its own."""
        parts = [file.to_part() for file in attachments]
        more |= {"parts": parts, "tool_call_id": tool_call_id}
        return Message(conversation=self, role=role, text=clean(text), **more)

    def answer_again(self, message, *, key, onward=False, cooler=False, unchecked=False, tier="", worker=""):
        """Another answer to the question that ``message`` answered; the old one stays as a branch.

        With ``onward`` the new answer goes on from the old one's words; with ``cooler`` it is asked for at half the
        temperature of the old one, with ``unchecked`` without the API checking calls of tools, with ``tier`` of that
        service tier. Raises as ``ask`` does.
        """
        digest = digest_of(message.pk, onward, cooler, unchecked, tier)
        with transaction.atomic():
            if turn := self.turn_of(key, digest):
                return turn
            self.free(*SETTINGS)
            changes = {"temperature": halved(message.run)} if cooler else {}
            by_hand = message.run.edited and not onward
            api = message.run.api if by_hand else self.api
            if unchecked and api == CHAT:
                changes["disable_tool_validation"] = True
            if tier:
                changes["service_tier"] = tiers.on_demand(api) if tier == "on_demand" else tier
            if by_hand:
                # What was asked was not what stands above it.
                request = message.run.request | changes
                return self.answer_to(message.parent, [], key, digest, worker=worker, request=request)
            history = self.path(message.parent_id)
            prefix = message.text if onward else ""
            parent = history[-1] if history else None
            return self.answer_to(parent, history, key, digest, prefix, changes, worker)

    def resend(self, message, *, request, key, worker=""):
        """Another answer beside ``message``, to a request body that a person wrote. Raises as ``ask`` does."""
        digest = digest_of(message.pk, request)
        with transaction.atomic():
            if turn := self.turn_of(key, digest):
                return turn
            self.free(*SETTINGS)
            parent = message.parent
            return self.answer_to(parent, [], key, digest, worker=worker, request=request)

    def answer_to(self, question, history, key, digest, prefix="", changes=(), worker="", request=None, others=()):
        """Save the answer that is to come, its run, and of ``others`` and ``question`` what is new; a Turn.

        The request is made of ``history``, of the words ``prefix`` that the answer begins with, and of ``changes`` to members
        of the body; or it is ``request``, a body that a person wrote.
        """
        answer = Message(conversation=self, parent=question, role=ASSISTANT, text=prefix)
        new = [message for message in (*others, question, answer) if message and message._state.adding]
        self.keep(new)
        run = Run(message=answer, conversation=self, key=key, digest=digest, api=self.api, model=self.model)
        run.request = request or self.request_body(history, prefix) | dict(changes)
        if request:
            run.api, run.model, run.edited = api_of(request), request["model"][:200], True
        if worker:
            run.worker, run.lease_until = worker, self.updated_at + Run.LEASE
        insert(run)
        return Turn(question if question in new else None, answer, run)

    def keep(self, messages):
        """Save this conversation with messages that follow one another; the last is looked at."""
        self.head, self.updated_at = messages[-1] if messages else self.head, timezone.now()
        self.preset_id = Preset.lasting(self.preset_id)
        # Ids are made here, so a row may name one that comes after it: the database looks at the end of the transaction.
        if self.adding:
            insert(self)
        else:
            self.save(update_fields=["head", "updated_at", "title", *SETTINGS])
        if messages:
            insert(*messages)

    def request_body(self, history, prefix=""):
        """The body as it goes out: a whitelist of what the API knows, and only what was set."""
        thoughts = replayed(history, self.model)
        messages = [message.to_wire(message.pk in thoughts) for message in history if message.is_sent]
        if system := self.parameters.get("system"):
            messages.insert(0, {"role": "system", "content": system})
        if prefix:
            messages.append({"role": ASSISTANT, "content": prefix})
        if self.api == RESPONSES:
            return responses.request(self.model, messages, self.parameters)
        return {"model": self.model, "messages": messages, **to_request(self.parameters, self.model), "stream": True}

    def preview(self, model, parameters, api=None, *, text="", role=USER, tool_call_id="", attachments=()):
        """The body that saying this would send, without saving anything."""
        self.model, self.parameters, self.api = model, parameters, self.api if api is None else api
        history = [] if self.adding else self.path()
        said = self.saying(role, text, tool_call_id, attachments)
        if role == ASSISTANT:
            return self.request_body(history, said.text)
        return self.request_body([*history, said] if said.text or said.parts else history)

    def turn_of(self, key, digest):
        """The turn that the key made, or None."""
        run = _run_of_key.first(conversation=self.pk, key=key)
        if run is None:
            return None
        if run.digest != digest:
            raise KeyReused
        return Turn(run.message.parent, run.message, run, repeated=True)

    def free(self, *fields):
        """This conversation when nothing is being written on it, with its head, title and ``fields`` read anew."""
        if Run.objects.live().filter(conversation_id=self.pk).exists():
            raise Busy
        # Another tab may have moved on since this row was read.
        self.refresh_from_db(fields=["head", "title", *fields])
        return self

    def change(self, **fields):
        """Write some fields; raises DoesNotExist when the conversation was deleted meanwhile."""
        with transaction.atomic():
            if "preset_id" in fields:
                fields["preset_id"] = Preset.lasting(fields["preset_id"])
            if not Conversation.objects.filter(pk=self.pk).update(**fields):
                raise Conversation.DoesNotExist
        for name, value in fields.items():
            setattr(self, name, value)

    def delete(self, *args, **kwargs):
        """With all that was said, and nothing said meanwhile left over."""
        with transaction.atomic():
            return super().delete(*args, **kwargs)

    def rename(self, title):
        """Give it another title. Raises DoesNotExist when it was deleted meanwhile."""
        self.change(title=clean(title).strip()[:200] or self.title)


_conversation = Prepared(lambda pk: Conversation.objects.filter(pk=pk).only("pk"), pk="?")
_run_of_key = Prepared(
    lambda conversation, key: Run.objects.filter(conversation_id=conversation, key=key).select_related("message__parent"),
    conversation="?",
    key="??",
)
