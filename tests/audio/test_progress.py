"""How far a transcript is: seen by those who may, over the socket and as a part of its page; stopped and tried again there."""

import re

import pytest
from django.utils import timezone

from apps.audio.models import Piece, State, Transcript
from tests.audio import tones
from tests.audio.conftest import ended
from tests.people import strange_id
from tests.upstream import refuses
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def at(transcript, part):
    return f"/audio/transcripts/{transcript.pk}/{part}/"


@pytest.fixture
def one_by_one(settings):
    settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = 30, 1


@pytest.fixture
def halfway(hearing, talk, ask, work, one_by_one):
    """A transcript of a hundred words whose first piece is done and whose second is being asked for."""
    hearing.hears(tones.heard).hears(tones.heard, hang=True)
    transcript = ask(talk(100))
    work()
    until(lambda: len(hearing._hanging) == 1)
    return transcript


def test_what_there_is_so_far_is_read_while_it_grows(alice, vera, halfway, hearing):
    page = alice.get(at(halfway, "progress")).text
    assert re.search(r'<progress aria-label="Transcription" max="100" value="[23]\d"', page)
    assert re.search(r"1 of 4 pieces · [23]\d % · about .* left", page)
    assert ">w0 w1 w2<" in page
    assert "w60" not in page
    assert ">Stop<" in page
    seen = vera.get(at(halfway, "progress")).text
    assert ">w0 w1 w2<" in seen
    assert "<button" not in seen
    hearing.resumes()
    ended(halfway)
    page = alice.get(at(halfway, "progress")).text
    assert 'data-state="complete"' in page
    assert "<progress" not in page


def test_the_socket_tells_how_far_it_is(alice, halfway, hearing):
    with alice.socket() as live:
        live.watch(f"transcript:{halfway.pk}")
        frame = live.until(lambda frame: "progress" in frame)
        assert frame["progress"]["state"] == "running"
        assert (frame["progress"]["done"], frame["progress"]["pieces"]) == (1, 4)
        hearing.resumes()
        live.until(lambda frame: frame.get("progress", {}).get("state") == "complete")
        halfway.recording.delete()
        live.until(lambda frame: frame.get("gone"))


def test_strangers_hear_of_it_as_of_nothing(charlie, halfway):
    with charlie.socket() as live:
        for id in (halfway.pk, strange_id()):
            live.watch(f"transcript:{id}")
            assert live.until(lambda frame: "topic" in frame) == {"topic": f"transcript:{id}", "unknown": True}


def test_stop_and_go_on_from_the_page(alice, halfway, hearing):
    answer = alice.post(at(halfway, "stop"))
    assert "Stopping" in answer.text
    assert ended(halfway).state == State.STOPPED
    page = alice.get(at(halfway, "progress")).text
    assert "What had arrived is kept." in page
    assert ">Go on<" in page
    answer = alice.post(at(halfway, "retry"))
    assert 'data-state="queued"' in answer.text or 'data-state="running"' in answer.text
    transcript = ended(halfway)
    assert transcript.version.text.split() == tones.spoken(100)


def test_without_scripts_the_buttons_lead_back_to_the_page(alice, halfway):
    answer = alice.post(at(halfway, "stop"), headers={})
    assert (answer.status_code, answer.headers["Location"]) == (302, "../")
    ended(halfway)


def test_a_failure_says_what_to_do(alice, vera, hearing, talk, ask, worked):
    hearing.plays(refuses(401, "Invalid API Key"))
    transcript = worked(ask(talk(3)))
    page = alice.get(at(transcript, "progress")).text
    assert 'role="alert"' in page
    assert "Invalid API Key." in page
    assert "Check the API key" in page
    assert ">Retry<" in page
    assert ">Retry<" not in vera.get(at(transcript, "progress")).text
    alice.post(at(transcript, "retry"))
    assert ended(transcript).state == State.COMPLETE


def test_what_the_api_answers_is_never_markup(server, alice, talk, ask, work, one_by_one):
    server.upstream.hears("<script>alert(1)</script>").plays(refuses(400, "<img src=x onerror=alert(1)>"))
    transcript = ask(talk(60))
    work()
    ended(transcript)
    Transcript.objects.update(state=State.RUNNING, lease_until=timezone.now() + timezone.timedelta(hours=1))
    page = alice.get(at(transcript, "progress")).text
    assert "&lt;script&gt;" in page
    Transcript.objects.update(state=State.FAILED)
    page += alice.get(at(transcript, "progress")).text
    assert "&lt;img" in page
    assert "<script>" not in page and "<img" not in page


def test_viewers_and_strangers_change_nothing(vera, charlie, talk, ask):
    transcript = ask(talk(3))
    for part in ("stop", "retry"):
        assert vera.post(at(transcript, part)).status_code == 403
        assert charlie.post(at(transcript, part)).status_code == 404
    assert charlie.get(at(transcript, "progress")).status_code == 404
    transcript.refresh_from_db()
    assert transcript.state == State.QUEUED
    assert not transcript.stop_requested


def test_a_link_shows_no_share_of_what_nobody_knows(alice, record, ask):
    transcript = ask(record(origin="linked", url="https://example.org/a.mp3"))
    page = alice.get(at(transcript, "progress")).text
    assert '<progress aria-label="Transcription" max="100">' in page
    assert "Waiting for a worker" in page


def test_time_left_goes_by_the_pieces_of_this_job(alice, talk, ask, settings):
    settings.PIECES_AT_ONCE = 1
    transcript = ask(talk(3))
    recording = transcript.recording
    recording.duration = 3600.0
    recording.save()
    Transcript.objects.update(state=State.RUNNING, lease_until=timezone.now() + timezone.timedelta(hours=1))
    Piece.objects.create(
        transcript=transcript, number=1, start=0, end=360, state=State.COMPLETE, total_time=36, result={"text": "Hi"}
    )
    page = alice.get(at(transcript, "progress")).text
    assert "10 % · about 5 min left" in page
