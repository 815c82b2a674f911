"""Which pages may open the socket: those of exactly our own origin."""

import pytest

from tests.live import raw

pytestmark = pytest.mark.django_db(transaction=True)


def status(server, person, *origins, host=None):
    lines = [f"Origin: {origin.format(host=server.host, port=server.port)}" for origin in origins]
    connection, status = raw.handshake(server, f"Cookie: session={person.session}", *lines, host=host)
    connection.close()
    return status


NOT_OURS = [
    (),
    ("null",),
    ("",),
    ("http://127.0.0.1",),
    ("http://127.0.0.1:1",),
    ("http://localhost:{port}",),
    ("https://{host}",),
    ("ws://{host}",),
    ("http://evil.{host}",),
    ("http://{host}.evil.example",),
    ("http://{host}@evil.example",),
    ("http://evil.example#{host}",),
    ("http://{host}/",),
    ("http://{host}/path",),
    ("HTTP://{host}",),
    ("http://{host} ",) * 2,
    ("http://{host}", "http://evil.example"),
    ("http://evil.example", "http://{host}"),
    ("http://{host}, http://evil.example",),
    ("http://[",),
    ("https://[::1",),
    ("http://127.0.0.1:99999",),
    ("http://127.0.0.1:port",),
    ("\x0bhttp://{host}",),
    ("http://{host}\x0b",),
    ("http://0x7f.1:{port}",),
    ("file://",),
    ("chrome-extension://abcdefghijklmnop",),
    ("//{host}",),
    ("{host}",),
    ("http://\xe4.example",),
]


def test_our_own_page_may(server, alice):
    assert status(server, alice, "http://{host}") == 101


def test_no_other_page_may(server, alice, capfd):
    for origins in NOT_OURS:
        assert status(server, alice, *origins) in (400, 403), origins
    assert "Traceback" not in capfd.readouterr().err


def test_a_host_that_is_not_ours_makes_no_origin(server, alice):
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::1", "a b", " "):
        assert status(server, alice, f"http://{host}", host=host) in (400, 403), host


def test_a_configured_address_is_an_origin_and_its_neighbours_are_not(server, alice, settings):
    settings.ORIGINS = ["https://chat.example.org"]
    assert status(server, alice, "https://chat.example.org") == 101
    for origin in (
        "http://chat.example.org",
        "https://chat.example.org:443",
        "https://chat.example.org:8443",
        "https://example.org",
        "https://a.chat.example.org",
        "https://chat.example.org.evil.example",
        "https://chat.example.org@evil.example",
    ):
        assert status(server, alice, origin) == 403


def test_there_is_no_other_socket(server, alice, capfd):
    for path in ("/", "/ws/", "/ws/live", "/ws/live/x", "/c/abc/"):
        connection, status = raw.handshake(server, f"Cookie: session={alice.session}", f"Origin: {server.url}", path=path)
        connection.close()
        assert status in (403, 404), path
    assert "Traceback" not in capfd.readouterr().err
