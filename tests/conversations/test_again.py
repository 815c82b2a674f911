"""Trying again in other ways: cooler, onward, with another model; and who hears that a key is refused."""

import json
import secrets

import pytest

from apps.accounts.models import Membership, Team
from apps.conversations.models import Conversation, Message
from tests.people import HTMX
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def newest(conversation):
    return Message.objects.filter(conversation_id=conversation).order_by("-created_at").first()


def test_a_refused_generation_is_tried_again_at_half_the_temperature(server, alice):
    error = {"message": "Failed to call a function.", "code": "tool_use_failed", "failed_generation": "<b>call</b>"}
    server.upstream.refuses(400, body={"error": error}).says("Better")
    failed = alice.finish(alice.ask("Use the tool", temperature="0.8"))
    page = alice.get(f"/c/{failed.conversation_id}/").text
    assert "&lt;b&gt;call&lt;/b&gt;" in page and "Retry at lower temperature" in page
    answer = alice.post(f"/messages/{failed.pk}/again/", {"key": secrets.token_hex(8), "cooler": "on"})
    assert answer.status_code == 200
    assert alice.finish(newest(failed.conversation_id)).text == "Better"
    assert server.upstream.requests[-1].json["temperature"] == 0.4
    failed.conversation.refresh_from_db()
    assert failed.conversation.parameters["temperature"] == 0.8


def test_continue_goes_on_from_the_words_that_are_there(server, alice):
    server.upstream.says("Once upon", finish="length").says(" a time.")
    begun = alice.finish(alice.ask("Tell me a tale"))
    assert "Continue" in alice.get(f"/c/{begun.conversation_id}/").text
    alice.post(f"/messages/{begun.pk}/onward/", {"key": secrets.token_hex(8)})
    whole = alice.finish(newest(begun.conversation_id))
    assert whole.text == "Once upon a time."
    assert server.upstream.requests[-1].json["messages"][-1] == {"role": "assistant", "content": "Once upon"}
    assert Message.objects.get(pk=begun.pk).text == "Once upon"


def test_the_same_key_answers_again_only_once(server, alice):
    server.upstream.says("One").says("Two")
    first = alice.finish(alice.ask("Say a number"))
    key = secrets.token_hex(8)
    for _ in range(3):
        assert alice.post(f"/messages/{first.pk}/again/", {"key": key}).status_code == 200
    alice.finish(newest(first.conversation_id))
    assert Message.objects.filter(conversation=first.conversation_id, role="assistant").count() == 2
    assert len([r for r in server.upstream.requests if r.method == "POST"]) == 2


def test_a_model_that_is_gone_is_missing_in_the_list_that_is_read_anew(server, alice):
    until(lambda: "llama-3.1-8b-instant" in alice.get("/models/options/", headers=HTMX).text)
    server.upstream.models[:] = [m for m in server.upstream.models if m["id"] != "llama-3.1-8b-instant"]
    server.upstream.refuses(404, "The model does not exist.")
    failed = alice.finish(alice.ask("Hello"))
    assert "Choose another model" in alice.get(f"/c/{failed.conversation_id}/").text
    options = until(lambda: "openai/gpt-oss-20b" in (text := alice.get("/models/options/", headers=HTMX).text) and text)
    assert "llama-3.1-8b-instant" not in options


def test_a_refused_key_is_told_to_owners_and_forgotten_when_it_works_again(server, alice, bob):
    server.upstream.refuses(401, "Invalid API Key").says("Welcome back")
    failed = alice.finish(alice.ask("Hello"))
    assert failed.run.error["side"] == "key"
    assert "The API refuses this key" in alice.get("/settings/").text
    assert "The API refuses this key" not in bob.get("/settings/").text
    alice.finish(alice.ask("And now?"))
    assert "The API refuses this key" not in alice.get("/settings/").text


def test_a_tool_call_that_nobody_asked_for_is_kept_with_the_text(server, alice):
    server.upstream.says("Let me look.", tool_calls=[{"name": "look", "arguments": {"at": "<b>"}}], finish="tool_calls")
    message = alice.finish(alice.ask("What time is it?"))
    assert (message.text, message.run.state, message.run.finish_reason) == ("Let me look.", "complete", "tool_calls")
    assert message.tool_calls[0]["function"] == {"name": "look", "arguments": '{"at": "<b>"}'}
    assert "&lt;b&gt;" in alice.get(f"/c/{message.conversation_id}/").text


def test_no_branch_is_changed_while_an_answer_is_written(server, alice):
    server.upstream.says("One").says("Two", hang=True)
    first = alice.finish(alice.ask("Say a number"))
    alice.post(f"/messages/{first.pk}/again/", {"key": secrets.token_hex(8)})
    assert alice.post(f"/messages/{first.pk}/show/").status_code == 409
    first.conversation.refresh_from_db()
    assert first.conversation.head_id != first.pk


def test_a_new_chat_stays_in_the_team_of_its_page(server, alice, people):
    other = Team.objects.create(name="Other")
    Membership.objects.create(team=other, user=people["alice"], role="owner")
    conversation, token = alice.new_chat()
    assert alice.post("/settings/team/", {"team": other.pk}).status_code == 302
    assert alice.send("For the first team", conversation, new=token).status_code == 200
    assert Conversation.objects.get(pk=conversation).team.name == "Ours"


def test_a_message_that_could_not_be_answered_is_taken_back(server, alice, vera):
    server.upstream.says("Fine").refuses(400, "Too long.").says("Better")
    first = alice.finish(alice.ask("Hello"))
    failed = alice.finish(alice.ask("Far too long", first.conversation_id))
    assert vera.post(f"/messages/{failed.pk}/back/").status_code == 403
    answer = alice.post(f"/messages/{failed.pk}/back/")
    assert answer.status_code == 200 and "Far too long" not in answer.text
    assert alice.get(json.loads(answer.headers["HX-Trigger"])["taken-back"]["url"]).text == "Far too long"
    alice.finish(alice.ask("Short", first.conversation_id))
    sent = [message["content"] for message in server.upstream.requests[-1].json["messages"]]
    assert sent == ["Hello", "Fine", "Short"]
    assert alice.post(f"/messages/{first.pk}/back/").status_code == 400
