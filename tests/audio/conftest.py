import itertools
import threading
import time

import pytest
from django.core.files.base import ContentFile

from apps.audio.models import LIVE, Recording, Transcript
from apps.audio.runs import lanes, queue, worker
from apps.audio.runs.working import Working
from tests.audio import tones
from tests.waiting import join

_keys = itertools.count(1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A storage of this test alone, and a worker that nobody has told to end."""
    settings.MEDIA_ROOT = tmp_path / "media"
    worker.leaving.clear()


@pytest.fixture
def record(people):
    """``record(data)``: a recording of Alice's team; ``seconds`` is what its row says."""

    def record(data=None, seconds=None, user=None, **fields):
        user = user or people["alice"]
        recording = Recording(team=user.teams.get(), created_by=user, name="talk.wav", duration=seconds, **fields)
        if data is not None:
            recording.file.save("talk.wav", ContentFile(data), save=False)
            recording.size = len(data)
        recording.save()
        return recording

    return record


@pytest.fixture
def talk(record):
    """``talk(100)``: a recording of a hundred words, one a second."""
    return lambda words: record(tones.recording(words), float(words))


@pytest.fixture
def ask(people):
    """``ask(recording)``: a transcript that waits for a worker."""

    def ask(recording, user=None, key=None, **how):
        asked = {"task": "transcribe", "model": "whisper-large-v3", "parameters": {}, **how}
        transcript = Transcript.ask(recording, user or people["alice"], key=key or f"key-{next(_keys)}", **asked)
        queue.begin(transcript)
        return transcript

    return ask


@pytest.fixture
def hearing(server):
    """The upstream, which hears the words of ``talk`` and of any piece of it."""
    server.upstream.listener = tones.heard
    return server.upstream


class Worker:
    """``manage.py worker`` in a thread of the test."""

    def __init__(self):
        self.working = Working(poll=0.02)
        self.thread = threading.Thread(target=self.working.run, name="worker", daemon=True)
        self.thread.start()

    def leave(self):
        self.working.leave()
        join(self.thread)


@pytest.fixture
def work(server, settings):
    """A worker, ready; ``work()`` starts one more. They have left when the test ends."""
    lanes._paused_until = 0.0
    workers = []

    def start():
        workers.append(Worker())
        return workers[-1]

    yield start
    for working in workers:
        working.leave()


@pytest.fixture
def worked(work):
    """``worked(job)``: the row once a worker has ended it."""

    def worked(job, timeout=30):
        work()
        return ended(job, timeout)

    return worked


def ended(job, timeout=30):
    """The row of a job that has ended; fails when it does not."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        fresh = type(job).objects.get(pk=job.pk)
        if fresh.state not in LIVE:
            return fresh
        time.sleep(0.02)
    raise AssertionError(f"still {fresh.state}: {list(fresh.pieces.values_list('number', 'state'))}")
