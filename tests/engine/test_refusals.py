"""What the engine does not do, and how it says so."""

import json
import socket
import types

import groq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import members, request
from apps.engine.body import LIMIT
from apps.engine.refusal import Refusal
from tests.engine.conftest import MODEL

LIMITS = types.SimpleNamespace(id=MODEL, max_completion_tokens=100)
HELLO = [{"role": "user", "content": "Hello"}]
ADD = {"type": "function", "function": {"name": "add"}}


def body(**members):
    return {"model": MODEL, "messages": HELLO, **members}


def parse(**members):
    return request.parse(json.dumps(body(**members)).encode(), LIMITS)


def says(*messages):
    return {"messages": list(messages)}


def wants(schema, **more):
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, **more}}}


def calls(**function):
    return {"tools": [{"type": "function", "function": {"name": "add", **function}}]}


@pytest.mark.parametrize(
    ("given_members", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": None}, "messages"),
        ({"model": 7}, "model"),
        ({"colour": "red"}, "colour"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": "1"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"top_p": 1.01}, "top_p"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"seed": 1.5}, "seed"),
        ({"stream": "yes"}, "stream"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stop": ["a", ""]}, "stop.1"),
        ({"stop": ""}, "stop"),
        ({"stop": 3}, "stop"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"max_completion_tokens": 101}, "max_completion_tokens"),
        ({"max_tokens": 101}, "max_tokens"),
        ({"frequency_penalty": 3}, "frequency_penalty"),
        ({"logprobs": True}, "logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"logit_bias": {"50256": -100}}, "logit_bias"),
        ({"logit_bias": {"50256": "much"}}, "logit_bias.50256"),
        ({"reasoning_effort": "high"}, "reasoning_effort"),
        ({"reasoning_effort": "extreme"}, "reasoning_effort"),
        ({"reasoning_format": "parsed", "include_reasoning": True}, "include_reasoning"),
        ({"service_tier": "first class"}, "service_tier"),
        ({"search_settings": {"country": "france"}}, "search_settings"),
        ({"documents": [{"source": {"type": "text", "text": "x"}}]}, "documents"),
        ({"documents": [{"text": "x"}]}, "documents.0.source"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        (says({"content": "Hello"}), "messages.0.role"),
        (says({"role": "critic", "content": "Hello"}), "messages.0.role"),
        (says({"role": "user"}), "messages.0.content"),
        (says({"role": "user", "content": None}), "messages.0.content"),
        (says({"role": "user", "content": []}), "messages.0.content"),
        (says({"role": "user", "content": "Hello", "mood": "good"}), "messages.0.mood"),
        (says({"role": "user", "content": [{"type": "text"}]}), "messages.0.content.0.text"),
        (says({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}), "messages.0.content.0"),
        (says({"role": "user", "content": [{"type": "smell"}]}), "messages.0.content.0.type"),
        (says(*HELLO, {"role": "assistant"}), "messages.1.content"),
        (says(*HELLO, {"role": "assistant", "tool_calls": [{"id": "1"}]}), "messages.1.tool_calls.0.type"),
        (says({"role": "tool", "content": "7"}), "messages.0.tool_call_id"),
        ({"tools": [{"type": "browser_search"}]}, "tools.0.type"),
        ({"tools": [{"type": "function"}]}, "tools.0.function"),
        ({"tools": [{"function": {"name": "add"}}]}, "tools.0.type"),
        ({"tools": [ADD, ADD]}, "tools.1"),
        ({"tools": [ADD] * 129}, "tools"),
        (calls(name="add numbers"), "tools.0.function.name"),
        (calls(parameters={"type": "array"}), "tools.0.function.parameters.type"),
        (calls(parameters={"type": "thing"}), "tools.0.function.parameters"),
        (calls(parameters={"items": {"$ref": "https://example.org/a"}}), "tools.0.function.parameters.items.$ref"),
        ({"tools": [ADD], "tool_choice": "any"}, "tool_choice"),
        ({"tools": [ADD], "tool_choice": {"type": "function", "function": {"name": "subtract"}}}, "tool_choice"),
        ({"tools": [ADD], "tool_choice": ADD, "disable_tool_validation": True}, "tool_choice"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [ADD], "functions": [{"name": "add"}]}, "functions"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        (wants({"type": "object"}, name="a b"), "response_format.json_schema.name"),
        (wants({"type": 7}), "response_format.json_schema.schema"),
        ({**wants({"type": "object"}), "tools": [ADD]}, "response_format"),
    ],
)
def test_the_member_that_is_wrong_is_named(given_members, param):
    with pytest.raises(Refusal) as refused:
        parse(**given_members)
    assert refused.value.status == 400
    assert refused.value.error["param"] == param
    assert refused.value.error["type"] == "invalid_request_error"


def test_null_is_taken_wherever_it_may_stand():
    asked = parse(**dict.fromkeys(members.NULLABLE))
    assert (asked.temperature, asked.top_p, asked.stop, asked.choice, asked.schema) == (1, 1, [], "none", None)
    assert asked.max_tokens == LIMITS.max_completion_tokens


def test_what_asks_for_nothing_is_taken():
    parse(logprobs=False, logit_bias={}, frequency_penalty=0.5, presence_penalty=0, n=1)
    parse(user="ada", metadata={"a": "b"}, store=True)
    parse(tools=[], tool_choice="auto", parallel_tool_calls=False, citation_options="disabled", service_tier="flex", stop=[])


@given(seed=st.integers())
def test_any_seed_is_one_the_model_takes(seed):
    assert 0 <= parse(seed=seed if abs(seed) < 2**63 else 1).seed < 0xFFFFFFFF


SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NAMES = st.sampled_from(["type", "role", "content", "name", "$ref", "function", "json_schema", "schema"]) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20)


@given(VALUES, st.sampled_from(sorted({*members.NULLABLE, "messages", "model"})))
def test_whatever_stands_in_a_member_is_taken_or_refused(value, name):
    try:
        parse(**{name: value})
    except Refusal as refusal:
        assert refusal.status in (400, 404)
        assert refusal.error["param"] or refusal.error["code"] == "invalid_json"


DEEP = b'{"a":' * 500 + b"1" + b"}" * 500


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b"[]", b'{"model": NaN}', b"1e999", b"[" * 100_000, DEEP, b'["\\ud800"]', b"1" * 5000],
    ids=range(10),
)
def test_what_is_not_json_is_refused(data):
    with pytest.raises(Refusal) as refused:
        request.parse(data, LIMITS)
    assert refused.value.status == 400


def test_a_body_of_another_kind_is_told_so():
    with pytest.raises(Refusal, match=r"^The body must be an object\.$") as refused:
        request.parse(b"[]", LIMITS)
    assert refused.value.error["param"] is None


@pytest.mark.model
def test_the_key_must_fit(engine, http):
    stranger = groq.Groq(api_key="gsk_wrong", base_url=engine.base_url, max_retries=0)
    with stranger, pytest.raises(groq.AuthenticationError) as refused:
        stranger.models.list()
    assert refused.value.body["error"]["code"] == "invalid_api_key"
    for words in ("", "Bearer", "Bearer \xff", engine.key, f"Bearer {engine.key[:-1]}", f"Basic {engine.key}"):
        answer = http.post("/chat/completions", json=body(), headers={"authorization": words.encode("latin-1")})
        assert answer.status_code == 401


@pytest.mark.model
def test_other_models_do_not_exist(client):
    with pytest.raises(groq.NotFoundError) as refused:
        client.chat.completions.create(model="llama-3.3-70b-versatile", messages=HELLO)
    assert refused.value.body["error"]["code"] == "model_not_found"
    with pytest.raises(groq.NotFoundError, match="nobody/nothing"):
        client.models.retrieve("nobody/nothing")


@pytest.mark.model
def test_a_wrong_member_is_a_bad_request(client):
    with pytest.raises(groq.BadRequestError) as refused:
        client.chat.completions.create(model=MODEL, messages=HELLO, temperature=3)
    assert refused.value.body["error"]["param"] == "temperature"


@pytest.mark.model
def test_a_conversation_beyond_the_context_is_refused(ask):
    with pytest.raises(groq.BadRequestError) as refused:
        ask("word " * 20_000, stream=True)
    assert refused.value.body["error"]["code"] == "context_length_exceeded"
    assert refused.value.body["error"]["param"] == "messages"


@pytest.mark.model
def test_unknown_paths_and_methods(http):
    for method, path, status in [
        ("GET", "/nothing", 404),
        ("POST", "/embeddings", 404),
        ("GET", "/chat/completions", 405),
        ("DELETE", f"/models/{MODEL}", 405),
    ]:
        answer = http.request(method, path)
        assert answer.status_code == status
        assert answer.json()["error"]["message"]
        assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.model
def test_a_body_that_is_too_large_is_refused_before_it_has_arrived(engine, http):
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: engine\r\nauthorization: Bearer {engine.key}\r\n"
    with socket.create_connection(("127.0.0.1", engine.port), timeout=10) as announced:
        announced.sendall(f"{head}content-length: {10**12}\r\n\r\n".encode())
        assert announced.recv(100).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection(("127.0.0.1", engine.port), timeout=10) as chunked:
        chunked.sendall(f"{head}transfer-encoding: chunked\r\n\r\n{LIMIT + 1:x}\r\n".encode() + b" " * (LIMIT + 1))
        assert chunked.recv(100).startswith(b"HTTP/1.1 413 ")
    answer = http.post("/chat/completions", content=b" " * (2 * LIMIT))
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "request_too_large"
    assert http.post("/chat/completions", content=b"{").status_code == 400
