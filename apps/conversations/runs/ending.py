"""How a run ends: its row, its last frame, and the reason in words that a person can act on."""

import time

from django.template.loader import render_to_string

from apps.conversations import evidence
from apps.conversations.models import Conversation
from apps.groq import journal
from apps.groq.text import clean


def write(run, state, worker, text, reasoning, tool_calls, html, fields, seen=None):
    """In a thread: save the terminal state if the run is still ours to end; the last frame, whoever ended it."""
    if seen is not None:
        fields = fields | {"exchange": exchange(*seen)}
    run.finish(state, worker=worker, text=text, reasoning=reasoning, tool_calls=tool_calls, html=html, **fields)
    return last_frame(run.pk)


def cited(run, text, html, extras):
    """In a thread: ``html``, which is ``text`` drawn, with the marks of its citations."""
    # The API counts from the beginning of its own text: behind what we gave it, before what we took out of it.
    offset = len(run.prefix) - extras.get("thinking", {}).get("skipped", 0)
    return evidence.cite(text, html, extras["annotations"], offset, run.pk)


def last_frame(message_id):
    """The finished message, drawn as every page draws it; where it was deleted, that it is gone."""
    message = Conversation.placed(message_id)
    if message is None:
        return {"gone": True}
    return {"final": render_to_string("conversations/_message.html", {"message": message}), "state": message.run.state}


def facts(reply, stream, error, began, first, extras):
    """What the row tells of the answer, cut to its columns; ``began`` and ``first`` (or None) are monotonic seconds.

    ``extras`` is what the run itself has to tell beside what the answer brought.
    """
    request_id = reply.request_id or (error or {}).get("request_id") or (stream and stream.request_id) or ""
    return {
        "first_token_time": None if first is None else first - began,
        "total_time": time.monotonic() - began,
        "usage": reply.usage,
        "usage_breakdown": reply.usage_breakdown,
        "service_tier": (reply.service_tier or "")[:20],
        "extras": reply.extras | extras,
        "finish_reason": (reply.finish_reason or "")[:40],
        "answered_by": (reply.model or "")[:200],
        "fingerprint": (reply.system_fingerprint or "")[:100],
        "request_id": request_id[:100],
        "error": error,
    }


# What of an answer's headers is nobody's business.
SECRET_HEADERS = ("set-cookie", "authorization", "proxy-authorization")


def exchange(stream, refusal, tried, began, first):
    """What the row of the wire tells; None where nothing was asked. ``refusal`` is the error that came instead of a stream,
    ``tried`` what the earlier attempts came to; ``began`` and ``first`` are monotonic seconds."""
    if stream is None:
        return None
    answered = stream if stream.asked_at else None
    headers = answered.headers if answered else getattr(refusal, "headers", {})
    shown = [pair for pair in headers.items() if pair[0].lower() not in SECRET_HEADERS]
    times = {"ended": time.monotonic() - began}
    if first is not None:
        times["first"] = first - began
    if answered:
        times |= {"asked": answered.asked_at - began, "headers": answered.headers_at - began, "connect": answered.connect_time}
        events = answered.journal.packed(answered.asked_at)
    else:
        events = journal.of_text(refusal.body) if refusal is not None else b""
    return {
        "status": answered.status if answered else getattr(refusal, "status", None),
        "headers": [[name, clean(stream.journal.redacted(value))] for name, value in shown],
        "times": {name: round(seconds, 4) for name, seconds in times.items()},
        "attempts": tried,
        "events": events,
    }


def attempt(retry, at):
    """One that did not do: when it was refused (seconds since the run began), why, and how long was waited then."""
    error = retry.error
    return {
        "at": round(at, 3),
        "status": error.status,
        "code": error.code,
        "message": error.message,
        "delay": round(retry.delay, 3),
        "retry_after": error.retry_after,
    }


def given_up(error, until):
    """The refusal that a person did not want to wait out, with the seconds that are left of it; None when nobody waits."""
    left = until - time.monotonic()
    return {**error.to_json(), "retry_after": round(left, 2)} if left > 0 else None


NOT_CONNECTED = {
    "code": "not_connected",
    "side": "server",
    "message": "No API is connected to this server.",
    "advice": "Start it with GROQ_API_KEY set, or without --without-engine.",
}
SERVER_STOPPED = {
    "code": "server_stopped",
    "side": "server",
    "message": "The server was stopped while this was being written.",
    "advice": "What had arrived is kept. Continue from here, or try again.",
}
OUR_FAULT = {
    "code": "internal",
    "side": "server",
    "message": "Something broke on our side while this was being written.",
    "advice": "What had arrived is kept. Try again; the server’s log says more.",
}
ENDED_EARLY = {
    "code": "ended_early",
    "side": "upstream",
    "message": "The API ended the answer without saying that it was finished.",
    "advice": "What had arrived is kept. Continue from here, or try again.",
}
NOT_SAVED = {
    "code": "not_saved",
    "side": "server",
    "message": "The database did not take this answer in time.",
    "advice": "Copy what you need from here, then look at the disk of the server.",
}
