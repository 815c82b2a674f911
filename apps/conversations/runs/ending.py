"""How a run ends: its row, its last frame, and the reason in words that a person can act on."""

import time

from django.template.loader import render_to_string

from apps.conversations import evidence
from apps.conversations.models import Conversation


def write(run, state, worker, text, reasoning, tool_calls, html, fields):
    """In a thread: save the terminal state if the run is still ours to end; the last frame, whoever ended it."""
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


def facts(reply, stream, error, began, first):
    """What the row tells of the answer, cut to its columns; ``began`` and ``first`` (or None) are monotonic seconds."""
    request_id = reply.request_id or (error or {}).get("request_id") or (stream and stream.request_id) or ""
    return {
        "first_token_time": None if first is None else first - began,
        "total_time": time.monotonic() - began,
        "usage": reply.usage,
        "usage_breakdown": reply.usage_breakdown,
        "service_tier": (reply.service_tier or "")[:20],
        "extras": reply.extras,
        "finish_reason": (reply.finish_reason or "")[:40],
        "answered_by": (reply.model or "")[:200],
        "fingerprint": (reply.system_fingerprint or "")[:100],
        "request_id": request_id[:100],
        "error": error,
    }


def to_json(error):
    """A GroqError as it stands on the row; only what may be shown."""
    fields = ("code", "message", "advice", "side", "status", "param", "request_id", "retry_after", "failed_generation", "detail")
    return {name: value for name in fields if (value := getattr(error, name)) not in (None, "")}


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
