"""The wire panel: the exact request, the answer with its headers, every event with its time, and where the time went."""

import html
import json
import re

import pytest

from apps.conversations.models import Exchange, Run
from tests.people import HTMX
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)


def panel(person, message, part=""):
    answer = person.get(f"/messages/{message.pk}/details/{part}", headers=HTMX)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def body_of(text, label):
    return json.loads(re.search(rf'aria-label="{label}"><code[^>]*>(.*?)</code>', text, re.S)[1])


def test_the_request_is_the_body_that_went_out(server, alice):
    server.upstream.says("Fine")
    message = alice.finish(alice.ask("What <b>was</b> sent?", temperature="0.3"))
    sent = server.upstream.requests[-1].json
    assert body_of(panel(alice, message), "Request body") == sent
    assert alice.get(f"/messages/{message.pk}/details/request/").json() == sent


def test_the_response_has_status_headers_and_the_body_put_together(server, alice):
    server.upstream.says(["One ", "two"], headers={"x-ratelimit-remaining-requests": "41", "x-request-id": "req_wire"})
    shown = panel(alice, alice.finish(alice.ask()))
    assert "200 OK" in shown and "req_wire" in shown
    assert re.search(r"x-ratelimit-remaining-requests</code></th><td><code>41<", shown)
    whole = body_of(shown, "Response body")
    assert whole["object"] == "chat.completion"
    assert whole["choices"] == [{"index": 0, "message": {"role": "assistant", "content": "One two"}, "finish_reason": "stop"}]
    assert whole["usage"]["completion_tokens"] > 0


def test_events_stand_as_they_came_with_their_times(server, alice):
    server.upstream.says(["One ", "two ", "three"], rate=20)
    message = alice.finish(alice.ask())
    shown = panel(alice, message, "events/")
    data = [json.loads(event) for event in re.findall(r"<code>(\{.*?\})</code>", shown)]
    assert "".join(event["choices"][0]["delta"].get("content") or "" for event in data if event["choices"]) == "One two three"
    assert "[DONE]" in shown
    cell = r'<td class="number">([\d.,]*)</td>'
    times = [float(at.replace(",", "")) for _, at in re.findall(rf"<tr>{cell}{cell}", shown)]
    assert times == sorted(times)
    assert times[-1] > times[0]


def test_many_events_come_page_by_page(server, alice):
    server.upstream.says([f"{number} " for number in range(450)])
    message = alice.finish(alice.ask())
    seen, after = [], 0
    while True:
        shown = panel(alice, message, f"events/?after={after}")
        seen += re.findall(r'<tr><td class="number">(\d+)</td>', shown)
        more = re.search(r"\?after=(\d+)", shown)
        if not more:
            break
        after = int(more[1])
    assert [int(number) for number in seen] == list(range(1, len(seen) + 1))
    assert len(seen) > 450
    for nonsense in ("-1", "x", "9" * 30, "٣"):
        assert "<code>" in panel(alice, message, f"events/?after={nonsense}")


def test_the_time_is_told_part_by_part(server, alice):
    server.upstream.says(["One ", "two"], delay=0.05)
    shown = panel(alice, alice.finish(alice.ask()))
    parts = re.findall(r'<tr data-part="([a-z-]+)">', shown)
    assert parts[0] in ("preparation", "connect")
    assert [part for part in parts if part in ("connect", "queue", "prompt", "first-token", "generation", "total")] == [
        "connect",
        "queue",
        "prompt",
        "first-token",
        "generation",
        "total",
    ]
    for x, width in re.findall(r'class="span" x="([\d.]+)" width="([\d.]+)"', shown):
        assert 0 <= float(x) <= 1000 and 0 < float(width) <= 1000 - float(x) + 0.1


def test_a_refusal_is_shown_as_it_came_with_what_was_tried_before(server, alice):
    server.upstream.refuses(503, "Overloaded", headers={"retry-after": "0.01"}).refuses(400, "No such thing <i>here</i>")
    message = alice.finish(alice.ask())
    assert message.run.state == "failed"
    shown = panel(alice, message)
    assert "400 Bad Request" in shown
    assert body_of(shown, "Response body")["error"]["message"] == "No such thing <i>here</i>"
    assert "status 503" in shown and "Overloaded" in shown
    assert "not a stream" in panel(alice, message, "events/")
    [tried] = Exchange.objects.get(pk=message.pk).attempts
    assert (tried["status"], tried["delay"]) == (503, 0.01)


def test_the_key_appears_nowhere(server, alice, settings):
    """Some APIs repeat it: in a header, in the text, cut in two by the network."""
    key = settings.GROQ_API_KEY
    event = chunks.chunk({"content": f"Your key is {key}, is it?"})
    at = event.index(key.encode()) + 5
    server.upstream.sends(event[:at], event[at:], chunks.event("[DONE]"), pause=0.05, headers={"x-echo": key, "set-cookie": "a=b"})
    message = alice.finish(alice.ask())
    texts = [panel(alice, message, part) for part in ("", "events/", "code/", "request/")]
    stored = json.dumps(list(Exchange.objects.values("headers", "attempts")))
    for text in [*texts[:1], *texts[2:], stored]:
        assert key not in text and "set-cookie" not in text
    assert key not in texts[1]
    assert "Your key is …, is it?" in texts[1]


def test_an_edited_request_goes_out_as_it_stands(server, alice):
    server.upstream.says("First").says("Second").says("Third")
    message = alice.finish(alice.ask("Hello?"))
    form = html.unescape(alice.get(f"/messages/{message.pk}/resend/edit/", headers=HTMX).text)
    body = json.loads(re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.S)[1])
    key = re.search(r'name="key" value="(\w+)"', form)[1]
    body["messages"][0]["content"] = "Quite another question"
    body["stream"] = False
    body["brand_new"] = {"member": [1, 2]}
    for _ in range(2):
        assert alice.post(f"/messages/{message.pk}/resend/", {"body": json.dumps(body), "key": key}).status_code == 200
    answer = alice.finish(Run.objects.get(edited=True).message)
    assert answer.text == "Second"
    assert answer.parent_id == message.parent_id
    assert server.upstream.requests[-1].json == body | {"stream": True}
    assert "edited request" in alice.get(f"/c/{message.conversation_id}/").text
    # Another answer to it answers what was asked, not what stands above it.
    alice.post(f"/messages/{answer.pk}/again/", {"key": "once-more-please"})
    third = alice.finish(Run.objects.order_by("-created_at")[0].message)
    assert third.text == "Third"
    assert server.upstream.requests[-1].json == body | {"stream": True}


NOT_BODIES = [
    "",
    "{",
    "[]",
    "null",
    '{"model": "m"}',
    '{"model": "", "messages": [{}]}',
    '{"model": "m", "messages": []}',
    '{"model": "m", "messages": [1]}',
]


@pytest.mark.parametrize("body", NOT_BODIES)
def test_a_body_that_is_none_is_refused_and_asks_nothing(server, alice, body):
    server.upstream.says("First")
    message = alice.finish(alice.ask())
    asked = len(server.upstream.requests)
    answer = alice.post(f"/messages/{message.pk}/resend/", {"body": body, "key": "a-key-for-this"})
    assert answer.status_code == 422
    assert "Request body" in answer.text
    assert len(server.upstream.requests) == asked
    assert Run.objects.count() == 1


def test_what_was_not_recorded_is_said(server, alice):
    server.upstream.says("Old")
    message = alice.finish(alice.ask())
    Exchange.objects.all().delete()
    assert "was not recorded" in panel(alice, message)
    assert "No events were recorded" in panel(alice, message, "events/")


def test_a_persons_message_shows_how_it_is_sent(server, alice):
    server.upstream.says("Fine")
    message = alice.finish(alice.ask("As it is <sent>"))
    shown = panel(alice, message.parent)
    assert body_of(shown, "Message as it is sent") == {"role": "user", "content": "As it is <sent>"}
    for part in ("code/", "request/"):
        assert alice.get(f"/messages/{message.parent_id}/details/{part}", headers=HTMX).status_code == 404
