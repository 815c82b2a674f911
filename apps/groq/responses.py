"""Responses: the request, and the answer as it grows, read like that of a chat completion.

Source: createResponse, CreateResponseRequest and CreateResponseResponse of the API description, which has no schema for
streamed events: those are the ones of OpenAI's Responses API.
"""

from collections.abc import Callable
from typing import Any, Self

from apps.groq import chat, json, refusals
from apps.groq.chat import NOTHING, Delta
from apps.groq.errors import Unexpected
from apps.groq.events import item_of, number, objects, thought_of, together
from apps.groq.text import Text, clean, clean_value, word
from apps.groq.toolcalls import well_formed
from apps.groq.usage import of_response

PATH = "/openai/v1/responses"

# fmt: off
PARAMETERS = frozenset({
    "instructions", "max_output_tokens", "metadata", "parallel_tool_calls", "reasoning", "service_tier", "store", "stream",
    "temperature", "text", "tool_choice", "tools", "top_p", "truncation", "user",
})
# fmt: on

# incomplete_details.reason → the finish reason of a chat completion.
_REASONS = {"max_output_tokens": "length"}
_STATUSES = (None, "completed", "incomplete", "failed", "cancelled")


def request(model: str, items: list[dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    """The body of a request: members of CreateResponseRequest only, and only those that are set (not None)."""
    unknown = parameters.keys() - PARAMETERS
    if unknown:
        raise TypeError(f"Not members of a request for a response: {', '.join(sorted(unknown))}")
    return {"model": model, "input": items} | {name: value for name, value in parameters.items() if value is not None}


class Reply(chat.Reply):
    """An answer that grows event by event; its members are those of a chat completion's reply.

    Whoever leaves deltas out is believed by what stands in the events that close a part, an item or the whole.
    """

    def __init__(self, *, as_sent: bool = False) -> None:
        super().__init__(as_sent=as_sent)
        self._speaking: object = None  # the item whose text came last
        self._heard: set[tuple[object, ...]] = set()  # parts of which text has come
        self._numbers: dict[object, int] = {}  # item → number of the call that it is
        self._response: dict[str, Any] = {}  # the whole as it was told last

    @classmethod
    def from_response(cls, data: Any) -> Self:
        """The reply in an answer that was not streamed; raises ``Unexpected`` when there is none, ``BrokenStream`` if it failed."""
        reply = cls()
        response = data if isinstance(data, dict) else {}
        status = response.get("status")
        if not isinstance(response.get("output"), list | None) or status not in _STATUSES or not (status or "output" in response):
            raise Unexpected("The API answered without a response.", code="unexpected_answer")
        reply._conclude(response, status or "completed")
        reply.ended(finished=True)
        return reply

    def to_completion(self) -> dict[str, Any]:
        """The response as it would have come without streaming (CreateResponseResponse), as far as it was told."""
        whole: dict[str, Any] = clean_value(self._response)
        return whole if whole.get("output") else {"object": "response", **whole, "output": self._output()}

    def absorb(self, event: dict[str, Any]) -> Delta:
        """Take one event; returns what it changed.

        Raises ``BrokenStream`` as that of a chat completion does; for a response that failed, too.
        """
        kind = event.get("type")
        if kind == "response.output_text.delta":
            return self._hear_text(event, event.get("delta"))
        taker = _TAKERS.get(kind) if isinstance(kind, str) else None
        if taker is not None:
            return taker(self, event)
        if error := event.get("error"):
            raise refusals.from_event(error, self.request_id)
        # Events that tell of progress come in more kinds than there are words for.
        return NOTHING if isinstance(kind, str) and kind else self._skip()

    # Text and reasoning.

    def _hear_text(self, event: dict[str, Any], text: object) -> Delta:
        if not isinstance(text, str):
            return self._skip()
        return self._say(item_of(event), number(event.get("content_index")), text)

    def _hear_whole_text(self, event: dict[str, Any]) -> Delta:
        heard = (item_of(event), number(event.get("content_index"))) in self._heard
        return NOTHING if heard else self._hear_text(event, event.get("text"))

    def _hear_refusal(self, event: dict[str, Any]) -> Delta:
        return self._hear_text(event, event.get("delta"))

    def _hear_thought(self, event: dict[str, Any]) -> Delta:
        text = event.get("delta")
        return self._think(thought_of(event), text) if isinstance(text, str) else self._skip()

    def _hear_whole_thought(self, event: dict[str, Any]) -> Delta:
        text, place = event.get("text"), thought_of(event)
        if not isinstance(text, str):
            return self._skip()
        return NOTHING if place in self._heard else self._think(place, text)

    def _say(self, item: object, part: int, text: str) -> Delta:
        thought = ""
        if text and not self._thinking.over:
            text, thought = self._thinking.feed(text)
        # What a model says before and after a call are two messages.
        gap = self._content.length and item != self._speaking
        self._speaking = item
        self._heard.add((item, part))
        return Delta(self._add(self._content, text, gap=bool(gap)), self._add(self._reasoning, thought))

    def _think(self, place: tuple[object, ...], text: str) -> Delta:
        gap = self._reasoning.length and place not in self._heard
        self._heard.add(place)
        return Delta(reasoning=self._add(self._reasoning, text, gap=bool(gap)))

    def _add(self, to: Text, text: str, gap: bool = False) -> str:
        self._grow(len(text))
        return to.add(f"\n\n{text}" if gap else text) if text else ""

    # Calls and sources.

    def _hear_arguments(self, event: dict[str, Any]) -> Delta:
        return self._call(item_of(event), arguments=event.get("delta"))

    def _hear_whole_arguments(self, event: dict[str, Any]) -> Delta:
        return self._call(item_of(event), name=event.get("name"), arguments=event.get("arguments"), whole=True)

    def _call(self, item: object, id: object = None, name: object = None, arguments: object = None, whole: bool = False) -> Delta:
        fragment: dict[str, Any] = {"id": id, "function": {"name": name, "arguments": arguments}}
        if not well_formed([fragment]):
            return self._skip()
        place = self._numbers.setdefault(item, len(self._numbers))
        call = self._tools.at(place)
        if whole and call is not None:
            # It comes again as a whole: only what is lacking is taken.
            fragment["id"] = None if call.id else id
            fragment["function"] = {"name": "" if call.name else name, "arguments": "" if call.arguments else arguments}
        self._grow(self._tools.add({**fragment, "index": place}, place))
        return Delta(tool_calls=True)

    def _hear_annotation(self, event: dict[str, Any]) -> Delta:
        self._heard.add(("annotations", item_of(event), number(event.get("content_index"))))
        return self._cite([event.get("annotation")])

    def _cite(self, annotations: list[Any]) -> Delta:
        if not all(isinstance(annotation, dict) for annotation in annotations):
            return self._skip()
        self._grow(len(str(annotations)))
        self.annotations.extend(clean_value(annotations))
        return Delta(sources=bool(annotations))

    def _run(self, item: dict[str, Any]) -> Delta:
        """A tool that ran at the API, in the shape in which a chat completion tells of it."""
        self._grow(len(str(item)))
        if item.get("type") == "mcp_list_tools":
            self.mcp_list_tools.append(clean_value(item))
        else:
            asked = next((item[name] for name in ("arguments", "code", "action", "queries") if item.get(name)), None)
            got = next((item[name] for name in ("output", "outputs", "results", "error") if item.get(name)), None)
            place = len(self._executed)
            told = {"index": place, "type": item.get("type"), "arguments": _as_text(asked), "output": _as_text(got)}
            self._executed[place] = clean_value(told)
        return Delta(sources=True)

    # Items and the whole.

    def _begin_item(self, event: dict[str, Any]) -> Delta:
        item = event.get("item")
        if not isinstance(item, dict):
            return self._skip()
        if item.get("type") != "function_call":
            return NOTHING
        return self._call(
            item_of({"item_id": item.get("id"), **event}), item.get("call_id"), item.get("name"), item.get("arguments")
        )

    def _end_item(self, event: dict[str, Any]) -> Delta:
        item = event.get("item")
        return self._settle(item_of({"item_id": item.get("id"), **event}), item) if isinstance(item, dict) else self._skip()

    def _settle(self, key: object, item: dict[str, Any]) -> Delta:
        """Take of a whole item what had not come before."""
        kind = item.get("type")
        if kind == "message":
            return together(self._settle_part(key, place, part) for place, part in objects(item.get("content")))
        if kind == "function_call":
            return self._call(key, item.get("call_id"), item.get("name"), item.get("arguments"), whole=True)
        if kind == "reasoning":
            parts = [(("reasoning", key, place), part) for place, part in objects(item.get("content"))]
            parts += [(("summary", key, place), part) for place, part in objects(item.get("summary"))]
            return together(
                self._think(place, part["text"])
                for place, part in parts
                if place not in self._heard and isinstance(part.get("text"), str)
            )
        return self._run(item)

    def _settle_part(self, key: object, place: int, part: dict[str, Any]) -> Delta:
        text = part.get("text", part.get("refusal"))
        said = self._say(key, place, text) if isinstance(text, str) and (key, place) not in self._heard else NOTHING
        cited = ("annotations", key, place)
        annotations = [annotation for _, annotation in objects(part.get("annotations"))]
        if not annotations or cited in self._heard:
            return said
        self._heard.add(cited)
        return together([said, self._cite(annotations)])

    def _hear_of(self, event: dict[str, Any]) -> Delta:
        response = event.get("response")
        if not isinstance(response, dict):
            return self._skip()
        self._learn(response)
        return NOTHING

    def _end(self, event: dict[str, Any]) -> Delta:
        response = event.get("response")
        return self._conclude(response if isinstance(response, dict) else {}, event["type"].rpartition(".")[2])

    def _conclude(self, response: dict[str, Any], status: str) -> Delta:
        self._learn(response)
        if status in ("failed", "cancelled"):
            raise refusals.from_event(response.get("error") or {"code": f"response_{status}"}, self.request_id)
        delta = self._fill(response.get("output"))
        self.finish_reason = "tool_calls" if self.tool_calls else "stop"
        if status == "incomplete":
            details = response.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, dict) else None
            self.finish_reason = _REASONS.get(str(reason)) or clean(str(reason or status))[:64]
        return delta

    def _fill(self, output: object) -> Delta:
        """Of the whole output only the kinds of items of which nothing came: items may be counted in another way here."""
        came = {
            "message": self._content.length > 0,
            "function_call": bool(self.tool_calls),
            "reasoning": self._reasoning.length > 0,
        }
        other = bool(self._executed or self.mcp_list_tools)
        items = [(("whole", place), item) for place, item in objects(output)]
        return together(self._settle(key, item) for key, item in items if not came.get(str(item.get("type")), other))

    def _output(self) -> list[dict[str, Any]]:
        output: list[dict[str, Any]] = []
        if self.reasoning:
            output.append({"type": "reasoning", "content": [{"type": "reasoning_text", "text": self.reasoning}], "summary": []})
        if self.content:
            part = {"type": "output_text", "text": self.content, "annotations": self.annotations}
            output.append({"type": "message", "role": "assistant", "content": [part]})
        for call in self.tool_calls:
            output.append({"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments})
        return output

    def _learn(self, response: dict[str, Any]) -> None:
        self._response = response
        self.id = self.id or word(response.get("id"))
        self.model = word(response.get("model")) or self.model
        self.service_tier = word(response.get("service_tier")) or self.service_tier
        self.usage = of_response(response.get("usage")) or self.usage

    def _fail(self, event: dict[str, Any]) -> Delta:
        bare = {"message": event.get("message"), "code": event.get("code")}
        raise refusals.from_event(event.get("error") or bare, self.request_id)


_TAKERS: dict[str, Callable[[Reply, dict[str, Any]], Delta]] = {
    "response.created": Reply._hear_of,
    "response.in_progress": Reply._hear_of,
    "response.output_item.added": Reply._begin_item,
    "response.output_item.done": Reply._end_item,
    "response.output_text.done": Reply._hear_whole_text,
    "response.output_text.annotation.added": Reply._hear_annotation,
    "response.refusal.delta": Reply._hear_refusal,
    "response.reasoning_text.delta": Reply._hear_thought,
    "response.reasoning_text.done": Reply._hear_whole_thought,
    "response.reasoning_summary_text.delta": Reply._hear_thought,
    "response.reasoning_summary_text.done": Reply._hear_whole_thought,
    "response.function_call_arguments.delta": Reply._hear_arguments,
    "response.function_call_arguments.done": Reply._hear_whole_arguments,
    "response.completed": Reply._end,
    "response.incomplete": Reply._end,
    "response.failed": Reply._end,
    "response.cancelled": Reply._end,
    "error": Reply._fail,
}


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(clean_value(value)).decode()
