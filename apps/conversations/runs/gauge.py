"""What the API's latest answers said about its limits, for the gauge in the header of every chat.

All teams of a server share its key, and so its limits: whoever is signed in and in a team may see them. They are kept in
the memory of the process that asked; of several processes, each knows what its own answers said last.
"""

import asyncio
import time

from apps.core import connection, ids
from apps.groq.ratelimit import Limit, RateLimits
from apps.live import hub

# However many answers come at once, watchers hear of it so many seconds later, once.
PAUSE = 0.5
MOST_MODELS = 200

# (address of the API, model) → (monotonic seconds, RateLimits).
_seen: dict[tuple[str, str], tuple[float, RateLimits]] = {}
_due: set[str] = set()


def note(model, headers):
    """On the loop: what the headers of an answer for the model say; nothing, where they say nothing."""
    limits = RateLimits.from_headers(headers)
    if limits == RateLimits() or not connection.available():
        return
    address = connection.address()[0]
    # The latest stands last, so that the oldest goes first.
    _seen.pop((address, model), None)
    _seen[address, model] = time.monotonic(), limits
    while len(_seen) > MOST_MODELS:
        del _seen[next(iter(_seen))]
    topic = name()
    if topic not in _due:
        _due.add(topic)
        asyncio.get_running_loop().call_later(PAUSE, tell, topic)


def tell(topic):
    _due.discard(topic)
    if connection.available() and topic == name():
        hub.publish(topic, {"snapshot": snapshot()})


def forget():
    """As if nothing had been asked yet."""
    _seen.clear()


def name():
    """The topic of the limits of this connection: ``limits:<an id made of its address>``."""
    return "limits:" + ids.derived(connection.address()[0])


def snapshot():
    """{"limits": {model: {"requests": …, "tokens": …}}}; see ``left``."""
    address, now = connection.address()[0], time.monotonic()
    known = [(model, now - at, limits) for (where, model), (at, limits) in list(_seen.items()) if where == address]
    return {"limits": {model: {"requests": left(of.requests, age), "tokens": left(of.tokens, age)} for model, age, of in known}}


def left(limit: Limit, age):
    """What a page needs of one limit: ``limit``, ``remaining``, ``reset`` in seconds from now; None is unknown."""
    reset = None if limit.reset is None else round(max(0.0, limit.reset - age), 2)
    return {"limit": limit.limit, "remaining": limit.remaining, "reset": reset}
