"""Messages of a chat completion as what the Responses API takes in their place: instructions and input items."""

from typing import Any

Item = dict[str, Any]


def from_messages(messages: list[dict[str, Any]]) -> tuple[str | None, list[Item]]:
    """(instructions, items): a system message at the beginning is the instructions, every other message an item or more.

    What no item can hold (documents) is left out.
    """
    instructions: str | None = None
    items: list[Item] = []
    for place, message in enumerate(messages):
        if place == 0 and message["role"] == "system":
            instructions = text_of(message.get("content"))
        else:
            items += _items(message)
    return instructions, items


def text_of(content: Any) -> str:
    """The words of a content: a text, its text parts on lines of their own, or nothing."""
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if part.get("type") == "text")
    return content or ""


def _items(message: dict[str, Any]) -> list[Item]:
    role, content = message["role"], message.get("content")
    if role == "tool":
        return [{"type": "function_call_output", "call_id": message.get("tool_call_id") or "", "output": text_of(content)}]
    if role == "assistant":
        said = [{"role": role, "content": words}] if (words := text_of(content)) else []
        return said + [_function_call(call) for call in message.get("tool_calls") or []]
    given = [item for each in content if (item := part(each))] if isinstance(content, list) else content
    return [{"role": role, "content": given}] if given else []


def _function_call(call: dict[str, Any]) -> Item:
    function = call.get("function") or {}
    return {
        "type": "function_call",
        "call_id": call.get("id") or "",
        "name": function.get("name") or "",
        "arguments": function.get("arguments") or "{}",
    }


def _text(part: dict[str, Any]) -> Item:
    return {"type": "input_text", "text": part["text"]}


def _image(part: dict[str, Any]) -> Item:
    if "attachment" in part:
        # What it is stands in its place when the request goes out.
        return {"type": "input_image", "attachment": part["attachment"], "name": part.get("name") or ""}
    image = part.get("image_url")
    image = image if isinstance(image, dict) else {"url": image}
    return {"type": "input_image", "image_url": image.get("url") or "", "detail": image.get("detail") or "auto"}


_PARTS = {"text": _text, "image_url": _image}


def part(given: dict[str, Any]) -> Item | None:
    """One content part; None for what is neither text nor an image."""
    return _PARTS[given["type"]](given) if given.get("type") in _PARTS else None
