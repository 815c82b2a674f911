"""The bytes of a recording: whole, in ranges, to those who may; and its outline."""

import httpx
import pytest

from apps.audio.models import Recording
from tests.audio import sounds
from tests.audio.arriving import taken
from tests.people import strange_id

pytestmark = pytest.mark.django_db(transaction=True)

DATA = sounds.wav(3)
SIZE = len(DATA)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def recording(alice):
    return taken(alice, DATA, "talk.wav")


def sound(person, recording, **headers):
    return person.get(f"/audio/{recording.pk}/sound", headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_all_of_it(vera, recording):
    answer = sound(vera, recording)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-length"] == str(SIZE) and answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/wav" and answer.headers["cache-control"] == "no-store, private"
    assert answer.headers["content-disposition"] == 'inline; filename="talk.wav"'


@pytest.mark.parametrize(
    "asked, start, end",
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, SIZE),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=50-{SIZE * 2}", 50, SIZE),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE),
        ("bytes=0-0", 0, 1),
    ],
)
def test_a_range(bob, recording, asked, start, end):
    answer = sound(bob, recording, Range=asked)
    assert (answer.status_code, answer.content) == (206, DATA[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_that_is_not_there(bob, recording, asked):
    answer = sound(bob, recording, Range=asked)
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "bytes=9-5", "bytes=-", "bytes=a-b", "lines=0-5", "bytes=" + "9" * 40 + "-"])
def test_what_is_no_single_range_is_answered_whole(bob, recording, asked):
    answer = sound(bob, recording, Range=asked)
    assert (answer.status_code, len(answer.content)) == (200, SIZE)


def test_a_range_of_something_older_is_answered_whole(bob, recording):
    tag = sound(bob, recording).headers["etag"]
    assert sound(bob, recording, Range="bytes=0-9", If_Range=tag).status_code == 206
    assert sound(bob, recording, Range="bytes=0-9", If_Range='"other"').status_code == 200


def test_head_tells_the_size_and_sends_nothing(bob, recording):
    answer = bob.http.head(f"/audio/{recording.pk}/sound")
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(SIZE), b"")
    answer = bob.http.head(f"/audio/{recording.pk}/sound", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["content-length"]) == (206, "10")


def test_strangers_find_nothing_by_any_way(charlie, recording):
    for path in (
        f"/audio/{recording.pk}/sound",
        f"/audio/{recording.pk}/sound?download=1",
        f"/audio/{recording.pk}/peaks",
        f"/audio/{recording.pk}/../{recording.pk}/sound",
        f"/media/{recording.file.name}",
        f"/static/..%2fmedia/{recording.file.name}",
    ):
        for method in ("GET", "HEAD"):
            for headers in ({}, {"Range": "bytes=0-9"}):
                assert charlie.http.request(method, path, headers=headers).status_code == 404, path
    known, unknown = (charlie.get(f"/audio/{pk}/sound", headers={"Range": "bytes=0-9"}) for pk in (recording.pk, strange_id()))
    assert {**known.headers, "date": "", "content-length": ""}.keys() == {
        **unknown.headers,
        "date": "",
        "content-length": "",
    }.keys()


def test_a_listener_that_leaves_takes_nothing_with_it(bob, recording):
    with httpx.stream("GET", f"{bob.server.url}/audio/{recording.pk}/sound", cookies={"session": bob.session}) as answer:
        next(answer.iter_raw())
    assert sound(bob, recording, Range="bytes=0-9").status_code == 206


def test_a_download_is_an_attachment_by_its_own_name(bob, recording):
    Recording.objects.update(name="Gespräch “eins”.wav")
    said = bob.get(f"/audio/{recording.pk}/sound?download=1").headers["content-disposition"]
    assert said == "attachment; filename*=utf-8''Gespr%C3%A4ch%20%E2%80%9Ceins%E2%80%9D.wav"


def test_what_is_of_no_known_type_is_only_saved(bob, recording):
    Recording.objects.update(media_type="text/html")
    answer = sound(bob, recording)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_file_that_is_gone_is_not_found(bob, recording):
    recording.file.storage.delete(recording.file.name)
    assert sound(bob, recording).status_code == 404


def test_the_outline_follows_the_sound(bob, recording):
    told = bob.get(f"/audio/{recording.pk}/peaks").json()
    assert told["duration"] == pytest.approx(3)
    assert len(told["peaks"]) == 2000 and all(-127 <= peak <= 127 for peak in told["peaks"])
    lows, highs = told["peaks"][::2], told["peaks"][1::2]
    assert min(lows) < -40 and max(highs) > 40 and all(low <= high for low, high in zip(lows, highs, strict=True))
