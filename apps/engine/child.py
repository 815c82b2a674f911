"""The engine as a child process of an app: started, kept alive, and gone when the app is.

::

    with Child() as engine:
        serve_the_app(engine.base_url, engine.key)

The child holds the other end of a pipe that only the app can write to. However the app ends, kill -9 included, the
pipe ends with it, and the child leaves. It runs in a session of its own, so that Ctrl-C in the terminal is the app's
alone to handle.
"""

import logging
import secrets
import socket
import subprocess
import sys
import threading
import time

from django.conf import settings

LOOPBACK = "127.0.0.1"
# Seconds before the first restart, and at most; a child that lived long enough starts from the first again.
FIRST_PAUSE, LONGEST_PAUSE, LONG_LIFE = 0.2, 30.0, 60.0
PATIENCE = 3.0  # seconds to leave in order before it is told harder
logger = logging.getLogger(__name__)


class Child:
    """One engine, watched by one thread. Port and key are there before it runs, and stay the same when it is restarted.

    ``base_url`` is what a client of the API is given, ``key`` its bearer key.
    """

    def __init__(self):
        self.port = free_port()
        self.key = secrets.token_urlsafe(32)
        self.base_url = f"http://{LOOPBACK}:{self.port}"
        self.process = None  # the subprocess.Popen of the moment; None before the first start
        self._closing = threading.Event()
        self._changing = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name="engine", daemon=True)

    def start(self):
        """Start the engine and return at once; it answers a second or two later (see ``wait_until_ready``)."""
        self._watcher.start()
        return self

    def wait_until_ready(self, seconds=30.0):
        """True as soon as the port answers, False after so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._closing.is_set():
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
                return True
            except OSError:
                self._closing.wait(0.05)
        return False

    def close(self):
        """Stop the engine and come back when it is gone; a second call does nothing."""
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
                self.process = launch(self.port, self.key)
            begun = time.monotonic()
            status = self.process.wait()
            close_quietly(self.process.stdin)
            if self._closing.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - begun > LONG_LIFE else pause
            logger.warning("The engine ended with status %s; starting it again in %.1f s.", status, pause)
            self._closing.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def launch(port, key):
    command = [sys.executable, "manage.py", "engine", "--port", str(port), "--key", "-", "--verbosity", "0"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, start_new_session=True)
    try:
        # By the pipe, because the arguments and the environment of a process can be read by others.
        process.stdin.write(f"{key}\n".encode())
        process.stdin.flush()
    except BrokenPipeError:
        pass  # it has ended already, which the watcher is about to see
    return process


def end(process):
    close_quietly(process.stdin)
    # While it still loads the model it listens to signals only.
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


def free_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]
