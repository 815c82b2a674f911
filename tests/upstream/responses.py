"""Answers in the dialect of the Responses API, whole and as events."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.upstream import chunks

if TYPE_CHECKING:
    from tests.upstream.exchange import Exchange

PATH = "/responses"
ID = "resp_01jtest"
STATUSES = {"length": ("incomplete", "max_output_tokens"), "content_filter": ("incomplete", "content_filter")}


def event(kind: str, **members: Any) -> bytes:
    """One event, named as its type."""
    return chunks.event({"type": kind, **members}, kind)


def text(delta: str, item: int = 0, **members: Any) -> bytes:
    """One delta of the text of an item."""
    return event("response.output_text.delta", output_index=item, item_id=f"msg_{item}", content_index=0, delta=delta, **members)


def usage_of(prompt: int, completion: int, reasoning: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": completion,
        "output_tokens_details": {"cached_tokens": 0, "reasoning_tokens": reasoning},
        "total_tokens": prompt + completion,
    }


def response(status: str, output: list[dict[str, Any]], *, model: str = "llama-3.1-8b-instant", **members: Any) -> dict[str, Any]:
    """A CreateResponseResponse."""
    return {
        "id": ID,
        "object": "response",
        "status": status,
        "created_at": chunks.CREATED,
        "output": output,
        "model": model,
        "tools": [],
        "tool_choice": "auto",
        "truncation": "disabled",
        "metadata": {},
        "temperature": 1,
        "top_p": 1,
        "service_tier": "default",
        "error": None,
        "incomplete_details": None,
        "parallel_tool_calls": True,
        "store": False,
        **members,
    }


@dataclass
class Answer:
    """What ``says`` was told to say, to this request."""

    body: dict[str, Any]
    words: list[str]
    thoughts: list[str]
    calls: list[dict[str, Any]]
    finish: str | None = "stop"
    usage: dict[str, Any] | Literal["count"] | None = "count"
    extra: dict[str, Any] = field(default_factory=dict)

    def items(self) -> list[dict[str, Any]]:
        items = []
        if self.thoughts:
            content = [{"type": "reasoning_text", "text": "".join(self.thoughts)}]
            items.append({"type": "reasoning", "id": "rs_1", "summary": [], "content": content})
        if self.words:
            content = [{"type": "output_text", "text": "".join(self.words), "annotations": [], "logprobs": []}]
            items.append({"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": content})
        for number, call in enumerate(self.calls):
            arguments = call.get("arguments", {})
            arguments = arguments if isinstance(arguments, str) else json.dumps(arguments)
            ids = {"id": f"fc_{number}", "call_id": call.get("id", f"call_{number}")}
            items.append({"type": "function_call", **ids, "name": call["name"], "arguments": arguments, "status": "completed"})
        return items

    def whole(self) -> dict[str, Any]:
        status, reason = STATUSES.get(self.finish or "", ("completed", None))
        counts = self.usage
        if counts == "count":
            counts = usage_of(len(self.body.get("input", [])) * 10, len(self.words) + len(self.thoughts), len(self.thoughts))
        details = {"incomplete_details": {"reason": reason}} if reason else {}
        return response(status, self.items(), model=self.body.get("model", "unknown"), usage=counts, **details, **self.extra)

    def events(self) -> list[bytes]:
        """All events between the first and the last."""
        events = []
        for place, item in enumerate(self.items()):
            at = {"output_index": place, "item_id": item["id"]}
            hollow = {name: [] if isinstance(value, list) else value for name, value in item.items()}
            if item["type"] == "function_call":
                hollow["arguments"] = ""
            events.append(event("response.output_item.added", output_index=place, item=hollow))
            if item["type"] == "message":
                part = {"type": "output_text", "text": "", "annotations": []}
                events.append(event("response.content_part.added", **at, content_index=0, part=part))
                events += [
                    event("response.output_text.delta", **at, content_index=0, delta=word, logprobs=[]) for word in self.words
                ]
                events.append(event("response.output_text.done", **at, content_index=0, text="".join(self.words), logprobs=[]))
                events.append(event("response.content_part.done", **at, content_index=0, part=item["content"][0]))
            elif item["type"] == "reasoning":
                events += [
                    event("response.reasoning_text.delta", **at, content_index=0, delta=thought) for thought in self.thoughts
                ]
                events.append(event("response.reasoning_text.done", **at, content_index=0, text="".join(self.thoughts)))
            else:
                half = len(item["arguments"]) // 2
                for piece in (item["arguments"][:half], item["arguments"][half:]):
                    events.append(event("response.function_call_arguments.delta", **at, delta=piece))
                events.append(event("response.function_call_arguments.done", **at, arguments=item["arguments"]))
            events.append(event("response.output_item.done", output_index=place, item=item))
        return events


async def play(
    exchange: "Exchange",
    answer: Answer,
    *,
    rate: float | None,
    hang: bool,
    cut: str | None,
    done: bool,
    hold: bool,
    headers: dict[str, str] | None,
    split: int | list[int] | None,
) -> None:
    """Say it, with the means of ``scripts.says``; ``done`` adds the [DONE] that this API leaves out."""
    if not answer.body.get("stream"):
        if hang:
            await exchange.hang()
        await exchange.answer(200, {**chunks.JSON, **(headers or {})}, answer.whole())
        return
    await exchange.start(200, {**chunks.EVENT_STREAM, **(headers or {})}, split=split)
    begun = response("in_progress", [], model=answer.body.get("model", "unknown"))
    await exchange.send(event("response.created", response=begun) + event("response.in_progress", response=begun))
    events = answer.events()
    if hang or cut:
        # What closes parts and items would say that the answer is whole.
        events = [each for each in events if b".delta" in each or b".added" in each]
    await exchange.pace(events, rate)
    if hang:
        await exchange.hang()
    if cut:
        await exchange.cut(reset=cut == "reset")
        return
    if answer.finish:
        whole = answer.whole()
        await exchange.send(event(f"response.{whole['status']}", response=whole))
    if done:
        await exchange.send(b"data: [DONE]\n\n")
    if hold:
        await exchange.left()
    await exchange.end()
