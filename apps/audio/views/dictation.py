"""Dictation: a short recording put to text for the composer, and kept nowhere."""

import threading

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from apps.audio.sound import dictated
from apps.catalog import catalog
from apps.core import connection, http, serving
from apps.core.text import clean
from apps.groq import audio

# Seconds: of what may be dictated at once (and a moment more, as recorders end), and to the answer.
LONGEST, PATIENCE = 125, 60
# The pages need most of the threads while some wait for the API.
_room = threading.BoundedSemaphore(3)


@require_POST
def dictate(request):
    """{"text"}: what was said in the recording ``sound``."""
    if not (request.membership and request.membership.can_edit):
        raise PermissionDenied("You may read this conversation. Writing needs the role member or owner.")
    data = request.FILES["sound"].read() if "sound" in request.FILES else b""
    if not data:
        return http.fault(request, 422, "Not put to text", "Nothing was recorded.")
    try:
        name, media_type, seconds = dictated.look(data)
    except dictated.Unreadable:
        return http.fault(request, 422, "Not put to text", "This is no recording of a browser’s microphone.")
    if seconds > LONGEST:
        words = "A dictation may last two minutes. Upload longer recordings under Audio."
        return http.fault(request, 422, "Not put to text", words)
    model = transcription_model()
    if not model:
        return http.fault(request, 409, "Not put to text", "The API offers no model that transcribes.")
    if not _room.acquire(blocking=False):
        return http.fault(request, 503, "Not put to text", "Others dictate at this moment. Send it again in a few seconds.")
    try:
        asked = audio.transcribe(connection.get_client(), model=model, file=(name, data, media_type), patience=PATIENCE)
        answer = serving.wait_for(asked, PATIENCE + 30)
    except TimeoutError:
        return http.fault(request, 504, "Not put to text", "The API took too long. Send it again.")
    finally:
        _room.release()
    text = answer.data.get("text") if isinstance(answer.data, dict) else ""
    return JsonResponse({"text": clean(text).strip() if isinstance(text, str) else ""})


def transcription_model():
    """The quickest of those that are offered."""
    known = [model["id"] for model in catalog.models_now() if catalog.is_transcription(model["id"])]
    return next((model for model in known if "turbo" in model), next(iter(known), ""))
