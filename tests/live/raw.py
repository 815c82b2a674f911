"""The socket's handshake and frames, byte by byte: what no well-behaved client sends."""

import base64
import os
import socket
import struct

MASK = b"\x00\x00\x00\x00"


def handshake(server, *lines, path="/ws/live/", host=None):
    """A connection on which a handshake with these header lines has been answered; (socket, status)."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    head = [f"GET {path} HTTP/1.1", f"Host: {host or server.host}", "Upgrade: websocket", "Connection: Upgrade"]
    head += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *lines, "", ""]
    connection.sendall("\r\n".join(head).encode("latin-1"))
    return connection, status_of(connection)


def status_of(connection):
    """The status of the answer that begins now; 0 when the connection was closed without one."""
    head = b""
    while b"\r\n" not in head:
        data = connection.recv(1)
        if not data:
            return 0
        head += data
    return int(head.split(b" ")[1])


def text_frame(text):
    """A text frame as clients send it, masked with nothing."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
    return b"\x81" + length + MASK + data
