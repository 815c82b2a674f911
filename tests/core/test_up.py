"""``manage.py up`` from outside: the link, the second start, the ways it ends, and the sentences when it cannot begin."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from playground.alone import alone
from tests.core.starts import PATIENCE, ROOT, Up, lives, manage, mode, variables
from tests.waiting import limited, until

TO_ITS_END = {"capture_output": True, "text": True, "timeout": PATIENCE}
WAITING = "Another start prepares this data folder; waiting for it …\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder that two first starts at once have made and filled."""
    folder = tmp_path_factory.mktemp("home") / "data"
    one, two = Up(folder), Up(folder)
    with one, two:
        assert httpx.get(f"{one.url}/health").text == httpx.get(f"{two.url}/health").text == "ok\n"
        assert one.stop() == two.stop() == 0
    assert {one.stderr, two.stderr} <= {"", WAITING}
    return folder


@pytest.fixture
def copy(data, tmp_path):
    """The same folder for one test: a further start ends the links of those before it."""
    return Path(shutil.copytree(data, tmp_path / "data"))


@pytest.fixture(scope="module")
def second(data):
    """The second start, running."""
    stamp = (data / "static" / "staticfiles.json").stat().st_mtime_ns
    with Up(data) as up:
        yield up
        assert up.stop() == 0
    assert up.stderr == ""
    assert (data / "static" / "staticfiles.json").stat().st_mtime_ns == stamp, "collected again although nothing had changed"


def test_secrets_are_for_their_owner_alone(data):
    assert mode(data) == 0o700
    modes = {path.name: mode(path) for path in data.iterdir() if path.is_file()}
    assert set(modes) >= {"secret.key", "playground.sqlite3"}
    assert set(modes.values()) == {0o600}, modes


def test_the_link_signs_the_owner_in_once(second):
    with httpx.Client() as browser, httpx.Client() as thief:
        assert browser.head(second.link).status_code == 410, "looking at a link must not use it up"
        assert browser.get(second.link, follow_redirects=True).status_code == 200
        assert browser.get(f"{second.url}/settings/").status_code == 200
        assert thief.get(second.link).status_code == 410
        assert thief.get(f"{second.url}/settings/").status_code == 302


def test_memory_at_rest(second):
    assert second.memory() < 110 * 1024 * 1024


def test_people_seeded_beside_the_server_can_sign_in(data, second):
    owner = json.loads(manage(data, "seed", "--teams", "1").stdout)["teams"][0]["users"][0]
    with httpx.Client(base_url=second.url, follow_redirects=True) as browser:
        page = browser.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        browser.post(
            "/accounts/login/", data={"login": owner["email"], "password": owner["password"], "csrfmiddlewaretoken": token}
        )
        assert owner["email"] in browser.get("/settings/").text


def test_ctrl_c_ends_it_although_people_are_connected(copy):
    with Up(copy) as up, httpx.Client() as browser:
        browser.get(up.link)
        host, port = up.url.removeprefix("http://").split(":")
        headers = {"Cookie": f"session={browser.cookies['session']}"}
        with (
            socket.create_connection((host, int(port)), timeout=10) as half,
            connect(f"ws://{host}:{port}/ws/live/", origin=up.url, additional_headers=headers) as live,
        ):
            half.sendall(f"POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\nhalf a form".encode())
            code = up.stop(signal.SIGINT)
            with pytest.raises(Exception, match="1012"):
                live.recv(timeout=5)
    assert code == 0
    assert up.stderr == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_before_there_is_a_link_ends_the_engine_first(copy, number, code):
    # The engine runs already, while another start holds the data folder.
    with alone(copy / "up.lock", lambda: None):
        up = Up(copy, engine=True)
        with limited(up.process, PATIENCE):
            assert up.process.stderr.readline() == WAITING
        (engine,) = until(up.children)
        assert up.stop(number) == code
        assert not lives(engine)
        assert "Error" not in up.stderr and "Traceback" not in up.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_whose_exception_is_lost_still_ends_the_start(tmp_path, number, code):
    process = subprocess.run([sys.executable, "-c", LOST, str(int(number))], cwd=ROOT, env=variables(tmp_path), **TO_ITS_END)
    assert (process.returncode, process.stdout, process.stderr) == (code, "", "")


# Python drops what a signal raises while a weak reference is called back, and every import calls one back.
LOST = """
import os, sys, weakref
os.environ["DJANGO_SETTINGS_MODULE"] = "playground.settings"
import django
django.setup()
from django.core.management import call_command
from apps.core.management.commands.up import Command

class Thing: ...

class Lost(Command):
    def prepare(self, listener):
        thing = Thing()
        reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), int(sys.argv[1])))
        sys.unraisablehook = lambda unraisable: None
        del thing
        return super().prepare(listener)

call_command(Lost(), "--port", "0", "--no-browser", "--without-engine", "--without-worker")
"""


def test_a_signal_just_before_the_server_runs_shows_no_link(tmp_path):
    process = subprocess.run([sys.executable, "-c", EARLY], cwd=ROOT, env=variables(tmp_path), **TO_ITS_END)
    assert (process.stdout, process.stderr) == ("ended\n", "")


# The loop of the server takes a moment to begin: what a signal does then.
EARLY = """
import os, signal, socket
from apps.core.up.server import Server

class Early(Server):
    def run(self, sockets):
        os.kill(os.getpid(), signal.SIGINT)
        super().run(sockets=sockets)

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})

Early(application, socket.create_server(("127.0.0.1", 0)), lambda: print("link")).serve_until_asked()
print("ended")
"""


def refused(data, *arguments, **more):
    """What ``up`` says when it ends at once: one line, without a traceback."""
    process = manage(data, "up", "--no-browser", "--without-engine", *(arguments or ("--port", "0")), **more)
    assert process.returncode == 1
    assert process.stdout == ""
    assert process.stderr.count("\n") == 1, process.stderr
    return process.stderr


@pytest.mark.parametrize("name", ["GROQ_BASE_URL", "PLAYGROUND_URL"])
@pytest.mark.parametrize("address", ["http://user:CANARY@127.0.0.1:9", "https://CANARY@example.org/v1", "user:CANARY@example.org"])
def test_an_address_holds_no_secret(tmp_path, name, address):
    said = refused(tmp_path / "data", **{name: address})
    assert said == f"{name} must be a bare address such as https://example.org, without user, password or query.\n"
    assert not (tmp_path / "data").exists()


def test_the_address_of_the_api_has_no_query(tmp_path):
    said = refused(tmp_path, GROQ_BASE_URL="https://example.org/?key=CANARY")
    assert said.startswith("GROQ_BASE_URL must be a bare address") and "CANARY" not in said


def test_a_port_in_use_is_named_before_any_work_is_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(tmp_path / "data", "--port", str(port))
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert "--port" in said
    assert not (tmp_path / "data" / "playground.sqlite3").exists()


def test_a_data_folder_that_cannot_be_one(tmp_path):
    (tmp_path / "data").write_text("a file stands here")
    assert "cannot be used: File exists. PLAYGROUND_DATA names another." in refused(tmp_path / "data")


def test_a_damaged_database(tmp_path):
    (tmp_path / "playground.sqlite3").write_bytes(b"this was never a database" * 100)
    assert "is damaged" in refused(tmp_path)


def test_debug_is_for_this_machine_alone(tmp_path):
    assert "PLAYGROUND_DEBUG=1" in refused(tmp_path, "--port", "0", "--host", "0.0.0.0", PLAYGROUND_DEBUG="1")


def test_the_server_for_development_is_not_loaded(tmp_path):
    program = "import sys, playground.asgi, apps.core.management.commands.up; print({'twisted', 'daphne'} & set(sys.modules))"
    command = [sys.executable, "-W", "ignore", "-c", program]
    assert subprocess.run(command, cwd=ROOT, env=variables(tmp_path), **TO_ITS_END).stdout == "set()\n"


@pytest.mark.model
def test_the_engine_goes_with_the_server(copy):
    with Up(copy, engine=True) as up:
        engine = engine_of(up)
        assert up.stop() == 0
        assert not lives(engine)
    assert "Traceback" not in up.stderr


@pytest.mark.model
def test_the_engine_goes_even_when_the_server_is_killed(copy):
    with Up(copy, engine=True) as up:
        engine = engine_of(up)
        up.process.kill()
        end = time.monotonic() + 10
        while lives(engine):
            assert time.monotonic() < end, "the engine outlives its server"
            time.sleep(0.05)


def engine_of(up):
    """The engine's process id, once it listens."""
    with httpx.Client(base_url=up.url, follow_redirects=True) as browser:
        browser.get(up.link)
        end = time.monotonic() + 20
        while "smollm2" not in browser.get("/models/options/").text.lower():
            assert time.monotonic() < end, "the engine does not come up"
            time.sleep(0.1)
    (engine,) = (pid for pid in up.children() if "engine" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    return engine
