"""Recordings in the browser: uploaded, recorded, linked, and on their way to text."""

import base64
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from playwright.sync_api import expect, sync_playwright

from apps.audio.models import Recording, Transcript, Upload
from apps.catalog import catalog
from apps.core import ids
from apps.parameters.models import Preset
from tests import browsers
from tests.audio import sounds
from tests.browser import conftest
from tests.upstream import sends
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

TALK = {"name": "talk.wav", "mimeType": "audio/wav", "buffer": sounds.wav(3)}
PAGE = {"name": "page.wav", "mimeType": "audio/wav", "buffer": b"<!doctype html>"}
SECOND = {"name": "second.mp3", "mimeType": "audio/mpeg", "buffer": sounds.encoded("mp3")}
RECORDING = re.compile(r"/audio/[0-9a-z]{20}/$")


@pytest.fixture(scope="module")
def chromium():
    """With a microphone that beeps, and nobody asking whether it may be used."""
    arguments = [*conftest.ARGUMENTS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browsers.find(), args=arguments)
            yield browser
            browser.close()


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def audio(open_browser, alice):
    return open_browser(alice).open("/audio/")


def choose(audio, *files):
    audio.page.locator("input.chooser").set_input_files(files)


def arrivals(audio):
    return audio.by("list", "Uploads").get_by_role("listitem")


def violations(audio):
    audio.examined = True
    found = Axe().run(audio.page)
    return found.generate_report() if found.violations_count else ""


def test_a_file_is_uploaded_and_leads_to_its_page(audio):
    expect(audio.by("heading", "Recordings become text here")).to_be_visible()
    choose(audio, TALK)
    expect(audio.page).to_have_url(RECORDING)
    recording = Recording.objects.get()
    expect(audio.by("heading", "Audio / talk")).to_be_visible()
    expect(audio.by("combobox", "Model")).to_have_value("whisper-large-v3")
    expect(audio.page.get_by_text("One request.")).to_be_visible()
    audio.until("Math.abs(document.querySelector('audio').duration - 3) < 0.1")
    audio.by("combobox", "Language").fill("German (de)")
    audio.by("button", "Transcribe").click()
    expect(audio.page).to_have_url(re.compile(r"/audio/transcripts/[0-9a-z]{20}/$"))
    transcript = Transcript.objects.get()
    assert transcript.recording == recording and transcript.parameters["language"] == "de"
    assert transcript.parameters["timestamp_granularities"] == ["segment", "word"]


def test_several_go_on_though_one_is_refused(audio):
    choose(audio, TALK, PAGE, SECOND)
    expect(arrivals(audio).filter(has_text="page.wav").get_by_role("alert")).to_contain_text("This is a web page.")
    expect(audio.page.locator(".recording-row")).to_have_count(2)
    expect(audio.page.get_by_text("2 recordings are in")).to_be_visible()
    audio.by("button", "Dismiss page.wav").click()
    expect(arrivals(audio)).to_have_count(2)
    audio.by("link", "Transcribe all").click()
    expect(audio.by("heading", "Audio / Transcribe 2 recordings")).to_be_visible()
    expect(audio.by("combobox", "Model")).to_have_value("whisper-large-v3")
    audio.by("button", "Transcribe all").click()
    expect(audio.page.locator(".recording-state a")).to_have_count(2)
    assert Transcript.objects.count() == 2


@pytest.mark.parametrize("count", [1, 2])
def test_jobs_wait_for_the_list_of_models_and_are_begun_once(server, audio, count):
    choose(audio, *[TALK, SECOND][:count])
    name = "Transcribe all" if count > 1 else "Transcribe"
    if count > 1:
        link = audio.by("link", name)
        expect(link).to_be_visible()
    else:
        expect(audio.page).to_have_url(RECORDING)
    whole = json.dumps({"object": "list", "data": server.upstream.models}).encode()
    kind = {"content-type": "application/json"}
    server.upstream.plays(sends(whole, end="hang", headers=kind), path="/openai/v1/models")
    catalog.forget()
    if count > 1:
        link.click()
        expect(audio.by("heading", "Audio / Transcribe 2 recordings")).to_be_visible()
    else:
        audio.page.reload()
    posts, path = [], "/transcribe/"
    audio.page.on("request", lambda request: request.method == "POST" and path in request.url and posts.append(request.url))
    audio.by("button", name).click()
    audio.by("button", name).click()
    expect(audio.by("status").filter(has_text="as soon as the list of models is here")).to_be_visible()
    assert not posts and not Transcript.objects.exists()
    server.upstream.resumes()
    expect(audio.page).to_have_url(re.compile(r"/audio/$" if count > 1 else r"/audio/transcripts/[0-9a-z]{20}/$"))
    expect(audio.by("alert")).to_have_count(0)
    assert len(posts) == 1 and {one.model for one in Transcript.objects.all()} == {"whisper-large-v3"}
    assert Transcript.objects.count() == count


def test_files_are_dropped_and_pasted(audio):
    audio.page.evaluate(
        """bytes => {
          const files = new DataTransfer()
          files.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], "dropped.wav"))
          const all = { dataTransfer: files, bubbles: true, cancelable: true }
          document.body.dispatchEvent(new DragEvent("dragover", all))
          document.body.dispatchEvent(new DragEvent("drop", all))
        }""",
        base64.b64encode(sounds.wav()).decode(),
    )
    expect(audio.page).to_have_url(RECORDING)
    expect(audio.by("heading", "Audio / dropped")).to_be_visible()


def test_a_cut_is_waited_out_and_a_reload_goes_on(audio):
    large = {"name": "large.wav", "mimeType": "audio/wav", "buffer": sounds.wav(100)}
    gone = {"on": True}
    audio.page.route(re.compile(r"offset=1048576"), lambda route: route.abort() if gone["on"] else route.continue_())
    choose(audio, large)
    expect(arrivals(audio)).to_contain_text("The connection is gone.")
    expect(audio.by("progressbar", "large.wav")).to_have_attribute("value", "1048576")
    audio.page.on("dialog", lambda dialog: dialog.accept())
    audio.open("/audio/")
    row = arrivals(audio)
    expect(row).to_contain_text("1.0 MB of 3.1 MB arrived. Choose the file again to go on.")
    assert violations(audio) == ""
    gone["on"] = False
    asked = []
    audio.page.on("request", lambda request: "offset=" in request.url and asked.append(request.url.rpartition("=")[2]))
    # The browser gives it another time of change: what is not the same file begins anew.
    Upload.objects.update(mark="")
    choose(audio, large)
    expect(audio.page).to_have_url(RECORDING)
    with Recording.objects.get().file.open("rb") as file:
        assert file.read() == large["buffer"]


def test_an_upload_is_cancelled(audio):
    audio.page.route(re.compile(r"offset="), lambda route: route.abort())
    choose(audio, TALK)
    expect(arrivals(audio)).to_contain_text("The connection is gone.")
    audio.by("button", "Cancel talk.wav").click()
    expect(arrivals(audio)).to_have_count(0)
    expect(audio.by("button", "Upload")).to_be_focused()
    until(lambda: not Upload.objects.exists())


def test_recording_pausing_and_stopping(audio):
    audio.by("button", "Record").click()
    expect(audio.page.get_by_role("timer")).to_have_text("0:02", timeout=15000)
    audio.by("button", "Pause").click()
    expect(audio.page.get_by_role("status").filter(has_text="Paused")).to_be_visible()
    assert violations(audio) == ""
    audio.by("button", "Resume").click()
    expect(audio.page.get_by_role("timer")).to_have_text("0:03", timeout=15000)
    audio.by("button", "Stop").click()
    expect(audio.page).to_have_url(RECORDING)
    recording = Recording.objects.get()
    assert recording.origin == "recorded" and recording.duration > 2
    # It has an index and a length: the player knows how long it is.
    audio.until("document.querySelector('audio').duration > 2 && isFinite(document.querySelector('audio').duration)")


def test_a_reload_in_the_middle_loses_nothing(audio):
    # Not one piece arrives: what there is, only this browser has.
    blocked = {"on": True}
    audio.page.route(re.compile(r"offset="), lambda route: route.abort() if blocked["on"] else route.continue_())
    audio.by("button", "Record").click()
    expect(audio.page.get_by_role("timer")).to_have_text("0:05", timeout=15000)
    audio.page.on("dialog", lambda dialog: dialog.accept())
    blocked["on"] = False
    audio.page.unroute_all()
    audio.page.reload()
    row = arrivals(audio)
    expect(row).to_contain_text("It was interrupted; about")
    first = Upload.objects.get().received
    assert first > 5000
    row.get_by_role("button", name=re.compile("^Continue")).click()
    expect(audio.page.get_by_role("timer")).to_have_text("0:03", timeout=15000)
    audio.by("button", "Stop").click()
    expect(audio.page).to_have_url(RECORDING)
    recording = Recording.objects.get()
    assert recording.duration > 5.5
    assert Upload.objects.get().parts == [first]


def test_an_interrupted_recording_is_kept_or_discarded(audio):
    for name in ("Keep", "Discard"):
        audio.open("/audio/")
        audio.by("button", "Record").click()
        expect(audio.page.get_by_role("timer")).to_have_text("0:03", timeout=15000)
        audio.page.once("dialog", lambda dialog: dialog.accept())
        audio.page.reload()
        arrivals(audio).get_by_role("button", name=re.compile(f"^{name}")).click()
        if name == "Keep":
            expect(audio.page).to_have_url(RECORDING)
    expect(arrivals(audio)).to_have_count(0)
    assert Recording.objects.count() == 1
    until(lambda: not Upload.objects.exclude(state="done").exists())


def test_a_microphone_that_may_not_be_used_is_said_plainly(audio):
    for name, words in {
        "NotAllowedError": "does not let this page use a microphone",
        "NotFoundError": "There is no microphone",
    }.items():
        audio.page.evaluate(
            "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)) }", name
        )
        audio.by("button", "Record").click()
        expect(audio.page.locator("audio-recorder").get_by_role("alert")).to_contain_text(words)
        audio.by("button", "Close").click()
    assert not Upload.objects.exists()


def test_a_link_is_refused_beside_it_or_handed_on(audio):
    audio.by("button", "Link").click()
    audio.by("textbox", "Address").fill("http://127.0.0.1/talk.mp3")
    assert violations(audio) == ""
    audio.by("button", "Add").click()
    expect(arrivals(audio).get_by_role("alert")).to_contain_text("This address could not be fetched.")
    audio.by("button", "Link").click()
    audio.by("textbox", "Address").fill("https://example.org/talk.mp3")
    audio.page.get_by_label("Hand the address to the API").check()
    audio.by("button", "Add").click()
    expect(audio.page.get_by_text("Only the API fetches this recording")).to_be_visible()


def test_settings_are_kept_and_applied_as_presets(audio, ours, alice):
    Recording.objects.create(team=ours, title="One", origin="linked", url="https://example.org/x.mp3")
    audio.open("/audio/")
    audio.by("link", "One").click()
    changed = audio.page.locator("transcription-form .field[data-changed] label")
    # What the page begins with is nobody's change.
    expect(changed).to_have_count(0)
    audio.by("combobox", "Task").select_option("translate")
    expect(changed).to_have_text(["Task"])
    expect(audio.by("combobox", "Language")).to_be_disabled()
    audio.by("combobox", "Task").select_option("transcribe")
    audio.by("combobox", "Language").fill("French (fr)")
    audio.by("spinbutton", "Temperature").fill("0.3")
    audio.by("button", "Preset").click()
    audio.by("button", "Save as new preset").click()
    audio.by("textbox", "Name").fill("French talks")
    audio.by("button", "Save").click()
    expect(audio.page.locator(".preset-name")).to_have_text("French talks")
    preset = Preset.objects.get()
    assert preset.parameters["language"] == "fr" and preset.parameters["temperature"] == 0.3 and preset.kind == "transcription"
    audio.page.reload()
    expect(audio.by("combobox", "Language")).to_have_value("")
    audio.by("button", "Preset").click()
    audio.by("button", "Apply French talks").click()
    expect(audio.by("combobox", "Language")).to_have_value("French (fr)")
    expect(audio.by("spinbutton", "Temperature")).to_have_value("0.3")
    audio.by("button", "View code").click()
    expect(audio.by("dialog", "Code")).to_contain_text("language=fr")
    assert violations(audio) == ""


def test_the_list_follows_the_jobs(audio, ours):
    one, two = (Recording.objects.create(team=ours, title=title, duration=9) for title in ("One", "Two"))
    jobs = Transcript.objects.filter(pk__in=[each.transcripts.create(key=ids.new(), model="whisper").pk for each in (one, two)])
    audio.open("/audio/")
    rows = audio.page.locator(".recording-row")
    expect(rows.filter(has_text="Waiting")).to_have_count(2)
    audio.by("button", "Rename One").focus()
    jobs.update(state="running")
    expect(rows.filter(has_text="Working")).to_have_count(2)
    jobs.filter(recording=one).update(state="complete", language="english")
    expect(rows.filter(has_text="One")).to_contain_text("Complete english")
    expect(rows.filter(has_text="Two")).to_contain_text("Working")
    jobs.filter(recording=two).delete()
    expect(rows.filter(has_text="Two")).to_contain_text("No transcript")
    expect(audio.by("button", "Rename One")).to_be_focused()


def test_what_is_wrong_is_in_view_wherever_the_page_stands(open_browser, alice):
    audio = open_browser(alice, viewport={"width": 360, "height": 740}).open("/audio/")
    choose(audio, TALK)
    audio.page.wait_for_url(RECORDING)
    audio.by("spinbutton", "Temperature").fill("9")
    audio.by("button", "Transcribe").click()
    expect(audio.by("alert").filter(has_text="Not begun")).to_be_in_viewport(ratio=1)
    expect(audio.by("button", "Transcribe")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (360, 740)], ids=["wide", "narrow"])
def test_axe_finds_nothing(open_browser, alice, ours, scheme, size):
    one = Recording.objects.create(team=ours, title="One", origin="uploaded", duration=3723, size=123456789, note="It is cut off.")
    one.file.save("sound", ContentFile(sounds.wav()))
    one.transcripts.create(key="some-key", model="whisper-large-v3", state="failed", language="german")
    Upload.objects.create(team=ours, created_by=alice.user, name="half.wav", size=100, received=50)
    Upload.objects.create(team=ours, created_by=alice.user, name="bad.wav", size=100, state="refused", error="The file is empty.")
    audio = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}).open("/audio/")
    expect(arrivals(audio)).to_have_count(2)
    assert violations(audio) == ""
    audio.open(f"/audio/{one.pk}/")
    assert violations(audio) == ""
    assert audio.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_recording_is_renamed_and_deleted(audio, ours):
    Recording.objects.create(team=ours, title="One", origin="linked", url="https://example.org/x.mp3")
    audio.open("/audio/")
    audio.by("button", "Rename One").click()
    audio.by("textbox", "Title").fill("Other")
    audio.by("button", "Rename").click()
    expect(audio.by("heading", "Audio / Other")).to_be_visible()
    audio.by("button", "Delete").click()
    expect(audio.by("button", "Keep it")).to_be_focused()
    audio.by("dialog").get_by_role("button", name="Delete").click()
    expect(audio.by("heading", "Recordings become text here")).to_be_visible()
    assert not Recording.objects.exists()


def test_what_finds_no_room_waits_until_something_is_deleted(audio, ours, settings):
    old = Recording(team=ours, title="Old", size=90_000)
    old.file.save("old", ContentFile(sounds.wav(3)))
    old.save()
    settings.TEAM_LIMIT = 190_000
    audio.page.route(re.compile(r"finish/$"), lambda route: (setattr(settings, "TEAM_LIMIT", 150_000), route.continue_()))
    choose(audio, TALK)
    row = arrivals(audio)
    expect(row).to_contain_text("Delete some of them first.")
    assert violations(audio) == ""
    audio.by("button", "Try again talk.wav").click()
    expect(row).to_contain_text("Delete some of them first.")
    audio.open("/audio/")
    expect(row).to_contain_text("All of it has arrived.")
    old.delete()
    audio.by("button", "Keep talk.wav").click()
    expect(audio.page).to_have_url(RECORDING)
    assert Recording.objects.get().size == len(TALK["buffer"])
