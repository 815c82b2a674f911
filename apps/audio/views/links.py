"""Recordings by their address: fetched here, or handed to the API as it is."""

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.audio.forms import FETCH, LinkForm
from apps.audio.intake import checking, links, names, room, taking
from apps.audio.models import Recording, Upload
from apps.audio.views.access import working_team
from apps.audio.views.uploads import standing
from apps.core import http


@require_POST
def link(request):
    """Begin to fetch it, or keep the address for the API: {"recording": its page} at once."""
    team, form = working_team(request), LinkForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": http.errors(form)}, status=422)
    url = form.cleaned_data["url"]
    if form.cleaned_data["fetched_by"] != FETCH:
        return JsonResponse({"recording": reverse("recording", args=[handed(team, request.user, url).pk])}, status=201)
    try:
        upload = taking.begin(team, request.user, origin=Recording.FETCHED, state=Upload.FETCHING, url=url, name=named(url))
    except taking.TooMany as error:
        return JsonResponse({"error": str(error)}, status=429)
    except room.NoRoom as error:
        return JsonResponse({"error": str(error)}, status=413)
    if not links.begin(upload):
        checking.refuse(upload.pk, "Nothing can be fetched here: no server runs.")
        upload.refresh_from_db()
    return JsonResponse(standing(upload), status=201)


def handed(team, user, url):
    name = named(url)
    return Recording.objects.create(
        team=team, created_by=user, origin=Recording.LINKED, url=url, name=name, title=names.title(name)
    )


def named(url):
    """What the last part of the address says, or all of it."""
    return names.label(url.split("?")[0].split("#")[0].rstrip("/")) or names.label(url)
