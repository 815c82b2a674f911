"""The sound itself: of a whole speech, and of its pieces while it is made."""

import re
from types import SimpleNamespace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.audio.models import Speech, SpeechPiece
from apps.audio.views.sound import served


@require_safe
def speech_sound(request, pk):
    """The whole sound, or the part that a player asks for; with ``?download`` to be saved."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    if not speech.file:
        raise Http404
    return served(request, speech, name_of(speech))


@require_safe
def speech_piece(request, pk, number):
    """One piece as soon as it is done; nothing where it is silent. A text of one piece has the whole sound for it."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    piece = get_object_or_404(SpeechPiece, speech=speech, number=number, state="complete")
    if piece.file:
        held = SimpleNamespace(pk=f"{speech.pk}-{number}", file=piece.file, media_type="audio/wav")
        return served(request, held, f"{number}.wav")
    if speech.file and not speech.pieces.exclude(pk=piece.pk).exists():
        return served(request, speech, name_of(speech))
    return HttpResponse(status=204)


def name_of(speech):
    """The first words of the text, as a file may be called everywhere; its ending says what it is."""
    words = re.sub(r"[^\w]+", " ", speech.text[:80]).split()
    ending = ".ulaw" if speech.media_type == "audio/basic" else ""
    return (" ".join(words[:8])[:60].strip() or "Speech") + ending
