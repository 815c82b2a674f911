"""The grammars that hold an answer in shape.

The guarantees do not rest on the model, which is far too small to keep a promise: a grammar (llguidance, inside
llama.cpp) leaves it only tokens that fit. A grammar that cannot be compiled would be silently left out there, so what
was written is checked afterwards all the same. A grammar may be narrower than what was asked for, never wider.
"""

import json

from apps.engine.prompt import DECLINE

HEAD = "%llguidance {}\n"
# With blanks between tokens left open, a small model in trouble writes blanks until its tokens run out. Keywords the
# grammar does not know are left to the check instead of making it fail.
OPTIONS = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}
# JSON of any shape has no end that a small model would find, so it gets a modest one.
ANY_OBJECT = r"""start: "{" pair (", " pair){0,7} "}"
pair: KEY ": " (scalar | list | object)
list: "[" scalar (", " scalar){0,7} "]"
object: "{" KEY ": " scalar (", " KEY ": " scalar){0,5} "}"
scalar: STRING | NUMBER | "true" | "false" | "null"
KEY: /"[^"\\\x00-\x1f]{1,40}"/
STRING: /"[^"\\\x00-\x1f]{0,160}"/
NUMBER: /-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,6})?/"""
# Where one of these stands, what an object may hold is not said by ``properties`` alone.
OPENING = {"additionalProperties", "patternProperties", "unevaluatedProperties", "minProperties"}
COMBINING = {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "propertyNames"} | {
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
}


def any_object():
    return HEAD + ANY_OBJECT


def fitting(schema):
    """JSON that fits a schema."""
    return f"{HEAD}start: {rule(schema)}"


def one_call(tools):
    """A call of one of the tools: ``{"name": "add", "arguments": {"a": 1, "b": 2}}``."""
    rules = [f"start: {' | '.join(f'call_{index}' for index in range(len(tools)))}"]
    for index, tool in enumerate(tools):
        opening = json.dumps(f'{{"name": "{tool.name}", "arguments": ')
        # Each schema stays a root of its own, so that its references find their way.
        rules += [f'call_{index}: {opening} arguments_{index} "}}"', f"arguments_{index}: {rule(tool.schema)}"]
    return HEAD + "\n".join(rules)


def one_name(tools):
    """The name of a tool, or declining them all."""
    return f"{HEAD}start: {' | '.join(json.dumps(name) for name in dict.fromkeys((DECLINE, *(tool.name for tool in tools))))}"


def rule(schema):
    return f"%json {json.dumps({**closed(schema), 'x-guidance': OPTIONS})}"


def closed(schema):
    """The schema with its plain objects closed: left open, a small model invents members until its tokens run out."""
    if not isinstance(schema, dict) or COMBINING & schema.keys():
        return schema
    closer = dict(schema)
    properties = schema.get("properties")
    if isinstance(properties, dict):
        closer["properties"] = {name: closed(each) for name, each in properties.items()}
        if not OPENING & schema.keys() and set(schema.get("required", ())) <= properties.keys():
            closer["additionalProperties"] = False
    if isinstance(schema.get("items"), dict):
        closer["items"] = closed(schema["items"])
    return closer
