"""CreateResponseResponse and its streamed events, by the API's description and OpenAI's names of events."""

TEXT, COUNT, FLAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
NO_TEXT = {"type": ["string", "null"]}


def shape(required, optional=()):
    members = {**required, **dict(optional)}
    return {"type": "object", "properties": members, "required": list(required), "additionalProperties": False}


STATUS = {"enum": ["in_progress", "completed", "incomplete"]}
PART = shape({"type": {"const": "output_text"}, "text": TEXT, "annotations": {"type": "array"}}, {"logprobs": {"type": "array"}})
MESSAGE = shape(
    {"type": {"const": "message"}, "id": TEXT, "role": {"const": "assistant"}, "content": {"type": "array", "items": PART}},
    {"status": STATUS},
)
CALL = shape({"type": {"const": "function_call"}, "id": TEXT, "call_id": TEXT, "name": TEXT, "arguments": TEXT}, {"status": STATUS})
ITEM = {"oneOf": [MESSAGE, CALL]}
DETAILS = shape({"cached_tokens": COUNT}, {"reasoning_tokens": COUNT})
USAGE = shape(
    {
        "input_tokens": COUNT,
        "input_tokens_details": DETAILS,
        "output_tokens": COUNT,
        "output_tokens_details": shape({"cached_tokens": COUNT, "reasoning_tokens": COUNT}),
        "total_tokens": COUNT,
    }
)
RESPONSE = shape(
    {
        "id": TEXT,
        "object": {"const": "response"},
        "status": {"enum": ["completed", "failed", "in_progress", "incomplete"]},
        "created_at": COUNT,
        "output": {"type": "array", "items": ITEM},
        "model": TEXT,
        "tools": {"type": "array"},
        "tool_choice": {"type": ["string", "object"]},
        "truncation": {"enum": ["auto", "disabled"]},
        "metadata": {"type": ["object", "null"]},
        "temperature": {"type": "number"},
        "top_p": {"type": "number"},
        "service_tier": {"enum": ["auto", "default", "flex"]},
        "error": {"oneOf": [{"type": "null"}, shape({"code": TEXT, "message": TEXT})]},
        "incomplete_details": {"oneOf": [{"type": "null"}, shape({"reason": TEXT})]},
        "parallel_tool_calls": FLAG,
        "store": FLAG,
    },
    {
        "usage": USAGE,
        "previous_response_id": {"type": "null"},
        "reasoning": shape({"effort": NO_TEXT, "summary": {"type": "null"}}),
        "max_output_tokens": {"type": ["integer", "null"]},
        "instructions": NO_TEXT,
        "text": {"type": "object"},
        "user": NO_TEXT,
        "background": FLAG,
        "top_logprobs": COUNT,
        "max_tool_calls": {"type": "null"},
    },
)

PLACE = {"item_id": TEXT, "output_index": COUNT}
IN_PART = {**PLACE, "content_index": COUNT}
WHOLE, ADDED = {"response": RESPONSE}, {"output_index": COUNT, "item": ITEM}
EVENTS = {
    "response.created": WHOLE,
    "response.in_progress": WHOLE,
    "response.output_item.added": ADDED,
    "response.content_part.added": {**IN_PART, "part": PART},
    "response.output_text.delta": {**IN_PART, "delta": TEXT, "logprobs": {"type": "array"}},
    "response.output_text.done": {**IN_PART, "text": TEXT, "logprobs": {"type": "array"}},
    "response.content_part.done": {**IN_PART, "part": PART},
    "response.output_item.done": ADDED,
    "response.function_call_arguments.delta": {**PLACE, "delta": TEXT},
    "response.function_call_arguments.done": {**PLACE, "arguments": TEXT},
    "response.completed": WHOLE,
    "response.incomplete": WHOLE,
    "response.failed": WHOLE,
}


def event(kind):
    """The shape of an event of this type."""
    return shape({"type": {"const": kind}, "sequence_number": COUNT, **EVENTS[kind]})
