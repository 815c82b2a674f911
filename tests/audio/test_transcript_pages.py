"""The page of a transcript and what stands behind it, as people use them."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.audio.documents import aligning
from apps.audio.models import Recording, State, Transcript, Version
from tests.audio.spoken import TEXTS, make_recording, make_transcript, segment, spoken
from tests.people import HTMX

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def transcript(people, ours):
    return make_transcript(ours, people["alice"], language="english", parameters={"temperature": 0.2})


def at(transcript, more=""):
    return f"/audio/transcripts/{transcript.pk}/{more}"


def edit(person, transcript, operations, version=None, note=None):
    version = version or transcript.version
    told = {"version": version.number, "revision": version.revision, "operations": operations, **({"note": note} if note else {})}
    return person.http.post(at(transcript, "edit/"), content=json.dumps(told), headers={**HTMX, "Content-Type": "application/json"})


def text_of(number, text, seen=None, **more):
    return {
        "remove": [f"s{number}"],
        "seen": [TEXTS[number - 1] if seen is None else seen],
        "put": [{"id": f"s{number}", "text": text, **more}],
    }


def texts(transcript):
    return [one["text"] for one in transcript.version.segments]


def test_the_page_shows_text_times_and_settings(server, alice, transcript):
    page = alice.get(at(transcript)).text
    for words in (*TEXTS, "Weather report", "whisper-large-v3", "English", "Temperature", "0:04"):
        assert words in page
    told = alice.get(at(transcript, "words/")).json()
    assert (told["version"], told["revision"], told["doubts"]) == (1, 0, {})
    assert told["segments"][1]["words"][0] == [0, 5, 4, 4.8]


def test_what_is_said_never_becomes_markup(server, alice, people, ours):
    hostile = make_transcript(ours, people["alice"], spoken(['<script>alert(1)</script> "quoted" <b>']))
    Recording.objects.update(title="<img src=x onerror=alert(1)>")
    Version.objects.create(transcript=hostile, number=2, note="<i>", segments=spoken(["</del><script>"]), text="</del><script>")
    for more in ("", "versions/", "difference/?old=1&new=2"):
        page = alice.get(at(hostile, more)).text
        assert "<script>alert" not in page
        assert "</del><script>" not in page
        assert "<img src=x" not in page
        assert "<i>" not in page


def test_while_the_job_runs_the_page_says_so_and_has_no_editor(server, alice, people, ours):
    running = make_transcript(ours, people["alice"], state=State.RUNNING)
    page = alice.get(at(running)).text
    assert f"/audio/transcripts/{running.pk}/progress/" in page
    assert "<transcript-page" not in page
    Transcript.objects.update(state=State.FAILED)
    Version.objects.all().delete()
    assert "<transcript-page" not in alice.get(at(running)).text
    assert alice.get(at(running, "words/")).status_code == 404


def test_an_edit_is_a_version_of_its_own_and_those_that_follow_join_it(server, alice, transcript):
    first = edit(alice, transcript, [text_of(1, "Good evening and welcome.")]).json()
    assert (first["version"], first["revision"], first["stale"]) == (2, 0, False)
    assert [word[2] for word in first["put"][0]["words"]] == [0, 1, 2, 3]
    second = edit(alice, transcript, [text_of(2, "Today we talk about snow.")]).json()
    assert (second["version"], second["revision"]) == (2, 1)
    assert texts(transcript) == ["Good evening and welcome.", "Today we talk about snow.", TEXTS[2]]
    assert transcript.versions.get(number=1).segments == spoken()
    assert transcript.version.text == "\n".join(texts(transcript))
    assert str(transcript.version.created_by_id) == str(alice.user.pk)


def test_another_person_and_another_kind_of_edit_begin_a_new_version(server, alice, bob, transcript):
    edit(alice, transcript, [text_of(1, "One")])
    assert edit(bob, transcript, [text_of(2, "Two")]).json()["version"] == 3
    assert edit(bob, transcript, [text_of(3, "Three")], note="Replaced once").json()["version"] == 4
    assert list(transcript.versions.values_list("note", flat=True)) == ["Transcribed", "Edited", "Edited", "Replaced once"]


def test_an_old_version_is_left_alone_after_a_while(server, alice, transcript):
    edit(alice, transcript, [text_of(1, "One")])
    Version.objects.filter(number=2).update(updated_at=timezone.now() - timezone.timedelta(minutes=11))
    assert edit(alice, transcript, [text_of(2, "Two")]).json()["version"] == 3


def test_undo_is_what_the_server_says_undoes_it(server, alice, transcript):
    answer = edit(alice, transcript, [text_of(1, "Wholly other words stand here now.")]).json()
    edit(alice, transcript, answer["undo"])
    assert transcript.version.segments == spoken()


def test_two_people_may_edit_different_segments_at_once(server, alice, bob, transcript):
    seen = transcript.version
    edit(alice, transcript, [text_of(1, "Mine")], seen)
    answer = edit(bob, transcript, [text_of(3, "Bob’s")], seen)
    assert answer.json()["stale"] is True
    assert texts(transcript) == ["Mine", TEXTS[1], "Bob’s"]


def test_nobody_writes_over_words_that_were_not_seen(server, alice, bob, transcript):
    seen = transcript.version
    edit(alice, transcript, [text_of(1, "Mine")], seen)
    for operation in (text_of(1, "Bob’s"), {"remove": ["s1"], "put": []}, {"remove": ["s1", "s2"], "seen": TEXTS[:2], "put": []}):
        answer = edit(bob, transcript, [operation], seen)
        assert answer.status_code == 409
        assert answer.json()["segments"][0] == {"id": "s1", "text": "Mine"}
    assert texts(transcript) == ["Mine", *TEXTS[1:]]
    assert edit(bob, transcript, [text_of(1, "Bob’s", "Mine")], seen).status_code == 200


def test_what_is_gone_is_a_conflict_and_nonsense_is_refused(server, alice, transcript):
    assert edit(alice, transcript, [{"remove": ["s9"], "put": []}]).status_code == 409
    for content in (
        "",
        "[]",
        "{}",
        '{"version": 1, "revision": 0, "operations": 3}',
        '{"version": "x", "revision": 0, "operations": []}',
    ):
        assert alice.http.post(at(transcript, "edit/"), content=content, headers=HTMX).status_code == 400, content
    assert transcript.versions.count() == 1


def test_nul_and_half_characters_do_not_reach_the_database(server, alice, transcript):
    content = '{"version": 1, "revision": 0, "operations": [{"remove": ["s1"], "put": [{"id": "s1", "text": "a\\u0000b\\ud800"}]}]}'
    assert alice.http.post(at(transcript, "edit/"), content=content, headers=HTMX).status_code in (200, 400)
    assert "\x00" not in transcript.version.text


def test_viewers_read_and_do_not_edit(server, vera, transcript):
    assert "read-only" in vera.get(at(transcript)).text
    assert edit(vera, transcript, [text_of(1, "No")]).status_code == 403


def test_versions_are_listed_compared_and_restored(server, alice, transcript):
    edit(alice, transcript, [text_of(2, "Today we talk about snow.")])
    listed = alice.get(at(transcript, "versions/")).text
    assert "Version 2" in listed and "Alice" in listed and "whisper-large-v3" in listed
    page = alice.get(at(transcript, "difference/?old=1&new=2")).text
    assert "rain." in page.partition("<del>")[2].partition("</del>")[0]
    assert "snow." in page.partition("<ins>")[2].partition("</ins>")[0]
    assert TEXTS[0] not in page
    assert alice.post(at(transcript, "versions/1/restore/")).headers["HX-Redirect"] == at(transcript)
    assert (transcript.version.number, transcript.version.note, texts(transcript)) == (3, "Back to version 1", TEXTS)
    for more in ("?old=1&new=9", "?old=x&new=1", "", "?old=1"):
        assert alice.get(at(transcript, f"difference/{more}")).status_code == 404


def test_the_title_is_the_recordings(server, alice, transcript):
    assert "Rain &amp; sun" in alice.post(at(transcript, "rename/"), {"title": "Rain & sun"}).text
    assert Recording.objects.get().title == "Rain & sun"
    assert alice.post(at(transcript, "rename/"), {"title": " "}).status_code == 422


@pytest.mark.parametrize("kind", ["txt", "md", "srt", "vtt", "json", "docx"])
def test_every_format_is_a_file_to_save(server, alice, transcript, kind):
    Recording.objects.update(title='Tag 1: "Regen" / Wind; ü\r\nX: y')
    answer = alice.get(at(transcript, f"export/?format={kind}"))
    assert answer.status_code == 200
    said = answer.headers["content-disposition"]
    assert said.startswith('attachment; filename="Tag 1_ _Regen_ _ Wind; ') and said.endswith(f"y.{kind}")
    assert "%C3%BC" in said
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].count("no-store")
    if kind != "docx":
        assert "welcome" in answer.text


def test_an_export_takes_its_settings(server, alice, transcript):
    assert alice.get(at(transcript, "export/?format=srt&length=10&preview=1")).text.startswith("1\n00:00:00,000 --> ")
    assert "Good\nmorning" in alice.get(at(transcript, "export/?format=vtt&length=10&preview=1")).text
    for wrong in ("format=exe", "format=srt&length=1", "format=srt&speed=x", ""):
        assert alice.get(at(transcript, f"export/?{wrong}")).status_code == 422


EXTREMES = ("9" * 12, "9" * 6000, "-1", "0", "1e9", "nan", "inf", "-inf", "1e400", "1\x00")


@pytest.mark.parametrize("name", ["length", "lines", "speed", "shortest", "longest"])
def test_a_measure_beyond_all_bounds_is_an_error_beside_the_form(server, alice, transcript, name):
    for kind in ("srt", "vtt", "txt"):
        for value in [value for value in EXTREMES if (name, value) != ("shortest", "0")]:
            answer = alice.get(at(transcript, "export/"), params={"format": kind, name: value})
            assert answer.status_code == 422 and "Not exported" in answer.text, (kind, value[:20])


def test_the_widest_and_the_narrowest_of_a_long_text_are_written(server, alice, ours):
    words = [{"word": " a", "start": 0, "end": 0} for _ in range(10_000)]
    long = make_transcript(ours, segments=[{"id": "s1", "start": 0, "end": 10, "text": " a" * 10_000, "words": words}])
    for measures in ("length=200&lines=4&speed=60&shortest=0&longest=60", "length=10&lines=1&speed=5&shortest=10&longest=1"):
        answer = alice.get(at(long, f"export/?format=srt&{measures}"))
        assert answer.status_code == 200 and answer.text.count("a") == 10_000


def test_json_is_read_back_as_it_was(server, alice, transcript):
    edit(alice, transcript, [text_of(1, "Edited.", speaker="Ann")])
    before = transcript.version.segments
    data = alice.get(at(transcript, "export/?format=json")).content
    assert json.loads(data)["schema"] == "playground/transcript"
    alice.post(at(transcript, "versions/1/restore/"))
    answer = alice.http.post(at(transcript, "import/"), files={"file": ("a.json", data)}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == at(transcript)
    assert (transcript.version.segments, transcript.version.note) == (before, "Imported")
    answer = alice.http.post(at(transcript, "import/"), files={"file": ("a.json", b"{}")}, headers=HTMX)
    assert (answer.status_code, transcript.version.number) == (422, 4)


def test_two_transcripts_of_one_recording_are_compared(server, alice, charlie, people, ours, transcript):
    other = make_transcript(
        ours, people["alice"], spoken([TEXTS[0], "Today, we talk about reign.", TEXTS[2]]), transcript.recording, model="turbo"
    )
    page = alice.get(at(transcript, f"with/{other.pk}/")).text
    assert "1 word replaced, 0 removed, 0 added: 7.7 % of 13 words differ" in page
    assert "reign." in page and "Temperature" in page
    assert at(other) not in alice.get(at(transcript)).text.partition("<ol")[2]
    assert f"with/{other.pk}/" in alice.get(at(transcript)).text
    elsewhere = make_transcript(ours, people["alice"])
    assert alice.get(at(transcript, f"with/{elsewhere.pk}/")).status_code == 404
    theirs = make_transcript(people["charlie"].teams.get(), people["charlie"])
    assert alice.get(at(transcript, f"with/{theirs.pk}/")).status_code == 404
    assert charlie.get(at(theirs, f"with/{transcript.pk}/")).status_code == 404


AGAIN = {"start": "4", "end": "8", "key": "a-key-for-again", "model": "whisper-large-v3-turbo", "temperature": "0.6"}


def test_a_stretch_is_transcribed_again_and_the_better_text_taken(server, alice, bob, transcript):
    assert 'value="4"' in alice.get(at(transcript, "again/?start=4&end=8")).text
    answer = alice.post(at(transcript, "again/"), AGAIN)
    again = alice.post(at(transcript, "again/"), AGAIN)
    tried = Transcript.objects.get(of=transcript)
    assert answer.headers["HX-Redirect"] == again.headers["HX-Redirect"] == at(transcript, f"tries/{tried.pk}/")
    assert (tried.start, tried.end, tried.model, tried.parameters["temperature"]) == (4, 8, "whisper-large-v3-turbo", 0.6)
    assert tried.parameters["timestamp_granularities"] == ["segment", "word"]
    assert f"transcripts/{tried.pk}/progress/" in alice.get(at(transcript, f"tries/{tried.pk}/")).text
    assert alice.post(at(transcript, f"tries/{tried.pk}/take/")).status_code == 404

    Transcript.objects.filter(pk=tried.pk).update(state=State.COMPLETE)
    Version.begin(tried, [segment(1, "Today we talk about snow.", 4, 8)], "Transcribed")
    page = alice.get(at(transcript, f"tries/{tried.pk}/")).text
    assert "rain." in page and "snow." in page and "1 word replaced" in page
    assert alice.get(at(tried)).headers["Location"] == at(transcript, f"tries/{tried.pk}/")
    edit(bob, transcript, [text_of(1, "Meanwhile.")])
    assert alice.post(at(transcript, f"tries/{tried.pk}/take/")).headers["HX-Redirect"] == at(transcript, "?t=4.0")
    assert texts(transcript) == ["Meanwhile.", "Today we talk about snow.", TEXTS[2]]
    assert (transcript.version.number, transcript.version.note) == (3, "Took another try by whisper-large-v3-turbo")


@pytest.mark.parametrize(
    "wrong", [{"start": "8", "end": "4"}, {"temperature": "2"}, {"model": ""}, {"language": "no such"}, {"start": "x"}]
)
def test_a_stretch_or_setting_that_is_none_is_said(server, alice, transcript, wrong):
    answer = alice.post(at(transcript, "again/"), {**AGAIN, **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not Transcript.objects.filter(of=transcript).exists()


def search(person, words):
    return person.get("/audio/search/", params={"q": words}).text


def test_words_are_found_where_they_were_said(server, alice, bob, charlie, transcript):
    page = search(bob, "TALK rain")
    assert f"{at(transcript)}?t=4.00#s2" in page
    assert "<mark>talk</mark>" in page
    assert at(transcript) not in search(charlie, "rain")
    for nothing in ("snow", '"', "NEAR(", "*", "rain OR snow", "text:rain -x", "a" * 500):
        assert at(transcript) not in search(bob, nothing), nothing


def test_the_list_of_recordings_finds_what_was_said(server, alice, bob, charlie, transcript):
    listed = bob.get("/audio/", params={"q": "TALK rain"}, headers={"HX-Request": "true"}).text
    assert f"{at(transcript)}?t=4.00#s2" in listed and "<mark>talk</mark>" in listed
    assert "No recording has this" not in listed
    assert at(transcript) not in charlie.get("/audio/", params={"q": "rain"}).text
    assert "<mark>" not in bob.get("/audio/").text
    assert "No recording has this" in bob.get("/audio/", params={"q": "snow"}).text


def test_the_index_knows_the_newest_words_only(server, alice, transcript):
    edit(alice, transcript, [text_of(2, "Today we talk about café and snow.")])
    assert at(transcript) not in search(alice, "rain")
    assert at(transcript) in search(alice, "cafe sno")
    edit(alice, transcript, [text_of(2, "Sun.", "Today we talk about café and snow.")])
    assert at(transcript) not in search(alice, "snow")
    alice.post(at(transcript, "versions/1/restore/"))
    assert at(transcript) in search(alice, "rain")
    Recording.objects.all().delete()
    assert at(transcript) not in search(alice, "rain")


def test_the_index_is_laid_again_where_it_was_lost(server, alice, transcript):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audio_search_insert")
        edit(alice, transcript, [text_of(2, "Snow.")])
        assert at(transcript) not in search(alice, "snow")
        call_command("migrate", verbosity=0)
        assert at(transcript) in search(alice, "snow")
        cursor.execute("SELECT count(*) FROM audio_search")
        assert cursor.fetchone() == (1,)


def test_scripts_without_blanks_are_found_within(server, alice, people, ours):
    chinese = make_transcript(ours, people["alice"], spoken(["今天我们谈论天气。"]))
    assert at(chinese) in search(alice, "天气")


def test_characters_beyond_the_first_plane_are_counted_as_scripts_count_them(server, alice, people, ours):
    emoji = make_transcript(ours, people["alice"], spoken(["😀 yes 😀 no"]))
    words = alice.get(at(emoji, "words/")).json()["segments"][0]["words"]
    assert [word[:2] for word in words] == [[0, 2], [3, 6], [7, 9], [10, 12]]
    assert aligning.placed(spoken(["a b"])[0])[1][:2] == [2, 3]


def test_a_second_is_counted_when_it_is_over_wherever_it_is_told(server, alice, people, ours):
    """As players do: a list said 1:06 of what the player beside the text called 1:05."""
    recording = make_recording(ours, people["alice"])
    Recording.objects.filter(pk=recording.pk).update(duration=65.9)
    transcript = make_transcript(ours, people["alice"], spoken(seconds=3.7), recording)
    for path in ("/audio/", f"/audio/{recording.pk}/"):
        page = alice.get(path).text
        assert "1:05" in page and "1:06" not in page
    assert "Play from 0:03" in alice.get(at(transcript)).text
