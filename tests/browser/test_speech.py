"""Speech as people use it: written, heard, saved and deleted; answers read aloud; messages dictated."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.audio.models import Speech
from apps.audio.runs import queue
from apps.audio.runs import worker as holding
from apps.audio.sound.reading import samples_of
from apps.catalog import catalog
from tests.audio.speeches import LONG
from tests.audio.working import worker
from tests.browser.test_access import violations
from tests.upstream import says
from tests.upstream.speech import PATH, speaks
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

HEARS = "/openai/v1/audio/transcriptions"
JSON = {"content-type": "application/json"}
# What sounds, by the scripts of the page: contexts and the pieces that were begun in them.
LISTEN = """
window.heard = []
const start = AudioBufferSourceNode.prototype.start
AudioBufferSourceNode.prototype.start = function (at) {
  window.heard.push({ at, length: this.buffer.duration, state: this.context.state })
  this.addEventListener("ended", () => { window.heard.ended = (window.heard.ended ?? 0) + 1 })
  return start.call(this, at)
}
"""


@pytest.fixture(autouse=True)
def works(server, kept, monkeypatch):
    monkeypatch.setattr(holding, "LOOK_EVERY", 0.05)
    server.upstream.default = lambda request: (
        speaks(seconds=0.3) if request.path == PATH else says("An **answer** to hear.\n\n```\ncode\n```")
    )
    server.call(catalog.refresh)
    with worker():
        yield


@pytest.fixture
def page(open_browser, alice):
    chat = open_browser(alice, permissions=["microphone"])
    chat.page.add_init_script(LISTEN)
    return chat


def heard(page):
    return page.page.evaluate("[window.heard, window.heard.ended ?? 0]")


def fill(page, text):
    page.by("textbox", "Text").fill(text)
    page.by("combobox", "Format").select_option("wav")
    page.by("combobox", "Sample rate").select_option("8000")


def test_a_speech_that_waits_says_how_many_are_ahead(server, page, say, settings):
    places = settings.WORKER_JOBS
    server.upstream.default = speaks(hang=True)
    speeches = [say("Hello there.", key=f"key-{number}") for number in range(places + 2)]
    for speech in speeches:
        queue.begin_speech(speech)
    until(lambda: Speech.objects.filter(state="running").count() == places)
    page.open(f"/speech/{speeches[-1].pk}/")
    expect(page.page.get_by_text("Waiting for a worker, 1 ahead", exact=True)).to_be_visible()
    speeches[-2].stop()
    expect(page.page.get_by_text("Waiting for a worker", exact=True)).to_be_visible()
    for speech in speeches:
        speech.stop()
    expect(page.page.get_by_text("Stopped.")).to_be_visible()


def test_a_text_is_spoken_heard_saved_used_again_and_deleted(server, page):
    page.open("/speech/")
    expect(page.by("combobox", "Voice")).to_have_value("Fritz-PlayAI")
    fill(page, "Hello there, it works.")
    expect(page.page.get_by_text("22 characters.")).to_be_visible()
    page.by("button", "Speak").click()
    card = page.by("article")
    player = card.locator("audio")
    expect(player).to_be_visible()
    pieces, ended = heard(page)
    assert (len(pieces), pieces[0]["state"], ended) == (1, "running", 1)
    player.evaluate("audio => audio.play()")
    until(lambda: page.page.evaluate("document.querySelector('audio').ended"))
    assert player.evaluate("audio => audio.duration") == pytest.approx(0.3, abs=0.01)
    with page.page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "Hello there it works.wav"
    assert samples_of(download.value.path().read_bytes())[1] == 8000
    card.get_by_role("button", name="Code").click()
    expect(page.by("dialog", "Code").get_by_label("curl sample")).to_contain_text("Hello there, it works.")
    page.page.keyboard.press("Escape")

    # What was written is still there after a reload; what is used again stands before it.
    fill(page, "Another text.")
    page.page.reload()
    expect(page.by("textbox", "Text")).to_have_value("Another text.")
    card.get_by_role("link", name="Use again").click()
    expect(page.by("textbox", "Text")).to_have_value("Hello there, it works.")
    expect(page.by("combobox", "Format")).to_have_value("wav")

    card.get_by_role("button", name="Delete").click()
    page.by("dialog", "Delete this speech?").get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)
    assert not Speech.objects.exists()


def test_a_long_text_is_heard_before_it_is_done(server, page):
    server.upstream.plays(speaks(seconds=0.6), path=PATH).plays(speaks(hang=True, seconds=0.5), path=PATH)
    page.open("/speech/")
    fill(page, LONG)
    page.by("button", "Speak").click()
    card = page.by("article")
    expect(card.get_by_role("button", name="Pause")).to_be_enabled()
    assert Speech.objects.get().state == "running"
    card.get_by_role("button", name="Pause").click()
    expect(card.get_by_role("button", name="Play")).to_be_visible()
    card.get_by_role("button", name="Play").click()
    expect(card.get_by_role("link", name="Download")).to_be_hidden()
    server.upstream.resumes()
    expect(card.locator("audio")).to_be_visible()
    pieces, ended = heard(page)
    assert len(pieces) == ended == Speech.objects.get().pieces.count() >= 2


def test_what_is_done_can_be_taken_away_before_all_of_it_was_heard(server, page):
    server.upstream.plays(speaks(seconds=3), path=PATH).plays(speaks(seconds=3), path=PATH)
    page.open("/speech/")
    fill(page, LONG)
    page.by("button", "Speak").click()
    card = page.by("article")
    card.get_by_role("button", name="Pause").click()
    expect(card.get_by_role("status")).to_have_text("Ready")
    with page.page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).stat().st_size == Speech.objects.get().size
    expect(card.get_by_role("button", name="Play")).to_be_visible()


def test_what_was_asked_for_comes_into_view(server, open_browser, alice):
    server.upstream.plays(speaks(hang=True), path=PATH)
    page = open_browser(alice, viewport={"width": 360, "height": 740}).open("/speech/")
    fill(page, LONG)
    page.by("button", "Speak").click()
    expect(page.by("button", "Stop")).to_be_in_viewport()


def test_pieces_that_are_there_follow_one_another_without_a_gap(server, page):
    server.upstream.default = lambda request: speaks(seconds=0.4)
    page.open("/speech/")
    server.upstream.plays(speaks(seconds=1.5), path=PATH)
    fill(page, LONG * 3)
    page.by("button", "Speak").click()
    expect(page.by("article").locator("audio")).to_be_visible()
    pieces, _ = heard(page)
    assert len(pieces) == Speech.objects.get().pieces.count() >= 3
    for one, following in zip(pieces, pieces[1:], strict=False):
        assert following["at"] == pytest.approx(one["at"] + one["length"], abs=1e-6)


def test_what_fails_is_said_and_retried_and_a_stop_is_a_stop(server, page):
    server.upstream.plays(speaks(), path=PATH)
    server.upstream.refuses(400, "Terms, please.", code="model_terms_required", path=PATH)
    page.open("/speech/")
    fill(page, LONG)
    page.by("button", "Speak").click()
    card = page.by("article")
    expect(card.get_by_role("alert")).to_contain_text("Terms, please. An administrator")
    card.get_by_role("button", name="Play").click()
    until(lambda: page.page.evaluate("window.heard.ended >= 1"))
    server.upstream.plays(speaks(hang=True), path=PATH)
    card.get_by_role("button", name="Retry").click()
    card.get_by_role("button", name="Stop").click()
    expect(card).to_contain_text("Stopped.")
    card.get_by_role("button", name="Retry").click()
    expect(card.locator("audio")).to_be_visible()
    assert Speech.objects.get().state == "complete"


def test_a_mistake_leaves_everything_as_it_was_typed(server, page):
    page.open("/speech/")
    fill(page, "Some text")
    page.by("combobox", "Voice").select_option("")
    expect(page.by("textbox", "Name of the voice")).to_be_focused()
    page.by("button", "Speak").click()
    expect(page.by("alert")).to_contain_text("Choose a voice")
    page.by("textbox", "Name of the voice").fill("Somebody")
    page.by("button", "Speak").click()
    expect(page.by("article")).to_contain_text("Somebody")
    expect(page.by("textbox", "Text")).to_have_value("Some text")


def test_an_answer_is_read_aloud_and_the_same_again_costs_nothing(server, page):
    page.open("/")
    page.send("Say something")
    page.answered("An answer to hear.")
    button = page.by("button", "Read aloud")
    button.click()
    until(lambda: page.page.evaluate("window.heard.ended === 1"))
    expect(button).to_be_visible()
    assert [request.json["input"] for request in server.upstream.requests if request.path == PATH] == ["An answer to hear."]
    button.click()
    until(lambda: page.page.evaluate("window.heard.ended === 2"))
    assert sum(request.path == PATH for request in server.upstream.requests) == 1
    page.open("/speech/")
    expect(page.by("article")).to_have_count(0)


def test_pressing_again_ends_the_reading(server, page):
    server.upstream.plays(speaks(seconds=30), path=PATH)
    page.open("/")
    page.send("Say something")
    page.answered("An answer to hear.")
    page.by("button", "Read aloud").click()
    until(lambda: page.page.evaluate("window.heard.length === 1"))
    page.by("button", "Stop reading").click()
    expect(page.by("button", "Read aloud")).to_be_visible()


def test_why_nothing_is_read_aloud_is_said(server, page):
    server.upstream.refuses(400, "No.", path=PATH)
    page.open("/")
    page.send("Say something")
    page.answered("An answer to hear.")
    page.by("button", "Read aloud").click()
    expect(page.page.locator("#notices")).to_contain_text("This could not be read aloud.")
    expect(page.by("button", "Read aloud")).to_be_visible()


def test_what_has_no_words_is_not_read_aloud(server, page):
    server.upstream.refuses(401, "Invalid API Key")
    page.open("/")
    page.send("Say something")
    expect(page.by("alert")).to_contain_text("Invalid API Key")
    expect(page.by("button", "Regenerate")).to_be_visible()
    expect(page.by("button", "Read aloud")).to_have_count(0)


def test_a_message_is_dictated_where_the_caret_is(server, page):
    server.upstream.sends(json.dumps({"text": " dictated words "}).encode(), headers=JSON, path=HEARS)
    page.open("/")
    page.box.fill("Before. After.")
    page.box.evaluate("box => box.setSelectionRange(7, 7)")
    page.by("button", "Dictate").click()
    expect(page.page.locator("dictate-button output")).to_have_text("0:01")
    page.by("button", "End dictation").click()
    expect(page.box).to_have_value("Before. dictated words After.")
    expect(page.box).to_be_focused()
    sent = next(request for request in server.upstream.requests if request.path == HEARS)
    assert b'filename="dictation.webm"' in sent.body
    # The draft is as if it had been typed.
    page.page.reload()
    expect(page.box).to_have_value("Before. dictated words After.")


def test_a_recording_that_was_refused_is_kept_and_sent_again(server, page):
    server.upstream.refuses(400, "Not now.", path=HEARS).sends(b'{"text": "At last."}', headers=JSON, path=HEARS)
    page.open("/")
    page.by("button", "Dictate").click()
    expect(page.page.locator("dictate-button output")).to_have_text("0:01")
    page.page.keyboard.press("Escape")
    expect(page.by("alert")).to_contain_text("Not now.")
    page.by("button", "Send the recording again").click()
    expect(page.box).to_have_value("At last.")


def test_without_the_right_to_hear_it_is_said(server, open_browser, alice):
    page = open_browser(alice).open("/")
    page.by("button", "Dictate").click()
    expect(page.page.locator("#notices")).to_contain_text("does not let this page use the microphone")
    expect(page.by("button", "Dictate")).to_be_enabled()


def test_a_viewer_listens(server, open_browser, vera, people, ours):
    made = {"key": "k", "text": "For all", "model": "playai-tts", "voice": "Nia-PlayAI", "parameters": {"response_format": "wav"}}
    Speech.ask(ours, people["alice"], **made)
    page = open_browser(vera).open("/speech/")
    expect(page.by("article").locator("audio")).to_be_visible()
    for name in ("Speak", "Delete", "Retry"):
        expect(page.by("button", name)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (360, 740)], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_speech(server, open_browser, alice, people, ours, scheme, size):
    server.upstream.refuses(400, "No.", path=PATH)
    page = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}).open("/speech/")
    assert violations(page) == ""
    fill(page, "A" * 100 + " " + LONG)
    page.by("button", "Speak").click()
    expect(page.by("article").get_by_role("alert")).to_be_visible()
    page.by("button", "Speak").click()
    expect(page.by("article").first.locator("audio")).to_be_visible()
    server.upstream.plays(speaks(hang=True), path=PATH)
    page.by("button", "Speak").click()
    expect(page.by("button", "Stop")).to_be_visible()
    assert violations(page) == ""
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.by("article").first.get_by_role("button", name="Delete").click()
    assert violations(page) == ""
