"""Schemas made of samples, of forms, and of looser schemas."""

import copy
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.parameters.schemas import checks, deriving, rows, strict

NAMES = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20)
LINES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=8)


def schemas():
    def of(inner):
        lists, named = st.lists(inner, min_size=1, max_size=3), st.dictionaries(NAMES, inner, max_size=3)
        an_object = st.fixed_dictionaries(
            {"type": st.sampled_from(["object", ["object", "null"]]), "properties": named},
            optional={"required": st.lists(NAMES, max_size=3, unique=True), "additionalProperties": st.booleans() | inner},
        )
        an_array = st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        others = st.fixed_dictionaries({}, optional={"anyOf": lists, "$defs": named, "not": inner, "allOf": lists})
        return an_object | an_array | others

    leaves = st.sampled_from(
        [{}, {"type": "string"}, {"type": ["integer", "null"]}, {"enum": ["a", 1]}, {"const": 3}, {"type": "string", "enum": ["x"]}]
    )
    return st.recursive(leaves, of, max_leaves=12)


@settings(max_examples=150)
@given(VALUES)
def test_a_sample_fits_the_schema_derived_of_it(sample):
    schema = deriving.derive(sample)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(sample, schema)


def test_entries_of_a_list_are_seen_as_one():
    sample = {"people": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 1.5, "mail": None}, {"name": "Cy", "mail": "c@x"}]}
    assert deriving.derive(sample)["properties"]["people"]["items"] == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "number"}, "mail": {"type": ["string", "null"]}},
        "required": ["name"],
        "additionalProperties": False,
    }
    assert deriving.derive([]) == {"type": "array"}
    assert deriving.derive([1, [2]]) == {"type": "array", "items": {"type": ["array", "integer"], "items": {"type": "integer"}}}


@settings(max_examples=150)
@given(schemas())
def test_what_is_made_strict_passes_and_stays(schema):
    before = copy.deepcopy(schema)
    made = strict.make(schema)
    assert schema == before
    assert strict.faults(made) == []
    assert strict.make(made) == made
    jsonschema.Draft202012Validator.check_schema(made)


@settings(max_examples=100)
@given(VALUES.filter(lambda value: isinstance(value, dict)))
def test_what_was_optional_may_be_null(sample):
    made = strict.make(deriving.derive([sample, {}]))["items"]
    jsonschema.validate(dict.fromkeys(sample), made)


def test_strict_mode_is_told_everywhere():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"anyOf": [{"type": "null"}, {"properties": {"b": {}}}]}}},
        "required": ["a", "z"],
        "additionalProperties": False,
        "$defs": {"d": {"type": ["object", "null"]}},
    }
    loose = [(fault.path, fault.words) for fault in checks.report(schema, is_strict=True).loose]
    assert [path for path, _ in loose] == [
        "$.required",
        "$.properties.a.items.anyOf[1].properties.b",
        "$.properties.a.items.anyOf[1]",
        "$.$defs.d",
    ]
    assert checks.report(schema).loose == []
    assert checks.report(strict.make(schema), is_strict=True).loose == []


def forms(level=1):
    kinds = [kind for kind, _ in rows.KINDS if level < rows.MOST_LEVELS or "object" not in kind]
    row = st.fixed_dictionaries(
        {
            "name": NAMES,
            "kind": st.sampled_from(kinds),
            "required": st.booleans(),
            "nullable": st.booleans(),
            "description": LINES,
        }
    ).flatmap(lambda row: more(row, level))
    several = st.lists(row, max_size=4, unique_by=lambda row: row["name"])
    return st.fixed_dictionaries({"description": LINES if level == 1 else st.just(""), "closed": st.booleans(), "rows": several})


def more(row, level):
    if row["kind"].endswith("choice"):
        choices = st.lists(LINES.filter(bool), min_size=1, max_size=3, unique=True)
        return choices.map(lambda choices: row | {"choices": choices})
    if row["kind"].endswith("object"):
        return forms(level + 1).map(lambda inner: row | {"closed": inner["closed"], "rows": inner["rows"]})
    return st.just(row)


@settings(max_examples=150)
@given(forms())
def test_a_form_comes_back_as_it_was(form):
    schema = json.loads(json.dumps(rows.schema_of(form)))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert rows.rows_of(schema) == form
    assert rows.schema_of(rows.rows_of(schema)) == schema


@settings(max_examples=150)
@given(schemas())
def test_what_a_form_shows_it_writes_as_it_was(schema):
    try:
        form = rows.rows_of(schema)
    except rows.Inexpressible:
        return
    assert rows._plain(rows.schema_of(form, schema)) == rows._plain(schema)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array"}, "the form describes an object"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, "$.properties.a"),
        ({"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}}, "“minLength”"),
        ({"type": "object", "properties": {"a": {"type": ["string", "integer"]}}}, "one type"),
        ({"type": "object", "properties": {"a": {"type": "string", "enum": [1]}}}, "choices of texts"),
        ({"type": "object", "properties": {"a": True}}, "$.properties.a"),
        ({"type": "object", "$defs": {}}, "“$defs”"),
        ({"type": "object", "required": ["b"]}, "another way"),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "array"}}}}, "lists"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "other properties"),
    ],
)
def test_what_a_form_cannot_show_is_said(schema, words):
    with pytest.raises(rows.Inexpressible, match=words.replace("$", r"\$")):
        rows.rows_of(schema)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"rows": [{"name": "", "kind": "string"}]}, "no name"),
        ({"rows": [{"name": "a", "kind": "string"}, {"name": "a", "kind": "number"}]}, "Two properties"),
        ({"rows": [{"name": "a", "kind": "choice", "choices": [" "]}]}, "needs a choice"),
        ({"rows": [{"name": "a", "kind": "nonsense"}]}, "needs a type"),
        ({"rows": 7}, "another shape"),
        ({}, "another shape"),
        ({"rows": [{"name": 1, "kind": "string"}]}, "no name"),
    ],
)
def test_a_form_that_is_not_filled_in_says_so(form, words):
    with pytest.raises(ValueError, match=words):
        rows.schema_of(form)


def test_what_no_row_shows_is_kept():
    schema = {"$schema": checks.DIALECT, "title": "T", "type": "object", "properties": {}}
    assert rows.schema_of(rows.rows_of(schema), schema) == schema
