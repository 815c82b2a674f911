"""Uploads in pieces. Every answer is JSON and says where the upload stands, so that whoever was cut off knows where to go on."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.audio.forms import UploadForm
from apps.audio.intake import checking, links, names, room, taking
from apps.audio.models import Recording, Upload
from apps.audio.views.access import own_upload, working_team
from apps.core import http

NO_ROOM = "The disk of the server is full or cannot be written. What has arrived is kept; make room and go on."


@require_POST
def uploads(request):
    """Announce a file or a recorder."""
    team, form = working_team(request), UploadForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": http.errors(form)}, status=422)
    announced = form.cleaned_data
    if announced["origin"] == Recording.RECORDED:
        announced["name"] = f"Recording of {timezone.localtime():%Y-%m-%d %H.%M}"
    try:
        return JsonResponse(standing(taking.begin(team, request.user, **announced)), status=201)
    except (taking.TooLarge, room.NoRoom) as error:
        return JsonResponse({"error": str(error)}, status=413)
    except taking.TooMany as error:
        return JsonResponse({"error": str(error)}, status=429)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, pk):
    """Where it stands; a POST adds the piece that begins at ``?offset=``."""
    upload = own_upload(request, pk)
    if request.method != "POST":
        return JsonResponse(standing(upload))
    offset = request.GET.get("offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 19) or request.content_type != "application/octet-stream":
        return JsonResponse({"error": "A piece has an offset, and is nothing but bytes."}, status=400)
    if len(request.body) > taking.PIECE:
        return JsonResponse({"error": f"A piece may have up to {taking.PIECE:,} bytes."}, status=413)
    try:
        taking.take(upload, int(offset), request.body, anew="anew" in request.GET)
    except taking.Elsewhere as error:
        return JsonResponse({**standing(upload), "offset": error.offset}, status=409)
    except taking.TooLarge as error:
        return JsonResponse({"error": str(error)}, status=413)
    except OSError:
        return JsonResponse({"error": NO_ROOM}, status=507)
    upload.received = int(offset) + len(request.body)
    return JsonResponse(standing(upload))


@require_POST
def finish(request, pk):
    """It is whole: have it looked at. The state says whether that takes longer; asking again does no harm."""
    upload = own_upload(request, pk)
    if upload.state == Upload.RECEIVING and upload.size is not None and upload.received < upload.size:
        return JsonResponse(standing(upload), status=409)
    if upload.state == Upload.FETCHING:
        return JsonResponse(standing(upload), status=409)
    try:
        return JsonResponse(standing(checking.finish(upload)))
    except room.NoRoom as error:
        # Nothing of it is lost: asked again once something was deleted, it goes on.
        return JsonResponse({**standing(upload), "state": "full", "error": str(error)}, status=409)


@require_POST
def cancel(request, pk):
    """Give it up; without scripts, back to the page."""
    taking.cancel(own_upload(request, pk))
    return redirect("audio") if "page" in request.POST else HttpResponse(status=204)


@require_POST
def again(request, pk):
    """Fetch once more what was being fetched when the server ended, or what could not be fetched."""
    upload = own_upload(request, pk)
    if upload.url and (links.is_lost(upload) or upload.state == Upload.REFUSED):
        fresh = {"state": Upload.FETCHING, "received": 0, "error": "", "updated_at": timezone.now()}
        # Of several that ask at once, one begins it.
        begins = Upload.objects.filter(pk=upload.pk, state=upload.state, updated_at=upload.updated_at).update(**fresh)
        upload.refresh_from_db()
        if begins:
            links.begin(upload)
    return JsonResponse(standing(upload))


def standing(upload):
    """What a page may know of it."""
    return {
        "id": upload.pk,
        "url": reverse("audio_upload", args=[upload.pk]),
        "name": upload.name,
        "title": names.title(upload.name),
        "size": upload.size,
        "offset": upload.received,
        "state": "lost" if links.is_lost(upload) else upload.state,
        "error": upload.error,
        "recording": reverse("recording", args=[upload.recording_id]) if upload.recording_id else None,
    }
