"""Where we listen, and under which names people may ask for us."""

import errno
import ipaddress
import os
import socket

from django.conf import settings

ANYWHERE = ("0.0.0.0", "::")


def listen(host, port):
    """A listening socket. Whoever knocks before the server is ready waits in its queue, and nobody else gets the port."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise SystemExit(f"There is no address {host!r}. --host takes a name or an address of this machine.") from None
    # A name with both kinds of address, localhost above all, is meant as everybody types it.
    family, kind, protocol, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # Connections of a server that has just ended must not keep the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise SystemExit(refusal(error, host, port)) from None
    listener.setblocking(False)
    return listener


def refusal(error, host, port):
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Choose another: manage.py up --port {port % 65535 + 1} (or 0 for any free one)"
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that you do not have here. Choose one above 1023: manage.py up --port 8000"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. --host 127.0.0.1 is for this machine alone, 0.0.0.0 for its network."
    return f"Cannot listen on {host} port {port}: {error.strerror}."


def is_local(listener):
    """True when only this machine can reach the socket."""
    return ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def reached_at(listener):
    """host:port at which this machine itself reaches the socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def site(listener):
    """The origin that people use: the configured one, because cookies and checks are made for it."""
    return settings.ORIGINS[0] if settings.ORIGINS else f"http://{reached_at(listener)}"


def allow(listener, host):
    """Let people ask for the host we were told to listen on; for all addresses, for each of this machine's names."""
    bound = listener.getsockname()[0]
    names = [host, bound, *(own_names() if bound in ANYWHERE else [])]
    for name in names:
        allowed = f"[{name}]" if ":" in name else name.lower()
        if name not in ANYWHERE and allowed not in settings.ALLOWED_HOSTS:
            settings.ALLOWED_HOSTS.append(allowed)


def own_names():
    """What others call this machine, as far as it knows without asking the network."""
    name = socket.gethostname()
    yield from (name, f"{name}.local")
    # Connecting a datagram socket sends nothing: it only asks which of our addresses the route begins at.
    for family, elsewhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                yield probe.getsockname()[0]
        except OSError:
            # No route of this kind: then nobody comes by it either.
            continue
