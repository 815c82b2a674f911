"""What is wrong with a schema itself, and what of it can only be warned of."""

from typing import NamedTuple

from apps.parameters.schemas import fitting, patterns, places, references, strict

SECONDS = 1.0
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Report(NamedTuple):
    """Lists of ``fitting.Violation``: ``faults`` make it no schema, ``loose`` is what strict mode would refuse; ``notes`` are
    sentences."""

    faults: list
    loose: list
    notes: list


def report(schema, is_strict=False):
    """All there is to say of a schema that was read from JSON."""
    if not isinstance(schema, dict):
        return Report([fitting.Violation((), "A schema has to be an object: {…}.")], [], [])
    found = fitting.of_metaschema(schema, SECONDS)
    lost = [fitting.Violation(steps, words) for steps, words in references.faults(schema)]
    faults = list(dict.fromkeys([*found.violations, *lost]))
    loose = [fitting.Violation(steps, words) for steps, words in strict.faults(schema)] if is_strict else []
    return Report(faults, loose, [*found.unchecked, *notes(schema)])


def notes(schema):
    dialect = schema.get("$schema")
    if isinstance(dialect, str) and dialect.rstrip("#") != DIALECT:
        yield f"It calls itself {dialect[:100]}; it is checked as 2020-12, which the API takes."
    for steps, node in places.every(schema):
        named = node.get("patternProperties")
        for pattern in [node.get("pattern"), *(named if isinstance(named, dict) else ())]:
            if isinstance(pattern, str) and patterns.searcher(pattern) is None:
                yield f"{places.written(steps)}: the pattern {pattern[:100]} is none that answers can be checked against here."
