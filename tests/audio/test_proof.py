"""The whole of it without a network: the product as it is started, with its engine and its worker as processes of their own.

A text is spoken, what was spoken comes in again as a recording, is put to text and taken away in every format. What is known
about sound in which nothing is said is tried on the same engine.
"""

import io
import json
import re
import secrets
import wave

import docx
import numpy as np
import pysubs2
import pytest

from apps.core.bench import passage
from tests.audio.arriving import PIECE
from tests.core.starts import Up
from tests.engine.conftest import share_of_the_cores
from tests.outside import Database, Visitor
from tests.waiting import until

pytestmark = pytest.mark.model

HEARS, SPEAKS, VOICE, RATE = "whisper-base", "piper-en-us-joe", "joe", 16_000
TEXT = passage.TEXT.partition(" In the afternoon")[0]
STATE = re.compile(r'data-state="(\w+)"')


class Product(Visitor):
    """The owner of a fresh installation, who waits for jobs as a page does."""

    def upload(self, data, name):
        """What the upload has become, as the page is told."""
        told = self.post("/audio/uploads/", {"name": name, "size": len(data)}).json()
        for offset in range(0, len(data), PIECE):
            kind = {"Content-Type": "application/octet-stream"}
            answer = self.http.post(f"{told['url']}?offset={offset}", content=data[offset : offset + PIECE], headers=kind)
            assert answer.status_code == 200, answer.text
        told = self.post(f"{told['url']}finish/").json()
        return until(lambda: (now := self.get(told["url"]).json())["state"] not in ("receiving", "checking") and now, 60)

    def taken(self, data, name):
        told = self.upload(data, name)
        assert told["state"] == "done", told
        return told["recording"]

    def ended(self, part):
        """The part of a page that watches a job, once that has ended."""
        shown = until(lambda: STATE.search(text := self.get(part).text)[1] not in ("queued", "running") and text, 120)
        assert STATE.search(shown)[1] == "complete", shown
        return shown

    def speak(self, text, **how):
        """The file that was made of the text."""
        fields = {"text": text, "model": SPEAKS, "voice": VOICE, "key": secrets.token_hex(16), **how}
        card = self.post("/speech/", fields)
        assert card.status_code == 200, card.text
        spoken = re.search(r'id="speech-(\w+)"', card.text)[1]
        self.ended(f"/speech/{spoken}/card/")
        answer = self.get(f"/speech/{spoken}/sound", params={"download": ""})
        assert answer.status_code == 200
        return answer.content

    def transcript(self, recording, **how):
        """The address of the page of a transcript that is complete, made with the form's first settings."""
        first = {"response_format": "verbose_json", "timestamp_granularities": "segment,word"}
        fields = {"task": "transcribe", "model": HEARS, "key": secrets.token_hex(16), **first, **how}
        answer = self.post(f"{recording}transcribe/", fields)
        page = answer.headers["HX-Redirect"]
        self.ended(f"{page}progress/")
        return page

    def export(self, page, kind, **how):
        answer = self.get(f"{page}export/", params={"format": kind, **how})
        assert answer.status_code == 200, answer.text
        assert f".{kind}" in answer.headers["content-disposition"]
        return answer.content

    def segments(self, page):
        return json.loads(self.export(page, "json"))["segments"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("proof") / "data"


@pytest.fixture(scope="module")
def product(folder):
    with share_of_the_cores():
        up = Up(folder, engine=True)
    with up:
        product = Product(up)
        yield product
        product.http.close()
        assert up.stop() == 0
        assert "Traceback" not in up.stderr


@pytest.fixture(scope="module")
def spoken(product):
    return product.speak(TEXT, response_format="flac", sample_rate=str(RATE))


@pytest.fixture(scope="module")
def recording(product, spoken):
    return product.taken(spoken, "harbour.flac")


@pytest.fixture(scope="module")
def transcript(product, recording):
    return product.transcript(recording)


def wrong(heard):
    return passage.word_error_rate(TEXT, heard)


def test_what_is_spoken_is_heard(product, transcript, capsys):
    heard = product.export(transcript, "txt").decode()
    with capsys.disabled():
        print(f"\nword error rate: {wrong(heard):.1%} of {len(passage.words(TEXT))} words")
    assert wrong(heard) < 0.15, heard


def test_every_word_has_its_time_within_the_recording(product, recording, transcript):
    segments = product.segments(transcript)
    duration = product.get(f"{recording}peaks").json()["duration"]
    words = [word for segment in segments for word in segment["words"]]
    assert len(words) > 0.85 * len(passage.words(TEXT))
    starts = [word["start"] for word in words]
    assert starts == sorted(starts) and starts[0] >= 0 and max(word["end"] for word in words) <= duration + 0.5
    # The passage has no pause that is worth the name: its words are spread over all of it.
    assert starts[0] < 2 and duration - words[-1]["end"] < 2


def test_every_export_is_read_back(product, transcript):
    whole = json.loads(product.export(transcript, "json"))
    said = passage.words(whole["text"])
    assert (whole["model"], whole["version"]["number"], whole["title"]) == (HEARS, 1, "harbour")
    assert passage.words(" ".join(segment["text"] for segment in whole["segments"])) == said
    for kind in ("srt", "vtt"):
        cues = pysubs2.SSAFile.from_string(product.export(transcript, kind).decode(), format_=kind)
        assert passage.words(" ".join(cue.plaintext for cue in cues)) == said
        assert all(cue.start < cue.end for cue in cues)
    assert passage.words(product.export(transcript, "txt").decode()) == said
    title, _, markdown = product.export(transcript, "md").decode().partition("\n")
    assert title == "# harbour" and passage.words(markdown) == said
    document = docx.Document(io.BytesIO(product.export(transcript, "docx")))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == "harbour" and passage.words(" ".join(paragraphs[1:])) == said


def test_it_is_translated(product, recording):
    heard = product.export(product.transcript(recording, task="translate"), "txt").decode()
    # It is English already.
    assert wrong(heard) < 0.15, heard


def test_a_stretch_is_heard_again_and_what_was_kept_comes_back(product, recording, folder):
    # One of its own: taking the better text changes it.
    transcript = product.transcript(recording, language="en")
    kept = product.export(transcript, "json")
    segments = json.loads(kept)["segments"]
    middle = segments[len(segments) // 2]
    stretch = {
        "start": str(middle["start"]),
        "end": str(middle["end"]),
        "model": HEARS,
        "language": "en",
        "key": secrets.token_hex(16),
    }
    page = product.post(f"{transcript}again/", stretch).headers["HX-Redirect"]
    tried = page.rstrip("/").rpartition("/")[2]
    product.ended(f"/audio/transcripts/{tried}/progress/")
    shown = product.get(page)
    assert shown.status_code == 200
    found = Database(folder).ask("SELECT text, segments FROM audio_version WHERE transcript_id = ?", tried)
    (text, again), heard = found[0], passage.words(middle["text"])
    assert passage.word_error_rate(" ".join(heard), text) < 0.35, text
    assert all(middle["start"] - 0.1 <= segment["start"] <= segment["end"] <= middle["end"] + 0.1 for segment in json.loads(again))
    assert product.post(f"{page}take/").status_code < 400
    after = product.segments(transcript)
    assert wrong(" ".join(segment["text"] for segment in after)) < 0.2
    starts = [segment["start"] for segment in after]
    assert starts == sorted(starts)
    # The lossless export brings back the text as it was.
    assert product.post(f"{transcript}import/", files={"file": ("harbour.json", kept)}).status_code == 200
    back = json.loads(product.export(transcript, "json"))
    assert (back["version"]["number"], back["version"]["note"]) == (3, "Imported")
    assert back["segments"] == segments


def written(samples, rate=RATE):
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return held.getvalue()


SECONDS = 12
AT = np.arange(SECONDS * RATE) / RATE
WORDLESS = {
    "silence": np.zeros(SECONDS * RATE),
    "noise": np.random.default_rng(7).normal(0, 0.1, SECONDS * RATE).clip(-1, 1),
    "a tone": np.sin(2 * np.pi * 440 * AT) * 0.5,
}


@pytest.mark.parametrize("what", WORDLESS)
def test_where_nothing_is_said_nothing_stands_without_doubt(product, what):
    # One temperature, at which the model invents readily: with all of them it takes ten times as long and says less.
    page = product.transcript(product.taken(written(WORDLESS[what]), f"{what}.wav"), temperature="0.4")
    assert product.get(page).status_code == 200
    told = product.get(f"{page}words/").json()
    heard = [segment for segment in product.segments(page) if segment["text"].strip()]
    assert len(told["doubts"]) == len(heard), (heard, told["doubts"])


def test_a_file_without_an_end_is_heard_as_far_as_it_goes(product):
    mp3 = product.speak(TEXT[:200], response_format="mp3", sample_rate=str(RATE))
    recording = product.taken(mp3[: len(mp3) // 2], "cut.mp3")
    heard = passage.words(product.export(product.transcript(recording), "txt").decode())
    said = passage.words(TEXT)[: len(heard)]
    assert len(heard) > 8 and passage.word_error_rate(" ".join(said), " ".join(heard)) < 0.3, heard
