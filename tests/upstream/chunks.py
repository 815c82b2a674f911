"""Chunks and completions in the shape GroqCloud gives them."""

import json
import re
from typing import Any

ID = "chatcmpl-5a8f1c"
REQUEST_ID = "req_01jtest"
FINGERPRINT = "fp_6507bcfb6f"
CREATED = 1_780_000_000
EVENT_STREAM = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-request-id": REQUEST_ID,
    "x-ratelimit-limit-requests": "14400",
    "x-ratelimit-limit-tokens": "6000",
    "x-ratelimit-remaining-requests": "14399",
    "x-ratelimit-remaining-tokens": "5990",
    "x-ratelimit-reset-requests": "6s",
    "x-ratelimit-reset-tokens": "100ms",
}
JSON = {**EVENT_STREAM, "content-type": "application/json"}


def pieces(text: str | list[str]) -> list[str]:
    """Token-like pieces: words with the space before them."""
    return text if isinstance(text, list) else re.findall(r"\s*\S+|\s+$", text)


def usage_of(prompt: int, completion: int) -> dict[str, Any]:
    return {
        "queue_time": 0.01,
        "prompt_tokens": prompt,
        "prompt_time": 0.002,
        "completion_tokens": completion,
        "completion_time": 0.1,
        "total_tokens": prompt + completion,
        "total_time": 0.102,
    }


def chunk(delta: dict[str, Any] | None, *, finish: str | None = None, model: str = "llama-3.1-8b-instant", **extra: Any) -> bytes:
    """One event; ``extra`` are further members, such as ``x_groq``."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({**_common(model, "chat.completion.chunk"), "choices": [choice], **extra})


def event(data: Any, name: str = "") -> bytes:
    """``data`` as one server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    return (f"event: {name}\n" if name else "").encode() + b"data: " + text.encode() + b"\n\n"


def completion(message: dict[str, Any], finish: str, usage: dict[str, Any] | None, model: str) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    whole = {**_common(model, "chat.completion"), "choices": [choice], "x_groq": {"id": REQUEST_ID}}
    return whole | ({"usage": usage} if usage else {})


def model(id: str, **extra: Any) -> dict[str, Any]:
    return {
        "id": id,
        "object": "model",
        "created": CREATED,
        "owned_by": "Test",
        "active": True,
        "context_window": 131072,
        "max_completion_tokens": 8192,
        "public_apps": None,
        **extra,
    }


def _common(model: str, kind: str) -> dict[str, Any]:
    return {"id": ID, "object": kind, "created": CREATED, "model": model, "system_fingerprint": FINGERPRINT}
