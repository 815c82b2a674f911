"""Chat completions: the request, and the answer as it grows.

Source: createChatCompletion, CreateChatCompletionRequest, CreateChatCompletionStreamResponse and
CreateChatCompletionResponse of the API description.
"""

from typing import Any, Literal, NamedTuple, Self

from apps.groq import messages as whitelist
from apps.groq import refusals
from apps.groq.errors import BrokenStream, Unexpected
from apps.groq.stream import BAD_EVENTS_LIMIT
from apps.groq.text import Text, clean, clean_value
from apps.groq.thinking import Thinking
from apps.groq.toolcalls import ToolCall, ToolCalls, well_formed
from apps.groq.usage import Usage, broken_down, counted

PATH = "/openai/v1/chat/completions"

# Characters of text, reasoning, arguments and sources together; far above what any model writes.
TEXT_LIMIT = 16 * 1024 * 1024

# fmt: off
PARAMETERS = frozenset({
    "citation_options", "compound_custom", "disable_tool_validation", "documents", "exclude_domains",
    "frequency_penalty", "function_call", "functions", "include_domains", "include_reasoning", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "metadata", "n", "parallel_tool_calls", "presence_penalty",
    "reasoning_effort", "reasoning_format", "response_format", "search_settings", "seed", "service_tier", "stop",
    "store", "stream", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
})
# fmt: on


def request(model: str, messages: list[dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    """The body of a request: members of CreateChatCompletionRequest only, and only those that are set (not None)."""
    unknown = parameters.keys() - PARAMETERS
    if unknown:
        raise TypeError(f"Not members of a chat completion request: {', '.join(sorted(unknown))}")
    given = {name: value for name, value in parameters.items() if value is not None}
    return {"model": model, "messages": [whitelist.message(message) for message in messages], **given}


class Delta(NamedTuple):
    """What one chunk changed: text to append, and whether tool calls or sources (annotations, executed tools) did."""

    content: str = ""
    reasoning: str = ""
    tool_calls: bool = False
    sources: bool = False


NOTHING = Delta()


class Reply:
    """An answer that grows chunk by chunk; what it holds can be stored as it is.

    ``usage`` is None until the upstream reports it, and holds only what it reported credibly.
    ``bad_events`` counts chunks of a wrong shape, which are skipped whole. With ``as_sent`` thoughts that stand in the
    text stay there.
    """

    def __init__(self, *, as_sent: bool = False) -> None:
        self._content = Text()
        self._reasoning = Text()
        self._thinking = Thinking()
        self._thinking.over = as_sent
        self._tools = ToolCalls()
        self._executed: dict[int, dict[str, Any]] = {}
        self._size = 0
        self.annotations: list[dict[str, Any]] = []
        self.logprobs: list[dict[str, Any]] = []
        self.mcp_list_tools: list[dict[str, Any]] = []
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        self.usage_breakdown: list[Usage] | None = None
        self.id: str | None = None
        self.model: str | None = None
        self.system_fingerprint: str | None = None
        self.service_tier: str | None = None
        self.request_id: str | None = None
        self.seed: int | None = None
        self.bad_events = 0

    @classmethod
    def from_completion(cls, data: Any) -> Self:
        """The reply in an answer that was not streamed; raises ``Unexpected`` when there is none in it."""
        reply = cls()
        choices = data.get("choices") if isinstance(data, dict) else None
        if isinstance(choices, list):
            choices = [dict(choice, delta=choice.get("message")) for choice in choices if isinstance(choice, dict)]
            reply.absorb(dict(data, choices=choices))
        if not choices or reply.bad_events:
            raise Unexpected("The API answered without a message.", code="unexpected_answer", request_id=reply.request_id)
        reply.ended(finished=True)
        return reply

    @property
    def content(self) -> str:
        return str(self._content)

    @property
    def reasoning(self) -> str:
        return str(self._reasoning)

    @property
    def skipped(self) -> int:
        """How many characters of the API's content stand before ``content``: thoughts with their tags."""
        return self._thinking.taken

    @property
    def tool_calls(self) -> list[ToolCall]:
        return self._tools.calls

    @property
    def executed_tools(self) -> list[dict[str, Any]]:
        return list(self._executed.values())

    @property
    def extras(self) -> dict[str, list[dict[str, Any]]]:
        """What came with the text and is neither of it nor counted: only what there is, by the API's names."""
        found = {name: getattr(self, name) for name in ("annotations", "executed_tools", "logprobs", "mcp_list_tools")}
        return {name: value for name, value in found.items() if value}

    def to_completion(self) -> dict[str, Any]:
        """The answer as it would have come without streaming (CreateChatCompletionResponse), as far as it was told."""
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.reasoning:
            message["reasoning"] = self.reasoning
        if self.tool_calls:
            message["tool_calls"] = [call.to_request() for call in self.tool_calls]
        extras = self.extras
        message |= {name: extras[name] for name in ("annotations", "executed_tools") if name in extras}
        choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        if "logprobs" in extras:
            choice["logprobs"] = {"content": extras["logprobs"]}
        told = {name: getattr(self, name) for name in ("usage", "usage_breakdown", "system_fingerprint", "service_tier")}
        told["mcp_list_tools"] = self.mcp_list_tools or None
        told["x_groq"] = {"id": self.request_id} if self.request_id else None
        return {
            "id": self.id,
            "object": "chat.completion",
            "model": self.model,
            "choices": [choice],
            **{name: value for name, value in told.items() if value is not None},
        }

    def absorb(self, chunk: dict[str, Any]) -> Delta:
        """Take one chunk; returns what it changed.

        Raises ``BrokenStream`` for an error sent within the stream, for the third chunk of a wrong shape and
        beyond ``TEXT_LIMIT``; what was absorbed before stays.
        """
        if "x_groq" in chunk or "error" in chunk or "usage" in chunk or self.id is None:
            self._note(chunk)
        choices = chunk.get("choices")
        if not choices:
            # An empty list comes with the usage; no list at all only beside something else of ours.
            return NOTHING if choices == [] or chunk.get("usage") or chunk.get("x_groq") else self._skip()
        choice = choices[0] if isinstance(choices, list) else None
        if not isinstance(choice, dict):
            return self._skip()
        if choice.get("index"):
            return NOTHING  # Only one answer was asked for.
        delta = choice.get("delta")
        if delta is None:
            delta = {}
        elif not isinstance(delta, dict):
            return self._skip()
        content = delta.get("content") or ""
        reasoning = delta.get("reasoning") or ""
        if not isinstance(content, str) or not isinstance(reasoning, str):
            return self._skip()
        tools = sources = False
        if len(delta) > 1 or not content:
            # Everything is looked at before anything is taken: a chunk counts whole or not at all.
            if not _well_formed(delta):
                return self._skip()
            reasoning = reasoning or delta.get("reasoning_content") or ""
            tools, sources = self._absorb_tools(delta), self._absorb_sources(delta)
        if choice.get("logprobs"):
            self._absorb_logprobs(choice["logprobs"])
        if choice.get("finish_reason"):
            self.finish_reason = clean(str(choice["finish_reason"]))[:64]
            self._note(chunk)
        self._grow(len(content) + len(reasoning))
        if content and not self._thinking.over:
            content, thought = self._thinking.feed(content)
            reasoning += thought
        return Delta(
            self._content.add(content) if content else "", self._reasoning.add(reasoning) if reasoning else "", tools, sources
        )

    def ended(self, finished: bool) -> Literal["complete", "interrupted"]:
        """The state at the end of the stream; ``finished`` says whether [DONE] was seen.

        A stream that merely stops, without a finish reason or [DONE], was cut off.
        """
        rest = self._thinking.finish()
        self._content.add(rest.said)
        self._reasoning.add(rest.thought)
        self._content.finish()
        self._reasoning.finish()
        for call in self.tool_calls:
            call.finish()
        return "complete" if finished or self.finish_reason else "interrupted"

    def _absorb_tools(self, delta: dict[str, Any]) -> bool:
        fragments = delta.get("tool_calls") or []
        if delta.get("function_call"):
            fragments = [*fragments, {"index": 0, "function": delta["function_call"]}]
        for position, fragment in enumerate(fragments):
            self._grow(self._tools.add(fragment, position))
        return bool(fragments)

    def _absorb_sources(self, delta: dict[str, Any]) -> bool:
        annotations = delta.get("annotations") or []
        executed = delta.get("executed_tools") or []
        if annotations or executed:
            self._grow(len(str(annotations)) + len(str(executed)))
        self.annotations.extend(clean_value(annotations))
        for position, tool in enumerate(clean_value(executed)):
            # A tool is reported when it starts and again, under the same index, with its output.
            index = tool.get("index")
            self._executed.setdefault(index if isinstance(index, int) else position, {}).update(tool)
        return bool(annotations or executed)

    def _absorb_logprobs(self, logprobs: object) -> None:
        tokens = logprobs.get("content") if isinstance(logprobs, dict) else None
        if tokens and _all_objects(tokens):
            self._grow(sum(len(str(token.get("token") or "")) for token in tokens))
            self.logprobs.extend(clean_value(tokens))

    def _note(self, chunk: dict[str, Any]) -> None:
        """What stands beside the choices, in any chunk."""
        x_groq = chunk.get("x_groq")
        extra = x_groq if isinstance(x_groq, dict) else {}
        self.id = self.id or _word(chunk.get("id"))
        self.model = _word(chunk.get("model")) or self.model
        self.system_fingerprint = _word(chunk.get("system_fingerprint")) or self.system_fingerprint
        self.service_tier = _word(chunk.get("service_tier")) or self.service_tier
        self.request_id = self.request_id or _word(extra.get("id"))
        if type(extra.get("seed")) is int:
            self.seed = extra["seed"]
        self.usage = counted(chunk.get("usage")) or counted(extra.get("usage")) or self.usage
        breakdown = broken_down(chunk.get("usage_breakdown")) or broken_down(extra.get("usage_breakdown"))
        self.usage_breakdown = breakdown or self.usage_breakdown
        servers = chunk.get("mcp_list_tools") or extra.get("mcp_list_tools")
        if servers and _all_objects(servers):
            self.mcp_list_tools = clean_value(servers)
        error = chunk.get("error") or extra.get("error")
        if error:
            raise refusals.from_event(error, self.request_id)

    def _skip(self) -> Delta:
        self.bad_events += 1
        if self.bad_events >= BAD_EVENTS_LIMIT:
            raise BrokenStream("The answer could not be read.", code="unreadable", side="upstream", request_id=self.request_id)
        return NOTHING

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > TEXT_LIMIT:
            raise BrokenStream("The answer is too long to keep.", code="too_large", side="upstream", request_id=self.request_id)


def _well_formed(delta: dict[str, Any]) -> bool:
    return (
        isinstance(delta.get("reasoning_content"), str | None)
        and _all_objects(delta.get("annotations"))
        and _all_objects(delta.get("executed_tools"))
        and well_formed(delta.get("tool_calls"), delta.get("function_call"))
    )


def _all_objects(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _word(value: object) -> str | None:
    return clean(value)[:255] or None if isinstance(value, str) else None
