"""The shapes of responses: CreateResponseResponse in the API description, and the events in which one is streamed."""

import secrets
import time
from dataclasses import dataclass, field

from apps.groq import json

REASONS = {"length": "max_output_tokens"}


def new_id(kind):
    return f"{kind}_{secrets.token_hex(16)}"


def usage(tally):
    """ResponseUsage."""
    return {
        "input_tokens": tally.prompt_tokens,
        "input_tokens_details": {"cached_tokens": tally.cached_tokens},
        "output_tokens": tally.completion_tokens,
        "output_tokens_details": {"cached_tokens": 0, "reasoning_tokens": 0},
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
    }


@dataclass
class Envelope:
    """One response as it grows: each method gives the events (bytes) for what has happened."""

    model: str
    repeated: dict  # of the request
    id: str = field(default_factory=lambda: new_id("resp"))
    created: int = field(default_factory=lambda: int(time.time()))
    output: list = field(default_factory=list)
    _speaking: dict | None = None  # the message that is being written
    _words: list = field(default_factory=list)
    _number: int = 0

    def whole(self, message, tally, finish_reason, service_tier):
        """The response to a request without ``stream``; the tier is one of ours."""
        self.delta({"content": message.get("content") or "", "tool_calls": message.get("tool_calls", [])})
        self._close()
        return self._ended(tally, finish_reason)

    def first(self):
        begun = self._response("in_progress")
        return self._event("response.created", response=begun) + self._event("response.in_progress", response=begun)

    def delta(self, delta):
        told = b"".join(self._call(call) for call in delta.get("tool_calls", ()))
        return told + (self._say(delta["content"]) if delta.get("content") else b"")

    def last(self, tally, finish_reason):
        told = self._close()
        response = self._ended(tally, finish_reason)
        return told + self._event(f"response.{response['status']}", response=response)

    def broken(self, refusal):
        """The event of a response that fails after it has begun."""
        error = {"code": refusal.error["code"] or "server_error", "message": str(refusal)}
        return self._event("response.failed", response=self._response("failed", error=error))

    def _say(self, text):
        told = b""
        if self._speaking is None:
            self._speaking = {"type": "message", "id": new_id("msg"), "status": "in_progress", "role": "assistant", "content": []}
            told = self._event("response.output_item.added", output_index=len(self.output), item=self._speaking)
            told += self._event("response.content_part.added", **self._place(), part=part(""))
        self._words.append(text)
        return told + self._event("response.output_text.delta", **self._place(), delta=text, logprobs=[])

    def _close(self):
        """Nothing more is said: a message that was begun becomes an item, and so does one without words."""
        if self._speaking is None:
            if self.output:
                return b""
            self._say("")
        text, item = "".join(self._words), self._speaking
        said = part(text)
        told = self._event("response.output_text.done", **self._place(), text=text, logprobs=[])
        told += self._event("response.content_part.done", **self._place(), part=said)
        done = {**item, "status": "completed", "content": [said]}
        told += self._event("response.output_item.done", output_index=len(self.output), item=done)
        self.output.append(done)
        self._speaking = None
        return told

    def _call(self, call):
        """A call comes whole, so all its events come at once."""
        function = call["function"]
        item = {"type": "function_call", "id": new_id("fc"), "call_id": call["id"], "name": function["name"]}
        place = {"output_index": len(self.output), "item_id": item["id"]}
        begun = {**item, "arguments": "", "status": "in_progress"}
        done = {**item, "arguments": function["arguments"], "status": "completed"}
        self.output.append(done)
        return (
            self._event("response.output_item.added", output_index=place["output_index"], item=begun)
            + self._event("response.function_call_arguments.delta", **place, delta=done["arguments"])
            + self._event("response.function_call_arguments.done", **place, arguments=done["arguments"])
            + self._event("response.output_item.done", output_index=place["output_index"], item=done)
        )

    def _ended(self, tally, finish_reason):
        reason = REASONS.get(finish_reason)
        details = {"incomplete_details": {"reason": reason}} if reason else {}
        return self._response("incomplete" if reason else "completed", usage=usage(tally), **details)

    def _response(self, status, **more):
        return {
            "id": self.id,
            "object": "response",
            "status": status,
            "created_at": self.created,
            "output": list(self.output),
            "previous_response_id": None,
            "model": self.model,
            **self.repeated,
            "error": None,
            "incomplete_details": None,
            "background": False,
            "top_logprobs": 0,
            "max_tool_calls": None,
            **more,
        }

    def _place(self):
        return {"item_id": self._speaking["id"], "output_index": len(self.output), "content_index": 0}

    def _event(self, kind, **members):
        number, self._number = self._number, self._number + 1
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), json.dumps({"type": kind, "sequence_number": number, **members}))


def part(text):
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
