"""The engine as a child process of an app.

::

    with Child() as engine:
        serve_the_app(engine.base_url, engine.key)
"""

import secrets
import socket
import time

from playground import child

LOOPBACK = "127.0.0.1"


class Child(child.Child):
    """One engine. Port and key are there before it runs, and stay the same when it is restarted.

    ``base_url`` is what a client of the API is given, ``key`` its bearer key.
    """

    name = "engine"

    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.key = secrets.token_urlsafe(32)
        self.base_url = f"http://{LOOPBACK}:{self.port}"

    def arguments(self):
        return ["engine", "--port", str(self.port), "--key", "-", "--verbosity", "0"]

    def words(self):
        return self.key

    def wait_until_ready(self, seconds=30.0):
        """True as soon as the port answers, a second or two after the start; False after so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._closing.is_set():
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
                return True
            except OSError:
                self._closing.wait(0.05)
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]
