"""Who watches what in this process, and the numbered frames that go to them.

Everything here happens on the event loop of the serving process; other threads come in through ``announce``.
"""

import itertools
import secrets
from collections import deque

import orjson

from apps.core import serving

# As many frames as ten seconds of a stream have: whoever was away for longer gets the whole picture instead.
REPLAY = 300
EPOCH = secrets.token_hex(4)

_channels = {}
_epochs = itertools.count(1)


class Channel:
    """One watched topic. ``source`` (while something is being written) has ``snapshot() -> dict | None``, the whole
    picture, and ``frame() -> dict | None``, what is new of it since it was last asked. A source that does not know its
    picture yet says None and publishes it as its first frame."""

    def __init__(self, name):
        self.name = name
        self.seq = 0
        # Numbers mean something only together with the epoch: a restarted process counts from 1 again.
        self.epoch = f"{EPOCH}.{next(_epochs)}"
        self.recent = deque(maxlen=REPLAY)
        self.watchers = set()
        self.source = None

    def publish(self, frame):
        """Number the frame, keep it for whoever comes back, and give it to all who watch."""
        self.seq += 1
        text = self.encode(frame)
        self.recent.append((self.seq, text))
        for watcher in tuple(self.watchers):
            watcher.put(text, self)

    def encode(self, frame):
        return orjson.dumps({"topic": self.name, "epoch": self.epoch, "seq": self.seq, **frame}).decode()

    def since(self, epoch, after):
        """The frames after a number, or None when they are not all here any more."""
        if epoch != self.epoch or after > self.seq:
            return None
        if after == self.seq:
            return []
        if not self.recent or self.recent[0][0] > after + 1:
            return None
        return [text for seq, text in self.recent if seq > after]

    def snapshot(self):
        """The whole picture, None while its source does not know it.

        News that nobody was told yet are told first: no frame after it may bring them again.
        """
        if frame := self.source.frame():
            self.publish(frame)
        picture = self.source.snapshot()
        return None if picture is None else self.encode({"snapshot": picture})

    def join(self, watcher):
        self.watchers.add(watcher)

    def leave(self, watcher):
        self.watchers.discard(watcher)
        forget(self)


def channel(name):
    """The channel of a topic, made when it is first needed."""
    found = _channels.get(name)
    if found is None:
        found = _channels[name] = Channel(name)
    return found


def watched():
    return [c for c in _channels.values() if c.watchers]


def forget(channel):
    """Drop a channel that nobody watches and nothing feeds."""
    if not channel.watchers and channel.source is None and _channels.get(channel.name) is channel:
        del _channels[channel.name]


def publish(name, frame):
    """On the loop: tell those who watch the topic; nobody else is kept waiting for it."""
    found = _channels.get(name)
    if found is not None:
        found.publish(frame)


def announce(name, frame):
    """From any thread: the same."""
    serving.soon(publish, name, frame)
