"""Audio: recordings to text, and text to sound.

Source: createTranscription, createTranslation and createSpeech of the API description. Two of their answers are declared as
JSON only, though ``response_format: text`` gives plain text; a speech answer is bytes of the format that was asked for.
"""

from collections.abc import Mapping
from typing import IO, Any

from apps.groq.answer import Answer
from apps.groq.client import Client, OnRetry
from apps.groq.errors import Unexpected

TRANSCRIPTIONS = "/openai/v1/audio/transcriptions"
TRANSLATIONS = "/openai/v1/audio/translations"
SPEECH = "/openai/v1/audio/speech"

TRANSCRIPTION = frozenset({"language", "prompt", "response_format", "temperature", "timestamp_granularities"})
TRANSLATION = frozenset({"prompt", "response_format", "temperature"})
SPOKEN = frozenset({"response_format", "sample_rate", "speed"})


async def transcribe(client: Client, *, on_retry: OnRetry | None = None, **asked: Any) -> Answer:
    """Put sound to text in its own language; see ``fields`` for what may be asked. ``data`` holds the object, ``body`` text."""
    return await _listen(client, TRANSCRIPTIONS, TRANSCRIPTION, on_retry, **asked)


async def translate(client: Client, *, on_retry: OnRetry | None = None, **asked: Any) -> Answer:
    """Put sound to English text."""
    return await _listen(client, TRANSLATIONS, TRANSLATION, on_retry, **asked)


async def speak(
    client: Client,
    *,
    model: str,
    input: str,
    voice: str,
    patience: float | None = None,
    on_retry: OnRetry | None = None,
    **parameters: Any,
) -> Answer:
    """Text to sound: ``body`` holds the bytes. Raises Unexpected when the answer is text or JSON instead."""
    _check(parameters, SPOKEN)
    body = {"model": model, "input": input, "voice": voice, **_set(parameters)}
    answer = await client.request("POST", SPEECH, json=body, expects="bytes", first_byte_timeout=patience, on_retry=on_retry)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not answer.body or kind == "application/json" or kind.startswith("text/"):
        raise Unexpected("The API did not answer with sound.", code="unexpected_answer", request_id=answer.request_id)
    return answer


def fields(model: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The form fields of a request beside the file: single values as text, lists under ``name[]``."""
    written: dict[str, Any] = {"model": model}
    for name, value in _set(parameters).items():
        if isinstance(value, list | tuple):
            written[f"{name}[]"] = [str(item) for item in value]
        else:
            written[name] = str(value)
    return written


async def _listen(
    client: Client,
    path: str,
    allowed: frozenset[str],
    on_retry: OnRetry | None,
    *,
    model: str,
    file: tuple[str, bytes | IO[bytes], str] | None = None,
    url: str = "",
    patience: float | None = None,
    **parameters: Any,
) -> Answer:
    """``file`` is (name, bytes or an open file, media type) or None, then ``url``; ``patience``: seconds to the answer."""
    _check(parameters, allowed)
    if (file is None) == (not url):
        raise TypeError("Exactly one of file and url.")
    expects = "bytes" if parameters.get("response_format") == "text" else "json"
    # As a file even when there is none: the body is always multipart.
    files = {"file": file} if file else {"url": (None, url)}
    return await client.request(
        "POST",
        path,
        files=files,
        data=fields(model, parameters),
        expects=expects,
        first_byte_timeout=patience,
        on_retry=on_retry,
    )


def _set(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _check(parameters: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = parameters.keys() - allowed
    if unknown:
        raise TypeError(f"Not members of this request: {', '.join(sorted(unknown))}")
