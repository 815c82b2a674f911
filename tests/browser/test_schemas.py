"""A prompt engineer writes a schema in four ways, and sees what an answer breaks of it."""

import json

import pytest
from playwright.sync_api import expect

from apps.parameters.models import Schema
from tests.browser.test_access import violations
from tests.upstream import says

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "openai/gpt-oss-20b"


@pytest.fixture
def editor(chat):
    chat.by("combobox", "Model").select_option(MODEL)
    return open_editor(chat)


def open_editor(chat):
    chat.by("searchbox", "Search parameters").fill("schema")
    chat.by("button", "Edit schema").click()
    dialog = chat.by("dialog", "Schema editor")
    expect(dialog).to_be_visible()
    return dialog


def tab(editor, name):
    editor.get_by_role("tab", name=name, exact=True).click()


def text(editor):
    return editor.get_by_label("Schema", exact=True)


def test_from_a_sample_to_a_request_that_follows_it(server, chat, editor):
    server.upstream.default = says('{"city": "Bern", "people": "many"}')
    text(editor).fill('{"type": "strnig"}')
    expect(editor.get_by_text("Not a valid schema.")).to_be_visible()
    expect(editor.get_by_text("$.type")).to_be_visible()
    tab(editor, "From sample")
    editor.get_by_label("Sample answer").fill('{"city": "Rome", "people": 3}')
    editor.get_by_role("button", name="Derive schema").click()
    expect(text(editor)).to_be_visible()
    expect(editor.get_by_text("A valid schema.")).to_be_visible()
    tab(editor, "Saved")
    editor.get_by_label("Save as").fill("place")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Saved as place.")).to_be_visible()
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_role("alert")).to_contain_text("There is a schema named place.")
    editor.get_by_role("button", name="Overwrite").click()
    expect(editor.get_by_text("Saved as place.")).to_be_visible()
    tab(editor, "Text")
    text(editor).fill("")
    tab(editor, "Saved")
    editor.get_by_role("button", name="Load place").click()
    expect(text(editor)).to_have_value(json.dumps(Schema.objects.get().schema, indent=2))
    editor.get_by_role("button", name="Use this schema").click()
    expect(editor).to_be_hidden()
    chat.send("Where?")
    answer = chat.answered("1 violation")
    assert server.turns[-1].json["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "place", "schema": Schema.objects.get().schema},
    }
    answer.get_by_role("link", name="$.people").click()
    wrong = answer.locator(".wrong")
    expect(wrong).to_be_focused()
    expect(wrong).to_contain_text("It has to be a whole number; this is a text.")
    answer.get_by_role("button", name="Raw", exact=True).click()
    expect(answer.get_by_label("Raw JSON")).to_have_text('{"city": "Bern", "people": "many"}')
    expect(wrong).to_be_hidden()


def test_the_form_and_the_text_are_one(chat, editor):
    tab(editor, "Form")
    editor.get_by_role("button", name="Add property").click()
    expect(editor.get_by_label("Name")).to_be_focused()
    editor.get_by_label("Name").fill("size")
    editor.get_by_label("Type").select_option(label="Choice of texts")
    editor.get_by_label("Choices, one a line").fill("small\nlarge")
    tab(editor, "Text")
    expected = {
        "type": "object",
        "properties": {"size": {"type": "string", "enum": ["small", "large"]}},
        "required": ["size"],
        "additionalProperties": False,
    }
    expect(text(editor)).to_have_value(json.dumps(expected, indent=2))
    text(editor).fill(
        json.dumps({"type": "object", "properties": {"inner": {"type": "object", "properties": {"a": {"type": "string"}}}}})
    )
    tab(editor, "Form")
    expect(editor.get_by_label("Name")).to_have_count(2)
    expect(editor.get_by_label("Name").nth(1)).to_have_value("a")
    editor.get_by_role("button", name="Add property").first.click()
    expect(editor.get_by_text("A property has no name yet.")).to_be_visible()
    editor.get_by_role("button", name="Use this schema").click()
    expect(editor).to_be_visible()
    editor.get_by_role("button", name="Remove property").nth(1).click()
    tab(editor, "Text")
    text(editor).fill('{"type": "object", "properties": {"a": {"$ref": "#"}}}')
    tab(editor, "Form")
    expect(editor.get_by_text("The form cannot show this schema")).to_be_visible()


def test_strict_mode_is_one_press_away_and_nothing_is_lost_in_between(chat, editor):
    text(editor).fill('{"type": "object", "properties": {"a": {"type": "string"}}}')
    editor.get_by_label("Check for strict mode").check()
    expect(editor.get_by_text("Strict mode would refuse it.")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    editor = open_editor(chat)
    editor.get_by_role("button", name="Make strict").click()
    expect(editor.get_by_text("Strict mode takes it.")).to_be_visible()
    editor.get_by_role("button", name="Use this schema").click()
    expect(chat.page.get_by_label("JSON schema", exact=True)).to_have_value(
        json.dumps(
            {
                "type": "object",
                "properties": {"a": {"type": ["string", "null"]}},
                "required": ["a"],
                "additionalProperties": False,
            },
            indent=2,
        )
    )
    expect(chat.page.get_by_label("Response format")).to_have_value("json_schema")


def test_a_call_that_failed_is_tried_in_two_other_ways(server, chat):
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"town": {}}}}}]
    refusal = {"code": "tool_use_failed", "failed_generation": '{"name": "weather", "arguments": 7}'}
    server.upstream.refuses(400, "Failed to call a function.", **refusal)
    chat.by("combobox", "Model").select_option(MODEL)
    chat.by("searchbox", "Search parameters").fill("tools")
    chat.page.get_by_label("Tools", exact=True).fill(json.dumps(tools))
    chat.send("What weather?")
    answer = chat.answered("Not answered")
    expect(answer.get_by_label("What the model wrote")).to_contain_text('"arguments": 7')
    expect(answer.get_by_label("The tool weather")).to_contain_text('"town"')
    server.upstream.refuses(400, "Failed to call a function.", **refusal)
    answer.get_by_role("button", name="Retry at lower temperature").click()
    cooler = server.wait_turns(2)[-1].json
    assert cooler["temperature"] == 0.5 and "disable_tool_validation" not in cooler
    expect(chat.by("button", "Previous branch")).to_be_enabled()
    chat.answered("Not answered")
    server.upstream.says("Sunny.")
    chat.answers.last.get_by_role("button", name="Retry without tool validation").click()
    chat.answered("Sunny.")
    assert server.turns[-1].json["disable_tool_validation"] is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (360, 740)], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_editor_and_answers(server, open_browser, alice, scheme, size):
    chat = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}).open("/")
    chat.by("combobox", "Model").select_option(MODEL)
    if size[0] < 640:
        chat.by("button", "Parameters").click()
    editor = open_editor(chat)
    editor.get_by_label("Check for strict mode").check()
    text(editor).fill('{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}}')
    expect(editor.get_by_text("Strict mode would refuse it.")).to_be_visible()
    assert violations(chat) == ""
    tab(editor, "Form")
    expect(editor.get_by_label("Name").first).to_be_visible()
    assert violations(chat) == ""
    tab(editor, "Saved")
    editor.get_by_label("Save as").fill("numbers")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_role("button", name="Delete numbers")).to_be_visible()
    assert violations(chat) == ""
    editor.get_by_role("button", name="Use this schema").click()
    server.upstream.says(json.dumps({"a": [1, "two", "x" * 400], "b": {"c": None, "d": 1.5}}))
    chat.send("Numbers?")
    chat.answered("2 violations")
    server.upstream.refuses(400, "Failed.", code="json_validate_failed", failed_generation='{"a": 1}')
    chat.send("More?")
    chat.answered("Not answered")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert violations(chat) == ""


def test_what_is_deleted_is_asked_for_twice(chat, editor):
    text(editor).fill("{}")
    tab(editor, "Saved")
    editor.get_by_label("Save as").fill("any")
    editor.get_by_label("Save as").press("Enter")
    editor.get_by_role("button", name="Delete any").click()
    assert Schema.objects.exists()
    editor.get_by_role("button", name="Delete for the whole team?").click()
    expect(editor.get_by_text("any is deleted.")).to_be_visible()
    assert not Schema.objects.exists()


def test_a_model_that_follows_no_schema_takes_none(chat):
    chat.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    editor = open_editor(chat)
    expect(chat.page.locator("[form=composer][name=schema]")).to_be_disabled()
    text(editor).fill("{}")
    editor.get_by_role("button", name="Use this schema").click()
    expect(editor.get_by_text("The chosen model follows no schemas.")).to_be_visible()
    expect(text(editor)).to_have_value("{}")
