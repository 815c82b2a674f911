"""``manage.py worker`` as a process: killed in the middle of a job, asked to leave, run by ``up``, run by hand."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest

from apps.audio.sound.reading import samples_of
from tests.audio import tones
from tests.core.starts import PATIENCE, ROOT, Up, lives, manage, variables
from tests.outside import Database
from tests.upstream import Upstream, audio
from tests.upstream.speech import PACE, speaks
from tests.upstream.speech import PATH as SPEECH
from tests.waiting import limited, until

WORDS = 100
# Words that two pieces which follow one another may both have: one a second, in an overlap of 2.4 s.
OVERLAPPING = 3
# What a page would do: a recording of a person, and a transcript that is asked for.
ASK = """
import sys, django
django.setup()
from django.core.files.base import ContentFile
from apps.accounts.models import first_owner
from apps.audio.models import Recording, Transcript
from apps.audio.runs import queue
user = first_owner()
with open(sys.argv[1], "rb") as file:
    recording = Recording(team=user.teams.get(), created_by=user, duration=100.0)
    recording.file.save("talk.wav", ContentFile(file.read()))
transcript = Transcript.ask(recording, user, key="k", task="transcribe", model="whisper-large-v3", parameters={})
queue.begin(transcript)
print(transcript.pk)
"""


# The same of a text that is to be spoken.
SAY = """
import sys, django
django.setup()
from apps.accounts.models import first_owner
from apps.audio.models import Speech
from apps.audio.runs import queue
user, how = first_owner(), {"model": "playai-tts", "voice": "Fritz-PlayAI", "parameters": {"response_format": "wav"}}
speech = Speech.ask(user.teams.get(), user, key="k", text=sys.argv[1], most=60, **how)
queue.begin_speech(speech)
print(speech.pk)
"""


@pytest.fixture
def upstream():
    with Upstream.in_thread() as upstream:
        upstream.listener = tones.heard
        yield upstream


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data"
    assert manage(folder, "migrate", "--verbosity", "0").returncode == 0
    return folder


def environment(folder, upstream, **more):
    return variables(folder, GROQ_BASE_URL=upstream.url, PLAYGROUND_PIECE_SECONDS="30", PLAYGROUND_PIECES_AT_ONCE="1", **more)


def ask(folder, upstream):
    """The id of a transcript that waits in the queue."""
    talk = folder.parent / "talk.wav"
    talk.write_bytes(tones.recording(WORDS))
    return run(folder, upstream, ASK, str(talk))


def say(folder, upstream, text):
    """The id of a speech that waits in the queue."""
    return run(folder, upstream, SAY, text)


def run(folder, upstream, script, argument):
    command = [sys.executable, "-c", script, argument]
    env = {**environment(folder, upstream), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def worker(folder, upstream, *arguments, **more):
    command = [sys.executable, "manage.py", "worker", "--verbosity", "0", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = environment(folder, upstream)
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes, **more) as process, limited(process, 60):
        try:
            yield process
        finally:
            process.kill()


def state(database):
    return database.ask("SELECT state FROM audio_transcript")[0][0]


def text(database):
    return database.ask("SELECT text FROM audio_version")[0][0].split()


def sounds(upstream):
    """The files that were sent; a server asks for models, too."""
    return [request.file for request in upstream.requests if request.path in audio.PATHS]


def spoken(upstream):
    """The texts that speech was asked for."""
    return [request.json["input"] for request in upstream.requests if request.path == SPEECH]


def words_in(files):
    """How often the words were in what was sent: a Counter."""
    return Counter(word["word"] for file in files for word in tones.listened(file)["words"])


def wait_sounds(upstream, count):
    until(lambda: len(sounds(upstream)) == count, 30)


def test_killed_in_the_middle_it_goes_on_and_asks_for_nothing_twice(folder, upstream):
    database = Database(folder)
    upstream.hears(tones.heard, times=2).hears(tones.heard, hang=True)
    ask(folder, upstream)
    with worker(folder, upstream) as first:
        wait_sounds(upstream, 3)
        os.kill(first.pid, signal.SIGKILL)
    assert state(database) == "running"
    assert database.ask("SELECT count(*) FROM audio_piece WHERE state = 'complete'") == [(2,)]
    assert database.ask("SELECT count(*) FROM audio_version") == [(0,)]
    with worker(folder, upstream):
        # Its lease has not run out: that its process is gone is known on this machine.
        until(lambda: state(database) == "complete", 15)
    assert text(database) == tones.spoken(WORDS)
    heard = sounds(upstream)
    assert not set(heard[:2]) & set(heard[2:]), "what was done was asked for again"
    # Nor cut otherwise: of what was done only the overlap is heard once more, and of what follows each piece only its own.
    done, again = words_in(heard[:2]), words_in(heard[3:])
    assert sum((done & again).values()) <= OVERLAPPING
    assert max(again.values()) <= 2 and sum(again.values()) <= WORDS - len(done) + OVERLAPPING * len(heard[3:])
    assert database.ask("SELECT max(attempts) FROM audio_piece WHERE state = 'complete'") == [(1,)]
    assert database.ask("SELECT count(*) FROM audio_version") == [(1,)]


@pytest.mark.parametrize("done", [0, 1, 3, 6])
def test_killed_while_it_speaks_it_goes_on_behind_what_is_done(folder, upstream, done):
    database = Database(folder)
    sentences = [f"This is the sentence with the number {number}, of seven. " for number in range(1, 8)]
    upstream.default = speaks()
    if done:
        upstream.plays(speaks(), times=done, path=SPEECH)
    upstream.plays(speaks(hang=True), path=SPEECH)
    pk = say(folder, upstream, "".join(sentences))
    with worker(folder, upstream) as first:
        until(lambda: len(spoken(upstream)) == done + 1, 30)
        os.kill(first.pid, signal.SIGKILL)
    rows = "SELECT state, attempts FROM audio_speechpiece ORDER BY number"
    assert database.ask(rows) == [("complete", 1)] * done + [("running", 1)] + [("queued", 0)] * (6 - done)
    assert database.ask("SELECT state, file FROM audio_speech") == [("running", "")]
    with worker(folder, upstream):
        until(lambda: database.ask("SELECT state FROM audio_speech") == [("complete",)], 15)
    # What was done was asked for once; what hung when the worker was killed, once more.
    asked = [sentence.strip() for sentence in sentences]
    assert spoken(upstream) == [*asked[: done + 1], *asked[done:]]
    ((file, duration),) = database.ask("SELECT file, duration FROM audio_speech")
    samples, rate = samples_of((folder / "media" / file).read_bytes())
    wanted = sum(len(sentence) for sentence in asked) * PACE
    assert duration == pytest.approx(wanted, abs=0.05) and len(samples) / rate == pytest.approx(duration, abs=0.01)
    left = sorted(path.name for path in (folder / "media").rglob("*") if path.is_file())
    assert left == [pk, *(f"{pk}.{number}" for number in range(7))]


def test_asked_to_leave_it_gives_the_job_back_and_ends_in_order(folder, upstream):
    database = Database(folder)
    upstream.hears(tones.heard, hang=True)
    ask(folder, upstream)
    with worker(folder, upstream) as process:
        wait_sounds(upstream, 1)
        process.send_signal(signal.SIGTERM)
        upstream.requests[0].wait_left(10)
        assert process.wait(15) == 0
        assert process.stderr.read() == ""
    assert database.ask("SELECT state, worker, lease_until FROM audio_transcript") == [("queued", "", None)]


def test_it_ends_with_the_pipe_of_its_server(folder, upstream):
    with worker(folder, upstream, "--engine", "-") as process:
        process.stdin.write("null\n")
        process.stdin.close()
        assert process.wait(15) == 0


def test_two_at_once_do_a_job_once(folder, upstream):
    database = Database(folder)
    with worker(folder, upstream), worker(folder, upstream):
        ask(folder, upstream)
        until(lambda: state(database) == "complete", 30)
    assert text(database) == tones.spoken(WORDS)
    assert len(set(sounds(upstream))) == len(sounds(upstream))


def test_before_there_is_a_database_it_says_so(tmp_path):
    done = manage(tmp_path / "data", "worker")
    assert done.returncode == 1
    assert "Run `manage.py up` or `manage.py migrate` first." in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_api_it_takes_no_jobs_and_says_so(folder):
    done = manage(folder, "worker")
    assert done.returncode == 1
    assert "No API is connected. Set GROQ_API_KEY or GROQ_BASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def workers(up):
    """Process ids of the workers that the server has started."""
    found = []
    for pid in up.children():
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                arguments = file.read().split("\0")
        except FileNotFoundError:
            continue
        if "worker" in arguments and lives(pid):
            found.append(pid)
    return found


def test_up_runs_one_that_comes_back_and_goes_with_it(tmp_path, upstream):
    folder = tmp_path / "data"
    database = Database(folder)
    more = {"GROQ_BASE_URL": upstream.url, "PLAYGROUND_PIECE_SECONDS": "30", "PLAYGROUND_PIECES_AT_ONCE": "1"}
    upstream.hears(tones.heard).hears(tones.heard, hang=True)
    with Up(folder, **more) as up:
        ask(folder, upstream)
        wait_sounds(upstream, 2)
        (first,) = until(lambda: workers(up))
        os.kill(first, signal.SIGKILL)
        until(lambda: state(database) == "complete", 20)
        (second,) = workers(up)
        assert second != first
        assert up.stop() == 0
        assert not lives(second)
    assert text(database) == tones.spoken(WORDS)
    assert "The worker ended with status -9" in up.stderr


def test_it_goes_even_when_the_server_is_killed_and_the_next_start_goes_on(tmp_path, upstream):
    folder = tmp_path / "data"
    more = {"GROQ_BASE_URL": upstream.url, "PLAYGROUND_PIECE_SECONDS": "30", "PLAYGROUND_PIECES_AT_ONCE": "1"}
    with Up(folder, **more) as up:
        upstream.hears(tones.heard).hears(tones.heard, hang=True)
        ask(folder, upstream)
        wait_sounds(upstream, 2)
        (pid,) = until(lambda: workers(up))
        up.process.kill()
        until(lambda: not lives(pid))
    with Up(folder, **more) as up:
        until(lambda: state(Database(folder)) == "complete", 20)
        assert up.stop() == 0
    assert text(Database(folder)) == tones.spoken(WORDS)


def test_without_a_worker_where_there_is_another(tmp_path):
    with Up(tmp_path / "data", "--without-worker") as up:
        assert workers(up) == []
        assert up.stop() == 0


def test_what_it_is_told_of_the_engine(settings):
    from apps.core import connection
    from apps.core.up.worker import Child

    connection.use_engine("http://127.0.0.1:1", "the-key")
    try:
        assert json.loads(Child().words()) == ["http://127.0.0.1:1", "the-key"]
        assert "the-key" not in Child().arguments()
        settings.GROQ_API_KEY = "gsk_1"
        assert json.loads(Child().words()) is None
    finally:
        connection.use_engine(None, None)
