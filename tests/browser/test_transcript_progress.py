"""A transcript that grows while somebody reads: wherever the part stands, it follows by itself."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from apps.audio.models import State
from tests.audio import tones
from tests.audio.conftest import ask, ended, hearing, media, record, talk, work  # noqa: F401 - fixtures
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
# As the page of a transcript fetches it.
SHOW = """async path => {
  const answer = await fetch(path)
  document.querySelector("#main").innerHTML = "<h1>Talk</h1>" + await answer.text()
  htmx.process(document.querySelector("#main"))
}"""


@pytest.fixture
def shown(open_browser, alice, hearing, talk, ask, work, settings):  # noqa: F811
    """(the browser of Alice, with a transcript in it whose second piece is being asked for; the transcript)"""
    settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = 30, 1
    hearing.hears(tones.heard).hears(tones.heard, hang=True)
    transcript = ask(talk(100))
    work()
    until(lambda: len(hearing._hanging) == 1)
    chat = open_browser(alice).open("/audio/")
    chat.page.evaluate(SHOW, f"/audio/transcripts/{transcript.pk}/progress/")
    return chat, transcript


def test_it_grows_where_it_stands(shown, hearing):  # noqa: F811
    chat, transcript = shown
    page = chat.page
    lines = chat.by("list", "Text so far").get_by_role("listitem")
    expect(chat.by("progressbar", "Transcription")).to_be_visible()
    expect(page.get_by_text("1 of 4 pieces")).to_be_visible()
    before = lines.count()
    # The line that is read is the same one afterwards, and stands where it stood.
    page.set_viewport_size({"width": 800, "height": 300})
    line = lines.nth(before - 2)
    line.scroll_into_view_if_needed()
    line.evaluate("line => { window.read = line }")
    stood = line.bounding_box()["y"]
    chat.examined = True
    assert Axe().run(page).response["violations"] == []
    hearing.hears(tones.heard).hears(tones.heard, hang=True)
    hearing.resumes()
    expect(page.get_by_text("3 of 4 pieces")).to_be_visible()
    assert lines.count() > before
    assert page.evaluate("window.read.isConnected")
    assert abs(line.bounding_box()["y"] - stood) < 2
    hearing.resumes()
    # It tells its end by loading the page it stands on.
    expect(chat.by("heading", "Audio", level=1).or_(page.locator("#main h1")).first).to_be_visible()
    assert ended(transcript).version.text.split() == tones.spoken(100)


def test_stop_and_go_on(shown):
    chat, transcript = shown
    chat.page.evaluate("addEventListener('transcript-ended', event => event.preventDefault())")
    chat.by("button", "Stop").click()
    expect(chat.page.get_by_text("What had arrived is kept.")).to_be_visible()
    assert ended(transcript).state == State.STOPPED
    chat.examined = True
    assert Axe().run(chat.page).response["violations"] == []
    chat.by("button", "Go on").click()
    expect(chat.page.locator("transcript-progress")).to_have_attribute("data-state", "complete")
    assert ended(transcript).version.text.split() == tones.spoken(100)


def test_who_reads_at_its_end_reads_on_where_they_were(shown, hearing):  # noqa: F811
    chat, transcript = shown
    page = chat.page
    page.set_viewport_size({"width": 800, "height": 400})
    chat.open(f"/audio/transcripts/{transcript.pk}/")
    lines = chat.by("list", "Text so far").get_by_role("listitem")
    line = lines.nth(6)
    line.evaluate("line => scrollBy(0, line.getBoundingClientRect().top - 40)")
    words, stood = line.locator("span").inner_text(), line.bounding_box()["y"]
    hearing.listener = tones.heard
    hearing.resumes()
    expect(page.locator("transcript-page[data-ready]")).to_be_attached(timeout=15000)
    said = page.locator(".segment", has_text=words.split()[0] + " ").first
    until(lambda: page.wait_for_timeout(50) or abs(said.bounding_box()["y"] - stood) < 30)
    page.wait_for_timeout(300)
    assert abs(said.bounding_box()["y"] - stood) < 30
