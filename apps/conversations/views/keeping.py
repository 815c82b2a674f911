"""Looking after conversations: settings, titles, branches, deletion."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.conversations import runs
from apps.conversations.forms import FallbackForm, RenameForm
from apps.conversations.topics import changed
from apps.conversations.views import answers, presets
from apps.conversations.views.access import editable, editable_message, visible, visible_message
from apps.live import hub
from apps.parameters.forms import ParametersForm


@require_safe
def log(request, pk):
    """The branch that is looked at, for a page that has fallen behind."""
    return answers.log(request, visible(request, pk))


@require_POST
def keep_settings(request, pk):
    """Keep what stands in the inspector, so that a reload and a second device find it."""
    conversation = editable(request, pk)
    form = ParametersForm(request.POST)
    if not form.is_valid():
        return answers.not_done(request, "Not kept", form)
    presets.take_up(request, conversation)
    kept = {"parameters": form.stored(conversation.parameters), "model": form.cleaned_data["model"] or conversation.model}
    conversation.change(**kept, preset_id=conversation.preset_id, **FallbackForm(request.POST).kept())
    return HttpResponse(status=204)


@require_POST
def rename(request, pk):
    conversation, form = editable(request, pk), RenameForm(request.POST)
    if not form.is_valid():
        return answers.not_done(request, "Not renamed", form)
    conversation.rename(form.cleaned_data["title"])
    hub.announce(f"conversation:{pk}", changed(conversation.head_id, conversation.title))
    if not request.headers.get("HX-Request"):
        return redirect("conversation", pk=pk)
    response = render(request, "conversations/_title.html", {"conversation": conversation})
    response["HX-Trigger"] = "conversations-changed"
    return response


@require_POST
def delete(request, pk):
    conversation = editable(request, pk)
    for run in conversation.runs.live():
        runs.stop(run)
    conversation.delete()
    hub.announce(f"conversation:{pk}", changed(None, ""))
    if not request.headers.get("HX-Request"):
        return redirect("home")
    response = HttpResponse(status=200)
    response["HX-Redirect"] = reverse("home")
    return response


@require_POST
@answers.refusable
def show_branch(request, pk):
    """Look at the branch on which a message lies."""
    message = editable_message(request, pk)
    message.conversation.look_at(message)
    return answers.log(request, message.conversation)


@require_safe
def source(request, pk):
    """The text exactly as the model wrote it, without its thoughts."""
    return HttpResponse(visible_message(request, pk).text, content_type="text/plain; charset=utf-8")
