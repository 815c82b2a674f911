"""The clients' side of HTTP and of websockets, as thin as it goes: 10,000 frames a second must not wait for their reader."""

import asyncio
import base64
import os
import time
import zlib

TEXT, CLOSE, PING = 1, 8, 9


async def connect(host, protocol):
    name, _, port = host.rpartition(":")
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(lambda: protocol, name, int(port)))[1]


async def get(host, path, headers=()):
    """(status, body) over a connection of its own."""
    http = Http()
    await connect(host, http)
    try:
        return await http.ask("GET", path, headers)
    finally:
        http.transport.close()


class Http(asyncio.Protocol):
    """One connection, one request at a time: ``await http.ask(head lines, body)`` gives (status, body)."""

    def __init__(self):
        self.read, self.answer = b"", None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.read += data
        head, blank, body = self.read.partition(b"\r\n\r\n")
        if not blank:
            return
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        if lengths and len(body) >= lengths[0] and not self.answer.done():
            self.read = b""
            self.answer.set_result((int(head[9:12]), body))

    def connection_lost(self, error):
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error or ConnectionError("The server closed the connection."))

    async def ask(self, method, path, headers, body=b""):
        self.answer = asyncio.get_running_loop().create_future()
        lines = [f"{method} {path} HTTP/1.1", *headers, f"Content-Length: {len(body)}", "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)
        return await self.answer


class Socket(asyncio.Protocol):
    """A websocket that keeps ``frames`` as (nanoseconds, payload) and looks into none; ``seen(payload)`` is called for each."""

    def __init__(self, seen):
        self.seen, self.frames, self.read, self.compressed = seen, [], b"", False
        self.opened = asyncio.get_running_loop().create_future()
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport

    async def open(self, path, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", *headers, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        # Browsers always offer it; the server decides.
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Extensions: permessage-deflate", "", ""]
        self.transport.write("\r\n".join(lines).encode())
        await self.opened

    def data_received(self, data):
        now = time.monotonic_ns()
        data = self.read + data if self.read else data
        if not self.opened.done():
            head, blank, rest = data.partition(b"\r\n\r\n")
            if not blank:
                self.read = data
                return
            self.compressed = b"permessage-deflate" in head
            if head.startswith(b"HTTP/1.1 101"):
                self.opened.set_result(None)
            else:
                self.opened.set_exception(ConnectionError(head.partition(b"\r\n")[0].decode()))
            data = rest
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length > 125:
                start = at + (4 if length == 126 else 10)
                if size < start:
                    break
                length = int.from_bytes(data[at + 2 : start], "big")
            if size < start + length:
                break
            self.take(now, data[at] & 15, data[start : start + length])
            at = start + length
        self.read = data[at:]

    def take(self, now, kind, payload):
        if kind == TEXT:
            self.frames.append((now, payload))
            self.seen(payload)
        elif kind == PING:
            self.send(payload, 10)
        elif kind == CLOSE:
            self.close()

    def send(self, payload, kind=TEXT):
        length = len(payload)
        size = bytes([128 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
        # Clients have to mask; a mask of zeros changes nothing.
        self.transport.write(bytes([128 | kind]) + size + bytes(4) + payload)

    def close(self):
        if not self.transport.is_closing():
            self.send(b"\x03\xe8", CLOSE)
            self.transport.close()

    def connection_lost(self, error):
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("The server closed the connection."))
        if not self.ended.done():
            self.ended.set_result(None)

    def texts(self):
        """[(nanoseconds, text)] of all frames, unpacked after the fact."""
        inflater = zlib.decompressobj(-15)
        for now, payload in self.frames:
            data = inflater.decompress(payload + b"\x00\x00\xff\xff") if self.compressed else payload
            yield now, data.decode()
