"""What can be watched. An app registers its topics here; live itself knows no noun.

A topic is named ``kind:id``. Its kind brings a door and, where something of it can be seen while it changes, a source.
"""

from dataclasses import dataclass

from apps.core import ids

_kinds = {}


@dataclass
class Opened:
    """What the door found: ``state`` is a frame to send first (or None); ``live`` says that more will come."""

    state: dict | None = None
    live: bool = True


class Topic:
    """The two things a kind brings. Override both, or leave ``follow`` where all frames come by ``publish``."""

    def open(self, user, id):
        """In a worker thread: Opened for a person who may watch, None for everybody else and for unknown ids."""
        raise NotImplementedError

    def follow(self, channel, id):
        """On the loop: begin to feed the channel from what another process saves; returns its source, or None."""
        return

    def stamps(self, ids):
        """In a worker thread: {id: anything that differs after a change}, to notice what other processes did."""
        return {}

    def changed(self, id, stamp):
        """The frame that tells a watcher of such a change."""
        return {"changed": True}


def register(kind, topic):
    _kinds[kind] = topic


def find(name):
    """(Topic, id) for a well-formed name; (None, "") for anything else, of whatever type."""
    if not isinstance(name, str):
        return None, ""
    kind, _, id = name.partition(":")
    if kind not in _kinds or not ids.valid(id):
        return None, ""
    return _kinds[kind], id


def kinds():
    return _kinds.items()
