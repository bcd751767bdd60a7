"""The sessions of a user, seen and ended.

In charge of: which sessions somebody has, ending one or all others, and who may do so: the user, and admins. Not in
charge of: the rows (`sessions`), or what a session is good for (`user_sessions`). Called by the Directus wire.

A session is called by a digest of its name, so that nothing that opens anything is told. Requests by a session's
cookie are refused from the moment that it has ended. An access token that a program got beside a refresh token knows no
session, and is good until it expires; tokens of PocketBase clients neither, and end when the user's token key changes,
which is done where all others are ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.auth.access import USERS, touch
from satchel.auth.accounts import Accounts
from satchel.auth.record_changes import random_token_key
from satchel.auth.sessions import SESSIONS, end_all, iso
from satchel.auth.tokens import digest
from satchel.engine.store import Item, Store, StoreSession
from satchel.errors import Forbidden, NotFound, Unauthenticated
from satchel.policy.actor import Actor

FIELDS = ("token", "next_token", "mode", "created", "expires", "ip", "user_agent")
ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Listed:
    """`created`: when it was begun, or renewed last where it lives in a cookie. `current`: whether it is the one that
    asks.
    """

    id: str
    mode: str | None
    created: str | None
    expires: str
    ip: str | None
    user_agent: str | None
    current: bool


class SessionList:
    """One per program. `key`: whose sessions; None for the caller's own. `current`: the name of the caller's session.

    All raise Unauthenticated (`credentials`) where nobody is signed in, and Forbidden for what is another's.
    """

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store

    async def all(self, actor: Actor, key: str | None, current: str | None) -> list[Listed]:
        """The living ones, the newest first."""
        user = whose(actor, key)
        rows = await self._living(self._store, user)
        own = _last(rows, current)
        found = [_listed(row, own) for row in rows if row["next_token"] is None]
        return sorted(found, key=lambda item: item.created or "", reverse=True)

    async def end(self, actor: Actor, key: str | None, id: str) -> None:
        """End one. Raises NotFound."""
        user = whose(actor, key)
        rows = await self._living(self._store, user)
        name = next((str(row["token"]) for row in rows if _id(str(row["token"])) == id), None)
        if name is None:
            raise NotFound("There is no such session.")
        await self._accounts.sessions.end(name)

    async def end_others(self, actor: Actor, key: str | None, current: str | None) -> None:
        """End all but the one that asks, and void the tokens of PocketBase clients."""
        user = whose(actor, key)

        async def work(session: StoreSession) -> None:
            await touch(session)
            rows = await self._living(session, user)
            own = _last(rows, current)
            if own is None:
                await end_all(session, [user])
            else:
                kept = {own, current}
                others = [row["token"] for row in rows if row["token"] not in kept]
                await session.delete(SESSIONS, ("user", "=", user), ("token", "in", others))
            await session.update(USERS, {"token_key": random_token_key()}, ("id", "=", user))

        await self._store.write(work)
        self._accounts.changed()

    async def _living(self, source: Store | StoreSession, user: str) -> list[Item]:
        return await source.select(SESSIONS, FIELDS, ("user", "=", user), ("expires", ">", iso(self._accounts.now())))


def whose(actor: Actor, key: str | None) -> str:
    """The user with that key, or the caller. Raises Unauthenticated (`credentials`), Forbidden."""
    if actor.kind != "user" or actor.collection != USERS or actor.key is None:
        raise Unauthenticated("Nobody is signed in.", reason="credentials")
    if key is None or key == actor.key:
        return actor.key
    if not actor.admin:
        raise Forbidden("What others sign in with, and where, is for admins to see.")
    return key


def _last(rows: list[Item], name: str | None) -> str | None:
    """What the session of that name is called by now: a renewed one lives on beside its successor for a while."""
    following = {str(row["token"]): row["next_token"] for row in rows}
    for _ in rows:  # a circle, which nobody makes, would end as well
        if name is None or following.get(name) is None:
            break
        name = str(following[name])
    return name if name in following else None


def _id(name: str) -> str:
    return digest(name)[:ID_LENGTH]


def _listed(row: Item, own: str | None) -> Listed:
    texts = {name: None if row[name] is None else str(row[name]) for name in ("mode", "created", "ip", "user_agent")}
    name = str(row["token"])
    return Listed(id=_id(name), expires=str(row["expires"]), current=name == own, **texts)
