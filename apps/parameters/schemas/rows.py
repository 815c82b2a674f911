"""A schema as rows of a form, for the usual shapes; and back.

An object is ``{"description", "closed", "rows"}``, a row ``{"name", "kind", "required", "nullable", "description"}`` with
``choices`` (texts) where the kind is a choice, and ``closed`` and ``rows`` where it is an object. ``closed``: no other properties.
"""

from apps.parameters.schemas import places, strict

ONE = [
    ("string", "Text"),
    ("number", "Number"),
    ("integer", "Whole number"),
    ("boolean", "Yes or no"),
    ("choice", "Choice of texts"),
    ("object", "Object"),
]
MANY = [
    ("string", "List of texts"),
    ("number", "List of numbers"),
    ("integer", "List of whole numbers"),
    ("boolean", "List of yes or no"),
    ("choice", "List of choices"),
    ("object", "List of objects"),
]
KINDS = [*ONE, *((f"list:{kind}", label) for kind, label in MANY)]
SCALARS = ("string", "number", "integer", "boolean")
# Objects in objects: the form would become wider than a page.
MOST_LEVELS = 3
MOST_ROWS = 300
KEPT = ("$schema", "title")


class Inexpressible(ValueError):
    """A form has no row for this; the words say what and where."""


def rows_of(schema):
    """The schema as an object of the form; raises Inexpressible. ``schema_of`` makes of it what it was."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise Inexpressible("$: the form describes an object, with “type” and “properties”.")
    form = _object({name: value for name, value in schema.items() if name not in KEPT}, (), 1)
    if len(list(_each(form["rows"]))) > MOST_ROWS:
        raise Inexpressible(f"The form shows up to {MOST_ROWS} properties.")
    if _plain(schema_of(form, schema)) != _plain(schema):
        raise Inexpressible("$: the form would write it in another way.")
    return form


def schema_of(form, before=None):
    """The schema that an object of the form describes; what of ``before`` no row shows is kept.

    Raises ValueError with words for a form that is not filled in, or that no page of ours has sent.
    """
    try:
        written = _written(form, 1)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("The form came in another shape than it has.") from error
    kept = {name: before[name] for name in KEPT if isinstance(before, dict) and name in before}
    return kept | written


def _object(schema, steps, level):
    if level > MOST_LEVELS:
        raise Inexpressible(f"{places.written(steps)}: the form goes {MOST_LEVELS} objects deep.")
    _only(schema, ("type", "properties", "required", "additionalProperties", "description"), steps)
    if schema.get("additionalProperties", True) not in (True, False):
        raise Inexpressible(f"{places.written(steps)}: the form has no place for a schema of other properties.")
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        raise Inexpressible(f"{places.written(steps)}: “properties” has to be an object.")
    required = strict.required_of(schema)
    return {
        "description": _text(schema, "description", steps),
        "closed": schema.get("additionalProperties", True) is False,
        "rows": [
            _row(part, (*steps, "properties", name), level) | {"name": name, "required": name in required}
            for name, part in properties.items()
        ],
    }


def _row(schema, steps, level):
    if not isinstance(schema, dict):
        raise Inexpressible(f"{places.written(steps)}: the form needs an object there.")
    kind, nullable = _kind(schema, steps)
    row = {"kind": kind, "nullable": nullable, "description": _text(schema, "description", steps)}
    if kind == "array":
        _only(schema, ("type", "items", "description"), steps)
        items = schema.get("items")
        if not isinstance(items, dict) or "description" in items:
            raise Inexpressible(f"{places.written(steps)}: the form shows lists whose “items” are one of its kinds.")
        found = _row(items, (*steps, "items"), level)
        if found["nullable"] or found["kind"].startswith("list:"):
            raise Inexpressible(f"{places.written(steps)}: the form has no lists of that.")
        return found | row | {"kind": f"list:{found['kind']}"}
    if kind == "object":
        inner = _object(schema | {"type": "object"}, steps, level + 1)
        return row | {"closed": inner["closed"], "rows": inner["rows"]}
    _only(schema, ("type", "description", *(["enum"] if kind == "choice" else [])), steps)
    if kind == "choice":
        row["choices"] = [choice for choice in schema["enum"] if choice is not None]
    return row


def _kind(schema, steps):
    given = schema.get("type")
    kinds = [kind for kind in given if kind != "null"] if isinstance(given, list) else [given]
    if len(kinds) != 1 or kinds[0] not in (*SCALARS, "array", "object"):
        raise Inexpressible(f"{places.written(steps)}: the form needs one type there.")
    if "enum" not in schema:
        return kinds[0], isinstance(given, list)
    choices = schema["enum"]
    texts = [choice for choice in choices if choice is not None] if isinstance(choices, list) else []
    if kinds[0] != "string" or not texts or not all(isinstance(text, str) and text == _line(text) for text in texts):
        raise Inexpressible(f"{places.written(steps)}: the form shows choices of texts of one line.")
    return "choice", isinstance(given, list)


def _only(schema, known, steps):
    if other := next((name for name in schema if name not in known), None):
        raise Inexpressible(f"{places.written(steps)}: the form has no place for “{other[:60]}”.")


def _text(schema, name, steps):
    found = schema.get(name, "")
    if not isinstance(found, str) or found != _line(found):
        raise Inexpressible(f"{places.written(steps)}: the form shows a {name} of one line.")
    return found


def _line(text):
    return " ".join(text.splitlines()).strip()


def _written(form, level):
    if level > MOST_LEVELS:
        raise ValueError(f"The form goes {MOST_LEVELS} objects deep.")
    schema, properties, required = {"type": "object"}, {}, []
    if form.get("description"):
        schema["description"] = _line(str(form["description"]))
    for row in form["rows"]:
        name = row["name"]
        if not isinstance(name, str) or not name:
            raise ValueError("A property has no name yet.")
        if name in properties:
            raise ValueError(f"Two properties are named “{name[:60]}”.")
        properties[name] = _property(row, level)
        if row.get("required"):
            required.append(name)
    schema["properties"] = properties
    if required or form.get("closed"):
        schema["required"] = required
    if form.get("closed"):
        schema["additionalProperties"] = False
    return schema


def _property(row, level):
    kind = str(row["kind"])
    if kind not in dict(KINDS):
        raise ValueError(f"“{row['name'][:60]}” needs a type.")
    if kind.startswith("list:"):
        items = _property(row | {"kind": kind.removeprefix("list:"), "nullable": False, "description": ""}, level)
        schema = {"type": "array", "items": items}
    elif kind == "object":
        schema = _written({"rows": row["rows"], "closed": row.get("closed")}, level + 1)
    elif kind == "choice":
        choices = list(dict.fromkeys(line for text in row["choices"] if (line := _line(str(text)))))
        if not choices:
            raise ValueError(f"“{row['name'][:60]}” needs a choice, one a line.")
        schema = {"type": "string", "enum": [*choices, None] if row.get("nullable") else choices}
    else:
        schema = {"type": kind}
    if row.get("nullable"):
        schema["type"] = [schema["type"], "null"]
    if description := _line(str(row.get("description") or "")):
        schema = {"type": schema.pop("type"), "description": description} | schema
    return schema


def _each(rows):
    for row in rows:
        yield row
        yield from _each(row.get("rows", ()))


def _plain(schema):
    """The schema without what means nothing: the order of what is required, an empty list of it, an open end that is said."""
    if isinstance(schema, dict):
        plain = {name: _plain(value) for name, value in schema.items()}
        if "properties" in plain or plain.get("type") == "object":
            plain["required"] = sorted(strict.required_of(schema))
            plain.setdefault("properties", {})
            if plain.get("additionalProperties") is True:
                del plain["additionalProperties"]
        return plain
    return [_plain(value) for value in schema] if isinstance(schema, list) else schema
