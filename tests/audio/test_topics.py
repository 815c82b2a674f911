"""Jobs on the live socket: who may watch them, and for how long."""

import pytest

from apps.accounts.models import Membership
from apps.audio.models import Piece, SpeechPiece, Transcript
from apps.core import serving
from apps.live import hub, pulse
from tests.people import strange_id

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jobs(server, talk, ask, say):
    """A transcript and a speech of Alice's team that are being done, by their topics, each with what makes it go on."""
    transcript, speech = ask(talk(3)), say()
    Transcript.objects.update(state="running")
    type(speech).objects.update(state="running")

    def heard():
        number = transcript.pieces.count() + 1
        Piece.objects.create(transcript=transcript, number=number, start=0, end=1, state="complete")

    def spoken():
        number = speech.pieces.count() + 1
        SpeechPiece.objects.create(speech=speech, number=number, text="x", state="complete")

    return {f"transcript:{transcript.pk}": heard, f"speech:{speech.pk}": spoken}


def told(socket, kinds=("progress", "speech")):
    """What a socket was told of jobs since it was last asked."""
    serving.wait_for(pulse.notice_changes(), 5)
    before = len(socket.frames)
    socket.settle()
    return [frame for frame in socket.frames[before:] if any(kind in frame for kind in kinds)]


def test_who_leaves_the_team_hears_nothing_more_of_its_jobs(jobs, bob, vera, people):
    with bob.socket() as bobs, vera.socket() as veras:
        for topic in jobs:
            for socket in (bobs, veras):
                socket.watch(topic)
                socket.settle()
        for topic, goes_on in jobs.items():
            told(bobs), told(veras)
            goes_on()
            assert {frame["topic"] for frame in told(bobs)} == {frame["topic"] for frame in told(veras)} == {topic}
        vera.user.memberships.all().delete()
        serving.wait_for(pulse.check_rights(), 5)
        veras.settle()
        assert {frame["topic"] for frame in veras.frames if frame.get("unknown")} == set(jobs)
        for goes_on in jobs.values():
            told(bobs)
            goes_on()
            assert told(bobs) and not told(veras)
        # Neither anew, nor as another role of another team, nor by the number of the last frame that was seen.
        Membership.objects.create(team=people["charlie"].teams.get(), user=vera.user, role="owner")
        serving.wait_for(pulse.check_rights(), 5)
        for topic in jobs:
            veras.watch(topic, epoch=hub.channel(topic).epoch, after=0)
            assert veras.read() == {"topic": topic, "unknown": True}
        # Once she is back, she sees it again.
        Membership.objects.create(team=people["alice"].teams.get(), user=vera.user, role="viewer")
        serving.wait_for(pulse.check_rights(), 5)
        for topic in jobs:
            veras.watch(topic)
            assert veras.until(lambda frame: "progress" in frame or "speech" in frame)["topic"] == topic


def test_a_recording_that_is_deleted_is_gone_and_a_strangers_job_is_unknown(jobs, alice, bob, charlie):
    with bob.socket() as bobs, charlie.socket() as charlies:
        for topic in jobs:
            bobs.watch(topic)
            bobs.settle()
            for name in (topic, f"{topic.partition(':')[0]}:{strange_id()}"):
                charlies.watch(name)
                assert charlies.read() == {"topic": name, "unknown": True}
        Transcript.objects.get().recording.delete()
        assert [frame["topic"] for frame in told(bobs, ("gone",))] == [next(iter(jobs))]
        assert not told(charlies, ("gone", "progress"))
