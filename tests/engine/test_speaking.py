"""Text to speech, as the official client asks for it."""

import asyncio
import json
import types
from pathlib import Path

import groq
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import encoding, speaking, voice, whisper
from apps.engine.app import App
from apps.engine.refusal import Refusal
from apps.engine.resident import Limits
from apps.engine.speaking import Voice, sentences
from apps.engine.weights import WeightsError
from apps.engine.whisper import Whisper
from tests.engine.sounds import about
from tests.waiting import until

PIPER = "piper-en-us-joe"
BODY = {"model": PIPER, "input": "Hello.", "voice": "joe"}
DESCRIBED = {"audio": {"sample_rate": 16_000}, "dataset": "ada", "inference": {"length_scale": 1.5}}


@pytest.fixture
def say(client):
    """``say("Hello", speed=2)``: the bytes of the answer."""

    def say(text, **options):
        return client.audio.speech.create(**{**BODY, "input": text, **options}).read()

    return say


def parse(**members):
    return Voice(voice.find(), Limits(characters=100)).parse(json.dumps({**BODY, **members}).encode())


def test_what_is_not_said_is_as_the_description_has_it():
    asked = parse()
    assert (asked.format, asked.rate, asked.speed) == ("mp3", 48_000, 1)
    assert parse(response_format="mp3", sample_rate=48_000, speed=1.0) == asked


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": "…?! \n"}, "input"),
        ({"input": 7}, "input"),
        ({"input": "a" * 101}, "input"),
        ({"voice": "Fritz-PlayAI"}, "voice"),
        ({"voice": ""}, "voice"),
        ({"response_format": "aac"}, "response_format"),
        ({"sample_rate": 44_000}, "sample_rate"),
        ({"sample_rate": "48000"}, "sample_rate"),
        ({"speed": 0.4}, "speed"),
        ({"speed": 5.1}, "speed"),
        ({"speed": None}, "speed"),
        ({"instructions": "Whisper."}, "instructions"),
    ],
)
def test_the_member_that_is_wrong_is_named(members, param):
    with pytest.raises(Refusal) as refused:
        parse(**members)
    assert refused.value.status == 400
    assert refused.value.error["param"] == param


@pytest.mark.parametrize("name", sorted(BODY))
def test_what_is_required(name):
    with pytest.raises(Refusal, match=f"{name}: is required"):
        Voice(voice.find()).parse(json.dumps({key: BODY[key] for key in BODY if key != name}).encode())


def test_a_text_is_spoken_in_sentences():
    text = 'Dr. Ada paid 3.50 euros. "Why?" asked Mr. Low!\nNobody knew… [[ə]]'
    assert list(sentences(text)) == ["Dr. Ada paid 3.50 euros.", '"Why?', "asked Mr. Low!", "Nobody knew…", "[ [ə]]"]


def test_a_long_sentence_is_spoken_where_a_reader_would_breathe():
    text = ("the first part of it is here, " * 30).strip()
    parts = list(sentences(text))
    assert " ".join(parts) == text
    assert all(part.endswith(",") and len(part) <= speaking.LONGEST for part in parts)


@given(st.text(st.characters(codec="utf-8"), max_size=2000))
def test_no_letter_is_lost_and_no_portion_is_too_long(text):
    parts = list(sentences(text))
    assert all(len(part) <= speaking.LONGEST for part in parts)
    assert not any(character < " " for part in parts for character in part)
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for part in parts for letter in part if letter.isalnum()] == letters


def test_another_voice_goes_by_its_name(tmp_path):
    path = tmp_path / "en_GB-ada-low.onnx"
    path.touch()
    (tmp_path / "en_GB-ada-low.onnx.json").write_text(json.dumps(DESCRIBED))
    found = voice.find(str(path))
    assert (found.id, found.problem, found.rate, found.pace) == ("piper-en_GB-ada-low", "", 16_000, 1.5)
    assert found.speakers == (("ada", None),)
    (tmp_path / "en_GB-ada-low.onnx.json").write_text(json.dumps({**DESCRIBED, "speaker_id_map": {"lovelace": 1, "ada": 0}}))
    assert voice.find(str(path)).speakers == (("ada", 0), ("lovelace", 1))


@pytest.mark.parametrize("described", [None, "", "[]", "{}", '{"audio": {"sample_rate": "fast"}}'])
def test_what_is_no_voice_says_so(tmp_path, described):
    path = tmp_path / "mine.onnx"
    path.touch()
    if described is not None:
        (tmp_path / "mine.onnx.json").write_text(described)
    found = voice.find(str(path))
    assert found.id == "piper-mine"
    assert "mine.onnx.json" in found.problem
    with pytest.raises(WeightsError):
        voice.load(found)


def test_the_bundled_voice_is_what_it_should_be(monkeypatch):
    voice.load(voice.find()).close()
    monkeypatch.setitem(voice.SHA256, ".onnx", "0" * 64)
    with pytest.raises(WeightsError, match="SHA-256"):
        voice.load(voice.find())


def test_there_is_no_voice_without_piper_or_where_none_is_wanted(monkeypatch):
    assert voice.find("none") is voice.find("None") is None
    monkeypatch.setattr(voice.importlib.util, "find_spec", lambda name: None)
    assert voice.find() is None


async def test_without_a_voice_there_is_no_speech_and_no_model_for_it():
    chat = types.SimpleNamespace(id="chat", weights=whisper.find(), context_window=1, max_completion_tokens=1)
    reach = {"transport": httpx.ASGITransport(App(chat, "key", Whisper(whisper.find()))), "base_url": "http://engine/openai/v1"}
    async with httpx.AsyncClient(headers={"authorization": "Bearer key"}, **reach) as http:
        listed = await http.get("/models")
        asked = await http.post("/audio/speech", json=BODY)
    assert [model["id"] for model in listed.json()["data"]] == ["chat", "whisper-base"]
    assert asked.status_code == 404
    assert "has no voice" in asked.json()["error"]["message"]


@pytest.mark.model
@pytest.mark.parametrize("name", encoding.FORMATS)
def test_every_format_has_its_type_and_comes_in_pieces(http, name):
    with http.stream("POST", "/audio/speech", json={**BODY, "response_format": name, "sample_rate": 24_000}) as answer:
        data = answer.read()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == encoding.media_type(name, 24_000).decode()
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(data) > 2000
    if name != "mulaw":
        assert 0.3 < about(data)[2] < 3


@pytest.mark.model
def test_speed_makes_it_shorter_or_longer(say):
    slow, plain, fast = (about(say("One two three four five six.", speed=speed, response_format="wav"))[2] for speed in (0.5, 1, 4))
    assert slow > 1.5 * plain > 2 * fast


@pytest.mark.model
def test_a_text_of_many_sentences_is_spoken_to_its_end(say):
    one, many = (about(say("This is a sentence. " * times, response_format="flac"))[2] for times in (1, 5))
    assert 4 * one < many < 9 * one


@pytest.mark.model
def test_what_has_no_sounds_is_left_out_or_refused(say):
    # To an English voice these letters are none.
    assert about(say("Hello. \U0001d7d8\U00010428\n World."))[2] > 0.5
    assert about(say("Hi there."))[2] > 0.3


@pytest.mark.model
def test_a_failing_voice_is_an_error_and_not_the_end(tmp_path):
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"no model")
    (tmp_path / "mine.onnx.json").write_text(json.dumps(DESCRIBED))
    speaker = voice.load(voice.find(str(path)))
    for _ in range(2):
        with pytest.raises(WeightsError, match="Piper ended"):
            speaker.say("Hello.", 1, None)


def children():
    """How many processes this one has begun and not ended."""
    return sum(len(path.read_text().split()) for path in Path("/proc/self/task").glob("*/children"))


@pytest.mark.model
async def test_the_voice_leaves_when_nobody_came_for_a_while_and_nothing_of_it_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(voice.tempfile, "tempdir", str(tmp_path))
    before, speaking = children(), Voice(voice.find(), Limits(idle=0))
    asked = speaking.parse(json.dumps(BODY).encode())
    for _ in range(2):
        assert len(b"".join([data async for data in speaking.speak(asked)])) > 1000
        assert children() == before + 1
        await asyncio.to_thread(until, lambda: not speaking.resident.loaded and children() == before)
        assert not list(tmp_path.iterdir())


@pytest.mark.model
async def test_another_speed_takes_another_process_and_ends_the_one_before():
    before, speaking = children(), Voice(voice.find())
    for speed in (1, 2):
        asked = speaking.parse(json.dumps({**BODY, "speed": speed}).encode())
        assert [data async for data in speaking.speak(asked)]
        assert children() == before + 1
    speaking.resident.leave()
    await asyncio.to_thread(until, lambda: children() == before)


@pytest.mark.model
def test_a_silent_text_is_known_by_how_piper_ends():
    speaker = voice.load(voice.find())
    with pytest.raises(voice.Silent):
        speaker.say("...", 1, None)
    assert speaker.say("Hello.", 1, None)
    speaker.close()


@pytest.mark.model
def test_a_wrong_voice_is_a_bad_request(client):
    with pytest.raises(groq.BadRequestError) as refused:
        client.audio.speech.create(**{**BODY, "voice": "nobody"})
    assert refused.value.body["error"]["param"] == "voice"
    with pytest.raises(groq.NotFoundError):
        client.audio.speech.create(**{**BODY, "model": "playai-tts"})
