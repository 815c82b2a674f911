"""The one socket of a page: ``/ws/live/``.

The page says ``{"watch": "message:<id>", "epoch": …, "after": <seq>}`` or ``{"unwatch": …}``; it gets numbered frames
``{"topic", "epoch", "seq", …}``, a ``snapshot`` where numbers are missing, or ``{"topic", "unknown": true}``.
"""

import asyncio
import json
import logging

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from apps.core import serving
from apps.groq.json import loads
from apps.live import hub, people, pulse, topics
from apps.live.outbox import Outbox

logger = logging.getLogger(__name__)

SIGNED_OUT = 4401
TOO_MANY = 4429
BAD_FRAME = 1008
# Seconds that a reader has to take the close frame.
FAREWELL = 2.0
# A page watches a conversation and the answers in sight.
MOST_TOPICS = 40


class LiveSocket(AsyncWebsocketConsumer):
    user = session_key = rights = outbox = None

    async def dispatch(self, message):
        """As Channels does it, without first looking in another thread for connections to close: ours stay open."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self):
        self.channels = {}
        self.user, self.session_key, self.rights = await serving.in_thread(people.from_scope, self.scope)
        if self.user is None:
            await self.refuse(SIGNED_OUT)
            return
        if not pulse.enter(self):
            await self.refuse(TOO_MANY)
            return
        self.outbox = Outbox(self.send_text, self.dismiss)
        self.sender = asyncio.create_task(self.outbox.run())
        await self.accept()

    async def refuse(self, code):
        """Accept, then close: of a handshake that was refused, a browser does not tell its page the reason."""
        await self.accept()
        await self.close(code)

    async def send_text(self, text):
        await self.base_send({"type": "websocket.send", "text": text})

    async def disconnect(self, code):
        self.let_go()

    def let_go(self):
        """Nothing more goes out from here on."""
        pulse.leave(self)
        for name in list(self.channels):
            self.unwatch(name)
        if self.outbox is not None:
            self.outbox.end()
            if self.sender is not asyncio.current_task():
                self.sender.cancel()

    async def dismiss(self, code):
        """Close for good. A reader that takes nothing does not even take the close; nobody waits for it."""
        self.let_go()
        try:
            async with asyncio.timeout(FAREWELL):
                await self.close(code)
        except (TimeoutError, OSError, RuntimeError) as error:
            logger.info("live: a socket left without a farewell: %s", error or type(error).__name__)

    async def receive(self, text_data=None, bytes_data=None):
        if self.outbox is None or self.outbox.over:
            return
        # Questions are heard no faster than their answers are read.
        await self.outbox.room.wait()
        try:
            frame = loads(text_data or "")
        except ValueError:
            frame = None
        if not isinstance(frame, dict):
            await self.close(BAD_FRAME)
        elif "watch" in frame:
            after = frame.get("after")
            await self.watch(frame["watch"], frame.get("epoch"), after if isinstance(after, int) else 0)
        elif "unwatch" in frame:
            self.unwatch(frame["unwatch"])
        elif "ping" in frame:
            self.outbox.put('{"pong":true}')
        else:
            await self.close(BAD_FRAME)

    async def watch(self, name, epoch=None, after=0):
        """Through the door, then what was missed, then what comes."""
        topic, id = topics.find(name)
        opened = None
        if topic is not None and len(self.channels) < MOST_TOPICS:
            opened = await self.enter(topic, id)
        if opened is None:
            # The very words for an id that does not exist, so that they tell nothing about one that does.
            self.outbox.put(json.dumps({"topic": name if isinstance(name, str) else None, "unknown": True}))
            return
        channel = hub.channel(name)
        if channel.source is None and opened.live:
            channel.source = topic.follow(channel, id)
        missed = channel.since(epoch, after)
        if missed is not None:
            for text in missed:
                self.outbox.put(text, channel)
        elif channel.source is not None:
            picture = channel.snapshot()
            if picture is not None:
                self.outbox.put(picture, channel)
        elif opened.state is not None:
            self.outbox.put(channel.encode(opened.state), channel)
        if opened.live or channel.source is not None:
            self.channels[name] = channel
            channel.join(self.outbox)
        else:
            hub.forget(channel)

    async def enter(self, topic, id):
        """What is behind the door, by the rights that hold once it has been passed."""
        while True:
            rights = self.rights
            opened = await serving.in_thread(topic.open, self.user, id)
            if rights == self.rights:
                return opened

    def unwatch(self, name):
        channel = self.channels.pop(name, None) if isinstance(name, str) else None
        if channel is not None:
            channel.leave(self.outbox)
            self.outbox.drop(name)

    async def check(self, rights):
        """The person's rights have changed: ask at every door again, and leave where it stays shut."""
        if self.rights == rights:
            return
        self.rights = rights
        for name in list(self.channels):
            topic, id = topics.find(name)
            if await serving.in_thread(topic.open, self.user, id) is None:
                self.unwatch(name)
                self.outbox.put(json.dumps({"topic": name, "unknown": True}))
