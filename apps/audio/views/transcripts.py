"""The page of a transcript, and what its script asks for first."""

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.audio import pages
from apps.audio.export_forms import ExportForm
from apps.audio.transcript_forms import TitleForm
from apps.audio.views.transcript_access import editable, newest, visible
from apps.core import http


@require_safe
def transcript(request, pk):
    """The text beside its sound; while the job runs, how far it is."""
    transcript = visible(request, pk)
    if transcript.of_id:
        return redirect("transcript_try", transcript.of_id, pk)
    version = None if transcript.is_live else transcript.version
    others = transcript.recording.transcripts.filter(of=None).exclude(pk=pk).order_by("-created_at")
    context = {
        "place": "Audio",
        "transcript": transcript,
        "recording": transcript.recording,
        "version": version,
        "segments": pages.shown(version.segments) if version else [],
        "settings": pages.settings(transcript),
        "others": others,
        "export": ExportForm(initial=ExportForm.usual()),
        "can_edit": transcript.can_edit and version is not None,
    }
    return render(request, "audio/transcript.html", context)


@require_safe
def words(request, pk):
    """The times of all words, by their places in the text."""
    transcript = visible(request, pk)
    version = newest(transcript)
    return JsonResponse({**stand(version), "segments": [pages.timed(segment) for segment in version.segments]})


def stand(version):
    """Which text a page has, for the next edit."""
    return {"version": version.number, "revision": version.revision, "doubts": pages.doubts(version.segments)}


@require_POST
def rename(request, pk):
    """Name the recording: its transcripts go by its name."""
    recording, form = editable(request, pk).recording, TitleForm(request.POST)
    if not form.is_valid():
        return http.fault(request, 422, "Not renamed", http.errors(form))
    recording.title, recording.updated_at = form.cleaned_data["title"], timezone.now()
    recording.save(update_fields=["title", "updated_at"])
    if not request.headers.get("HX-Request"):
        return redirect("transcript", pk)
    return render(request, "audio/_transcript_title.html", {"recording": recording})
