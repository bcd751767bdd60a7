"""Clients: who is connected, and what they follow.

In charge of: the table of clients, the index from topics to followers, limits, and closing whom nobody needs to keep.
Not in charge of: what they are told. Used by `realtime`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from satchel.errors import Unavailable
from satchel.policy.actor import Actor
from satchel.realtime.subscription import Outlet, Subscription, Topic


class Client:
    """One connection. `actor` and `proof` are those of its last subscription (see `holders`); `opened` and `heard` are
    seconds of the clock: when it came, and when it was last sent something. `watched`: its wire looks after how long it
    may stay."""

    __slots__ = ("actor", "heard", "id", "ip", "opened", "outlet", "proof", "subscriptions", "watched")

    def __init__(self, id_: str, outlet: Outlet, actor: Actor, now: float, *, watched: bool = False) -> None:
        self.id = id_
        self.outlet = outlet
        self.ip = actor.ip
        self.actor = actor
        self.proof = ""
        self.subscriptions: tuple[Subscription, ...] = ()
        self.opened = self.heard = now
        self.watched = watched

    def send(self, name: str, message: bytes, now: float) -> bool:
        self.heard = now
        return self.outlet.send(name, message)


Follower = tuple[Client, Subscription]


class Clients:
    """The clients of this process. `limit`: how many there may be."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._clients: dict[str, Client] = {}
        # topic → subscription → its client; dictionaries, so that the order is that of subscribing
        self._followers: dict[Topic, dict[Subscription, Client]] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Client]:
        return iter(tuple(self._clients.values()))

    @property
    def followed(self) -> bool:
        """Whether anybody follows anything."""
        return bool(self._followers)

    def get(self, id_: str) -> Client | None:
        return self._clients.get(id_)

    def add(self, client: Client) -> None:
        """Raises Unavailable when there are too many."""
        if len(self._clients) >= self._limit:
            raise Unavailable(
                "Too many realtime clients are connected.",
                hint='The setting "realtime_clients_max" is the limit.',
                retry_after_seconds=5,
            )
        self._clients[client.id] = client

    def remove(self, id_: str) -> None:
        client = self._clients.pop(id_, None)
        if client is not None:
            self.follow(client, ())

    def follow(self, client: Client, subscriptions: Sequence[Subscription]) -> None:
        """Replace what a client follows."""
        for old in client.subscriptions:
            followers = self._followers[old.topic]
            del followers[old]
            if not followers:
                del self._followers[old.topic]
        client.subscriptions = tuple(subscriptions)
        for new in client.subscriptions:
            self._followers.setdefault(new.topic, {})[new] = client

    def followers(self, topic: Topic) -> list[Follower]:
        """Who follows a topic."""
        return [(client, subscription) for subscription, client in self._followers.get(topic, {}).items()]

    def overdue(self, now: float, *, idle_seconds: float, life_seconds: float) -> list[Client]:
        """Those that were sent nothing for too long, or have been here for too long."""
        return [
            client
            for client in self._clients.values()
            if not client.watched and (now - client.heard >= idle_seconds or now - client.opened >= life_seconds)
        ]
