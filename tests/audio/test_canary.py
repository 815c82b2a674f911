"""The key of the API, which an upstream repeats wherever it can: it is in no page, file, row, frame or log of ours (SE1, SE4)."""

import io
import json
import logging
import zipfile

import pytest
from django.db import connection as database

from apps.audio.models import Recording, Speech, Transcript
from apps.catalog import catalog
from apps.core import logs, serving
from apps.groq import audio as groq
from apps.live import pulse
from tests.audio import beeps, sounds, tones
from tests.audio.conftest import ended
from tests.audio.speeches import LONG
from tests.upstream import audio
from tests.upstream.speech import PATH as SPEECH
from tests.upstream.speech import speaks

pytestmark = pytest.mark.django_db(transaction=True)

# Not all of them look like a key of GroqCloud.
KEYS = ["gsk_CANARYkey1234567890", "canary.of-another/API+42"]
TRANSCRIBE = {"task": "transcribe", "model": "whisper-large-v3", "response_format": "verbose_json"}


@pytest.fixture(params=KEYS)
def key(request, server, settings, tmp_path):
    settings.GROQ_API_KEY = request.param
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    server.reconnect()
    return request.param


@pytest.fixture
def log(key):
    """What the server writes to its log, as it writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.OneLine("{levelname} {name}: {message}", style="{"))
    logging.getLogger().addHandler(handler)
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(before)


@pytest.fixture
def told(alice, log, key):
    """``told()``: everything that anybody may read, as {where: text}."""
    with alice.socket() as socket:
        yield lambda: dict(everything(alice, socket, log))


def everything(person, socket, log):
    paths = ["/", "/audio/", "/audio/?q=word", "/audio/search/?q=word", "/speech/", "/settings/"]
    for recording in Recording.objects.all():
        paths.append(f"/audio/{recording.pk}/")
    for transcript in Transcript.objects.all():
        here = f"/audio/transcripts/{transcript.pk}/"
        paths += [here, f"{here}progress/", f"{here}words/", f"{here}versions/"]
        paths += [f"{here}export/?format={kind}" for kind in ("txt", "md", "srt", "vtt", "json", "docx")]
        socket.watch(f"transcript:{transcript.pk}")
    for speech in Speech.objects.all():
        here = f"/speech/{speech.pk}/"
        paths += [here, f"{here}card/", f"{here}code/"]
        socket.watch(f"speech:{speech.pk}")
    for path in paths:
        yield path, text_of(person.get(path))
    serving.wait_for(pulse.notice_changes(), 5)
    socket.settle()
    yield "frames", json.dumps(socket.frames)
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            yield table, repr(cursor.fetchall())
    yield "log", log.getvalue()


def text_of(answer):
    """Headers and body; of a document, what is in it."""
    assert answer.status_code < 500 or answer.status_code in (502, 504), answer.text
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as document:
            body = b"\n".join(document.read(name) for name in document.namelist())
    return f"{answer.status_code} {dict(answer.headers)} {body.decode('utf-8', 'replace')}"


def check(found, key):
    said = [place for place, text in found.items() if key.lower() in text.lower()]
    assert not said, {place: around(found[place], key) for place in said}


def around(text, key):
    at = text.lower().index(key.lower())
    return text[max(0, at - 60) : at + len(key) + 60]


def echoes(upstream, key, path):
    """Every way to say no with the key in it."""
    headers = {"x-echo": key, "x-request-id": key}
    named = {"code": key, "param": key, "failed_generation": {"a": key}}
    upstream.refuses(401, f"Bad {key}", headers=headers, path=path, **named)
    upstream.refuses(400, body=f"<html>{key}</html>", headers=headers, path=path)
    upstream.sends(f'{{"text": "{key}'.encode(), headers={"content-type": "application/json", **headers}, path=path)
    return 3


def test_a_transcript_that_is_refused(server, alice, record, worked, told, key):
    recording = record(tones.recording(2), 2.0)
    for number in range(echoes(server.upstream, key, audio.PATHS[0])):
        alice.post(f"/audio/{recording.pk}/transcribe/", {**TRANSCRIBE, "key": f"page-key-{number}"})
        job = Transcript.objects.get(key=f"page-key-{number}")
        (worked if not number else ended)(job)
    assert set(Transcript.objects.values_list("state", flat=True)) == {"failed"}
    check(told(), key)


def test_a_transcript_in_which_the_key_stands(server, alice, record, worked, told, key):
    """The API wrote it: into the text, the language, the times of words, and beside the answer."""
    heard = audio.verbose(f"Some {key} words", language=key, **{key: key})
    plain = {"content-type": "text/plain", "x-request-id": key}
    server.upstream.sends(json.dumps(heard).encode(), headers={**plain, "content-type": "application/json"}, path=audio.PATHS[0])
    server.upstream.sends(f"Some {key} words".encode(), headers=plain, path=audio.PATHS[0])
    recording = record(tones.recording(2), 2.0)
    for number, format in enumerate(("verbose_json", "text")):
        alice.post(f"/audio/{recording.pk}/transcribe/", {**TRANSCRIBE, "response_format": format, "key": f"page-key-{number}"})
        job = (worked if not number else ended)(Transcript.objects.get(key=f"page-key-{number}"))
        assert job.state == "complete", job.error
        assert job.version.text.split() == ["Some", "…", "words"]
    check(told(), key)


def test_speech_that_is_refused_or_is_no_speech(server, alice, work, told, key):
    count = echoes(server.upstream, key, SPEECH)
    server.upstream.sends(key.encode() * 9, headers={"content-type": "audio/mpeg", "x-request-id": key}, path=SPEECH)
    server.upstream.sends(key.encode() * 9, headers={"content-type": f"text/{key}", "x-request-id": key}, path=SPEECH)
    work()
    for number in range(count + 2):
        say = {"text": f"Hello {number}.", "model": "playai-tts", "voice": "Fritz-PlayAI", "key": f"page-key-{number}"}
        alice.post("/speech/", say)
        assert ended(Speech.objects.get(key=f"page-key-{number}")).state == "failed"
    check(told(), key)


def test_speech_that_is_spoken(server, alice, work, told, key):
    data = beeps.written(beeps.tone(1))
    server.upstream.default = speaks()
    server.upstream.sends(data, headers={"content-type": "audio/wav", "x-request-id": key, "x-echo": key}, path=SPEECH)
    work()
    for number, text in enumerate(("Hello.", LONG)):
        say = {"text": text, "model": "playai-tts", "voice": "Fritz-PlayAI", "response_format": "wav", "key": f"page-key-{number}"}
        alice.post("/speech/", say)
        done = ended(Speech.objects.get(key=f"page-key-{number}"))
        assert done.state == "complete", done.error
    check(told(), key)


def test_what_is_read_aloud_and_dictated(server, alice, work, told, key):
    server.call(catalog.refresh)
    echoes(server.upstream, key, SPEECH)
    work()
    said = {}
    said["aloud"] = text_of(alice.post("/speech/aloud/", {"text": "An answer."}))
    ended(Speech.objects.get())
    said["aloud again"] = text_of(alice.post("/speech/aloud/", {"text": "An answer."}))
    count = echoes(server.upstream, key, audio.PATHS[0])
    server.upstream.sends(
        json.dumps({"text": f"So {key}."}).encode(), headers={"content-type": "application/json"}, path=audio.PATHS[0]
    )
    for number in range(count + 1):
        answer = alice.http.post(
            "/audio/dictation/", files={"sound": ("x.wav", sounds.wav(), "audio/wav")}, headers={"HX-Request": "true"}
        )
        said[f"dictation {number}"] = text_of(answer)
    assert answer.json() == {"text": "So …."}
    check(said | told(), key)


def test_code(server, alice, record, ask, told, key):
    recording = record(tones.recording(2), 2.0)
    linked = record(url="https://example.org/talk.mp3")
    say = {"text": "Hello.", "model": "playai-tts", "voice": "Fritz-PlayAI", "key": "page-key"}
    said = {f"code of {pk}": text_of(alice.post(f"/audio/{pk}/code/", TRANSCRIBE)) for pk in (recording.pk, linked.pk)}
    said["code of speech"] = text_of(alice.post("/speech/code/", say))
    assert all("GROQ_API_KEY" in text for text in said.values())
    check(said | told(), key)


def test_failures_of_ours_that_speak_of_it(alice, record, work, told, log, key, monkeypatch):
    """What nobody expected is written to the log with all that is known of it."""

    def breaks(*args, **how):
        raise RuntimeError(f"Authorization: Bearer {key}\nas in {key!r}")

    for name in ("transcribe", "speak"):
        monkeypatch.setattr(groq, name, breaks)
    recording = record(tones.recording(2), 2.0)
    alice.post(f"/audio/{recording.pk}/transcribe/", {**TRANSCRIBE, "key": "page-key"})
    alice.post("/speech/", {"text": "Hello.", "model": "playai-tts", "voice": "Fritz-PlayAI", "key": "page-key"})
    work()
    assert {ended(kind.objects.get()).error["code"] for kind in (Transcript, Speech)} == {"internal"}
    check(told(), key)
    assert log.getvalue().count("RuntimeError: Authorization") == 2
