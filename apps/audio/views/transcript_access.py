"""The doors of transcripts: what is not there and what is not yours look the same."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.audio.models import Transcript, Version


def visible(request, pk, **how):
    """The transcript, with whether the person ``can_edit`` it."""
    mine = Transcript.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = Transcript.objects.visible_to(request.user).select_related("recording", "created_by").annotate(can_edit=Exists(mine))
    return get_object_or_404(found, pk=pk, **how)


def editable(request, pk, **how):
    """A transcript that the person may change: unknown ones are not found, visible ones are refused."""
    transcript = visible(request, pk, **how)
    if not transcript.can_edit:
        raise PermissionDenied("You may read this transcript, not change it.")
    return transcript


def newest(transcript):
    """Its newest version; one that has no text yet is not found."""
    if version := transcript.version:
        return version
    raise Http404


def numbered(transcript, number):
    return get_object_or_404(Version.objects.select_related("created_by"), transcript=transcript, number=number)


def written(view):
    """The view, for whom a transcript without any text is not found."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Version.DoesNotExist:
            raise Http404 from None

    return answered
