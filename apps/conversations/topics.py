"""What of this app can be watched: ``message:<id>`` while it is written, ``conversation:<id>`` for what happens to it,
``limits:<id>`` for what the API says of its limits.
"""

import asyncio
import logging

from django.db import DatabaseError

from apps.conversations.models import Conversation, Message, Piece, Run
from apps.conversations.runs import ending, gauge
from apps.conversations.runs.picture import Picture
from apps.core import connection, serving
from apps.core.prepared import Prepared, Whoever
from apps.live import hub
from apps.live.topics import Opened, Topic

POLL_EVERY = 0.4

logger = logging.getLogger(__name__)

_visible_message = Prepared(
    lambda user, pk: Message.objects.visible_to(Whoever(user)).filter(pk=pk).select_related("run"), user=-1, pk="?"
)
_visible_conversation = Prepared(lambda user, pk: Conversation.objects.visible_to(Whoever(user)).filter(pk=pk), user=-1, pk="?")


class MessageTopic(Topic):
    def open(self, user, id):
        message = _visible_message.first(user=user.pk, pk=id)
        if message is None or message.current_run is None:
            return None
        if message.run.is_live:
            return Opened(live=True)
        return Opened(ending.last_frame(id), live=False)

    def follow(self, channel, id):
        """The run is played by another process: its checkpoints, read while somebody watches."""
        return Follower(channel, id)


class Follower:
    """Feeds a channel from the pieces that another process saves."""

    def __init__(self, channel, id):
        self.channel, self.id = channel, id
        self.picture = None
        self.seen = 0
        self.task = asyncio.create_task(self.poll())

    def snapshot(self):
        """None until the first pieces have been read: what the page shows is better than an empty picture."""
        return self.picture.snapshot() if self.picture else None

    def frame(self):
        return self.picture.frame() if self.picture else None

    async def poll(self):
        try:
            while self.channel.watchers or self.picture is None:
                try:
                    live, prefix, pieces = await serving.in_thread(self.read)
                except DatabaseError as error:
                    logger.warning("following %s: %s", self.id, error)
                    await asyncio.sleep(POLL_EVERY)
                    continue
                if self.channel.source is not self:
                    # A player of this process has taken over; it tells everything.
                    return
                begins = self.picture is None
                if begins:
                    self.picture = Picture(prefix, measured=False)
                for pk, kind, text in pieces:
                    self.seen = pk
                    (self.picture.write if kind == Piece.TEXT else self.picture.think)(text)
                    if "waiting" in self.picture.status:
                        self.picture.tell(streaming=True)
                if not live:
                    # What came last stands in the last frame, too.
                    self.channel.publish(await serving.in_thread(ending.last_frame, self.id))
                    return
                frame = self.picture.frame()
                if begins:
                    # Whoever watches has waited for this one.
                    frame = {"snapshot": self.picture.snapshot()}
                if frame:
                    self.channel.publish(frame)
                await asyncio.sleep(POLL_EVERY)
        except (Conversation.DoesNotExist, Message.DoesNotExist, Run.DoesNotExist):
            self.channel.publish({"gone": True})
        finally:
            if self.channel.source is self:
                self.channel.source = None
            hub.forget(self.channel)

    def read(self):
        run = Run.objects.get(pk=self.id)
        pieces = list(Piece.objects.filter(run_id=self.id, pk__gt=self.seen).values_list("pk", "kind", "text"))
        return run.is_live, run.prefix, pieces


class ConversationTopic(Topic):
    def open(self, user, id):
        # What it is now: a page that was drawn before somebody went on finds out as soon as it watches.
        found = _visible_conversation.first(user=user.pk, pk=id)
        return Opened(changed(found.head_id, found.title)) if found else None

    def stamps(self, ids):
        found = Conversation.objects.filter(pk__in=ids).values_list("pk", "head_id", "title")
        return dict.fromkeys(ids, (None, "")) | {pk: (head, title) for pk, head, title in found}

    def changed(self, id, stamp):
        return changed(*stamp)


class LimitsTopic(Topic):
    """What the API's answers said about its limits, of every model: the key is the server's, so all its teams may see them."""

    def open(self, user, id):
        known = connection.available() and gauge.name() == f"limits:{id}"
        return Opened({"snapshot": gauge.snapshot()}) if known and user.memberships.exists() else None


def changed(head, title):
    """The frame that tells a page what it may have to fetch; without head and title the conversation is gone."""
    return {"head": head, "title": title} if head or title else {"gone": True}
