"""The messages of a request: five shapes, told apart by ``role`` (“Messages” in the API description)."""

from apps.engine.checks import anything, array, mapping, nullable, one_of, record, text
from apps.engine.refusal import unsupported, wrong
from apps.groq import json


def message(value, where):
    """One message, checked, with its content as plain text."""
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    role = one_of(*SHAPES)(value.get("role"), f"{where}.role")
    checked = SHAPES[role](value, where)
    if role == "assistant" and checked.get("content") is None and not (checked.get("tool_calls") or checked.get("function_call")):
        raise wrong(f"{where}.content", "is required unless tools were called")
    return checked


def content(value, where):
    """A string, or text parts joined into one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise wrong(where, "must be a string or an array of parts")
    return "\n".join(array(part, least=1)(value, where))


def part(value, where):
    if not isinstance(value, dict):
        raise wrong(where, "must be an object")
    kind = one_of("text", "image_url", "document")(value.get("type"), f"{where}.type")
    if kind == "document":
        return document_text(DOCUMENT_PART(value, where)["document"])
    if kind != "text":
        raise unsupported(where, f"this model reads text only, so a part of the type '{kind}' cannot be sent to it")
    return TEXT_PART(value, where)["text"]


def document_text(document):
    """A document as a person would paste it: its name, then its text, or its data as JSON."""
    data = document["data"]
    said = data["text"] if isinstance(data.get("text"), str) and len(data) == 1 else json.dumps(data).decode()
    return f"{document['id']}:\n{said}" if document.get("id") else said


def assistant_content(value, where):
    return "" if value == [] else nullable(content)(value, where)


ROLE = {"role": anything, "name": nullable(text)}
DOCUMENT_PART = record(("document",), type=anything, document=record(("data",), data=mapping(anything), id=nullable(text)))
TEXT_PART = record(("text",), type=anything, text=text)
CALLED = record(("name", "arguments"), name=text, arguments=text)
TOOL_CALL = record(("id", "type", "function"), id=text, type=one_of("function"), function=CALLED)
SPOKEN = record(("content",), **ROLE, content=content)
SHAPES = {
    "system": SPOKEN,
    "developer": SPOKEN,
    "user": SPOKEN,
    "assistant": record(
        (),
        **ROLE,
        content=assistant_content,
        reasoning=nullable(text),
        tool_calls=nullable(array(TOOL_CALL)),
        function_call=nullable(CALLED),
    ),
    "tool": record(("content", "tool_call_id"), **ROLE, content=content, tool_call_id=text),
    "function": record(("content", "name"), role=anything, name=text, content=nullable(content)),
}
DOCUMENT = record(("source",), source=mapping(anything), id=nullable(text))
