"""The whole suite with one command: pytest in a process and a data folder of its own.

Only the standard library: no setting of this machine may be read before the tests have theirs.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OURS = ("GROQ_", "PLAYGROUND_", "ENGINE_", "DJANGO_")
BROWSER_TESTS = "PLAYGROUND_BROWSER_TESTS"
# With it each of some fifty processes would compile us, and every test process all tests, anew.
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
NO_CHROMIUM = "No Chromium found: the browser tests are left out."
# What a person who debugs, or chooses the processes, says; tests share nothing with one another then.
ALONE = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--version", "-h", "--help", "--fixtures")


def run(arguments):
    """Run pytest with the arguments and return its exit code."""
    chromium = find_chromium()
    if chromium is None and os.environ.get(BROWSER_TESTS) == "required":
        print("The browser tests are required, but no Chromium was found: install one or set PLAYGROUND_CHROMIUM.", file=sys.stderr)
        return 1
    if chromium is None:
        # tests/conftest.py is what leaves them out.
        print(NO_CHROMIUM, flush=True)
    with tempfile.TemporaryDirectory(prefix="playground-test-", ignore_cleanup_errors=True) as data:
        command = [sys.executable, "-m", "pytest", *processes(arguments), *arguments]
        return call(command, environment(data, chromium))


def environment(data, chromium):
    """The caller's environment without what is ours in it, so that the tests answer alike everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS) and name != NO_BYTECODE}
    ours = {"PLAYGROUND_DATA": data, "PLAYGROUND_ENV_FILE": os.devnull, "PLAYGROUND_CHROMIUM": chromium or ""}
    if wish := os.environ.get(BROWSER_TESTS):
        ours[BROWSER_TESTS] = wish
    return {**kept, **ours}


def find_chromium():
    """The path of a Chromium, or None: the one that PLAYGROUND_CHROMIUM names, or the first known name on PATH."""
    names = [named] if (named := os.environ.get("PLAYGROUND_CHROMIUM")) else CHROMIUMS
    return next((path for name in names if (path := shutil.which(name))), None)


def processes(arguments):
    """Two to four processes, a file to each; one where the arguments choose themselves, or name a single file."""
    if any(argument == name or argument.startswith((f"{name}=", "-n")) for argument in arguments for name in ALONE):
        return []
    if "no:xdist" in arguments or "-pno:xdist" in arguments:
        return []
    if any(".py" in argument and not argument.startswith("-") for argument in arguments):
        return []
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    # tests/balance.py says which files begin; xdist would begin with those of the most tests, which are the quickest.
    # A process that died is not replaced: under loadfile, its successor would wait for ever.
    return ["-n", str(min(max(usable, 2), 4)), "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart=0"]


def call(command, variables):
    """The child's exit code. Ctrl-C reaches it by itself, SIGTERM through us; it ends first, then its folder goes."""
    child = subprocess.Popen(command, env=variables)
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:
                continue
            return 128 - code if code < 0 else code
    finally:
        signal.signal(signal.SIGTERM, before)
