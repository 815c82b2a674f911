"""A part of the product as a child process of the app: started, kept alive, and gone when the app is.

The child holds the other end of a pipe that only the app can write to. However the app ends, kill -9 included, the
pipe ends with it, and the child leaves. It runs in a session of its own, so that Ctrl-C in the terminal is the app's
alone to handle.
"""

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds before the first restart, and at most; a child that lived long enough starts from the first again.
FIRST_PAUSE, LONGEST_PAUSE, LONG_LIFE = 0.2, 30.0, 60.0
PATIENCE = 3.0  # seconds to leave in order before it is told harder
logger = logging.getLogger(__name__)


class Child:
    """One process, watched by one thread. A kind of child says its ``name``, its ``arguments`` and its first ``words``."""

    name = ""

    def __init__(self):
        self.process = None  # the subprocess.Popen of the moment; None before the first start
        self._closing = threading.Event()
        self._changing = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name=self.name, daemon=True)

    def arguments(self):
        """What stands behind ``manage.py``."""
        raise NotImplementedError

    def words(self):
        """What it is told by its standard input, first of all."""
        raise NotImplementedError

    def start(self):
        """Start it and return at once."""
        self._watcher.start()
        return self

    def close(self):
        """Stop it and come back when it is gone; a second call does nothing."""
        self._closing.set()
        with self._changing:
            if self.process is not None:
                end(self.process)
        if self._watcher.is_alive():
            self._watcher.join()

    def __enter__(self):
        return self.start()

    def __exit__(self, *failure):
        self.close()

    def _watch(self):
        pause = FIRST_PAUSE
        while True:
            with self._changing:
                if self._closing.is_set():
                    return
                self.process = self._launch()
            begun = time.monotonic()
            status = self.process.wait()
            close_quietly(self.process.stdin)
            if self._closing.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - begun > LONG_LIFE else pause
            logger.warning("The %s ended with status %s; starting it again in %.1f s.", self.name, status, pause)
            self._closing.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _launch(self):
        command = [sys.executable, "manage.py", *self.arguments()]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
        try:
            # By the pipe, because the arguments and the environment of a process can be read by others.
            process.stdin.write(f"{self.words()}\n".encode())
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already, which the watcher is about to see
        return process


def end(process):
    close_quietly(process.stdin)
    # While it still loads, it listens to signals only.
    for harder in (process.terminate, process.kill):
        try:
            process.wait(PATIENCE)
            return
        except subprocess.TimeoutExpired:
            harder()
    process.wait()


def close_quietly(pipe):
    try:
        pipe.close()
    except BrokenPipeError:
        pass  # what it still held was for a process that has ended
