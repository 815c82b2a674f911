"""Speech: the page where a text is made into sound, and the library of what was made."""

import json
import secrets

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import Left, Length
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.audio import speech_samples, voices
from apps.audio.forms import KeyForm
from apps.audio.models import Speech, State
from apps.audio.models.speech import KeyReused
from apps.audio.runs import queue, waiting
from apps.audio.speech_forms import MOST, SpeechForm
from apps.catalog import catalog
from apps.core import connection, http, ids
from apps.groq.client import split_base

PAGE = 20
EXCERPT = 280


def shown(request):
    """Speeches with what their cards say; the texts themselves may be long and stay where they are."""
    counts = {"finished": Count("pieces", Q(pieces__state=State.COMPLETE)), "count": Count("pieces")}
    found = Speech.objects.visible_to(request.user).select_related("created_by").defer("text")
    return found.annotate(excerpt=Left("text", EXCERPT), length=Length("text"), **counts)


def visible(request, pk):
    return get_object_or_404(shown(request), pk=pk)


def editable(request, pk):
    speech = visible(request, pk)
    if not Speech.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("You may listen to your team’s speech, not change it.")
    return speech


@require_http_methods(["GET", "HEAD", "POST"])
def speech(request):
    """The page; a POST asks for a speech, and its card is the answer."""
    if request.method == "POST":
        return speak(request)
    before = parse_moment(request.GET.get("before", ""))
    if before and request.headers.get("HX-Request"):
        return render(request, "speech/_results.html", library(request, before))
    return page(request, begun_with(request), library(request, before))


def speak(request):
    if not (request.membership and request.membership.can_edit):
        raise PermissionDenied("You may listen to your team’s speech, not make any.")
    form, key = SpeechForm(request.POST), KeyForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return http.fault(request, 422, "Not spoken", http.errors(form, key))
    asked, key = form.asked(), key.cleaned_data["key"]
    try:
        made = Speech.ask(request.membership.team, request.user, key=key, most=voices.most(asked["model"]), **asked)
    except KeyReused:
        words = "Nothing was changed. Reload the page to see what was made."
        return http.fault(request, 409, "This was sent before with another text", words)
    if made.state == State.QUEUED:
        queue.begin_speech(made)
    if not request.headers.get("HX-Request"):
        return redirect("spoken", pk=made.pk)
    return card(request, visible(request, made.pk), plays=True)


@require_safe
def spoken(request, pk):
    """One speech, with the form filled to make another like it."""
    found = visible(request, pk)
    form = SpeechForm.of(found, found.text)
    return page(request, form, {"results": waiting.tell([found]), "next": ""}, one=found)


@require_safe
def speech_card(request, pk):
    """The card again, when the speech has ended."""
    return card(request, visible(request, pk))


@require_POST
def stop_speech(request, pk):
    editable(request, pk).stop()
    return changed(request, pk)


@require_POST
def retry_speech(request, pk):
    """Go on behind what is done."""
    found = editable(request, pk)
    if found.retry():
        queue.begin_speech(found)
    return changed(request, pk)


@require_POST
def delete_speech(request, pk):
    editable(request, pk).remove()
    return HttpResponse(status=200) if request.headers.get("HX-Request") else redirect("speech")


@require_POST
def speech_code(request):
    """The request that Speak would send, as code."""
    form = SpeechForm(request.POST)
    if not form.is_valid():
        return http.fault(request, 422, "Not shown", http.errors(form))
    asked = form.asked()
    return in_code(request, asked["model"], asked["text"], asked["voice"], asked["parameters"])


@require_safe
def spoken_code(request, pk):
    found = visible(request, pk)
    return in_code(request, found.model, found.text, found.voice, found.parameters)


def in_code(request, model, text, voice, parameters):
    try:
        address = split_base(connection.address()[0])[0]
    except connection.NotConnected:
        address = speech_samples.DEFAULT
    body = {"model": model, "input": text, "voice": voice, **parameters}
    return render(request, "conversations/_code.html", {"samples": speech_samples.samples(body, address)})


def page(request, form, listed, **more):
    known = voices.models()
    chosen = form["model"].value() or ""
    context = {
        "place": "Speech",
        "form": form,
        "models": known,
        "listed": bool(catalog.known()[0]),
        "unread": catalog.last_error(),
        "chosen_voice": form["voice"].value() or "",
        "chosen_model": chosen,
        "voices": voices.voices(chosen),
        "voices_by_model": json.dumps({model: voices.voices(model) for model in {*known, chosen} if model}),
        "connected": connection.available(),
        "can_edit": bool(request.membership and request.membership.can_edit),
        "most": MOST,
        "key": secrets.token_hex(16),
        **listed,
        **more,
    }
    return render(request, "speech/speech.html", context)


def card(request, found, **more):
    can_edit = Speech.objects.editable_by(request.user).filter(pk=found.pk).exists()
    waiting.tell([found])
    return render(request, "speech/_result.html", {"speech": found, "can_edit": can_edit, **more})


def changed(request, pk):
    return card(request, visible(request, pk)) if request.headers.get("HX-Request") else redirect("spoken", pk=pk)


def begun_with(request):
    """The form as the person used it last, or as the speech that is to be used ``again``."""
    if again := request.GET.get("again", ""):
        found = get_object_or_404(Speech.objects.visible_to(request.user), pk=again if ids.valid(again) else "")
        return SpeechForm.of(found, found.text)
    last = last_of(request.user)
    if last is not None:
        return SpeechForm.of(last)
    model = next(iter(voices.models()), "")
    return SpeechForm(initial={"model": model, "voice": next(iter(voices.voices(model)), "")})


def last_of(user):
    """What the person made last on the page: it says which model and voice they like."""
    mine = Speech.objects.visible_to(user).filter(created_by=user, aloud=False)
    return mine.defer("text").order_by("-created_at").first()


def library(request, before):
    found = shown(request).filter(aloud=False)
    if request.membership:
        found = found.filter(team=request.membership.team_id)
    if before:
        found = found.filter(created_at__lt=before)
    rows = list(found.order_by("-created_at")[: PAGE + 1])
    can_edit = bool(request.membership and request.membership.can_edit)
    following = rows[PAGE - 1].created_at.isoformat() if len(rows) > PAGE else ""
    return {"results": waiting.tell(rows[:PAGE]), "next": following, "before": before, "can_edit": can_edit}


def parse_moment(value):
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
