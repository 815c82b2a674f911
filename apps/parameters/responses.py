"""From stored parameters to the body of a request to the Responses API."""

from apps.groq import items, responses
from apps.parameters import body
from apps.parameters.apis import RESPONSES, taken

# Stored name → member; a dot leads into an object.
MEMBERS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "parallel_tool_calls": "parallel_tool_calls",
    "service_tier": "service_tier",
    "truncation": "truncation",
    "user": "user",
    "metadata": "metadata",
    "store": "store",
}
# The same tier under another name.
TIERS = {"on_demand": "default"}


def request(model, messages, stored):
    """The body that says ``messages`` (those of a chat completion) with stored parameters."""
    instructions, given = items.from_messages(messages)
    members = to_request(stored, model)
    return responses.request(model, given, instructions=instructions, **members, stream=True) | stored.get("extra", {})


def to_request(stored, model=""):
    """The members that stored parameters stand for, without what the model does not take or this API cannot express."""
    values = taken(stored, model, RESPONSES)
    if "service_tier" in values:
        values["service_tier"] = TIERS.get(values["service_tier"], values["service_tier"])
    return body.members(values, MEMBERS) | text(values) | tools(values)


def text(values):
    """The response format, which lies flat here."""
    chosen = body.response_format(values).get("response_format")
    if not chosen:
        return {}
    return {"text": {"format": {"type": chosen["type"], **chosen.get("json_schema", {})}}}


def tools(values):
    """Functions, which lie flat here; other tools are not taken."""
    given = body.tools(values)
    functions = [{"type": "function", **tool["function"]} for tool in given.pop("tools", []) if tool["type"] == "function"]
    return given | ({"tools": functions} if functions else {})
