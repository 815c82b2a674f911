"""What a request asked its answer to be, whichever of the two APIs it went to."""

from typing import NamedTuple

JSON = ("json_object", "json_schema")


class Format(NamedTuple):
    """``schema`` is None where any JSON will do."""

    kind: str
    name: str = ""
    schema: dict | None = None


def json_format(request):
    """The Format of a request body that asks for JSON, or None."""
    given = request.get("response_format")
    if given is None and isinstance(text := request.get("text"), dict):
        given = text.get("format")
    if not isinstance(given, dict) or given.get("type") not in JSON:
        return None
    # Chat completions wrap what stands flat in a response.
    described = given.get("json_schema") if isinstance(given.get("json_schema"), dict) else given
    schema = described.get("schema")
    if given["type"] == "json_object" or not isinstance(schema, dict):
        return Format(given["type"])
    return Format(given["type"], str(described.get("name") or ""), schema)


def functions(request):
    """[(name, definition)] of the functions that a request offers."""
    found = []
    tools = request.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        if isinstance(tool, dict) and tool.get("type") == "function":
            function = tool.get("function") if isinstance(tool.get("function"), dict) else tool
            found.append((str(function.get("name") or ""), function))
    return found


def requires_one(request):
    """Whether one single function has to be called, which cannot be without validation."""
    choice = request.get("tool_choice")
    return isinstance(choice, dict)
