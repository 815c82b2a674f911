"""Pages: the recordings of the team, and one of them with all that was made of it."""

import json
import secrets

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.audio import searching
from apps.audio.forms import LinkForm, TitleForm, TranscriptionForm
from apps.audio.intake import taking
from apps.audio.listing import listing
from apps.audio.models import Upload
from apps.audio.views.access import editable, onward, visible
from apps.audio.views.requests import form_context
from apps.audio.views.uploads import standing
from apps.core import http


@require_safe
def audio(request):
    """The recordings; the list alone where only that is asked for."""
    team = request.membership.team if request.membership else None
    context = listing(request.user, team, request.GET.get("q", ""), request.GET.get("before", ""))
    if not context["before"]:
        # Beside the titles: who remembers what was said seldom remembers what the file was called.
        context["said"] = searching.search(request.user, context["query"])
    if request.headers.get("HX-Request"):
        return render(request, "audio/_more.html" if context["before"] else "audio/_list.html", context)
    context |= {
        "place": "Audio",
        "can_edit": bool(request.membership and request.membership.can_edit),
        "link": LinkForm(),
        "unfinished": json.dumps([{**standing(one), "origin": one.origin, "mark": one.mark} for one in unfinished(request.user)]),
        "piece": taking.PIECE // 2,
    }
    return render(request, "audio/audio.html", context)


def unfinished(user):
    """What the person began and did not finish; what was refused is told until it is dismissed."""
    return Upload.objects.editable_by(user).filter(created_by=user).exclude(state=Upload.DONE).order_by("created_at")


@require_safe
def recording(request, pk):
    """Its sound, its facts, its transcripts, and the form that asks for another."""
    recording = visible(request, pk)
    transcripts = recording.transcripts.filter(of=None).select_related("created_by", "preset").order_by("-created_at")
    context = {
        "place": "Audio",
        "recording": recording,
        "transcripts": [(transcript, described(transcript)) for transcript in transcripts],
        "can_edit": recording.can_edit,
        "key": secrets.token_hex(16),
        **form_context(request, recording.team),
    }
    return render(request, "audio/recording.html", context)


def described(transcript):
    """[(label, words)] of what was set otherwise than the form begins."""
    usual = TranscriptionForm.FIRST
    said = TranscriptionForm.said(transcript.parameters)
    return [(label, words) for name, label, words in said if transcript.parameters[name] != usual.get(name)]


@require_http_methods(["GET", "HEAD", "POST"])
def rename_recording(request, pk):
    recording = editable(request, pk)
    if request.method != "POST":
        return render(request, "audio/_rename.html", {"recording": recording})
    form = TitleForm(request.POST)
    if not form.is_valid():
        return http.fault(request, 422, "Not renamed", http.errors(form))
    recording.rename(form.cleaned_data["title"])
    return onward(request, reverse("recording", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_recording(request, pk):
    """Ask first; everything that was made of it goes with it."""
    recording = editable(request, pk)
    if request.method != "POST":
        return render(
            request, "audio/_deletion.html", {"recording": recording, "count": recording.transcripts.filter(of=None).count()}
        )
    for transcript in recording.transcripts.all():
        transcript.stop()
    recording.delete()
    return onward(request, reverse("audio"))
