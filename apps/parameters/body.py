"""From stored parameters to the members of a request body."""

from apps.parameters.apis import taken
from apps.parameters.capabilities import BUILTIN_TOOLS

# Stored name → member; a dot leads into an object.
MEMBERS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_completion_tokens": "max_completion_tokens",
    "stop": "stop",
    "seed": "seed",
    "reasoning_effort": "reasoning_effort",
    "reasoning_format": "reasoning_format",
    "include_reasoning": "include_reasoning",
    "parallel_tool_calls": "parallel_tool_calls",
    "disable_tool_validation": "disable_tool_validation",
    "documents": "documents",
    "citation_options": "citation_options",
    "service_tier": "service_tier",
    "user": "user",
    "metadata": "metadata",
    "store": "store",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "logit_bias": "logit_bias",
    "logprobs": "logprobs",
    "top_logprobs": "top_logprobs",
    "n": "n",
    "search_include_domains": "search_settings.include_domains",
    "search_exclude_domains": "search_settings.exclude_domains",
    "search_include_images": "search_settings.include_images",
    "search_country": "search_settings.country",
    "compound_reasoning_model": "compound_custom.models.reasoning_model",
    "compound_answering_model": "compound_custom.models.answering_model",
    "compound_enabled_tools": "compound_custom.tools.enabled_tools",
    "compound_wolfram_authorization": "compound_custom.tools.wolfram_settings.authorization",
}


def to_request(stored, model=""):
    """The members that stored parameters (``ParametersForm.stored``) stand for, without what the model does not take."""
    values = taken(stored, model)
    return members(values, MEMBERS) | response_format(values) | tools(values) | values.get("extra", {})


def members(values, names):
    """The body with the values that stand in it as they are, each at the place that ``names`` tells."""
    body = {}
    for name, member in names.items():
        if name in values:
            place(body, member.split("."), values[name])
    return body


def place(body, path, value):
    for step in path[:-1]:
        body = body.setdefault(step, {})
    body[path[-1]] = value


def response_format(values):
    kind = values.get("response_format")
    if kind != "json_schema":
        return {"response_format": {"type": kind}} if kind else {}
    if "schema" not in values:
        return {}
    described = {"name": values.get("schema_name") or "answer", "schema": values["schema"]}
    if "schema_strict" in values:
        described["strict"] = values["schema_strict"]
    return {"response_format": {"type": kind, "json_schema": described}}


def tools(values):
    given = list(values.get("tools", []))
    given += [{"type": name} for name in BUILTIN_TOOLS if values.get(name)]
    choice = values.get("tool_choice")
    if choice == "function":
        choice = {"type": "function", "function": {"name": values.get("tool_name", "")}}
    return ({"tools": given} if given else {}) | ({"tool_choice": choice} if choice else {})
