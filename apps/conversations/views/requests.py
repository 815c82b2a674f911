"""The request as it would go out: as JSON, and as code."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.conversations.forms import MOST_TEXT
from apps.conversations.views.answers import not_done
from apps.conversations.views.turns import chosen_model, editable_or_new
from apps.core import connection
from apps.groq.client import split_base
from apps.parameters.forms import ParametersForm
from apps.parameters.samples import DEFAULT, pretty, samples


@require_POST
def preview(request, pk):
    """The exact body that Send would send now, with what stands in the composer."""
    return drawn(request, pk, lambda api, body: ("conversations/_preview.html", {"body": pretty(body)}))


@require_POST
def code(request, pk):
    """The same request as curl, Python and JavaScript."""
    return drawn(request, pk, lambda api, body: ("conversations/_code.html", {"samples": samples(body, address(), api)}))


def drawn(request, pk, draw):
    conversation, form = editable_or_new(request, pk), ParametersForm(request.POST)
    if not form.is_valid():
        return not_done(request, "Not shown", form)
    text, stored = request.POST.get("text", "")[:MOST_TEXT], form.stored(conversation.parameters)
    body = conversation.preview(text, chosen_model(form, conversation), stored, form.chosen_api())
    return render(request, *draw(conversation.api, body))


def address():
    """Where the request goes, without the part of the path that every client brings itself."""
    try:
        return split_base(connection.address()[0])[0]
    except connection.NotConnected:
        return DEFAULT
