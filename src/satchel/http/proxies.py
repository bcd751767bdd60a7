"""Who the client is when reverse proxies stand in between.

In charge of: deciding which headers are believed, and reading the client's address from them. Called by `http/request`.

Two places say whom to believe. The networks are given at the start (`trusted_proxies`); a header counts only when the
connection itself comes from one of them. The names of headers may be changed while the program runs (`trustedProxy`);
unless there are any, it is `X-Forwarded-For`. Where headers are named and networks are not, every connection is
believed, as PocketBase does.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
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
        self._named = self._all or bool(self._networks)
        self._headers: tuple[str, ...] = ()
        self._leftmost = False
        self.any = self._named  # whether anything is believed at all
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def _trusts(self, host: str) -> bool:
        if self._all:
            return True
        address = parse_address(host)
        if address is None:
            return False
        return any(address in network for network in self._networks)

    def believe(self, headers: Iterable[str], *, leftmost: bool) -> None:
        """Read the client's address from these headers from now on, the first one that holds an address; of several
        addresses the last, or the first for `leftmost`.
        """
        self._headers = tuple(header.lower() for header in headers if header)
        self._leftmost = leftmost
        self.any = self._named or bool(self._headers)

    def client(self, peer: str, values_of: Callable[[str], Sequence[str]]) -> str:
        """The client's address. `values_of`: all values of a header, by its lower-case name, in order."""
        if self._headers:
            return self._named_header(peer, values_of) if not self._named or self.trusts(peer) else peer
        return self._forwarded_for(peer, values_of("x-forwarded-for"))

    def _named_header(self, peer: str, values_of: Callable[[str], Sequence[str]]) -> str:
        for header in self._headers:
            values = values_of(header)
            parts = values[-1].split(",") if values else []
            for part in parts if self._leftmost else reversed(parts):
                address = _plain_address(part.strip())
                if address is not None:
                    return str(address)
        return peer

    def _forwarded_for(self, peer: str, forwarded_for: Sequence[str]) -> str:
        """Read from the right: each proxy appends the address that spoke to it, so the first one that is not a trusted
        proxy is the client, and everything left of it is hearsay.
        """
        if not self._named or not self.trusts(peer):
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
    return _plain_address(host.partition("%")[0])


def _plain_address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
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
