"""One HTTP response, by the ASGI protocol."""

from apps.engine import wire
from apps.groq import json


class Sender:
    """One response, with the request id in its head."""

    def __init__(self, send):
        self._send = send
        self.id = wire.request_id()
        self.started = False

    async def start(self, status, content_type, *headers):
        self.started = True
        headers = [(b"content-type", content_type), (b"x-request-id", self.id.encode()), *headers]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def more(self, data):
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self, data=b""):
        await self._send({"type": "http.response.body", "body": data})

    async def json(self, status, value, *headers):
        data = json.dumps(value)
        await self.start(status, b"application/json", (b"content-length", str(len(data)).encode()), *headers)
        await self.end(data)

    async def refuse(self, refusal):
        await self.json(refusal.status, {"error": refusal.error})
