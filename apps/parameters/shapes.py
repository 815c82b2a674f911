"""The shapes of parameters that are JSON. Each function raises ValueError with words that say what to change."""

import re

from apps.parameters.schemas import references

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_TOOLS = 128
# Ours to set: a text that overrides them would make the conversation say one thing and send another.
OURS = ("messages", "input", "model", "stream")


def an_object(value, what="This"):
    if not isinstance(value, dict):
        raise ValueError(f"{what} has to be an object: {{…}}.")


def a_request(value):
    """The body of a request: what else is wrong with it, the API says best."""
    an_object(value)
    if not isinstance(value.get("model"), str) or not value["model"]:
        raise ValueError("It needs a “model”.")
    # Which of the two APIs it is for, ``apis.api_of`` tells in the same way.
    said = value["input"] if "input" in value else value.get("messages")
    if not said or not isinstance(said, list | str):
        raise ValueError("It needs “messages”: an array with at least one of them.")
    if isinstance(said, list) and not all(isinstance(one, dict) for one in said):
        raise ValueError("Each of its “messages” has to be an object: {…}.")


def a_name(value, what):
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError(f"{what} needs a name of up to 64 letters, digits, _ and -.")


def tools(value):
    """An array of tools as the API takes them."""
    if not isinstance(value, list):
        raise ValueError("Tools have to be an array: [{…}, …].")
    if len(value) > MAX_TOOLS:
        raise ValueError(f"The API takes up to {MAX_TOOLS} tools; these are {len(value)}.")
    seen = set()
    for place, tool in enumerate(value, 1):
        an_object(tool, f"Tool {place}")
        if not isinstance(tool.get("type"), str) or not tool["type"]:
            raise ValueError(f'Tool {place} needs a type, such as "function".')
        if tool["type"] != "function":
            continue
        function = tool.get("function")
        an_object(function, f"“function” of tool {place}")
        a_name(function.get("name"), f"Tool {place}")
        if function["name"] in seen:
            raise ValueError(f"There are two tools named {function['name']}.")
        seen.add(function["name"])
        if "parameters" in function:
            an_object(function["parameters"], f"“parameters” of {function['name']}")


def schema(value):
    """A JSON Schema whose references all arrive at something, and inside of it."""
    an_object(value, "A schema")
    for _, words in references.faults(value):
        raise ValueError(words)


def documents(value):
    """An array of documents: text or JSON, each with an id or none."""
    if not isinstance(value, list):
        raise ValueError('Documents have to be an array: [{"source": {"type": "text", "text": "…"}}, …].')
    for place, document in enumerate(value, 1):
        an_object(document, f"Document {place}")
        source = document.get("source")
        an_object(source, f"“source” of document {place}")
        kind = source.get("type")
        if kind == "text" and isinstance(source.get("text"), str):
            continue
        if kind == "json" and isinstance(source.get("data"), dict):
            continue
        raise ValueError(
            f'The source of document {place} has to be {{"type": "text", "text": "…"}} or {{"type": "json", "data": {{…}}}}.'
        )


def texts(value):
    """An object whose values are texts."""
    an_object(value)
    if wrong := next((name for name, inner in value.items() if not isinstance(inner, str)), None):
        raise ValueError(f"The value of {wrong} has to be a text.")


def biases(value):
    """An object of token ids and whole numbers from -100 to 100."""
    an_object(value)
    for name, inner in value.items():
        if type(inner) is not int or not -100 <= inner <= 100:
            raise ValueError(f"The bias of {name} has to be a whole number from -100 to 100.")


def extra(value):
    """Members for the request body, beside those that have controls."""
    an_object(value)
    if taken := [name for name in OURS if name in value]:
        raise ValueError(f"“{taken[0]}” comes from the conversation and cannot be set here.")
