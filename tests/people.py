"""People who use the product over HTTP and the socket, as browsers do."""

import html
import json
import re
import secrets
import ssl
import time
from contextlib import contextmanager

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from websockets.sync.client import connect

from apps.accounts.models import MEMBER, OWNER, VIEWER, Membership, Team, User
from apps.conversations.models import Conversation, Message
from apps.core import ids

HTMX = {"HX-Request": "true"}
# Loading the certificates of the world takes longer than most tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_people():
    ours, theirs = Team.objects.create(name="Ours"), Team.objects.create(name="Theirs")
    people = {}
    for name, team, role in [("alice", ours, OWNER), ("bob", ours, MEMBER), ("vera", ours, VIEWER), ("charlie", theirs, OWNER)]:
        # An unusable password is made in no time; whoever signs in with one sets it.
        people[name] = User.objects.create_user(f"{name}@example.org", None, name=name.title())
        Membership.objects.create(team=team, user=people[name], role=role)
    return people


class Person:
    """One browser of one person."""

    def __init__(self, server, user):
        self.server, self.user = server, user
        self.csrf = secrets.token_hex(16)
        session = SessionStore()
        session.update(
            {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        )
        session.create()
        self.session = session.session_key
        self.http = httpx.Client(
            base_url=server.url,
            cookies={"session": self.session, "csrf": self.csrf},
            headers={"Origin": server.url, "X-CSRFToken": self.csrf},
            timeout=20,
            verify=NO_TLS,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.http.close()

    def get(self, path, **how):
        return self.http.get(path, **how)

    def post(self, path, data=None, **how):
        return self.http.post(path, data=data or {}, **{"headers": HTMX, **how})

    def new_chat(self):
        """(conversation id, token) of the page of a new chat."""
        page = self.get("/").text
        token = re.search(r'name="new" value="([^"]+)"', page)
        return re.search(r'data-conversation="(\w+)"', page)[1], html.unescape(token[1]) if token else ""

    def send(self, text, conversation=None, key=None, model="llama-3.1-8b-instant", new=None, **parameters):
        """Send a message (in a new chat unless one is named); the answer of the server, with ``.conversation``."""
        if conversation is None:
            conversation, new = self.new_chat()
        fields = {"text": text, "key": key or secrets.token_hex(16), "model": model, **({"new": new} if new else {}), **parameters}
        answer = self.post(f"/c/{conversation}/messages/", fields)
        answer.conversation = conversation
        return answer

    def ask(self, text="Hello?", conversation=None, **how):
        """Send and return the assistant's Message; fails when it was refused."""
        answer = self.send(text, conversation, **how)
        assert answer.status_code == 200, answer.text
        return Message.objects.select_related("run", "conversation").get(pk=re.findall(r'id="message-(\w+)"', answer.text)[-1])

    def finish(self, message, timeout=10):
        """The message when its run has ended."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            fresh = Message.objects.select_related("run", "conversation").get(pk=message.pk)
            if not fresh.run.is_live:
                return fresh
            time.sleep(0.01)
        raise AssertionError(f"still {fresh.run.state}: {fresh.run}")

    @contextmanager
    def socket(self, origin=None, **how):
        with connect(
            f"ws://{self.server.host}/ws/live/",
            origin=self.server.url if origin is None else origin,
            additional_headers={"Cookie": f"session={self.session}"},
            compression=None,
            max_size=None,
            **how,
        ) as socket:
            yield Socket(socket)


class Socket:
    """The page's side of the live socket; ``text`` is what a reader would see of the watched message."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []

    def say(self, **frame):
        self.socket.send(json.dumps(frame))

    def watch(self, topic, **after):
        self.say(watch=topic, **after)

    def read(self, timeout=5):
        frame = json.loads(self.socket.recv(timeout=timeout))
        self.frames.append(frame)
        return frame

    def until(self, wanted, timeout=10):
        """Read frames until one of them satisfies ``wanted``; that frame."""
        end = time.monotonic() + timeout
        while True:
            frame = self.read(timeout=max(0.01, end - time.monotonic()))
            if wanted(frame):
                return frame

    def settle(self):
        """Return when the server has dealt with everything that was said before."""
        self.say(ping=True)
        self.until(lambda frame: frame.get("pong"))

    def until_final(self, timeout=10):
        return self.until(lambda frame: "final" in frame, timeout)


def strange_id():
    """An id that nobody has."""
    return ids.new()


def conversation_of(message):
    return Conversation.objects.get(pk=message.conversation_id)
