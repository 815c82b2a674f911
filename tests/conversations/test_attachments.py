"""Images and documents: taken in, sent as the API wants them, shown to those who may see them, and to nobody else."""

import base64
import io
import json
import subprocess
import sys

import pytest
from django.utils import timezone

from apps.conversations.models import Attachment, Message, Run
from apps.conversations.views.requests import in_code

pytestmark = pytest.mark.django_db(transaction=True)

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
DATA_URL = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


def attach(person, name="photo.png", data=PIXEL, kind="application/octet-stream", **fields):
    files = None if fields else {"file": (name, io.BytesIO(data), kind)}
    return person.http.post("/attachments/", data=fields, files=files)


VISION = "meta-llama/llama-4-scout-17b-16e-instruct"


def attached(person, *args, **fields):
    answer = attach(person, *args, **fields)
    assert answer.status_code == 200, answer.text
    return Attachment.objects.latest("created_at")


def content(server, at=-1):
    return server.upstream.requests[-1].json["messages"][at]["content"]


def test_parts_go_out_as_the_api_wants_them(server, alice):
    server.upstream.says("A pixel").says("Yes")
    files = [
        attached(alice),
        attached(alice, url="https://example.org/a/cat.jpg?big=1"),
        attached(alice, "notes.md", "# Grüße\n".encode()),
        attached(alice, "facts.json", b'{"answer": 42}'),
        attached(alice, "list.json", b"[1, 2]"),
    ]
    message = alice.finish(alice.ask("What is this?", model=VISION, attachments=",".join(file.pk for file in files)))
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": DATA_URL}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a/cat.jpg?big=1"}},
        {"type": "document", "document": {"id": "notes.md", "data": {"text": "# Grüße\n"}}},
        {"type": "document", "document": {"id": "facts.json", "data": {"answer": 42}}},
        {"type": "document", "document": {"id": "list.json", "data": {"content": [1, 2]}}},
    ]
    assert content(server) == parts
    # The row of the run does not hold what the attachment holds.
    assert DATA_URL not in json.dumps(message.run.request)
    assert alice.get(f"/messages/{message.pk}/details/request/").json()["messages"][0]["content"] == parts
    page = alice.get(f"/c/{message.conversation_id}/").text
    assert f'src="/attachments/{files[0].pk}/" alt="photo.png"' in page
    assert 'href="https://example.org/a/cat.jpg?big=1"' in page and "noopener noreferrer" in page
    # It is there in every later request, and needs no words beside it.
    alice.finish(alice.ask("", message.conversation_id, model=VISION, attachments=attached(alice).pk))
    assert content(server, 0) == parts
    assert content(server) == [{"type": "image_url", "image_url": {"url": DATA_URL}}]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("photo.png", PIXEL + b"x" * (20 * 1024 * 1024 // 8), None),
        ("large.png", PIXEL + b"x" * (3 * 1024 * 1024), "Within a request an image may have up to 3 MB"),
        ("report.pdf", b"%PDF-1.7\n\x93\x8c\x8b\x9e", "neither an image"),
        ("program", b"MZ\x00\x01", "neither an image"),
        ("empty.txt", b" \n", "empty"),
        ("book.txt", b"word " * 250_000, "up to 1 MB"),
        ("fake.png", b"<svg onload=alert(1)>", None),
    ],
)
def test_what_the_api_does_not_take_is_said(server, alice, name, data, words):
    answer = attach(alice, name, data)
    assert (answer.status_code == 200) == (words is None), answer.text
    if words:
        assert answer.status_code == 422
        assert words in answer.text and name in answer.text
        assert not Attachment.objects.exists()


def test_twenty_megabytes_are_refused_before_they_are_read(server, alice):
    answer = attach(alice, data=PIXEL + b"x" * (20 * 1024 * 1024))
    assert answer.status_code == 413
    assert "more than the server takes" in answer.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "https://", "cat.png", "http://["]
)
def test_only_addresses_of_the_web_are_taken(server, alice, url):
    assert attach(alice, url=url).status_code == 422
    assert not Attachment.objects.exists()


def test_they_are_given_to_those_who_may_see_them_and_run_nowhere(server, alice, bob, charlie):
    server.upstream.says("Fine")
    page = attached(alice, "page.html", b"<script>alert(1)</script>")
    # What was not sent yet is nobody else's.
    assert [person.get(f"/attachments/{page.pk}/").status_code for person in (alice, bob, charlie)] == [200, 404, 404]
    assert bob.post(f"/attachments/{page.pk}/remove/").status_code == 404
    alice.finish(alice.ask("Look", model=VISION, attachments=page.pk))
    assert [person.get(f"/attachments/{page.pk}/").status_code for person in (alice, bob, charlie)] == [200, 200, 404]
    answer = alice.get(f"/attachments/{page.pk}/")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    # What was sent is part of the conversation.
    assert alice.post(f"/attachments/{page.pk}/remove/").status_code == 404


def test_nobody_sends_what_is_not_theirs(server, alice, charlie):
    theirs = attached(charlie)
    answer = alice.send("Mine?", model=VISION, attachments=theirs.pk)
    assert answer.status_code == 422
    assert "not there any more" in answer.text
    assert not Message.objects.exists()
    # Neither by a body written by hand.
    server.upstream.says("One").says("Two")
    message = alice.finish(alice.ask("Hello"))
    secret = attached(charlie, "secret.txt", b"secret words")
    charlie.finish(charlie.ask("Keep this", model=VISION, attachments=secret.pk))
    part = {"type": "document", "attachment": secret.pk, "name": "it"}
    body = {"model": "m", "messages": [{"role": "user", "content": [part]}]}
    answer = alice.post(f"/messages/{message.pk}/resend/", {"key": "a-key-for-this", "body": json.dumps(body)})
    assert answer.status_code == 422 and "not of this conversation" in answer.text
    assert not Run.objects.filter(edited=True).exists()


def test_a_draft_finds_its_files_again_and_lets_them_go(server, alice):
    file = attached(alice, "notes.md", b"words")
    assert "notes.md" in alice.get(f"/attachments/{file.pk}/chip/").text
    assert alice.post(f"/attachments/{file.pk}/remove/").status_code == 200
    assert alice.get(f"/attachments/{file.pk}/chip/").status_code == 404
    old = attached(alice)
    Attachment.objects.update(created_at=timezone.now() - timezone.timedelta(days=3))
    attached(alice)
    assert not Attachment.objects.filter(pk=old.pk).exists()


def test_so_many_files_wait_and_no_more(server, alice, vera, monkeypatch):
    monkeypatch.setattr(Attachment, "MOST_WAITING", 3)
    alice.finish(alice.ask("Read", attachments=attached(alice, "sent.md", b"words").pk))
    for number in range(5):
        attached(alice, f"{number}.md", b"words")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["2.md", "3.md", "4.md", "sent.md"]
    # Who may not send has nothing to attach.
    assert attach(vera, "notes.md", b"words").status_code == 403


def test_a_message_takes_so_many_and_only_where_the_api_does(server, alice):
    many = ",".join(attached(alice).pk for _ in range(6))
    assert "up to 5 images" in alice.send("Look", model=VISION, attachments=many).text
    one = attached(alice).pk
    assert "take images and documents" in alice.send("Look", model=VISION, attachments=one, role="system").text
    for nonsense in ("x", f"{one},", f"{one};{one}", ",".join([one[:-1] + letter for letter in "0123456789abcdefghjkmn"])):
        assert alice.send("Look", model=VISION, attachments=nonsense).status_code == 422
    assert not Message.objects.exists()


def test_a_question_taken_back_keeps_what_was_attached(server, alice):
    server.upstream.refuses(400, "No").says("Now it works")
    file = attached(alice)
    failed = alice.finish(alice.ask("Look", model=VISION, attachments=file.pk))
    back = alice.post(f"/messages/{failed.pk}/back/")
    assert json.loads(back.headers["HX-Trigger"])["taken-back"]["attachments"] == [file.pk]
    alice.finish(alice.ask("Look again", failed.conversation_id, model=VISION, attachments=file.pk))
    assert content(server)[1]["image_url"]["url"] == DATA_URL


def test_preview_shows_them_short_and_samples_read_files(server, alice, tmp_path, settings):
    server.upstream.says("A pixel", times=4)
    files = attached(alice, "it's a photo.png"), attached(alice, "notes.md", b"words")
    message = alice.finish(alice.ask("What is this?", model=VISION, attachments=",".join(file.pk for file in files)))
    sent = server.upstream.requests[-1].json
    (tmp_path / "it's a photo.png").write_bytes(PIXEL)
    samples = in_code(message.run.request, message.conversation_id)
    assert all(DATA_URL not in code for _, _, code in samples)
    environment = {"GROQ_API_KEY": "gsk_test", "PATH": "/usr/bin:/bin"}
    for name, file, code in samples:
        if name == "JavaScript":
            assert """dataUrl("it's a photo.png", "image/png")""" in code
            continue
        (tmp_path / file).write_text(code)
        run = ["sh", file] if file.endswith(".sh") else [sys.executable, file]
        before = len(server.upstream.requests)
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (name, done.stderr)
        assert len(server.upstream.requests) == before + 1, name
        assert server.upstream.requests[-1].json == sent, name
    new = attached(alice)
    shown = alice.post(f"/c/{message.conversation_id}/preview/", {"text": "Next", "model": "m", "attachments": new.pk}).text
    assert "data:image/png;base64" in shown and "characters)" in shown
    assert base64.b64encode(PIXEL).decode() not in shown


def test_a_model_without_eyes_is_not_sent_images(server, alice):
    file = attached(alice)
    answer = alice.send("Look", attachments=file.pk)
    assert answer.status_code == 422
    assert "Llama 3.1 takes no images." in answer.text
    assert not Message.objects.exists()
    server.upstream.says("I read")
    notes = attached(alice, "notes.md", b"words")
    alice.finish(alice.ask("Read", attachments=notes.pk))
