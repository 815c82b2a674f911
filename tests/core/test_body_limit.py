"""A request that brings too much is refused before its body is read, and costs the server next to nothing."""

import select
import socket

import pytest
from django.conf import settings

from tests.live.raw import MASK, handshake, status_of
from tests.outside import Visitor, start

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024


def begin(host, *lines, path="/settings/"):
    """A connection on which the head of a POST has been sent."""
    name, port = host.split(":")
    connection = socket.create_connection((name, int(port)), timeout=10)
    connection.sendall("\r\n".join([f"POST {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode())
    return connection


def chunks_until_answered(connection, most):
    """Send chunks until there is an answer; (bytes sent, status)."""
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    sent = 0
    try:
        while sent < most and not select.select([connection], [], [], 0)[0]:
            connection.sendall(chunk)
            sent += 65536
    except ConnectionError:
        pass
    return sent, status_of(connection)


def test_a_length_beyond_the_limit_is_refused_before_the_body(server):
    for length in ("4194305", "314572800", "99999999999999999999", "-1", "4e6", "0x10", "١"):
        with begin(server.host, f"Content-Length: {length}") as connection:
            assert status_of(connection) in (400, 413), length


def test_a_body_without_a_length_is_cut_off_at_the_limit(server, alice):
    lines = [f"Cookie: session={alice.session}; csrf={alice.csrf}", f"Origin: {server.url}", f"X-CSRFToken: {alice.csrf}"]
    with begin(server.host, "Transfer-Encoding: chunked", *lines) as connection:
        sent, status = chunks_until_answered(connection, 64 * MEGABYTE)
    assert status in (413, 0)
    # The limit, and what the buffers between here and there hold.
    assert sent < settings.BODY_LIMIT + 16 * MEGABYTE
    assert alice.get("/settings/").status_code == 200


def test_two_lengths_that_differ_are_no_request(server):
    with begin(server.host, "Content-Length: 5", "Content-Length: 6") as connection:
        assert status_of(connection) == 400


def test_the_refusal_says_what_the_limit_is_and_does_not_replace_the_page(server, alice):
    answer = alice.http.post("/settings/", content=b"x" * (settings.BODY_LIMIT + 1), headers={"HX-Request": "true"})
    assert answer.status_code == 413
    assert "4,194,304 bytes" in answer.text and "Nothing was saved" in answer.text
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#notices", "textContent")


def test_just_below_the_limit_is_taken(server, alice):
    text = "x" * 999_999
    assert alice.send(text).status_code == 200
    field = alice.http.post("/settings/", data={"name": "A", "email": "alice@example.org", "more": "x" * 3 * MEGABYTE})
    assert field.status_code == 200


def test_ten_thousand_fields_are_refused(server, alice):
    answer = alice.http.post("/settings/", content="&".join(f"f{n}=1" for n in range(10_000)), headers=FORM)
    assert answer.status_code == 400


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_hostile_clients_cost_fifty_megabytes_at_most(tmp_path, upstream_thread):
    """Bodies without end, a frame of a gigabyte, and readers that do not read, all at once."""
    upstream_thread.default = lambda request: ["word " * 100] * 400
    with start(tmp_path, upstream_thread) as up, Visitor(up) as visitor:
        for _ in range(3):
            visitor.send("Warm up")
        before = up.memory()
        up.port = int(up.host.split(":")[1])
        held = []
        try:
            for _ in range(5):
                held.append(begin(up.host, "Content-Length: 314572800"))
                chunked = begin(up.host, "Transfer-Encoding: chunked")
                chunks_until_answered(chunked, 300 * MEGABYTE)
                held.append(chunked)
            for _ in range(3):
                connection, status = handshake(up, f"Origin: {up.url}", f"Cookie: session={visitor.session}")
                assert status == 101
                held.append(connection)
                connection.sendall(b"\x81\xff" + (2**30).to_bytes(8) + MASK)
                flood(connection)
            assert visitor.get("/settings/", headers={"HX-Request": "false"}).status_code == 200
            assert up.memory() - before < 50 * MEGABYTE
        finally:
            for connection in held:
                connection.close()


def flood(connection):
    """Send until the other side has closed or takes no more."""
    connection.settimeout(1)
    try:
        for _ in range(1000):
            connection.sendall(b"x" * 65536)
    except (ConnectionError, TimeoutError):
        pass
