"""Every parameter has its control; what is valid fits the API's description, what is not is told in words."""

import json
import subprocess
import sys

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.conversations.models import Conversation
from apps.groq import chat
from apps.parameters.forms import OURS, ParametersForm
from apps.parameters.groups import GROUPS
from apps.parameters.samples import samples
from tests.parameters.fields import CONTROLS, REASONS, REQUEST

FAKE = "openai/gpt-unknown"


def test_every_member_of_a_request_has_a_control_or_a_reason():
    described = {member.partition(".")[0] for member in CONTROLS} | set(REASONS)
    assert described == chat.PARAMETERS | {"model", "messages"}
    assert set(CONTROLS.values()) <= set(ParametersForm.base_fields)


def test_every_control_stands_in_one_group():
    grouped = [name for _, _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(set(ParametersForm.base_fields) - set(OURS))


def test_every_control_says_what_it_is():
    for name, field in ParametersForm.base_fields.items():
        assert name in OURS or field.help_text.endswith("."), name


YES_NO, WORDS = (
    st.sampled_from(["", "true", "false"]),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12),
)
TOOL = st.builds(
    lambda name, words: {"type": "function", "function": {"name": name, "description": words, "parameters": {"type": "object"}}},
    st.from_regex(r"\A[a-z_]{1,20}\Z"),
    WORDS,
)
VALID = st.fixed_dictionaries(
    {"model": st.just(FAKE)},
    optional={
        "system": WORDS,
        "temperature": st.floats(0, 2).map(str),
        "top_p": st.floats(0, 1).map(str),
        "max_completion_tokens": st.integers(1, 100_000).map(str),
        "stop": st.lists(st.from_regex(r"\A[a-z]{1,5}\Z"), max_size=4).map("\n".join),
        "seed": st.integers(-(2**63), 2**63 - 1).map(str),
        "reasoning_effort": st.sampled_from(["", "none", "default", "low", "medium", "high"]),
        "include_reasoning": YES_NO,
        "response_format": st.sampled_from(["", "text", "json_object"]),
        "tools": st.lists(TOOL, max_size=3, unique_by=lambda tool: tool["function"]["name"]).map(json.dumps),
        "browser_search": YES_NO,
        "code_interpreter": YES_NO,
        "tool_choice": st.sampled_from(["", "auto", "none", "required"]),
        "parallel_tool_calls": YES_NO,
        "disable_tool_validation": YES_NO,
        "search_include_domains": st.lists(st.from_regex(r"\A[a-z]{1,9}\.org\Z"), max_size=3).map("\n".join),
        "search_include_images": YES_NO,
        "search_country": WORDS,
        "documents": st.lists(WORDS.map(lambda words: {"source": {"type": "text", "text": words}}), max_size=2).map(json.dumps),
        "citation_options": st.sampled_from(["", "enabled", "disabled"]),
        "compound_reasoning_model": WORDS,
        "compound_enabled_tools": st.lists(st.from_regex(r"\A[a-z]{1,9}\Z"), max_size=3).map("\n".join),
        "compound_wolfram_authorization": WORDS,
        "service_tier": st.sampled_from(["", "auto", "on_demand", "flex", "performance"]),
        "user": WORDS,
        "metadata": st.dictionaries(WORDS, WORDS, max_size=2).map(json.dumps),
        "store": YES_NO,
        "presence_penalty": st.floats(-2, 2).map(str),
        "frequency_penalty": st.floats(-2, 2).map(str),
        "logit_bias": st.dictionaries(st.integers(0, 9).map(str), st.integers(-100, 100), max_size=2).map(json.dumps),
        "logprobs": st.just("true"),
        "n": st.just("1"),
    },
)


def body_of(values, said="Hello"):
    form = ParametersForm(values)
    assert form.is_valid(), form.errors
    return Conversation().preview(values["model"], form.stored(), text=said)


@given(VALID)
def test_what_is_valid_fits_the_description(values):
    jsonschema.validate(body_of(values), REQUEST)


@given(VALID)
def test_what_was_stored_comes_back_into_its_control(values):
    stored = ParametersForm(values)
    assert stored.is_valid(), stored.errors
    shown = ParametersForm(initial=stored.stored())
    again = ParametersForm({"model": FAKE, **{bound.name: bound.value() for bound in shown if bound.value() is not None}})
    assert again.is_valid(), again.errors
    assert again.stored() == stored.stored()


def test_what_is_not_set_is_not_sent():
    assert set(body_of({"model": FAKE, **dict.fromkeys(sorted(set(ParametersForm.base_fields) - {"model"}), "")})) == {
        "model",
        "messages",
        "stream",
    }


def test_a_schema_goes_out_as_the_response_format():
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    body = body_of({"model": FAKE, "response_format": "json_schema", "schema": json.dumps(schema), "schema_strict": "true"})
    assert body["response_format"] == {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    jsonschema.validate(body, REQUEST)


def test_a_function_is_required_by_its_name():
    body = body_of(
        {"model": FAKE, "tools": '[{"type":"function","function":{"name":"f"}}]', "tool_choice": "function", "tool_name": "f"}
    )
    assert body["tool_choice"] == {"type": "function", "function": {"name": "f"}}
    jsonschema.validate(body, REQUEST)


def test_extra_members_win():
    body = body_of({"model": FAKE, "temperature": "1", "extra": '{"temperature": 0.5, "brand_new": [1]}'})
    assert (body["temperature"], body["brand_new"]) == (0.5, [1])


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"extra": '{"messages": []}'}, "extra", "comes from the conversation"),
        ({"extra": "[1]"}, "extra", "has to be an object"),
        ({"tools": '[{"type": "function"]'}, "tools", "not JSON: line 1, column"),
        ({"tools": '[{"type": "function", "function": {"name": "two words"}}]'}, "tools", "needs a name"),
        ({"tools": json.dumps([{"type": "function", "function": {"name": "f"}}] * 2)}, "tools", "two tools named f"),
        ({"tools": json.dumps([{"type": "x"}] * 129)}, "tools", "up to 128"),
        ({"schema": '{"$ref": "#"}', "response_format": "json_schema"}, "schema", "turns in a circle"),
        ({"schema": '{"$ref": "https://example.org/s"}', "response_format": "json_schema"}, "schema", "outside"),
        ({"schema": '{"$ref": "#/$defs/a"}', "response_format": "json_schema"}, "schema", "not in it"),
        ({"response_format": "json_schema"}, "schema", "there is none"),
        ({"reasoning_format": "raw", "include_reasoning": "true"}, "include_reasoning", "only one of the two"),
        ({"tool_choice": "function"}, "tool_name", "say which"),
        ({"top_logprobs": "3"}, "top_logprobs", "needs Logprobs"),
        ({"documents": '[{"source": {"type": "text"}}]'}, "documents", "document 1"),
        ({"metadata": '{"a": 1}'}, "metadata", "has to be a text"),
        ({"logit_bias": '{"1": 1.5}'}, "logit_bias", "whole number"),
        ({"stop": "a\nb\nc\nd\ne"}, "stop", "up to 4"),
        ({"n": "2"}, "n", "less than or equal to 1"),
    ],
)
def test_what_the_api_would_refuse_is_told_before(values, field, words):
    form = ParametersForm({"model": FAKE, **values})
    assert not form.is_valid()
    assert words in " ".join(form.errors[field])


@given(VALID)
def test_no_sample_holds_anything_but_the_request(values):
    for _, _, code in samples(body_of(values)):
        assert "GROQ_API_KEY" in code


def test_a_schema_may_lead_back_to_itself_where_values_end():
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}
    assert ParametersForm({"model": FAKE, "schema": json.dumps(tree)}).is_valid()


BODIES = [
    {"model": FAKE, "system": "Be 'brief'.", "temperature": "0.3", "stop": "JSON\nit's"},
    {
        "model": FAKE,
        "tools": '[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"null"}}}}}]',
        "tool_choice": "required",
        "search_country": "côte d'ivoire",
        "documents": '[{"source":{"type":"json","data":{"a":null,"b":true}}}]',
        "extra": '{"brand_new": {"nested": ["line\\nbreak", null, false]}}',
    },
]


def printed_by(sample, folder):
    """What the code of a sample prints, run as somebody runs it who has the key."""
    _, file, code = sample
    path = folder / file
    path.write_text(code, encoding="utf-8")
    command = ["sh", path] if file.endswith(".sh") else [sys.executable, path]
    ran = subprocess.run(command, env={"PATH": "/usr/bin:/bin", "GROQ_API_KEY": "gsk_sample"}, capture_output=True, timeout=60)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


@pytest.mark.parametrize("values", BODIES)
@pytest.mark.parametrize("tab", [0, 1, 2], ids=["curl", "groq", "openai"])
def test_a_sample_sends_the_very_body(upstream_thread, tmp_path, values, tab):
    body = body_of(values, "Say \"hi\"\n$HOME `x` \\ 'y' ünï")
    upstream_thread.says("Hi there")
    assert "Hi" in printed_by(samples(body, upstream_thread.url)[tab], tmp_path)
    (request,) = upstream_thread.requests
    assert request.json == body
    assert request.headers["authorization"] == "Bearer gsk_sample"
