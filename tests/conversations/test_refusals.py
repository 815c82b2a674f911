"""The API says no: what stands on the turn, whose side it is, and that nothing is lost."""

import asyncio

import pytest

from apps.conversations.models import Message
from apps.core import connection

pytestmark = pytest.mark.django_db(transaction=True)

HTML = "<html><script>alert(1)</script><h1>It works!</h1></html>"


def refused(person, text="Tell me"):
    """The answer's message after the refusal, and the page that shows it."""
    message = person.finish(person.ask(text))
    page = person.get(f"/c/{message.conversation_id}/").text
    assert Message.objects.get(pk=message.parent_id).text == text
    assert message.run.state == "failed"
    assert ">Retry<" in page
    return message, page


def test_a_bad_parameter_is_named_and_not_tried_again(server, alice):
    server.upstream.refuses(400, "temperature must be at most 2", param="temperature", code="invalid_parameter")
    message, page = refused(alice)
    assert "temperature must be at most 2" in page
    assert "<code>temperature</code>" in page
    assert "The request was refused." in page
    assert "req_01jtest" in page
    assert len(server.turns) == 1
    assert message.run.error["status"] == 400


@pytest.mark.parametrize("status", [400, 422])
def test_what_the_model_wrote_instead_of_a_tool_call_is_shown_as_text(server, alice, status):
    server.upstream.refuses(
        status, "Failed to call a function.", code="tool_use_failed", failed_generation="<function=f><img src=x onerror=alert(1)>"
    )
    message, page = refused(alice)
    assert "&lt;function=f&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page.replace("<svg", "")
    assert "lower temperature" in page
    assert message.run.error["code"] == "tool_use_failed"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_from_a_refused_request_and_never_shown(server, alice, status):
    server.upstream.refuses(status, "Invalid API Key: gsk_testkey1234567890", code="invalid_api_key")
    message, page = refused(alice)
    assert "The cause is the API key" in page
    assert "gsk_testkey1234567890" not in page + str(message.run.error)
    assert len(server.turns) == 1


def test_a_model_that_is_gone_makes_the_list_be_read_again(server, alice):
    alice.get("/models/options/")
    asked = [request.path for request in server.upstream.requests]
    server.upstream.models = [model for model in server.upstream.models if model["id"] != "llama-3.1-8b-instant"]
    server.upstream.refuses(404, "The model does not exist", code="model_not_found")
    message, page = refused(alice)
    assert "Choose another model" in page
    options = alice.get("/models/options/", params={"model": message.run.model}).text
    assert "llama-3.1-8b-instant (no longer offered)" in options
    assert [r.path for r in server.upstream.requests].count("/openai/v1/models") > asked.count("/openai/v1/models")


def test_a_wait_that_the_api_asks_for_is_counted_down_and_then_answered(server, alice, monkeypatch):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)
        await asyncio.sleep(seconds)

    monkeypatch.setattr(connection.get_client(), "_sleep", sleep)
    server.upstream.refuses(429, "Rate limit reached", headers={"retry-after": "1"}).says("At last")
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        told = socket.until(lambda frame: (frame.get("snapshot") or frame).get("status", {}).get("retry"))
        status = (told.get("snapshot") or told)["status"]
        assert 0 < status["wait"] <= 1
        assert (status["attempt"], status["reason"]) == (2, "Rate limit reached")
        final = socket.until_final()
    assert (waited, len(server.turns)) == ([1], 2)
    assert final["state"] == "complete"
    message = alice.finish(message)
    assert (message.text, message.run.attempts) == ("At last", 2)


def test_a_wait_of_more_than_two_minutes_is_not_waited(server, alice):
    server.upstream.refuses(429, "Tokens per day", headers={"retry-after": "121"})
    message, page = refused(alice)
    assert "The API takes requests again in <time>2 min" in page, message.run.error
    assert "The cause is a limit of the API." in page
    assert message.run.error["retry_after"] == 121
    assert len(server.turns) == 1


@pytest.mark.parametrize("status", [498, 500, 503])
def test_a_passing_fault_is_tried_three_times_and_no_more(server, alice, status, quick_retries):
    server.upstream.refuses(status, times=3)
    message, page = refused(alice)
    assert len(server.turns) == 3
    assert message.run.attempts == 3
    assert f"status {status}" in page
    # Flex stays flex: nobody is billed for another tier without having asked for it.
    assert not any("service_tier" in request.json for request in server.turns)


def test_a_fault_that_passes_is_answered(server, alice, quick_retries):
    server.upstream.refuses(502, body="").says("Here I am")
    assert alice.finish(alice.ask()).text == "Here I am"


def test_an_error_page_is_evidence_not_markup(server, alice, quick_retries):
    server.upstream.refuses(500, body=HTML, times=3)
    message, page = refused(alice)
    assert "<h1>It works!</h1>" not in page
    assert "&lt;h1&gt;It works!&lt;/h1&gt;" in page


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", b'{"hello": "<b>world</b>"}'), ("text/html; charset=utf-8", HTML.encode() + b"x" * 1000)],
)
def test_an_answer_of_another_kind_is_unexpected(server, alice, kind, body):
    server.upstream.sends(body, headers={"content-type": kind})
    message, page = refused(alice)
    assert "unexpected answer" in page
    assert 0 < len(message.run.error["detail"]) <= 512
    assert "<b>world" not in page and "<h1>It" not in page


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere(server, alice, status):
    with type(server.upstream).in_thread() as elsewhere:
        server.upstream.refuses(status, headers={"location": f"{elsewhere.url}/openai/v1/chat/completions"})
        message, page = refused(alice)
        assert elsewhere.requests == []
    assert "redirects" in page
    assert message.run.error["code"] == "redirected"


def test_a_second_try_after_a_refusal_is_a_branch_beside_it(server, alice):
    server.upstream.refuses(400, "No.").says("Yes.")
    failed, _ = refused(alice)
    answer = alice.post(f"/messages/{failed.pk}/again/", {"key": "another-key"})
    assert answer.status_code == 200
    retried = alice.finish(Message.objects.exclude(pk=failed.pk).get(role="assistant"))
    assert (retried.text, retried.parent_id) == ("Yes.", failed.parent_id)
    assert Message.objects.get(pk=failed.pk).run.state == "failed"
