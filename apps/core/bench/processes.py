"""The processes of a bench: started in a scratch data folder, kept to their cores, metered, and ended."""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

OURS = ("GROQ_", "PLAYGROUND_", "ENGINE_", "DJANGO_")
START_WITHIN = 60


def cores():
    """(cores of what is measured, cores of the upstream and the clients); the same where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return {usable[0]}, set(usable[1:]) or {usable[0]}


def machine():
    names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return {
        "cpu": names[0] if names else os.uname().machine,
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": int(memory[1]) // 1024,
        "python": ".".join(map(str, sys.version_info[:3])),
        "system": f"{os.uname().sysname} {os.uname().release}",
        "pinned": cores()[0] != cores()[1],
    }


class Process:
    """One child; ``first`` is the text after the marker in the line of its output that says it is ready."""

    def __init__(self, arguments, variables, where, ready="", log=subprocess.DEVNULL, within=START_WITHIN):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**kept, "PLAYGROUND_ENV_FILE": os.devnull, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            # Ctrl-C is for the bench, which ends its children itself.
            start_new_session=True,
        )
        self.pid = self.child.pid
        os.sched_setaffinity(self.pid, where)
        try:
            self.first = self.wait_for(ready, within)
        except BaseException:
            self.end()
            raise
        self.started_in = time.monotonic() - self.began

    def wait_for(self, ready, within):
        until = time.monotonic() + within
        while select.select([self.child.stdout], [], [], max(0, until - time.monotonic()))[0]:
            line = self.child.stdout.readline()
            if not line:
                raise CommandError(f"A process of the bench ended before it was ready (exit code {self.child.wait()}).")
            if line.startswith(ready):
                return line.removeprefix(ready).strip()
        raise CommandError(f"A process of the bench was not ready within {within} s.")

    def cpu(self):
        """Seconds of processor time of all its threads, to the nanosecond."""
        # The clock of another process, as clock_getcpuclockid(3) makes its number.
        return time.clock_gettime(~self.pid << 3 | 2)

    def memory(self, name="VmRSS"):
        """Megabytes now, or with "VmHWM" the most since ``forget_peak``."""
        found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024

    def forget_peak(self):
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def end(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.send_signal(signal.SIGKILL)
                self.child.wait()
        self.child.stdout.close()


class World:
    """A scratch data folder and the processes in it; everything goes when the block is left."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.server_cores, self.other_cores = cores()

    def __enter__(self):
        if not sys.platform.startswith("linux"):
            raise CommandError("The bench reads processor time and memory from /proc: it needs Linux.")
        self.folder = Path(tempfile.mkdtemp(prefix="playground-bench-"))
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.log = self.stack.enter_context(open(self.folder / "log", "w+"))  # noqa: SIM115
        # A bench that is asked to end takes its processes and its folder along.
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.stack.callback(signal.signal, signal.SIGTERM, before)
        os.sched_setaffinity(0, self.other_cores)
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, CommandError):
            self.log.seek(0)
            sys.stderr.write(self.log.read()[-4000:])
        self.stack.close()
        os.sched_setaffinity(0, self.server_cores | self.other_cores)

    @property
    def everywhere(self):
        return self.server_cores | self.other_cores

    def start(self, arguments, variables=(), where=None, **more):
        process = Process(arguments, dict(variables), where or self.other_cores, log=self.log, **more)
        self.stack.callback(process.end)
        return process

    def upstream(self):
        return "http://127.0.0.1:" + self.start(["-m", "apps.core.bench.upstream"]).first

    def bare(self, upstream, *options):
        """(process, host) of the bare relay."""
        process = self.start(["-m", "apps.core.bench.bare", upstream, *options], where=self.server_cores)
        return process, f"127.0.0.1:{process.first}"

    def app(self, upstream):
        """(process, host, link) of the product, started as everybody starts it."""
        command = ["manage.py", "up", "--port", "0", "--no-browser", "--without-engine"]
        process = self.start(command, self.variables(upstream), self.server_cores, ready="Open ")
        return process, process.first.split("/")[2], process.first

    def whole(self):
        """The same with the engine of our own as its API."""
        process = self.start(["manage.py", "up", "--port", "0", "--no-browser"], self.folders(), self.everywhere, ready="Open ")
        return process, process.first.split("/")[2]

    def people(self, number):
        """Session keys of so many people, each with a team of their own."""
        process = self.start(["-m", "apps.core.bench.people", str(number)], self.variables(""), ready="[")
        return json.loads("[" + process.first)

    def variables(self, upstream):
        return {**self.folders(), "GROQ_API_KEY": "gsk_bench", "GROQ_BASE_URL": upstream}

    def folders(self):
        return {"PLAYGROUND_DATA": str(self.folder / "data")}
