"""From a request body to stored parameters: the way back of ``body.to_request``; deprecated members are read, too."""

from apps.core import http
from apps.parameters.body import MEMBERS
from apps.parameters.capabilities import BUILTIN_TOOLS
from apps.parameters.forms import ParametersForm

# Members that are not parameters.
OTHERS = {"model", "messages", "stream", "stream_options"}


class Unreadable(ValueError):
    """A member that no control takes, with the words that say which and why."""


def from_request(body):
    """``ParametersForm.stored()`` for the members of a chat completion; what no control stands for is under ``extra``.

    Raises Unreadable for a value that its control refuses.
    """
    given = modern({name: value for name, value in body.items() if name not in OTHERS and value is not None})
    left, stored = dict(given), {}
    for name, member in MEMBERS.items():
        if (value := taken_out(left, member.split("."))) is not None:
            stored[name] = value
    if isinstance(stored.get("stop"), str):
        stored["stop"] = [stored["stop"]]
    stored |= response_format(left) | tools(left)
    if left:
        # An object of which something is left goes out as it came: what is extra replaces a member whole.
        stored = {name: value for name, value in stored.items() if MEMBERS.get(name, "").partition(".")[0] not in left}
        stored["extra"] = {name: given[name] for name in left}
    return checked(stored)


def checked(stored):
    """The parameters as the form stores them; whatever it refuses is told by the name of its control."""
    shown = ParametersForm(initial=stored)
    # As a page would send it: no field expects a number that is too large for one.
    values = {name: shown[name].value() for name in stored}
    form = ParametersForm({name: str(value) if type(value) in (int, float) else value for name, value in values.items()})
    if not form.is_valid():
        raise Unreadable(http.errors(form))
    return form.stored()


def modern(body):
    """The body with today's members in place of the deprecated ones, which stay where today's are given as well."""
    body = dict(body)
    if "max_tokens" in body and "max_completion_tokens" not in body:
        body["max_completion_tokens"] = body.pop("max_tokens")
    if "functions" in body and "tools" not in body and isinstance(body["functions"], list):
        body["tools"] = [{"type": "function", "function": function} for function in body.pop("functions")]
        called = body.pop("function_call", None)
        if called is not None and "tool_choice" not in body:
            body["tool_choice"] = {"type": "function", "function": called} if isinstance(called, dict) else called
    for name in ("include_domains", "exclude_domains"):
        if name in body and isinstance(body.get("search_settings", {}), dict) and name not in body.get("search_settings", {}):
            body["search_settings"] = {**body.get("search_settings", {}), name: body.pop(name)}
    return body


def taken_out(body, path):
    """The value at a path, which is then gone from the body, with the objects that it leaves empty; None where there is none."""
    name, *rest = path
    if not rest:
        return body.pop(name, None)
    inner = body.get(name)
    if not isinstance(inner, dict):
        return None
    inner = body[name] = dict(inner)
    value = taken_out(inner, rest)
    if not inner:
        del body[name]
    return value


def response_format(body):
    given = body.get("response_format")
    kind = given.get("type") if isinstance(given, dict) else None
    described = given.get("json_schema") if kind == "json_schema" else {}
    if kind not in ("text", "json_object", "json_schema") or not isinstance(described, dict) or "description" in described:
        return {}
    del body["response_format"]
    told = {"schema": described.get("schema"), "schema_name": described.get("name"), "schema_strict": described.get("strict")}
    return {"response_format": kind, **{name: value for name, value in told.items() if value is not None}}


def tools(body):
    stored, given, choice = {}, body.get("tools"), body.get("tool_choice")
    if isinstance(given, list) and all(isinstance(tool, dict) for tool in given):
        del body["tools"]
        bare = [tool["type"] for tool in given if tool.get("type") in BUILTIN_TOOLS and len(tool) == 1]
        stored |= dict.fromkeys(bare, True)
        if own := [tool for tool in given if tool.get("type") not in bare]:
            stored["tools"] = own
    if isinstance(choice, str):
        stored["tool_choice"] = body.pop("tool_choice")
    elif isinstance(choice, dict) and isinstance(choice.get("function"), dict):
        del body["tool_choice"]
        stored |= {"tool_choice": "function", "tool_name": choice["function"].get("name")}
    return stored
