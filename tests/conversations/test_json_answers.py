"""Answers that were asked for as JSON: drawn as a tree, held against the schema, never at the cost of the page."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.conversations.formats import answers, tree
from apps.conversations.formats.asked import Format, json_format
from apps.conversations.kept import Kept
from tests.core.markdown_reader import Reading
from tests.upstream import says

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "people": {"type": "integer"}}, "required": ["city", "land"]}
ASKED = {"model": "openai/gpt-oss-20b", "response_format": "json_schema", "schema": json.dumps(SCHEMA), "schema_name": "place"}

with_server = pytest.mark.django_db(transaction=True)


def answer(server, person, text, **parameters):
    """(page of the conversation, message) once the text was answered."""
    server.upstream.default = says(text)
    message = person.finish(person.ask(**(ASKED | parameters)))
    return person.get(f"/c/{message.conversation_id}/").text, message


@with_server
def test_an_answer_that_fits_says_so(server, alice):
    page, _ = answer(server, alice, '{"city": "Bern", "land": "CH", "people": 134794}')
    assert "Fits the schema place" in page
    assert '<span class="json-key" dir="auto">people</span> <span class="json-number">134794</span>' in page


@with_server
def test_each_violation_is_listed_and_marked_at_its_place(server, alice):
    page, message = answer(server, alice, '{"city": "Bern", "people": "many"}')
    assert "<strong>2 violations</strong> of the schema place" in page
    for number, path in ((1, "$.people"), (2, "$")):
        assert f'href="#json-{message.pk}-{number}"' in page and f"<code>{path}</code>" in page
        assert f'id="json-{message.pk}-{number}" tabindex="-1"' in page
    assert "It has to be a whole number; this is a text." in page and "“land” is missing." in page


@with_server
def test_the_last_frame_shows_what_a_reload_shows(server, alice):
    server.upstream.says('{"city": ', hang=True)
    message = alice.ask(**ASKED)
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "city" in json.dumps(frame))
        server.upstream.resumes()
        final = socket.until_final()["final"]
    assert "It is not JSON: line 1, column 10" in final
    assert "{&quot;city&quot;: " in final
    assert "It is not JSON: line 1, column 10" in alice.get(f"/c/{message.conversation_id}/").text


@with_server
def test_json_without_a_schema_is_a_tree_and_text_is_text(server, alice):
    page, _ = answer(server, alice, '{"a": [1, {"b": null}]}', response_format="json_object", schema="")
    assert 'data-verdict="good">JSON</p>' in page and "json-tree" in page
    page, _ = answer(server, alice, '{"a": 1}', response_format="", schema="")
    assert "json-tree" not in page and "json-answer" not in page


@with_server
def test_markup_in_an_answer_is_text(server, alice):
    evil = "</span><img src=x onerror=alert(1)>"
    page, _ = answer(
        server, alice, json.dumps({evil: [evil, evil * 40]}), schema=json.dumps({"properties": {evil: {"type": "null"}}})
    )
    assert "<img" not in page.replace("<svg", "") and "&lt;img src=x onerror=alert(1)&gt;" in page


@with_server
def test_a_schema_that_takes_for_ever_holds_nobody(server, alice):
    steps = {f"a{level}": {"allOf": [{"$ref": f"#/$defs/a{level + 1}"}] * 2} for level in range(40)} | {"a40": {}}
    schema = {"$ref": "#/$defs/a0", "$defs": steps, "properties": {"s": {"pattern": "^(a+)+$"}}}
    page, _ = answer(server, alice, json.dumps({"s": "a" * 40 + "b"}), schema=json.dumps(schema))
    assert "would take too long" in page


def test_what_was_asked_for_is_read_of_both_apis():
    schema = {"type": "object"}
    chat = {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}}
    assert json_format(chat) == Format("json_schema", "n", schema)
    assert json_format({"text": {"format": {"type": "json_schema", "name": "n", "schema": schema}}}) == Format(
        "json_schema", "n", schema
    )
    assert json_format({"response_format": {"type": "json_object"}}) == Format("json_object")
    for other in ({}, {"response_format": {"type": "text"}}, {"text": "x"}, {"response_format": "json_object"}, {"text": {}}):
        assert json_format(other) is None


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(["1"] * 400_000) + "]",
        json.dumps([{"a": {"b": [place]}} for place in range(30_000)]),
        json.dumps({f"k{place}": "x" * 20 for place in range(20_000)}),
        json.dumps(["x" * 900_000]),
        "[" * 60 + "]" * 60,
        "x" * 16_000_000,
    ],
    ids=["long list", "many objects", "many names", "long text", "deep", "16 MB"],
)
def test_however_large_an_answer_is_its_tree_is_small_and_made_in_no_time(text):
    began = time.thread_time()
    drawn = answers.drawn(text, Format("json_schema", "n", {"items": {"type": "null"}}), "json-m")
    assert time.thread_time() - began < 5
    assert drawn.size < 1_500_000 and (drawn.tree or "longer than" in drawn.fault)


def test_a_violation_is_drawn_however_far_behind_it_stands():
    value = [{"n": place} for place in range(5_000)]
    value[4_321]["n"] = "no"
    drawn = answers.drawn(
        json.dumps(value), Format("json_schema", "n", {"items": {"properties": {"n": {"type": "integer"}}}}), "json-m"
    )
    assert drawn.violations == [("json-m-1", "$[4321].n", "It has to be a whole number; this is a text.")]
    assert 'id="json-m-1"' in drawn.tree and "4,899 more, whole in Raw" in drawn.tree


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=150)
@given(JSON)
def test_any_json_gives_whole_markup_with_all_its_words(value):
    drawn = str(tree.draw(value))
    reader = Reading(drawn)
    assert reader.problems == []
    for word in texts(value):
        assert json.dumps(word, ensure_ascii=False) in reader.text, word


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [word for inner in value for word in texts(inner)] if isinstance(value, list) else [value] * isinstance(value, str)


def test_drawings_are_kept_up_to_a_size():
    kept, made = Kept(5_000, lambda answer: answer.size), []

    def make(number):
        made.append(number)
        return answers.Answer(tree="x" * 1_000)

    for number in (1, 2, 1, 3, 1, 2):
        assert kept.get(number, lambda number=number: make(number)).size == 2_000
    assert made == [1, 2, 3, 2] and kept.size == 4_000
