"""The way in: pieces, limits, what is refused and in which words."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from apps.audio.intake import checking, parts, taking
from apps.audio.models import Recording, Upload
from apps.core.reading import cut
from tests.audio import sounds
from tests.audio.arriving import announce, bytes_of, finish, put, taken, upload
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Files of one test are no other's."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def test_a_file_comes_in_pieces_and_becomes_a_recording(alice, ours):
    data = sounds.wav(80)
    recording = taken(alice, data, "Interview: Müller.wav")
    assert recording.title == "Interview: Müller" and recording.team == ours and recording.created_by == alice.user
    assert (recording.media_type, recording.origin, recording.size) == ("audio/wav", "uploaded", len(data))
    assert recording.duration == pytest.approx(80)
    assert bytes_of(recording) == data
    assert recording.peaks and left_in(parts.folder()) == []
    page = alice.get(f"/audio/{recording.pk}/").text
    assert "Interview: Müller" in page and "1:20" in page


def test_a_piece_at_the_wrong_place_is_told_the_right_one(alice):
    data = sounds.wav(2)
    pk = announce(alice, size=len(data)).json()["id"]
    assert put(alice, pk, 0, data[:1000]).json()["offset"] == 1000
    again = put(alice, pk, 0, data[:1000])
    assert (again.status_code, again.json()["offset"]) == (409, 1000)
    early = put(alice, pk, 2000, data[2000:])
    assert (early.status_code, early.json()["offset"]) == (409, 1000)
    assert alice.get(f"/audio/uploads/{pk}/").json()["offset"] == 1000
    assert alice.post(f"/audio/uploads/{pk}/finish/").status_code == 409
    assert put(alice, pk, 1000, data[1000:]).status_code == 200
    recording = Recording.objects.get(pk=finish(alice, pk)["recording"].split("/")[-2])
    assert bytes_of(recording) == data


def test_finishing_twice_is_one_recording(alice):
    told = upload(alice, sounds.wav())
    assert finish(alice, told["id"]) == told
    assert Recording.objects.count() == 1


def test_what_was_broken_off_by_a_full_disk_goes_on(alice, monkeypatch):
    data = sounds.wav()
    pk = announce(alice, size=len(data)).json()["id"]

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(parts, "write", full)
        answer = put(alice, pk, 0, data)
    assert (answer.status_code, "disk" in answer.json()["error"]) == (507, True)
    assert put(alice, pk, 0, data).status_code == 200
    assert finish(alice, pk)["state"] == "done"


@pytest.mark.parametrize("offset", ["", "x", "-1", "1e3", "٣", "9" * 30])
def test_nonsense_for_an_offset_is_refused(alice, offset):
    pk = announce(alice, size=10).json()["id"]
    assert put(alice, pk, offset, b"x").status_code == 400


def test_a_piece_is_bytes_and_no_form(alice):
    pk = announce(alice, size=10).json()["id"]
    assert alice.post(f"/audio/uploads/{pk}/?offset=0", {"x": "y"}).status_code == 400
    assert alice.http.post(f"/audio/uploads/{pk}/?offset=0", files={"file": b"x"}).status_code == 400


# UP1: limits


def test_more_than_a_recording_may_have_is_refused_before_it_is_sent(alice, settings):
    settings.RECORDING_LIMIT = 1000
    answer = announce(alice, size=1001)
    assert answer.status_code == 413 and "may have up to" in answer.json()["error"]
    assert not Upload.objects.exists()


def test_more_than_announced_or_allowed_is_never_stored(alice, settings, folders):
    settings.RECORDING_LIMIT = 5000
    pk = announce(alice, size=1000).json()["id"]
    assert put(alice, pk, 0, b"x" * 1001).status_code == 413
    unknown = announce(alice, origin="recorded").json()["id"]
    assert put(alice, unknown, 0, b"x" * 4000).status_code == 200
    assert put(alice, unknown, 4000, b"x" * 1001).status_code == 413
    assert sum(path.stat().st_size for path in parts.folder().iterdir()) == 4000


def test_a_piece_has_a_limit_of_its_own(alice):
    pk = announce(alice, size=10_000_000).json()["id"]
    assert put(alice, pk, 0, b"x" * (taking.PIECE + 1)).status_code == 413


def test_a_recording_that_lasts_too_long_is_refused(alice, settings):
    settings.RECORDING_SECONDS = 60
    told = upload(alice, sounds.wav(61, rate=8000))
    assert told["state"] == "refused" and told["error"] == "It lasts 1:01; a recording may last up to 1:00."


# UP2: names


@pytest.mark.parametrize(
    "name, shown",
    [
        ("../../x.wav", "x"),
        ("C:\\dir\\x.wav", "x"),
        ("/etc/passwd", "passwd"),
        ("CON", "CON"),
        ("n" * 300 + ".wav", "n" * 200),
        ("b\r\nc.wav", "bc"),
        ("\u202egpj.wav", "gpj"),
        ("u\u0308.wav", "ü"),
        (".htaccess", ".htaccess"),
        ("x.wav.html", "x.wav"),
        ("<b>bold</b>.wav", "b>"),
        ("", ""),
    ],
)
def test_names_are_labels_and_no_paths(alice, folders, name, shown):
    recording = taken(alice, sounds.wav(), name)
    assert recording.title == shown
    assert recording.file.name == f"recordings/{recording.team_id}/{recording.pk}"
    assert "<b>" not in alice.get(f"/audio/{recording.pk}/").text
    headers = alice.get(f"/audio/{recording.pk}/sound?download=1").headers
    assert headers["content-type"] == "audio/wav"
    said = headers["content-disposition"]
    assert said.startswith("attachment; filename") and "\r" not in said
    assert said.rstrip('"').endswith((".wav", ".wav%22")) and len(cut(said)) < 1200


# UP3, UP4: what is in a file


@pytest.mark.parametrize(
    "form, kind",
    [
        ("mp3", "audio/mpeg"),
        ("mp4", "audio/mp4"),
        ("webm", "audio/webm"),
        ("ogg", "audio/ogg"),
        ("flac", "audio/flac"),
        ("mpeg", "video/mpeg"),
        ("matroska", "video/x-matroska"),
    ],
)
def test_every_format_is_known_by_what_is_in_it(alice, form, kind):
    recording = taken(alice, sounds.encoded(form), "misleading.txt")
    assert recording.media_type == kind
    assert recording.duration == pytest.approx(2, abs=0.15)
    assert (recording.note, bool(recording.peaks)) == ("", True)


def test_a_video_is_taken_for_its_sound(alice):
    assert taken(alice, sounds.encoded("mp4", pictures=True)).media_type == "video/mp4"


REFUSED = {
    "nothing": (b"", "The file is empty."),
    "a header alone": (sounds.wav()[:44], "There is no sound in it."),
    "a thousandth of a second": (sounds.wav()[: 44 + 32], "shorter than a hundredth"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "This is a web page."),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "This is an SVG"),
    "a document": (b"%PDF-1.7\n...", "This is a PDF."),
    "a program": (b"MZ\x90\x00" + b"\x00" * 200, "This is a program."),
    "an archive": (b"PK\x03\x04" + b"\x00" * 200, "This is an archive."),
    "a playlist": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:8000/secret.ts\n", "This is a playlist"),
    "a list of files": (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "This is a playlist"),
    "text": (b"Hello there", "no recording that we know"),
    "noise": (bytes(range(256)) * 40, "no recording that we know"),
    "a page behind a tag": (b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"<html>" * 500, "cannot be read"),
    "a film without sound": (sounds.silent_video(), "There is no sound in it."),
    "an MP4 cut off": (sounds.encoded("mp4")[:9000], "was cut off before its end"),
    "a broken FLAC": (b"fLaC" + b"\xff" * 3000, "damaged"),
    "a broken Ogg": (b"OggS" + b"\x00" * 3000, "damaged"),
    "a broken Matroska": (b"\x1a\x45\xdf\xa3" + b"\xff" * 3000, "damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_recording_is_refused_in_words(alice, folders, what):
    data, words = REFUSED[what]
    told = upload(alice, data, "interview.wav")
    assert told["state"] == "refused" and words in told["error"], told
    assert not Recording.objects.exists()
    assert left_in(parts.folder()) == [] and not (folders / "media").exists()
    # It is told on the next page as well, until it is dismissed.
    assert told["id"] in alice.get("/audio/").text
    assert alice.post(f"/audio/uploads/{told['id']}/cancel/").status_code == 204
    assert told["id"] not in alice.get("/audio/").text


def test_a_page_behind_a_recording_is_only_ever_sound(alice):
    recording = taken(alice, sounds.wav() + b"<html><script>alert(1)</script></html>", "x.html")
    answer = alice.get(f"/audio/{recording.pk}/sound")
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert ".html.wav" in answer.headers["content-disposition"]


@pytest.mark.parametrize("form", ["mp3", "webm"])
def test_what_is_cut_off_is_taken_as_far_as_it_goes(alice, form):
    data = sounds.encoded(form, 8.0)
    recording = taken(alice, data[: len(data) // 2])
    assert 2 < recording.duration < 6
    assert "cut off" in recording.note
    assert recording.note in alice.get(f"/audio/{recording.pk}/").text.replace("&#x27;", "'")


def test_a_header_that_lies_is_not_believed(alice):
    data = bytearray(sounds.wav(3))
    data[4:8] = b"\xf0\xff\xff\xff"
    data[40:44] = b"\xe0\xff\xff\xff"
    recording = taken(alice, bytes(data))
    assert recording.duration == pytest.approx(3)


def test_two_hours_are_taken_and_outlined_later(alice, server):
    recording = taken(alice, sounds.wav(7200, rate=2000))
    assert recording.duration == pytest.approx(7200) and not recording.peaks
    from tests.waiting import until

    answer = until(lambda: (got := alice.get(f"/audio/{recording.pk}/peaks")).status_code == 200 and got, seconds=60).json()
    assert answer["duration"] == pytest.approx(7200)
    assert len(answer["peaks"]) == 24000 and min(answer["peaks"]) < -30 and max(answer["peaks"]) > 30


def test_a_look_that_breaks_is_no_error_of_the_page(alice, monkeypatch):
    monkeypatch.setattr(checking.apart, "probe", lambda path: 1 / 0)
    told = upload(alice, sounds.wav())
    assert (told["state"], "our side" in told["error"]) == ("refused", True)


def test_one_that_hangs_the_looker_is_refused(alice, monkeypatch):
    monkeypatch.setattr(checking.apart, "LOOKING", 1)
    monkeypatch.setattr(checking.apart.sys, "executable", "/nonexistent/python")
    told = upload(alice, sounds.wav())
    assert told["state"] == "refused"


# What a browser recorded.


def test_a_recording_of_the_browser_gets_a_length_and_an_index(alice):
    data = sounds.live_webm(3)
    pk = announce(alice, origin="recorded").json()["id"]
    assert put(alice, pk, 0, data).status_code == 200
    recording = Recording.objects.get(pk=finish(alice, pk)["recording"].split("/")[-2])
    assert recording.title.startswith("Recording of 20") and recording.origin == "recorded"
    import av

    with recording.file.open("rb") as file, av.open(file) as container:
        assert container.duration == pytest.approx(3_000_000, rel=0.05)


def test_a_recorder_that_began_anew_goes_on_behind(alice):
    first, second = sounds.live_webm(3), sounds.live_webm(2)
    pk = announce(alice, origin="recorded").json()["id"]
    put(alice, pk, 0, first)
    assert put(alice, pk, len(first), second, "&anew").status_code == 200
    recording = Recording.objects.get(pk=finish(alice, pk)["recording"].split("/")[-2])
    assert recording.duration == pytest.approx(5, abs=0.2)


# UP8: what waits


def test_unfinished_uploads_of_a_person_are_counted(alice, bob, monkeypatch):
    monkeypatch.setattr(taking, "MOST_WAITING", 3)
    ids = [announce(alice, size=10).json()["id"] for _ in range(3)]
    answer = announce(alice, size=10)
    assert answer.status_code == 429 and answer.json()["error"].startswith("3 of your uploads")
    assert announce(bob, size=10).status_code == 201
    alice.post(f"/audio/uploads/{ids[0]}/cancel/")
    assert announce(alice, size=10).status_code == 201


def test_the_room_of_unfinished_uploads_is_counted(alice, settings):
    settings.RECORDING_LIMIT = 1000
    assert [announce(alice, size=900).status_code for _ in range(3)] == [201, 201, 429]


def test_what_nobody_went_on_with_for_a_day_goes(alice, bob):
    pk = announce(alice, size=10).json()["id"]
    put(alice, pk, 0, b"x")
    (parts.folder() / "0123456789abcdefghjk").write_bytes(b"of nobody")
    old = timezone.now() - taking.KEPT - timezone.timedelta(minutes=1)
    Upload.objects.update(updated_at=old)
    assert announce(bob, size=10).status_code == 201
    assert not Upload.objects.filter(pk=pk).exists() and left_in(parts.folder()) == []


def test_given_up_while_it_is_looked_at_nothing_is_left(alice, folders, monkeypatch):
    probe = checking.apart.probe

    def slow(path):
        found = probe(path)
        taking.cancel(Upload.objects.get())
        path.write_bytes(sounds.wav())
        return found

    data = sounds.wav()
    pk = announce(alice, size=len(data)).json()["id"]
    put(alice, pk, 0, data)
    monkeypatch.setattr(checking.apart, "probe", slow)
    assert alice.post(f"/audio/uploads/{pk}/finish/").status_code in (200, 404)
    assert not Recording.objects.exists()
    assert [path for path in (folders / "media").rglob("*") if path.is_file()] == [] and left_in(parts.folder()) == []


# A piece and the end, at the same moment.


class Late:
    """A piece whose bytes come into the file only when something else had the time to happen."""

    def __init__(self, monkeypatch, happens):
        self.here, self.happened = threading.Event(), happens
        monkeypatch.setattr(parts, "write", self.write)

    def write(self, pk, offset, data):
        with parts.path(pk).open("r+b") as file:
            self.here.set()
            self.happened.wait(1)
            file.seek(offset)
            file.write(data)


def late_piece(person, monkeypatch):
    """(a file, the upload that has its first thousand bytes, what delays the next piece)"""
    data = sounds.wav()
    pk = announce(person, size=len(data)).json()["id"]
    assert put(person, pk, 0, data[:1000]).status_code == 200
    return data, pk, Late(monkeypatch, threading.Event())


def test_a_piece_and_the_end_exclude_one_another(alice, bob, monkeypatch):
    """Whichever was first: a recording has the bytes that were acknowledged, and no others."""
    data = sounds.wav(4)
    pk = announce(alice, origin="recorded").json()["id"]
    assert put(alice, pk, 0, data[:64_044]).status_code == 200
    probe, looked = checking.apart.probe, threading.Event()

    def look(path):
        found = probe(path)
        looked.set()
        return found

    monkeypatch.setattr(checking.apart, "probe", look)
    late = Late(monkeypatch, looked)
    with ThreadPoolExecutor() as threads, Person(alice.server, alice.user) as again:
        piece = threads.submit(put, alice, pk, 64_044, data[64_044:])
        assert late.here.wait(10)
        told = threads.submit(finish, again, pk).result()
        piece = piece.result()
    recording = Recording.objects.get(pk=told["recording"].split("/")[-2])
    acknowledged = len(data) if piece.status_code == 200 else 64_044
    assert (recording.size, bytes_of(recording)) == (acknowledged, data[:acknowledged])
    assert left_in(parts.folder()) == []


def test_a_piece_that_comes_while_it_is_given_up_leaves_nothing(alice, monkeypatch):
    data, pk, late = late_piece(alice, monkeypatch)
    with ThreadPoolExecutor() as threads, Person(alice.server, alice.user) as again:
        piece = threads.submit(put, alice, pk, 1000, data[1000:])
        assert late.here.wait(10)
        assert threads.submit(again.post, f"/audio/uploads/{pk}/cancel/").result().status_code == 204
        assert piece.result().status_code in (200, 404, 409)
    assert not Upload.objects.exists() and left_in(parts.folder()) == []


def test_two_pages_that_add_the_same_piece_add_it_once(alice, monkeypatch):
    data, pk, late = late_piece(alice, monkeypatch)
    with ThreadPoolExecutor() as threads, Person(alice.server, alice.user) as again:
        first = threads.submit(put, alice, pk, 1000, data[1000:])
        assert late.here.wait(10)
        second = threads.submit(put, again, pk, 1000, b"x" * 10)
        assert [first.result().status_code, second.result().status_code] == [200, 409]
    assert second.result().json()["offset"] == len(data)
    assert bytes_of(Recording.objects.get(pk=finish(alice, pk)["recording"].split("/")[-2])) == data


# Doors beyond the table of routes.


def test_an_upload_is_its_persons_own(alice, bob, vera, charlie):
    pk = announce(alice, size=10).json()["id"]
    for other in (bob, vera, charlie):
        assert other.get(f"/audio/uploads/{pk}/").status_code == 404
        assert put(other, pk, 0, b"x").status_code == 404
        assert other.post(f"/audio/uploads/{pk}/finish/").status_code == 404
        assert other.post(f"/audio/uploads/{pk}/cancel/").status_code == 404
    assert Upload.objects.get().received == 0
    assert announce(vera, size=10).status_code == 403


def test_a_file_goes_with_its_recording(alice, folders):
    recording = taken(alice, sounds.wav())
    path = folders / "media" / recording.file.name
    assert path.exists()
    assert alice.post(f"/audio/{recording.pk}/delete/", headers={}).status_code == 302
    assert not path.exists() and not Recording.objects.exists()


def test_a_name_with_a_nul_is_refused_in_words(alice):
    answer = announce(alice, "a\x00b.wav", size=1)
    assert (answer.status_code, "Null characters" in answer.json()["error"]) == (422, True)
