"""JSON schemas a user brings: checked before the model works for them, and held against what it wrote."""

import jsonschema
import referencing
import referencing.exceptions

from apps.engine.refusal import wrong

# Without it jsonschema would fetch a foreign $ref from the network.
NOTHING_REMOTE = referencing.Registry()


def schema(value, where):
    """A JSON schema that stands on its own."""
    if not isinstance(value, dict):
        raise wrong(where, "must be a JSON schema object")
    try:
        validator_for(value).check_schema(value)
    except jsonschema.SchemaError as error:
        raise wrong(where, f"is not a valid JSON schema: {error.message}") from error
    refuse_foreign_references(value, where)
    return value


def arguments_schema(value, where):
    """A schema for the arguments of a tool, which are always an object."""
    if value and schema(value, where).get("type", "object") != "object":
        raise wrong(f"{where}.type", "must be 'object', as arguments have names")
    return {"type": "object", **value} if value else {"type": "object", "properties": {}, "additionalProperties": False}


def fits(value, against):
    """Whether a value fits a checked schema; a reference inside it that leads nowhere fits nothing."""
    try:
        return validator_for(against)(against, registry=NOTHING_REMOTE).is_valid(value)
    except (referencing.exceptions.Unresolvable, RecursionError):
        return False


def validator_for(value):
    return jsonschema.validators.validator_for(value, default=jsonschema.Draft202012Validator)


def refuse_foreign_references(value, where):
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            raise wrong(f"{where}.$ref", "must stay inside the schema: begin with '#'")
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        refuse_foreign_references(each, f"{where}.{name}")
