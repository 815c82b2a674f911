"""What of a message may be sent: GroqCloud answers 400 to any member it does not know."""

from typing import Any

_MEMBERS = {
    "system": ("content", "name"),
    "developer": ("content", "name"),
    "user": ("content", "name"),
    "assistant": ("content", "name", "reasoning", "tool_calls", "function_call"),
    "tool": ("content", "tool_call_id"),
    "function": ("content", "name"),
}
_PARTS = {"text": ("text",), "image_url": ("image_url",), "document": ("document",)}


def message(given: dict[str, Any]) -> dict[str, Any]:
    """The members of ``given`` that its role has, set ones only; raises ``ValueError`` for an unknown role."""
    role = given.get("role")
    if role not in _MEMBERS:
        raise ValueError(f"No message has the role {role!r}")
    sent = {"role": role} | {name: given[name] for name in _MEMBERS[role] if given.get(name) is not None}
    content = sent.get("content")
    if isinstance(content, list):
        sent["content"] = [_part(part) for part in content]
    if "tool_calls" in sent:
        sent["tool_calls"] = [_tool_call(call) for call in sent["tool_calls"]]
    return sent


def _part(part: dict[str, Any]) -> dict[str, Any]:
    kind = part.get("type")
    if kind not in _PARTS:
        raise ValueError(f"No part of a message has the type {kind!r}")
    return {"type": kind} | {name: part[name] for name in _PARTS[kind] if name in part}


def _tool_call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function") or {}
    return {
        "id": call.get("id") or "",
        "type": "function",
        "function": {"name": function.get("name") or "", "arguments": function.get("arguments") or ""},
    }
