"""The doors: what is not there and what is not yours look the same."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from apps.audio.models import Recording, Upload

READ_ONLY = "You may listen to your team’s recordings, not add to them or change them."


def visible(request, pk):
    """The recording, with whether the person ``can_edit`` it."""
    editable = Recording.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = Recording.objects.visible_to(request.user).select_related("team", "created_by").annotate(can_edit=Exists(editable))
    return get_object_or_404(found, pk=pk)


def editable(request, pk):
    """A recording that the person may change: unknown ones are not found, visible ones are refused."""
    recording = visible(request, pk)
    if not recording.can_edit:
        raise PermissionDenied(READ_ONLY)
    return recording


def own_upload(request, pk):
    """An upload is its person's own, as long as that one may still add to the team."""
    return get_object_or_404(Upload.objects.editable_by(request.user).filter(created_by=request.user), pk=pk)


def working_team(request):
    """The team that something is added to."""
    if not (request.membership and request.membership.can_edit):
        raise PermissionDenied(READ_ONLY)
    return request.membership.team


def onward(request, path):
    """To another page, whoever asked."""
    if not request.headers.get("HX-Request"):
        return redirect(path)
    response = HttpResponse(status=200)
    response["HX-Redirect"] = path
    return response
