"""Transcribe a stretch again, with other settings, and take the better text."""

import math
import secrets

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.audio import history, languages, pages
from apps.audio.documents import diff, editing
from apps.audio.models import Transcript
from apps.audio.runs import queue
from apps.audio.transcript_forms import AgainForm
from apps.audio.views.access import onward
from apps.audio.views.transcript_access import editable, newest, visible, written
from apps.audio.views.versions import to_text
from apps.catalog import catalog
from apps.core.text import clock


@require_http_methods(["GET", "HEAD", "POST"])
def again(request, pk):
    """The settings, as they were; a POST queues the try."""
    transcript = editable(request, pk)
    newest(transcript)
    if request.method != "POST":
        initial = {**transcript.parameters, "model": transcript.model, "key": secrets.token_hex(16)}
        return render_form(request, transcript, AgainForm(initial={**initial, **request.GET.dict()}))
    form = AgainForm(request.POST)
    if not form.is_valid():
        response = render_form(request, transcript, form, 422)
        response["HX-Retarget"] = "#again .shown"
        response["HX-Reswap"] = "innerHTML"
        return response
    told = form.cleaned_data
    tried = Transcript.ask(
        transcript.recording,
        request.user,
        key=told["key"],
        task=transcript.task,
        model=told["model"],
        parameters=form.stored(),
        of=transcript,
        start=told["start"],
        end=told["end"],
    )
    queue.begin(tried)
    return onward(request, reverse("transcript_try", args=[pk, tried.pk]))


def render_form(request, transcript, form, status=200):
    start, end = (number(form[name].value()) for name in ("start", "end"))
    context = {
        "transcript": transcript,
        "form": form,
        "models": [model["id"] for model in catalog.models_now() if catalog.is_transcription(model["id"])],
        "languages": [languages.shown(code) for code in languages.LANGUAGES],
        "from": clock(start),
        "to": clock(end),
        "tries": transcript.tries.filter(start__lt=end, end__gt=start).order_by("-created_at"),
    }
    return render(request, "audio/_again.html", context, status=status)


def number(value):
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


@require_safe
def tried(request, pk, other):
    """Both texts of the stretch, when the second is there."""
    transcript, tried = visible(request, pk), visible(request, other, of_id=pk)
    version = None if tried.is_live else tried.version
    operation = editing.taken(newest(transcript).segments, version.segments if version else [], tried.start, tried.end, "t0")
    before = [segment for segment in newest(transcript).segments if segment["id"] in set(operation["remove"])]
    context = {
        "place": "Audio",
        "transcript": transcript,
        "tried": tried,
        "recording": transcript.recording,
        "version": version,
        **pages.readings(*diff.lines(before, version.segments if version else [])),
        "differing": pages.differing(transcript, tried),
        "from": clock(tried.start),
        "to": clock(tried.end),
        "can_edit": transcript.can_edit,
    }
    return render(request, "audio/try.html", context)


@require_POST
@written
def take(request, pk, other):
    """Let the second text stand where the first stood, as a new version."""
    transcript, tried = editable(request, pk), editable(request, other, of_id=pk)
    segments = newest(tried).segments

    def make(now):
        operation = editing.taken(now.segments, segments, tried.start, tried.end, f"t{now.number}")
        return editing.apply(now.segments, [operation])[0]

    history.put(transcript, request.user, make, f"Took another try by {tried.model}")
    return to_text(request, transcript, f"?t={tried.start}")
