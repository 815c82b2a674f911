"""Recordings by their address: fetched through the guard, or handed to the API as it is."""

import threading
from contextlib import asynccontextmanager

import pytest
from django.utils import timezone

from apps.audio.intake import links, parts
from apps.audio.models import Recording, Upload
from apps.core import fetching, serving
from apps.core.fetching import Broken, Refused
from tests.audio import sounds
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = "https://example.com/talks/one%20two.mp3?key=x"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(fetching, "STEP", 0)


@pytest.fixture
def site(monkeypatch):
    """What stands at every address: ``pieces``, of which an exception ends the rest."""

    class Site:
        pieces, size, asked = [], None, []

    @asynccontextmanager
    async def opened(url, limits):
        Site.asked.append(url)

        class Body:
            name, size = fetching.parsed(url).name, Site.size

            async def chunks(self):
                for piece in Site.pieces:
                    if isinstance(piece, Exception):
                        raise piece
                    if callable(piece):
                        await serving.in_thread(piece)
                    else:
                        yield piece

        if Site.pieces and isinstance(Site.pieces[0], Refused):
            raise Site.pieces[0]
        yield Body()

    Site.asked = []
    monkeypatch.setattr(fetching, "opened", opened)
    return Site


def ask(person, url=PLACE, fetched_by="fetch"):
    return person.post("/audio/link/", {"url": url, "fetched_by": fetched_by})


def ended(person, answer):
    """How the fetching ended, as the page is told."""
    assert answer.status_code == 201, answer.text
    path = answer.json()["url"]
    return until(lambda: (told := person.get(path).json())["state"] not in ("fetching", "checking") and told, seconds=20)


def test_an_address_for_the_api_is_kept_as_it_is(alice, bob, site):
    told = ask(alice, fetched_by="hand").json()
    recording = Recording.objects.get()
    assert told == {"recording": f"/audio/{recording.pk}/"} and site.asked == []
    assert (recording.origin, recording.url, recording.is_linked) == ("linked", PLACE, True)
    page = bob.get(f"/audio/{recording.pk}/").text
    assert "Only the API fetches this recording" in page and "<audio" not in page
    assert bob.get(f"/audio/{recording.pk}/sound").status_code == 404
    assert bob.get(f"/audio/{recording.pk}/peaks").status_code == 204


def test_a_link_is_fetched_and_becomes_a_recording(alice, site):
    data = sounds.encoded("mp3")
    site.pieces, site.size = [data[:5000], data[5000:]], len(data)
    told = ended(alice, ask(alice))
    assert told["state"] == "done" and site.asked == [PLACE]
    recording = Recording.objects.get()
    assert (recording.origin, recording.url, recording.title) == ("fetched", PLACE, "one two")
    assert recording.size == len(data) and not recording.is_linked


@pytest.mark.parametrize(
    "pieces, words",
    [
        ([Refused()], "could not be fetched"),
        ([b"x", Broken("It came too slowly.")], "It came too slowly."),
        ([b"<html>not found</html>"], "This is a web page."),
        ([], "The file is empty."),
        ([b"x", RuntimeError("secret")], "our side"),
    ],
)
def test_what_cannot_be_fetched_is_said_beside_it(alice, site, pieces, words):
    site.pieces = pieces
    told = ended(alice, ask(alice))
    assert told["state"] == "refused" and words in told["error"] and "secret" not in told["error"]
    assert not Recording.objects.exists() and list(parts.folder().glob("*")) == []
    # Tried once more, when it is there.
    site.pieces = [sounds.wav()]
    again = alice.post(f"{told['url']}again/")
    assert again.status_code == 200
    assert until(lambda: alice.get(told["url"]).json()["state"] == "done", seconds=20)


def test_addresses_inside_are_refused_like_everything_else(alice):
    """Through the real guard: nobody is asked, and all of them hear the same."""
    said = set()
    for url in ("http://127.0.0.1/x.mp3", "http://localhost/x.mp3", "http://169.254.169.254/latest/", f"{alice.server.url}/audio/"):
        told = ended(alice, ask(alice, url))
        said.add((told["state"], told["error"]))
    assert said == {("refused", fetching.WORDS)}


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://example.com/x", "file:///etc/passwd", "javascript:alert(1)", "https://", "http://[::1"]
)
@pytest.mark.parametrize("fetched_by", ["fetch", "hand"])
def test_what_is_no_address_is_said_at_once(alice, url, fetched_by):
    answer = ask(alice, url, fetched_by)
    assert (answer.status_code, "address" in answer.json()["error"]) == (422, True)
    assert not Upload.objects.exists() and not Recording.objects.exists()


def test_what_a_server_left_behind_is_offered_again(alice, site):
    site.pieces = [sounds.wav()]
    team = alice.user.teams.get()
    upload = Upload.objects.create(team=team, created_by=alice.user, origin="fetched", state="fetching", url=PLACE, name="x.wav")
    assert alice.get(f"/audio/uploads/{upload.pk}/").json()["state"] == "fetching"
    # It is not lost yet, and so is not fetched twice.
    assert alice.post(f"/audio/uploads/{upload.pk}/again/").json()["state"] == "fetching" and site.asked == []
    Upload.objects.update(updated_at=timezone.now() - links.SILENT * 2)
    assert alice.get(f"/audio/uploads/{upload.pk}/").json()["state"] == "lost"
    alice.post(f"/audio/uploads/{upload.pk}/again/")
    assert until(lambda: alice.get(f"/audio/uploads/{upload.pk}/").json()["state"] == "done", seconds=20)


def test_given_up_it_leaves_nothing(alice, site, monkeypatch):
    monkeypatch.setattr(links, "TELL", 0)
    begun, go = threading.Event(), threading.Event()

    def wait():
        begun.set()
        assert go.wait(10)

    site.pieces = [sounds.wav()[:1000], wait, sounds.wav()[1000:]]
    upload = ask(alice).json()
    assert begun.wait(10)
    assert alice.post(f"{upload['url']}cancel/").status_code == 204
    go.set()
    until(lambda: upload["id"] not in links._tasks)
    assert not parts.path(upload["id"]).exists() and not Recording.objects.exists()
    assert alice.get(upload["url"]).status_code == 404


def test_viewers_and_strangers_add_nothing(vera):
    assert [ask(vera, fetched_by=by).status_code for by in ("fetch", "hand")] == [403, 403]
