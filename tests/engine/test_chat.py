"""Words: whole and streamed, as the official client reads them."""

import concurrent.futures
import time

import pytest

from apps.parameters import capabilities
from tests.engine.conftest import MODEL

pytestmark = pytest.mark.model


def test_models_are_listed_with_what_they_can_hold(client):
    (model,) = (each for each in client.models.list().data if each.id == MODEL)
    assert (model.object, model.owned_by, model.active) == ("model", "HuggingFaceTB", True)
    assert model.context_window >= model.max_completion_tokens > 0
    assert client.models.retrieve(MODEL) == model


def test_the_panel_of_parameters_promises_what_the_model_can_hold(client):
    model, said = client.models.retrieve(MODEL), capabilities.limits(MODEL)
    assert (said["context"], said["output"]) == (model.context_window, model.max_completion_tokens)


def test_an_answer_comes_whole_with_usage_and_times(client):
    answer = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=[{"role": "user", "content": "Say hello."}], max_completion_tokens=16
    )
    completion = answer.parse()
    (choice,) = completion.choices
    assert choice.message.role == "assistant"
    assert choice.message.content.strip()
    assert completion.object == "chat.completion"
    assert completion.model == MODEL
    assert completion.system_fingerprint.startswith("fp_")
    assert completion.x_groq.id == answer.headers["x-request-id"]
    assert completion.x_groq.id.startswith("req_")
    usage = completion.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.total_time == pytest.approx(usage.prompt_time + usage.completion_time)
    assert 0 < usage.completion_tokens <= 16
    assert usage.queue_time >= 0


def test_a_stream_names_the_request_first_and_its_usage_last(ask):
    chunks = list(ask("Say hello.", stream=True))
    first, *middle, last = chunks
    assert first.choices[0].delta.role == "assistant"
    assert first.x_groq.id == last.x_groq.id
    assert first.x_groq.usage is None
    assert "".join(chunk.choices[0].delta.content for chunk in middle).strip()
    assert all(chunk.choices[0].finish_reason is None and chunk.x_groq is None for chunk in middle)
    assert last.choices[0].finish_reason in ("stop", "length")
    assert last.x_groq.usage.completion_tokens > 0
    assert len({(chunk.id, chunk.created, chunk.object) for chunk in chunks}) == 1


def test_a_stream_ends_with_done(http):
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": True, "max_completion_tokens": 2}
    answer = http.post("/chat/completions", json=body)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text.endswith("\n\ndata: [DONE]\n\n")


def test_tokens_run_out(ask):
    completion = ask("Tell me a long story.", max_completion_tokens=5)
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage.completion_tokens == 5
    assert ask("Tell me a long story.", max_completion_tokens=None, max_tokens=3).usage.completion_tokens == 3


def test_it_stops_at_what_it_is_told_to_and_does_not_say_it(ask):
    told = {"temperature": 0, "max_completion_tokens": 60}
    free = ask("Count from 1 to 10.", **told).choices[0].message.content
    stopped = ask("Count from 1 to 10.", stop=["never this", "3"], **told).choices[0]
    assert "3" in free
    assert stopped.message.content == free[: free.index("3")]
    assert stopped.finish_reason == "stop"


def test_a_seed_repeats_the_answer_and_another_does_not(ask):
    def tell(seed):
        completion = ask("Invent a name for a ship and describe her.", seed=seed, temperature=1.2, max_completion_tokens=16)
        assert completion.x_groq.seed == seed
        return completion.choices[0].message.content

    assert tell(7) == tell(7)
    assert tell(7) != tell(8)


def test_the_answer_goes_on_where_the_assistant_left_off(ask):
    messages = [{"role": "user", "content": "Count from 1 to 10."}, {"role": "assistant", "content": "1, 2, 3,"}]
    assert ask("", messages=messages, temperature=0).choices[0].message.content.strip().startswith("4")


def test_messages_of_every_role_are_taken(ask):
    messages = [
        {"role": "system", "content": "You are brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be friendly."}]},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}], "name": "ada"},
        {"role": "assistant", "content": "Hello.", "reasoning": None},
        {"role": "assistant", "content": "How are you?"},
        {"role": "function", "name": "clock", "content": "12:00"},
        {"role": "user", "content": "Fine. ☕ \u2028 \u0000"},
    ]
    assert ask("", messages=messages).choices[0].message.content


def test_two_are_answered_at_once(ask):
    def times(text):
        return [time.monotonic() for chunk in ask(text, stream=True, max_completion_tokens=30) if chunk.choices[0].delta.content]

    with concurrent.futures.ThreadPoolExecutor() as pool:
        one, other = pool.map(times, ("Tell me about ships.", "Tell me about trees."))
    assert one[0] < other[-1]
    assert other[0] < one[-1]


def test_who_waits_for_a_place_is_told_how_long(ask):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waited = list(pool.map(lambda _: ask("Tell me a story.", max_completion_tokens=20).usage.queue_time, range(4)))
    assert max(waited) > 0.1 > min(waited)


@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_an_answer_nobody_waits_for_is_given_up(engine, http, ask, phase):
    """Both places are taken by answers that would last half a minute; their clients leave."""
    story = "Once upon a time there was a ship. " * (250 if phase == "reading" else 1)
    body = {"model": MODEL, "messages": [{"role": "user", "content": story}], "stream": True, "max_completion_tokens": 1500}

    def leave(_):
        if phase == "reading":
            with pytest.raises(Exception, match="timed out"):
                http.post("/chat/completions", json=body, timeout=0.5)
        else:
            with http.stream("POST", "/chat/completions", json=body) as answer:
                next(answer.iter_bytes())

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(leave, range(2)))
    assert ask("Hi", max_completion_tokens=1).usage.queue_time < 2
