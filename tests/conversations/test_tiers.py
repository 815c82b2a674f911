"""Service tiers: flex without room is told, never changed in silence; what was asked for and what answered stays known."""

import json
import re
import threading

import pytest
from django.db import OperationalError

from apps.conversations.models import Conversation, Message, Run, tiers
from apps.conversations.runs import control
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

NO_ROOM = {"code": "capacity_exceeded", "message": "capacity_exceeded: no room on flex"}


def asked_tiers(server):
    return [turn.json.get("service_tier") for turn in server.turns]


def status_of(frame):
    return (frame.get("snapshot") or frame).get("status", {})


def page_of(person, message):
    return person.get(f"/c/{message.conversation_id}/").text


def latest(message):
    """The newest answer beside ``message``."""
    return Message.objects.filter(parent_id=message.parent_id).exclude(pk=message.pk).latest("created_at")


@pytest.fixture
def no_room(server, alice, quick_retries):
    """Alice asked flex three times, and it had no room."""
    server.upstream.refuses(498, times=3, **NO_ROOM)
    return alice.finish(alice.ask(service_tier="flex"))


def test_flex_without_room_leaves_the_choice_to_the_person(server, alice, no_room):
    assert (no_room.run.state, no_room.run.attempts, no_room.run.error["status"]) == ("failed", 3, 498)
    assert asked_tiers(server) == ["flex"] * 3
    page = page_of(alice, no_room)
    assert ">Ask on demand<" in page and ">Try flex again<" in page and ">Take back and edit<" in page
    assert ">Retry<" not in page
    assert ">tier flex<" in page


def test_on_demand_is_asked_where_a_person_chooses_it_and_the_old_answer_stays(server, alice, no_room):
    server.upstream.says("Here")
    answer = alice.post(f"/messages/{no_room.pk}/again/", {"key": "a-key-of-its-own", "tier": "on_demand"})
    assert answer.status_code == 200
    second = alice.finish(latest(no_room))
    assert (second.text, second.run.request["service_tier"], second.extras) == ("Here", "on_demand", {})
    assert asked_tiers(server) == ["flex", "flex", "flex", "on_demand"]
    assert Message.objects.get(pk=no_room.pk).run.request["service_tier"] == "flex"
    # What was chosen once is not kept: the next question goes to flex again.
    third = alice.finish(alice.ask("Next", second.conversation_id, service_tier="flex"))
    assert third.run.request["service_tier"] == "flex"


def test_flex_can_be_asked_again_whatever_the_settings_say_by_now(server, alice, no_room):
    alice.post(f"/c/{no_room.conversation_id}/settings/", {"service_tier": "performance"})
    server.upstream.says("Room now")
    alice.post(f"/messages/{no_room.pk}/again/", {"key": "a-key-of-its-own", "tier": "flex"})
    assert alice.finish(latest(no_room)).run.request["service_tier"] == "flex"


def test_a_request_written_by_hand_keeps_its_words_on_another_tier(server, alice, no_room):
    body = {"model": "llama-3.1-8b-instant", "messages": [{"role": "user", "content": "By hand"}], "service_tier": "flex"}
    server.upstream.refuses(498, times=3, **NO_ROOM).says("Here")
    alice.post(f"/messages/{no_room.pk}/resend/", {"key": "a-key-of-its-own", "body": json.dumps(body)})
    edited = alice.finish(latest(no_room))
    assert (edited.run.state, edited.run.edited) == ("failed", True)
    alice.post(f"/messages/{edited.pk}/again/", {"key": "another-key-of-its-own", "tier": "on_demand"})
    answer = alice.finish(latest(no_room))
    assert answer.text == "Here"
    assert server.turns[-1].json == body | {"stream": True, "service_tier": "on_demand"}


def test_a_tier_that_does_not_exist_is_refused(server, alice, no_room):
    asked = len(server.turns)
    answer = alice.post(f"/messages/{no_room.pk}/again/", {"key": "a-key-of-its-own", "tier": "free"})
    assert answer.status_code == 400
    assert len(server.turns) == asked


def test_another_tier_with_the_same_key_is_not_the_same_wish(server, alice, no_room):
    fields = {"key": "a-key-of-its-own", "tier": "on_demand"}
    assert alice.post(f"/messages/{no_room.pk}/again/", fields).status_code == 200
    alice.finish(latest(no_room))
    assert alice.post(f"/messages/{no_room.pk}/again/", fields | {"tier": "flex"}).status_code == 409


@pytest.mark.parametrize("who", ["vera", "charlie"])
def test_only_who_may_write_asks_another_tier(server, no_room, who, request):
    asked = len(server.turns)
    answer = request.getfixturevalue(who).post(f"/messages/{no_room.pk}/again/", {"key": "a-key-of-its-own", "tier": "on_demand"})
    assert answer.status_code == (403 if who == "vera" else 404)
    assert len(server.turns) == asked


def test_the_waits_for_room_are_visible_and_spread(server, alice):
    server.upstream.refuses(498, times=2, **NO_ROOM).says("At last")
    message = alice.ask(service_tier="flex")
    told = []
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        while len(told) < 2:
            status = status_of(socket.until(lambda frame: status_of(frame).get("retry")))
            told.append((status["attempt"], status["why"], status["wait"]))
        assert socket.until_final()["state"] == "complete"
    assert [(attempt, why) for attempt, why, _ in told] == [(2, 498), (3, 498)]
    assert 0 < told[0][2] <= 1 and 0 < told[1][2] <= 2
    message = alice.finish(message)
    assert (message.text, message.run.attempts, message.extras) == ("At last", 3, {})
    assert asked_tiers(server) == ["flex"] * 3


def falling_back(alice, message=None, **how):
    """The answer of a conversation that is set to fall back, when it has ended."""
    conversation = message and message.conversation_id
    return alice.finish(alice.ask("Fall back, please", conversation, service_tier="flex", falls_back="true", **how))


def test_a_conversation_that_falls_back_asks_on_demand_once_and_says_so(server, alice, quick_retries):
    server.upstream.refuses(498, times=3, **NO_ROOM).says("On demand it is")
    message = falling_back(alice)
    assert (message.text, message.run.state, message.run.attempts) == ("On demand it is", "complete", 4)
    assert asked_tiers(server) == ["flex", "flex", "flex", "on_demand"]
    assert message.run.request == server.turns[-1].json
    assert message.extras == {"fallback": {"asked": "flex", "attempts": 3, "code": "capacity_exceeded"}}
    page = page_of(alice, message)
    assert "Flex had no room (3 tries): answered on demand." in page
    assert ">flex → on_demand<" in page
    details = alice.get(f"/messages/{message.pk}/details/").text
    assert "Flex had no room" in details and "<dd>flex</dd>" in details and "<dd>on_demand</dd>" in details
    # The wire tells of every attempt, the last of flex among them.
    assert [(tried["status"], tried["delay"] > 0) for tried in message.run.exchange.attempts] == [
        (498, True),
        (498, True),
        (498, False),
    ]
    # The setting is the conversation's; the next question goes to flex first.
    assert Conversation.objects.get(pk=message.conversation_id).parameters["service_tier"] == "flex"
    server.upstream.says("Flex has room")
    again = falling_back(alice, message)
    assert (again.extras, again.run.request["service_tier"]) == ({}, "flex")


def test_falling_back_is_told_while_it_happens(server, alice, quick_retries):
    server.upstream.refuses(498, times=3, **NO_ROOM).says("Later", delay=1.5)
    message = alice.ask(service_tier="flex", falls_back="true")
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: status_of(frame).get("fallback"))
        # Saved before it is asked, so that a crash leaves the truth.
        server.wait_turns(4)
        run = Run.objects.select_related("message").get(pk=message.pk)
        assert (run.request["service_tier"], run.message.extras["fallback"]["asked"]) == ("on_demand", "flex")
        socket.until_final()


def test_the_answer_that_was_fallen_back_to_may_fail_for_its_own_reason(server, alice, quick_retries):
    server.upstream.refuses(498, times=3, **NO_ROOM).refuses(400, "temperature is wrong", param="temperature")
    message = falling_back(alice)
    assert (message.run.state, message.run.error["status"], message.run.attempts) == ("failed", 400, 4)
    page = page_of(alice, message)
    assert (
        "Flex had no room (3 tries): asked on demand." in page and "temperature is wrong" in page and ">Ask on demand<" not in page
    )


def test_on_demand_is_fallen_back_to_once_and_no_more(server, alice, quick_retries):
    server.upstream.refuses(498, times=6, **NO_ROOM)
    message = falling_back(alice)
    assert (message.run.state, message.run.attempts) == ("failed", 6)
    assert asked_tiers(server) == ["flex"] * 3 + ["on_demand"] * 3


@pytest.mark.parametrize("tier", ["", "on_demand"])
def test_there_is_nothing_to_fall_back_from_where_flex_was_not_asked(server, alice, quick_retries, tier):
    server.upstream.refuses(498, times=3, **NO_ROOM)
    message = alice.finish(alice.ask(service_tier=tier, falls_back="true"))
    assert (message.run.state, len(server.turns)) == ("failed", 3)
    page = page_of(alice, message)
    assert ">Retry<" in page and ">Ask on demand<" not in page


@pytest.mark.parametrize("status", [400, 429, 503])
def test_other_refusals_are_not_a_reason_to_fall_back(server, alice, quick_retries, status):
    server.upstream.refuses(status, times=3)
    message = falling_back(alice)
    assert message.run.state == "failed"
    assert set(asked_tiers(server)) == {"flex"}


def test_falling_back_that_cannot_be_recorded_is_not_done(server, alice, quick_retries, monkeypatch):
    def full(*args, **how):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Run, "fall_back", full)
    server.upstream.refuses(498, times=3, **NO_ROOM)
    message = falling_back(alice)
    assert (message.run.state, message.run.error["status"], message.extras) == ("failed", 498, {})
    assert asked_tiers(server) == ["flex"] * 3


def test_a_stop_in_the_moment_of_falling_back_leaves_what_was_really_asked(server, alice, quick_retries, monkeypatch):
    written, go_on, really = threading.Event(), threading.Event(), Run.fall_back

    def slowly(*args, **how):
        done = really(*args, **how)
        written.set()
        go_on.wait(5)
        return done

    monkeypatch.setattr(Run, "fall_back", slowly)
    server.upstream.refuses(498, times=3, **NO_ROOM)
    message = alice.ask(service_tier="flex", falls_back="true")
    assert written.wait(5)
    server.call(control.stop_here, message.pk)
    go_on.set()
    message = alice.finish(message)
    assert (message.run.state, message.extras, message.run.request["service_tier"]) == ("stopped", {}, "flex")
    assert asked_tiers(server) == ["flex"] * 3


def test_a_run_that_another_process_ended_falls_back_no_more(server, alice, quick_retries):
    message = alice.finish(alice.ask(service_tier="flex"))
    assert message.run.fall_back(tiers.fallback(message.run, 3, "x"), worker=control.WORKER) is False
    message.refresh_from_db()
    assert (message.run.request["service_tier"], message.extras) == ("flex", {})


def test_the_setting_is_kept_and_a_page_without_it_changes_nothing(server, alice, vera, charlie):
    message = alice.finish(alice.ask())
    at = f"/c/{message.conversation_id}/settings/"

    def kept():
        return Conversation.objects.get(pk=message.conversation_id).falls_back

    assert not kept()
    # As a browser sends a ticked box: the hidden field first, then the box.
    assert alice.post(at, {"falls_back": ["false", "on"]}).status_code == 204
    assert kept()
    assert " checked" in re.search(r'<input type="checkbox" name="falls_back"[^>]*>', page_of(alice, message))[0]
    assert alice.post(at, {"temperature": "1"}).status_code == 204
    alice.finish(alice.ask("More", message.conversation_id))
    assert kept()
    assert vera.post(at, {"falls_back": "false"}).status_code == 403
    assert charlie.post(at, {"falls_back": "false"}).status_code == 404
    assert kept()
    assert alice.post(at, {"falls_back": "false"}).status_code == 204
    assert not kept()
    # It is no parameter: nothing of it goes out.
    assert not any("falls_back" in turn.json for turn in server.turns)


@pytest.mark.parametrize(
    ("asked", "told", "shown", "hint"),
    [
        ("", None, None, ""),
        ("", "on_demand", None, ""),
        ("", "flex", "tier flex", "none was asked for, flex answered"),
        ("flex", None, "tier flex", "the API did not tell which one answered"),
        ("flex", "flex", "tier flex", "flex was asked for, flex answered"),
        ("auto", "flex", "auto → flex", "auto was asked for, flex answered"),
        ("on_demand", "on_demand", "tier on_demand", "on_demand was asked for"),
    ],
)
def test_the_footer_tells_the_tier_asked_for_and_the_one_that_answered(server, alice, asked, told, shown, hint):
    usage = chunks.chunk({}, finish="stop", x_groq={"id": "req_1"}, **({"service_tier": told} if told else {}))
    server.upstream.sends(chunks.chunk({"content": "Hi"}), usage, b"data: [DONE]\n\n")
    message = alice.finish(alice.ask(service_tier=asked))
    assert (message.text, message.run.service_tier) == ("Hi", told or "")
    assert (str(message.tier) if message.tier else None) == shown
    page = page_of(alice, message)
    assert (f'class="tier">{shown}<' in page) if shown else 'class="tier"' not in page
    assert hint in page


def test_the_words_of_the_other_api():
    run = Run(api="responses", request={"service_tier": "default"}, service_tier="default")
    assert str(tiers.of(run, {})) == "tier default"
    assert not tiers.without_room(run, 498)
    run.request = {"service_tier": "flex"}
    assert tiers.without_room(run, 498) and tiers.on_demand("responses") == "default"
    assert tiers.of(Run(api="responses", service_tier="default"), {}) is None
