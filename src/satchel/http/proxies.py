"""Who the client is when reverse proxies stand in between.

In charge of: deciding which `X-Forwarded-*` headers are believed, and reading the client's address from them. A header
counts only when the connection itself comes from a trusted address. Called by `http/request`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

from satchel.errors import ConfigError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """The networks whose forwarding headers are believed; `*` trusts every connection."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Raises ConfigError for an entry that is neither an address, a network nor `*`."""
        entries = tuple(entries)
        self._all = "*" in entries
        self._networks = tuple(_network(entry) for entry in entries if entry != "*")
        self.any = self._all or bool(self._networks)
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def _trusts(self, host: str) -> bool:
        if self._all:
            return True
        address = parse_address(host)
        if address is None:
            return False
        return any(address in network for network in self._networks)

    def client(self, peer: str, forwarded_for: Sequence[str]) -> str:
        """The client's address. `forwarded_for`: the values of all X-Forwarded-For headers, in order.

        Read from the right: each proxy appends the address that spoke to it, so the first one that is not a trusted
        proxy is the client, and everything left of it is hearsay.
        """
        if not self.any or not self.trusts(peer):
            return peer
        hops = [hop.strip() for value in forwarded_for for hop in value.split(",") if hop.strip()]
        client = peer
        for hop in reversed(hops):
            address = parse_address(hop)
            if address is None:
                break
            client = str(address)
            if self._all or not self.trusts(client):
                break
        return client


def parse_address(text: str) -> Address | None:
    """An IP address, also with a port or in brackets; IPv4 inside of IPv6 becomes IPv4. None when it is none."""
    host = text
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _network(entry: str) -> Network:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        raise ConfigError(
            f'The setting "trusted_proxies" holds "{entry}", which is neither an address nor a network.',
            hint="Write 10.0.0.1, 10.0.0.0/8, or * to trust every connection.",
        ) from None
