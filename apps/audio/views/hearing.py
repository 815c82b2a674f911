"""The sound itself: of a whole speech, and of its pieces while it is made."""

import re
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.audio.models import Speech, SpeechPiece
from apps.audio.sound.encoding import EXTENSIONS
from apps.audio.views.ranges import ranged


@require_safe
def speech_sound(request, pk):
    """The whole sound, or the part that a player asks for; with ``?download`` to be saved."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    if not speech.file:
        raise Http404
    name = name_of(speech)
    response = given(request, speech.file, speech.media_type, name)
    if "download" in request.GET:
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_safe
def speech_piece(request, pk, number):
    """One piece as soon as it is done; nothing where it is silent. A text of one piece has the whole sound for it."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    piece = get_object_or_404(SpeechPiece, speech=speech, number=number, state="complete")
    if piece.file:
        return given(request, piece.file, "audio/wav", f"{number}.wav")
    if speech.file and not speech.pieces.exclude(pk=piece.pk).exists():
        return given(request, speech.file, speech.media_type, name_of(speech))
    return HttpResponse(status=204)


def given(request, file, media_type, name):
    try:
        return ranged(request, file, media_type, name)
    except FileNotFoundError:
        raise Http404 from None


def name_of(speech):
    """The first words of the text, as a file may be called everywhere."""
    words = re.sub(r"[^\w]+", " ", speech.text[:80]).split()
    return f"{' '.join(words[:8])[:60].strip() or 'Speech'}.{EXTENSIONS.get(speech.media_type, 'wav')}"
