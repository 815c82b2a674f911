"""A schema from a sample of what it should describe."""

from apps.parameters.schemas.words import kind

ORDER = ("object", "array", "string", "number", "integer", "boolean", "null")


class Shape:
    """What was seen at one place: kinds of values, of objects their properties, of lists their entries."""

    def __init__(self):
        self.kinds, self.properties, self.required, self.entries = set(), {}, None, None

    def see(self, value):
        self.kinds.add(kind(value))
        if isinstance(value, dict):
            for name, inner in value.items():
                self.properties.setdefault(name, Shape()).see(inner)
            self.required = set(value) if self.required is None else self.required & set(value)
        elif isinstance(value, list):
            self.entries = self.entries or Shape()
            for inner in value:
                self.entries.see(inner)

    def to_schema(self):
        kinds = [name for name in ORDER if name in self.kinds and not (name == "integer" and "number" in self.kinds)]
        if not kinds:
            return {}
        schema = {"type": kinds[0] if len(kinds) == 1 else kinds}
        if "object" in self.kinds:
            schema["properties"] = {name: shape.to_schema() for name, shape in self.properties.items()}
            schema["required"] = [name for name in self.properties if name in self.required]
            schema["additionalProperties"] = False
        if self.entries and self.entries.kinds:
            schema["items"] = self.entries.to_schema()
        return schema


def derive(sample):
    """The narrowest schema of the usual shapes that the sample fits; entries of a list are seen as one."""
    shape = Shape()
    shape.see(sample)
    return shape.to_schema()
