"""The subset of schemas that strict mode takes: every property required, no others allowed, at every object."""

import copy

from apps.parameters.schemas import places


def faults(schema):
    """[(steps, words)]: what strict mode would refuse."""
    return [((*steps, *more), words) for steps, node in objects(schema) for more, words in faults_of(node)]


def faults_of(node):
    properties, required = properties_of(node), dict.fromkeys(required_of(node))
    for name in properties:
        if name not in required:
            yield ("properties", name), "Every property has to be required, and this one is not."
    for name in required:
        if name not in properties:
            yield ("required",), f"“{name}” is required and is no property."
    if node.get("additionalProperties") is not False:
        yield (), "“additionalProperties” has to be false."


def make(schema):
    """A schema that strict mode takes: what was optional is required and may be null, what was open is closed."""
    made = copy.deepcopy(schema)
    for _, node in list(objects(made)):
        required = set(required_of(node))
        node["properties"] = {name: part if name in required else or_null(part) for name, part in properties_of(node).items()}
        node["required"] = list(node["properties"])
        node["additionalProperties"] = False
    return made


def objects(schema):
    """(steps, schema) of each that describes an object."""
    return [(steps, node) for steps, node in places.every(schema) if describes_object(node)]


def describes_object(node):
    kind = node.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or isinstance(node.get("properties"), dict)


def properties_of(node):
    return found if isinstance(found := node.get("properties"), dict) else {}


def required_of(node):
    found = node.get("required")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def or_null(part):
    """The schema, with null as one more value."""
    if not isinstance(part, dict):
        return part
    kind, plain = part.get("type"), "const" not in part and not any(True for _ in places.same(part)) and "$ref" not in part
    if not part:
        return part
    if not plain or not isinstance(kind, str | list):
        return part if allows_null(part) else {"anyOf": [part, {"type": "null"}]}
    # In place, so that what stands deeper in it is still found.
    kinds = [kind] if isinstance(kind, str) else kind
    part["type"] = kind if "null" in kinds else [*kinds, "null"]
    if isinstance(part.get("enum"), list) and None not in part["enum"]:
        part["enum"] = [*part["enum"], None]
    return part


def allows_null(part):
    return isinstance(others := part.get("anyOf"), list) and {"type": "null"} in others
