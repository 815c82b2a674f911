"""One chat completion: which way to answer, and the guarantee that what ends well has the promised shape."""

import contextlib

from apps.engine import grammar, prompt, wire
from apps.engine.model import Tally
from apps.engine.refusal import Refusal
from apps.engine.schemas import fits
from apps.groq import json


class Reply:
    """The answer to one request: iterate ``deltas()``, then read ``finish_reason`` and ``tally``."""

    def __init__(self, model, request):
        self._model, self._request = model, request
        self.tally = Tally()  # of everything the model did for the answer, the choice of a tool included
        self.finish_reason = None

    async def deltas(self):
        """The deltas of the answer (ChatCompletionStreamResponseDelta); raises ``Refusal``.

        Words come as they are written. A call comes whole, when it is known to fit: nobody ever holds half of one.
        """
        tools = await self._tools_to_call()
        if tools:
            yield await self._call(tools)
            return
        written = []
        async with contextlib.aclosing(self._answer()) as texts:
            async for text in texts:
                written.append(text)
                yield {"content": text}
        self._hold_to_schema("".join(written))
        self.finish_reason = self.tally.finish_reason

    def _answer(self):
        options = {"stop": self._request.stop}
        if self._request.schema is not None:
            options["grammar"] = grammar.any_object() if self._request.any_object else grammar.fitting(self._request.schema)
        return self._say(prompt.answering(self._request), **options)

    async def _tools_to_call(self):
        """The tools one of which is to be called now; none for an answer in words."""
        tools = self._request.tools
        # After the result of a tool the model tells what it got: it cannot be trusted to see when it has enough.
        if self._request.choice != "auto" or self._request.messages[-1]["role"] != "user":
            return tools if self._request.choice == "required" else []
        name = await self._whole(prompt.choosing(self._request, tools), grammar=grammar.one_name(tools), temperature=0)
        # Whether to call is seen best so; which to call is seen best by calling.
        return [] if name == prompt.DECLINE else tools

    async def _call(self, tools):
        text = await self._whole(prompt.calling(self._request, tools), grammar=grammar.one_call(tools))
        schemas = {tool.name: tool.schema for tool in tools}
        try:
            call = json.loads(text)
            fitting = fits(call["arguments"], schemas[call["name"]])
        except (json.Malformed, KeyError, TypeError):
            fitting = False
        if not fitting:
            raise self._failed("tool_use_failed", "Failed to call a function.", text)
        function = {"name": call["name"], "arguments": json.dumps(call["arguments"]).decode()}
        if self._request.calls_functions:
            self.finish_reason = "function_call"
            return {"function_call": function}
        self.finish_reason = "tool_calls"
        return {"tool_calls": [{"index": 0, "id": wire.call_id(), "type": "function", "function": function}]}

    def _hold_to_schema(self, text):
        if self._request.schema is None:
            return
        try:
            fitting = fits(json.loads(text), self._request.schema)
        except json.Malformed:
            fitting = False
        if not fitting:
            raise self._failed("json_validate_failed", "Failed to generate JSON.", text)

    def _failed(self, code, what, text):
        cut = self.tally.finish_reason == "length"
        reason = "The maximum of completion tokens was reached first." if cut else "Please adjust your prompt."
        message = f"{what} {reason} See 'failed_generation' for more details."
        return Refusal(400, message, code=code, failed_generation=text)

    async def _whole(self, messages, **options):
        async with contextlib.aclosing(self._say(messages, **options)) as texts:
            return "".join([text async for text in texts])

    def _say(self, messages, **options):
        request = self._request
        ours = {"max_tokens": request.max_tokens, "temperature": request.temperature, "top_p": request.top_p, "seed": request.seed}
        # What is remembered of the last prompt changes the last digits of the sums, which a seed must not notice.
        return self._model.say(messages, self.tally, cache_prompt=not request.seeded, **{**ours, **options})
