"""Load goes to this machine and to private networks, elsewhere on the owner's word, and to a vendor never."""

import socket
from typing import Any

import pytest

from simulator.loadtest.hosts import HostRefused, check_host


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8420",
        "http://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:8420",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0:8420",
        "http://10.1.2.3",
        "https://172.31.255.255:8443/gateway",
        "http://192.168.0.7",
        "http://[fd00::7]",
    ],
)
def test_this_machine_and_private_networks_may_be_loaded(url: str) -> None:
    check_host(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://172.32.0.1",
        "http://8.8.8.8",
        "http://169.254.169.254",
        "http://100.64.0.1",
        "http://[2001:db8::1]",
        "http://[::ffff:8.8.8.8]",
    ],
)
def test_a_public_host_may_be_loaded_on_its_owners_word_only(url: str) -> None:
    with pytest.raises(HostRefused, match="--i-own-this-host"):
        check_host(url)
    check_host(url, owned=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.trackandtrace.tools",
        "https://API.TrackAndTrace.Tools.",
        "https://trackandtrace.tools/v2",
        "https://ca.metrc.com",
        "https://metrc.com:443",
        "https://sandbox-api.greencheckverified.com",
    ],
)
@pytest.mark.parametrize("owned", [False, True])
def test_a_vendor_is_never_loaded(url: str, owned: bool) -> None:
    with pytest.raises(HostRefused, match="vendor"):
        check_host(url, owned=owned)


def test_a_name_that_only_ends_like_a_vendors_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch, "10.0.0.5")
    check_host("http://notmetrc.com")


def test_every_address_of_a_name_has_to_be_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch, "10.0.0.5", "203.0.113.9")
    with pytest.raises(HostRefused, match=r"gateway\.example \(203\.0\.113\.9\) is neither"):
        check_host("http://gateway.example")


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8420", "ftp://127.0.0.1", "http://", "http://[::1", "http://h:x"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(HostRefused, match="no address"):
        check_host(url)


def test_a_name_that_cannot_be_found_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lost)
    with pytest.raises(HostRefused, match="cannot be found"):
        check_host("http://gateway.example")


def resolves(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
