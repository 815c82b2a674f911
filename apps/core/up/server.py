"""uvicorn as we run it: in this process, announced when it answers, ended by one signal or at once by two."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
import time

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from apps.core.up import address

# Seconds for requests in progress. Sockets are closed at once with 1012 and come back to our successor; after
# this, runs get their own time to end (apps.conversations.runs.control).
GRACE = 1
# What a worker thread still does when everything else has ended (a slow upstream, say) keeps nobody waiting.
LINGER = 2.0
# Some senders of signals say it twice in a breath (a terminal and the wrapper it runs): that is one wish.
SAME_WISH = 0.5


class Server(uvicorn.Server):
    """``announce()`` is called in a thread once the server has answered its first request."""

    def __init__(self, application, listener, announce):
        windows = sys.platform == "win32"
        super().__init__(
            uvicorn.Config(
                application,
                loop="asyncio" if windows else "uvloop",
                http="httptools",
                ws="websockets-sansio",
                # It costs a third of the relay's time to save six bytes a token.
                ws_per_message_deflate=False,
                ws_max_size=1024 * 1024,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                # Headers of strangers; Django reads the one it is told to trust (PLAYGROUND_URL with https).
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self.listener, self.announce = listener, announce
        self.asked_at = None

    def serve_until_asked(self):
        """Return when a signal has ended it."""
        # A thread that computes gives way to the event loop after 1 ms, not 5.
        sys.setswitchinterval(0.001)
        logging.getLogger("uvicorn.error").addFilter(worth_telling)
        # From here on and not from uvicorn's first step: a signal in between would break off what has begun half.
        with self.capture_signals():
            self.run(sockets=[self.listener])

    async def startup(self, sockets=None):
        await super().startup(sockets)
        await self.answers()
        # What is loaded now stays: the collector need not look at it again and again.
        gc.freeze()
        if not self.should_exit:
            await asyncio.to_thread(self.announce)

    async def answers(self):
        """Return when the server has answered over its real socket; the process ends with a sentence when it cannot."""
        host = address.reached_at(self.listener)
        name, _, port = host.rpartition(":")
        reader, writer = await asyncio.open_connection(name.strip("[]"), int(port))
        writer.write(f"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            await self.shutdown([self.listener])
            raise SystemExit("The server started but does not answer as it should; the lines above say why.")

    @contextlib.contextmanager
    def capture_signals(self):
        """uvicorn raises the signal once more when it is done; asked to end, we have ended well."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, number, frame):
        now = time.monotonic()
        if self.asked_at is None:
            self.asked_at, self.should_exit = now, True
            if sys.stderr.isatty():
                # Not print: the signal may have come in the middle of one.
                os.write(2, b"\nStopping; answers being written get a few seconds. Ctrl-C again ends at once.\n")
        elif now - self.asked_at > SAME_WISH:
            # Nothing is lost by it: what has arrived is in the database, and the engine ends when we are gone.
            os._exit(128 + number)


def end_soon():
    """Let the interpreter end, but not wait for ever: with code 0 after LINGER seconds, whatever a thread still does."""
    last = threading.Timer(LINGER, os._exit, [0])
    last.daemon = True
    last.start()


def worth_telling(record):
    """False for what is cut off because the server ends: uvicorn would write an error, and a traceback, for each."""
    cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cancelled and not str(record.msg).startswith("Cancel %s running task")
