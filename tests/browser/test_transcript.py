"""A transcript as a journalist meets it: heard, corrected, searched and taken away, by mouse and by keyboard."""

import pysubs2
import pytest
from playwright.sync_api import expect

from apps.audio.models import Transcript, Version
from tests.audio.spoken import TEXTS, make_recording, make_transcript, spoken
from tests.browser.test_access import violations
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

DOUBTFUL = {"avg_logprob": -1.4, "no_speech_prob": 0.1, "compression_ratio": 1.2}


@pytest.fixture
def transcript(people, ours, settings, tmp_path):
    """Of a recording that sounds: a tone for each word."""
    settings.MEDIA_ROOT = tmp_path / "media"
    segments = spoken()
    segments[1] |= DOUBTFUL
    recording = make_recording(ours, people["alice"], segments)
    return make_transcript(ours, people["alice"], segments, recording)


class TranscriptPage:
    """The page by roles and names; ``by`` finds, as on the chat's."""

    def __init__(self, chat, transcript):
        self.chat, self.page, self.by = chat, chat.page, chat.by
        chat.open(f"/audio/transcripts/{transcript.pk}/")
        self.ready()

    def ready(self):
        expect(self.page.locator("transcript-page[data-ready]")).to_be_attached()

    def said(self, number):
        return self.page.locator(".said").nth(number)

    @property
    def position(self):
        return float(self.page.evaluate("document.querySelector('transcript-player').time"))

    def marked(self, name="spoken"):
        return self.page.evaluate(f"[...(CSS.highlights.get('{name}') ?? [])].map(range => range.toString())")

    def click_word(self, number, word, **how):
        """Click in the middle of a word, where it stands on the screen."""
        place = self.said(number).evaluate(
            """(said, word) => {
              const at = said.textContent.indexOf(word)
              const range = document.createRange()
              range.setStart(said.firstChild, at)
              range.setEnd(said.firstChild, at + word.length)
              const { left, top, width, height } = range.getBoundingClientRect()
              return [left + width / 2, top + height / 2]
            }""",
            word,
        )
        for key in how.get("held", []):
            self.page.keyboard.down(key)
        (self.page.mouse.dblclick if how.get("double") else self.page.mouse.click)(*place)
        for key in how.get("held", []):
            self.page.keyboard.up(key)

    def saved(self):
        expect(self.page.locator(".saved")).to_have_text("Saved")


@pytest.fixture
def page(open_browser, alice, transcript):
    return TranscriptPage(open_browser(alice), transcript)


def texts(transcript):
    return [segment["text"] for segment in transcript.version.segments]


def test_it_is_heard_from_any_word_and_followed_with_the_eye(page):
    page.by("button", "Play").click()
    until(lambda: page.marked() and page.position > 0)
    page.by("button", "Pause").click()
    expect(page.by("button", "Play")).to_be_visible()
    page.click_word(1, "about")
    expect(page.by("button", "Pause")).to_be_visible()
    until(lambda: page.marked() == ["rain."])
    assert page.position >= 6.4
    page.by("button", "Pause").click()
    expect(page.page.locator(".segment[aria-current=true] .said")).to_have_text(TEXTS[1])
    page.by("button", "Play from 0:08").click()
    until(lambda: page.position >= 8)
    page.page.keyboard.press("k")
    expect(page.by("button", "Play")).to_be_visible()


def test_a_double_click_before_the_sound_is_there_edits_and_complains_of_nothing(open_browser, alice, transcript):
    chat = open_browser(alice)
    chat.page.route("**/sound", lambda route: None)
    page = TranscriptPage(chat, transcript)
    page.click_word(1, "rain", double=True)
    expect(page.by("textbox", "Text at 0:04")).to_be_focused()
    expect(page.page.locator(".saved")).to_be_empty()


def test_the_position_is_a_slider_and_the_speed_is_kept(page):
    slider = page.by("slider", "Position")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "0:12 of 0:12")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "5")
    box = slider.bounding_box()
    page.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    until(lambda: abs(page.position - 6.25) < 0.1)
    page.by("button", "Zoom in").click()
    expect(page.by("button", "Zoom out")).to_be_enabled()
    page.by("combobox", "Speed").select_option("1.5")
    assert page.page.evaluate("localStorage.getItem('speed')") == "1.5"
    page.page.reload()
    page.ready()
    expect(page.by("combobox", "Speed")).to_have_value("1.5")
    page.page.locator("h1").click()
    page.page.keyboard.press(".")
    expect(page.by("combobox", "Speed")).to_have_value("1.75")


def test_what_is_typed_is_kept_and_undone(page, transcript):
    page.click_word(0, "morning", double=True)
    box = page.by("textbox", "Text at 0:00")
    expect(box).to_be_focused()
    page.page.keyboard.type("evening")
    page.saved()
    assert texts(transcript)[0] == "Good evening and welcome."
    page.page.reload()
    page.ready()
    expect(page.said(0)).to_have_text("Good evening and welcome.")
    page.click_word(0, "welcome", double=True)
    page.page.keyboard.type("goodbye")
    page.saved()
    page.page.keyboard.press("Control+z")
    expect(page.said(0)).to_have_text("Good evening and welcome.")
    page.saved()
    assert texts(transcript)[0] == "Good evening and welcome."
    page.by("button", "Redo").click()
    expect(page.said(0)).to_have_text("Good evening and goodbye.")
    page.saved()
    assert texts(transcript)[0] == "Good evening and goodbye."
    assert [word["start"] for word in transcript.version.segments[0]["words"]] == [0, 1, 2, 3]


def test_segments_are_split_merged_and_deleted_by_keyboard(page, transcript):
    page.page.locator(".segment-time").first.focus()
    page.page.keyboard.press("F2")
    for _ in range(len("Good morning")):
        page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    expect(page.page.locator(".said")).to_have_count(4)
    expect(page.said(1)).to_be_focused()
    page.saved()
    assert texts(transcript)[:2] == ["Good morning", "and welcome."]
    expect(page.by("button", "Play from 0:02")).to_be_visible()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("Backspace")
    expect(page.page.locator(".said")).to_have_count(3)
    page.saved()
    assert texts(transcript) == TEXTS
    page.page.keyboard.press("Escape")
    page.by("button", "Segment at 0:00").click()
    page.by("button", "Delete segment").click()
    expect(page.page.locator(".said")).to_have_count(2)
    page.saved()
    for _ in range(3):
        page.by("button", "Undo").click()
        page.saved()
    expect(page.page.locator(".said")).to_have_text(TEXTS)
    assert transcript.version.segments == transcript.versions.get(number=1).segments


def test_doubtful_segments_are_found_and_put_right(page, transcript):
    expect(page.page.locator(".doubt").nth(1)).to_have_text("Whisper was very unsure")
    page.page.keyboard.press("n")
    expect(page.by("button", "Play from 0:04")).to_be_focused()
    page.by("button", "Segment at 0:04").click()
    page.by("button", "It is right as it stands").click()
    page.saved()
    expect(page.page.locator(".doubt").nth(1)).to_be_hidden()
    assert texts(transcript) == TEXTS


def test_speakers_are_named_by_hand(page, transcript):
    page.by("button", "Segment at 0:04").click()
    page.by("button", "Name the speaker").click()
    dialog = page.by("dialog", "Name the speaker")
    dialog.get_by_label("Name").fill("Ann Lee")
    dialog.get_by_role("button", name="Save").click()
    page.saved()
    expect(page.page.locator(".speaker:visible")).to_have_text(["Ann Lee"])
    assert [one.get("speaker") for one in transcript.version.segments] == [None, "Ann Lee", "Ann Lee"]


def test_words_are_found_and_replaced(page, transcript):
    page.page.keyboard.press("/")
    page.by("searchbox", "Find").fill("a")
    expect(page.by("search", "In this transcript")).to_contain_text("6 places")
    page.by("searchbox", "Find").fill("we")
    page.by("checkbox", "Whole words").check()
    expect(page.by("search", "In this transcript")).to_contain_text("1 place")
    assert page.marked("found") == ["we"]
    page.by("textbox", "Replace").fill("$& they")
    page.by("button", "Replace all").click()
    page.saved()
    assert texts(transcript)[1] == "Today $& they talk about rain."
    assert transcript.version.note == "Replaced once"
    page.by("button", "Close find").click()
    page.by("button", "Undo").click()
    expect(page.said(1)).to_have_text(TEXTS[1])


def test_subtitles_are_seen_before_they_are_taken(page):
    page.by("button", "Export").click()
    dialog = page.by("dialog", "Export")
    dialog.get_by_label("Format").select_option("srt")
    expect(dialog.get_by_label("Preview")).to_contain_text("00:00:00,000 -->")
    dialog.get_by_label("Characters in a line").fill("12")
    expect(dialog.get_by_label("Preview")).to_contain_text("Good morning\nand welcome.")
    with page.page.expect_download() as saved:
        dialog.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "Weather report.srt"
    words = " ".join(event.plaintext for event in pysubs2.load(str(saved.value.path()), format_="srt")).split()
    assert words == " ".join(TEXTS).split()


def test_versions_are_compared_and_restored(page, transcript):
    page.click_word(1, "rain", double=True)
    page.page.keyboard.type("snow ")
    page.saved()
    page.by("button", "Versions").click()
    dialog = page.by("dialog", "Versions")
    dialog.get_by_role("button", name="Show what differs").click()
    expect(page.page.locator("ins")).to_contain_text("snow")
    assert violations(page.chat) == ""
    page.page.go_back()
    page.ready()
    page.by("button", "Versions").click()
    dialog.get_by_role("button", name="Restore version 1").click()
    expect(page.said(1)).to_have_text(TEXTS[1])
    until(lambda: transcript.version.note == "Back to version 1")


def test_edits_outlive_a_lost_connection_and_a_reload(page, transcript):
    context = page.page.context
    context.set_offline(True)
    page.click_word(2, "listening", double=True)
    page.page.keyboard.type("waiting")
    expect(page.page.locator(".saved")).to_contain_text("kept in this browser")
    assert texts(transcript) == TEXTS
    page.page.on("dialog", lambda dialog: dialog.accept())
    context.set_offline(False)
    page.page.evaluate("dispatchEvent(new Event('online'))")
    page.saved()
    assert texts(transcript)[2] == "Thank you for waiting."


def test_a_draft_that_was_never_sent_is_sent_by_the_next_page(page, transcript):
    page.page.route("**/edit/", lambda route: route.abort())
    page.click_word(2, "listening", double=True)
    page.page.keyboard.type("waiting")
    expect(page.page.locator(".saved")).to_contain_text("kept in this browser")
    page.page.on("dialog", lambda dialog: dialog.accept())
    page.page.unroute("**/edit/")
    page.page.reload()
    page.ready()
    page.saved()
    expect(page.said(2)).to_have_text("Thank you for waiting.")
    assert texts(transcript)[2] == "Thank you for waiting."


def test_when_two_edit_one_segment_both_texts_are_shown(page, transcript, people):
    segments = spoken()
    segments[0]["text"] = "Bob was here."
    page.click_word(0, "morning", double=True)
    Version.objects.create(transcript=transcript, number=2, created_by=people["bob"], segments=segments, text="…", note="Edited")
    page.page.keyboard.type("evening")
    conflict = page.page.locator(".conflict")
    expect(conflict).to_contain_text("Bob was here.")
    expect(conflict).to_contain_text("Good evening and welcome.")
    expect(page.said(0)).to_have_text("Bob was here.")
    conflict.get_by_role("button", name="Keep mine").click()
    expect(page.said(0)).to_have_text("Good evening and welcome.")
    until(lambda: texts(transcript)[0] == "Good evening and welcome.")
    assert transcript.versions.get(number=2).segments[0]["text"] == "Bob was here."


def test_what_was_not_chosen_is_asked_again_after_a_reload(page, transcript, people):
    page.click_word(0, "morning", double=True)
    segments = [{**spoken()[0], "text": "Bob was here."}, *spoken()[1:]]
    Version.objects.create(transcript=transcript, number=2, created_by=people["bob"], segments=segments, text="…", note="Edited")
    page.page.keyboard.type("evening")
    expect(page.page.locator(".conflict")).to_contain_text("Good evening and welcome.")
    page.page.reload()
    page.ready()
    expect(page.page.locator(".conflict")).to_contain_text("Good evening and welcome.")
    page.by("button", "Take theirs").click()
    expect(page.page.locator(".conflict")).to_have_count(0)
    page.page.reload()
    page.ready()
    expect(page.page.locator(".conflict")).to_have_count(0)
    assert texts(transcript)[0] == "Bob was here."


def test_the_text_follows_until_the_reader_goes_elsewhere(open_browser, alice, people, ours, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    segments = spoken([f"This is the sentence with number {n}." for n in range(80)], seconds=1)
    transcript = make_transcript(ours, people["alice"], segments, make_recording(ours, people["alice"], segments))
    page = TranscriptPage(open_browser(alice), transcript)
    follow = page.by("button", "Follow")
    current = page.page.locator(".segment[aria-current=true]")
    page.by("slider", "Position").focus()
    for _ in range(6):
        page.page.keyboard.press("ArrowRight")
    page.by("button", "Play").click()
    expect(current).to_be_in_viewport(ratio=1)
    expect(follow).to_be_hidden()
    until(lambda: page.page.evaluate("scrollY") > 0)
    page.page.mouse.move(700, 600)
    until(lambda: page.page.mouse.wheel(0, 900) or follow.is_visible())
    expect(current).not_to_be_in_viewport()
    follow.click()
    expect(current).to_be_in_viewport(ratio=1)
    expect(follow).to_be_hidden()


def test_a_recording_that_only_the_api_has_is_read_and_edited_without_sound(open_browser, alice, people, ours):
    transcript = make_transcript(ours, people["alice"])
    page = TranscriptPage(open_browser(alice), transcript)
    expect(page.page.locator("transcript-player")).to_contain_text("there is no sound here to play")
    page.page.keyboard.press("k")
    page.click_word(0, "morning")
    page.click_word(0, "morning", double=True)
    page.page.keyboard.type("evening")
    page.saved()
    assert texts(transcript)[0] == "Good evening and welcome."


def test_when_the_job_is_done_the_text_is_there_to_work_on(open_browser, alice, transcript):
    Version.objects.all().delete()
    Transcript.objects.update(state="running")
    chat = open_browser(alice).open(f"/audio/transcripts/{transcript.pk}/")
    expect(chat.by("progressbar", "Transcription")).to_be_visible()
    Version.begin(transcript, spoken(), "Transcribed")
    Transcript.objects.update(state="complete")
    expect(chat.page.locator("transcript-page[data-ready]")).to_be_attached(timeout=15000)
    expect(chat.page.locator(".said")).to_have_text(TEXTS)


def test_a_text_that_is_too_long_for_a_chat_says_so(page):
    page.page.route("**/export/**", lambda route: route.fulfill(body="x" * 1_200_000, content_type="text/plain"))
    page.by("button", "Ask about this transcript").click()
    expect(page.page.locator("ask-transcript").get_by_role("status")).to_contain_text("The text has 1.1 MB")


def test_a_chat_begins_with_the_transcript_as_a_document(page):
    page.by("button", "Ask about this transcript").click()
    expect(page.by("list", "Attachments")).to_contain_text("Weather report.txt")


def test_another_try_is_shown_beside_and_taken(page, transcript, people, ours):
    tried = make_transcript(
        ours,
        people["alice"],
        [{**spoken()[1], "text": "Today we talk about snow."}],
        transcript.recording,
        of=transcript,
        start=4,
        end=8,
    )
    page.chat.open(f"/audio/transcripts/{transcript.pk}/tries/{tried.pk}/")
    assert violations(page.chat) == ""
    page.by("button", "Take this one").click()
    page.ready()
    expect(page.said(1)).to_have_text("Today we talk about snow.")


def test_a_result_of_the_search_leads_to_the_word(page, transcript):
    page.chat.open("/audio/search/")
    page.by("searchbox", "Words").fill("rain")
    page.by("button", "Search").click()
    expect(page.page.locator("mark")).to_have_text("rain")
    assert violations(page.chat) == ""
    page.by("link", "0:04").click()
    page.ready()
    expect(page.page.locator(".segment[aria-current=true] .said")).to_have_text(TEXTS[1])
    until(lambda: page.position == 4)


def test_a_viewer_hears_and_exports_and_cannot_edit(open_browser, vera, transcript):
    page = TranscriptPage(open_browser(vera), transcript)
    expect(page.by("button", "Export")).to_be_visible()
    expect(page.by("button", "Undo")).to_be_hidden()
    page.click_word(0, "morning", double=True)
    expect(page.page.locator("[contenteditable]")).to_have_count(0)
    page.by("button", "Segment at 0:00").click()
    expect(page.by("button", "Delete segment")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (360, 740)], ids=["wide", "narrow"])
def test_axe_finds_nothing(open_browser, alice, people, ours, transcript, scheme, size):
    other = make_transcript(ours, people["alice"], spoken(["שלום " * 3, "w" * 200]), transcript.recording, model="turbo")
    chat = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    page = TranscriptPage(chat, transcript)
    page.by("button", "Find").click()
    page.by("searchbox", "Find").fill("rain")
    assert violations(chat) == ""
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.click_word(0, "morning", double=True)
    assert violations(chat) == ""
    page.page.keyboard.press("Escape")
    for name in ("Versions", "Export"):
        page.by("button", name).click()
        expect(page.by("dialog", name)).to_be_visible()
        assert violations(chat) == ""
        page.page.keyboard.press("Escape")
    page.by("button", "Segment at 0:04").click()
    page.by("button", "Transcribe this span again").click()
    expect(page.by("dialog", "Transcribe this span again").get_by_label("Temperature")).to_be_visible()
    assert violations(chat) == ""
    chat.open(f"/audio/transcripts/{transcript.pk}/with/{other.pk}/")
    assert violations(chat) == ""
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_job_that_ends_before_anybody_watches_it_shows_its_text(open_browser, alice, people, ours):
    recording = make_recording(ours, people["alice"])
    transcript = make_transcript(ours, people["alice"], recording=recording, state="running")

    def ends_first(route):
        Transcript.objects.update(state="complete")
        route.continue_()

    chat = open_browser(alice)
    chat.page.route("**/progress/", ends_first)
    chat.open(f"/audio/transcripts/{transcript.pk}/")
    expect(chat.page.locator(".said")).to_have_count(3)


def test_what_is_edited_is_not_covered_by_the_player(open_browser, alice, people, ours):
    page = TranscriptPage(open_browser(alice), make_transcript(ours, people["alice"], spoken([f"Line {n}." for n in range(40)])))
    page.by("button", "Play from 1:20").focus()
    page.page.evaluate("scrollBy(0, document.activeElement.getBoundingClientRect().top - 40)")
    page.page.keyboard.press("F2")
    line = page.by("textbox", "Text at 1:20")
    expect(line).to_be_focused()
    player = page.page.locator("transcript-player")
    until(lambda: line.bounding_box()["y"] >= sum(player.bounding_box()[of] for of in ("y", "height")))


def test_the_menu_of_a_segment_is_gone_through_with_arrows(page):
    page.by("button", "Segment at 0:00").press("Enter")
    expect(page.by("button", "Play from here")).to_be_focused()
    page.page.keyboard.press("ArrowDown")
    expect(page.by("button", "Edit text")).to_be_focused()
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("ArrowUp")
    expect(page.by("button", "Delete segment")).to_be_focused()
    page.page.keyboard.press("ArrowDown")
    expect(page.by("button", "Play from here")).to_be_focused()
    page.page.keyboard.press("Escape")
    expect(page.by("button", "Segment at 0:00")).to_be_focused()


def test_after_undo_the_keyboard_is_where_the_text_changed(page):
    page.click_word(1, "rain", double=True)
    page.page.keyboard.press("Home")
    page.page.keyboard.press("Backspace")
    page.saved()
    page.page.keyboard.press("Control+z")
    expect(page.page.locator(".segment")).to_have_count(3)
    expect(page.page.locator(".segment-time:focus")).to_have_count(1)


def test_a_comparison_fits_a_phone_and_reads_in_its_own_direction(open_browser, alice, people, ours, transcript):
    arabic = [spoken([text, *TEXTS[1:]]) for text in ("اجتمع المجلس مساء الثلاثاء", "اجتمع المجلس صباح الثلاثاء")]
    first, second = (make_transcript(ours, people["alice"], segments, transcript.recording) for segments in arabic)
    chat = open_browser(alice, viewport={"width": 360, "height": 740})
    TranscriptPage(chat, first)
    chat.by("button", "Compare").click()
    links = chat.by("list", "Compare").get_by_role("link")
    expect(links).to_have_count(2)
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
    chat.page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(chat.by("button", "Compare")).to_be_focused()
    chat.open(f"/audio/transcripts/{first.pk}/with/{second.pk}/")
    for cell in chat.page.locator("tr[data-changed] td[dir=auto]").all():
        expect(cell).to_be_in_viewport(ratio=1)
        expect(cell).to_have_css("direction", "rtl")
    assert violations(chat) == ""
