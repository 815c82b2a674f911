"""The same controls through the Responses API: what it takes fits its description, what it cannot express is named."""

import json

import jsonschema
import pytest
from hypothesis import given

from apps.conversations.models import Conversation, Message
from apps.groq import responses
from apps.parameters.apis import CHAT, FIELDS, NAMES, OPTIONS, RESPONSES, WORDS, left_out, limits
from apps.parameters.body import MEMBERS as CHAT_MEMBERS
from apps.parameters.body import to_request as to_chat
from apps.parameters.forms import OURS, ParametersForm
from apps.parameters.responses import MEMBERS, to_request
from apps.parameters.samples import samples
from tests.parameters import fields
from tests.parameters.response_fields import CONTROLS, REASONS, REQUEST
from tests.parameters.test_forms import FAKE, VALID, printed_by

TOOL = {"type": "function", "function": {"name": "f", "description": "F.", "parameters": {"type": "object"}, "strict": True}}


def body_of(values, said="Hello"):
    form = ParametersForm({"api": "responses", **values})
    assert form.is_valid(), form.errors
    return Conversation().preview(values["model"], form.stored(), form.chosen_api(), text=said)


def test_every_member_of_a_request_has_a_control_or_a_reason():
    described = {member.partition(".")[0] for member in CONTROLS} | set(REASONS)
    assert described == responses.PARAMETERS | {"model", "input"} == set(REQUEST["properties"])
    assert set(CONTROLS.values()) <= set(ParametersForm.base_fields)


@pytest.mark.parametrize(("api", "controls"), [(RESPONSES, CONTROLS), (CHAT, fields.CONTROLS)])
def test_every_control_stands_in_the_body_or_is_refused_with_a_reason(api, controls):
    parts = {"system", "extra", "schema", "schema_name", "schema_strict", "tool_name", "browser_search", "code_interpreter"}
    sent = set(controls.values()) | (parts - FIELDS[api].keys())
    assert set(ParametersForm.base_fields) - set(OURS) == (sent | FIELDS[api].keys()) - set(OURS)
    assert not sent & FIELDS[api].keys()
    assert all(why.endswith(".") for why in FIELDS[api].values())


def test_every_choice_that_is_refused_is_one():
    for api in NAMES:
        for name, refused in OPTIONS[api].items():
            assert refused.keys() < {value for value, _ in ParametersForm.base_fields[name].choices}


@given(VALID)
def test_what_is_valid_fits_the_description(values):
    jsonschema.validate(body_of({**values, "truncation": "auto"}), REQUEST)


@given(VALID)
def test_what_is_left_out_is_named_and_nothing_else_is(values):
    form = ParametersForm(values)
    assert form.is_valid()
    stored = form.stored()
    named = left_out(stored, FAKE, RESPONSES)
    body = {**to_request(stored, FAKE), "system": stored.get("system")}
    for name, member in (MEMBERS | {"response_format": "text", "tool_choice": "tool_choice"}).items():
        assert (member.partition(".")[0] in body) == (name in stored and name not in named)
    assert {name for name in stored if name not in named} <= {*MEMBERS, *OURS, "system", "response_format", "tools", "tool_choice"}
    # Nothing is lost on the way back.
    assert to_chat(stored, FAKE).keys() == to_chat({**stored, "truncation": "auto"}, FAKE).keys()


def test_a_tool_lies_flat_and_others_are_left_out():
    stored = {"tools": [TOOL, {"type": "browser_search"}], "tool_choice": "function", "tool_name": "f"}
    assert to_request(stored) == {
        "tools": [{"type": "function", "name": "f", "description": "F.", "parameters": {"type": "object"}, "strict": True}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
    }
    assert "browser_search" in left_out(stored, FAKE, RESPONSES)["tools"]
    assert left_out({"tools": [TOOL]}, FAKE, RESPONSES) == {}


def test_a_schema_lies_flat():
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    body = body_of({"model": FAKE, "response_format": "json_schema", "schema": json.dumps(schema), "schema_strict": "true"})
    assert body["text"] == {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}}
    jsonschema.validate(body, REQUEST)


@pytest.mark.parametrize(
    ("stored", "member"),
    [
        ({"service_tier": "on_demand"}, {"service_tier": "default"}),
        ({"service_tier": "flex"}, {"service_tier": "flex"}),
        ({"service_tier": "performance"}, {}),
        ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
        ({"reasoning_effort": "none"}, {}),
        ({"store": True}, {}),
        ({"store": False}, {"store": False}),
        ({"max_completion_tokens": 5}, {"max_output_tokens": 5}),
        ({"truncation": "auto"}, {"truncation": "auto"}),
        ({"stop": ["END"], "seed": 7}, {}),
        ({"extra": {"background": True}}, {}),
    ],
)
def test_members_have_their_own_names(stored, member):
    assert to_request(stored) == member


def test_extra_members_win():
    body = body_of({"model": FAKE, "temperature": "1", "extra": '{"temperature": 0.5, "background": true}'})
    assert (body["temperature"], body["background"]) == (0.5, True)
    form = ParametersForm({"model": FAKE, "extra": '{"input": []}'})
    assert not form.is_valid() and "comes from the conversation" in form.errors["extra"][0]


def test_what_is_said_becomes_instructions_and_items():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    conversation = Conversation(model=FAKE, api=RESPONSES, parameters={"system": "Be brief."})
    said = [
        Message(role="user", text="Hello?"),
        Message(role="assistant", text="Wait.", tool_calls=[call]),
        Message(role="user", text="Now?"),
    ]
    body = conversation.request_body(said, "It is")
    assert body == {
        "model": FAKE,
        "input": [
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": "Wait."},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"role": "user", "content": "Now?"},
            {"role": "assistant", "content": "It is"},
        ],
        "instructions": "Be brief.",
        "stream": True,
    }
    jsonschema.validate(body, REQUEST)


def test_what_the_model_does_not_take_is_no_news():
    assert left_out({"reasoning_format": "raw"}, "llama-3.1-8b-instant", RESPONSES) == {}
    assert "reasoning_format" in left_out({"reasoning_format": "raw"}, "qwen/qwen3-32b", RESPONSES)
    assert "truncation" in left_out({"truncation": "auto"}, FAKE, CHAT)


def test_what_is_not_sent_excludes_nothing():
    both = {"model": FAKE, "reasoning_format": "raw", "include_reasoning": "true", "top_logprobs": "3"}
    assert not ParametersForm({**both, "api": "chat"}).is_valid()
    assert ParametersForm({**both, "api": "responses"}).is_valid()


@pytest.mark.django_db(transaction=True)
def test_limits_tell_of_both(server, alice):
    told = alice.get("/parameters/limits/", params={"model": "qwen/qwen3-32b", "api": "responses"}).json()
    assert told == json.loads(json.dumps(limits("qwen/qwen3-32b", RESPONSES)))
    assert "stop" in told["api"]["fields"] and "stop" not in told["fields"]
    for api in ("chat", "", "nonsense"):
        assert set(alice.get("/parameters/limits/", params={"api": api}).json()["api"]["fields"]) == {"truncation"}


def test_an_api_that_is_none_is_refused():
    assert set(WORDS.values()) == set(NAMES)
    form = ParametersForm({"model": FAKE, "api": "assistants"})
    assert not form.is_valid() and "api" in form.errors


BODIES = [
    {"model": FAKE, "system": "Be 'brief'.", "temperature": "0.3", "max_completion_tokens": "9", "service_tier": "on_demand"},
    {
        "model": FAKE,
        "tools": json.dumps([{"type": "function", "function": {"name": "f", "parameters": {"a": {"type": "null"}}}}]),
        "tool_choice": "required",
        "response_format": "json_schema",
        "schema": '{"type": "object", "const": null}',
        "reasoning_effort": "low",
        "metadata": '{"côte": "d\'ivoire"}',
        "extra": '{"brand_new": {"nested": ["line\\nbreak", null, false]}}',
    },
]


@pytest.mark.parametrize("values", BODIES)
@pytest.mark.parametrize("tab", [0, 1], ids=["curl", "python"])
def test_a_sample_sends_the_very_body(upstream_thread, tmp_path, values, tab):
    body = body_of(values, "Say \"hi\"\n$HOME `x` \\ 'y' ünï")
    upstream_thread.says("Hi there")
    assert "Hi" in printed_by(samples(body, upstream_thread.url)[tab], tmp_path)
    (request,) = upstream_thread.requests
    assert (request.path, request.json) == (responses.PATH, body)
    assert request.headers["authorization"] == "Bearer gsk_sample"


def test_samples_have_the_tabs_that_people_know():
    body = body_of({"model": FAKE})
    assert [name for name, _, _ in samples(body)] == ["curl", "Python", "JavaScript"]
    whole = {name: value for name, value in body.items() if name != "stream"}
    python, javascript = (code for _, _, code in samples(whole)[1:])
    assert "print(response.output_text)" in python and "console.log(response.output_text)" in javascript


def test_the_two_apis_share_what_they_share():
    assert MEMBERS.keys() - CHAT_MEMBERS.keys() == {"truncation"}
