"""What a value breaks of its schema, as people say it."""

import json

TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
LONGEST = 60


def of(error):
    """One sentence without its place; ``error`` is the library's, whose own words repeat the whole value."""
    told = _SAID.get(error.validator)
    if told is None:
        return "Nothing is allowed here." if error.validator is None else f"It breaks “{error.validator}”."
    try:
        return told(error.validator_value, error.instance, error)
    except (TypeError, AttributeError, KeyError, ValueError):
        return f"It breaks “{error.validator}”."


def kind(value):
    if isinstance(value, bool):
        return "boolean"
    for type_, name in ((str, "string"), (int, "integer"), (float, "number"), (list, "array"), (dict, "object")):
        if isinstance(value, type_):
            return name
    return "null"


def types(names):
    names = [names] if isinstance(names, str) else names
    return either([TYPES[name] for name in names])


def either(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def short(value):
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, (list, dict)) or len(value) < 20 else "…"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _type(wanted, value, error):
    return f"It has to be {types(wanted)}; this is {TYPES[kind(value)]}."


def _enum(wanted, value, error):
    shown = ", ".join(short(one) for one in wanted[:12]) + (", …" if len(wanted) > 12 else "")
    return f"It has to be one of {shown}; this is {short(value)}."


def _required(wanted, value, error):
    # The library makes one error for each; which one it is stands in its words only.
    missing = next((name for name in wanted if error.message.startswith(repr(name)) and name not in value), None)
    return f"“{missing}” is missing."


def _alternatives(wanted, value, error):
    if not error.context:
        return "It fits more than one of the alternatives, and has to fit exactly one."
    apart = {}
    for inner in error.context:
        # An alternative that is false alone comes without its place.
        apart.setdefault(next(iter(inner.schema_path), id(inner)), []).append(inner)
    # What is of another kind altogether was hardly meant; where one is left, its words are the ones that help.
    meant = [errors for errors in apart.values() if not any(is_other_kind(inner) for inner in errors)]
    nearest = min(meant or apart.values(), key=len)[0]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in nearest.relative_path)
    told = f"At {place}: {of(nearest)}" if place else of(nearest)
    return told if len(meant) == 1 else f"It fits none of the {len(wanted)} alternatives. One of them: {told}"


def is_other_kind(error):
    return error.validator == "type" and not error.relative_path


_SAID = {
    "type": _type,
    "enum": _enum,
    "const": lambda wanted, value, error: f"It has to be {short(wanted)}; this is {short(value)}.",
    "required": _required,
    "additionalProperties": lambda wanted, value, error: "The schema knows no property of this name.",
    "unevaluatedProperties": lambda wanted, value, error: "It has properties that the schema does not know.",
    "unevaluatedItems": lambda wanted, value, error: "It has entries that the schema does not know.",
    "dependentRequired": lambda wanted, value, error: "A property is missing that another one of them needs.",
    "pattern": lambda wanted, value, error: f"The text has to match {short(wanted)}.",
    "minLength": lambda wanted, value, error: f"The text needs at least {count(wanted, 'character')}; it has {len(value)}.",
    "maxLength": lambda wanted, value, error: f"The text may have up to {count(wanted, 'character')}; it has {len(value)}.",
    "minimum": lambda wanted, value, error: f"It has to be at least {wanted}; this is {short(value)}.",
    "maximum": lambda wanted, value, error: f"It has to be at most {wanted}; this is {short(value)}.",
    "exclusiveMinimum": lambda wanted, value, error: f"It has to be more than {wanted}; this is {short(value)}.",
    "exclusiveMaximum": lambda wanted, value, error: f"It has to be less than {wanted}; this is {short(value)}.",
    "multipleOf": lambda wanted, value, error: f"It has to be a multiple of {wanted}; this is {short(value)}.",
    "minItems": lambda wanted, value, error: f"The list needs at least {wanted}; it has {len(value)}.",
    "maxItems": lambda wanted, value, error: f"The list may have up to {wanted}; it has {len(value)}.",
    "uniqueItems": lambda wanted, value, error: "The same stands in the list before.",
    "items": lambda wanted, value, error: "The list has more entries than the schema allows.",
    "contains": lambda wanted, value, error: "The list lacks an entry that the schema asks for.",
    "minProperties": lambda wanted, value, error: f"The object needs at least {wanted} properties; it has {len(value)}.",
    "maxProperties": lambda wanted, value, error: f"The object may have up to {wanted} properties; it has {len(value)}.",
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "not": lambda wanted, value, error: "It fits what the schema rules out.",
}
