"""Which models the API offers, remembered for a while, chat models first."""

import asyncio
import contextlib
import time

from apps.core import connection, serving
from apps.groq import models
from apps.groq.errors import GroqError

FRESH = 600.0
# After a failure nobody asks for so long, however many pages are drawn.
REST = 15.0
# The engine is ours, and away only while it starts.
REST_OF_ENGINE = 2.0
# By name only: the API's list says nothing of what a model is for.
FOR_SPEECH = ("tts", "playai", "orpheus", "piper", "kokoro")
NOT_FOR_CHAT = (*FOR_SPEECH, "whisper", "guard", "safeguard", "embed", "rerank", "distil-whisper", "speech")

# What a person meets first, who has chosen none yet: in the order of letters, GroqCloud's first are a model for one language and a
# whole system of tools.
FIRST_FOR_CHAT = ("llama-3.3-70b-versatile", "openai/gpt-oss-120b", "openai/gpt-oss-20b", "llama-3.1-8b-instant")
# What a person meets first where a recording is to be put to text.
FIRST_FOR_TRANSCRIPTION = "whisper-large-v3-turbo"

_known: dict[str, tuple[float, list[dict]]] = {}
_asking: dict[str, asyncio.Task] = {}
_errors: dict[str, tuple[float, GroqError]] = {}


def is_chat(model_id):
    return not any(word in model_id.lower() for word in NOT_FOR_CHAT)


def is_transcription(model_id):
    """Whether a model puts sound to text, as far as its name tells."""
    return "whisper" in model_id.lower()


def is_speech(model_id):
    """Whether a model speaks, as far as its name tells."""
    return any(word in model_id.lower() for word in FOR_SPEECH)


def known():
    """(models as far as they are known, whether that is recent), without asking anybody."""
    if not connection.available():
        return [], True
    at, models = _known.get(connection.address()[0], (0.0, []))
    return models, bool(models) and time.monotonic() - at < FRESH


def models_now():
    """The models as far as they are known; an old list is renewed in the background."""
    models, fresh = known()
    if not fresh and not resting():
        serving.soon(lambda: asyncio.ensure_future(refresh_quietly()))
    return models


async def refresh():
    """Ask the API and remember its answer: a list of model objects, chat models first. Raises GroqError.

    However many ask at once, the API is asked once.
    """
    origin = connection.address()[0]
    if origin not in _asking:
        _asking[origin] = asyncio.ensure_future(ask(origin))
        _asking[origin].add_done_callback(lambda done: done_asking(origin, done))
    return await asyncio.shield(_asking[origin])


def done_asking(origin, task):
    _asking.pop(origin, None)
    if not task.cancelled():
        # Kept in _errors for whoever asks; the one who waited may have gone.
        task.exception()


async def ask(origin):
    try:
        found = await models.list_models(connection.get_client())
    except GroqError as error:
        _errors[origin] = (time.monotonic(), error)
        connection.note(error)
        raise
    connection.note()
    found = [m for m in found if isinstance(m, dict) and isinstance(m.get("id"), str) and m.get("active", True)]
    found.sort(key=lambda m: (not is_chat(m["id"]), m["id"]))
    _known[origin] = (time.monotonic(), found)
    _errors.pop(origin, None)
    return found


async def refresh_quietly():
    """Renew the list; a failure is kept for the page that asks why the list is empty."""
    if connection.available():
        with contextlib.suppress(GroqError):
            await refresh()


async def begin():
    """With the server: have the list at hand when the first page asks for it."""
    serving.soon(lambda: asyncio.ensure_future(refresh_quietly()))


def resting():
    at, _ = _errors.get(connection.address()[0], (float("-inf"), None))
    return time.monotonic() - at < (REST if connection.configured() else REST_OF_ENGINE)


def last_error():
    """Why the list could not be read the last time; None when it could, or nobody has asked."""
    return _errors.get(connection.address()[0], (0, None))[1] if connection.available() else None


def forget_errors():
    """Ask again at the next use although it did not work just now."""
    _errors.clear()


def forget():
    """Ask again at the next use (a model was gone, the upstream was changed)."""
    _known.clear()
    _errors.clear()


def may_offer(kind):
    """Whether one of the models is of this kind (``is_speech`` …); True while nobody knows them."""
    models, _ = known()
    return not models or any(kind(model["id"]) for model in models)


def default_model():
    """A usual one of the API, else the first chat model of the list; an empty string while none is known."""
    found = [m["id"] for m in models_now() if is_chat(m["id"])]
    return next((id for id in (*FIRST_FOR_CHAT, *found) if id in found), "")


def default_transcription_model():
    """The usual one of the API, else the first that puts sound to text; an empty string while none is known."""
    found = [m["id"] for m in models_now() if is_transcription(m["id"])]
    return FIRST_FOR_TRANSCRIPTION if FIRST_FOR_TRANSCRIPTION in found else next(iter(found), "")
