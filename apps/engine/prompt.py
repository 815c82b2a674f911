"""What the model is shown: messages in the three roles every chat template knows, no role twice in a row."""

import json

RESULTS = ("tool", "function")
DECLINE = "none"
CALLING = """You answer with one function call and nothing else. These functions exist:
{tools}
Write the call as {{"name": "...", "arguments": {{...}}}} with arguments taken from the request."""
CHOOSING = """Choose the tool that fits the request, or {decline}.
- get_time: Get the current time in a city.
{tools}"""
# A model of this size follows examples, not instructions. Ten of eleven requests were told apart with these.
EXAMPLES = (
    ("What time is it in Rome?", "get_time"),
    ("Tell me about cats.", DECLINE),
    ("How long until noon?", "get_time"),
    ("Write a story", DECLINE),
)
REQUEST_LENGTH = 2000  # characters of the request that the choice is made by


def answering(request):
    """The conversation, for an answer in words."""
    names = {call["id"]: call["function"]["name"] for each in request.messages for call in each.get("tool_calls") or ()}
    conversation = [plain(message, names) for message in request.messages]
    if request.messages[-1]["role"] in RESULTS:
        # Without being asked, the model goes on writing calls.
        conversation.append({"role": "user", "content": "Tell me the answer in one sentence."})
    return merge(message for message in conversation if message["content"])


def calling(request, tools):
    """The conversation, led by what the tools are; the answer is to be one call."""
    listed = "\n".join(json.dumps({"name": t.name, "description": t.description, "parameters": t.schema}) for t in tools)
    return merge([{"role": "system", "content": CALLING.format(tools=listed)}, *answering(request)])


def choosing(request, tools):
    """A question of its own: which tool, if any, fits what the user said last?"""
    listed = "\n".join(f"- {tool.name}: {tool.description}" for tool in tools)
    said = [turn for pair in EXAMPLES for turn in zip(("user", "assistant"), pair, strict=True)]
    said.append(("user", request.messages[-1]["content"][-REQUEST_LENGTH:]))
    system = {"role": "system", "content": CHOOSING.format(decline=DECLINE, tools=listed)}
    return [system, *({"role": role, "content": content} for role, content in said)]


def plain(message, names):
    content = message.get("content") or ""
    if message["role"] in RESULTS:
        name = message.get("name") or names.get(message.get("tool_call_id"), "the tool")
        return {"role": "user", "content": f"What {name} found: {content}"}
    # A call among the words would be taken for the way to answer; its result says enough.
    return {"role": message["role"] if message["role"] in ("user", "assistant") else "system", "content": content}


def merge(messages):
    merged = []
    for message in messages:
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1] = {**message, "content": f"{merged[-1]['content']}\n\n{message['content']}"}
        else:
            merged.append(message)
    return merged
