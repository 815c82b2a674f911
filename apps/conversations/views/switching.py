"""From one API to the other: what the other cannot express is said first."""

from django.forms.utils import pretty_name
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.conversations.forms import SpokenForm
from apps.conversations.models import TOOL
from apps.conversations.models.attachment import DOCUMENT
from apps.conversations.views.answers import not_done
from apps.conversations.views.turns import chosen_model, editable_or_new, spoken
from apps.core import http
from apps.parameters.apis import NAMES, RESPONSES, WORDS, left_out
from apps.parameters.forms import ParametersForm


@require_POST
def switch_api(request, pk):
    """What the API ``to`` cannot express of what is set and said. Nothing is switched here: the page does, as it sets all else."""
    conversation, form = editable_or_new(request, pk), ParametersForm(request.POST)
    api = WORDS.get(request.POST.get("to"))
    if api is None:
        return http.fault(request, 400, "Not switched", "There is no such API.")
    if not form.is_valid():
        return not_done(request, "Not switched", form)
    stored = form.stored(conversation.parameters)
    lost = left_out(stored, chosen_model(form, conversation), api)
    context = {
        "api": NAMES[api],
        "lost": [(form.base_fields[name].label or pretty_name(name), why) for name, why in lost.items()],
        "files": files_left_out(conversation, spoken(request, conversation, SpokenForm(request.POST))) if api == RESPONSES else 0,
        "extra": stored.get("extra"),
    }
    return render(request, "parameters/_switch.html", context)


def files_left_out(conversation, said):
    """How many attachments no input item can hold: documents, and images in results of tools.

    Those of the branch that is looked at, and of what stands in the composer (``spoken``).
    """
    path = [] if conversation.adding else conversation.path()
    kept = [(message.role, part.get("type")) for message in path for part in message.parts]
    kept += [(said["role"], file.kind) for file in said["attachments"]] if said else []
    return sum(role == TOOL or kind == DOCUMENT for role, kind in kept)
