"""The request as it would go out: as JSON, and as code."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.conversations.forms import SpokenForm
from apps.conversations.models import attachment
from apps.conversations.views.answers import not_done
from apps.conversations.views.turns import chosen_model, editable_or_new, spoken
from apps.core import connection
from apps.core.text import pretty
from apps.groq.client import split_base
from apps.parameters.forms import ParametersForm
from apps.parameters.samples import DEFAULT, FILE, samples


@require_POST
def preview(request, pk):
    """The exact body that Send would send now, with what stands in the composer."""

    def draw(of, body):
        return "conversations/_preview.html", {"body": pretty(attachment.expanded(body, of.pk, attachment.shown, request.user))}

    return drawn(request, pk, draw)


@require_POST
def code(request, pk):
    """The same request as curl, Python and JavaScript."""
    return drawn(request, pk, lambda of, body: ("conversations/_code.html", {"samples": in_code(body, of.pk, request.user)}))


def in_code(body, conversation_id, user=None):
    """The samples of a body; its images stand in files beside the code."""
    files = {}

    def named(found):
        if not found.is_image or found.url:
            return found.to_wire()
        files[found.pk] = found
        return {"type": "image_url", "image_url": {"url": FILE.format(found.pk)}}

    body = attachment.expanded(body, conversation_id, named, user)
    return samples(body, address(), {FILE.format(pk): (found.name, found.media_type) for pk, found in files.items()})


def drawn(request, pk, draw):
    conversation, form, composer = editable_or_new(request, pk), ParametersForm(request.POST), SpokenForm(request.POST)
    said = spoken(request, conversation, composer)
    if said is None or not (form.is_valid() and composer.is_valid()):
        return not_done(request, "Not shown", composer, form)
    stored = form.stored(conversation.parameters)
    body = conversation.preview(chosen_model(form, conversation), stored, form.chosen_api(), **said)
    return render(request, *draw(conversation, body))


def address():
    """Where the request goes, without the part of the path that every client brings itself."""
    try:
        return split_base(connection.address()[0])[0]
    except connection.NotConnected:
        return DEFAULT
