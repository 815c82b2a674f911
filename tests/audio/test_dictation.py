"""Dictation: a short recording becomes the text of it, or a plain word about why not."""

import pytest

from apps.audio.views import dictation
from apps.catalog import catalog
from tests.audio.beeps import tone, written

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/openai/v1/audio/transcriptions"
SOUND = written(tone(1.0, 48000), "ogg", 48000)
JSON = {"content-type": "application/json"}


@pytest.fixture
def heard(server):
    server.call(catalog.refresh)
    return server.upstream


def dictate(person, data=SOUND, name="x.html"):
    return person.post("/audio/dictation/", files={"sound": (name, data, "text/html")})


def test_what_was_said_comes_back_as_text(heard, bob):
    heard.sends(b'{"text": " Hello\\u0000 world. "}', headers=JSON, path=PATH)
    answer = dictate(bob)
    assert (answer.status_code, answer.json()) == (200, {"text": "Hello\ufffd world."})
    request = heard.requests[-1]
    assert request.path == PATH and b"whisper-large-v3" in request.body and SOUND in request.body
    # By its content, whatever the browser calls it.
    assert b'filename="dictation.ogg"' in request.body and b"audio/ogg" in request.body


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "Nothing was recorded."),
        (b"<html>no</html>", "a web page"),
        (b"RIFF\x24\x00\x00\x00WAVE" + b"\x00" * 32, "cannot be read"),
        (written(tone(130, 8000), "wav", 8000), "two minutes"),
    ],
)
def test_what_is_none_is_said_and_not_sent(heard, bob, data, words):
    before = len(heard.requests)
    answer = dictate(bob, data)
    assert (answer.status_code, words in answer.text, len(heard.requests)) == (422, True, before)


def test_the_apis_refusal_is_told(heard, bob):
    heard.refuses(400, "Not this sound.", path=PATH)
    answer = dictate(bob)
    assert answer.status_code == 502 and "Not this sound." in answer.text


def test_an_answer_that_takes_too_long_is_told(heard, bob, monkeypatch):
    monkeypatch.setattr(dictation, "PATIENCE", 0.2)
    heard.says("", hang=True, path=PATH)
    answer = dictate(bob)
    assert answer.status_code == 502 and heard.requests[-1].wait_left()


def test_nobody_waits_in_a_long_line(heard, bob, monkeypatch):
    for _ in range(3):
        assert dictation._room.acquire(blocking=False)
    try:
        assert dictate(bob).status_code == 503
    finally:
        for _ in range(3):
            dictation._room.release()
    heard.sends(b'{"text": "Now."}', headers=JSON, path=PATH)
    assert dictate(bob).json() == {"text": "Now."}


def test_without_a_model_it_is_disabled_with_the_reason(server, bob):
    server.upstream.models = [model for model in server.upstream.models if "whisper" not in model["id"]]
    server.call(catalog.refresh)
    assert 'title="The API offers no model that transcribes" disabled' in bob.get("/").text
    assert dictate(bob).status_code == 409
