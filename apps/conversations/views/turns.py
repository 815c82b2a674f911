"""Sending, stopping, answering again: what changes a conversation and starts a run."""

import json

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.middleware import membership_in
from apps.catalog import catalog
from apps.conversations import runs
from apps.conversations.forms import ComposerForm, FallbackForm, KeyForm
from apps.conversations.models import Attachment, Conversation
from apps.conversations.topics import changed
from apps.conversations.views import presets
from apps.conversations.views.access import editable, editable_message
from apps.conversations.views.answers import log, not_done, refusable
from apps.conversations.views.pages import NEW, NEW_LIFETIME
from apps.core import http
from apps.live import hub
from apps.parameters.capabilities import takes_no_images
from apps.parameters.forms import ParametersForm


@require_POST
@refusable
def create_message(request, pk):
    conversation = editable_or_new(request, pk)
    composer, parameters = ComposerForm(request.POST), ParametersForm(request.POST)
    said = spoken(request, conversation, composer)
    if said is None or not (parameters.is_valid() and composer.is_valid()):
        return not_done(request, "Not sent", composer, parameters)
    model = chosen_model(parameters, conversation)
    if not model:
        unread = catalog.last_error()
        parameters.add_error("model", f"The list could not be read: {unread.message}" if unread else "Choose one first.")
        return not_done(request, "Not sent", composer, parameters)
    new = conversation.adding
    if (why := takes_no_images(model)) and any(file.is_image for file in said["attachments"]):
        composer.add_error("attachments", f"{why} Take them out, or choose another model.")
        return not_done(request, "Not sent", composer)
    api = parameters.chosen_api()
    if not composer.fits(said, conversation.api if api is None else api):
        return not_done(request, "Not sent", composer)
    presets.take_up(request, conversation)
    # A new chat has nothing yet but its preset for the controls that its model disables.
    before = conversation.preset.parameters if new and conversation.preset_id else conversation.parameters
    how = {"key": said.pop("key"), "model": model, "api": api, "parameters": parameters.stored(before)}
    how |= FallbackForm(request.POST).kept()
    if "add" in request.POST:
        if composer.is_empty:
            return http.fault(request, 422, "Not added", "Message: Write a message first.")
        return added(request, conversation, conversation.add(request.user, **how, messages=[said]), new)
    turn = conversation.ask(request.user, **said, **how, worker=runs.WORKER)
    return begun(request, conversation, turn, new)


def spoken(request, conversation, form):
    """What the composer says, for ``Conversation.ask``; None where it is no message, with the errors in the form."""
    if not form.is_valid():
        return None
    wanted = form.cleaned_data["attachments"]
    found = Attachment.objects.visible_to(request.user).filter(Q(conversation=None) | Q(conversation=conversation.pk))
    rows = found.defer("data").in_bulk(wanted) if wanted else {}
    return form.found([rows[id] for id in wanted if id in rows])


@require_POST
@refusable
def again(request, pk):
    """Regenerate and Retry: another answer to the same question, as a branch beside the old one."""
    return answer_again(request, pk)


@require_POST
@refusable
def onward(request, pk):
    """Continue: an answer that goes on from the words of this one."""
    return answer_again(request, pk, onward=True)


def answer_again(request, pk, onward=False):
    message, form = editable_message(request, pk), KeyForm(request.POST)
    if not form.is_valid() or message.current_run is None:
        return http.fault(request, 400, "That cannot be answered again", "Reload the page and try once more.")
    conversation = message.conversation
    turn = conversation.answer_again(message, **form.cleaned_data, onward=onward, worker=runs.WORKER)
    start(conversation, turn)
    return log(request, conversation)


@require_POST
@refusable
def take_back(request, pk):
    """The question of a failed answer goes back into the composer, to be said in another way."""
    message = editable_message(request, pk)
    if message.current_run is None or not message.run.was_not_answered or message.parent is None:
        return http.fault(request, 400, "This cannot be taken back", "Only a message that could not be answered can.")
    conversation = message.conversation
    question = conversation.take_back(message)
    hub.announce(f"conversation:{conversation.pk}", changed(conversation.head_id, conversation.title))
    response = log(request, conversation)
    attached = [part["attachment"] for part in question.parts if "attachment" in part]
    response["HX-Trigger"] = json.dumps({"taken-back": {"url": reverse("source", args=[question.pk]), "attachments": attached}})
    return response


@require_POST
def stop(request, pk):
    conversation = editable(request, pk)
    for run in conversation.runs.live():
        runs.stop(run)
    return HttpResponse(status=204)


def chosen_model(form, conversation):
    """The model of the form, else the conversation's, else the first of the API; an empty string when its list is unread."""
    return form.cleaned_data["model"] or conversation.model or catalog.default_model()


def begun(request, conversation, turn, new):
    """Start the run before anything is drawn: the API is asked while the page is made."""
    start(conversation, turn)
    if not request.headers.get("HX-Request"):
        return redirect("conversation", pk=conversation.pk)
    if turn.repeated:
        # The page that sends again may have drawn the turn already: it fetches what it lacks.
        response = HttpResponse(status=200)
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = "log-behind"
        return response
    if turn.question is None and not new:
        # What is answered stands on the page, and so may words that stand in the answer now: all of it is drawn anew.
        response = log(request, conversation)
        response["HX-Retarget"] = "#log"
        response["HX-Reswap"] = "outerMorph"
        response["HX-Trigger"] = "turn-begun"
        return response
    turn.answer.run = turn.run
    return drawn(request, conversation, [message for message in (turn.question, turn.answer) if message], new)


def added(request, conversation, messages, new):
    """Tell of what was added; nobody is asked."""
    hub.announce(f"conversation:{conversation.pk}", changed(conversation.head_id, conversation.title))
    if not request.headers.get("HX-Request"):
        return redirect("conversation", pk=conversation.pk)
    return drawn(request, conversation, messages, new)


def drawn(request, conversation, messages, new):
    """The messages, for the end of the log; with those that begin a chat, what the page shows of it elsewhere."""
    for message in messages:
        message.conversation = conversation
    context = {"messages": messages, "new": new, "conversation": conversation, "can_edit": True}
    response = render(request, "conversations/_added.html", context)
    if new:
        response["HX-Push-Url"] = reverse("conversation", args=[conversation.pk])
    response["HX-Trigger"] = "conversations-changed" if new else "turn-begun"
    return response


def start(conversation, turn):
    if not turn.repeated:
        runs.start(turn.run)
        hub.announce(f"conversation:{conversation.pk}", changed(conversation.head_id, conversation.title))


def editable_or_new(request, pk):
    """The conversation, or a new one when the page's token proves that this id was made for this person and team."""
    try:
        return editable(request, pk)
    except Http404:
        try:
            known, user, team = NEW.unsign_object(request.POST.get("new", ""), max_age=NEW_LIFETIME)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        if (known, user) != (pk, request.user.pk):
            raise Http404 from None
        # The team of the page, whatever was chosen in another tab meanwhile. That the id is taken by now (the same send
        # has come twice, and the other was faster by a moment) shows when it is saved.
        membership = membership_in(request.user, team)
        if membership is None or not membership.can_edit:
            raise PermissionDenied("You may read this team’s conversations, not start one.") from None
        return Conversation(pk=pk, team=membership.team, created_by=request.user)
