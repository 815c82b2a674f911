"""Dictation: a short recording put to text for the composer, and kept nowhere."""

import tempfile
import threading

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from apps.audio.intake import names
from apps.audio.sound import apart
from apps.audio.sound.containers import NotSound
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
    # A hostile file may take minutes to be looked at, in a thread that pages need.
    if not _room.acquire(blocking=False):
        return http.fault(request, 503, "Not put to text", "Others dictate at this moment. Send it again in a few seconds.")
    try:
        return put_to_text(request, data)
    finally:
        _room.release()


def put_to_text(request, data):
    try:
        found = looked_at(data)
    except NotSound as error:
        return http.fault(request, 422, "Not put to text", str(error))
    if found.duration > LONGEST:
        words = "A dictation may last two minutes. Upload longer recordings under Audio."
        return http.fault(request, 422, "Not put to text", words)
    model = catalog.default_transcription_model()
    if not model:
        return http.fault(request, 409, "Not put to text", "The API offers no model that transcribes.")
    try:
        file = ("dictation" + names.ENDINGS[found.media_type][0], data, found.media_type)
        asked = audio.transcribe(connection.get_client(), model=model, file=file, patience=PATIENCE)
        answer = serving.wait_for(asked, PATIENCE + 30)
    except TimeoutError:
        return http.fault(request, 504, "Not put to text", "The API took too long. Send it again.")
    text = answer.data.get("text") if isinstance(answer.data, dict) else ""
    return JsonResponse({"text": clean(text).strip() if isinstance(text, str) else ""})


def looked_at(data):
    """What it is, found out in a process apart. Raises NotSound."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return apart.probe(file.name)
