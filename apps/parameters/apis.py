"""The two APIs that can answer a conversation, and what each of them cannot express."""

from apps.groq import chat, responses
from apps.parameters import capabilities

# As they stand in the database: CHAT is nothing special, so it is nothing.
CHAT, RESPONSES = "", "responses"
NAMES = {CHAT: "Chat completions", RESPONSES: "Responses"}
# What a page calls them: of what is empty, it says nothing.
WORDS = {"chat": CHAT, "responses": RESPONSES}
# Where each is spoken: PATH, and Reply for what comes back.
MODULES = {CHAT: chat, RESPONSES: responses}

# {api: {name of a control: why it cannot be sent}}
FIELDS = {
    CHAT: {"truncation": "Chat completions are refused when they are too long, never shortened."},
    RESPONSES: {
        "stop": "Responses have no stop sequences.",
        "seed": "Responses have no seed.",
        "reasoning_format": "The reasoning of responses always comes apart from the answer.",
        "include_reasoning": "Responses cannot leave the reasoning out.",
        **dict.fromkeys(capabilities.BUILTIN_TOOLS, "Responses take functions as tools, and no others."),
        "disable_tool_validation": "Responses have no such switch.",
        **dict.fromkeys(capabilities.SEARCH, "Responses have no settings for searches."),
        "documents": "Responses take no documents.",
        "citation_options": "Responses have no setting for citations.",
        **dict.fromkeys(capabilities.COMPOUND, "Responses have no settings of Compound systems."),
        "presence_penalty": "Responses have no penalties.",
        "frequency_penalty": "Responses have no penalties.",
        "logit_bias": "Responses have no biases.",
        "logprobs": "Responses tell no probabilities.",
        "top_logprobs": "Responses tell no probabilities.",
        "n": "A response is always one.",
    },
}
# {api: {name: {value: why it cannot be sent}}}
OPTIONS = {
    CHAT: {},
    RESPONSES: {
        "reasoning_effort": dict.fromkeys(("none", "default"), "Responses know low, medium and high."),
        "service_tier": {"performance": "Responses know auto, on demand and flex."},
        "store": {"true": "Responses are never stored."},
    },
}


def api_of(request):
    """Which API a request body is for."""
    return RESPONSES if "input" in request else CHAT


def limits(model, api=CHAT):
    """What to tell of a model (``capabilities.limits``), with what the ``api`` cannot express: {"fields": …, "options": …}."""
    return {**capabilities.limits(model), "api": {"fields": FIELDS[api], "options": OPTIONS[api]}}


def taken(stored, model, api=CHAT):
    """Of stored parameters those that the model takes and the API can express."""
    of_model = capabilities.limits(model)
    return {
        name: value
        for name, value in stored.items()
        if not (refusal(name, value, of_model) or refusal(name, value, {"fields": FIELDS[api], "options": OPTIONS[api]}))
    }


def left_out(stored, model, api):
    """{name of a control: why not} of what is set and would not be sent through the API, for no other reason than that."""
    of_model = capabilities.limits(model)
    of_api = {"fields": FIELDS[api], "options": OPTIONS[api]}
    found = {
        name: why for name, value in stored.items() if not refusal(name, value, of_model) and (why := refusal(name, value, of_api))
    }
    if api == RESPONSES and (others := sorted({tool["type"] for tool in stored.get("tools", []) if tool["type"] != "function"})):
        found["tools"] = f"Responses take functions as tools, not {', '.join(others)}."
    return found


def refusal(name, value, limits):
    """Why a value of a parameter is not taken; None where it is."""
    word = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    return limits["fields"].get(name) or (limits["options"].get(name, {}).get(word) if isinstance(word, str) else None)
