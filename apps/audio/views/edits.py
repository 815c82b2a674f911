"""Edits of a text, sent by the page as they are made."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from apps.audio import history, pages
from apps.audio.documents import editing
from apps.audio.views.transcript_access import editable, written
from apps.audio.views.transcripts import stand
from apps.core.text import clean
from apps.groq import json

# What edits are called in the list of versions; all that is typed is one.
MOST_NOTE = 100


@require_POST
@written
def edit(request, pk):
    """Take {"version", "revision", "operations", "note"}; what stands then, and what undoes it.

    409 where somebody else has changed the same segments: with theirs, so that nothing is lost and a person can choose.
    """
    transcript = editable(request, pk)
    try:
        told = json.loads(request.body)
        operations = editing.operations(told["operations"])
        seen = int(told["version"]), int(told["revision"])
        note = clean(str(told.get("note") or history.EDITED))[:MOST_NOTE]
    except (json.Malformed, editing.Wrong, KeyError, TypeError, ValueError) as error:
        return JsonResponse({"message": f"That was no edit. {error}"}, status=400)
    try:
        version, undo = history.edit(transcript, request.user, *seen, operations, note)
    except editing.Wrong as error:
        return JsonResponse({"message": str(error)}, status=400)
    except history.Overtaken as error:
        return conflict(error.version)
    except editing.Gone:
        return conflict(transcript.version)
    put = {segment["id"] for operation in operations for segment in operation["put"]}
    return JsonResponse(
        {
            **stand(version),
            "put": [pages.timed(segment) for segment in version.segments if segment["id"] in put],
            "undo": undo,
            # Somebody else has edited meanwhile: the page fetches the rest.
            "stale": (version.number, version.revision) not in (seen, (seen[0], seen[1] + 1), (seen[0] + 1, 0)),
        }
    )


def conflict(version):
    segments = [{"id": segment["id"], "text": segment["text"].strip()} for segment in version.segments]
    return JsonResponse({**stand(version), "segments": segments}, status=409)
