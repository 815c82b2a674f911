"""The engine as a child of the app: it comes back, and it never outlives the app."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import groq
import httpx
import numpy
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.engine.child import Child, free_port
from tests.engine.sounds import wav
from tests.waiting import limited, until

pytestmark = pytest.mark.model
PARENT = """
import django, time
django.setup()
from apps.engine.child import Child
child = Child().start()
print(child.wait_until_ready(), child.process.pid, flush=True)
time.sleep(600)
"""


def alive(pid):
    """Whether the process runs; one that only waits to be collected does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def models(child):
    return httpx.get(f"{child.base_url}/openai/v1/models", headers={"authorization": f"Bearer {child.key}"}, timeout=30)


def test_it_comes_back_after_a_crash_at_the_same_address_and_leaves_in_order(caplog):
    with Child() as child:
        assert child.wait_until_ready()
        first = child.process.pid
        with open(f"/proc/{first}/cmdline") as file:
            assert child.key not in file.read()
        os.kill(first, signal.SIGKILL)
        until(lambda: child.process.pid != first, 15)
        assert child.wait_until_ready()
        assert models(child).status_code == 200
        second = child.process
    assert "status -9" in caplog.text
    assert second.returncode == 0
    child.close()


def test_it_is_gone_when_the_app_is_killed():
    options = {"cwd": settings.BASE_DIR, "env": {**os.environ, "DJANGO_SETTINGS_MODULE": "playground.settings"}}
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, **options) as app, limited(app):
        ready, pid = app.stdout.readline().split()
        assert ready == "True"
        assert alive(pid)
        app.kill()
    until(lambda: not alive(pid), 15)


def children(pid):
    """The processes that a process has begun and not ended."""
    return {each for path in Path(f"/proc/{pid}/task").glob("*/children") for each in path.read_text().split()}


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_its_voice_goes_with_it(sign):
    with Child() as child:
        assert child.wait_until_ready()
        with groq.Groq(api_key=child.key, base_url=child.base_url, max_retries=0, timeout=60) as client:
            assert client.audio.speech.create(model="piper-en-us-joe", voice="joe", input="Hello.").read()
        (voice,) = children(child.process.pid)
        os.kill(child.process.pid, sign)
        until(lambda: not alive(voice), 15)


def test_it_does_not_wait_for_a_model_that_is_at_work():
    port, noise = free_port(), numpy.random.default_rng(0).integers(-9000, 9000, 16_000 * 120).astype("<i2")
    command = [sys.executable, "manage.py", "engine", "--port", str(port), "--key", "K"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stderr=subprocess.PIPE, text=True) as engine, limited(engine):
        assert "listens" in engine.stderr.readline()
        url, form = f"http://127.0.0.1:{port}/openai/v1/audio/transcriptions", {"data": {"model": "whisper-base"}}
        asking = threading.Thread(target=ask_in_vain, args=(url, form, {"file": ("a.wav", wav(noise))}))
        asking.start()
        while "whisper-base is loaded" not in engine.stderr.readline():
            pass
        engine.send_signal(signal.SIGINT)
        engine.stderr.read()
        asking.join()
    assert engine.returncode == 0


def ask_in_vain(url, form, files):
    with contextlib.suppress(httpx.HTTPError):
        httpx.post(url, headers={"authorization": "Bearer K"}, files=files, timeout=60, **form)


def test_ctrl_c_ends_it_without_a_traceback():
    port = free_port()
    command = [sys.executable, "manage.py", "engine", "--port", str(port), "--key", "K"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stderr=subprocess.PIPE, text=True) as engine, limited(engine):
        assert f"http://127.0.0.1:{port}" in engine.stderr.readline()
        time.sleep(0.5)
        engine.send_signal(signal.SIGINT)
        said = engine.stderr.read()
    assert engine.returncode == 0
    assert "Traceback" not in said


def test_a_port_that_there_is_not_is_said_plainly():
    with pytest.raises(CommandError, match=r"^Cannot listen at 127\.0\.0\.1:70000: .*[^.]\.$"):
        call_command("engine", port=70000, key="K")


def test_a_taken_port_and_a_missing_key_are_said_plainly(engine, monkeypatch):
    with pytest.raises(CommandError, match="Address already in use"):
        call_command("engine", port=engine.port, key="K")
    with pytest.raises(CommandError, match="Cannot listen"):
        call_command("engine", port=70000, key="K")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="No key came"):
        call_command("engine", port=0, key="-")
