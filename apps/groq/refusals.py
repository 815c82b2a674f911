"""Error answers and error events turned into ``GroqError``."""

import re
from collections.abc import Mapping
from typing import Any

from apps.groq import json, retry
from apps.groq.errors import ADVICE, BrokenStream, GroqError, Refused, Side, Unexpected
from apps.groq.text import clean

MESSAGE_LIMIT = 2000
# What to do where the status alone would advise the wrong thing.
BY_CODE = {
    "model_terms_required": "An administrator of the GroqCloud organisation accepts the terms of this model once; then try again.",
    "tool_use_failed": "Try again with a lower temperature, or simplify the tool.",
    "json_validate_failed": "Try again with a lower temperature, allow more completion tokens, or simplify the schema.",
}
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)

# status → code, side, sentence and advice for when the upstream gives none of its own.
_BY_STATUS: dict[int, tuple[str, Side, str, str]] = {
    400: ("invalid_request", "request", "The API did not accept the request.", ADVICE["request"]),
    401: ("invalid_api_key", "key", "The API did not accept the key.", ADVICE["key"]),
    403: ("forbidden", "key", "The key may not do this.", "Check what the key is allowed to do, or use another one."),
    404: ("not_found", "request", "The API does not know this model or address.", "Choose another model."),
    408: ("timeout", "upstream", "The API gave up waiting.", "Try again."),
    409: ("conflict", "upstream", "The API is busy with a conflicting request.", "Try again."),
    413: ("too_large", "request", "The request is too large.", "Shorten the conversation or the attachments."),
    422: ("unprocessable", "request", "The API understood the request but could not follow it.", "Try again once, or change it."),
    424: ("failed_dependency", "upstream", "A remote tool that the request depends on failed.", "Check the remote tool."),
    429: ("rate_limit_exceeded", "limit", "A rate limit is reached.", ADVICE["limit"]),
    498: ("capacity_exceeded", "limit", "The flex tier has no capacity left.", "Try again later or use the on_demand tier."),
    500: ("server_error", "upstream", "The API had an internal error.", ADVICE["upstream"]),
    502: ("bad_gateway", "upstream", "The API is not reachable behind its gateway.", ADVICE["upstream"]),
    503: ("unavailable", "upstream", "The API is not available at the moment.", ADVICE["upstream"]),
    504: ("gateway_timeout", "upstream", "The API did not answer its gateway in time.", ADVICE["upstream"]),
}
_RETRYABLE = frozenset({408, 409, 422, 424, 429, 498})


def from_answer(status: int, headers: Mapping[str, str], body: bytes) -> GroqError:
    """The error for an HTTP answer that is not a success; ``headers`` have lower-case names."""
    request_id = headers.get("x-request-id")
    if 300 <= status < 400:
        return redirected(status, request_id)
    error = _error_member(body)
    if status not in _BY_STATUS and status < 500 and not error:
        return unexpected(status, headers, body)
    code, side, sentence, advice = _BY_STATUS.get(status) or _BY_STATUS[500 if status >= 500 else 400]
    message = _text(error.get("message")) or sentence
    code = _code(error.get("code")) or code
    wait = retry.retry_after(status, headers, message)
    if wait is not None and wait > retry.LONGEST_WAIT:
        advice = f"Try again in {_spoken(wait)}."
    advice = BY_CODE.get(code, advice)
    return Refused(
        message,
        code=code,
        side=side,
        advice=advice,
        status=status,
        param=_text(error.get("param"))[:200] or None,
        request_id=request_id,
        retry_after=wait,
        failed_generation=_failed_generation(error),
        # A web page is never a message: it is kept as evidence, for those who want to look.
        detail="" if error else _excerpt(body),
        retryable=status in _RETRYABLE or status >= 500 or code == "tool_use_failed",
    )


def redirected(status: int, request_id: str | None) -> Unexpected:
    """Redirects are not followed, so the key goes nowhere else."""
    return Unexpected(
        "The address of the API redirects to another one.",
        code="redirected",
        advice="Enter the final address of the API in the connection.",
        status=status,
        request_id=request_id,
    )


def unexpected(status: int, headers: Mapping[str, str], body: bytes, code: str = "unexpected_answer") -> Unexpected:
    """An answer of another kind than was asked for, such as the page of a captive portal."""
    return Unexpected(
        f"The API gave an unexpected answer (status {status}).",
        code=code,
        advice="Check the address of the API, and whether a proxy or sign-in page stands before it.",
        status=status,
        request_id=headers.get("x-request-id"),
        detail=_excerpt(body),
    )


def from_event(error: Any, request_id: str | None = None) -> BrokenStream:
    """The error for an error object, or a bare string, in the middle of a stream."""
    members = error if isinstance(error, dict) else {"message": error}
    code = _code(members.get("code")) or _code(members.get("type")) or "upstream_error"
    return BrokenStream(
        _text(members.get("message")) or "The API ended the answer with an error.",
        code=code,
        side="upstream",
        advice=BY_CODE.get(code),
        request_id=request_id,
        failed_generation=_failed_generation(members),
    )


def _failed_generation(error: dict[str, Any]) -> str | None:
    failed = error.get("failed_generation")
    return clean(failed if isinstance(failed, str) else json.dumps(failed).decode()) if failed else None


def _error_member(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except json.Malformed:
        return {}
    if not isinstance(data, dict):
        return {}
    error = data.get("error", data.get("message", data.get("detail")))
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def _text(value: Any) -> str:
    return clean(value.strip()[:MESSAGE_LIMIT]) if isinstance(value, str) else ""


def _code(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and _CODE.fullmatch(value) else None


def _excerpt(body: bytes) -> str:
    return clean(body[:2048].decode("utf-8", "replace").strip())


def _spoken(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
