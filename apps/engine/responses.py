"""The body of a request for a response, as the same thing the model can be asked (CreateResponseRequest).

It is told in the words of a chat completion, so that tools, schemas and limits are read in one place.
"""

from apps.engine.checks import anything, array, flag, integer, mapping, nullable, number, one_of, record, text
from apps.engine.members import NAMED_TOOL, TOOL_MEMBERS, Tool, choice_between, name
from apps.engine.refusal import unsupported, wrong
from apps.engine.request import chosen_model, read, understand
from apps.engine.schemas import arguments_schema, schema

PAIRS = 16


def parse(body, limits):
    """``(ChatRequest, what the response repeats of the request)``; raises ``Refusal`` as ``request.parse`` does."""
    value, given = read(body, BODY)
    chosen_model(given, limits)
    refuse_unsupported(given)
    said = given["input"] if isinstance(given["input"], list) else [{"role": "user", "content": given["input"]}]
    instructions = [{"role": "system", "content": given["instructions"]}] if "instructions" in given else []
    asked = {name: given[name] for name in ("temperature", "top_p", "stream", "tools", "tool_choice") if name in given}
    asked["messages"] = instructions + said
    if "max_output_tokens" in given:
        most = integer(1, limits.max_completion_tokens)
        asked["max_completion_tokens"] = most(given["max_output_tokens"], "max_output_tokens")
    if "format" in given.get("text", {}):
        asked["response_format"] = given["text"]["format"]
    return understand(asked, limits, format_at="text.format"), repeated(value)


def repeated(value):
    """The members of CreateResponseResponse that say what was asked for, with what holds where nothing was."""
    given = {name: each for name, each in value.items() if each is not None}
    tools = given.get("tools", [])
    return {
        "instructions": given.get("instructions"),
        "max_output_tokens": given.get("max_output_tokens"),
        "metadata": given.get("metadata", {}),
        "parallel_tool_calls": given.get("parallel_tool_calls", True),
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default" if given.get("service_tier", "auto") == "auto" else given["service_tier"],
        "store": False,
        "temperature": given.get("temperature", 1),
        "text": {"format": {"type": "text"}, **given.get("text", {})},
        "tool_choice": given.get("tool_choice", "auto" if tools else "none"),
        "tools": tools,
        "top_p": given.get("top_p", 1),
        "truncation": given.get("truncation", "disabled"),
        "user": given.get("user"),
    }


def refuse_unsupported(given):
    if given.get("reasoning", {}).get("effort"):
        raise unsupported("reasoning.effort", "is not supported by this model, which does not reason")
    if given.get("store"):
        raise unsupported("store", "only false is supported: responses are not stored")
    if given.get("truncation") == "auto":
        raise unsupported("truncation", "'auto' is not supported by this model, only 'disabled' is")
    if len(given.get("metadata", {})) > PAIRS:
        raise wrong("metadata", f"must have at most {PAIRS} pairs")


def item(value, where):
    """One input item, as a message of a chat completion."""
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    if "type" not in value:
        return EASY(value, where)
    return ITEMS[one_of(*ITEMS)(value["type"], f"{where}.type")](value, where)


def message(value, where):
    checked = MESSAGE(value, where)
    return {"role": checked["role"], "content": checked["content"]}


def item_reference(value, where):
    raise unsupported(where, "responses are not stored, so there is nothing to refer to")


def function_call(value, where):
    checked = FUNCTION_CALL(value, where)
    function = {"name": checked["name"], "arguments": checked["arguments"]}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": checked["call_id"], "type": "function", "function": function}],
    }


def function_call_output(value, where):
    checked = FUNCTION_CALL_OUTPUT(value, where)
    return {"role": "tool", "tool_call_id": checked["call_id"], "content": checked["output"]}


def content(value, where):
    return value if isinstance(value, str) else parts(value, where)


def parts(value, where):
    """Parts of text, joined into one."""
    return "\n".join(array(part)(value, where))


def part(value, where):
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    kind = one_of("input_text", "input_image")(value.get("type"), f"{where}.type")
    if kind != "input_text":
        raise unsupported(where, f"this model reads text only, so a part of the type '{kind}' cannot be sent to it")
    return TEXT_PART(value, where)["text"]


def tool(value, where):
    kind = text(value.get("type") if isinstance(value, dict) else value, f"{where}.type")
    if kind != "function":
        raise unsupported(f"{where}.type", f"'{kind}' is not supported by this model; only 'function' is")
    given = TOOL(value, where)
    parameters = arguments_schema(given.get("parameters"), f"{where}.parameters")
    return Tool(name=given["name"], description=given.get("description") or "", schema=parameters)


def text_format(value, where):
    """The format, as the ``response_format`` of a chat completion."""
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    kind = one_of("text", "json_object", "json_schema")(value.get("type"), f"{where}.type")
    if kind != "json_schema":
        return record(type=anything)(value, where)
    return {"type": kind, "json_schema": JSON_SCHEMA(value, where)}


STATUS = one_of("in_progress", "completed", "incomplete")
TEXT_PART = record(("text",), type=anything, text=text)
EASY = record(("role", "content"), role=one_of("user", "assistant", "system", "developer"), content=content)
MESSAGE = record(("role", "content"), type=anything, role=one_of("user", "system", "developer"), content=parts, status=STATUS)
NAMED = {"type": anything, "call_id": text, "id": text, "status": STATUS}
FUNCTION_CALL = record(("call_id", "name", "arguments"), name=text, arguments=text, **NAMED)
FUNCTION_CALL_OUTPUT = record(("call_id", "output"), output=text, **NAMED)
ITEMS = {
    "message": message,
    "item_reference": item_reference,
    "function_call": function_call,
    "function_call_output": function_call_output,
}
TOOL = record(("type", "name"), type=text, **TOOL_MEMBERS)
JSON_SCHEMA = record(("name", "schema"), type=anything, name=name, schema=schema, description=nullable(text), strict=nullable(flag))
NULLABLE = {
    "instructions": text,
    "max_output_tokens": integer(1),
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "tools": array(tool, most=128),
    "tool_choice": choice_between(NAMED_TOOL, "none", "auto", "required"),
    "reasoning": record(effort=nullable(one_of("low", "medium", "high"))),
    "metadata": mapping(text),
    "parallel_tool_calls": flag,
    "store": flag,
    "stream": flag,
    "service_tier": one_of("auto", "default", "flex"),
    "truncation": one_of("auto", "disabled"),
}
BODY = record(
    ("model", "input"),
    model=text,
    input=lambda value, where: value if isinstance(value, str) else array(item, least=1)(value, where),
    text=record(format=text_format),
    user=text,
    **{key: nullable(check) for key, check in NULLABLE.items()},
)
