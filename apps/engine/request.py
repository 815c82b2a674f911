"""The body of a chat completion, from bytes to something the model can be asked (CreateChatCompletionRequest)."""

import secrets
from dataclasses import dataclass

from apps.engine.checks import integer
from apps.engine.members import BODY
from apps.engine.refusal import Refusal, unknown_model, unsupported, wrong
from apps.groq import json


@dataclass(frozen=True)
class ChatRequest:
    messages: list  # of checked messages, content as text
    tools: list  # of Tool
    choice: str  # "none", "auto", "required"; a named tool is "required" with that tool alone in `tools`
    schema: dict | None  # what the answer must fit, None for words
    any_object: bool  # the schema is that of JSON mode
    temperature: float
    top_p: float
    max_tokens: int
    stop: list
    seed: int
    seeded: bool  # by the client; without that, any seed will do
    stream: bool
    service_tier: str
    calls_functions: bool  # asked in the deprecated words, answered in them


def parse(body, limits):
    """The request in the bytes ``body``; raises ``Refusal``: 400, or 404 for another model.

    ``limits`` has the ``id`` of the model and its ``max_completion_tokens``.
    """
    _, given = read(body, BODY)
    chosen_model(given, limits)
    return understand(given, limits)


def read(body, shape):
    """``(the value in the bytes, its checked members that are not null)``."""
    try:
        value = json.loads(body)
        json.dumps(value)  # half of a surrogate pair can be read, but never be written again
    except json.Malformed as error:
        raise Refusal(400, f"The body is not valid JSON: {error}.", code="invalid_json") from error
    return value, {name: each for name, each in shape(value).items() if each is not None}


def chosen_model(given, limits):
    if given["model"] != limits.id:
        raise unknown_model(given["model"])


def understand(given, limits, format_at="response_format"):
    """What checked members ask for; ``format_at`` is where the format of the answer stands."""
    refuse_unsupported(given)
    tools, choice, calls_functions = read_tools(given)
    answer_schema = read_format(given)
    if answer_schema is not None and choice != "none":
        raise wrong(format_at, "cannot be combined with tools the model may call")
    return ChatRequest(
        messages=given["messages"],
        tools=tools,
        choice=choice,
        schema=answer_schema,
        any_object=given.get("response_format", {}).get("type") == "json_object",
        temperature=given.get("temperature", 1),
        top_p=given.get("top_p", 1),
        max_tokens=read_length(given, limits.max_completion_tokens),
        stop=[given["stop"]] if isinstance(given.get("stop"), str) else given.get("stop", []),
        # llama.cpp takes 32 bits, and all ones mean “any” to it.
        seed=given.get("seed", secrets.randbits(31)) % 0xFFFFFFFF,
        seeded="seed" in given,
        stream=given.get("stream", False),
        service_tier="on_demand" if given.get("service_tier", "auto") == "auto" else given["service_tier"],
        calls_functions=calls_functions,
    )


def refuse_unsupported(given):
    if "include_reasoning" in given and "reasoning_format" in given:
        raise wrong("include_reasoning", "cannot be given together with reasoning_format")
    for name in ("logprobs", "top_logprobs", "logit_bias"):
        # False and {} ask for nothing, and so does 0 alternatives.
        if given.get(name):
            raise unsupported(name, "is not yet supported by any model")
    for name in ("reasoning_effort", "reasoning_format", "include_reasoning"):
        if given.get(name):
            raise unsupported(name, "is not supported by this model, which does not reason")
    for name in ("search_settings", "include_domains", "exclude_domains", "compound_custom"):
        if given.get(name):
            raise unsupported(name, "is not supported by this model, which does not search")
    if given.get("documents"):
        raise unsupported("documents", "is not supported by this model; put the text into a message")


def read_length(given, most):
    for name in ("max_completion_tokens", "max_tokens"):
        if name in given:
            return integer(1, most)(given[name], name)
    return most


def read_tools(given):
    """``(tools, choice, asked in the deprecated words)``."""
    calls_functions = bool(given.get("functions"))
    if calls_functions and given.get("tools"):
        raise wrong("functions", "cannot be given together with tools")
    where, key = ("functions", "function_call") if calls_functions else ("tools", "tool_choice")
    tools = given.get(where, [])
    names = [tool.name for tool in tools]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise wrong(f"{where}.{index}", f"a tool named '{name}' is already there")
    choice = given.get(key, "auto" if tools else "none")
    if isinstance(choice, dict):
        name = choice["name"] if calls_functions else choice["function"]["name"]
        if name not in names:
            raise wrong(key, f"there is no tool named '{name}' in {where}")
        if given.get("disable_tool_validation"):
            raise wrong(key, "a specific tool cannot be required when disable_tool_validation is true")
        return [tools[names.index(name)]], "required", calls_functions
    if choice == "required" and not tools:
        raise wrong(key, "'required' needs tools")
    return tools, choice if tools else "none", calls_functions


def read_format(given):
    chosen = given.get("response_format", {"type": "text"})
    if chosen["type"] == "json_schema":
        return chosen["json_schema"].get("schema", {"type": "object"})
    return {"type": "object"} if chosen["type"] == "json_object" else None
