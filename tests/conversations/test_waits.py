"""A rate limit on a turn: it counts down, can be cancelled, and keeps its reason."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.models import Run
from tests.conversations.test_tiers import page_of, status_of

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = "Limit 6000, used 5900, requested 400"


def test_a_wait_that_is_cancelled_keeps_the_reason_and_what_is_left_of_it(server, alice):
    server.upstream.refuses(429, LIMIT, code="rate_limit_exceeded", headers={"retry-after": "60"})
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        status = status_of(socket.until(lambda frame: status_of(frame).get("retry")))
        assert (status["why"], status["reason"]) == (429, LIMIT) and 50 < status["wait"] <= 60
        alice.post(f"/c/{message.conversation_id}/stop/")
        final = socket.until_final()
    assert final["state"] == "stopped"
    assert "Stopped while waiting to try again." in final["final"] and LIMIT in final["final"]
    message = alice.finish(message)
    assert message.run.error["status"] == 429
    assert 40 < message.run.error["retry_after"] <= 60
    assert 0 < message.run.seconds_to_wait <= message.run.error["retry_after"]
    page = page_of(alice, message)
    assert LIMIT in page and "<wait-until" in page and "data-waits>Retry<" in page and ">Take back and edit<" in page
    assert len(server.turns) == 1


def test_a_question_whose_wait_was_cancelled_can_be_taken_back(server, alice):
    server.upstream.refuses(429, LIMIT, headers={"retry-after": "60"})
    message = alice.ask("Too early")
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: status_of(frame).get("retry"))
        alice.post(f"/c/{message.conversation_id}/stop/")
        socket.until_final()
    answer = alice.post(f"/messages/{message.pk}/back/")
    assert answer.status_code == 200 and "taken-back" in answer.headers["HX-Trigger"]


def test_a_stop_while_the_second_try_is_on_its_way_is_a_plain_stop(server, alice, quick_retries):
    server.upstream.refuses(429, LIMIT, headers={"retry-after": "0.05"}).says("Never", delay=30)
    message = alice.ask()
    server.wait_turns(2)
    time.sleep(0.1)
    alice.post(f"/c/{message.conversation_id}/stop/")
    message = alice.finish(message)
    assert (message.run.state, message.run.error) == ("stopped", None)
    assert "Nothing had arrived yet." in page_of(alice, message)


def test_a_limit_that_is_too_long_to_wait_counts_down_on_the_failed_turn(server, alice):
    server.upstream.refuses(429, LIMIT, headers={"retry-after": "600"})
    message = alice.finish(alice.ask())
    assert message.run.state == "failed"
    assert 590 < message.run.seconds_to_wait <= 600
    page = page_of(alice, message)
    assert 'data-left="59' in page or 'data-left="600' in page
    Run.objects.filter(pk=message.pk).update(ended_at=timezone.now() - timedelta(minutes=11))
    page = page_of(alice, message)
    assert "<wait-until" not in page and "That time has passed: try again." in page and "in 10 minutes" not in page
    # Whoever knows better need not wait: the server does not refuse it.
    server.upstream.says("All right")
    assert alice.post(f"/messages/{message.pk}/again/", {"key": "a-key-of-its-own"}).status_code == 200


def test_a_failure_without_a_time_has_no_countdown(server, alice):
    server.upstream.refuses(400, "No.")
    message = alice.finish(alice.ask())
    assert message.run.seconds_to_wait is None
    assert "<wait-until" not in page_of(alice, message)
