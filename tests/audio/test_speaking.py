"""The job that speaks: what it asks, what it keeps, and how it ends."""

import threading

import numpy
import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from apps.audio.models import Speech, SpeechPiece
from apps.audio.models.speech import KeyReused
from apps.audio.runs import speaking, worker
from apps.audio.sound.reading import samples_of
from tests.audio.speeches import LONG
from tests.upstream.speech import PACE, PATH, speaks
from tests.waiting import join, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def speaker(server, monkeypatch):
    server.upstream.default = speaks()
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.02)
    return server.upstream


def requests(upstream):
    return [request.json for request in upstream.requests if request.path == PATH]


def bytes_of(speech):
    with default_storage.open(speech.file.name) as file:
        return file.read()


def test_a_short_text_is_asked_as_it_is_and_kept_byte_for_byte(speaker, spoken):
    speech = spoken("Hello there.")
    assert requests(speaker) == [{"model": "playai-tts", "input": "Hello there.", "voice": "Fritz-PlayAI"}]
    assert (speech.state, speech.media_type, speech.error) == ("complete", "audio/mpeg", None)
    data = bytes_of(speech)
    assert data.startswith((b"ID3", b"\xff")) and speech.size == len(data)
    assert speech.duration == pytest.approx(12 * PACE, abs=0.1)
    assert speech.pieces.get().request_id


@pytest.mark.parametrize("kind", ["flac", "mp3", "mulaw", "ogg", "wav"])
def test_a_long_text_is_asked_in_pieces_as_wav_and_joined_in_its_format(speaker, spoken, kind):
    speech = spoken(LONG, response_format=kind, sample_rate=16000, speed=1.5)
    asked = requests(speaker)
    assert len(asked) == speech.pieces.count() >= 2
    assert {(body["response_format"], body["sample_rate"], body["speed"]) for body in asked} == {("wav", 16000, 1.5)}
    assert " ".join(body["input"] for body in asked) == LONG.strip()
    samples, rate = samples_of(bytes_of(speech))
    assert rate == (48000 if kind == "ogg" else 16000)
    said = sum(len(body["input"]) for body in asked) * PACE
    assert (len(samples) / rate, speech.duration) == (pytest.approx(said, abs=0.1), pytest.approx(said, abs=0.01))
    assert speech.media_type == {"flac": "audio/flac", "mp3": "audio/mpeg", "ogg": "audio/ogg"}.get(kind, "audio/wav")


def test_the_joined_sound_does_not_click(spoken):
    speech = spoken(LONG, response_format="wav", sample_rate=24000)
    samples, rate = samples_of(bytes_of(speech))
    steps = numpy.abs(numpy.diff(samples.astype(int)))
    # Of a sine at 440 Hz and half loudness.
    assert steps.max() <= 2 * numpy.pi * 440 / rate * 32767 * 0.5 + 2
    pieces = [samples_of(bytes_of(piece))[0] for piece in speech.pieces.all()]
    assert (numpy.concatenate(pieces) == samples).all()


def test_a_model_that_knows_only_wav_speaks_in_every_format_and_short_pieces(speaker, spoken):
    speech = spoken("One sentence.", model="canopylabs/orpheus-v1-english", voice="troy", response_format="flac")
    assert requests(speaker)[0]["response_format"] == "wav"
    assert speech.media_type == "audio/flac" and bytes_of(speech).startswith(b"fLaC")


def test_pieces_of_another_rate_are_joined_all_the_same(speaker, spoken):
    speaker.plays(speaks(rate=16000), path=PATH)
    speech = spoken(LONG, response_format="wav", sample_rate=24000)
    samples, rate = samples_of(bytes_of(speech))
    assert (rate, len(samples) / rate) == (16000, pytest.approx(sum(p.duration for p in speech.pieces.all()), abs=0.01))


def test_lines_without_words_are_silence(speaker, spoken):
    text = "Before. " * 30 + "\n" + "-" * 700 + "\n" + "After. " * 120
    speech = spoken(text, response_format="wav")
    assert speech.state == "complete"
    assert all(any(c.isalnum() for c in body["input"]) for body in requests(speaker))
    assert spoken("----", key="b", model="canopylabs/orpheus-v1-english").error["code"] == "nothing_to_say"


def test_the_same_key_is_one_speech(say):
    assert say("Hello.") == say("Hello.")
    assert Speech.objects.count() == SpeechPiece.objects.count() == 1
    with pytest.raises(KeyReused):
        say("Something else.")


def test_a_refusal_is_told_with_advice_and_retry_goes_on_behind_what_is_done(speaker, say):
    speech = say(LONG)
    speaker.plays(speaks(), path=PATH).refuses(
        400, "The model `playai-tts` requires terms acceptance.", code="model_terms_required", path=PATH
    )
    speaking.play(speech.pk)
    speech.refresh_from_db()
    assert (speech.state, speech.error["code"]) == ("failed", "model_terms_required")
    assert "accepts the terms" in speech.error["advice"]
    assert list(speech.pieces.values_list("state", flat=True)) == ["complete", "failed", *["queued"] * (speech.pieces.count() - 2)]
    before = len(requests(speaker))
    assert speech.retry() and not speech.retry()
    speaking.play(speech.pk)
    speech.refresh_from_db()
    assert (speech.state, speech.error) == ("complete", None)
    assert len(requests(speaker)) - before == speech.pieces.count() - 1


def test_a_limit_is_waited_out(speaker, quick_retries, spoken):
    # More of them than the client tries again by itself.
    speaker.refuses(429, "Too many.", headers={"retry-after": "0"}, times=4, path=PATH)
    speech = spoken()
    assert (speech.state, len(requests(speaker)), speech.pieces.get().attempts) == ("complete", 5, 2)


def test_what_is_no_sound_fails_plainly(speaker, spoken):
    speaker.sends(b"not a sound at all", headers={"content-type": "audio/mpeg"}, path=PATH)
    speech = spoken()
    assert (speech.state, speech.error["code"]) == ("failed", "unreadable_sound")
    assert not speech.file


# It begins with silence, which could pass for the beginning of an MP3, or with something louder.
@pytest.mark.parametrize("data", [b"\xff" * 8000, b"\x7f" * 8000, b"\xff\xfb\x90\x64" * 2000])
def test_bare_mu_law_is_kept_as_it_came_and_can_be_heard(speaker, spoken, bob, data):
    speaker.sends(data, headers={"content-type": "audio/basic"}, path=PATH)
    speech = spoken(response_format="mulaw", sample_rate=8000)
    assert (speech.state, speech.media_type, speech.duration) == ("complete", "audio/basic", 1.0)
    saved = bob.get(f"/speech/{speech.pk}/sound?download")
    assert bytes_of(speech) == data == saved.content
    assert saved.headers["Content-Disposition"] == 'attachment; filename="Hello there.ulaw"'
    # A browser plays it with a header before it.
    assert f'src="/speech/{speech.pk}/pieces/0"' in bob.get(f"/speech/{speech.pk}/card/").text
    heard = bob.get(f"/speech/{speech.pk}/pieces/0")
    samples, rate = samples_of(heard.content)
    assert (heard.headers["Content-Type"], rate, len(samples)) == ("audio/wav", 8000, 8000)
    assert "sandbox" in heard.headers["Content-Security-Policy"]


def playing(speech):
    def play():
        speaking.play(speech.pk)
        connections.close_all()

    thread = threading.Thread(target=play)
    thread.start()
    return thread


def test_stop_ends_it_at_once_and_keeps_what_is_done(speaker, say):
    speech = say(LONG)
    speaker.plays(speaks(), path=PATH).plays(speaks(hang=True), path=PATH)
    thread = playing(speech)
    until(lambda: len(requests(speaker)) == 2)
    speech.stop()
    join(thread)
    speech.refresh_from_db()
    assert (speech.state, speech.done, speech.error) == ("stopped", 1, None)
    assert speaker.requests[-1].wait_left()


def test_a_worker_that_was_thought_dead_writes_nothing_and_another_goes_on(speaker, say):
    speech = say(LONG)
    speaker.plays(speaks(), path=PATH).plays(speaks(hang=True), path=PATH)
    thread = playing(speech)
    until(lambda: len(requests(speaker)) == 2)
    Speech.objects.update(worker="another")
    join(thread)
    speech.refresh_from_db()
    assert (speech.state, speech.worker, speech.done) == ("running", "another", 1)
    # That one is killed in turn.
    Speech.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
    speaking.play(speech.pk)
    speech.refresh_from_db()
    assert (speech.state, speech.worker, speech.claims) == ("complete", worker.current(), 0)
    # The first piece once, the second by both.
    assert len(requests(speaker)) == speech.pieces.count() + 1


def test_a_worker_that_leaves_gives_it_back(speaker, say):
    speech = say(LONG)
    speaker.plays(speaks(), path=PATH).plays(speaks(hang=True), path=PATH)
    thread = playing(speech)
    until(lambda: len(requests(speaker)) == 2)
    worker.leaving.set()
    try:
        join(thread)
    finally:
        worker.leaving.clear()
    speech.refresh_from_db()
    assert (speech.state, speech.worker, speech.done) == ("queued", "", 1)
    speaking.play(speech.pk)
    speech.refresh_from_db()
    assert speech.state == "complete"


def test_what_ends_its_workers_one_after_the_other_is_given_up(speaker, say):
    speech = say()
    Speech.objects.update(claims=speaking.MOST_CLAIMS)
    speaking.play(speech.pk)
    speech.refresh_from_db()
    assert (speech.state, speech.error["code"], requests(speaker)) == ("failed", "given_up", [])


def test_nobody_does_what_has_ended_or_is_gone(speaker, spoken, say):
    speech = spoken()
    speaking.play(speech.pk)
    speaking.play("0" * 20)
    waiting = say("Other", key="b")
    waiting.stop()
    speaking.play(waiting.pk)
    assert len(requests(speaker)) == 1


def test_what_is_deleted_takes_its_files_along(speaker, spoken, say, kept):
    spoken(LONG).remove()
    assert [path for path in kept.rglob("*") if path.is_file()] == []
    speech = say(LONG, key="b")
    speaker.plays(speaks(), path=PATH).plays(speaks(hang=True), path=PATH)
    thread = playing(speech)
    until(lambda: len(requests(speaker)) >= 2 and speech.done == 1)
    speech.remove()
    speaker.resumes()
    join(thread)
    assert [path for path in kept.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_said(spoken, monkeypatch):
    def full(*args, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    speech = spoken()
    assert speech.state == "failed" and "No space left" in speech.error["message"]


def test_what_nobody_listens_to_any_more_is_let_go(spoken, kept):
    """Pieces of what is whole, an hour later; what was read aloud, a week later."""
    whole, aloud = spoken(LONG), spoken("Read to me.", key="aloud", aloud=True)
    Speech.objects.filter(pk=whole.pk).update(ended_at=timezone.now() - timezone.timedelta(hours=2))
    Speech.objects.filter(pk=aloud.pk).update(created_at=timezone.now() - timezone.timedelta(days=8))
    spoken("The next one.", key="next")
    assert not Speech.objects.filter(pk=aloud.pk).exists()
    assert set(whole.pieces.values_list("file", flat=True)) == {""}
    assert sorted(path.name for path in kept.rglob("*") if path.is_file()) == sorted([whole.pk, Speech.objects.get(key="next").pk])
