"""Holders: who a client is now, as opposed to who it was when it subscribed.

In charge of: asking again, as soon as the feed passes a change of that account or of anybody's rights, and dropping a
client to a guest when what it signed in with is good no more. Not in charge of: what an account is (`auth/`, through
`Identities`). Used by `realtime`.

There is no state in which a client is nobody: whoever can't be confirmed is a guest, with a guest's grants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from satchel.policy.actor import Actor
from satchel.realtime.clients import Client

RECHECK_SECONDS = 5.0
"""How long an answer is believed although no change was seen: some changes of accounts don't pass through the feed."""
REMEMBERED = 20_000

SHARES = "directus_shares"
RIGHTS = frozenset({"directus_policies", "directus_permissions", "directus_access", "directus_roles"})
"""The collections that say who may do what."""


class Standing(Protocol):
    """An account as of now. `proof`: changes when what was signed for the account before is good no more."""

    @property
    def actor(self) -> Actor: ...

    @property
    def proof(self) -> str: ...


class Identities(Protocol):
    """What this room needs of whoever knows accounts."""

    async def standing(self, actor: Actor) -> Standing | None:
        """The same caller, as of now; None if there is no such account any more, or it may not come in. A guest
        always has one."""
        ...

    def changed(self) -> None:
        """Somebody changed accounts or rights: believe no snapshot that was taken before."""
        ...


Account = tuple[str | None, str | None]
"""Collection and key; (None, None) for guests, and a share's own for those who came by it."""


def account_of(actor: Actor) -> Account:
    return (actor.collection, actor.key) if actor.share is None else (SHARES, actor.share.id)


class Holders:
    """One per process. `clock`: seconds that only grow."""

    def __init__(self, identities: Identities, clock: Callable[[], float]) -> None:
        self._identities = identities
        self._clock = clock
        self._known: dict[Account, dict[str | None, tuple[Standing | None, float]]] = {}

    async def actor(self, client: Client) -> Actor:
        """Who the client is now."""
        found = await self.standing(client.actor)
        if client.actor.kind != "public" and (found is None or found.proof != client.proof):
            client.actor, client.proof = Actor.public(ip=client.ip), ""
            found = await self.standing(client.actor)
        assert found is not None, "a guest always has a standing"
        client.actor = found.actor
        return found.actor

    async def standing(self, actor: Actor) -> Standing | None:
        """What is known of the account at this address, asked for again after `RECHECK_SECONDS`."""
        account = account_of(actor)
        now = self._clock()
        kept = self._known.get(account, {}).get(actor.ip)
        if kept is not None and kept[1] > now:
            return kept[0]
        found = await self._identities.standing(actor)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        places = self._known.setdefault(account, {})
        if len(places) >= REMEMBERED:
            places.clear()
        places[actor.ip] = (found, now + RECHECK_SECONDS)
        return found

    def passed(self, collection: str, key: str) -> None:
        """The feed passed a change of this item."""
        if collection in RIGHTS:
            self.forget()
        elif self._known.pop((collection, key), None) is not None:
            self._identities.changed()

    def forget(self) -> None:
        """Ask about everybody again."""
        self._identities.changed()
        self._known.clear()
