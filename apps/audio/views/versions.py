"""What a text was before: the list of versions, what differs between two, and the way back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.audio import history, pages
from apps.audio.documents import diff
from apps.audio.formats import lossless
from apps.audio.transcript_forms import ImportForm
from apps.audio.views.transcript_access import editable, numbered, visible, written
from apps.core import http


@require_safe
def versions(request, pk):
    """The list, newest first, with what to compare."""
    transcript = visible(request, pk)
    found = transcript.versions.select_related("created_by").defer("segments", "text").order_by("-number")
    return render(request, "audio/_versions.html", {"transcript": transcript, "versions": found, "can_edit": transcript.can_edit})


@require_safe
def difference(request, pk):
    """``?old=1&new=3``: word by word, punctuation and all."""
    transcript = visible(request, pk)
    old, new = (numbered(transcript, number(request, name)) for name in ("old", "new"))
    found = pages.readings(*diff.lines(old.segments, new.segments, key=str))
    context = {"transcript": transcript, "old": old, "new": new, "place": "Audio", **found}
    return render(request, "audio/difference.html", context)


def number(request, name):
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0


@require_POST
@written
def restore(request, pk, number):
    """The text of an older version once more, as a new one: nothing of what came between is lost."""
    transcript = editable(request, pk)
    old = get_object_or_404(transcript.versions, number=number)
    history.put(transcript, request.user, lambda now: old.segments, f"Back to version {number}")
    return to_text(request, transcript)


@require_POST
@written
def take_in(request, pk):
    """The segments of a file that was exported as JSON, as a new version."""
    transcript, form = editable(request, pk), ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return http.fault(request, 422, "Not imported", http.errors(form))
    try:
        segments = lossless.read(form.cleaned_data["file"].read())
    except lossless.Unreadable as error:
        return http.fault(request, 422, "Not imported", str(error))
    history.put(transcript, request.user, lambda now: segments, "Imported")
    return to_text(request, transcript)


def to_text(request, transcript, query=""):
    """Back to the page, which shows what stands now."""
    address = reverse("transcript", args=[transcript.pk]) + query
    if not request.headers.get("HX-Request"):
        return redirect(address)
    response = HttpResponse(status=200)
    response["HX-Redirect"] = address
    return response
