"""Where ``up`` listens and which names it answers to."""

import contextlib
import errno
import socket

import pytest

from apps.core.up import address


@contextlib.contextmanager
def listening(host):
    with contextlib.closing(address.listen(host, 0)) as listener:
        yield listener


def test_a_name_with_two_kinds_of_address_means_the_usual_one():
    with listening("localhost") as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert address.is_local(listener)


def test_all_addresses_are_reached_from_here_by_loopback_and_from_elsewhere_by_name(settings):
    settings.ALLOWED_HOSTS, settings.ORIGINS = ["localhost"], []
    with listening("0.0.0.0") as listener:
        address.allow(listener, "0.0.0.0")
        assert not address.is_local(listener)
        assert address.site(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert {socket.gethostname(), f"{socket.gethostname()}.local"} <= set(settings.ALLOWED_HOSTS)
    assert "0.0.0.0" not in settings.ALLOWED_HOSTS


def test_the_host_that_was_asked_for_is_answered_to(settings):
    settings.ALLOWED_HOSTS = []
    with listening("127.0.0.5") as listener:
        address.allow(listener, "127.0.0.5")
        assert settings.ALLOWED_HOSTS == ["127.0.0.5"]


def test_the_link_leads_where_cookies_are_made_for(settings):
    settings.ORIGINS = ["https://chat.example.org"]
    with listening("127.0.0.1") as listener:
        assert address.site(listener) == "https://chat.example.org"


@pytest.mark.parametrize(
    ("host", "words"),
    [("no such host", "There is no address 'no such host'"), ("192.0.2.77", "192.0.2.77 is not an address of this machine")],
)
def test_where_one_cannot_listen(host, words):
    with pytest.raises(SystemExit, match=words):
        address.listen(host, 0)


def test_a_port_for_which_the_rights_are_missing():
    assert "Choose one above 1023" in address.refusal(OSError(errno.EACCES, "Permission denied"), "127.0.0.1", 80)


def test_another_port_is_proposed_even_after_the_last():
    assert "--port 1 " in address.refusal(OSError(errno.EADDRINUSE, "Address already in use"), "127.0.0.1", 65535)
