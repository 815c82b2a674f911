"""What is fetched by address: public places and nothing else (SS1 to SS16 of the threats)."""

import asyncio
import socket
from types import SimpleNamespace

import pytest

from apps.core import fetching
from apps.core.fetching import Broken, Limits, Refused

LIMITS = Limits(size=1000, seconds=5)

REFUSED = """
http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f.1/ http://0177.0.0.1/ http://0/ http://localhost/
http://localhost./ http://a.localhost/ http://10.0.0.1/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.1.1/
http://100.64.0.1/ http://169.254.169.254/latest/ http://192.0.0.1/ http://198.18.0.1/ http://224.0.0.1/ http://240.0.0.1/
http://255.255.255.255/ http://168.63.129.16/ http://100.100.100.200/ http://[::1]/ http://[::]/ http://[fe80::1]/
http://[fe80::1%25eth0]/ http://[fc00::1]/ http://[fd00:ec2::254]/ http://[ff02::1]/ http://[::ffff:127.0.0.1]/
http://[::ffff:8.8.8.8]/ http://[::8.8.8.8]/ http://[64:ff9b::1]/ http://[64:ff9b:1::1]/ http://[2002:7f00:1::]/ http://[2001::1]/
http://[fec0::1]/ http://ok.example.com\\@127.0.0.1/ http://8.8.8.8#@ok.example.com http://127.0.0.1#@ok.example.com
http://user:pass@ok.example.com/ http://user@ok.example.com/ http://ok%2eexample%2ecom/ http://ok.example.com%2f@127.0.0.1/
http://１２７.０.０.１/ http://ⓔxample.com/ http://ok.example.com:8080/ http://ok.example.com:22/ http://ok.example.com:0443x/
file:///etc/passwd ftp://ok.example.com/x gopher://ok.example.com/ unix:/run/x data:audio/wav;base64,AAAA HTTP://ok.example.com/
//ok.example.com/ ok.example.com http:/ok.example.com http:///x http:// http://redis/ http://postgres:443/ http://db.internal/
http://printer.local/ http://.example.com/ http://ok..com/ http://-ok.com/ http://1.1.1.256/ http://1.1.1/ http://0x08080808/
http://8.8.8.8./ http://[8.8.8.8]/ http://[2001:db8::1]/ http://[::1 http://ok_x.com/ https://playground.example.org/secret
""".split()  # noqa: SIM905 - sixty quotes would hide them


@pytest.fixture(autouse=True)
def at_once(monkeypatch, settings):
    monkeypatch.setattr(fetching, "STEP", 0)
    settings.ALLOWED_HOSTS = ["playground.example.org", "127.0.0.1"]


async def fetched(url, limits=LIMITS):
    async with fetching.opened(url, limits) as body:
        return b"".join([chunk async for chunk in body.chunks()])


@pytest.fixture
def no_network(monkeypatch):
    """Whoever asks a name or makes a socket is caught."""
    asked = []

    async def lookup(host, port):
        asked.append(host)
        raise AssertionError(f"{host} was looked up")

    monkeypatch.setattr(fetching, "lookup", lookup)
    monkeypatch.setattr(fetching, "guarded_socket", lambda info: asked.append(info))
    return asked


@pytest.mark.parametrize(
    "url", [*REFUSED, "http://ok.example.com/\r\nHost: x", "http://ok.example.com/ x", "http://a\tb.com/", "", None, 5]
)
async def test_addresses_that_are_refused_unasked(no_network, url):
    with pytest.raises(Refused) as refused:
        await fetched(url)
    assert (str(refused.value), no_network) == (fetching.WORDS, [])


@pytest.mark.parametrize(
    "url, host, port, path, query",
    [
        ("https://ok.example.com/a/b.mp3?x=1&y=%20#t=5", "ok.example.com", 443, "/a/b.mp3", "x=1&y=%20"),
        ("http://ok.example.com", "ok.example.com", 80, "/", ""),
        ("http://OK.example.com:443/ä ö".replace(" ", "%20"), "ok.example.com", 443, "/%C3%A4%20%C3%B6", ""),
        ("https://8.8.8.8/x", "8.8.8.8", 443, "/x", ""),
        ("https://[2606:4700::1111]/x", "2606:4700::1111", 443, "/x", ""),
        (
            "https://ok.example.com/${SECRET_KEY}/{{settings.X}}".replace("{", "%7B").replace("}", "%7D"),
            "ok.example.com",
            443,
            None,
            "",
        ),
    ],
)
def test_addresses_that_are_asked_are_read_in_one_way(url, host, port, path, query):
    found = fetching.parsed(url)
    assert (found.host, found.port, found.query) == (host, port, query)
    assert path is None or found.path == path
    # What connects reads the same.
    assert (found.url.host, found.url.port, found.url.raw_query_string) == (host, port, query)


class Site:
    """A web server on loopback that stands for a public one; ``answer`` is what it says."""

    def __init__(self):
        self.asked, self.answer, self.drip = [], b"", 0.0

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc):
        self.server.close()

    async def serve(self, reader, writer):
        try:
            self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
            while self.drip:
                await writer.drain()
                await asyncio.sleep(self.drip)
                writer.write(b"x")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def site(monkeypatch):
    """``https``-less: names resolve to a public address, and what is sent there arrives at the site."""
    names = {"ok.example.com": ["93.184.216.34"]}

    async def lookup(host, port):
        if host not in names:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in names[host]]

    async with Site() as site:
        site.names = names
        site.connected = []

        checked = fetching.guarded_socket

        def made(info):
            checked(info).close()
            return socket.socket(socket.AF_INET, socket.SOCK_STREAM)

        monkeypatch.setattr(fetching, "lookup", lookup)
        monkeypatch.setattr(fetching, "guarded_socket", made)

        # The loop connects by the address it was given; it is told where that is today.
        loop = asyncio.get_running_loop()
        connect = loop.sock_connect

        async def sock_connect(sock, address):
            site.connected.append(address)
            await connect(sock, ("127.0.0.1", site.port))

        monkeypatch.setattr(loop, "sock_connect", sock_connect, raising=False)
        yield site


def answer(body=b"sound", status="200 OK", **headers):
    given = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


async def test_what_is_public_is_fetched_and_told_nothing_of_us(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.answer = answer(Set_Cookie="a=b")
    assert await fetched("http://ok.example.com/talk.mp3?x=1") == b"sound"
    assert await fetched("http://ok.example.com/talk.mp3?x=1") == b"sound"
    assert [address[:2] for address in site.connected] == [("93.184.216.34", 80)] * 2
    head = site.asked[1].lower()
    assert head.startswith("get /talk.mp3?x=1 http/1.1\r\nhost: ok.example.com\r\n")
    assert "cookie" not in head and "authorization" not in head and "referer" not in head


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["93.184.216.34", "::1"],
        ["93.184.216.34", "fe80::1%eth0"],
        ["169.254.169.254"],
        [],
    ],
)
async def test_a_name_with_one_private_address_is_refused_as_a_whole(site, addresses):
    site.names["ok.example.com"] = addresses
    with pytest.raises(Refused):
        await fetched("http://ok.example.com/")
    assert site.connected == [] and site.asked == []


async def test_a_name_that_means_another_machine_when_it_is_asked_again_is_asked_once(site, monkeypatch):
    """Rebinding: the first answer is public, every later one is not."""
    answers, resolve = iter([["93.184.216.34"]]), fetching.lookup

    async def lookup(host, port):
        site.names[host] = next(answers, ["127.0.0.1"])
        return await resolve(host, port)

    monkeypatch.setattr(fetching, "lookup", lookup)
    site.answer = answer()
    assert await fetched("http://ok.example.com/") == b"sound"
    assert [address[0] for address in site.connected] == ["93.184.216.34"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "169.254.169.254"])
def test_no_socket_is_made_to_what_was_not_looked_at(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(Refused):
        fetching.guarded_socket((family, socket.SOCK_STREAM, 6, "", (address, 80)))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
async def test_redirects_are_not_followed(site, status):
    site.answer = answer(b"", status, Location="http://169.254.169.254/latest/")
    with pytest.raises(Refused) as refused:
        await fetched("http://ok.example.com/")
    assert str(refused.value) == fetching.WORDS and len(site.asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        answer(b"", "404 Not Found"),
        answer(b"", "206 Partial Content"),
        answer(b"", "401 Unauthorized", WWW_Authenticate="Basic"),
        answer(b"\x1f\x8b", Content_Encoding="gzip"),
        answer(b"x", Content_Encoding="br"),
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        b"",
    ],
)
async def test_all_other_answers_are_refused_in_the_same_words(site, said):
    site.answer = said
    with pytest.raises(Refused) as refused:
        await fetched("http://ok.example.com/")
    assert str(refused.value) == fetching.WORDS


async def test_a_name_that_nobody_knows_is_refused_in_the_same_words(site):
    with pytest.raises(Refused) as refused:
        await fetched("http://other.example.com/")
    assert str(refused.value) == fetching.WORDS


async def test_what_is_announced_too_large_is_not_read(site):
    site.answer = answer(b"x", Content_Length="1001")
    with pytest.raises(Broken, match="may have up to"):
        await fetched("http://ok.example.com/")


async def test_what_grows_too_large_is_left(site):
    site.answer, site.drip = answer(b"x" * 2000, Content_Length=None), 0.01
    with pytest.raises(Broken, match="longer than"):
        await fetched("http://ok.example.com/")


async def test_what_drips_is_left(site):
    site.answer, site.drip = answer(b"", Content_Length=None), 0.01
    with pytest.raises(Broken, match="too slowly"):
        await fetched("http://ok.example.com/", Limits(size=10**9, seconds=60, rate=10_000, grace=0.1))


async def test_what_never_ends_is_left_in_time(site):
    site.answer, site.drip = answer(b"", Content_Length=None), 0.01
    with pytest.raises(Broken, match="before the end"):
        await fetched("http://ok.example.com/", Limits(size=10**9, seconds=0.5))


async def test_what_is_cut_off_is_said(site):
    site.answer = answer(b"half", Content_Length="100")
    with pytest.raises(Broken, match="before the end"):
        await fetched("http://ok.example.com/")


async def test_refusals_take_whole_steps(monkeypatch, no_network):
    steps, now = [], iter([10.0, 10.3])

    async def sleep(seconds):
        steps.append(seconds)

    monkeypatch.setattr(fetching, "STEP", 2.0)
    monkeypatch.setattr(fetching, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: next(now)))
    with pytest.raises(Refused):
        await fetched("http://127.0.0.1/")
    assert steps == [pytest.approx(1.7)]
