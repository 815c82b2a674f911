"""Every field of CreateChatCompletionRequest, by the API's description: where it stands here, or why it does not."""

# Member → the control (a field of ParametersForm) that sets it, by the path in the body.
CONTROLS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_completion_tokens": "max_completion_tokens",
    "stop": "stop",
    "seed": "seed",
    "reasoning_effort": "reasoning_effort",
    "reasoning_format": "reasoning_format",
    "include_reasoning": "include_reasoning",
    "response_format": "response_format",
    "tools": "tools",
    "tool_choice": "tool_choice",
    "parallel_tool_calls": "parallel_tool_calls",
    "disable_tool_validation": "disable_tool_validation",
    "search_settings.include_domains": "search_include_domains",
    "search_settings.exclude_domains": "search_exclude_domains",
    "search_settings.include_images": "search_include_images",
    "search_settings.country": "search_country",
    "documents": "documents",
    "citation_options": "citation_options",
    "compound_custom.models.reasoning_model": "compound_reasoning_model",
    "compound_custom.models.answering_model": "compound_answering_model",
    "compound_custom.tools.enabled_tools": "compound_enabled_tools",
    "compound_custom.tools.wolfram_settings.authorization": "compound_wolfram_authorization",
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
    "model": "model",
}
REASONS = {
    "messages": "what is said in the conversation, with the system message",
    "stream": "always true: text is shown as it arrives",
    "max_tokens": "deprecated; max_completion_tokens has a control",
    "functions": "deprecated; tools have a control",
    "function_call": "deprecated; tool_choice has a control",
    "include_domains": "deprecated; search_settings.include_domains has a control",
    "exclude_domains": "deprecated; search_settings.exclude_domains has a control",
}

YES_NO = {"type": "boolean"}
TEXT, TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
FUNCTION = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "description": TEXT,
        "parameters": {"type": "object"},
        "strict": YES_NO,
    },
    "required": ["name"],
}


def shape(properties, required=()):
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def number(low, high, kind="number"):
    return {"type": kind, "minimum": low, "maximum": high}


NAMED_FUNCTION = shape({"type": {"const": "function"}, "function": shape({"name": TEXT}, ["name"])}, ["type", "function"])
# The request as the description has it, without what is deprecated; nulls are left out because we never send them.
REQUEST = shape(
    {
        "model": TEXT,
        "messages": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["role", "content"]}},
        "stream": YES_NO,
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "max_completion_tokens": {"type": "integer"},
        "stop": {"type": "array", "maxItems": 4, "items": TEXT},
        "seed": {"type": "integer"},
        "reasoning_effort": {"enum": ["none", "default", "low", "medium", "high"]},
        "reasoning_format": {"enum": ["hidden", "raw", "parsed"]},
        "include_reasoning": YES_NO,
        "response_format": {
            "oneOf": [
                shape({"type": {"enum": ["text", "json_object"]}}, ["type"]),
                shape(
                    {
                        "type": {"const": "json_schema"},
                        "json_schema": shape(
                            {"name": FUNCTION["properties"]["name"], "schema": {"type": "object"}, "strict": YES_NO}, ["name"]
                        ),
                    },
                    ["type", "json_schema"],
                ),
            ]
        },
        "tools": {"type": "array", "maxItems": 128, "items": shape({"type": TEXT, "function": FUNCTION}, ["type"])},
        "tool_choice": {"oneOf": [{"enum": ["none", "auto", "required"]}, NAMED_FUNCTION]},
        "parallel_tool_calls": YES_NO,
        "disable_tool_validation": YES_NO,
        "search_settings": shape({"include_domains": TEXTS, "exclude_domains": TEXTS, "include_images": YES_NO, "country": TEXT}),
        "documents": {
            "type": "array",
            "items": shape(
                {
                    "id": TEXT,
                    "source": {
                        "oneOf": [
                            shape({"type": {"const": "text"}, "text": TEXT}, ["type", "text"]),
                            shape({"type": {"const": "json"}, "data": {"type": "object"}}, ["type", "data"]),
                        ]
                    },
                },
                ["source"],
            ),
        },
        "citation_options": {"enum": ["enabled", "disabled"]},
        "compound_custom": shape(
            {
                "models": shape({"reasoning_model": TEXT, "answering_model": TEXT}),
                "tools": shape({"enabled_tools": TEXTS, "wolfram_settings": shape({"authorization": TEXT})}),
            }
        ),
        "service_tier": {"enum": ["auto", "on_demand", "flex", "performance"]},
        "user": TEXT,
        "metadata": {"type": "object", "additionalProperties": TEXT},
        "store": YES_NO,
        "presence_penalty": number(-2, 2),
        "frequency_penalty": number(-2, 2),
        "logit_bias": {"type": "object", "additionalProperties": {"type": "integer"}},
        "logprobs": YES_NO,
        "top_logprobs": number(0, 20, "integer"),
        "n": number(1, 1, "integer"),
    },
    ["model", "messages"],
)
