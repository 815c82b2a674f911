"""The process of the engine: its port, its key, and when it ends."""

import os
import socket
import sys
import threading
import time

import uvicorn

from apps.engine import voice, weights, whisper
from apps.engine.app import App
from apps.engine.model import Model
from apps.engine.speaking import Voice
from apps.engine.whisper import Whisper

LOOPBACK = "127.0.0.1"  # and nothing else: this server is for the machine it runs on
PATIENCE = 3  # seconds to end in order once the app is gone


class Server(uvicorn.Server):
    """uvicorn that ends without a traceback, and does not wait for answers to be finished."""

    def __init__(self, config, model):
        super().__init__(config)
        self._model = model

    def handle_exit(self, sig, frame):
        self.force_exit = self.should_exit
        self.end()

    def end(self):
        """End soon; may be called from any thread."""
        self._model.stop()
        self.should_exit = True


def listen(port):
    """A socket at ``port`` of the loopback address, 0 for any free one; raises ``OSError``, or ``OverflowError`` past 65535."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # Elsewhere this option lets two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def serve(listener, key, chosen="", ears="", tongue="", until_eof=False):
    """Answer at ``listener`` until a signal comes, or, with ``until_eof``, until standard input ends.

    ``chosen``, ``ears`` and ``tongue`` name other models than ours: ENGINE_CHAT_MODEL, ENGINE_WHISPER_MODEL and ENGINE_VOICE.
    """
    spoken = voice.find(tongue)
    chat, audio = Model(weights.find(chosen)), [Whisper(whisper.find(ears)), *([Voice(spoken)] if spoken else [])]
    quiet = {"log_config": None, "access_log": False, "server_header": False}
    config = uvicorn.Config(App(chat, key, *audio), ws="none", lifespan="on", timeout_graceful_shutdown=1, **quiet)
    server = Server(config, chat)
    if until_eof:
        threading.Thread(target=end_with_input, args=(server,), daemon=True).start()
    server.run(sockets=[listener])
    for each in audio:
        each.resident.leave()
    # A step of a model that has begun cannot be taken back, but need not be waited for either.
    last = threading.Timer(PATIENCE, os._exit, (0,))
    last.daemon = True
    last.start()


def end_with_input(server):
    """Nobody writes to standard input any more: it ends when the process that holds its other end does, however that dies."""
    # Not through sys.stdin: a thread that waits inside it holds a lock the interpreter needs to end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.end()
    time.sleep(PATIENCE)
    os._exit(1)
