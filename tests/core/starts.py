"""``manage.py up`` as a process of its own, the way a person starts it."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

from tests.waiting import limited

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30


def variables(data, **more):
    """The environment of a fresh machine with this data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GROQ_", "PLAYGROUND_", "ENGINE_"))}
    return {**kept, "PLAYGROUND_DATA": str(data), "PLAYGROUND_ENV_FILE": os.devnull, **more}


def manage(data, *arguments, **more):
    """Run a command to its end: the finished process with ``returncode``, ``stdout``, ``stderr``."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables(data, **more), capture_output=True, text=True, timeout=PATIENCE)


class Up:
    """A running server: ``link`` and ``url`` when it has printed them, ``stop`` to end it."""

    def __init__(self, data, *arguments, engine=False, **more):
        command = [
            sys.executable,
            "manage.py",
            "up",
            "--port",
            "0",
            "--no-browser",
            *([] if engine else ["--without-engine"]),
            *arguments,
        ]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, env=variables(data, **more), text=True, **pipes)
        self.pid = self.process.pid
        self.stderr = ""

    def __enter__(self):
        with limited(self.process, PATIENCE):
            line = self.process.stdout.readline()
        match = re.fullmatch(r"Open ((http://[^/]+)/start/[\w-]+/)\n", line)
        if not match:
            self.process.kill()
            raise AssertionError(f"no link but {line!r} and {self.process.communicate(timeout=PATIENCE)[1]}")
        self.link, self.url = match.groups()
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
        if not self.process.stdout.closed:
            # What it has started holds its pipes, too; that must end as well.
            self.process.communicate(timeout=PATIENCE)

    def stop(self, number=signal.SIGTERM):
        """The exit code; what it said meanwhile is in ``stderr``. Fails when it does not end."""
        self.process.send_signal(number)
        _, self.stderr = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def memory(self):
        """Resident bytes."""
        return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())[1]) * 1024

    def children(self):
        return [
            int(pid) for thread in Path(f"/proc/{self.pid}/task").iterdir() for pid in (thread / "children").read_text().split()
        ]


def lives(pid):
    """True while the process runs; one that has ended and waits for its parent's notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
