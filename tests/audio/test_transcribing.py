"""Jobs: a recording is cut, its pieces are asked for, and one text comes back, whatever happens on the way."""

import asyncio
import threading

import pytest
from django.utils import timezone

from apps.audio.models import Piece, State, Transcript, Version
from apps.audio.runs import queue, transcribing
from apps.core import connection
from tests.audio import tones
from tests.audio.conftest import ended
from tests.upstream import audio, hears, refuses
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
TRANSCRIPTIONS, TRANSLATIONS = audio.PATHS


def words_of(transcript):
    return transcript.version.text.split()


def starts(transcript):
    return list(transcript.pieces.values_list("start", "end", "state"))


def test_two_hours_become_text_without_a_word_lost_or_twice(hearing, record, ask, worked):
    data, said = tones.hours(2)
    transcript = worked(ask(record(data, 7200.0)), timeout=300)
    assert transcript.state == State.COMPLETE, transcript.error
    assert words_of(transcript) == said
    ends = [segment["end"] for segment in transcript.version.segments]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(7200, abs=2)
    # No file that the API would not take.
    assert max(len(request.file) for request in hearing.requests) < 25_000_000


@pytest.fixture
def small(settings):
    """Pieces of half a minute."""
    settings.PIECE_SECONDS = 30


def test_a_short_recording_is_one_piece_and_one_version(hearing, talk, ask, worked):
    transcript = worked(ask(talk(5)))
    assert transcript.state == State.COMPLETE
    assert transcript.language == "english"
    version = transcript.version
    assert (version.number, version.note, version.created_by) == (1, "Transcribed", None)
    assert words_of(transcript) == tones.spoken(5)
    assert version.segments[0]["words"][0]["word"].strip() == "w0"
    (request,) = hearing.requests
    assert request.path == TRANSCRIPTIONS
    assert request.file[:4] == b"fLaC"
    assert request.fields == {
        "model": "whisper-large-v3",
        "response_format": "verbose_json",
        "timestamp_granularities[]": ["word", "segment"],
    }


def test_a_long_recording_is_cut_and_stitched_without_a_word_lost_or_twice(hearing, talk, ask, worked, small):
    transcript = worked(ask(talk(100)))
    assert transcript.state == State.COMPLETE, transcript.error
    assert words_of(transcript) == tones.spoken(100)
    pieces = list(transcript.pieces.all())
    assert len(pieces) == len(hearing.requests) >= 4
    assert {(piece.state, piece.attempts) for piece in pieces} == {(State.COMPLETE, 1)}
    times = [segment["start"] for segment in transcript.version.segments]
    assert times == sorted(times)
    word = next(word for segment in transcript.version.segments for word in segment["words"] if word["word"].strip() == "w77")
    assert word["start"] == pytest.approx(77.2, abs=0.1)


def test_no_more_at_once_than_is_allowed(hearing, talk, ask, work, small, settings):
    settings.PIECES_AT_ONCE = 2
    hearing.hears(tones.heard, hang=True, times=2)
    transcript = ask(talk(100))
    work()
    hearing.wait_asked(2)
    assert Piece.objects.filter(state=State.RUNNING).count() == 2
    assert len(hearing.requests) == 2
    until(lambda: len(hearing._hanging) == 2)
    hearing.resumes()
    assert words_of(ended(transcript)) == tones.spoken(100)


@pytest.mark.parametrize(
    "task, set, sent",
    [
        (
            "transcribe",
            {"language": "de", "prompt": "Names", "temperature": 0.2},
            {"language": "de", "prompt": "Names", "temperature": "0.2"},
        ),
        ("transcribe", {"response_format": "json"}, {"response_format": "json"}),
        ("transcribe", {"response_format": "text"}, {"response_format": "text"}),
        ("transcribe", {"timestamp_granularities": ["segment"]}, {"timestamp_granularities[]": ["segment"]}),
        ("translate", {"language": "de", "prompt": "Names", "timestamp_granularities": ["word"]}, {"prompt": "Names"}),
    ],
)
def test_what_people_set_goes_out_as_it_is(hearing, talk, ask, worked, task, set, sent):
    transcript = worked(ask(talk(4), task=task, parameters=set))
    assert transcript.state == State.COMPLETE
    assert words_of(transcript) == tones.spoken(4)
    (request,) = hearing.requests
    assert request.path == (TRANSLATIONS if task == "translate" else TRANSCRIPTIONS)
    usual = {"model": "whisper-large-v3", "response_format": "verbose_json"}
    if task == "transcribe" and set.get("response_format") is None:
        usual["timestamp_granularities[]"] = ["word", "segment"]
    assert request.fields == {**usual, **sent}


def test_answers_without_times_are_joined_by_their_words(hearing, talk, ask, worked, small):
    transcript = worked(ask(talk(70), parameters={"response_format": "text"}))
    assert words_of(transcript) == tones.spoken(70)
    assert len(transcript.version.segments) == len(hearing.requests) > 1


def test_a_link_is_fetched_by_the_api(server, record, ask, worked):
    server.upstream.hears("From afar")
    recording = record(origin="linked", url="https://example.org/talk.mp3")
    transcript = worked(ask(recording))
    assert words_of(transcript) == ["From", "afar"]
    (request,) = server.upstream.requests
    assert request.fields["url"] == "https://example.org/talk.mp3"
    assert request.file is None


def test_only_a_stretch_of_it(hearing, talk, ask, worked, small):
    recording = talk(60)
    first = ask(recording)
    transcript = worked(ask(recording, of=first, start=20.0, end=30.0))
    assert words_of(transcript) == tones.spoken(30)[20:]
    assert transcript.version.segments[0]["start"] == pytest.approx(20.2, abs=0.1)
    assert ended(first).state == State.COMPLETE


def test_the_same_submit_twice_is_one_job(hearing, talk, ask, worked):
    recording = talk(3)
    one, two = ask(recording, key="same"), ask(recording, key="same")
    assert one.pk == two.pk
    worked(one)
    assert len(hearing.requests) == 1
    assert Version.objects.count() == 1


def test_stop_closes_the_request_and_keeps_what_there_is(hearing, talk, ask, work, small, settings):
    settings.PIECES_AT_ONCE = 1
    hearing.hears(tones.heard).hears(tones.heard, hang=True)
    transcript = ask(talk(100))
    work()
    hearing.wait_asked(2)
    transcript.stop()
    hearing.requests[1].wait_left()
    transcript = ended(transcript)
    assert (transcript.state, transcript.error) == (State.STOPPED, None)
    assert transcript.version.note == "Transcribed in part"
    kept = words_of(transcript)
    assert kept == tones.spoken(100)[: len(kept)]
    assert len(kept) > 15
    assert len(hearing.requests) == 2


def test_a_job_that_waits_is_stopped_at_once(hearing, talk, ask, work):
    transcript = ask(talk(3))
    transcript.stop()
    transcript.refresh_from_db()
    assert transcript.state == State.STOPPED
    other = ask(talk(3))
    work()
    ended(other)
    assert len(hearing.requests) == 1


def test_stop_and_go_on_asks_only_for_what_is_missing(hearing, talk, ask, work, small, settings):
    settings.PIECES_AT_ONCE = 1
    hearing.hears(tones.heard).hears(tones.heard, hang=True)
    transcript = ask(talk(100))
    work()
    hearing.wait_asked(2)
    transcript.stop()
    transcript = ended(transcript)
    first = transcript.pieces.get(state=State.COMPLETE)
    assert transcript.retry()
    queue.begin(Transcript.objects.get(pk=transcript.pk))
    transcript = ended(transcript)
    assert transcript.state == State.COMPLETE, transcript.error
    assert words_of(transcript) == tones.spoken(100)
    assert transcript.version.number == 2
    assert transcript.pieces.get(pk=first.pk).result == first.result
    assert [request for request in hearing.requests[1:] if request.file == hearing.requests[0].file] == []
    assert not transcript.retry(), "what is complete is not begun again"


def test_a_refusal_fails_the_job_and_the_others_results_stay(hearing, talk, ask, work, small, quick_retries):
    hearing.hears(tones.heard).plays(refuses(400, "We do not like this one.", code="bad_piece"))
    transcript = ask(talk(100))
    work()
    transcript = ended(transcript)
    assert transcript.state == State.FAILED
    assert transcript.error["message"] == "We do not like this one."
    assert "nothing is uploaded again" in transcript.error["advice"]
    done = transcript.pieces.filter(state=State.COMPLETE).count()
    assert done >= 1
    assert transcript.version.note == "Transcribed in part"
    asked = len(hearing.requests)
    transcript.retry()
    queue.begin(Transcript.objects.get(pk=transcript.pk))
    transcript = ended(transcript)
    assert words_of(transcript) == tones.spoken(100)
    assert transcript.error is None
    assert len(hearing.requests) - asked == transcript.pieces.count() - done


def test_faults_of_the_api_are_tried_again(hearing, talk, ask, worked, quick_retries):
    hearing.refuses(503, times=2)
    transcript = worked(ask(talk(3)))
    assert words_of(transcript) == tones.spoken(3)
    assert len(hearing.requests) == 3
    assert transcript.pieces.get().attempts == 1


class Wait:
    """The client's waits between attempts: they are over when the test says so."""

    def __init__(self, monkeypatch):
        self.asked_for, self.monkeypatch, self._over = [], monkeypatch, threading.Event()
        monkeypatch.setattr(connection.get_client(), "_sleep", self.sleep)

    async def sleep(self, seconds):
        self.asked_for.append(seconds)
        while not self._over.is_set():  # noqa: ASYNC110 - the test is in another thread
            await asyncio.sleep(0.01)

    def ends(self):
        self.monkeypatch.setattr(transcribing.lanes, "_paused_until", 0.0)
        self._over.set()


def test_a_limit_holds_for_all_pieces(hearing, talk, ask, work, small, settings, monkeypatch):
    settings.PIECES_AT_ONCE = 2
    wait, lanes, enter, refused = Wait(monkeypatch), transcribing.lanes, transcribing.lanes._enter, []

    def looks(ticket):
        its_turn = lanes._busy.total() == 1 and ticket == min(lanes._waiting) and wait.asked_for
        entered = enter(ticket)
        if its_turn and not entered:
            refused.append(ticket)
        return entered

    monkeypatch.setattr(lanes, "_enter", looks)
    hearing.refuses(429, headers={"retry-after": "60"}, delay=0.2).hears(tones.heard, delay=0.2)
    transcript = ask(talk(150))
    work()
    # One of the first two was refused, the other one heard; the next one has looked at a free lane, and waits all the same.
    until(lambda: len(refused) > 3)
    assert (wait.asked_for, len(hearing.requests)) == ([60], 2)
    wait.ends()
    assert words_of(ended(transcript)) == tones.spoken(150)


def test_nobody_else_asks_while_a_limit_is_waited_out(hearing, talk, ask, work, settings, monkeypatch):
    settings.PIECES_AT_ONCE = 2
    wait = Wait(monkeypatch)
    hearing.refuses(429, headers={"retry-after": "60"})
    one = ask(talk(3))
    work()
    until(lambda: wait.asked_for)
    two = ask(talk(4))
    until(lambda: transcribing.lanes._waiting)
    assert (wait.asked_for, len(hearing.requests)) == ([60], 1)
    wait.ends()
    assert words_of(ended(one)) == tones.spoken(3)
    assert words_of(ended(two)) == tones.spoken(4)


def test_a_limit_that_lasts_fails_with_the_time_to_wait(hearing, talk, ask, worked):
    hearing.refuses(429, headers={"retry-after": "600"})
    transcript = worked(ask(talk(3)))
    assert transcript.state == State.FAILED
    assert "Try again in 10 minutes" in transcript.error["advice"]
    assert transcript.error["retry_after"] == 600
    assert transcript.version is None


@pytest.mark.parametrize(
    "refusal",
    [refuses(413, "Request Entity Too Large"), refuses(504, body="<html>gateway</html>"), refuses(524, body="<html>timeout")],
)
def test_what_was_too_much_is_asked_for_in_shorter_pieces(hearing, talk, ask, work, settings, quick_retries, refusal):
    settings.PIECE_SECONDS, settings.PIECES_AT_ONCE = 120, 1
    # The first piece goes through; the second, of a minute, does not.
    settings.PIECES_AT_ONCE = 1
    hearing.hears(tones.heard).plays(refusal, times=3)
    transcript = ask(talk(100))
    work()
    transcript = ended(transcript)
    assert transcript.state == State.FAILED
    assert "Retry asks for shorter pieces" in transcript.error["advice"]
    assert "nothing is uploaded again" in transcript.error["advice"]
    failed = transcript.pieces.get(state=State.FAILED)
    transcript.retry()
    hearing._queues.clear()
    queue.begin(Transcript.objects.get(pk=transcript.pk))
    transcript = ended(transcript)
    assert words_of(transcript) == tones.spoken(100)
    longest = max(end - start for start, end, _ in starts(transcript))
    assert longest < failed.end - failed.start


def test_an_answer_that_never_comes_is_no_endless_wait(hearing, talk, ask, worked, settings):
    settings.GROQ_FIRST_BYTE_TIMEOUT = -0.5
    hearing.hears(hang=True)
    transcript = worked(ask(talk(3)))
    assert transcript.state == State.FAILED
    assert transcript.error["code"] == "first_byte_timeout"


@pytest.mark.parametrize(
    "answer",
    [{"segments": "none", "words": 7, "text": ["a"]}, {"segments": [{"start": 1e300, "text": "x"}, None, {"text": {}}]}, {}],
)
def test_odd_answers_break_nothing(server, talk, ask, worked, answer):
    server.upstream.hears(answer)
    transcript = worked(ask(talk(3)))
    assert transcript.state == State.COMPLETE
    assert transcript.version is not None


def test_an_answer_that_is_no_answer(server, talk, ask, worked):
    server.upstream.plays(hears(b"<html>Sign in</html>"))
    transcript = worked(ask(talk(3)))
    assert transcript.state == State.FAILED
    assert transcript.error["code"] == "unexpected_answer"


def test_a_file_that_breaks_off_is_done_as_far_as_it_goes(hearing, record, ask, worked):
    whole = tones.written(tones.samples(range(20)), "mp3", "mp3", 24000)
    transcript = worked(ask(record(whole[: len(whole) // 2], 20.0)))
    assert transcript.state == State.COMPLETE
    heard = words_of(transcript)
    assert heard == tones.spoken(20)[: len(heard)]
    assert len(heard) >= 8


def test_damage_in_the_middle_is_told(hearing, record, ask, worked):
    whole = bytearray(tones.written(tones.samples(range(20)), "mp4", "aac"))
    whole[len(whole) // 2 : len(whole) // 2 + 4000] = b"\0" * 4000
    transcript = worked(ask(record(bytes(whole), 20.0)))
    assert transcript.state == State.COMPLETE
    assert "the file is damaged from 0:10 on" in transcript.version.note
    assert {"w0", "w19"} <= set(words_of(transcript))


@pytest.mark.parametrize(
    "data", [b"<html>no sound</html>" * 50, b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", b"", b"RIFF" + b"\0" * 40]
)
def test_what_is_no_sound_fails_before_anybody_is_asked(hearing, record, ask, worked, data):
    transcript = worked(ask(record(data, 3.0)))
    assert transcript.state == State.FAILED
    assert transcript.error["code"] == "unplayable"
    assert transcript.error["advice"]
    assert hearing.requests == []


def test_a_file_that_is_gone(hearing, talk, ask, worked):
    recording = talk(3)
    recording.file.storage.delete(recording.file.name)
    assert worked(ask(recording)).error["code"] == "file_gone"


def test_without_an_api(server, talk, ask, worked, settings):
    settings.GROQ_BASE_URL = settings.GROQ_API_KEY = ""
    server.reconnect()
    transcript = worked(ask(talk(3)))
    assert transcript.error["code"] == "not_connected"


def test_two_workers_share_and_do_nothing_twice(hearing, talk, ask, work, small):
    work(), work()
    jobs = [ask(talk(40)) for _ in range(3)]
    for job in jobs:
        queue._enqueue(queue.tasks.transcribe, job)
    for job in jobs:
        assert words_of(ended(job)) == tones.spoken(40)
    assert Version.objects.count() == 3
    assert len(hearing.requests) == Piece.objects.count()


def test_who_lost_the_job_writes_nothing_more(hearing, talk, ask, work, small):
    hearing.hears(tones.heard, hang=True)
    transcript = ask(talk(5))
    work()
    hearing.wait_asked(1)
    Transcript.objects.update(worker="elsewhere:1:0", lease_until=timezone.now() + timezone.timedelta(hours=1))
    hearing.requests[0].wait_left()
    transcript.refresh_from_db()
    assert (transcript.state, transcript.worker) == (State.RUNNING, "elsewhere:1:0")
    assert transcript.pieces.filter(state=State.COMPLETE).count() == 0
    assert transcript.version is None


def test_a_worker_that_is_asked_to_leave_gives_its_jobs_back(hearing, talk, ask, work):
    hearing.hears(tones.heard, hang=True)
    transcript = ask(talk(5))
    first = work()
    hearing.wait_asked(1)
    first.leave()
    transcript.refresh_from_db()
    assert (transcript.state, transcript.worker) == (State.QUEUED, "")
    work()
    assert words_of(ended(transcript)) == tones.spoken(5)


def test_a_lease_that_ran_out_lets_another_go_on(hearing, talk, ask, work):
    transcript = ask(talk(5))
    queue.DBTaskResult.objects.all().delete()
    Transcript.objects.update(state=State.RUNNING, worker="elsewhere:1:0", lease_until=timezone.now())
    work()
    assert words_of(ended(transcript)) == tones.spoken(5)


def test_a_job_that_ends_its_workers_is_given_up(hearing, talk, ask, worked):
    transcript = ask(talk(5))
    Transcript.objects.update(claims=transcribing.MOST_CLAIMS)
    transcript = worked(transcript)
    assert (transcript.state, transcript.error["code"]) == (State.FAILED, "given_up")
    assert hearing.requests == []


def test_a_recording_deleted_meanwhile_ends_quietly(hearing, talk, ask, work, caplog):
    hearing.hears(tones.heard, hang=True)
    transcript = ask(talk(5))
    work()
    hearing.wait_asked(1)
    transcript.recording.delete()
    hearing.requests[0].wait_left()
    other = ask(talk(3))
    assert words_of(ended(other)) == tones.spoken(3)
    assert "Traceback" not in caplog.text


def test_threads_of_a_job_are_gone_with_it(hearing, talk, ask, worked):
    worked(ask(talk(5)))
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith(("rows", "sound", "hold"))])
