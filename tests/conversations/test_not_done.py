"""What a conversation does not do now is answered alike by every view: as an alert in the page, or as a page of its own."""

import pytest

from apps.conversations.models import Conversation, Message
from tests.people import HTMX

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "llama-3.1-8b-instant"


def in_both_ways(person, path, fields):
    """The answer to a part of a page, and to a page."""
    part, page = (person.post(path, fields, headers=headers) for headers in (HTMX, {}))
    assert part.status_code == page.status_code
    assert part.headers["HX-Retarget"] == "#notices" and part.text.startswith('<div class="alert" role="alert"')
    assert "HX-Retarget" not in page.headers and page.text.startswith("<!doctype html>")
    return part.status_code, part.text, page.text


def test_while_an_answer_is_written_nothing_else_begins(server, alice):
    server.upstream.refuses(400, "No").says("Half", hang=True)
    failed = alice.finish(alice.ask("First"))
    alice.ask("Second", failed.conversation_id)
    rows = Message.objects.count()
    for path, fields in [
        (f"/c/{failed.conversation_id}/messages/", {"text": "Third", "key": "another-key", "model": MODEL}),
        (f"/messages/{failed.pk}/again/", {"key": "another-key"}),
        (f"/messages/{failed.pk}/onward/", {"key": "another-key"}),
        (f"/messages/{failed.pk}/back/", {}),
        (f"/messages/{failed.pk}/show/", {}),
    ]:
        status, part, page = in_both_ways(alice, path, fields)
        assert status == 409, path
        assert "An answer is still being written" in part and "An answer is still being written" in page, path
    assert Message.objects.count() == rows


def test_a_key_stands_for_one_message(server, alice):
    message = alice.finish(alice.ask("One", key="the-one-key"))
    status, part, page = in_both_ways(
        alice, f"/c/{message.conversation_id}/messages/", {"text": "Two", "key": "the-one-key", "model": MODEL}
    )
    assert status == 409 and "sent before with other words" in part and "sent before with other words" in page


def test_what_a_form_refuses_has_its_name(server, alice):
    message = alice.finish(alice.ask("One"))
    at = f"/c/{message.conversation_id}"
    before = list(Conversation.objects.values())
    for path, fields, title, words in [
        ("messages", {"text": "", "key": "another-key"}, "Not sent", "Message: Write a message first."),
        ("settings", {"temperature": "7"}, "Not kept", "Temperature: Ensure this value is less than or equal to 2"),
        ("rename", {"title": " "}, "Not renamed", "Title: A title needs at least one character."),
    ]:
        status, part, page = in_both_ways(alice, f"{at}/{path}/", fields)
        assert status == 422
        assert title in part and words in part and title in page and words in page
    assert list(Conversation.objects.values()) == before
