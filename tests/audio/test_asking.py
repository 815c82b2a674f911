"""Asking for transcripts: every setting, once per key, with presets, an estimate, and as code."""

import ast
import html
import os
import re
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from apps.audio import languages, samples
from apps.audio.forms import TranscriptionForm
from apps.audio.models import Recording, Transcript
from apps.parameters.models import TRANSCRIPTION, Preset
from tests.audio import sounds
from tests.audio.arriving import taken
from tests.presets import shown

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = {"model": "whisper-large-v3-turbo"}
ALL = {
    **MODEL,
    "task": "transcribe",
    "language": "German (de)",
    "prompt": "Müller, Groß",
    "temperature": "0.2",
    "response_format": "verbose_json",
    "timestamp_granularities": "segment,word",
}


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def recording(alice):
    return taken(alice, sounds.wav(), "talk.wav")


def key():
    return secrets.token_hex(16)


def ask(person, recording, **fields):
    return person.post(f"/audio/{recording.pk}/transcribe/", {"key": key(), **MODEL, **fields}, headers={})


# The form.


def test_every_setting_reaches_the_job(alice, recording):
    answer = ask(alice, recording, **ALL)
    transcript = Transcript.objects.get()
    assert (answer.status_code, answer.headers["location"]) == (302, f"/audio/transcripts/{transcript.pk}/")
    assert (transcript.task, transcript.model, transcript.created_by) == ("transcribe", "whisper-large-v3-turbo", alice.user)
    assert transcript.parameters == {
        "language": "de",
        "prompt": "Müller, Groß",
        "temperature": 0.2,
        "response_format": "verbose_json",
        "timestamp_granularities": ["segment", "word"],
    }


def test_what_is_left_empty_is_not_sent(alice, recording):
    ask(alice, recording)
    assert Transcript.objects.get().parameters == {}


def test_a_translation_takes_no_language_and_no_granularities(alice, recording):
    ask(alice, recording, **ALL | {"task": "translate"})
    transcript = Transcript.objects.get()
    assert transcript.task == "translate"
    assert transcript.parameters == {"prompt": "Müller, Groß", "temperature": 0.2, "response_format": "verbose_json"}


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"model": ""}, "Choose a model"),
        ({"temperature": "1.1"}, "less than or equal to 1"),
        ({"temperature": "-0.1"}, "greater than or equal to 0"),
        ({"temperature": "nan"}, "Temperature"),
        ({"task": "sing"}, "Task"),
        ({"language": "Klingonese language"}, "No language is called that"),
        ({"response_format": "srt"}, "Response format"),
        ({"timestamp_granularities": "word"}, "needs the response format Verbose JSON"),
        ({"timestamp_granularities": "letter"}, "Timestamp granularities"),
        ({"prompt": "x" * 4001}, "Prompt"),
        ({"key": ""}, "Load the page again"),
        ({"key": "no key!"}, "Load the page again"),
    ],
)
def test_what_the_api_would_refuse_is_said_here(alice, recording, wrong, words):
    answer = alice.post(f"/audio/{recording.pk}/transcribe/", {"key": key(), **MODEL, **wrong})
    assert (answer.status_code, words in html.unescape(answer.text)) == (422, True), answer.text
    assert not Transcript.objects.exists()


def test_the_same_key_is_the_same_job(alice, recording):
    first, other = key(), key()
    answers = [ask(alice, recording, key=name) for name in (first, first, first, other)]
    assert len({answer.headers["location"] for answer in answers}) == Transcript.objects.count() == 2


def test_all_languages_are_known_by_name_and_code():
    assert len(languages.LANGUAGES) == 100
    for code, name in languages.LANGUAGES.items():
        for said in (code, name, name.upper(), f"{name} ({code})", f"  {code.upper()} "):
            form = TranscriptionForm({**MODEL, "language": said})
            assert form.is_valid() and form.cleaned_data["language"] == code
    assert TranscriptionForm(initial={"language": "haw"})["language"].value() == "Hawaiian (haw)"
    unknown = TranscriptionForm({**MODEL, "language": "xx"})
    assert unknown.is_valid() and unknown.cleaned_data["language"] == "xx"
    assert TranscriptionForm({**MODEL, "language": "Detect"}).is_valid()


def test_the_page_offers_all_of_it(alice, recording):
    page = html.unescape(alice.get(f"/audio/{recording.pk}/").text)
    for label in ("Task", "Language", "Prompt", "Temperature", "Response format", "Timestamp granularities"):
        assert f">{label}<" in page, label
    assert page.count("<option value=") > 100 and '<option value="Hawaiian (haw)">' in page
    assert ">Translate into English<" in page


def test_settings_are_told_as_people_read_them(alice, recording):
    ask(alice, recording, **ALL)
    ask(
        alice,
        recording,
        **{
            **ALL,
            "language": "",
            "prompt": "Talk: one",
            "temperature": "",
            "response_format": "text",
            "timestamp_granularities": "",
        },
    )
    page = html.unescape(alice.get(f"/audio/{recording.pk}/").text)
    # Only what is not as the form begins.
    assert "Language German (de) · Prompt Müller, Groß · Temperature 0.2 · " in page
    assert "Prompt Talk: one · Response format Text · " in page
    assert "verbose_json" not in page.partition("<transcription-form")[0]


def test_a_viewer_listens_and_does_not_ask(vera, recording):
    page = vera.get(f"/audio/{recording.pk}/").text
    assert "<audio" in page and 'id="composer"' not in page
    assert ask(vera, recording).status_code == 403


# The list.


def test_the_list_tells_how_each_recording_stands(alice, bob, recording):
    assert "No transcript" in alice.get("/audio/").text
    ask(alice, recording, language="de")
    transcript = Transcript.objects.get()
    Transcript.objects.update(state="complete", language="german")
    row = re.search(r'<li class="recording-row".*?</li>', bob.get("/audio/").text, re.DOTALL)[0]
    assert f"/audio/transcripts/{transcript.pk}/" in row and "Complete" in row and "german" in row and "0:01" in row
    page = html.unescape(bob.get(f"/audio/{recording.pk}/").text)
    assert "Language German (de)" in page and "Transcribe with whisper-large-v3-turbo" in page


def test_recordings_are_found_by_title_and_paged(alice, ours, charlie):
    Recording.objects.bulk_create(
        [
            Recording(team=ours, title=f"Talk {number:02}", created_at=datetime(2026, 1, 1, 0, number, tzinfo=UTC))
            for number in range(45)
        ]
    )

    def titles(page):
        return re.findall(r">(Talk \d\d)<", page.text)

    first = alice.get("/audio/")
    assert titles(first) == [f"Talk {number:02}" for number in range(44, 4, -1)]
    older = html.unescape(re.search(r'href="(/audio/\?before=[^"]+)"', first.text)[1])
    assert titles(alice.get(older)) == [f"Talk {number:02}" for number in range(4, -1, -1)]
    assert titles(alice.get("/audio/?q=talk 07", headers={"HX-Request": "true"})) == ["Talk 07"]
    assert "No recording has this" in alice.get("/audio/?q=nowhere").text
    Recording.objects.filter(title="Talk 07").update(title="Über Öfen")
    assert ">Über Öfen<" in alice.get("/audio/?q=ÖFEN", headers={"HX-Request": "true"}).text
    assert titles(charlie.get("/audio/")) == []
    for nonsense in ("x", "2026-99-99", "%00", "2026-01-01T00:00"):
        assert alice.get(f"/audio/?before={nonsense}").status_code == 200


def test_a_title_is_changed_for_all(alice, bob, recording):
    assert alice.post(f"/audio/{recording.pk}/rename/", {"title": "  A new \n name "}).headers["HX-Redirect"]
    assert "A new name" in bob.get("/audio/").text
    assert alice.post(f"/audio/{recording.pk}/rename/", {"title": " "}).status_code == 422


def test_several_are_asked_for_with_the_same_settings(alice, recording, ours, charlie):
    second = Recording.objects.create(team=ours, title="Second", url="https://example.org/x.mp3", origin="linked")
    theirs = Recording.objects.create(team=charlie.user.teams.get(), title="Theirs")
    of = ",".join([recording.pk, second.pk, theirs.pk, "nonsense"])
    page = alice.get(f"/audio/transcribe/?of={of}").text
    assert "Transcribe 2 recordings" in page and "Theirs" not in page
    fields = {"key": key(), **MODEL, "of": of, "language": "fr"}
    for _ in range(2):
        assert alice.post("/audio/transcribe/", fields, headers={}).status_code == 302
    assert {transcript.recording_id for transcript in Transcript.objects.all()} == {recording.pk, second.pk}
    assert Transcript.objects.count() == 2 and Transcript.objects.first().parameters == {"language": "fr"}


def test_the_estimate_is_a_sentence(vera, recording):
    answer = vera.post(f"/audio/{recording.pk}/estimate/", MODEL)
    assert answer.status_code == 200 and "One request." in answer.text
    Recording.objects.update(duration=7200)
    assert re.search(r"About \d+ pieces", vera.post(f"/audio/{recording.pk}/estimate/", MODEL).text)
    assert vera.post(f"/audio/{recording.pk}/estimate/", {"temperature": "9"}).status_code == 200


# Presets.


def test_settings_are_kept_as_presets_of_their_own_kind(alice, bob, ours, recording):
    Preset.keep(ours, alice.user, name="Chatty", parameters={"temperature": 1})
    saved = alice.post(
        f"/teams/{ours.pk}/presets/?kind=transcription", {**ALL, "preset-name": "Interviews", "preset-audience": "team"}
    )
    assert saved.status_code == 200 and "“Interviews” is saved." in saved.text and "Chatty" not in saved.text
    preset = Preset.objects.get(kind=TRANSCRIPTION)
    assert preset.parameters["language"] == "de" and preset.parameters["task"] == "transcribe"
    _, texts = shown(saved)
    assert texts["language"] == "German (de)" and texts["timestamp_granularities"] == "segment,word"
    # Each kind has its own list, and its own names.
    assert "Interviews" not in bob.get(f"/teams/{ours.pk}/presets/").text
    assert "Interviews" in bob.get(f"/teams/{ours.pk}/presets/?kind=transcription").text
    assert "Interviews" not in alice.get("/palette/?q=Inter").text
    assert "German (de)" in alice.get(f"/presets/{preset.pk}/").text
    # It is applied by a link, named by the job, written anew.
    page = html.unescape(bob.get(f"/audio/{recording.pk}/?preset={preset.pk}").text)
    assert 'value="German (de)"' in page
    ask(bob, recording, **ALL, preset=preset.pk)
    assert Transcript.objects.get().preset == preset
    changed = {**ALL, "language": "fr", "seen": preset.version, "preset": preset.pk}
    assert bob.post(f"/presets/{preset.pk}/update/", changed).status_code == 200
    preset.refresh_from_db()
    assert preset.parameters["language"] == "fr"
    assert bob.post(f"/presets/{preset.pk}/duplicate/").status_code == 200
    assert Preset.objects.filter(kind=TRANSCRIPTION).count() == 2


def test_the_palette_leads_to_recordings(alice, bob, charlie, recording):
    Recording.objects.update(title="The <b>council</b> meeting")
    entry = f'href="/audio/{recording.pk}/"'
    for person in (alice, bob):
        found = person.get("/palette/?q=COUNCIL").text
        assert entry in found and "The &lt;b&gt;council&lt;/b&gt; meeting</span> <small>Recording</small>" in found
        assert entry in person.get("/palette/").text
    assert entry not in alice.get("/palette/?q=else").text
    assert entry not in charlie.get("/palette/?q=council").text


def test_a_preset_of_chats_and_a_private_one_are_none_here(alice, bob, ours, recording):
    chatty = Preset.keep(ours, alice.user, name="Chatty", parameters={"temperature": 2})
    hidden = Preset.keep(ours, alice.user, name="Hidden", private=True, parameters={"language": "de"}, kind=TRANSCRIPTION)
    for preset in (chatty, hidden):
        ask(bob, recording, preset=preset.pk)
        assert "German" not in bob.get(f"/audio/{recording.pk}/?preset={preset.pk}").text.partition("<datalist")[0]
    assert {transcript.preset for transcript in Transcript.objects.all()} == {None}


# Code.


def test_the_code_is_of_these_settings(alice, vera, recording):
    answer = alice.post(f"/audio/{recording.pk}/code/", ALL)
    shown_code = html.unescape(answer.text)
    assert answer.status_code == 200 and "timestamp_granularities[]=word" in shown_code and 'file=@"talk.wav"' in shown_code
    assert "gsk_" not in shown_code
    assert vera.post(f"/audio/{recording.pk}/code/", ALL).status_code == 403


NASTY = 'it\'s "a" \\ name; $(touch x) `y`.wav'
PROMPT = "@/etc/passwd \"quoted\" 'single' \\ $HOME\nnext"


SAMPLES = {name: code for name, _, code in samples.samples("transcribe", "m", {"prompt": PROMPT}, file=NASTY)}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_can_be_read_by_their_languages(name, tmp_path):
    code = SAMPLES[name]
    if name == "Python":
        ast.parse(code)
    elif name == "curl":
        subprocess.run(["sh", "-n"], input=code, text=True, check=True)
    elif node := shutil.which("node"):
        (tmp_path / "x.mjs").write_text(code)
        subprocess.run([node, "--check", tmp_path / "x.mjs"], check=True)


@pytest.mark.parametrize("task", ["transcribe", "translate"])
@pytest.mark.parametrize("tab", ["curl", "Python"])
def test_samples_send_what_was_set(server, tab, task, tmp_path):
    server.upstream.hears("It was said")
    (tmp_path / NASTY).write_bytes(sounds.wav())
    parameters = {"prompt": PROMPT, "response_format": "verbose_json"}
    if task == "transcribe":
        parameters["timestamp_granularities"] = ["segment", "word"]
    made = samples.samples(task, "m", parameters, server.upstream.url, file=NASTY)
    code = next(code for name, _, code in made if name == tab)
    run = [sys.executable, "-c", code] if tab == "Python" else ["sh", "-c", code]
    environment = {"PATH": os.environ["PATH"], "GROQ_API_KEY": "gsk_sample"}
    told = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert "It was said" in told.stdout, told.stderr
    request = next(one for one in server.upstream.requests if "/audio/" in one.path)
    assert request.path.endswith("/translations" if task == "translate" else "/transcriptions")
    assert request.headers["authorization"] == "Bearer gsk_sample"
    # In a form every end of a line is two characters.
    assert request.fields["prompt"].replace("\r\n", "\n") == PROMPT and request.fields["model"] == "m"
    assert sounds.wav()[44:] in request.body


def test_nothing_of_a_page_is_code(alice, ours):
    named = {"title": "</script><b>", "name": '"><script>', "url": "https://example.org/</pre>", "origin": "linked"}
    recording = Recording.objects.create(team=ours, **named)
    for page in (alice.get(f"/audio/{recording.pk}/"), alice.get("/audio/"), alice.post(f"/audio/{recording.pk}/code/", MODEL)):
        assert page.status_code == 200 and "<b>" not in page.text.replace("<b></b>", "") and '</pre>"' not in page.text
