"""A request body that somebody brings, as a conversation: its messages, its parameters, its model."""

import base64
import binascii
import json
import re
from io import BytesIO

from django.core.files.base import File

from apps.conversations.models.message import ASSISTANT, ROLES, TOOL
from apps.conversations.uploads import AttachmentForm
from apps.core.text import clean
from apps.parameters.imports import Unreadable, from_request

MOST_MESSAGES = 500
DATA_URL = re.compile(r"data:(image/[a-z+.-]+);base64,", re.ASCII)


def read(body):
    """(model, stored parameters, [{role, text, tool_calls, tool_call_id, reasoning, files}]) of a chat completion's body.

    ``files`` are what ``Attachment.take`` takes. A system message at the beginning is a parameter. Raises Unreadable.
    """
    if "messages" not in body:
        raise Unreadable("Only bodies of chat completions can be imported: they have “messages”.")
    given, parameters = body["messages"], from_request(body)
    if len(given) > MOST_MESSAGES:
        raise Unreadable(f"These are {len(given)} messages; up to {MOST_MESSAGES} are taken.")
    if given[0].get("role") == "system" and isinstance(given[0].get("content"), str) and not given[0].get("name"):
        parameters["system"] = clean(given[0]["content"])
        given = given[1:]
    return body["model"][:200], parameters, [message(one, place) for place, one in enumerate(given, 1)]


def message(given, place):
    role = given.get("role")
    role = TOOL if role == "function" else role
    if not isinstance(role, str) or role not in dict(ROLES):
        raise Unreadable(f"Message {place} has no role that the API knows.")
    text, files = content(given.get("content"), place)
    said = {"role": role, "text": text, "files": files}
    if role == TOOL:
        said["tool_call_id"] = clean(str(given.get("tool_call_id") or given.get("name") or ""))[:200]
    if role == ASSISTANT:
        said["tool_calls"] = calls(given, place)
        said["reasoning"] = clean(given["reasoning"]) if isinstance(given.get("reasoning"), str) else ""
    return said


def calls(given, place):
    found = given.get("tool_calls") or []
    if isinstance(given.get("function_call"), dict):
        # The deprecated way of saying it has no id; the name stands for it, also with the result.
        found = [{"id": given["function_call"].get("name"), "function": given["function_call"]}]
    if not isinstance(found, list) or not all(isinstance(call, dict) and isinstance(call.get("function"), dict) for call in found):
        raise Unreadable(f"The tool calls of message {place} are none.")

    def word(value):
        return clean(value) if isinstance(value, str) else ""

    return [
        {
            "id": word(call.get("id")),
            "type": "function",
            "function": {"name": word(call["function"].get("name")), "arguments": word(call["function"].get("arguments"))},
        }
        for call in found
    ]


def content(given, place):
    """(text, files)"""
    if given is None or isinstance(given, str):
        return clean(given or ""), []
    if not isinstance(given, list):
        raise Unreadable(f"The content of message {place} is neither a text nor a list of parts.")
    texts, files = [], []
    for part in given:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            texts.append(clean(part["text"]))
        elif kind == "image_url":
            files.append(image(part, place))
        elif kind == "document":
            files.append(document(part, place))
        else:
            raise Unreadable(f"Message {place} has a part that is neither text, image nor document.")
    return "\n\n".join(texts), files


def image(part, place):
    url = part["image_url"].get("url") if isinstance(part.get("image_url"), dict) else None
    if not isinstance(url, str):
        raise Unreadable(f"An image of message {place} has no address.")
    found = DATA_URL.match(url)
    if not found:
        return taken({"url": url}, {}, place)
    try:
        data = base64.b64decode(url[found.end() :], validate=True)
    except binascii.Error as error:
        raise Unreadable(f"An image of message {place} is no base64.") from error
    return taken({}, {"file": File(BytesIO(data), name=f"image.{found[1].rpartition('/')[2]}")}, place)


def document(part, place):
    given = part.get("document")
    if not isinstance(given, dict) or not isinstance(given.get("data"), dict):
        raise Unreadable(f"A document of message {place} has no data.")
    name, data = given.get("id"), given["data"]
    name = name if isinstance(name, str) and name else "document"
    alone = data.get("text") if set(data) == {"text"} and not name.endswith(".json") else None
    whole = alone if isinstance(alone, str) else json.dumps(data, ensure_ascii=False)
    if alone is None and not name.endswith(".json"):
        name += ".json"
    return taken({}, {"file": File(BytesIO(whole.encode()), name=name)}, place)


def taken(fields, files, place):
    form = AttachmentForm(fields, files)
    if not form.is_valid():
        raise Unreadable(f"Message {place}: {' '.join(error for errors in form.errors.values() for error in errors)}")
    return form.cleaned_data["attachment"]
