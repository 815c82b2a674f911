"""A journalist's day in one go: from a file to corrected subtitles, from the microphone to text, from text to sound."""

import re

import pysubs2
import pytest
from playwright.sync_api import expect

from apps.audio.models import Recording, Speech, State, Transcript
from apps.audio.runs import lanes
from apps.audio.runs import worker as holding
from apps.catalog import catalog
from tests.audio import tones
from tests.audio.working import worker
from tests.browser.test_transcript import TranscriptPage
from tests.upstream import says
from tests.upstream.audio import PATHS
from tests.upstream.speech import PATH, speaks
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = 40
TALK = {"name": "talk.wav", "mimeType": "audio/wav", "buffer": tones.recording(WORDS)}
RECORDING, TRANSCRIPT = re.compile(r"/audio/[0-9a-z]{20}/$"), re.compile(r"/audio/transcripts/[0-9a-z]{20}/$")


@pytest.fixture(autouse=True)
def works(server, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = 30, 1
    monkeypatch.setattr(holding, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(lanes, "_paused_until", 0.0)
    server.upstream.listener = tones.heard
    server.upstream.default = lambda request: speaks(seconds=0.3) if request.path == PATH else says("Hello.")
    server.call(catalog.refresh)
    with worker():
        yield server.upstream


def test_from_a_file_and_the_microphone_to_text_and_from_text_to_sound(works, open_browser, alice):
    chat = open_browser(alice, permissions=["microphone"])
    transcript = transcribes_a_file(chat, works)
    corrects_and_takes_away(chat, transcript)
    records(chat, works)
    speaks_a_text(chat)


def transcribes_a_file(chat, upstream):
    """Upload, ask, watch; the tab is closed in the middle and the job goes on."""
    page = chat.open("/audio/").page
    page.locator("input.chooser").set_input_files([TALK])
    expect(page).to_have_url(RECORDING)
    upstream.hears(tones.heard).hears(tones.heard, hang=True)
    chat.by("button", "Transcribe").click()
    expect(page).to_have_url(TRANSCRIPT)
    address = page.url
    expect(chat.by("progressbar", "Transcription")).to_be_visible()
    expect(page.get_by_text("1 of 2 pieces")).to_be_visible()
    expect(chat.by("list", "Text so far").get_by_role("listitem").first).to_contain_text("w0 w1 w2")
    # F55: nobody looks any more.
    page.goto("about:blank")
    upstream.resumes()
    transcript = until(lambda: Transcript.objects.filter(state=State.COMPLETE).first())
    assert transcript.version.text.split() == tones.spoken(WORDS)
    assert len([request for request in upstream.requests if request.path in PATHS]) == 2
    assert address.endswith(f"/audio/transcripts/{transcript.pk}/")
    return transcript


def corrects_and_takes_away(chat, transcript):
    """Hear it, click a word, write another, and save subtitles that have it."""
    text, page = TranscriptPage(chat, transcript), chat.page
    chat.by("button", "Play").click()
    until(lambda: text.marked() and text.position > 0)
    text.click_word(3, "w10")
    until(lambda: text.marked() == ["w10"])
    assert text.position >= 10
    chat.by("button", "Pause").click()
    text.click_word(3, "w10", double=True)
    page.keyboard.type("ten")
    text.saved()
    chat.by("button", "Export").click()
    dialog = chat.by("dialog", "Export")
    dialog.get_by_label("Format").select_option("srt")
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Download").click()
    cues = pysubs2.load(str(saved.value.path()), format_="srt")
    assert " ".join(cue.plaintext for cue in cues).split() == ["ten" if word == "w10" else word for word in tones.spoken(WORDS)]


def records(chat, upstream):
    """Into the microphone, which beeps; what came of it is put to text as well."""
    page = chat.open("/audio/").page
    chat.by("button", "Record").click()
    expect(page.get_by_role("timer")).to_have_text("0:02", timeout=15000)
    chat.by("button", "Stop").click()
    expect(page).to_have_url(RECORDING)
    assert Recording.objects.get(origin="recorded").duration > 1
    upstream.hears("A beep.")
    chat.by("button", "Transcribe").click()
    expect(page.locator(".said")).to_have_text("A beep.")


def speaks_a_text(chat):
    page = chat.open("/speech/").page
    chat.by("textbox", "Text").fill("The harbour was quiet.")
    chat.by("button", "Speak").click()
    player = chat.by("article").locator("audio")
    expect(player).to_be_visible()
    player.evaluate("audio => audio.play()")
    until(lambda: page.evaluate("document.querySelector('article audio').ended"))
    assert Speech.objects.get().state == State.COMPLETE
