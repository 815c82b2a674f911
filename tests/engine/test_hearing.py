"""Recordings to text, as the official client asks for it."""

import base64
import concurrent.futures
import io
import re
import socket
import types

import groq
import numpy
import pytest

from apps.engine import hearing, multipart, transcript_wire
from apps.engine.languages import NAMES
from apps.engine.refusal import Refusal
from tests.engine.conftest import MODEL
from tests.engine.sounds import tone, wav

WHISPER, PIPER = "whisper-base", "piper-en-us-joe"
TEXT = "The old harbour was built by two brothers. They sold salt and rope to every ship that passed."
# Those of the API description, in its order.
CODES = """
en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv
bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa
lb my bo tl mg as tt haw ln ha ba jv su yue
"""
GIVEN = {"model": [WHISPER]}


@pytest.fixture(scope="session")
def spoken(engine):
    """The text as a recording."""
    with groq.Groq(api_key=engine.key, base_url=engine.base_url, max_retries=0, timeout=120) as client:
        return client.audio.speech.create(model=PIPER, voice="joe", input=TEXT, response_format="wav", sample_rate=16_000).read()


@pytest.fixture
def hear(client, spoken):
    def hear(**options):
        return client.audio.transcriptions.create(**{"model": WHISPER, "file": ("a.wav", spoken), **options})

    return hear


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower().replace("harbor", "harbour"))


def parse(task="transcribe", url=False, **texts):
    form = multipart.Form(texts={**GIVEN, **{name: [value] if isinstance(value, str) else value for name, value in texts.items()}})
    form.files["url" if url else "file"] = io.BytesIO(b"x")
    return hearing.parse(form, task, WHISPER)


@pytest.mark.parametrize(
    ("texts", "param"),
    [
        ({"colour": "red"}, "colour"),
        ({"stream": "true"}, "stream"),
        ({"response_format": "srt"}, "response_format"),
        ({"language": "xx"}, "language"),
        ({"language": "English"}, "language"),
        ({"temperature": "1.1"}, "temperature"),
        ({"temperature": "-0.1"}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"temperature": "nan"}, "temperature"),
        ({"timestamp_granularities[]": ["word"]}, "timestamp_granularities"),
        ({"timestamp_granularities[]": ["letter"], "response_format": "verbose_json"}, "timestamp_granularities.0"),
        ({"prompt": ["a", "b"]}, "prompt"),
        ({"model": ""}, "model"),
    ],
)
def test_the_field_that_is_wrong_is_named(texts, param):
    with pytest.raises(Refusal) as refused:
        parse(**texts)
    assert refused.value.status == 400
    assert refused.value.error["param"] == param


def test_a_translation_has_no_language_to_choose_and_no_words():
    for name in ("language", "timestamp_granularities[]"):
        with pytest.raises(Refusal, match="unsupported"):
            parse("translate", **{name: "en"})
    assert parse("translate", prompt="Salt", temperature="0.5").temperatures == (0.5,)


def test_lists_are_taken_with_and_without_brackets():
    for name in ("timestamp_granularities", "timestamp_granularities[]"):
        asked = parse(response_format="verbose_json", **{name: ["word", "segment"]})
        assert asked.granularities == ("word", "segment")


def test_all_languages_of_the_description_are_taken():
    assert NAMES.keys() == set(CODES.split())
    for code in NAMES:
        assert parse(language=code).language == code


def test_what_is_empty_asks_for_nothing():
    asked = parse(language="", prompt="", temperature="", response_format="")
    assert (asked.language, asked.prompt, asked.format, asked.temperatures) == (None, None, "json", hearing.RISING)


def test_exactly_one_of_file_and_url():
    for files in ({}, {"file": io.BytesIO(b"x"), "url": io.BytesIO(b"x")}):
        with pytest.raises(Refusal, match="file and url"):
            hearing.parse(multipart.Form(texts=GIVEN, files=files), "transcribe", WHISPER)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/a.wav", "unsupported_parameter"),
        ("HTTP://169.254.169.254/", "unsupported_parameter"),
        ("file:///etc/passwd", "invalid_value"),
        ("data:audio/wav,plain", "invalid_value"),
        ("data:audio/wav;base64,é", "invalid_value"),
        ("a", "invalid_value"),
        ("data:audio/wav;base64,", "invalid_audio"),
    ],
)
def test_an_address_is_not_fetched_and_nonsense_is_refused(url, code):
    with multipart.Form() as form, pytest.raises(Refusal) as refused:
        form.new_file("url").write(url.encode())
        form.files["url"].seek(0)
        hearing.recording(form)
    assert refused.value.status == 400
    assert refused.value.error["code"] == code


def test_bytes_come_out_of_letters_of_either_alphabet():
    data = bytes(range(256))
    for text in (base64.b64encode(data), base64.urlsafe_b64encode(data), base64.urlsafe_b64encode(data).rstrip(b"=")):
        assert hearing.inside(text) == data
        assert hearing.inside(b"data:audio/wav;base64," + text) == data


def test_a_file_over_the_limit():
    with multipart.Form() as form, pytest.raises(Refusal) as refused:
        form.new_file("file").truncate(multipart.FILE_LIMIT + 1)
        hearing.recording(form)
    assert refused.value.status == 413


def test_times_are_told_from_the_beginning_of_the_recording():
    word = types.SimpleNamespace(word=" salt", start=numpy.float64(1.5), end=2.0)
    about = {"seek": 100, "text": " salt", "tokens": [1], "temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 1.0}
    part = types.SimpleNamespace(start=1.0, end=2.5, no_speech_prob=0.1, words=[word], **about)
    heard = types.SimpleNamespace(language="jv", duration=602.0, segments=[(part, 0.0), (part, 300.5)])
    asked = parse(response_format="verbose_json", **{"timestamp_granularities[]": ["word", "segment"]})
    said = transcript_wire.verbose(heard, asked, "req_1")
    assert (said["text"], said["language"], said["duration"]) == ("salt salt", "Javanese", "602.0")
    assert [each["start"] for each in said["words"]] == [1.5, 302.0]
    assert [(each["id"], each["seek"], each["end"]) for each in said["segments"]] == [(0, 100, 2.5), (1, 30_150, 303.0)]


@pytest.mark.model
@pytest.mark.parametrize("options", [{}, {"language": "en"}, {"temperature": 0.2, "prompt": "Salt and rope."}], ids=range(3))
def test_what_was_said_is_written(hear, options):
    said = words(hear(**options).text)
    assert len(set(words(TEXT)) - set(said)) <= 3, said
    assert abs(len(said) - len(words(TEXT))) <= 3


@pytest.mark.model
def test_the_answer_in_full_has_all_members(hear):
    answer = hear(response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert (answer.task, answer.language) == ("transcribe", "English")
    duration = float(answer.duration)
    assert 3 < duration < 12
    members = {"id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"}
    assert [segment["id"] for segment in answer.segments] == list(range(len(answer.segments)))
    for segment in answer.segments:
        assert segment.keys() == members
        assert 0 <= segment["start"] < segment["end"] <= duration + 0.5
    assert "".join(segment["text"] for segment in answer.segments).strip() == answer.text
    assert [word["word"] for word in answer.words] == answer.text.split()
    times = [time for word in answer.words for time in (word["start"], word["end"])]
    assert times == sorted(times)
    assert answer.x_groq["id"].startswith("req_")


@pytest.mark.model
def test_segments_or_words_come_as_they_were_asked_for(hear):
    plain = hear(response_format="verbose_json")
    assert plain.segments
    assert not hasattr(plain, "words")
    worded = hear(response_format="verbose_json", timestamp_granularities=["word"])
    assert worded.words
    assert not hasattr(worded, "segments")


@pytest.mark.model
def test_plain_text_is_plain_text(http, spoken):
    answer = http.post("/audio/transcriptions", data={"model": WHISPER, "response_format": "text"}, files={"file": ("a", spoken)})
    assert answer.headers["content-type"].startswith("text/plain")
    assert "brothers" in answer.text
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.model
def test_sound_may_come_as_a_data_url(client, spoken):
    url = "data:audio/wav;base64," + base64.urlsafe_b64encode(spoken).decode()
    assert "brothers" in client.audio.transcriptions.create(model=WHISPER, url=url).text


@pytest.mark.model
def test_a_translation_is_english(client, spoken):
    answer = client.audio.translations.create(model=WHISPER, file=("a.wav", spoken), response_format="verbose_json")
    assert (answer.task, answer.language) == ("translate", "English")
    assert "brothers" in answer.text
    assert answer.segments


@pytest.mark.model
def test_silence_is_an_answer(client):
    answer = client.audio.transcriptions.create(model=WHISPER, file=("a.wav", wav(tone(2, loud=0))), response_format="verbose_json")
    assert float(answer.duration) == 2
    assert len(answer.text.split()) < 5


@pytest.mark.model
@pytest.mark.parametrize(
    ("file", "code"),
    [(b"", "invalid_audio"), (b"<html>" * 99, "invalid_audio"), (wav(tone(0.001)), "audio_too_short"), (wav(tone(1))[:44], None)],
    ids=range(4),
)
def test_what_is_no_recording_is_a_bad_request(client, file, code):
    with pytest.raises(groq.BadRequestError) as refused:
        client.audio.transcriptions.create(model=WHISPER, file=("a.wav", file))
    assert refused.value.body["error"]["code"] in (code, "audio_too_short")
    assert refused.value.body["error"]["message"]


@pytest.mark.model
def test_the_size_is_limited_for_real(client):
    for size in (multipart.FILE_LIMIT + 1, 2 * multipart.BODY_LIMIT):
        with pytest.raises(groq.APIStatusError) as refused:
            client.audio.transcriptions.create(model=WHISPER, file=("a.wav", bytes(size)))
        assert refused.value.status_code == 413
        assert refused.value.body["error"]["code"] == "request_too_large"


@pytest.mark.model
def test_only_whisper_hears(client, spoken):
    for model in ("whisper-large-v3", MODEL, PIPER):
        with pytest.raises(groq.NotFoundError) as refused:
            client.audio.transcriptions.create(model=model, file=("a.wav", spoken))
        assert refused.value.body["error"]["code"] == "model_not_found"


@pytest.mark.model
def test_it_is_listed_with_the_others(client):
    listed = {model.id: model for model in client.models.list().data}
    assert listed.keys() == {MODEL, WHISPER, PIPER}
    assert client.models.retrieve(WHISPER) == listed[WHISPER]
    assert (listed[WHISPER].active, listed[WHISPER].context_window) == (True, 448)
    assert (listed[PIPER].active, listed[PIPER].context_window) == (True, 10_000)


@pytest.mark.model
def test_all_three_models_answer_at_the_same_time(hear, ask, client):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        heard = [pool.submit(hear) for _ in range(2)]
        spoken = pool.submit(lambda: client.audio.speech.create(model=PIPER, voice="joe", input="Hello.").read())
        assert ask("Say hello.").choices[0].message.content
        assert len(spoken.result()) > 1000
        assert all("brothers" in each.result().text for each in heard)


@pytest.mark.model
def test_who_goes_away_is_not_waited_for(engine, hear):
    long = wav(numpy.random.default_rng(0).integers(-9000, 9000, 16_000 * 600).astype("<i2"))
    form = b'--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-base\r\n'
    form += b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + long + b"\r\n--XX--\r\n"
    head = f"POST /openai/v1/audio/transcriptions HTTP/1.1\r\nhost: e\r\nauthorization: Bearer {engine.key}\r\n"
    head += f"content-type: multipart/form-data; boundary=XX\r\ncontent-length: {len(form)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", engine.port), timeout=10) as leaving:
        leaving.sendall(head.encode() + form)
    # Ten minutes of noise would take longer than the client has patience.
    assert "brothers" in hear().text
