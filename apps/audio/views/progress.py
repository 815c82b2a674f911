"""How a transcript gets on: seen as it grows, stopped, tried again."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from apps.audio.documents import stitching
from apps.audio.models import State, Transcript
from apps.audio.runs import progress, queue


@require_safe
def transcript_progress(request, pk):
    return shown(request, visible(request, pk))


@require_POST
def transcript_stop(request, pk):
    transcript = editable(request, pk)
    transcript.stop()
    return answered(request, transcript)


@require_POST
def transcript_retry(request, pk):
    transcript = editable(request, pk)
    if transcript.retry():
        transcript.refresh_from_db()
        queue.begin(transcript)
    return answered(request, transcript)


def visible(request, pk):
    """The transcript, with whether the person ``can_edit`` it."""
    mine = Transcript.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = Transcript.objects.visible_to(request.user).select_related("recording").annotate(can_edit=Exists(mine))
    return get_object_or_404(found, pk=pk)


def editable(request, pk):
    transcript = visible(request, pk)
    if not transcript.can_edit:
        raise PermissionDenied("You may read this transcript, not change it.")
    return transcript


def answered(request, transcript):
    """The part that asked, drawn anew; without scripts, the page it stands on."""
    if request.headers.get("HX-Request"):
        transcript.refresh_from_db()
        return shown(request, transcript)
    # Of the transcript: this address without its last part.
    return HttpResponseRedirect("../")


def shown(request, transcript):
    # Once it has ended, its text is a version, which people may have changed since.
    heard = transcript.pieces.filter(state=State.COMPLETE) if transcript.is_live else []
    context = {
        "transcript": transcript,
        "progress": progress.of([transcript.pk])[transcript.pk],
        "segments": stitching.stitched(heard, transcript.start, transcript.end),
    }
    return render(request, "audio/_progress.html", context)
