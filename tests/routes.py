"""Every route of the product and what each role gets there; a route that is missing here fails the suite."""

import re
from typing import NamedTuple

from django.urls import get_resolver, reverse

from tests.people import strange_id

NOBODY, STRANGER, VIEWER, MEMBER = ROLES = ("nobody", "stranger", "viewer", "member")
KEY = "a-key-for-the-routes"
ASK = {"text": "Hello", "key": KEY, "model": "llama-3.1-8b-instant"}
RESEND = {"key": KEY, "body": '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'}
SAY = {"key": KEY, "text": "Hello", "model": "playai-tts", "voice": "Fritz-PlayAI"}
TRANSCRIBE = {"key": KEY, "model": "whisper-large-v3-turbo"}
SIGN_IN = 302
# An id of the right form that nobody has.
NO_OTHER = "0" * 20


class Route(NamedTuple):
    """What GET and POST answer to (nobody, stranger, viewer, member); None where the method is not for that route."""

    get: tuple[int, ...] | None = None
    post: tuple[int, ...] | None = None
    # Whose id stands in the path.
    of: str = ""
    data: dict = {}
    # What stands in the path behind the id.
    more: tuple = ()
    # Ways in and out, which change sessions as their purpose.
    door: bool = False


def page(answer=200):
    """A page for everybody who is signed in."""
    return (SIGN_IN, answer, answer, answer)


READ, WRITE, OWNED = (SIGN_IN, 404, 200, 200), (SIGN_IN, 404, 403), (SIGN_IN, 404, 403, 403)
OWN_WORK = (*WRITE, 200)
NOT_THEIRS = (SIGN_IN, 404, 404, 404)
ROUTES = {
    "health": Route(get=(200,) * 4, post=(200,) * 4),
    "start": Route(get=(410, 302, 302, 302), of="token", door=True),
    "join": Route(get=(410,) * 4, post=(410,) * 4, of="token", door=True),
    "settings": Route(get=page(), post=page(422)),
    "choose_team": Route(post=page(404), data={"team": "nonsense"}),
    # For owners alone, whom these roles do without.
    "team": Route(get=OWNED, post=OWNED, of="team", data={"email": "new@example.org", "role": "viewer"}),
    "change_role": Route(post=OWNED, of="team", data={"member": "1", "role": "viewer"}),
    "remove_member": Route(post=OWNED, of="team", data={"member": "1"}),
    "withdraw_invitation": Route(post=OWNED, of="team", data={"invitation": "1"}),
    "account_login": Route(get=(200, 302, 302, 302), post=(200, 302, 302, 302), door=True),
    "account_signup": Route(get=(200, 302, 302, 302), post=(200, 302, 302, 302), door=True),
    "account_logout": Route(get=(302, 200, 200, 200), post=(302, 302, 302, 302), door=True),
    "account_change_password": Route(get=page(302), post=page(302), door=True),
    "account_set_password": Route(get=page(), post=page(), door=True),
    # These people have no password to say again.
    "account_reauthenticate": Route(get=page(403), post=page(403), door=True),
    "model_options": Route(get=page()),
    "home": Route(get=page()),
    "conversations": Route(get=page(302)),
    "palette": Route(get=page()),
    "conversation": Route(get=READ, of="conversation"),
    "create_message": Route(post=(*WRITE, 302), of="conversation", data=ASK),
    "stop": Route(post=(*WRITE, 204), of="conversation"),
    "log": Route(get=(SIGN_IN, 404, 302, 302), of="conversation"),
    "preview": Route(post=(*WRITE, 200), of="conversation"),
    "switch_api": Route(post=(*WRITE, 200), of="conversation", data={"to": "responses"}),
    "code": Route(post=(*WRITE, 200), of="conversation"),
    "model_limits": Route(get=page()),
    "check_schema": Route(post=page()),
    "make_strict": Route(post=page(), data={"text": "{}"}),
    "derive_schema": Route(post=page(), data={"sample": "{}"}),
    "schema_form": Route(post=page()),
    "schema_rows": Route(post=page(), data={"rows": '{"rows": []}'}),
    # What a stranger saves is the stranger's.
    "schemas": Route(get=page(), post=(SIGN_IN, 200, 403, 200), data={"name": "mine", "text": "{}", "overwrite": "on"}),
    "schema": Route(get=READ, of="schema"),
    "delete_schema": Route(post=(*WRITE, 200), of="schema"),
    "presets": Route(get=READ, post=(*WRITE, 200), of="team", data={"preset-name": "New", "preset-audience": "team"}),
    "new_preset": Route(get=OWN_WORK, of="team"),
    "preset": Route(get=READ, of="preset"),
    "edit_preset": Route(get=OWN_WORK, post=(*WRITE, 200), of="preset", data={"preset-name": "Other", "preset-audience": "team"}),
    # Theirs does not say which version was seen.
    "update_preset": Route(post=(*WRITE, 409), of="preset"),
    "duplicate_preset": Route(post=(*WRITE, 200), of="preset"),
    "delete_preset": Route(get=OWN_WORK, post=(*WRITE, 200), of="preset"),
    "keep_settings": Route(post=(*WRITE, 204), of="conversation", data={"temperature": "1"}),
    "rename": Route(post=(*WRITE, 302), of="conversation", data={"title": "New"}),
    "delete": Route(post=(*WRITE, 302), of="conversation"),
    "again": Route(post=(*WRITE, 302), of="message", data={"key": KEY}),
    "onward": Route(post=(*WRITE, 302), of="message", data={"key": KEY}),
    "show_branch": Route(post=(*WRITE, 302), of="message"),
    # Theirs was answered, and only what was not is taken back.
    "take_back": Route(post=(*WRITE, 400), of="message"),
    "details": Route(get=READ, of="message"),
    # A stranger owns a team of their own.
    "import_request": Route(post=(SIGN_IN, 302, 403, 302), data=RESEND),
    # Nor does a file belong to one of ours yet.
    "attach": Route(post=(SIGN_IN, 422, 403, 422)),
    "attachment": Route(get=(SIGN_IN, 404, 200, 200), of="attachment"),
    "chip": Route(get=(SIGN_IN, 404, 200, 200), of="attachment"),
    # It was sent, and belongs to its conversation.
    "detach": Route(post=(SIGN_IN, 404, 404, 404), of="attachment"),
    "transcript_progress": Route(get=READ, of="transcript"),
    # Theirs is complete: there is nothing to stop, and nothing to try again.
    "transcript_stop": Route(post=(*WRITE, 302), of="transcript"),
    "transcript_retry": Route(post=(*WRITE, 302), of="transcript"),
    "answer_calls": Route(post=(*WRITE, 400), of="message", data={"key": KEY}),
    "wire_events": Route(get=READ, of="message"),
    "wire_code": Route(get=READ, of="message"),
    "wire_request": Route(get=READ, of="message"),
    "edit_request": Route(get=(*WRITE, 200), of="message"),
    "resend": Route(post=(*WRITE, 302), of="message", data=RESEND),
    "source": Route(get=READ, of="message"),
    "audio": Route(get=page()),
    # A stranger owns a team of their own.
    "audio_uploads": Route(post=(SIGN_IN, 201, 403, 201), data={"name": "talk.wav", "size": 10}),
    # An upload is its person's own, and Alice's here.
    "audio_upload": Route(get=NOT_THEIRS, post=NOT_THEIRS, of="upload"),
    "finish_upload": Route(post=NOT_THEIRS, of="upload"),
    "cancel_upload": Route(post=NOT_THEIRS, of="upload"),
    "fetch_again": Route(post=NOT_THEIRS, of="upload"),
    "audio_link": Route(post=(SIGN_IN, 201, 403, 201), data={"url": "https://example.org/talk.mp3", "fetched_by": "hand"}),
    # None of these recordings is there.
    "transcribe_all": Route(get=(SIGN_IN, 200, 403, 200), post=(SIGN_IN, 422, 403, 422), data={**TRANSCRIBE, "of": "x"}),
    "recording": Route(get=READ, of="recording"),
    "rename_recording": Route(get=OWN_WORK, post=(*WRITE, 302), of="recording", data={"title": "New"}),
    "delete_recording": Route(get=OWN_WORK, post=(*WRITE, 302), of="recording"),
    "recording_sound": Route(get=READ, of="recording"),
    "recording_peaks": Route(get=READ, of="recording"),
    "transcribe": Route(post=(*WRITE, 302), of="recording", data=TRANSCRIBE),
    "estimate": Route(post=(SIGN_IN, 404, 200, 200), of="recording"),
    "transcription_code": Route(post=OWN_WORK, of="recording", data=TRANSCRIBE),
    "probabilities": Route(get=READ, of="message"),
    "audio_search": Route(get=page()),
    "transcript": Route(get=READ, of="transcript"),
    "transcript_words": Route(get=READ, of="transcript"),
    "rename_transcript": Route(post=(*WRITE, 302), of="transcript", data={"title": "New"}),
    # Theirs is no edit.
    "edit_transcript": Route(post=(*WRITE, 400), of="transcript"),
    "transcript_versions": Route(get=READ, of="transcript"),
    "transcript_difference": Route(get=(SIGN_IN, 404, 404, 404), of="transcript"),
    "restore_transcript": Route(post=(*WRITE, 302), of="transcript", more=(1,)),
    "import_transcript": Route(post=(*WRITE, 422), of="transcript"),
    "compare_transcripts": Route(get=(SIGN_IN, 404, 404, 404), of="transcript", more=(NO_OTHER,)),
    "transcript_export": Route(get=(SIGN_IN, 404, 422, 422), of="transcript"),
    "transcript_again": Route(get=OWN_WORK, post=(*WRITE, 422), of="transcript"),
    "transcript_try": Route(get=(SIGN_IN, 404, 404, 404), of="transcript", more=(NO_OTHER,)),
    "take_try": Route(post=(SIGN_IN, 404, 403, 404), of="transcript", more=(NO_OTHER,)),
    # What a stranger has spoken is the stranger's.
    "speech": Route(get=page(), post=(SIGN_IN, 302, 403, 302), data=SAY),
    "aloud": Route(post=(SIGN_IN, 200, 403, 200), data={"text": "Hello"}),
    "speech_code": Route(post=page(), data=SAY),
    "spoken": Route(get=READ, of="speech"),
    "speech_card": Route(get=READ, of="speech"),
    "spoken_code": Route(get=READ, of="speech"),
    # Theirs waits to be spoken: what is heard of it is tested where there is a sound.
    "speech_sound": Route(get=(SIGN_IN, 404, 404, 404), of="speech"),
    "speech_piece": Route(get=(SIGN_IN, 404, 404, 404), of="speech", more=(0,)),
    "stop_speech": Route(post=(*WRITE, 302), of="speech"),
    "retry_speech": Route(post=(*WRITE, 302), of="speech"),
    "delete_speech": Route(post=(*WRITE, 302), of="speech"),
    "dictate": Route(post=(SIGN_IN, 422, 403, 422)),
    # Theirs has none: what is theirs is tested where there is one.
    "picture": Route(get=(SIGN_IN, 404, 404, 404), of="message", more=(0,)),
}


def names(resolver=None):
    """The names of all routes in the URL conf; those without a name as their pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern)
        else:
            yield pattern.name or str(pattern.pattern)


def path(name, ids):
    """The path of a route; ``ids`` is {"conversation": …, "message": …, …}, an unknown id for what is not in it."""
    of, more = ROUTES[name].of, ROUTES[name].more
    return reverse(name, args=[ids.get(of) or (strange_id() if of != "token" else "no-such-token"), *more] if of else [])


def bare(response, *ids):
    """(status, headers, body) without what differs from one answer to the next: ids, tokens, nonces, dates."""

    def clean(text):
        for id in ids:
            text = text.replace(id, "ID")
        text = re.sub(r"\b[a-zA-Z0-9]{64}\b", "TOKEN", text)
        return re.sub(r"nonce(-|=\")[\w+/=-]+", "NONCE", text)

    left_out = {"date", "expires", "content-length", "set-cookie"}
    # The parts of a content security policy come in any order.
    kept = {name: clean(value).replace(";", " ") for name, value in response.headers.items() if name not in left_out}
    headers = sorted((name, sorted(value.split())) for name, value in kept.items())
    return response.status_code, headers, clean(response.text)
