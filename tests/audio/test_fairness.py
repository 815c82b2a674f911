"""Many jobs of one team, and other teams beside it: whose turn it is."""

import asyncio
import re

import pytest

from apps.audio.models import Speech, Transcript
from apps.audio.runs import fairness, lanes, queue, worker
from tests.audio import tones
from tests.audio.conftest import ended
from tests.audio.speeches import LONG
from tests.upstream import audio
from tests.upstream.speech import PATH, speaks
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


def interrupted(ours, upstream, work, others):
    """The job that holds the one place, and the one that ``others()`` ask for meanwhile; both once they have ended."""
    work()
    held(upstream, 1)
    (theirs,) = others()
    until(lambda: worker.holds()[ours.pk].place_wanted)
    upstream.resumes()
    return ended(ours), ended(theirs)


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


def said(person, job):
    """What the page says of a job that waits: how many are ahead of it."""
    path = f"/speech/{job.pk}/card/" if isinstance(job, Speech) else f"/audio/transcripts/{job.pk}/progress/"
    return int(re.search(r">Waiting for a worker(?:, (\d+) ahead)?<", person.get(path).text)[1] or 0)


def test_who_waits_reads_how_many_are_ahead(alice, charlie, hearing, people, asked, work, kept):
    hearing.default = speaks()
    ours = asked(people["alice"], 3)
    how = {"text": "Hello.", "model": "playai-tts", "voice": "Fritz-PlayAI", "parameters": {}}
    last = Speech.ask(people["alice"].teams.get(), people["alice"], key="last", **how)
    queue.begin_speech(last)
    theirs = asked(people["charlie"], 2)
    told = {job.pk: said(person, job) for person, jobs in ((alice, [*ours, last]), (charlie, theirs)) for job in jobs}
    work()
    assert told == {job.pk: place for place, job in enumerate(order([*ours, last, *theirs]))}


def test_what_is_at_work_counts_for_the_other_team(alice, charlie, hearing, people, asked, work):
    hearing.hears(tones.heard, hang=True)
    ours = asked(people["alice"], 4)
    work()
    held(hearing, 1)
    theirs = asked(people["charlie"], 2)
    assert [said(alice, job) for job in ours[1:]] == [1, 3, 4] and [said(charlie, job) for job in theirs] == [0, 2]
    ours[1].stop()
    assert [said(alice, job) for job in ours[2:]] == [1, 3]
    with alice.socket() as live:
        live.watch(f"transcript:{ours[3].pk}")
        live.until(lambda frame: frame.get("progress", {}).get("ahead") == 3)
        ours[2].stop()
        live.until(lambda frame: frame.get("progress", {}).get("ahead") == 1)
    hearing.resumes()


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


# Where every place is taken, a job gives its own to another team between two pieces.


@pytest.fixture
def small(settings):
    """Pieces of half a minute, one asked for after the other."""
    settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = 30, 1


def test_long_jobs_of_one_team_give_a_place_to_another(hearing, people, talk, asked, ask, work, settings, small):
    settings.WORKER_JOBS = 2
    hearing.hears(tones.heard, hang=True)
    ours = [ask(talk(200)) for _ in range(2)]
    work()
    until(lambda: len(worker.holds()) == 2)
    held(hearing, 1)
    (theirs,) = asked(people["charlie"])
    (giver,) = until(lambda: [pk for pk, hold in worker.holds().items() if hold.place_wanted])
    # One is enough: each team has one place then.
    hearing.resumes()
    done = {job.pk: ended(job) for job in ours}
    assert ended(theirs).started_at < done[giver].ended_at
    assert [job.version.text.split() for job in done.values()] == [tones.spoken(200)] * 2
    # Nothing that was done was asked for again.
    pieces = [piece for job in done.values() for piece in job.pieces.all()]
    assert {piece.attempts for piece in pieces} == {1} and len(hearing.requests) == 1 + len(pieces)


def test_one_place_is_shared_between_two_teams(hearing, people, talk, asked, ask, work, monkeypatch, small):
    monkeypatch.setattr(fairness, "SLICE", 0)
    hearing.hears(tones.heard, hang=True)
    ours = ask(talk(100))
    ours, theirs = interrupted(ours, hearing, work, lambda: asked(people["charlie"]))
    assert theirs.ended_at < ours.ended_at and ours.version.text.split() == tones.spoken(100)
    assert ours.claims == 0 and ours.started_at < theirs.started_at


def test_a_speech_gives_its_place_between_two_pieces(hearing, people, say, asked, work, monkeypatch):
    monkeypatch.setattr(fairness, "SLICE", 0)
    hearing.default = speaks()
    hearing.plays(speaks(hang=True), path=PATH)
    ours = say(LONG)
    queue.begin_speech(ours)
    ours, theirs = interrupted(ours, hearing, work, lambda: asked(people["charlie"]))
    assert (ours.state, theirs.state) == ("complete", "complete") and theirs.ended_at < ours.ended_at
    assert len([request for request in hearing.requests if request.path == PATH]) == ours.pieces.count()


def test_a_team_gives_nothing_away_to_itself(hearing, people, talk, asked, ask, work, monkeypatch, small):
    monkeypatch.setattr(fairness, "SLICE", 0)
    long, short = ask(talk(100)), *asked(people["alice"])
    work()
    assert order([long, short])[0] == long and ended(long).ended_at < ended(short).started_at


def test_what_cannot_be_given_away_is_not_asked_for(hearing, people, record, talk, asked, ask, work, settings, small):
    """A link that the API fetches is one request: of the team's two jobs the other gives its place."""
    settings.WORKER_JOBS = 2
    hearing.listener = lambda request: tones.heard(request) if request.file else audio.verbose("A link.")
    hearing.hears(tones.heard, hang=True)
    ours = ask(talk(200))
    work()
    held(hearing, 1)
    link = ask(record(url="https://example.org/talk.mp3"))
    until(lambda: len(worker.holds()) == 2)
    asked(people["charlie"])
    until(lambda: worker.holds()[ours.pk].place_wanted)
    assert not worker.holds()[link.pk].place_wanted
    hearing.resumes()
    assert ended(ours).version.text.split() == tones.spoken(200) and ended(link).version.text == "A link."


# Requests to the API: a few at a time, whichever jobs they belong to.


@pytest.fixture
def enter(settings, monkeypatch):
    """``enter(team, number)``: waits for a lane, says so in ``entered``, and keeps it until ``leave`` is set."""
    settings.GROQ_API_KEY = "gsk_1"
    monkeypatch.setattr(lanes, "LOOK_EVERY", 0)

    async def enter(team, number):
        async with lanes.turn(team):
            enter.entered.put_nowait((team, number))
            await enter.leave.wait()

    enter.entered, enter.leave = asyncio.Queue(), asyncio.Event()
    return enter


async def test_teams_take_turns_at_the_lanes_and_pieces_of_one_keep_their_order(settings, enter):
    settings.PIECES_AT_ONCE = 1
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(enter("ours", number)) for number in range(5)]
        asked += [tasks.create_task(enter("theirs", number)) for number in range(3)]
        first = await enter.entered.get()
        # One that gives up while it waits keeps nobody waiting.
        asked[5].cancel()
        enter.leave.set()
    order = [first, *(enter.entered.get_nowait() for _ in range(enter.entered.qsize()))]
    assert order == [("ours", 0), ("theirs", 1), ("ours", 1), ("theirs", 2), ("ours", 2), ("ours", 3), ("ours", 4)]


async def test_a_team_alone_has_all_lanes_and_another_gets_the_next(settings, enter):
    settings.PIECES_AT_ONCE = 3
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(enter("ours", number)) for number in range(4)]
        assert [await enter.entered.get() for _ in range(3)] == [("ours", 0), ("ours", 1), ("ours", 2)]
        tasks.create_task(enter("theirs", 0))
        asked[0].cancel()
        assert await enter.entered.get() == ("theirs", 0)
        enter.leave.set()
