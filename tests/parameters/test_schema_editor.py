"""The schema editor as its page asks: checks, forms, samples, and what a team saves."""

import json

import pytest

from apps.parameters.models import Schema

pytestmark = pytest.mark.django_db(transaction=True)

CITY = {"type": "object", "properties": {"city": {"type": "string"}}}


def check(person, text, **how):
    answer = person.post("/parameters/schema/check/", {"text": text, **how})
    assert answer.status_code == 200, answer.text
    return answer.text


def save(person, name="city", schema=CITY, **how):
    return person.post("/parameters/schemas/", {"name": name, "text": json.dumps(schema), **how})


def team_schemas(person):
    return {schema.name: schema.schema for schema in Schema.objects.visible_to(person.user)}


def test_a_schema_is_checked_as_it_is_written(server, alice):
    assert "A valid schema." in check(alice, json.dumps(CITY))
    faulty = check(alice, '{"properties": {"city": {"type": "strnig"}}}')
    assert "Not a valid schema." in faulty and "$.properties.city.type" in faulty
    assert "line 1, column 2" in check(alice, "{city}")
    assert "There is no schema" not in check(alice, "  ") and "Write a schema here" in check(alice, "  ")
    assert "A valid schema." in check(alice, "{}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"$ref": "#"}', "turns in a circle"),
        ('{"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}', "turns in a circle"),
        ('{"$ref": "https://example.org/x"}', "nothing is fetched"),
        ("[" * 100_000, "Not JSON yet."),
        ('{"a":' * 70 + "1" + "}" * 70, "Nested too deeply"),
        ('{"const": 1e999}', "Not JSON yet."),
        ('{"const": NaN}', "Not JSON yet."),
        ('{"description": "' + "x" * 400_001 + '"}', "longer than 400,000"),
        ('{"description": "<img src=x onerror=alert(1)>", "type": "<img src=x>"}', "&lt;img src=x&gt;"),
        ("[]", "has to be an object"),
        ("null", "has to be an object"),
        ('"\\ud800"', "has to be an object"),
        ('{"enum": [' + ",".join(["0"] * 150_000) + "]}", "A valid schema."),
    ],
)
def test_whatever_is_pasted_gets_an_answer(server, alice, text, words):
    assert words in check(alice, text, strict="on")
    for path in ("strict", "form", "rows", "derive"):
        given = {"text": text, "sample": text, "rows": text}
        assert alice.post(f"/parameters/schema/{path}/", given).status_code in (200, 422), path


def test_strict_mode_is_checked_where_it_is_wanted_and_made(server, alice):
    assert "Strict mode" not in check(alice, json.dumps(CITY))
    loose = check(alice, json.dumps(CITY), strict="on")
    assert "Make strict" in loose and "$.properties.city" in loose
    made = alice.post("/parameters/schema/strict/", {"text": json.dumps(CITY)}).json()["text"]
    assert "Strict mode takes it." in check(alice, made, strict="on")
    assert json.loads(made)["properties"]["city"] == {"type": ["string", "null"]}
    refused = alice.post("/parameters/schema/strict/", {"text": "[]"})
    assert refused.status_code == 422 and "object" in refused.json()["error"]


def test_a_sample_becomes_a_schema(server, alice):
    derived = alice.post("/parameters/schema/derive/", {"sample": '[{"a": 1}, {"a": 1.5, "b": null}]'}).json()["text"]
    assert json.loads(derived)["items"]["required"] == ["a"]
    assert json.loads(alice.post("/parameters/schema/derive/", {"sample": "null"}).json()["text"]) == {"type": "null"}
    for sample, words in (("", "Paste a sample"), ("{a}", "line 1, column 2")):
        refused = alice.post("/parameters/schema/derive/", {"sample": sample})
        assert refused.status_code == 422 and words in refused.json()["error"]


def test_a_schema_becomes_a_form_and_back(server, alice):
    schema = {"title": "T", **CITY, "required": ["city"]}
    form = alice.post("/parameters/schema/form/", {"text": json.dumps(schema)}).text
    assert 'value="city"' in form and "Add property" in form
    rows = {"description": "Where", "closed": True, "rows": [{"name": "city", "kind": "list:choice", "choices": ["Bern", "Rome"]}]}
    written = alice.post("/parameters/schema/rows/", {"rows": json.dumps(rows), "text": json.dumps(schema)}).json()["text"]
    assert json.loads(written) == {
        "title": "T",
        "type": "object",
        "description": "Where",
        "properties": {"city": {"type": "array", "items": {"type": "string", "enum": ["Bern", "Rome"]}}},
        "required": [],
        "additionalProperties": False,
    }
    refused = alice.post("/parameters/schema/rows/", {"rows": '{"rows": [{"name": "", "kind": "string"}]}'})
    assert refused.status_code == 422 and "no name" in refused.json()["error"]


def test_what_a_form_cannot_show_is_left_as_it_is(server, alice):
    form = alice.post("/parameters/schema/form/", {"text": '{"type": "object", "properties": {"a": {"$ref": "#"}}}'}).text
    assert "cannot show this schema" in form and "$.properties.a" in form and "Add property" not in form


def test_a_team_saves_and_finds_its_schemas(server, alice, bob):
    assert "Saved as city." in save(alice).text
    listed = bob.get("/parameters/schemas/").text
    assert "city" in listed and "Alice" in listed
    kept = Schema.objects.get()
    assert bob.get(f"/parameters/schemas/{kept.pk}/").json() == {"name": "city", "text": json.dumps(CITY, indent=2)}
    assert "city is deleted." in bob.post(f"/parameters/schemas/{kept.pk}/delete/").text
    assert not Schema.objects.exists()


def test_a_name_that_is_taken_is_not_taken_over_unasked(server, alice, bob):
    save(alice)
    refused = save(bob, schema={"type": "array"})
    assert refused.status_code == 409 and "Overwrite" in refused.text
    assert team_schemas(alice) == {"city": CITY}
    assert save(bob, schema={"type": "array"}, overwrite="on").status_code == 200
    assert team_schemas(alice) == {"city": {"type": "array"}}
    assert Schema.objects.get().created_by == bob.user


@pytest.mark.parametrize(
    ("name", "schema", "words"),
    [
        ("", CITY, "Give it a name"),
        ("with space", CITY, "letters, digits"),
        ("x" * 65, CITY, "64"),
        ("ok", {"type": "nope"}, "$.type"),
        ("ok", {"$ref": "#"}, "circle"),
    ],
)
def test_what_is_no_schema_or_has_no_name_is_not_saved(server, alice, name, schema, words):
    refused = save(alice, name, schema)
    assert refused.status_code == 422 and words in refused.text
    assert not Schema.objects.exists()


def test_viewers_use_schemas_and_save_none(server, alice, vera):
    save(alice)
    kept = Schema.objects.get()
    listed = vera.get("/parameters/schemas/").text
    assert "Load city" in listed and "Delete" not in listed and 'data-does="save"' not in listed
    assert vera.get(f"/parameters/schemas/{kept.pk}/").status_code == 200
    assert save(vera, "mine").status_code == 403
    assert vera.post(f"/parameters/schemas/{kept.pk}/delete/").status_code == 403
    assert team_schemas(alice) == {"city": CITY}


def test_strangers_find_nothing(server, alice, charlie):
    save(alice)
    kept = Schema.objects.get()
    assert "city" not in charlie.get("/parameters/schemas/").text
    assert charlie.get(f"/parameters/schemas/{kept.pk}/").status_code == 404
    assert charlie.post(f"/parameters/schemas/{kept.pk}/delete/").status_code == 404
    # The same name is free in another team.
    assert save(charlie, schema={"type": "null"}).status_code == 200
    assert team_schemas(alice) == {"city": CITY}
    assert team_schemas(charlie) == {"city": {"type": "null"}}
