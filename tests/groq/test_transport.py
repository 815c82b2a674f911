"""Connections that fail, stall or break off."""

import asyncio
import datetime
import socket
import ssl
import time
from types import SimpleNamespace

import pytest

from apps.groq import client as client_module
from apps.groq.client import Client
from apps.groq.errors import BrokenStream, Unreachable
from tests.groq.turns import play
from tests.upstream import Upstream, chunks


async def ask(client):
    return await client.request("GET", "/openai/v1/models")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def test_nobody_listens():
    naps, retries = [], []

    async def sleep(seconds):
        naps.append(seconds)

    async with Client(f"http://127.0.0.1:{free_port()}", sleep=sleep, chance=lambda: 0) as client:
        with pytest.raises(Unreachable) as raised:
            await client.request("GET", "/openai/v1/models", on_retry=retries.append)
    error = raised.value
    assert (error.code, error.side, error.status, naps) == ("connect_failed", "network", None, [0.5, 1.0])
    assert [retry.error.code for retry in retries] == ["connect_failed"] * 2
    assert "127.0.0.1" in error.message


async def test_a_dead_network_is_given_up_when_its_ten_seconds_are_over(monkeypatch):
    """The second attempt comes back after nine and a half: a third would be too late."""
    naps = []

    async def sleep(seconds):
        naps.append(seconds)
        monkeypatch.setattr(client_module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 9.5))

    async with Client(f"http://127.0.0.1:{free_port()}", sleep=sleep, chance=lambda: 0) as client:
        with pytest.raises(Unreachable) as raised:
            await ask(client)
    assert (raised.value.code, naps) == ("connect_failed", [0.5])


async def test_a_name_nobody_has(monkeypatch):
    def getaddrinfo(*arguments, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    naps = []

    async def sleep(seconds):
        naps.append(seconds)

    async with Client("http://no-such-host.invalid", chance=lambda: 0, sleep=sleep) as client:
        with pytest.raises(Unreachable) as raised:
            await ask(client)
    assert (raised.value.code, naps) == ("dns_failed", [0.5, 1.0])


@pytest.mark.parametrize(
    "address",
    ["api.groq.com", "", "ftp://x.test", "http://", "http://[::1", "http://a:b@x.test", "http://x.test:99999"],
)
async def test_addresses_that_are_none(address):
    async with Client(address) as client:
        with pytest.raises(Unreachable) as raised:
            await ask(client)
    assert raised.value.code == "invalid_address"
    assert not raised.value.retryable


async def test_an_address_with_a_password_is_asked_nothing_and_shown_nowhere(upstream):
    async with Client(upstream.url.replace("://", "://user:CANARY@"), "gsk_1") as client:
        with pytest.raises(Unreachable) as raised:
            await ask(client)
        told = [repr(client), str(raised.value), str(raised.value.to_json())]
    assert raised.value.code == "invalid_address" and not upstream.requests
    assert "CANARY" not in "".join(told)


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def test_a_certificate_nobody_vouches_for(self_signed, naps):
    async with Upstream() as idle:
        await idle.stop()
        async with await Upstream().start(tls=self_signed) as upstream, Client(upstream.url, sleep=naps.append) as client:
            turn = await play(client)
    assert (turn.error.code, turn.error.retryable, turn.retries, upstream.requests) == ("tls_failed", False, [], [])


@pytest.mark.parametrize(
    ("scheme", "words", "code"),
    [("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", "tls_failed"), ("http", b"220 mail ESMTP\r\n", "not_http")],
)
async def test_a_neighbour_that_speaks_another_protocol(scheme, words, code):
    async def answer(reader, writer):
        await reader.read(1)
        writer.write(words)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(f"{scheme}://127.0.0.1:{port}") as client:
        turn = await play(client)
    assert (turn.error.code, turn.retries) == (code, [])


@pytest.mark.parametrize("reset", [True, False])
async def test_lost_before_the_first_byte(client, upstream, naps, reset):
    upstream.cuts(before="headers", reset=reset, times=2).says("Third time")
    turn = await play(client)
    assert (turn.reply.content, turn.state, naps) == ("Third time", "complete", [0.5, 1.0])
    upstream.cuts(before="headers", reset=reset, times=4)
    turn = await play(client)
    assert (turn.error.code, turn.error.side, turn.state) == ("connection_lost", "network", "interrupted")


@pytest.mark.parametrize("reset", [True, False])
async def test_lost_after_the_headers_is_not_repeated(client, upstream, reset):
    upstream.cuts(before="body", reset=reset)
    turn = await play(client)
    assert isinstance(turn.error, BrokenStream)
    assert (turn.error.code, turn.state, len(upstream.requests)) == ("connection_lost", "interrupted", 1)
    assert "address" not in turn.error.advice, "it was right: an answer came from it"


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize("rest", [0, 0.05])
async def test_lost_in_the_middle_keeps_every_byte(client, upstream, reset, rest):
    words = [f"word{number} " for number in range(500)]
    upstream.cuts(words, reset=reset)
    turn = await play(client, each=lambda: asyncio.sleep(rest))
    assert turn.reply.content == "".join(words)
    assert (turn.error.code, turn.error.retryable, turn.state) == ("connection_lost", True, "interrupted")
    assert len(upstream.requests) == 1


async def test_no_first_byte(upstream, naps):
    upstream.says("Too late", delay=5)
    async with Client(upstream.url, first_byte_timeout=0.5, sleep=naps.append) as client:
        turn = await play(client)
    assert (turn.error.code, turn.error.side, turn.retries) == ("first_byte_timeout", "network", [])
    assert "0.5 seconds" in turn.error.message
    await upstream.request.left()


async def test_headers_but_no_first_byte(upstream):
    upstream.sends(end="hang")
    async with Client(upstream.url, first_byte_timeout=0.5) as client:
        turn = await play(client)
    assert turn.error.code == "first_byte_timeout"
    await upstream.request.left()


async def test_a_late_first_byte_is_in_time(upstream):
    upstream.says("Slow", delay=0.3)
    async with Client(upstream.url, first_byte_timeout=5, stall_timeout=0.2) as client:
        assert (await play(client)).state == "complete"


async def test_a_stall(upstream):
    upstream.says("Half a", hang=True)
    async with Client(upstream.url, stall_timeout=0.1) as client:
        turn = await play(client)
    assert (turn.reply.content, turn.error.code, turn.state) == ("Half a", "stalled", "interrupted")
    await upstream.request.left()


async def test_comments_are_signs_of_life(upstream):
    upstream.sends(
        chunks.chunk({"content": "A"}), *[b": keepalive\n\n"] * 8, chunks.chunk({"content": "B"}), b"data: [DONE]\n\n", pause=0.1
    )
    async with Client(upstream.url, stall_timeout=0.6) as client:
        turn = await play(client)
    assert (turn.reply.content, turn.state) == ("AB", "complete")


async def test_a_consumer_that_rests_is_no_stall(upstream):
    upstream.says("One two three four", rate=100)
    async with Client(upstream.url, stall_timeout=0.3) as client:
        turn = await play(client, each=lambda: asyncio.sleep(0.4))
    assert (turn.reply.content, turn.state) == ("One two three four", "complete")


async def test_a_slow_upload_may_take_long_but_not_stand_still(upstream):
    stuck = socket.create_server(("127.0.0.1", 0))
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with stuck:
        port = stuck.getsockname()[1]
        async with Client(f"http://127.0.0.1:{port}", write_timeout=0.2) as client:
            with pytest.raises(Unreachable) as raised:
                await client.request("POST", "/openai/v1/files", files={"file": bytes(20_000_000)})
    assert raised.value.code == "write_timeout"
