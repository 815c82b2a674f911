"""Fetches what a person names by its address, and nothing that only this server can reach.

One parser, ours, decides and says what is connected to. The name is resolved once; all its addresses are public, or none of them
is asked; every socket is checked once more when it is made. Redirects are not followed, nothing is sent that identifies us, and
whatever is refused is refused with the same words after the same steps of time.
"""

import asyncio
import ipaddress
import re
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote

import aiohttp
from aiohttp.abc import AbstractResolver
from django.conf import settings
from yarl import URL

WORDS = (
    "This address could not be fetched. It has to be a public one that begins with https:// or http:// and answers with the file "
    "itself: no page around it, no redirect, no password."
)
LONGEST_URL = 2000
# Refusals take a multiple of so many seconds, so that their time tells nothing of what is behind an address.
STEP = 2.0
CONNECTING, SILENCE = 8.0, 30.0
AGENT = "Playground/0.1"
# fmt: off
FORBIDDEN = [ipaddress.ip_network(net) for net in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    # What clouds answer with their secrets on, though it looks public.
    "168.63.129.16/32", "100.100.100.200/32",
    # Within the public part of IPv6: tunnels and translations that lead back to IPv4, and documentation.
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48",
)]
# fmt: on
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# The authority is followed by a path or nothing: whatever another parser could read as a user or as a second host
# does not match at all.
SHAPE = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?(?:(/[^?#]*)(\?[^#]*)?(?:#.*)?)?")
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# fmt: off
INWARD = frozenset((
    "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private",
    "test",
))
# fmt: on


class Refused(Exception):
    """It cannot be fetched; why is nobody's business."""

    def __init__(self):
        super().__init__(WORDS)


class Broken(Exception):
    """A public server answered, and then it came to nothing: too large, too slow, cut off. In words for the person."""


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds in all, and bytes a second that must have come on average once ``grace`` seconds have passed."""

    size: int
    seconds: float
    rate: int = 16 * 1024
    grace: float = 30.0


@dataclass(frozen=True)
class Address:
    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def url(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return URL.build(scheme=self.scheme, host=host, port=self.port, path=self.path, query_string=self.query, encoded=True)

    @property
    def name(self):
        """What the file would be called."""
        return unquote(self.path.rpartition("/")[2], errors="replace") or self.host


def parsed(url):
    """The Address, of one plain reading; raises Refused for everything that could be read in two ways."""
    if not isinstance(url, str) or len(url) > LONGEST_URL or any(ord(c) <= 32 or ord(c) == 127 or c in '\\"<>^`{|}' for c in url):
        raise Refused
    if not (found := SHAPE.fullmatch(url)):
        raise Refused
    scheme, host, port, path, query = found.groups()
    standard = 443 if scheme == "https" else 80
    if port and int(port) not in (80, 443):
        raise Refused
    written = (quote(part or "", safe="/?:@!$&'()*+,;=-._~%") for part in (path or "/", (query or "")[1:]))
    return Address(scheme, checked_host(host.lower()), int(port or standard), *written)


def checked_host(host):
    """A name of the public internet, or a public address in its one usual spelling."""
    if host.startswith("["):
        if ":" not in host[1:-1]:
            raise Refused
        return str(public(host[1:-1]))
    labels = host.split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        # Only four plain decimal numbers: what others read as octal, hexadecimal or short is refused.
        return str(public(host))
    if len(labels) < 2 or labels[-1] in INWARD or not all(LABEL.fullmatch(label) for label in labels):
        raise Refused
    if host in {allowed.strip("[]").lower() for allowed in settings.ALLOWED_HOSTS}:
        raise Refused
    return host


def public(address):
    """The IP address, if everybody on the internet means the same machine by it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        raise Refused from None
    if getattr(ip, "scope_id", None) or (ip.version == 6 and ip not in PUBLIC_V6):
        raise Refused
    if not ip.is_global or ip.is_multicast or any(ip in net for net in FORBIDDEN if net.version == ip.version):
        raise Refused
    return ip


class Resolver(AbstractResolver):
    """Resolves once and hands out what was checked; one address that is not public refuses them all."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        found = await lookup(host, port)
        addresses = [str(public(sockaddr[0])) for _, _, _, _, sockaddr in found]
        if not addresses:
            raise Refused
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in dict.fromkeys(addresses)
        ]

    async def close(self):
        return


async def lookup(host, port):
    """What the system knows of a name."""
    return await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)


def guarded_socket(info):
    """Every socket is made here, and none to an address that was not looked at."""
    family, kind, proto, _, sockaddr = info
    public(sockaddr[0])
    return socket.socket(family, kind, proto)


@asynccontextmanager
async def opened(url, limits):
    """A Body of what stands at an address. Raises Refused, after a multiple of STEP seconds; the body raises Broken."""
    began = time.monotonic()
    try:
        address = parsed(url)
        connector = aiohttp.TCPConnector(
            resolver=Resolver(), use_dns_cache=False, force_close=True, limit=1, socket_factory=guarded_socket
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            raise_for_status=False,
            timeout=aiohttp.ClientTimeout(total=limits.seconds, sock_connect=CONNECTING, sock_read=SILENCE),
            headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
        )
    except Refused:
        await until_step(began)
        raise
    async with session:
        answer = None
        try:
            async with asyncio.timeout(CONNECTING + SILENCE):
                answer = await session.get(address.url, allow_redirects=False)
            body = Body(address, answer, limits)
        except (aiohttp.ClientError, OSError, ValueError, Refused):
            # TimeoutError is an OSError, and so is what the name service says of names it does not know.
            if answer is not None:
                answer.close()
            await until_step(began)
            raise Refused from None
        try:
            yield body
        finally:
            # Not waited for: what is left of it may never come.
            answer.close()


async def until_step(began):
    if STEP:
        await asyncio.sleep(STEP - (time.monotonic() - began) % STEP)


class Body:
    """An answer that has begun: ``size`` as announced or None, ``name``, and its ``chunks``."""

    def __init__(self, address, answer, limits):
        if answer.status != 200 or answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
            raise Refused
        self.name, self.size = address.name, answer.content_length
        self._answer, self._limits = answer, limits

    async def chunks(self, size=256 * 1024):
        """Its bytes. Raises Broken when they are too many, come too slowly, or end too early."""
        limits, got, began = self._limits, 0, time.monotonic()
        if self.size is not None and self.size > limits.size:
            raise Broken(f"It is {megabytes(self.size)}; a recording may have up to {megabytes(limits.size)}.")
        try:
            async for chunk in self._answer.content.iter_chunked(size):
                got += len(chunk)
                if got > limits.size:
                    raise Broken(f"It is longer than {megabytes(limits.size)}, the most that a recording may have.")
                gone = time.monotonic() - began
                if gone > limits.grace and got < gone * limits.rate:
                    raise Broken("It came too slowly.")
                yield chunk
        except (aiohttp.ClientError, OSError, ValueError):
            raise Broken("The server at this address stopped before the end.") from None


def megabytes(size):
    return f"{size / 1024 / 1024:,.0f} MB"
