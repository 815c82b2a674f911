"""The doors, as views use them: what is not there and what is not yours look the same."""

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.accounts.models import EDITORS
from apps.conversations.models import Conversation, Message
from apps.core.prepared import Prepared, Whoever

_conversation = Prepared(
    lambda user, pk: (
        Conversation.objects.visible_to(Whoever(user))
        .select_related("team")
        .annotate(role=F("team__memberships__role"))
        .filter(pk=pk)
    ),
    user=-1,
    pk="?",
)


def visible(request, pk):
    """The conversation, with the person's ``role`` in its team."""
    if conversation := _conversation.first(user=request.user.pk, pk=pk):
        return conversation
    raise Http404


def editable(request, pk):
    """A conversation that the person may change: unknown ones are not found, visible ones are refused."""
    conversation = visible(request, pk)
    if conversation.role not in EDITORS:
        raise PermissionDenied("You may read this conversation, not change it.")
    return conversation


def visible_message(request, pk):
    return get_object_or_404(Message.objects.visible_to(request.user).select_related("conversation", "run"), pk=pk)


def editable_message(request, pk):
    message = visible_message(request, pk)
    if not Message.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("You may read this conversation, not change it.")
    return message
