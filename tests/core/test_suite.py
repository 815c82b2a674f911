"""``manage.py test``: hermetic, parallel where that helps, honest about the browser."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground import testing
from tests import balance

ROOT = Path(testing.__file__).parent.parent
TEST = """
import os
from pathlib import Path

def test_sees_nothing_of_the_caller():
    assert "GROQ_API_KEY" not in os.environ and "PLAYGROUND_URL" not in os.environ
    assert os.path.isdir(os.environ["PLAYGROUND_DATA"]) and not os.listdir(os.environ["PLAYGROUND_DATA"])
    assert os.environ["PLAYGROUND_ENV_FILE"] == os.devnull
    with open(os.environ["REPORT"], "w") as file:
        file.write(os.environ["PLAYGROUND_DATA"])

def test_fails():
    assert False
"""


@pytest.fixture
def nowhere(monkeypatch):
    """No Chromium on this machine."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("PLAYGROUND_CHROMIUM", raising=False)
    monkeypatch.delenv("PLAYGROUND_BROWSER_TESTS", raising=False)


def test_the_suite_has_an_environment_of_its_own(tmp_path, monkeypatch):
    report, file = tmp_path / "report", tmp_path / "test_one.py"
    file.write_text(TEST)
    for name, value in {"GROQ_API_KEY": "gsk_1", "PLAYGROUND_URL": "nonsense", "REPORT": str(report)}.items():
        monkeypatch.setenv(name, value)
    plain = ["-p", "no:django", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)]
    assert testing.run([str(file), *plain]) == 1, "the exit code is pytest's"
    assert not os.path.exists(report.read_text()), "its data folder is gone"


def test_without_chromium_one_line_says_so(nowhere, monkeypatch, capsys):
    monkeypatch.setattr(testing, "call", lambda command, variables: 0)
    assert testing.run([]) == 0
    assert capsys.readouterr().out == "No Chromium found: the browser tests are left out.\n"


def test_without_chromium_no_test_of_a_browser_runs(nowhere):
    """Whatever file it stands in: what needs a browser says so by asking for one."""
    collect = [sys.executable, "-m", "pytest", "tests/browser", "--collect-only", "-p", "no:cacheprovider"]
    collected = subprocess.run(collect, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PATH": "/nowhere"})
    assert "tests/browser/" not in collected.stdout
    assert re.search(r"no tests collected \(\d{3} deselected\)", collected.stdout), collected.stdout[-500:]


def test_where_the_browser_is_required_its_lack_fails(nowhere, monkeypatch, capsys):
    monkeypatch.setenv("PLAYGROUND_BROWSER_TESTS", "required")
    assert testing.run([]) == 1
    assert "no Chromium was found" in capsys.readouterr().err


def test_chromium_may_be_named(nowhere, monkeypatch, tmp_path):
    (tmp_path / "mine").touch(mode=0o755)
    monkeypatch.setenv("PLAYGROUND_CHROMIUM", str(tmp_path / "mine"))
    assert testing.find_chromium() == str(tmp_path / "mine")


@pytest.mark.parametrize(
    ("arguments", "parallel"),
    [
        ([], True),
        (["-x", "-k", "socket"], True),
        (["tests/groq"], True),
        (["tests/groq/test_sse.py"], False),
        (["-n0"], False),
        (["-n", "4"], False),
        (["--numprocesses=3"], False),
        (["-p", "no:xdist"], False),
        (["--pdb"], False),
        (["--collect-only"], False),
    ],
)
def test_processes_unless_the_arguments_say_otherwise(arguments, parallel):
    assert ("-n" in testing.processes(arguments)) is parallel


def test_the_files_that_begin_are_there():
    assert [start for start in (*balance.LONGEST, balance.TOGETHER) if not (ROOT / start).exists()] == []


def test_what_takes_longest_begins():
    assert balance.place("tests/engine/test_chat.py::test_a") < balance.place("tests/core/test_up.py::test_a")
    assert balance.place("tests/core/test_up.py::test_a") < balance.place("tests/test_architecture.py::test_a")


def test_python_may_keep_what_it_has_compiled(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in testing.environment("data", None)
