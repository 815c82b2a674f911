"""Every field of CreateResponseRequest, by the API's description: where it stands here, or why it does not."""

from tests.parameters.fields import FUNCTION, NAMED_FUNCTION, TEXT, YES_NO, number, shape

# Member → the control (a field of ParametersForm) that sets it.
CONTROLS = {
    "model": "model",
    "instructions": "system",
    "max_output_tokens": "max_completion_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "tools": "tools",
    "tool_choice": "tool_choice",
    "text.format": "response_format",
    "reasoning.effort": "reasoning_effort",
    "metadata": "metadata",
    "parallel_tool_calls": "parallel_tool_calls",
    "store": "store",
    "user": "user",
    "service_tier": "service_tier",
    "truncation": "truncation",
}
REASONS = {
    "input": "what is said in the conversation",
    "stream": "always true: text is shown as it arrives",
}

# Beside what the description has, GroqCloud's guide to this API shows images.
CONTENT = {
    "oneOf": [
        TEXT,
        {
            "type": "array",
            "items": {
                "oneOf": [
                    shape({"type": {"const": "input_text"}, "text": TEXT}, ["type", "text"]),
                    shape(
                        {"type": {"const": "input_image"}, "image_url": TEXT, "detail": {"enum": ["auto", "low", "high"]}},
                        ["type", "image_url"],
                    ),
                ]
            },
        },
    ]
}
STATUS = {"enum": ["in_progress", "completed", "incomplete"]}
ITEM = {
    "oneOf": [
        shape({"role": {"enum": ["user", "assistant", "system", "developer"]}, "content": CONTENT}, ["role", "content"]),
        shape(
            {"type": {"const": "function_call"}, "call_id": TEXT, "name": TEXT, "arguments": TEXT, "id": TEXT, "status": STATUS},
            ["type", "call_id", "name", "arguments"],
        ),
        shape(
            {"type": {"const": "function_call_output"}, "call_id": TEXT, "output": TEXT, "id": TEXT, "status": STATUS},
            ["type", "call_id", "output"],
        ),
    ]
}
FORMAT = {
    "oneOf": [
        shape({"type": {"enum": ["text", "json_object"]}}, ["type"]),
        shape(
            {
                "type": {"const": "json_schema"},
                "name": FUNCTION["properties"]["name"],
                "schema": {"type": "object"},
                "strict": YES_NO,
            },
            ["type", "name", "schema"],
        ),
    ]
}
# The request as the description has it; nulls are left out because we never send them.
REQUEST = shape(
    {
        "model": TEXT,
        "input": {"type": "array", "minItems": 1, "items": ITEM},
        "instructions": TEXT,
        "stream": YES_NO,
        "max_output_tokens": {"type": "integer"},
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "tools": {
            "type": "array",
            "maxItems": 128,
            "items": shape({"type": {"const": "function"}, **FUNCTION["properties"]}, ["type", "name"]),
        },
        "tool_choice": {"oneOf": [{"enum": ["none", "auto", "required"]}, NAMED_FUNCTION]},
        "text": shape({"format": FORMAT}),
        "reasoning": shape({"effort": {"enum": ["low", "medium", "high"]}}),
        "metadata": {"type": "object", "additionalProperties": TEXT},
        "parallel_tool_calls": YES_NO,
        "store": {"const": False},
        "user": TEXT,
        "service_tier": {"enum": ["auto", "default", "flex"]},
        "truncation": {"enum": ["auto", "disabled"]},
    },
    ["model", "input"],
)
