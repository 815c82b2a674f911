"""What is said of a schema, and of a value that should fit it; whatever people write, in bounded time."""

import socket
import time

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.parameters import shapes
from apps.parameters.schemas import checks, fitting, patterns


def faults(schema):
    return [(fault.path, fault.words) for fault in checks.report(schema).faults]


def violations(value, schema):
    return [(violation.path, violation.words) for violation in fitting.verdict(value, schema).violations]


@pytest.mark.parametrize(
    ("schema", "path", "words"),
    [
        ([], "$", "has to be an object"),
        ({"type": "strnig"}, "$.type", 'one of "array"'),
        ({"properties": {"a": {"type": "object", "required": "x"}}}, "$.properties.a.required", "has to be a list"),
        ({"properties": {"first name": {"minLength": -1}}}, '$.properties["first name"].minLength', "at least 0"),
        ({"anyOf": []}, "$.anyOf", "needs at least 1"),
        ({"$defs": {"a": {"enum": 3}}}, "$.$defs.a.enum", "has to be a list"),
        ({"$ref": "#/$defs/gone"}, "$.$ref", "not in it"),
        ({"items": {"$ref": "https://example.org/s"}}, "$.items.$ref", "nothing is fetched"),
        ({"$ref": "#nowhere"}, "$.$ref", "not in it"),
    ],
)
def test_each_fault_of_a_schema_has_its_path(schema, path, words):
    ((found, said), *_) = faults(schema)
    assert found == path and words in said


@pytest.mark.parametrize(
    ("schema", "turns"),
    [
        ({"$ref": "#"}, "# → #"),
        ({"anyOf": [{"type": "null"}, {"$ref": "#"}]}, "# → #"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}},
            "#/$defs/b → #/$defs/a → #/$defs/b",
        ),
        ({"$dynamicRef": "#x", "$dynamicAnchor": "x"}, "#x → #x"),
        ({"if": {"not": {"$ref": "#"}}}, "# → #"),
    ],
)
def test_a_circle_is_told_and_neither_followed_nor_sent(schema, turns):
    assert (("$", f"The schema turns in a circle: {turns}.")) in faults(schema)
    with pytest.raises(ValueError, match="turns in a circle"):
        shapes.schema(schema)
    assert fitting.verdict({"a": 1}, schema).unchecked


@pytest.mark.parametrize("below", range(0, 300, 7))
def test_a_circle_ends_wherever_the_call_stands_in_the_stack(below):
    """In the library's compiled parts the interpreter's own end is a panic, which is no ``Exception``."""

    def under(frames):
        return under(frames - 1) if frames else fitting.verdict({"a": 1}, {"if": {"not": {"$ref": "#"}}})

    assert under(below).unchecked


def test_a_tree_as_deep_as_json_is_taken_is_checked_whole():
    schema = {"properties": {"child": {"$ref": "#"}}, "type": "object"}
    value = leaf = {}
    for _ in range(62):
        leaf["child"] = leaf = {}
    assert fitting.verdict(value, schema) == ([], [])
    leaf["child"] = 1
    ((violation,), unchecked) = fitting.verdict(value, schema)
    assert violation.steps == ("child",) * 63 and not unchecked


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"child": {"$ref": "#"}}},
        {"type": "array", "items": {"anyOf": [{"type": "null"}, {"$ref": "#"}]}},
        {"$ref": "#/$defs/a%20b", "$defs": {"a b": {"type": "object"}}},
        {"$ref": "#here", "$defs": {"x": {"$anchor": "here"}}},
        {"$ref": "#/anyOf/0", "$defs": {}, "properties": {"$ref": {"type": "string"}}, "anyOf": [{"type": "object"}]},
        {"enum": [{"$ref": "https://example.org/only-data"}]},
        {},
    ],
)
def test_what_leads_somewhere_is_no_circle(schema):
    assert faults(schema) == []
    shapes.schema(schema)


def test_another_dialect_and_patterns_that_cannot_be_tried_are_noted():
    notes = checks.report({"$schema": "http://json-schema.org/draft-07/schema#", "pattern": "(?=x)"}).notes
    assert "checked as 2020-12" in notes[0] and "(?=x)" in notes[1]


@pytest.mark.parametrize(
    ("value", "schema", "path", "words"),
    [
        ({"n": "x"}, {"properties": {"n": {"type": "integer"}}}, "$.n", "It has to be a whole number; this is a text."),
        ({}, {"required": ["a"]}, "$", "“a” is missing."),
        ({"b": 1}, {"additionalProperties": False}, "$.b", "The schema knows no property of this name."),
        ([1, 2], {"items": {"enum": [1]}}, "$[1]", "It has to be one of 1; this is 2."),
        ("abc", {"maxLength": 2}, "$", "The text may have up to 2 characters; it has 3."),
        ("2020-1", {"pattern": r"^\d{4}-\d\d$"}, "$", "The text has to match"),
        ({"x_a": 1}, {"patternProperties": {"^x_": {"type": "string"}}}, "$.x_a", "It has to be a text"),
        ([1, {"a": 1}, {"a": 1.0}], {"uniqueItems": True}, "$[2]", "stands in the list before"),
        (
            {"a": {"b": "q"}},
            {"properties": {"a": {"anyOf": [{"type": "null"}, {"properties": {"b": {"const": 1}}}]}}},
            "$.a",
            "At .b: It has to be 1",
        ),
        (3, {"anyOf": [{"type": "null"}, {"minimum": 4}]}, "$", "It has to be at least 4; this is 3."),
        (
            True,
            {"anyOf": [{"type": "null"}, {"type": "string"}]},
            "$",
            "It fits none of the 2 alternatives. One of them: It has to",
        ),
        (7, {"oneOf": [{"type": "integer"}, {"minimum": 3}]}, "$", "more than one of the alternatives"),
        (3, {"$ref": "#/$defs/a", "$defs": {"a": {"minimum": 4}}}, "$", "at least 4"),
    ],
)
def test_each_violation_has_its_path_and_its_reason(value, schema, path, words):
    ((found, said),) = violations(value, schema)
    assert found == path and words in said


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ([1, True, 1.5, "1", [1], [True]], {"uniqueItems": True}),
        ({"x_a": 1, "b": 2}, {"patternProperties": {"^x_": {}}, "properties": {"b": {}}, "additionalProperties": False}),
        ({"a": None}, {"properties": {"a": {"type": ["string", "null"]}}}),
        ({"v": 1, "next": {"v": 2, "next": None}}, {"properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}),
        ("Zürich", {"pattern": r"^\p{L}+$"}),
        ("é", {"pattern": r"^\u00e9$"}),
    ],
)
def test_what_fits_fits(value, schema):
    assert fitting.verdict(value, schema) == ([], [])


def bomb(levels):
    """Each level asks twice for the next one: no circle, and no end in any lifetime."""
    steps = {f"a{level}": {"allOf": [{"$ref": f"#/$defs/a{level + 1}"}] * 2} for level in range(levels)}
    return {"$ref": "#/$defs/a0", "$defs": {**steps, f"a{levels}": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, bomb(40)),
        ([{"a": place} for place in range(60_000)], {"uniqueItems": True, "items": {"properties": {"a": {"type": "integer"}}}}),
        (["x"] * 60_000, {"items": {"enum": [str(number) for number in range(5_000)]}}),
        ({f"k{place}": 1 for place in range(2_000)}, {"patternProperties": {f"^k{n}x": {} for n in range(2_000)}}),
    ],
)
def test_what_would_take_for_ever_ends_and_says_so(value, schema):
    began = time.thread_time()
    verdict = fitting.verdict(value, schema)
    assert time.thread_time() - began < 20 * fitting.limits.seconds
    assert verdict.unchecked


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "(a?){100}a{100}", "(.*a){12}$", "(?:a|aa)+$"])
def test_no_pattern_goes_back_and_tries_again(pattern):
    began = time.thread_time()
    fitting.verdict("a" * 50_000 + "b", {"pattern": pattern})
    checks.report({"pattern": pattern})
    assert time.thread_time() - began < 5


DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {**DIALECT, "pattern": "^(a|a)*$"}},
        {**DIALECT, "$defs": {"text": {"$schema": "http://json-schema.org/draft-04/schema#", "pattern": "^(a|a)*$"}}}
        | {"items": {"$ref": "#/$defs/text"}},
    ],
)
def test_no_part_that_names_its_dialect_is_checked_by_the_library_alone(schema):
    began = time.thread_time()
    # The library's own patterns would need a quarter of a minute for so much, and years for a little more.
    assert fitting.verdict(["a" * 24 + "b"], schema).violations
    assert time.thread_time() - began < 1


def test_a_schema_itself_is_checked_for_so_long_only():
    schema = {"type": "object", "properties": {f"p{number}": {"type": ["string"]} for number in range(100_000)}}
    began = time.thread_time()
    assert fitting.of_metaschema(schema, 0.2).unchecked
    assert time.thread_time() - began < 5


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"(a)\1", "(", "((a{1000}){1000}){1000}", "\ud800"])
def test_patterns_that_are_not_tried_break_nothing(pattern):
    assert patterns.searcher(pattern) is None
    verdict = fitting.verdict({"a": "x"}, {"patternProperties": {pattern: False}, "additionalProperties": False})
    assert verdict.violations == [] and verdict.unchecked


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nope"},
        {"multipleOf": 0},
        {"properties": 3},
        {"required": 3},
        {"enum": 5},
        {"pattern": 7},
        {"items": "x"},
        {"$ref": 5},
        {"allOf": {"a": 1}},
        {"minLength": "x"},
        {"$id": "https://[broken", "$ref": "#/a"},
    ],
)
@pytest.mark.parametrize("value", [{"a": 1}, [1], "x", 1.5, None])
def test_a_broken_schema_breaks_nothing(schema, value):
    fitting.verdict(value, schema)
    checks.report(schema, is_strict=True)


def test_many_violations_are_counted_to_a_hundred():
    verdict = fitting.verdict(["x"] * 500, {"items": {"type": "integer"}})
    assert len(verdict.violations) == 100 and "first 100" in verdict.unchecked[0]


def test_nothing_is_ever_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    schema = {"properties": {"a": {"$ref": "https://example.org/schema.json"}}}
    verdict = fitting.verdict({"a": 1}, schema)
    assert "https://example.org/schema.json" in verdict.unchecked[0]
    assert checks.report(schema | {"$schema": "https://example.org/dialect"}).faults


def test_where_there_is_no_engine_for_patterns_none_is_tried(monkeypatch):
    monkeypatch.setattr(patterns, "re2", None)
    patterns.searcher.cache_clear()
    try:
        verdict = fitting.verdict("b", {"pattern": "^a$", "type": "integer"})
        assert [words for _, words in verdict.violations] == ["It has to be a whole number; this is a text."]
        assert "^a$" in verdict.unchecked[0] and "^a$" in checks.report({"pattern": "^a$"}).notes[0]
    finally:
        patterns.searcher.cache_clear()


NAMES = st.sampled_from(["a", "b", "ab", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from([1.0, 0.5, "a", "ab", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
KINDS = st.sampled_from(["string", "number", "integer", "boolean", "null", "object", "array"])


def schemas():
    """Schemas with the keywords that are checked in another way here than in the library, and what stands around them."""

    def of(inner):
        named, several = st.dictionaries(NAMES, inner, max_size=3), st.lists(inner, min_size=1, max_size=3)
        return st.fixed_dictionaries(
            {},
            optional={
                "type": KINDS | st.lists(KINDS, min_size=1, max_size=3, unique=True),
                "properties": named,
                "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$", "[ab]", "."]), inner, max_size=2),
                "additionalProperties": inner,
                "required": st.lists(NAMES, max_size=2, unique=True),
                "items": inner,
                "prefixItems": several,
                "uniqueItems": st.booleans(),
                "pattern": st.sampled_from(["^a", "b", "^$"]),
                "enum": st.lists(VALUES, min_size=1, max_size=3),
                "const": VALUES,
                "anyOf": several,
                "oneOf": several,
                "not": inner,
                "contains": inner,
                "maxProperties": st.integers(0, 2),
            },
        )

    return st.recursive(st.booleans() | st.fixed_dictionaries({"type": KINDS}), of, max_leaves=8)


@settings(max_examples=300)
@given(schemas(), VALUES)
def test_what_fits_here_fits_for_the_library(schema, value):
    verdict = fitting.verdict(value, schema, seconds=60)
    assert verdict.unchecked == []
    assert (verdict.violations == []) == jsonschema.Draft202012Validator(schema).is_valid(value)
    for violation in verdict.violations:
        assert violation.words.endswith((".", "…")) and "breaks" not in violation.words, violation
        place = value
        for step in violation.steps:
            place = place[step]
