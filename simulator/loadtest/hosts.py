"""Where load may be sent: to this machine and to private networks, elsewhere on the owner's word, to a vendor never."""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from simulator.loadtest.refusals import RunRefused
from simulator.wording import echo

VENDORS = ("trackandtrace.tools", "greencheckverified.com", "metrc.com")
"""Domains of the services that are simulated."""
PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Link-local addresses are not among them: on machines of a cloud there is a service behind one."""
OWNED_FLAG = "--i-own-this-host"

Address = IPv4Address | IPv6Address


class HostRefused(RunRefused):
    """No load may be sent there."""


def check_host(url: str, *, owned: bool = False) -> None:
    """Raises HostRefused unless load may be sent to `url`; `owned` is the user's word that a public host is theirs."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise HostRefused(f"{echo(url)} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise HostRefused(f"{echo(url)} is no address; one is like http://127.0.0.1:8420")
    name = host.rstrip(".").lower()
    for vendor in VENDORS:
        if name == vendor or name.endswith(f".{vendor}"):
            raise HostRefused(
                f"{host} is a vendor's own service: no load is ever sent there, whoever asks. "
                "Leave --host out to load a simulator"
            )
    if owned:
        return
    outside = [str(address) for address in _addresses(host) if not _is_inside(address)]
    if outside:
        where = "" if outside == [host] else f" ({', '.join(outside)})"
        raise HostRefused(
            f"{host}{where} is neither this machine nor in a private network. Load goes there only with "
            f"{OWNED_FLAG}, which says that it is yours to load"
        )


def _addresses(host: str) -> Iterable[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostRefused(f"{host} cannot be found: {error}") from None
    return {ip_address(str(address[0]).partition("%")[0]) for *_, address in found}


def _is_inside(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    # A client that asks for 0.0.0.0 reaches its own machine.
    return (
        address.is_loopback
        or address.is_unspecified
        or any(address in network for network in PRIVATE if network.version == address.version)
    )
