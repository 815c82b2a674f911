"""What strangers, members and broken APIs send to make the audio part slow, full or broken."""

import hashlib
import json

import pytest

from apps.audio.documents import aligning, diff, editing, segments, sentences
from apps.audio.intake import taking
from apps.audio.models import Speech
from apps.audio.sound import reading
from apps.audio.views import dictation
from apps.catalog import catalog
from tests.audio import beeps, sounds
from tests.audio.arriving import announce, put, upload
from tests.audio.speeches import LONG
from tests.audio.spoken import TEXTS, make_transcript
from tests.people import HTMX
from tests.upstream.speech import PATH, speaks

MANY = 20_000


@pytest.fixture
def transcript(people, ours):
    return make_transcript(ours, people["alice"])


def edit(person, transcript, body):
    headers = {**HTMX, "Content-Type": "application/json"}
    return person.http.post(f"/audio/transcripts/{transcript.pk}/edit/", content=body, headers=headers)


# Without bounds each of these takes from minutes to days: that they end is the test.


def test_an_answer_that_repeats_one_word_is_read():
    words = [{"word": "a" if n % 2 else f"b{n}", "start": n / 100, "end": n / 100} for n in range(MANY)]
    (found,) = segments.from_answer({"segments": [{"start": 0, "end": 9, "text": "a " * MANY + "q"}], "words": words})
    assert len(found["words"]) == MANY + 1
    times = [word["start"] for word in found["words"]]
    assert times == sorted(times)


def test_an_edit_that_repeats_one_word_is_aligned():
    before = [{"word": f" b{n}" if n % 2 else " a", "start": n, "end": n + 1} for n in range(MANY)]
    found = aligning.realign(before, "z " + "a " * (MANY // 2) + "y", 0, MANY)
    assert len(found) == MANY // 2 + 2 and found[-1]["end"] <= MANY


def test_texts_that_repeat_one_word_are_compared():
    one, other = ["x", *["a"] * 3900, "y"], ["z", *[word for n in range(1900) for word in ("a", f"b{n}")], "q"]
    counts = diff.counts(diff.compare(one, other))
    assert (counts["before"], counts["after"]) == (len(one), len(other))


def test_a_text_of_marks_is_cut():
    text = "!" * 50_000
    assert "".join(sentences.split(text, 800)) == text


def test_an_edit_of_very_many_insertions_is_refused():
    there = [{"id": f"s{n}", "start": n, "end": n + 1, "text": "a"} for n in range(editing.MOST_SEGMENTS)]
    nothing = {"after": None, "remove": [], "seen": [], "put": []}
    with pytest.raises(editing.Wrong):
        editing.apply(there, [nothing] * editing.MOST_SEGMENTS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("note", ['"\\ud800"', '"a\\u0000b"'])
def test_a_note_of_no_text_is_cleaned(server, alice, transcript, note):
    put = f'{{"remove":["s1"],"seen":[{json.dumps(TEXTS[0])}],"put":[{{"id":"s1","text":"Other."}}]}}'
    assert edit(alice, transcript, f'{{"version":1,"revision":0,"operations":[{put}],"note":{note}}}').status_code == 200
    assert "\ufffd" in transcript.version.note


@pytest.mark.django_db(transaction=True)
def test_a_time_beyond_all_numbers_is_no_edit(server, alice, transcript):
    put = '{"remove":[],"put":[{"id":"n1","text":"x","start":1%s,"end":2,"words":[]}]}' % ("0" * 400)
    assert edit(alice, transcript, f'{{"version":1,"revision":0,"operations":[{put}]}}').status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("start", ["nan", "inf", "-inf", "1e308"])
def test_a_stretch_from_no_number_is_drawn_all_the_same(server, alice, transcript, start):
    at = f"/audio/transcripts/{transcript.pk}/again/"
    assert alice.get(f"{at}?start={start}&end={start}").status_code == 200
    assert alice.post(at, {"start": start, "end": start, "key": "k" * 16}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_key_taken_before_hand_breaks_no_reading_aloud(server, alice, bob, ours):
    server.call(catalog.refresh)
    made = alice.post("/speech/aloud/", {"text": "Hello."})
    if made.status_code != 200:
        model = "canopylabs/orpheus-v1-english"
        alice.post("/speech/", {"text": "First.", "model": model, "voice": "troy", "key": "f" * 16})
        made = alice.post("/speech/aloud/", {"text": "Hello."})
    assert made.status_code == 200, made.text
    like = Speech.objects.get(aloud=True)
    key = hashlib.sha256("\n".join(("aloud", like.model, like.voice, "Bye.")).encode()).hexdigest()[:40]
    bob.post("/speech/", {"text": "Taken.", "model": like.model, "voice": like.voice, "key": key})
    assert alice.post("/speech/aloud/", {"text": "Bye."}).status_code == 200


@pytest.fixture
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.mark.django_db(transaction=True)
def test_an_empty_file_takes_no_bytes(alice, folders):
    pk = announce(alice, size=0).json()["id"]
    assert put(alice, pk, 0, b"x" * 1000).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_recorders_share_the_room_of_their_person(alice, folders, settings):
    settings.RECORDING_LIMIT = 3000
    for full in range(taking.MOST_ROOM):
        pk = alice.post("/audio/uploads/", {"origin": "recorded"}).json()["id"]
        assert put(alice, pk, 0, sounds.wav()[:3000]).status_code == 200, full
    more = alice.post("/audio/uploads/", {"origin": "recorded"})
    assert more.status_code == 429 or put(alice, more.json()["id"], 0, b"x").status_code == 413


@pytest.mark.django_db(transaction=True)
def test_dictations_that_are_looked_at_take_room_too(server, bob, monkeypatch):
    looked = []
    monkeypatch.setattr(dictation, "looked_at", lambda data: looked.append(data))
    for _ in range(3):
        assert dictation._room.acquire(blocking=False)
    try:
        answer = bob.post("/audio/dictation/", files={"sound": ("x", b"RIFF", "audio/wav")})
    finally:
        dictation._room.release(3)
    assert (answer.status_code, looked) == (503, [])


@pytest.mark.django_db(transaction=True)
def test_sound_that_hides_how_long_it_lasts_is_refused(alice, folders, settings):
    """By its time stamps it takes no time at all."""
    settings.RECORDING_SECONDS = 10
    told = upload(alice, sounds.at_once(30), "short.mkv")
    assert (told["state"], told["error"]) == ("refused", "It lasts 0:30; a recording may last up to 0:10.")


@pytest.mark.django_db(transaction=True)
def test_no_more_is_heard_than_a_recording_may_last(record, ask, hearing, worked, folders, settings):
    """Whatever its row says: what is counted is the sound that is decoded."""
    settings.RECORDING_SECONDS, settings.PIECE_SECONDS = 40, 30
    job = worked(ask(record(sounds.at_once(100), 1.0)))
    heard = [end for start, end in job.pieces.values_list("start", "end")]
    assert job.state == "complete" and 40 <= max(heard) <= 41
    assert job.version.note == "Transcribed; the file is damaged from 0:41 on"


def test_sound_in_memory_is_read_up_to_a_bound(monkeypatch):
    data = beeps.written(beeps.tone(3), "flac")
    assert len(reading.samples_of(data)[0]) == 3 * beeps.RATE
    monkeypatch.setattr(reading, "LONGEST", 2)
    for rate in (None, 8000, 192000):
        with pytest.raises(reading.TooLong, match="longer than"):
            reading.samples_of(data, rate)


@pytest.mark.parametrize("rate", [1, 500_000])
def test_sound_of_a_rate_that_nobody_plays_is_none(rate):
    data = bytearray(sounds.wav())
    data[24:28] = rate.to_bytes(4, "little")
    with pytest.raises(reading.Unreadable):
        reading.samples_of(bytes(data))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", ["Hello there.", LONG])
def test_speech_that_never_ends_is_no_speech(server, spoken, monkeypatch, text):
    monkeypatch.setattr(reading, "LONGEST", 2)
    server.upstream.plays(speaks(seconds=5), path=PATH)
    speech = spoken(text, response_format="flac")
    assert (speech.state, speech.error["code"], speech.file.name) == ("failed", "unreadable_sound", "")
    assert "longer than" in speech.error["message"]
