"""The bare relay, the limit for what Python can do: one HTTP client, one websocket frame for each event of the upstream.

No users, no database, no page. ``python -m apps.core.bench.bare <upstream> [--plain]`` prints its port; with ``--plain``
the websocket is not compressed. ``GET /`` is the bare page: the same text, appended to a <pre>.
"""

import json
import socket
import sys

import aiohttp
import uvicorn

PAGE = b"""<!doctype html><title>bare</title><form><textarea></textarea></form><pre></pre><script>
const text = document.querySelector("pre").appendChild(new Text(""))
const ask = prompt => {
  const socket = new WebSocket(`ws://${location.host}/`)
  socket.onopen = () => socket.send(prompt)
  socket.onmessage = ({ data }) => {
    if (data === "[DONE]") return
    const content = JSON.parse(data).choices[0].delta.content
    if (content) text.appendData(content)
  }
}
</script>"""


class Relay:
    def __init__(self, upstream):
        self.url = f"{upstream}/openai/v1/chat/completions"
        self.client = None

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(PAGE))]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": PAGE})
        elif scope["type"] == "websocket":
            await self.relay(receive, send)

    async def relay(self, receive, send):
        if self.client is None:
            self.client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        await receive()
        await send({"type": "websocket.accept"})
        while (asked := await receive())["type"] == "websocket.receive":
            body = {"model": "bench", "messages": [{"role": "user", "content": asked["text"]}], "stream": True}
            rest = b""
            async with self.client.post(self.url, data=json.dumps(body)) as answer:
                async for data in answer.content.iter_any():
                    *events, rest = (rest + data).split(b"\n\n")
                    for event in events:
                        await send({"type": "websocket.send", "text": event[6:].decode()})


def main(upstream, *options):
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    deflate = "--plain" not in options
    config = uvicorn.Config(
        Relay(upstream), loop="uvloop", lifespan="off", log_level="error", access_log=False, ws_per_message_deflate=deflate
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
