"""Runs: the only place of this app where database and network meet.

A run is an asyncio task of the serving process, owned by nobody's request and nobody's socket. ``start`` and
``stop`` are for views (worker threads); the rest happens on the loop: ``player`` asks the API, ``picture`` is what a
watcher sees, ``checkpoints`` saves what arrived.
"""

from apps.conversations.runs.control import start, stop
from apps.core.process import WORKER

__all__ = ["WORKER", "start", "stop"]
