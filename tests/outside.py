"""The product as processes of their own, seen from outside: over HTTP, over the socket, and in the file of its database."""

import re
import secrets
import sqlite3
import threading
import time
from contextlib import closing

import httpx

from tests.core.starts import Up
from tests.people import HTMX, NO_TLS, Person


class Visitor(Person):
    """The owner in a browser, signed in by the link that ``up`` has printed."""

    def __init__(self, up, session=None):
        self.server, self.session, self.csrf = up, session, secrets.token_hex(16)
        up.host = up.url.removeprefix("http://")
        if session is None:
            with httpx.Client(verify=NO_TLS) as first:
                first.get(up.link)
                self.session = first.cookies["session"]
        self.http = self.browser(up.url)

    def browser(self, url):
        cookies = {"session": self.session, "csrf": self.csrf}
        limits = httpx.Limits(max_connections=40)
        headers = {"Origin": url, "X-CSRFToken": self.csrf, **HTMX}
        return httpx.Client(base_url=url, cookies=cookies, headers=headers, timeout=20, limits=limits, verify=NO_TLS)

    def moves(self, up):
        """The same browser at another process; its session is in the database."""
        self.http.close()
        self.server, self.http = up, self.browser(up.url)
        up.host = up.url.removeprefix("http://")
        return self

    def new_chat(self):
        page = self.get("/", headers={"HX-Request": "false"}).text
        return re.search(r'data-conversation="(\w+)"', page)[1], re.search(r'name="new" value="([^"]+)"', page)[1]

    def ask(self, text="Hello?", conversation=None, **how):
        """Send; (conversation id, answer's id)."""
        answer = self.send(text, conversation, **how)
        assert answer.status_code == 200, answer.text
        return answer.conversation, re.findall(r'id="message-(\w+)"', answer.text)[-1]


class Database:
    """The database of a data folder, as another program reads it."""

    def __init__(self, folder):
        self.path = folder / "playground.sqlite3"

    def ask(self, words, *values):
        with closing(sqlite3.connect(self.path, timeout=20)) as connection:
            return connection.execute(words, values).fetchall()

    def write(self, words, *values):
        with closing(sqlite3.connect(self.path, timeout=20)) as connection, connection:
            connection.execute(words, values)

    def states(self):
        """{answer's id: state of its run}"""
        return dict(self.ask("SELECT message_id, state FROM conversations_run"))

    def texts(self):
        """{message id: text}"""
        return dict(self.ask("SELECT id, text FROM conversations_message"))

    def until_ended(self, within):
        """The states, once every run has ended; fails when that takes longer."""
        until = time.monotonic() + within
        while set(self.states().values()) & {"pending", "streaming"}:
            assert time.monotonic() < until, self.states()
            time.sleep(0.05)
        return self.states()


class Reading(threading.Thread):
    """Watches an answer over a socket until that closes; ``text`` is what it saw, ``code`` how the socket ended."""

    def __init__(self, visitor, message):
        super().__init__(daemon=True)
        self.visitor, self.topic = visitor, f"message:{message}"
        self.text, self.final, self.code = "", None, None
        self.begun = threading.Event()
        self.start()

    def run(self):
        with self.visitor.socket() as live:
            live.watch(self.topic)
            try:
                while True:
                    self.take(live.read(timeout=60))
            except Exception:
                self.code = live.socket.close_code

    def take(self, frame):
        news = frame.get("snapshot", frame)
        if "tail" in news:
            self.text = news["tail"]
        self.text += news.get("append", "")
        if "status" not in news or "streaming" in news["status"]:
            self.begun.set()
        self.final = frame.get("final", self.final)


def start(folder, upstream, **more):
    """A server on this data folder, connected to the scripted upstream; use it with ``with``."""
    return Up(folder, GROQ_BASE_URL=upstream.url, **more)
