"""The messages of a conversation as a tree: the branch that is looked at, and each message’s place among its branches."""

from django.db import transaction

from apps.conversations.models.message import Message
from apps.core.prepared import Prepared


class Tree:
    """What a Conversation knows of the order of its ``messages``; its ``head`` is the leaf that is looked at."""

    def path(self, leaf=""):
        """Messages from the root to the leaf (default: the head), without their runs."""
        rows = dict(self.messages.values_list("pk", "parent_id"))
        wanted, at = [], self.head_id if leaf == "" else leaf
        while at in rows:
            wanted.append(at)
            at = rows[at]
        # Nothing of these goes out again, and pictures make them large.
        found = Message.objects.defer("extras", "html").in_bulk(wanted)
        return [found[pk] for pk in reversed(wanted)]

    def branch(self):
        """The messages to show: the path to the head with runs, each with its place among its branches."""
        children = self.children()
        parents = {pk: parent for parent, pks in children.items() for pk in pks}
        wanted, at = [], self.head_id
        while at in parents:
            wanted.append(at)
            at = parents[at]
        found = self.messages.select_related("run", "author").in_bulk(wanted)
        return [self.place(found[pk], children) for pk in reversed(wanted)]

    @staticmethod
    def placed(message_id):
        """One message as ``branch`` gives it; None when it was deleted."""
        # In this order, because it may be deleted at any moment.
        children = children_in(_places_around.all(message=message_id))
        message = _message_with_run.first(pk=message_id)
        return message and message.conversation.place(message, children)

    def place(self, message, children):
        siblings = children[message.parent_id]
        place = siblings.index(message.pk)
        message.position, message.of = place + 1, len(siblings)
        message.previous_branch = siblings[place - 1] if place else None
        message.next_branch = siblings[place + 1] if place + 1 < len(siblings) else None
        message.conversation = self
        return message

    def children(self):
        """{message id or None: ids of what follows it, oldest first}."""
        return children_in(_places.all(conversation=self.pk))

    def take_back(self, message):
        """Leave the question that ``message`` could not answer, as if it had not been said; the question.

        Both stay as a branch. Raises Busy while an answer is written.
        """
        with transaction.atomic():
            self.free().change(head_id=message.parent.parent_id)
        return message.parent

    def look_at(self, message):
        """Show the branch on which the message lies, down to its newest leaf. Raises Busy while an answer is written."""
        with transaction.atomic():
            children, leaf = self.free().children(), message.pk
            while leaf in children:
                leaf = children[leaf][-1]
            self.change(head_id=leaf)


_message_with_run = Prepared(lambda pk: Message.objects.filter(pk=pk).select_related("run", "author", "conversation"), pk="?")
_places = Prepared(lambda conversation: Message.objects.places().filter(conversation_id=conversation), conversation="?")
_places_around = Prepared(lambda message: Message.objects.places().filter(conversation__messages=message), message="?")


def children_in(places):
    children = {}
    for message in places:
        children.setdefault(message.parent_id, []).append(message.pk)
    return children
