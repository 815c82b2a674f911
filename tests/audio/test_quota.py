"""How much the recordings of a team may take together: said before an upload begins, and nothing lost that has arrived."""

import pytest
from django.core.files.base import ContentFile

from apps.audio.intake import checking, links, parts
from apps.audio.models import Recording, Upload
from tests.audio import sounds
from tests.audio.arriving import announce, finish, put, taken
from tests.audio.test_links import ask, ended, folders, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)

SMALL, LARGE = sounds.wav(1), sounds.wav(3)


@pytest.fixture(autouse=True)
def limit(settings, folders):  # noqa: F811
    settings.TEAM_LIMIT = 150_000


@pytest.fixture
def full(ours):
    """A recording of the team that takes most of its room."""
    recording = Recording(team=ours, title="Old", size=len(LARGE))
    recording.file.save("old", ContentFile(LARGE))
    recording.save()
    return recording


def sent(person, data, **more):
    """The id of an upload, all of which has arrived."""
    pk = announce(person, **more).json()["id"]
    assert put(person, pk, 0, data).status_code == 200
    return pk


def test_more_than_the_room_of_the_team_is_refused_before_it_is_sent(alice, bob, charlie, full):
    answer = announce(bob, size=len(LARGE))
    assert answer.status_code == 413
    assert answer.json()["error"] == (
        "The recordings of your team take 0.1 MB of the 0.1 MB that they may take together, and this has 0.1 MB. "
        "Delete some of them first."
    )
    assert not Upload.objects.exists()
    # What is smaller fits, and other teams have their own room.
    assert announce(alice, size=len(SMALL)).status_code == 201
    assert announce(charlie, size=len(LARGE)).status_code == 201


def test_what_is_on_its_way_counts(alice, bob):
    assert announce(alice, size=len(LARGE)).status_code == 201
    assert announce(bob, size=len(LARGE)).status_code == 413
    assert announce(bob, size=len(SMALL)).status_code == 201


def test_without_any_room_nothing_of_unknown_size_begins(alice, full, settings, site):  # noqa: F811
    settings.TEAM_LIMIT = len(LARGE)
    assert announce(alice, origin="recorded").status_code == 413
    answer = ask(alice)
    assert answer.status_code == 413 and "of your team" in answer.json()["error"] and site.asked == []
    # An address that the API fetches takes none.
    assert ask(alice, fetched_by="hand").status_code == 201


def test_without_a_limit_there_is_none(alice, full, settings):
    settings.TEAM_LIMIT = 0
    assert taken(alice, LARGE)


def test_what_has_arrived_waits_for_room_and_goes_on(alice, full):
    pk = sent(alice, LARGE, origin="recorded")
    answer = alice.post(f"/audio/uploads/{pk}/finish/")
    assert (answer.status_code, answer.json()["state"], answer.json()["offset"]) == (409, "full", len(LARGE))
    assert "Delete some of them first." in answer.json()["error"]
    assert Recording.objects.get() == full and parts.path(pk).stat().st_size == len(LARGE)
    assert alice.get(f"/audio/uploads/{pk}/").json()["state"] == "receiving"
    alice.post(f"/audio/{full.pk}/delete/")
    assert finish(alice, pk)["state"] == "done"
    assert Recording.objects.get().size == len(LARGE)


def test_two_that_are_finished_at_once_do_not_both_take_the_last_room(alice, bob, monkeypatch):
    first, second = sent(alice, LARGE, origin="recorded"), sent(bob, LARGE, origin="recorded")
    probe, said = checking.apart.probe, []

    def slow(path):
        if not said:
            said.append(bob.post(f"/audio/uploads/{second}/finish/").json()["state"])
        return probe(path)

    monkeypatch.setattr(checking.apart, "probe", slow)
    assert finish(alice, first)["state"] == "done"
    assert said == ["full"] and Recording.objects.count() == 1


def test_a_link_that_says_its_size_is_refused_before_it_is_fetched(alice, full, site):  # noqa: F811
    def never():
        raise AssertionError("it was fetched")

    site.pieces, site.size = [never, LARGE], len(LARGE)
    told = ended(alice, ask(alice))
    assert told["state"] == "refused" and "Delete some of them first." in told["error"]


@pytest.mark.parametrize("tell", [0, 3600])
def test_a_link_counts_as_it_grows(alice, full, site, monkeypatch, tell):  # noqa: F811
    monkeypatch.setattr(links, "TELL", tell)
    grown = []
    piece = LARGE[: len(LARGE) // 4]

    def look():
        grown.append(sum(path.stat().st_size for path in parts.folder().iterdir()))

    site.pieces, site.size = [piece, look, piece, look, piece, look, piece, look], None
    told = ended(alice, ask(alice))
    assert told["state"] == "refused" and "of your team" in told["error"]
    assert grown == [len(piece), 2 * len(piece)] and list(parts.folder().iterdir()) == []
    # Once there is room, it can be fetched again.
    alice.post(f"/audio/{full.pk}/delete/")
    site.pieces = [LARGE]
    assert alice.post(f"{told['url']}again/").status_code == 200
    assert ended_at(alice, told["url"])["state"] == "done"


def test_what_others_of_the_team_fetch_counts_as_well(alice, bob, ours, site):  # noqa: F811
    fetching = {"origin": "fetched", "state": Upload.FETCHING, "url": "https://example.com/x"}
    Upload.objects.create(team=ours, created_by=bob.user, received=100_000, **fetching)
    site.pieces, site.size = [LARGE[:40_000], LARGE[40_000:]], None
    assert ended(alice, ask(alice))["state"] == "refused"


def ended_at(person, url):
    from tests.waiting import until

    return until(lambda: (told := person.get(url).json())["state"] not in ("fetching", "checking") and told, seconds=20)
