"""Which addresses this server may call on behalf of others.

In charge of: telling public addresses from those of this machine, this network and the special ones, whatever form
they come in, and the list of exceptions that the operator gives. Not in charge of: resolving names (`client`). Pure.

An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as itself; other forms of carrying one (compatible, 6to4,
Teredo) are not called at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA's special-purpose registries: everything that is not reachable from anywhere on the internet.
_SPECIAL_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# In IPv6 only 2000::/3 is given out to anybody; these parts of it are not.
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
# IPv4 addresses as a gateway shows them to machines without IPv4: the only way out that such a machine has.
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could call this address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    inner = address.ipv4_mapped
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_6 and not any(address in network for network in _SPECIAL_6)


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What may be called although it is not public: host names (in lower case) and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def allow(self, host: str, address: Address) -> bool:
        """Whether the operator lists this host, or a network with this address."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        return any(plain.version == network.version and plain in network for network in self.networks)


def parse_exceptions(entries: Iterable[str]) -> Exceptions:
    """Host names, addresses and networks (`idp.internal`, `10.1.2.3`, `10.1.0.0/16`). Raises ValueError, naming one."""
    hosts: set[str] = set()
    networks: list[Network] = []
    for entry in entries:
        text = entry.strip().strip("[]")
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            if not text or "/" in text or ":" in text or text.replace(".", "").isdigit():
                raise ValueError(f'"{entry}" is neither a host name nor an address or network') from None
            hosts.add(text.lower().rstrip("."))
    return Exceptions(frozenset(hosts), tuple(networks))


def parse_address(text: str) -> Address | None:
    """An address as the resolver writes it, without its zone."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
