"""The systems side by side, as their clients see them: ``Bare`` and ``App`` give streams to send on.

A stream gives one answer to one order: ``prepare``, ``connect``, ``send`` (returns when everything has arrived), ``seen``
(what became visible when), ``close``.
"""

import asyncio
import json
import re
import secrets
import time
from urllib.parse import urlencode

from apps.core.bench import script, wire


class Seen:
    """What a client saw of one answer: ``at[i]`` is when token ``i`` became visible; ``fault`` says what was wrong."""

    def __init__(self):
        self.at, self.fault, self.lost, self.doubled = [], "", 0, 0

    def upto(self, number, now):
        self.at.extend([now] * (number + 1 - len(self.at)))

    def check(self, numbers, count):
        """Each token exactly once and in order, in one place where the text stands."""
        lost, doubled = count - len(set(numbers)), len(numbers) - len(set(numbers))
        self.lost, self.doubled = max(self.lost, lost), max(self.doubled, doubled)
        if numbers != list(range(count)):
            self.fault = self.fault or f"{lost} tokens lost, {doubled} doubled, or out of order"


class Bare:
    def __init__(self, name, process, host):
        self.name, self.process, self.host = name, process, host

    def stream(self, place, order):
        return BareStream(self.host, order)


class BareStream:
    def __init__(self, host, order):
        self.host, self.order, self.sent_at = host, order, 0

    async def prepare(self):
        """A bare page has nothing to fetch."""

    async def connect(self):
        self.done = asyncio.get_running_loop().create_future()
        self.socket = wire.Socket(self.count)
        await wire.connect(self.host, self.socket)
        await self.socket.open("/", [f"Host: {self.host}"])

    def count(self, payload):
        # Two events around the tokens, and [DONE].
        if len(self.socket.frames) == self.order.tokens + 3 and not self.done.done():
            self.done.set_result(None)

    async def send(self):
        self.sent_at = time.monotonic_ns()
        self.socket.send(self.order.prompt.encode())
        await asyncio.wait([self.done, self.socket.ended], return_when=asyncio.FIRST_COMPLETED)

    async def seen(self):
        seen, parts = Seen(), []
        for now, text in self.socket.texts():
            if text != "[DONE]" and (content := json.loads(text)["choices"][0]["delta"].get("content")):
                parts.append(content)
                seen.upto(len(parts) - 1, now)
        if "".join(parts) != self.order.text():
            seen.check(script.numbers("".join(parts)), self.order.tokens)
            seen.fault = seen.fault or "not the upstream's text"
        return seen

    def close(self):
        self.socket.close()


class App:
    def __init__(self, name, process, host, sessions):
        self.name, self.process, self.host, self.sessions = name, process, host, sessions

    def stream(self, place, order):
        return AppStream(self.host, order, self.sessions[place])


class AppStream:
    """One person at one page: a new chat, its socket, one Send, and everything that is shown of the answer."""

    def __init__(self, host, order, session):
        csrf = secrets.token_hex(16)
        self.host, self.order, self.sent_at = host, order, 0
        self.message, self.fault = "", "Send was not answered"
        self.headers = [f"Host: {host}", f"Origin: http://{host}", f"Cookie: session={session}; csrf={csrf}"]
        self.headers += ["HX-Request: true", f"X-CSRFToken: {csrf}", "Content-Type: application/x-www-form-urlencoded"]

    async def prepare(self):
        status, page = await wire.get(self.host, "/", self.headers)
        if status != 200:
            raise ConnectionError(f"The page of a new chat answered {status}.")
        self.conversation = re.search(rb'data-conversation="(\w+)"', page)[1].decode()
        self.token = re.search(rb'name="new" value="([^"]+)"', page)[1].decode()

    async def connect(self):
        self.done = asyncio.get_running_loop().create_future()
        self.http, self.socket = wire.Http(), wire.Socket(self.look)
        await wire.connect(self.host, self.socket)
        await self.socket.open("/ws/live/", self.headers[:3])
        await wire.connect(self.host, self.http)

    def look(self, payload):
        if b'"final":' in payload and not self.done.done():
            self.done.set_result(None)

    async def send(self):
        fields = {"text": self.order.prompt, "key": secrets.token_hex(16), "model": "bench", "new": self.token}
        body = urlencode(fields).encode()
        self.sent_at = time.monotonic_ns()
        status, page = await self.http.ask("POST", f"/c/{self.conversation}/messages/", self.headers, body)
        self.fault = f"Send was answered {status}"
        if found := re.findall(rb'id="message-(\w+)"', page):
            self.message = found[-1].decode()
            # As a page does that goes on after its first message.
            for topic in (f"message:{self.message}", f"conversation:{self.conversation}"):
                self.socket.send(json.dumps({"watch": topic, "epoch": None, "after": 0}).encode())
            await asyncio.wait([self.done, self.socket.ended], return_when=asyncio.FIRST_COMPLETED)

    async def seen(self):
        """When each token could be read, from the frames; that it could be read once, from frames, final HTML and row."""
        seen, blocks, tail = Seen(), [], ""
        if not self.message:
            seen.fault = self.fault
            return seen
        for now, text in self.socket.texts():
            frame = json.loads(text)
            if frame.get("topic") != f"message:{self.message}":
                continue
            news = frame.get("snapshot", frame)
            if "snapshot" in frame:
                blocks = []
            if news.get("blocks"):
                blocks += script.numbers_of_html(news["blocks"])
            if "tail" in news:
                tail = news["tail"]
            tail += news.get("append", "")
            if "final" in frame:
                self.finish(seen, frame, blocks + script.numbers(tail), now)
            elif shown := script.numbers(tail)[-1:] or blocks[-1:]:
                seen.upto(shown[0], now)
        status, stored = await wire.get(self.host, f"/messages/{self.message}/source/", self.headers)
        if status != 200 or stored.decode() != self.order.text():
            seen.fault = seen.fault or "the stored text is not the upstream's"
            seen.check(script.numbers(stored.decode()), self.order.tokens)
        return seen

    def finish(self, seen, frame, shown, now):
        if frame["state"] != "complete":
            seen.fault = f"the answer is {frame['state']}"
        if shown != list(range(len(shown))):
            seen.fault = seen.fault or "the frames lost or doubled a token"
        seen.check(script.numbers_of_html(frame["final"]), self.order.tokens)
        seen.upto(self.order.tokens - 1, now)

    def close(self):
        self.socket.close()
        self.http.transport.close()
