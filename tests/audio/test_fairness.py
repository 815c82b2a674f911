"""Many jobs of one team, and other teams beside it: whose turn it is."""

import pytest

from apps.audio.models import Speech, Transcript
from apps.audio.runs import queue
from tests.audio import tones
from tests.audio.conftest import ended
from tests.upstream.speech import speaks
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_at_a_time(settings):
    settings.WORKER_JOBS = 1


@pytest.fixture
def asked(record, ask):
    """``asked(person, 3)``: so many transcripts that wait, in the order in which they were asked for."""
    return lambda user, count=1: [ask(record(tones.recording(2), 2.0, user), user) for _ in range(count)]


def held(upstream, count):
    """So many requests wait for their answers."""
    until(lambda: len(upstream._hanging) == count)


def order(jobs):
    """The jobs in the order in which they were begun, once all have ended."""
    return sorted((ended(job) for job in jobs), key=lambda job: job.started_at)


def test_a_team_with_many_jobs_keeps_no_other_team_waiting(hearing, people, asked, work):
    ours = asked(people["alice"], 4)
    theirs = asked(people["charlie"], 2)
    work()
    begun = order([*ours, *theirs])
    assert begun == [ours[0], theirs[0], ours[1], theirs[1], ours[2], ours[3]]


def test_speech_and_transcripts_of_a_team_are_one_queue(hearing, people, asked, work, kept):
    hearing.default = speaks()
    ours = asked(people["alice"], 2)
    how = {"text": "Hello.", "model": "playai-tts", "voice": "Fritz-PlayAI", "parameters": {}}
    last = Speech.ask(people["alice"].teams.get(), people["alice"], key="last", **how)
    queue.begin_speech(last)
    theirs = Speech.ask(people["charlie"].teams.get(), people["charlie"], key="theirs", **how)
    queue.begin_speech(theirs)
    work()
    assert [job.pk for job in order([*ours, last, theirs])] == [ours[0].pk, theirs.pk, ours[1].pk, last.pk]


def test_the_team_with_the_fewest_jobs_at_work_is_next(hearing, people, asked, work, settings):
    """Though it was served last, and was later to ask."""
    settings.WORKER_JOBS = settings.PIECES_AT_ONCE = 3
    hearing.hears(tones.heard, hang=True, times=4)
    ours, theirs = asked(people["alice"], 2), asked(people["charlie"])
    work()
    held(hearing, 3)
    ours += asked(people["alice"])
    theirs += asked(people["charlie"])
    theirs[0].stop()
    hearing.wait_asked(4)
    assert set(Transcript.objects.filter(state="running")) == {*ours[:2], theirs[1]}
    held(hearing, 3)
    hearing.resumes()
    assert order([*ours, *theirs])[-1] == ours[2]


def test_two_workers_count_each_others_jobs(hearing, people, asked, work):
    ours = asked(people["alice"], 3)
    hearing.hears(tones.heard, hang=True, times=2)
    work()
    held(hearing, 1)
    theirs = asked(people["charlie"])
    work()
    held(hearing, 2)
    assert set(Transcript.objects.filter(state="running")) == {ours[0], theirs[0]}
    hearing.resumes()
    assert order([*ours, *theirs])[:2] == [ours[0], theirs[0]]


def test_what_was_stopped_or_deleted_while_it_waited_takes_nobodys_turn(hearing, people, asked, work):
    ours = asked(people["alice"], 4)
    theirs = asked(people["charlie"], 1)
    ours[0].stop()
    ours[1].recording.delete()
    work()
    assert order([ours[2], ours[3], *theirs]) == [ours[2], *theirs, ours[3]]
    assert ended(ours[0]).state == "stopped"
