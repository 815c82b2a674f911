"""The wire panel: what was asked and what came back, in full; the key is no part of either."""

import secrets
from functools import wraps

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from apps.conversations import runs, wire
from apps.conversations.forms import RequestForm
from apps.conversations.models import attachment
from apps.conversations.views.access import editable_message, visible_message
from apps.conversations.views.answers import log, not_done, refusable
from apps.conversations.views.requests import in_code
from apps.conversations.views.turns import start
from apps.core import http
from apps.core.text import pretty
from apps.groq.errors import Refused


def asked(door):
    """For a view of the request of a message: it gets the message that the door lets through, where a model was asked for it."""

    def decorate(view):
        @wraps(view)
        def answered(request, pk):
            message = door(request, pk)
            if message.current_run is None:
                return http.fault(request, 404, "Nothing was asked for this message", "A person wrote it.")
            return view(request, message)

        return answered

    return decorate


@require_safe
def details(request, pk):
    message = visible_message(request, pk)
    run = message.current_run
    if run is None:
        return render(request, "conversations/wire/_said.html", {"message": message, "sent": message.to_wire()})
    exchange = wire.exchange_of(run)
    context = {
        "message": message,
        "run": run,
        "sent": attachment.expanded(run.request, message.conversation_id, attachment.shown),
        "exchange": exchange,
        "response": wire.response(run, exchange),
        "timing": wire.timing(run, exchange),
    }
    return render(request, "conversations/wire/_panel.html", context)


@require_safe
def wire_events(request, pk):
    """The events of the stream, a page of them after ``?after=``."""
    message = visible_message(request, pk)
    after = request.GET.get("after", "0")
    after = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    exchange = message.current_run and wire.exchange_of(message.run)
    events, total = wire.events(exchange, after)
    context = {"message": message, "exchange": exchange, "events": events, "total": total, "next": after + len(events)}
    return render(request, "conversations/wire/_rows.html" if after else "conversations/wire/_events.html", context)


@require_safe
@asked(visible_message)
def wire_code(request, message):
    """The request that was sent, as curl, Python and JavaScript."""
    context = {"samples": in_code(message.run.request, message.conversation_id), "of": message.pk}
    return render(request, "conversations/_code.html", context)


@require_safe
@asked(visible_message)
def wire_request(request, message):
    """The body as it went out, for another program."""
    try:
        body = attachment.expanded(message.run.request, message.conversation_id)
    except Refused as error:
        return http.fault(request, 413, "Not put together", f"{error.message} {error.advice}")
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
@asked(editable_message)
def edit_request(request, message):
    """The body that was sent, to be changed by hand."""
    context = {"message": message, "body": pretty(message.run.request), "key": secrets.token_hex(16)}
    return render(request, "conversations/wire/_edit.html", context)


@require_POST
@refusable
def resend(request, pk):
    """Send an edited body: its answer stands as a branch beside the old one."""
    message, form = editable_message(request, pk), RequestForm(request.POST)
    if message.current_run is None:
        return http.fault(request, 400, "That cannot be sent again", "A person wrote it.")
    if not form.is_valid():
        return not_done(request, "Not sent", form)
    if not attachment.is_complete(form.cleaned_data["body"], message.conversation_id):
        return http.fault(request, 422, "Not sent", "Request body: It names an attachment that is not of this conversation.")
    turn = message.conversation.resend(message, request=form.cleaned_data["body"], key=form.cleaned_data["key"], worker=runs.WORKER)
    start(message.conversation, turn)
    return log(request, message.conversation)
