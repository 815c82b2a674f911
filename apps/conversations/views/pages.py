"""Whole pages: a new chat, a conversation; and the list beside them."""

import json
import secrets
from datetime import timedelta

from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.catalog import catalog
from apps.catalog.views import picker
from apps.conversations.forms import FallbackForm
from apps.conversations.listing import listing
from apps.conversations.models import Conversation
from apps.conversations.runs import gauge
from apps.conversations.views import presets
from apps.conversations.views.access import visible
from apps.core import connection
from apps.core import palette as others
from apps.core.searching import containing
from apps.parameters.forms import ParametersForm
from apps.parameters.preset_views import standing

NEW = signing.TimestampSigner(salt="new conversation")
# A page may lie open for long; one of last month must not bring a deleted conversation back.
NEW_LIFETIME = timedelta(days=7)


@require_safe
def home(request):
    """A new chat, with ``?preset=`` applied: its id is made now and signed, the conversation itself with the first message."""
    if not connection.available():
        return render(request, "conversations/connect.html", {"place": "Chat", **listing(request)})
    conversation = Conversation(team=request.membership.team if request.membership else None)
    token = NEW.sign_object([conversation.pk, request.user.pk, conversation.team_id])
    # People go on with the model they used last.
    last = Conversation.objects.visible_to(request.user).filter(created_by=request.user).order_by("-updated_at")
    conversation.model = last.values_list("model", flat=True).first() or ""
    presets.begin_with(request, conversation)
    return page(request, conversation, {"new": token})


@require_safe
def conversation(request, pk):
    return page(request, visible(request, pk))


def page(request, conversation, more=()):
    models = picker(conversation.model)
    context = {
        "place": "Chat",
        "conversation": conversation,
        "turns": conversation.branch() if conversation.head_id else [],
        "parameters": ParametersForm(initial={**conversation.parameters, "model": models["chosen"], "api": conversation.api}),
        "fallback": FallbackForm(initial={"falls_back": conversation.falls_back}),
        # Both are for the gauge's script; without an API there are no limits to know.
        "limits_topic": gauge.name() if connection.available() else "",
        "limits": json.dumps(gauge.snapshot()["limits"]) if connection.available() else "{}",
        "can_edit": can_edit(request, conversation),
        # No model speaks, none hears: what needs one is not offered.
        "mute": not catalog.may_offer(catalog.is_speech),
        "deaf": not catalog.may_offer(catalog.is_transcription),
        "key": secrets.token_hex(16),
        **standing(presets.shown(request, conversation)),
        **models,
        **listing(request),
        **dict(more),
    }
    return render(request, "conversations/chat.html", context)


def can_edit(request, conversation):
    if conversation.adding:
        return bool(request.membership and request.membership.can_edit)
    return Conversation.objects.editable_by(request.user).filter(pk=conversation.pk).exists()


PLACES = [("Chat", "home"), ("Audio", "audio"), ("Speech", "speech"), ("Settings", "settings")]


@require_safe
def palette(request):
    """Every place, action, preset and conversation by name, and what other apps bring, for the palette."""
    query = request.GET.get("q", "").strip()[:200]
    entries = [{"name": "New chat", "kind": "Action", "url": reverse("home")}]
    entries += [{"name": "Keys", "kind": "Action", "url": "#keys", "opens": "keys"}]
    entries += [{"name": name, "kind": "Place", "url": reverse(view)} for name, view in PLACES]
    entries = [entry for entry in entries if query.lower() in entry["name"].lower()]
    entries += [
        {"name": name, "kind": "Preset", "url": f"{reverse('home')}?preset={pk}", "applies": pk}
        for pk, name in presets.named(request, query).values_list("pk", "name")[:6]
    ]
    found = Conversation.objects.visible_to(request.user).filter(containing("title", query)).order_by("-updated_at")
    entries += [
        {"name": title or "New chat", "kind": "Conversation", "url": reverse("conversation", args=[pk])}
        for pk, title in found.values_list("pk", "title")[:12]
    ]
    entries += others.found(request, query)
    return render(request, "conversations/_palette.html", {"entries": entries})


@require_safe
def conversations(request):
    """The list: as a part of the page, or (without scripts) as the page it belongs to."""
    if not request.headers.get("HX-Request"):
        return redirect("home")
    context = listing(request)
    template = "conversations/_more.html" if context["before"] else "conversations/_list.html"
    return render(request, template, context)
