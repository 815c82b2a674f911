"""The scripted upstream: a process that speaks the API's chat stream in raw bytes and notes when it said what.

``python -m apps.core.bench.upstream`` prints its port. ``GET /records`` gives what was noted since the last time:
``{name: {"asked", "sent": [...], "ended"}}`` in nanoseconds of the machine's monotonic clock, and ``wall`` to convert.
"""

import asyncio
import gc
import json
import socket
import time

import uvloop

from apps.core.bench import script

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: req_bench\r\n"
    b"cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"
)
# As long as a fast API takes to its first token. A page gets the answer to its Send, and begins to watch, meanwhile.
THINK = 0.1
BATCH = 64
FRAME = (
    '{"id":"chatcmpl-4c1c0d5e-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench",'
    '"system_fingerprint":"fp_bench","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]%s}'
)
MODELS = {"object": "list", "data": [{"id": "bench", "object": "model", "created": 1, "owned_by": "bench", "active": True}]}

records = {}
_encoded = {}


def event(text):
    data = f"data: {text}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def first():
    return event(FRAME % ('{"role":"assistant","content":""}', "null", ',"x_groq":{"id":"req_bench"}'))


def last(count):
    usage = {"prompt_tokens": 20, "completion_tokens": count, "total_tokens": count + 20, "prompt_time": 0.01}
    x_groq = f',"x_groq":{json.dumps({"id": "req_bench", "usage": usage})}'
    return event(FRAME % ("{}", '"stop"', x_groq)) + event("[DONE]") + b"0\r\n\r\n"


def encoded(kind, count):
    """The tokens as they go out, made once for each kind and number."""
    if (kind, count) not in _encoded:
        _encoded[kind, count] = [
            event(FRAME % (json.dumps({"content": token}, ensure_ascii=False), "null", "")) for token in script.tokens(kind, count)
        ]
    return _encoded[kind, count]


class Connection(asyncio.Protocol):
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.read = b""
        self.open, self.timer = asyncio.Event(), None
        self.open.set()

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if self.timer:
            self.timer.cancel()
        self.open.set()

    def pause_writing(self):
        self.open.clear()

    def resume_writing(self):
        self.open.set()

    def data_received(self, data):
        self.read += data
        head, blank, body = self.read.partition(b"\r\n\r\n")
        if not blank:
            return
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        if len(body) >= length:
            self.read = body[length:]
            self.answer(head, body[:length])

    def answer(self, head, body):
        now = time.monotonic_ns()
        if head.startswith(b"POST"):
            messages = json.loads(body)["messages"]
            order = script.read(messages[-1]["content"])
            record = records[order.name] = {"asked": now, "sent": [], "ended": 0}
            self.transport.write(HEAD + first())
            begin = self.loop.time() + THINK
            if order.rate:
                self.timer = self.loop.call_at(begin, self.speak, encoded(order.kind, order.tokens), record, begin, 1 / order.rate)
            else:
                self.timer = self.loop.call_at(begin, lambda: self.hurry(encoded(order.kind, order.tokens), record))
            return
        if head.startswith(b"GET /records"):
            found = {"records": dict(records), "wall": time.time_ns() - time.monotonic_ns()}
            records.clear()
        else:
            found = MODELS
        text = json.dumps(found).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(text) + text)

    def speak(self, events, record, begin, step):
        """Write the tokens that are due, one in most cases, and come back for the next."""
        sent, now = record["sent"], self.loop.time()
        due = min(len(events), int((now - begin) / step + 1e-6) + 1)
        from_, noted = len(sent), time.monotonic_ns()
        sent.extend([noted] * (due - from_))
        self.transport.write(events[from_] if due == from_ + 1 else b"".join(events[from_:due]))
        if due < len(events):
            self.timer = self.loop.call_at(begin + due * step, self.speak, events, record, begin, step)
        else:
            self.end(record)

    def hurry(self, events, record):
        self.writer = self.loop.create_task(self.write_all(events, record))

    async def write_all(self, events, record):
        """As fast as the other side takes it."""
        for start in range(0, len(events), BATCH):
            await self.open.wait()
            if self.transport.is_closing():
                return
            batch = events[start : start + BATCH]
            record["sent"].extend([time.monotonic_ns()] * len(batch))
            self.transport.write(b"".join(batch))
        self.end(record)

    def end(self, record):
        record["ended"] = time.monotonic_ns()
        self.transport.write(last(len(record["sent"])))


async def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = await asyncio.get_running_loop().create_server(Connection, sock=listener)
    print(listener.getsockname()[1], flush=True)
    gc.disable()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
