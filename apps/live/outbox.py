"""What waits to be sent on one socket, and how much may wait."""

import asyncio
from collections import deque

# A reader that is this far behind gets the whole picture once it reads again.
BUDGET = 512 * 1024
# One that takes nothing for so long is gone.
PATIENCE = 30.0
TRY_AGAIN_LATER = 1013


class Outbox:
    """Frames for one socket. Putting never waits; one task sends. Past the budget a topic's frames are dropped and
    its next frame is a snapshot, so that a slow reader costs a bounded amount of memory and still sees the truth.
    ``room`` is set while there is room for the answer to another question."""

    def __init__(self, send, close):
        self.send, self.close = send, close
        self.frames = deque()
        self.size = 0
        self.behind = {}
        # What the sender waits for when there is nothing to send: an event would cost three times as much.
        self.asleep = None
        self.room = asyncio.Event()
        self.room.set()
        self.over = False
        self.waiting_since = None

    def put(self, text, channel=None):
        if self.over or (channel is not None and channel.name in self.behind):
            return
        if self.size + len(text) > BUDGET and self.frames and channel is not None and channel.source is not None:
            self.fall_behind(channel)
            return
        self.frames.append((channel.name if channel else None, text))
        self.size += len(text)
        if self.size > BUDGET:
            self.room.clear()
        self.wake()

    def fall_behind(self, channel):
        self.drop(channel.name)
        self.behind[channel.name] = channel
        self.wake()

    def drop(self, topic):
        """Forget what waits of one topic."""
        self.behind.pop(topic, None)
        self.frames = deque((name, text) for name, text in self.frames if name != topic)
        self.size = sum(len(text) for _, text in self.frames)
        if self.size <= BUDGET:
            self.room.set()

    def end(self):
        """Take nothing more, keep nothing back, and hold nobody up."""
        self.over = True
        self.frames.clear()
        self.behind.clear()
        self.size = 0
        self.room.set()

    async def run(self):
        """Send until cancelled; closes the socket when its reader has taken nothing for PATIENCE seconds."""
        loop = asyncio.get_running_loop()
        sender = asyncio.create_task(self.send_all(loop))
        try:
            # One timer for the socket: one for each frame would cost as much as sending it.
            while not sender.done():
                await asyncio.wait({sender}, timeout=PATIENCE / 4)
                if self.waiting_since is not None and loop.time() - self.waiting_since > PATIENCE:
                    sender.cancel()
                    await self.close(TRY_AGAIN_LATER)
                    return
            await sender
        except OSError:
            # The reader has left; the socket will say so.
            return
        finally:
            sender.cancel()
            self.end()

    async def send_all(self, loop):
        while True:
            while self.frames or self.behind:
                if (text := self.next()) is not None:
                    self.waiting_since = loop.time()
                    await self.send(text)
                    self.waiting_since = None
            self.asleep = loop.create_future()
            await self.asleep

    def wake(self):
        if self.asleep is not None and not self.asleep.done():
            self.asleep.set_result(None)

    def next(self):
        """The frame to send now; of a topic that fell behind, all there is to see of it (None: nothing)."""
        if self.frames:
            _, text = self.frames.popleft()
            self.size -= len(text)
            if self.size <= BUDGET:
                self.room.set()
            return text
        _, channel = self.behind.popitem()
        if channel.source is not None:
            return channel.snapshot()
        # It ended meanwhile; the last frame has all of it.
        return channel.recent[-1][1] if channel.recent else None
