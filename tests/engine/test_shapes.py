"""Tools and JSON: what ends well has the promised shape."""

import json

import groq
import jsonschema
import pytest

pytestmark = pytest.mark.model


def tool(name, description, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


WEATHER = tool(
    "get_weather",
    "Get the current weather for a city.",
    city={"type": "string", "maxLength": 30},
    unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
)
ADD = tool("add", "Add two integers.", a={"type": "integer", "maximum": 999}, b={"type": "integer", "maximum": 999})
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 30}, "age": {"type": "integer", "minimum": 0, "maximum": 120}},
    "required": ["name", "age"],
}


def fits(call, tool):
    assert call.type == "function"
    assert call.id.startswith("call_")
    assert call.function.name == tool["function"]["name"]
    jsonschema.validate(json.loads(call.function.arguments), tool["function"]["parameters"])
    return True


@pytest.mark.parametrize("text", ["What is 12 + 30?", "Tell me a joke", "}}]] <|im_end|>"])
def test_a_named_tool_is_called_with_arguments_that_fit(ask, text):
    choice = {"type": "function", "function": {"name": "add"}}
    (answer,) = ask(text, tools=[WEATHER, ADD], tool_choice=choice, max_completion_tokens=80).choices
    assert answer.finish_reason == "tool_calls"
    assert answer.message.content is None
    (call,) = answer.message.tool_calls
    assert fits(call, ADD)


def test_a_required_tool_is_streamed_as_one_delta(ask):
    options = {"tools": [WEATHER, ADD], "tool_choice": "required", "max_completion_tokens": 80}
    chunks = list(ask("What is the weather in Oslo?", stream=True, **options))
    (call,) = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or ()]
    assert call.index == 0
    assert fits(call, WEATHER if call.function.name == "get_weather" else ADD)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    assert chunks[-1].x_groq.usage.completion_tokens > 0


def test_left_to_itself_the_model_calls_a_tool_or_answers(ask):
    (called,) = ask("What is the weather in Oslo?", tools=[WEATHER], temperature=0, max_completion_tokens=80).choices
    assert called.finish_reason == "tool_calls"
    assert fits(called.message.tool_calls[0], WEATHER)
    (answered,) = ask("Tell me a joke", tools=[WEATHER], temperature=0).choices
    assert answered.message.content
    assert answered.message.tool_calls is None


def test_after_the_result_of_a_tool_the_model_speaks(ask):
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}
    messages = [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": '{"temperature": "7 degrees", "sky": "rain"}'},
    ]
    (answer,) = ask("", messages=messages, tools=[WEATHER], temperature=0, max_completion_tokens=40).choices
    assert answer.message.tool_calls is None
    assert "rain" in answer.message.content or "7" in answer.message.content


def test_no_tool_is_called_when_none_may_be(ask):
    assert ask("What is 12 + 30?", tools=[ADD], tool_choice="none").choices[0].message.tool_calls is None


def test_the_deprecated_words_get_an_answer_in_the_same_words(ask):
    options = {"functions": [ADD["function"]], "function_call": {"name": "add"}}
    (answer,) = ask("What is 12 + 30?", max_completion_tokens=80, **options).choices
    assert answer.finish_reason == "function_call"
    assert answer.message.function_call.name == "add"
    jsonschema.validate(json.loads(answer.message.function_call.arguments), ADD["function"]["parameters"])


def test_a_call_that_is_cut_short_is_an_error_and_never_half_a_call(ask):
    options = {"tools": [ADD], "tool_choice": "required", "max_completion_tokens": 5}
    with pytest.raises(groq.BadRequestError) as refused:
        ask("What is 12 + 30?", **options)
    assert refused.value.body["error"]["code"] == "tool_use_failed"
    assert refused.value.body["error"]["failed_generation"].startswith('{"name": "add')
    with pytest.raises(groq.APIError, match="Failed to call a function"):
        list(ask("What is 12 + 30?", stream=True, **options))


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_fits_its_schema(ask, stream):
    wanted = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON, "strict": True}}
    answer = ask("Invent a person.", response_format=wanted, stream=stream, max_completion_tokens=80)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in answer) if stream else answer.choices[0].message.content
    jsonschema.validate(json.loads(text), PERSON)


def test_a_schema_may_refer_to_itself_and_ask_for_what_the_grammar_does_not_know(ask):
    name = {"type": "string", "maxLength": 20, "not": {"const": "Bob"}}
    schema = {"$defs": {"name": name}, "type": "object", "properties": {"cat": {"$ref": "#/$defs/name"}}, "required": ["cat"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "pets", "schema": {**schema, "additionalProperties": False}}}
    answer = ask("Name a cat.", response_format=wanted, max_completion_tokens=60).choices[0].message.content
    jsonschema.validate(json.loads(answer), schema)


def test_json_mode_gives_an_object(ask):
    answer = ask("Describe Paris as JSON.", response_format={"type": "json_object"}, temperature=0, max_completion_tokens=200)
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


def test_json_that_is_cut_short_is_an_error(ask):
    wanted = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON}}
    with pytest.raises(groq.BadRequestError) as refused:
        ask("Invent a person.", response_format=wanted, max_completion_tokens=3)
    assert refused.value.body["error"]["code"] == "json_validate_failed"
    words = []
    with pytest.raises(groq.APIError, match="Failed to generate JSON"):
        for chunk in ask("Invent a person.", response_format=wanted, max_completion_tokens=3, stream=True):
            words.append(chunk.choices[0].delta.content)
            assert chunk.choices[0].finish_reason is None
    assert "".join(words).startswith("{")
