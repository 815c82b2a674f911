"""A request from elsewhere as a new conversation."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.conversations import imports
from apps.conversations.forms import RequestForm
from apps.conversations.models import Attachment, Conversation
from apps.conversations.views.answers import not_done, refusable
from apps.core import ids
from apps.parameters.imports import Unreadable


@require_POST
@refusable
def import_request(request):
    """Make a conversation of a request body; nothing is asked. The same key again leads to the same conversation."""
    if not (request.membership and request.membership.can_edit):
        raise PermissionDenied("You may read this team’s conversations, not start one.")
    form = RequestForm(request.POST)
    if not form.is_valid():
        return not_done(request, "Not imported", form)
    try:
        model, parameters, said = imports.read(form.cleaned_data["body"])
    except Unreadable as error:
        form.add_error("body", str(error))
        return not_done(request, "Not imported", form)
    key = form.cleaned_data["key"]
    pk = ids.derived("import", str(request.user.pk), key)
    if not Conversation.is_taken(pk):
        conversation = Conversation(pk=pk, team=request.membership.team, created_by=request.user)
        for message in said:
            message["attachments"] = [Attachment.take(request.user, **file) for file in message.pop("files")]
        conversation.add(request.user, key=key, model=model, parameters=parameters, messages=said)
    if not request.headers.get("HX-Request"):
        return redirect("conversation", pk=pk)
    response = HttpResponse(status=200)
    response["HX-Redirect"] = reverse("conversation", args=[pk])
    return response
