"""A scripted upstream: it speaks, pauses, hangs, refuses, breaks off, and remembers what it was asked.

In a test on the event loop, through the fixture ``upstream``::

    upstream.says("Hello there")                     # the next chat request is answered like this
    upstream.says("Half a", hang=True)               # … and this one waits after its text
    upstream.resumes()                               # … until now: then it goes on to its end
    upstream.refuses(429, headers={"retry-after": "1"}, times=2).says("At last")
    upstream.cuts("Half a")                          # says it, then drops the connection
    upstream.cuts(before="headers", reset=True)      # or drops it at once, with a reset
    upstream.sends(b"data: {}\\n\\n", ...)             # any bytes, each written by itself
    upstream.default = says("Hi")                    # what is answered when the queue is empty
    upstream.default = lambda request: "You said " + request.text   # by the request; text or a script

    upstream.hears("Some words", hang=True)          # the same for requests with sound
    upstream.listener = lambda request: {"text": …}  # what is answered to those when the queue is empty

    Client(upstream.url, "gsk_test")
    await upstream.asked(2)                          # wait until two requests have arrived
    request = upstream.requests[0]                   # method, path, headers, body, json, text, fields, file, arrived_at
    await request.left()                             # wait until the client has closed the connection
    upstream.models                                  # what GET /openai/v1/models lists: change it freely

For a product in another process or loop, ``with Upstream.in_thread() as upstream:`` (or the fixture
``upstream_thread``) offers the same, with ``wait_asked`` and ``request.wait_left`` for tests that do not await.
"""

from tests.upstream.scripts import Script, cuts, hears, refuses, says, sends
from tests.upstream.server import Upstream

__all__ = ["Script", "Upstream", "cuts", "hears", "refuses", "says", "sends"]
