"""What is asked of the API for recordings: begun as jobs, estimated, shown as code."""

import json
import secrets

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.audio import languages, samples
from apps.audio.forms import KeyForm, TranscriptionForm
from apps.audio.models import Recording, Transcript
from apps.audio.runs import cutting, queue
from apps.audio.views.access import READ_ONLY, editable, onward, visible, working_team
from apps.catalog.views import TRANSCRIPTION, picker
from apps.core import connection, http, ids
from apps.core.text import clean
from apps.groq.client import split_base
from apps.parameters.models import TRANSCRIPTION as KIND
from apps.parameters.models import Preset
from apps.parameters.preset_views import standing
from apps.parameters.samples import DEFAULT

MOST_TOGETHER = 50


def form_context(request, team):
    """What ``audio/_form.html`` shows: the form as it begins, or with the preset that a link names."""
    preset = presets(request.user, team).filter(pk=clean(request.GET.get("preset", ""))).first()
    initial = {**TranscriptionForm.FIRST, **(preset.parameters if preset else {})}
    models = picker(preset.model if preset else "", TRANSCRIPTION)
    return {
        "form": TranscriptionForm(initial={**initial, "model": models["chosen"]}),
        "beginning": json.dumps(TranscriptionForm.beginning()),
        "languages": [languages.shown(code) for code in languages.LANGUAGES],
        "team": team,
        "kind": KIND,
        "connected": connection.available(),
        **standing(preset),
        **models,
    }


def presets(user, team):
    return Preset.objects.visible_to(user).filter(team=team, kind=KIND)


@require_POST
def transcribe(request, pk):
    """Ask for a transcript, once per key; its page."""
    recording = editable(request, pk)
    form, key = TranscriptionForm(request.POST), KeyForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return http.fault(request, 422, "Not begun", http.errors(form, key))
    transcript = asked(request, recording, form, key.cleaned_data["key"])
    return onward(request, reverse("transcript", args=[transcript.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def transcribe_all(request):
    """Several recordings with the same settings: the form for them, and the jobs."""
    team = working_team(request)
    given = request.GET if request.method != "POST" else request.POST
    recordings = chosen(request.user, team, given.get("of", ""))
    if request.method != "POST":
        context = {"place": "Audio", "recordings": recordings, "can_edit": True, "key": secrets.token_hex(16)}
        return render(request, "audio/together.html", context | form_context(request, team))
    form, key = TranscriptionForm(request.POST), KeyForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return http.fault(request, 422, "Not begun", http.errors(form, key))
    if not recordings:
        return http.fault(request, 422, "Not begun", "None of these recordings is there any more.")
    for recording in recordings:
        asked(request, recording, form, key.cleaned_data["key"])
    return onward(request, reverse("audio"))


def chosen(user, team, named):
    """The recordings of the team with these ids, in the order of the list."""
    wanted = [pk for pk in named.split(",")[:MOST_TOGETHER] if ids.valid(pk)]
    return list(Recording.objects.editable_by(user).filter(team=team, pk__in=wanted).order_by("-created_at"))


def asked(request, recording, form, key):
    """The transcript, queued; the same one however often it is asked for."""
    preset = presets(request.user, recording.team_id).filter(pk=clean(request.POST.get("preset", ""))).first()
    said = form.cleaned_data
    transcript = Transcript.ask(
        recording, request.user, key=key, task=said["task"], model=said["model"], parameters=form.stored(), preset=preset
    )
    queue.begin(transcript)
    return transcript


@require_POST
def estimate(request, pk):
    """What the settings mean for this recording, in a sentence."""
    recording, form = visible(request, pk), TranscriptionForm(request.POST)
    # The list of models may still be on its way.
    known = form.is_valid() or set(form.errors) == {"model"}
    words = cutting.estimate(recording, form.stored(), form.cleaned_data.get("model", "")).words if known else ""
    return render(request, "audio/_estimate.html", {"recording": recording, "words": words})


@require_POST
def code(request, pk):
    """The request of these settings as curl, Python and JavaScript."""
    recording, form = visible(request, pk), TranscriptionForm(request.POST)
    if not recording.can_edit:
        raise PermissionDenied(READ_ONLY)
    if not form.is_valid():
        return http.fault(request, 422, "Not shown", http.errors(form))
    said = form.cleaned_data
    of = {"url": recording.url} if recording.is_linked else {"file": recording.name or "recording"}
    shown = samples.samples(said["task"], said["model"], form.stored(), address(), **of)
    return render(request, "conversations/_code.html", {"samples": shown})


def address():
    try:
        return split_base(connection.address()[0])[0]
    except connection.NotConnected:
        return DEFAULT
