"""What an ASGI request may bring: refused before the application, and before the body is read."""

from django.conf import settings

from apps.core.middleware import SECURITY_HEADERS

TOO_LARGE = "This is more than the server takes in one request ({limit} bytes). Nothing was saved; shorten it and send again."


class BodyLimit:
    """Answers 413 from the header alone, or as soon as a body without a length passes the limit."""

    def __init__(self, app, limit=None):
        self.app = app
        self.limit = limit

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit or settings.BODY_LIMIT
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await self.refuse(send, limit)
            return
        read, started = 0, False

        async def counted():
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # To the application the client has left, so it closes what it has begun to write.
            return message if read <= limit else {"type": "http.disconnect"}

        async def watched(message):
            nonlocal started
            started = True
            await send(message)

        await self.app(scope, counted, watched)
        if read > limit and not started:
            await self.refuse(send, limit)

    async def refuse(self, send, limit):
        body = TOO_LARGE.format(limit=f"{limit:,}").encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        headers += [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
        # An answer to htmx must not replace the page: it is shown where messages are shown.
        headers += [(b"hx-retarget", b"#notices"), (b"hx-reswap", b"textContent")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
