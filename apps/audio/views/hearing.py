"""The sound itself: of a whole speech, and of its pieces while it is made."""

import re
from types import SimpleNamespace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.audio.models import Speech, SpeechPiece
from apps.audio.sound.encoding import BARE_MULAW, headed
from apps.audio.views.sound import POLICY, served


@require_safe
def speech_sound(request, pk):
    """The whole sound, or the part that a player asks for; with ``?download`` to be saved."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    if not speech.file:
        raise Http404
    response = served(request, speech, name_of(speech))
    if speech.media_type == BARE_MULAW:
        # Nothing knows how such a file should end.
        response["Content-Disposition"] = content_disposition_header(True, name_of(speech))
    return response


@require_safe
def speech_piece(request, pk, number):
    """One piece as soon as it is done; nothing where it is silent. A text of one piece has the whole sound for it."""
    speech = get_object_or_404(Speech.objects.visible_to(request.user), pk=pk)
    piece = get_object_or_404(SpeechPiece, speech=speech, number=number, state="complete")
    if piece.file:
        held = SimpleNamespace(pk=f"{speech.pk}-{number}", file=piece.file, media_type="audio/wav")
        return served(request, held, f"{number}.wav")
    if speech.file and speech.media_type == BARE_MULAW:
        return with_a_header(speech)
    if speech.file and not speech.pieces.exclude(pk=piece.pk).exists():
        return served(request, speech, name_of(speech))
    return HttpResponse(status=204)


def with_a_header(speech):
    """Bare µ-law as browsers play it: a minute of it at most, because longer texts are joined and written as WAV."""
    with speech.file.storage.open(speech.file.name) as file:
        response = HttpResponse(headed(file.read(), speech.rate), content_type="audio/wav")
    response["Content-Security-Policy"] = POLICY
    return response


def name_of(speech):
    """The first words of the text, as a file may be called everywhere; its ending says what it is."""
    words = re.sub(r"[^\w]+", " ", speech.text[:80]).split()
    ending = ".ulaw" if speech.media_type == BARE_MULAW else ""
    return (" ".join(words[:8])[:60].strip() or "Speech") + ending
