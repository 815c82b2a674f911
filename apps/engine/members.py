"""The members of a chat completion request: which there are, and what each may be (CreateChatCompletionRequest)."""

import re
from dataclasses import dataclass

from apps.engine.checks import anything, array, filled, flag, integer, mapping, nullable, number, one_of, record, text
from apps.engine.messages import DOCUMENT, message
from apps.engine.refusal import unsupported, wrong
from apps.engine.schemas import arguments_schema, schema

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    schema: dict


def tool(value, where):
    kind = text(value.get("type") if isinstance(value, dict) else value, f"{where}.type")
    if kind != "function":
        raise unsupported(f"{where}.type", f"'{kind}' is not supported by this model; only 'function' is")
    return TOOL(value, where)["function"]


def function(value, where):
    """A FunctionObject, as a ``Tool``."""
    given = FUNCTION(value, where)
    parameters = arguments_schema(given.get("parameters"), f"{where}.parameters")
    return Tool(name=given["name"], description=given.get("description") or "", schema=parameters)


def name(value, where):
    if not NAME.fullmatch(text(value, where)):
        raise wrong(where, "must be up to 64 letters, digits, underscores and dashes")
    return value


def choice_between(check, *words):
    return lambda value, where: one_of(*words)(value, where) if isinstance(value, str) else check(value, where)


def stop(value, where):
    return filled(value, where) if isinstance(value, str) else array(filled, most=4)(value, where)


def response_format(value, where):
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    return FORMATS[one_of(*FORMATS)(value.get("type"), f"{where}.type")](value, where)


TOOL = record(("type", "function"), type=text, function=function)
TOOL_MEMBERS = {"name": name, "description": nullable(text), "parameters": nullable(anything), "strict": nullable(flag)}
FUNCTION = record(("name",), **TOOL_MEMBERS)
NAMED = record(("name",), name=text)
NAMED_TOOL = record(("type", "function"), type=one_of("function"), function=NAMED)
JSON_SCHEMA = record(("name",), name=name, description=nullable(text), schema=schema, strict=nullable(flag))
FORMATS = {
    "text": record(type=anything),
    "json_object": record(type=anything),
    "json_schema": record(("json_schema",), type=anything, json_schema=JSON_SCHEMA),
}
NULLABLE = {
    "frequency_penalty": number(-2, 2),
    "presence_penalty": number(-2, 2),
    "include_reasoning": flag,
    "logit_bias": mapping(integer()),
    "logprobs": flag,
    "top_logprobs": integer(0, 20),
    "max_tokens": integer(1),
    "max_completion_tokens": integer(1),
    "n": integer(1, 1),
    "response_format": response_format,
    "seed": integer(),
    "service_tier": one_of("auto", "on_demand", "flex", "performance"),
    "stop": stop,
    "reasoning_effort": one_of("none", "default", "low", "medium", "high"),
    "reasoning_format": one_of("hidden", "raw", "parsed"),
    "stream": flag,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "tools": array(tool, most=128),
    "tool_choice": choice_between(NAMED_TOOL, "none", "auto", "required"),
    "parallel_tool_calls": flag,
    "user": text,
    "function_call": choice_between(NAMED, "none", "auto", "required"),
    "functions": array(function, most=128),
    "metadata": mapping(text),
    "store": flag,
    "include_domains": array(text),
    "exclude_domains": array(text),
    "search_settings": mapping(anything),
    "compound_custom": mapping(anything),
    "documents": array(DOCUMENT),
    "citation_options": one_of("enabled", "disabled"),
}
BODY = record(
    ("model", "messages"),
    model=text,
    messages=array(message, least=1),
    disable_tool_validation=flag,
    **{key: nullable(check) for key, check in NULLABLE.items()},
)
