"""Where things stand in JSON, and where a schema holds other schemas (2020-12)."""

import json
import re

_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)

# Keywords with schemas for the same value, then for what is inside of it: one, a list of them, some by name.
SAME_ONE, SAME_LIST, SAME_NAMED = ("not", "if", "then", "else"), ("allOf", "anyOf", "oneOf"), ("dependentSchemas",)
INNER_ONE = (
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
INNER_LIST, INNER_NAMED = ("prefixItems",), ("properties", "patternProperties", "$defs", "definitions")


def written(steps):
    """``$.people[0]["first name"]``: a place as people write it."""
    parts = ["$"]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(f".{step}" if _PLAIN.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def same(schema):
    """(steps, schema) of each that is asked about the same value."""
    return _parts(schema, SAME_ONE, SAME_LIST, SAME_NAMED)


def inner(schema):
    """(steps, schema) of each that is asked about values inside, or about none until something refers to it."""
    return _parts(schema, INNER_ONE, INNER_LIST, INNER_NAMED)


def every(schema):
    """(steps, schema) of the schema and all in it that are objects, from the outside in."""
    waiting = [((), schema)]
    while waiting:
        steps, node = waiting.pop()
        yield steps, node
        found = [(steps + more, part) for more, part in (*same(node), *inner(node))]
        waiting += reversed(found)


def _parts(schema, ones, lists, named):
    for name in ones:
        if isinstance(part := schema.get(name), dict):
            yield (name,), part
    for name in lists:
        if isinstance(parts := schema.get(name), list):
            yield from (((name, place), part) for place, part in enumerate(parts) if isinstance(part, dict))
    for name in named:
        if isinstance(parts := schema.get(name), dict):
            yield from (((name, key), part) for key, part in parts.items() if isinstance(part, dict))
