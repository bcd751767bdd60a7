"""IP allow-lists: addresses, ranges and networks.

In charge of: reading the entries of a policy's `ip_access` and asking whether an address is inside. Not in charge of:
which address a request comes from (`http/proxies`). Called by `load_policies`, and when such a list is saved.

Everything fails closed: an entry that can't be read admits nobody, and neither does an unknown address.
IPv4 addresses inside IPv6 (`::ffff:10.0.0.1`) are the IPv4 addresses that they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
Span = tuple[Address, Address]
"""First and last address, of one version."""


def parse_entry(text: str) -> Span | None:
    """The addresses of an entry: `10.0.0.1`, `10.0.0.1-10.0.0.9` or `10.0.0.0/8`; None if it is none of these."""
    entry = text.strip()
    if "-" in entry:
        first_text, _, last_text = entry.partition("-")
        first, last = parse_address(first_text), parse_address(last_text)
        if first is None or last is None or first.version != last.version or int(first) > int(last):
            return None
        return first, last
    if "/" in entry:
        return _network(entry)
    address = parse_address(entry)
    return None if address is None else (address, address)


def parse_address(text: str) -> Address | None:
    """An address, with an IPv4-mapped one as IPv4 and without a zone; None for anything else."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return _plain(address)


def admits(spans: Iterable[Span | None], ip: str | None) -> bool:
    """Whether an address is inside one of the spans. `ip` None: the address is not known, so it is in none."""
    address = parse_address(ip) if ip else None
    if address is None:
        return False
    for span in spans:
        if span is not None and span[0].version == address.version and int(span[0]) <= int(address) <= int(span[1]):
            return True
    return False


def _network(entry: str) -> Span | None:
    try:
        # Not strict: 10.1.2.3/8 is a network too, as everywhere else where people type one.
        network = ip_network(entry, strict=False)
    except ValueError:
        return None
    first, last = _plain(network.network_address), _plain(network.broadcast_address)
    # ::/0 begins and ends outside of the mapped range; a network inside that range is an IPv4 network.
    if first.version != last.version:
        return network.network_address, network.broadcast_address
    return first, last


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
