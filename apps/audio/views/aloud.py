"""Reading aloud what stands on a page. The same words in the same voice are made once for the team."""

import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.middleware import membership_in
from apps.audio import voices
from apps.audio.models import Speech, State
from apps.audio.models.speech import KeyReused
from apps.audio.runs import queue
from apps.audio.speech_forms import AloudForm
from apps.audio.views.speech import last_of
from apps.core import http


@require_POST
def aloud(request):
    """{"topic", "piece", "state", "done"}: what to watch and where its pieces are (number 0 at the end of the address)."""
    form = AloudForm(request.POST)
    if not form.is_valid():
        return http.fault(request, 422, "Not read aloud", http.errors(form))
    team = form.cleaned_data["team"]
    membership = membership_in(request.user, team) if team else request.membership
    if not (membership and membership.can_edit):
        raise PermissionDenied("You may read what your team asks. Reading aloud needs the role member or owner.")
    model, voice = chosen(request.user)
    if not (model and voice):
        words = "The API offers no model that speaks." if not model else f"No voice of {model} is known: choose one under Speech."
        return http.fault(request, 409, "Not read aloud", words)
    text = form.cleaned_data["text"]
    key = hashlib.sha256("\n".join(("aloud", model, voice, text)).encode()).hexdigest()[:40]
    asked = {"text": text, "model": model, "voice": voice, "parameters": {"response_format": "wav"}}
    how = {"aloud": True, "most": voices.most(model), **asked}
    try:
        speech = Speech.ask(membership.team, request.user, key=key, **how)
    except KeyReused:
        # Somebody of the team gave this key to something else: then it is made for this once.
        speech = Speech.ask(membership.team, request.user, key=secrets.token_hex(20), **how)
    if speech.state == State.QUEUED or speech.retry():
        queue.begin_speech(speech)
    address = reverse("speech_piece", args=[speech.pk, 0])
    return JsonResponse({"topic": f"speech:{speech.pk}", "piece": address, "state": speech.state, "done": speech.done})


def chosen(user):
    """(model, voice) as the person used them last, as long as they are offered; else the first that are known."""
    known, last = voices.models(), last_of(user)
    if last is not None and (not known or last.model in known):
        return last.model, last.voice
    # One whose voices are known can be used without asking for one.
    model = next((model for model in known if voices.voices(model)), next(iter(known), ""))
    return model, next(iter(voices.voices(model)), "")
