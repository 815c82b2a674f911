"""The request as it would go out: as JSON, and as code."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.catalog import catalog
from apps.conversations.forms import MOST_TEXT
from apps.conversations.views.answers import not_done
from apps.conversations.views.turns import editable_or_new
from apps.core import connection
from apps.parameters.forms import ParametersForm
from apps.parameters.samples import DEFAULT, pretty, samples


@require_POST
def preview(request, pk):
    """The exact body that Send would send now, with what stands in the composer."""
    return drawn(request, pk, lambda body: ("conversations/_preview.html", {"body": pretty(body)}))


@require_POST
def code(request, pk):
    """The same request as curl, Python and JavaScript."""
    return drawn(request, pk, lambda body: ("conversations/_code.html", {"samples": samples(body, address())}))


def drawn(request, pk, draw):
    conversation, form = editable_or_new(request, pk), ParametersForm(request.POST)
    if not form.is_valid():
        return not_done(request, "Not shown", form)
    model = form.cleaned_data["model"] or conversation.model or catalog.default_model()
    text = request.POST.get("text", "")[:MOST_TEXT]
    return render(request, *draw(conversation.preview(text, model, form.stored(conversation.parameters))))


def address():
    """Where the request goes, without the part of the path that every client brings itself."""
    try:
        return connection.address()[0].rstrip("/").removesuffix("/v1").removesuffix("/openai")
    except connection.NotConnected:
        return DEFAULT
