"""The shapes of answers: CreateChatCompletionResponse, CreateChatCompletionStreamResponse and Model in the API description."""

import base64
import secrets
import time
from dataclasses import dataclass, field

from apps.groq import json

DONE = b"data: [DONE]\n\n"


def request_id():
    return "req_" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def call_id():
    return f"call_{secrets.token_hex(12)}"


def model(about):
    return {
        "id": about.id,
        "object": "model",
        "created": about.weights.created,
        "owned_by": about.weights.owner,
        "active": not about.weights.problem,
        "context_window": about.context_window,
        "public_apps": None,
        "max_completion_tokens": about.max_completion_tokens,
    }


def usage(tally):
    """CompletionUsage: times in seconds; ``total_time`` is prompt and completion, without the queue."""
    return {
        "queue_time": tally.queue_time,
        "prompt_tokens": tally.prompt_tokens,
        "prompt_time": tally.prompt_time,
        "completion_tokens": tally.completion_tokens,
        "completion_time": tally.completion_time,
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
        "total_time": tally.prompt_time + tally.completion_time,
        "prompt_tokens_details": {"cached_tokens": tally.cached_tokens},
    }


def event(value):
    return b"data: " + json.dumps(value) + b"\n\n"


@dataclass
class Envelope:
    """What all chunks of one answer share."""

    model: str
    fingerprint: str
    request: str  # the request id
    seed: int
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(16)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, message, tally, finish_reason, service_tier):
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
        ending = {"usage": usage(tally), "service_tier": service_tier, "x_groq": {"id": self.request, "seed": self.seed}}
        return {**self._head("chat.completion"), "choices": [choice], **ending}

    def first(self):
        return self._chunk({"role": "assistant", "content": ""}, x_groq={"id": self.request})

    def delta(self, delta):
        return self._chunk(delta)

    def last(self, tally, finish_reason):
        return self._chunk({}, finish_reason, x_groq={"id": self.request, "seed": self.seed, "usage": usage(tally)}) + DONE

    def broken(self, refusal):
        """The event of a stream that ends early: official clients know it by its name, the chunk schema by ``x_groq.error``."""
        ended = {"x_groq": {"id": self.request, "error": str(refusal)}, "error": {**refusal.error, "status_code": refusal.status}}
        return b"event: error\n" + event({**self._head("chat.completion.chunk"), "choices": [], **ended})

    def _chunk(self, delta, finish_reason=None, **more):
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return event({**self._head("chat.completion.chunk"), "choices": [choice], **more})

    def _head(self, kind):
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "system_fingerprint": self.fingerprint}
