"""Rate limits: how often one client may do something.

In charge of: which rule a request falls under, counting, and forgetting. Not in charge of: which labels a request has
or whom no rule concerns (the wires), where rules come from (`settings/`). Made by `app`; asked by the wires.

Windows are fixed: the first request of a client opens one, and it closes `seconds` later. Counts are kept in this
process, or where all workers of a machine find them (`shared_counts`). An IPv6 client is its /64, because whoever has
one address has all of that network. Memory is bounded: beyond `clients_max` the oldest windows are forgotten.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Protocol

from satchel.errors import TooManyRequests
from satchel.http.proxies import parse_address

CLIENTS_MAX = 100_000
IPV6_PREFIX = 64

Key = tuple[str, str, str]
"""Which limiter's rule, scope, client."""


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `requests` per `seconds` for what `label` names: `collection:action`, `*:action`, `/path`, `/path/` (and
    all below), `METHOD /path`. `audience`: "" (all), @guest, @auth.
    """

    label: str
    audience: str
    seconds: float
    requests: int


class Counts(Protocol):
    """Where requests are counted."""

    def spend(self, key: Key, seconds: float, limit: int, now: float) -> float | None:
        """Count one request; None, or when the window closes if it is full."""
        ...

    def another(self) -> Counts:
        """Counts for another limiter."""
        ...

    def clear(self) -> None:
        """The rules are other ones now."""
        ...


class LocalCounts:
    """Counts of this process alone."""

    def __init__(self, clients_max: int = CLIENTS_MAX) -> None:
        self._clients_max = clients_max
        self._windows: dict[Key, list[float]] = {}  # [when it closes, requests so far], oldest first

    def another(self) -> LocalCounts:
        return LocalCounts(self._clients_max)

    def clear(self) -> None:
        self._windows.clear()

    def spend(self, key: Key, seconds: float, limit: int, now: float) -> float | None:
        window = self._windows.get(key)
        if window is None or window[0] <= now:
            self._windows.pop(key, None)
            self._make_room(now)
            self._windows[key] = [now + seconds, 1]
            return None
        if window[1] >= limit:
            return window[0]
        window[1] += 1
        return None

    def _make_room(self, now: float) -> None:
        if len(self._windows) < self._clients_max:
            return
        self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        while len(self._windows) >= self._clients_max:
            del self._windows[next(iter(self._windows))]


class RateLimiter:
    """`name`: tells limiters apart that share counts. `clock`: seconds that only grow."""

    def __init__(
        self, counts: Counts | None = None, *, name: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._counts: Counts = LocalCounts() if counts is None else counts
        self._name = name
        self._clock = clock
        self.use((), ())

    def count_in(self, counts: Counts) -> None:
        """Count there from now on."""
        self._counts = counts

    def beside(self, name: str) -> RateLimiter:
        """Another limiter that counts in the same place."""
        return RateLimiter(self._counts.another(), name=name, clock=self._clock)

    @property
    def active(self) -> bool:
        """Whether there are rules at all; callers ask this before anything else."""
        return bool(self._rules)

    def use(self, rules: Sequence[Rule], excluded: Iterable[str]) -> None:
        """Take these rules from now on, and start counting anew. `excluded`: addresses and networks."""
        self._rules = tuple(rules)
        self._excluded: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(entry, strict=False) for entry in excluded
        )
        self._counts.clear()
        self._names = [f"{self._name} {rule!r}" for rule in self._rules]
        self._exact: dict[str, list[tuple[int, Rule]]] = {}
        self._prefixes: list[tuple[str, int, Rule]] = []
        for number, rule in enumerate(self._rules):
            label = canonical(rule.label)
            self._exact.setdefault(label, []).append((number, rule))
            if "/" in label and label.endswith("/"):
                self._prefixes.append((label, number, rule))

    def check(self, labels: Iterable[str], *, scope: str, client: str, guest: bool) -> None:
        """Count one request. `labels`: what it is, most telling first; the first one that a rule fits decides, alone.
        `scope`: requests of different scopes are counted apart. `client`: an IP address.

        Raises TooManyRequests with `retry_after_seconds`.
        """
        if self._is_excluded(client):
            return
        found = self._find(labels, guest)
        if found is None:
            return
        number, rule = found
        now = self._clock()
        closes = self._counts.spend((self._names[number], scope, client_key(client)), rule.seconds, rule.requests, now)
        if closes is not None:
            raise TooManyRequests(
                "Too many requests.",
                hint="Try again later.",
                retry_after_seconds=max(1, math.ceil(closes - now)),
                limit=rule.requests,
                reset_seconds=closes - now,
            )

    def _find(self, labels: Iterable[str], guest: bool) -> tuple[int, Rule] | None:
        audiences = ("", "@guest" if guest else "@auth")
        for label in labels:
            for number, rule in self._exact.get(label, ()):
                if rule.audience in audiences:
                    return number, rule
            if "/" in label:
                below = label if label.endswith("/") else label + "/"
                for prefix, number, rule in self._prefixes:
                    if rule.audience in audiences and below.startswith(prefix):
                        return number, rule
        return None

    def _is_excluded(self, client: str) -> bool:
        if not self._excluded:
            return False
        address = parse_address(client)
        return address is not None and any(address in network for network in self._excluded)


def canonical(label: str) -> str:
    """A label in the form in which labels are compared: methods in capitals, names of collections in small letters."""
    method, space, path = label.rpartition(" ")
    if path.startswith("/"):
        return f"{method.upper()}{space}{path}"
    collection, colon, action = label.rpartition(":")
    return f"{collection.lower()}{colon}{action}"


def path_labels(method: str, path: str) -> tuple[str, str]:
    """The labels that every request has. `path` is decoded, so no spelling of it counts apart; HEAD is GET."""
    return f"{'GET' if method == 'HEAD' else method} {path}", path


@lru_cache(maxsize=4096)
def client_key(client: str) -> str:
    """What stands for a client: its IPv4 address, or the /64 of its IPv6 address."""
    address = parse_address(client)
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), IPV6_PREFIX), strict=False))
    return client if address is None else str(address)
