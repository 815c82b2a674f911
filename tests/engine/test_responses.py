"""The Responses API of the engine: whole and streamed, as the official client and our own read it."""

import json
import types

import jsonschema
import openai
import pytest

from apps.engine import responses
from apps.engine.refusal import Refusal
from apps.groq import responses as ours
from apps.groq.client import Client
from tests.engine.conftest import MODEL
from tests.engine.response_fields import RESPONSE, event

LIMITS = types.SimpleNamespace(id=MODEL, max_completion_tokens=100)
ADD = {
    "type": "function",
    "name": "add",
    "description": "Add two integers.",
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "integer", "maximum": 999}, "b": {"type": "integer", "maximum": 999}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 30}, "age": {"type": "integer", "minimum": 0, "maximum": 120}},
    "required": ["name", "age"],
}
FORMAT = {"format": {"type": "json_schema", "name": "person", "schema": PERSON, "strict": True}}
model = pytest.mark.model


@pytest.fixture
def ask(engine):
    """``ask("Hello", temperature=0)``: one response, short unless told otherwise, by the official client."""
    with openai.OpenAI(api_key=engine.key, base_url=f"{engine.base_url}/openai/v1", max_retries=0, timeout=60) as client:
        yield lambda input, **options: client.responses.create(
            **{"model": MODEL, "input": input, "max_output_tokens": 16, **options}
        )


def events_of(http, **members):
    """The events of a streamed response, each held against its shape."""
    answer = http.post("/responses", json={"model": MODEL, "stream": True, "max_output_tokens": 16, **members})
    assert answer.headers["content-type"] == "text/event-stream"
    blocks = answer.text.removesuffix("\n\n").split("\n\n")
    events = []
    for number, block in enumerate(blocks):
        name, data = block.split("\n")
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}" and value["sequence_number"] == number
        jsonschema.validate(value, event(value["type"]))
        events.append(value)
    return events


@model
def test_a_response_comes_whole_with_usage(ask, http):
    response = ask("Say hello.", instructions="You are brief.", metadata={"a": "b"}, service_tier="auto", temperature=0)
    assert response.output_text.strip()
    assert (response.object, response.model, response.instructions) == ("response", MODEL, "You are brief.")
    assert (response.metadata, response.service_tier, response.temperature) == ({"a": "b"}, "default", 0)
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert 0 < usage.output_tokens <= 16
    raw = http.post("/responses", json={"model": MODEL, "input": "Hi", "max_output_tokens": 4})
    jsonschema.validate(raw.json(), RESPONSE)
    assert raw.headers["x-request-id"].startswith("req_")


@model
def test_a_stream_tells_of_every_step(http, ask):
    events = events_of(http, input="Say hello.", temperature=0)
    kinds = [each["type"] for each in events]
    deltas = kinds.count("response.output_text.delta")
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[4:-4] == ["response.output_text.delta"] * deltas and deltas > 1
    assert kinds[-4:-1] == ["response.output_text.done", "response.content_part.done", "response.output_item.done"]
    text = "".join(each["delta"] for each in events[4:-4])
    last = events[-1]["response"]
    assert text == events[-4]["text"] == last["output"][0]["content"][0]["text"]
    assert last["usage"]["output_tokens"] > 0 and len({each["response"]["id"] for each in (events[0], events[-1])}) == 1
    assert "".join(each.delta for each in ask("Say hello.", temperature=0, stream=True) if "text.delta" in each.type) == text


@model
@pytest.mark.parametrize("stream", [False, True])
def test_tokens_run_out(ask, stream):
    answer = ask("Tell me a long story.", max_output_tokens=5, stream=stream)
    response = list(answer)[-1].response if stream else answer
    assert (response.status, response.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert response.usage.output_tokens == 5


@model
@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_with_arguments_that_fit(http, stream):
    asked = {"input": "What is 12 + 30?", "tools": [ADD], "tool_choice": "required", "max_output_tokens": 80}
    if stream:
        events = events_of(http, **asked)
        kinds = [each["type"] for each in events[2:-1]]
        assert kinds == [
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
        ]
        response = events[-1]["response"]
    else:
        response = http.post("/responses", json={"model": MODEL, **asked}).json()
        jsonschema.validate(response, RESPONSE)
    (call,) = response["output"]
    assert (response["status"], call["name"], call["call_id"][:5]) == ("completed", "add", "call_")
    jsonschema.validate(json.loads(call["arguments"]), ADD["parameters"])
    assert response["tools"] == [ADD]


@model
def test_after_the_result_of_a_tool_the_model_speaks(ask):
    said = [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"type": "function_call_output", "call_id": "c", "output": '{"temperature": "7 degrees", "sky": "rain"}'},
    ]
    response = ask(said, tools=[ADD], temperature=0, max_output_tokens=40)
    assert "rain" in response.output_text or "7" in response.output_text


@model
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_fits_its_schema(ask, stream):
    answer = ask("Invent a person.", text=FORMAT, stream=stream, max_output_tokens=80)
    response = list(answer)[-1].response if stream else answer
    jsonschema.validate(json.loads(response.output_text), PERSON)


@model
def test_json_that_is_cut_short_is_an_error(ask, http):
    with pytest.raises(openai.BadRequestError) as refused:
        ask("Invent a person.", text=FORMAT, max_output_tokens=3)
    assert refused.value.code == "json_validate_failed"
    events = events_of(http, input="Invent a person.", text=FORMAT, max_output_tokens=3)
    assert events[-1]["type"] == "response.failed"
    assert events[-1]["response"]["error"]["code"] == "json_validate_failed"
    assert "response.output_text.done" not in [each["type"] for each in events]


@model
def test_a_conversation_that_is_too_long_is_refused_by_the_name_of_the_member(ask):
    with pytest.raises(openai.BadRequestError) as refused:
        ask("word " * 5000)
    assert (refused.value.code, refused.value.param) == ("context_length_exceeded", "input")


@model
async def test_our_own_client_reads_it(engine):
    body = ours.request(MODEL, [{"role": "user", "content": "Say hello."}], stream=True, max_output_tokens=16)
    reply = ours.Reply()
    async with Client(engine.base_url, engine.key) as client:
        async with client.stream(ours.PATH, body) as stream:
            async for events in stream:
                for each in events:
                    reply.absorb(each)
        whole = await client.request("POST", ours.PATH, json={**body, "stream": False})
    assert reply.ended(stream.finished) == "complete" and reply.bad_events == 0
    assert reply.content.strip() and reply.finish_reason in ("stop", "length") and reply.model == MODEL
    assert 0 < reply.usage["completion_tokens"] <= 16
    assert ours.Reply.from_response(whole.data).content.strip()


def parse(**members):
    return responses.parse(json.dumps({"model": MODEL, "input": "Hi", **members}).encode(), LIMITS)


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": [7]}, "input.0"),
        ({"input": [{"role": "tool", "content": "x"}]}, "input.0.role"),
        ({"input": [{"role": "user"}]}, "input.0.content"),
        ({"input": [{"role": "user", "content": "x", "name": "y"}]}, "input.0.name"),
        ({"input": [{"type": "message", "role": "assistant", "content": []}]}, "input.0.role"),
        ({"input": [{"type": "message", "role": "user", "content": "x"}]}, "input.0.content"),
        ({"input": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, "input.0.content.0.type"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, "input.0.content.0"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input.0"),
        ({"input": [{"type": "function_call", "name": "f", "arguments": "{}"}]}, "input.0.call_id"),
        ({"input": [{"type": "function_call_output", "call_id": "c"}]}, "input.0.output"),
        ({"messages": []}, "messages"),
        ({"seed": 1}, "seed"),
        ({"stop": "x"}, "stop"),
        ({"max_completion_tokens": 5}, "max_completion_tokens"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": 101}, "max_output_tokens"),
        ({"temperature": 2.1}, "temperature"),
        ({"service_tier": "on_demand"}, "service_tier"),
        ({"truncation": "auto"}, "truncation"),
        ({"store": True}, "store"),
        ({"reasoning": {"effort": "low"}}, "reasoning.effort"),
        ({"reasoning": {"effort": "none"}}, "reasoning.effort"),
        ({"metadata": {str(n): "x" for n in range(17)}}, "metadata"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"text": {"format": {"type": "json_schema", "json_schema": {}}}}, "text.format.name"),
        ({"text": {"format": {"type": "yaml"}}}, "text.format.type"),
        ({"text": {"verbosity": "low"}}, "text.verbosity"),
        ({"text": {"format": {"type": "json_object"}}, "tools": [ADD]}, "text.format"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools.0.name"),
        ({"tools": [{"type": "web_search"}]}, "tools.0.type"),
        ({"tools": [ADD, ADD]}, "tools.1"),
        ({"tools": [ADD], "tool_choice": {"type": "function", "name": "add"}}, "tool_choice.function"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"previous_response_id": "x"}, "previous_response_id"),
    ],
)
def test_what_it_does_not_take_is_named(members, param):
    with pytest.raises(Refusal) as refused:
        parse(**members)
    assert (refused.value.status, refused.value.error["param"]) == (400, param)


def test_items_become_messages():
    asked, _ = parse(
        instructions="Be brief.",
        input=[
            {"role": "developer", "content": "Be kind."},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": word} for word in ("a", "b")]},
            {"type": "function_call", "call_id": "c", "id": "fc", "name": "f", "arguments": "{}", "status": "completed"},
            {"type": "function_call_output", "call_id": "c", "output": "7"},
        ],
    )
    assert [(each["role"], each["content"]) for each in asked.messages] == [
        ("system", "Be brief."),
        ("developer", "Be kind."),
        ("user", "a\nb"),
        ("assistant", None),
        ("tool", "7"),
    ]


def test_nulls_and_defaults_ask_for_nothing():
    names = ("instructions", "max_output_tokens", "temperature", "tools", "tool_choice", "metadata", "truncation")
    asked, repeated = parse(**dict.fromkeys(names), store=False, service_tier=None, text={}, reasoning={"effort": None})
    assert (asked.choice, asked.schema, asked.stream, asked.temperature) == ("none", None, False, 1)
    assert (repeated["text"], repeated["tool_choice"]) == ({"format": {"type": "text"}}, "none")
    with pytest.raises(Refusal) as refused:
        parse(model="other")
    assert refused.value.status == 404
