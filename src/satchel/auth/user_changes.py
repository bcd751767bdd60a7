"""Changes to users that follow from proofs, in the name of the system.

In charge of: writing them through the engine, so that they are checked, logged and told like any other change, and
letting one link be followed once. Not in charge of: the proofs (`password_resets`, `invitations`, `registration`, the
callers).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from satchel.auth.access import USERS, User, find_users
from satchel.auth.claims import Claims
from satchel.engine.store import Store
from satchel.engine.verbs import Engine, Session
from satchel.model.catalog import Key
from satchel.policy.actor import Actor, Context

USE_SECONDS = 120
"""Longer than changing a user can take."""


class UserChanges:
    """`now`: the current instant, in UTC."""

    def __init__(self, engine: Engine, store: Store, claims: Claims, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._store = store
        self._claims = claims
        self._now = now

    async def create(self, values: Mapping[str, Any], reason: str) -> str:
        """A new user's id. Raises what the engine raises."""

        async def work(session: Session) -> Key:
            return await session.create(USERS, values, "directus")

        (key,) = await self._engine.write(Context(Actor.system(reason), self._now()), USERS, work)
        return str(key)

    async def update(self, user: str, values: Mapping[str, Any], reason: str) -> None:
        """Raises what the engine raises."""

        async def work(session: Session) -> None:
            await session.update(USERS, (user,), values, "directus")

        await self._engine.write(Context(Actor.system(reason), self._now()), USERS, work)

    async def find(self, key: str) -> User | None:
        """A user as stored at this moment."""
        found = await find_users(self._store, key=key)
        return found[0] if found else None

    async def find_by_email(self, email: str) -> User | None:
        found = await find_users(self._store, email=email)
        return found[0] if len(found) == 1 else None

    async def once(self, user: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Run `work` unless somebody else is at the same user's link: of several at once one does, and the others are
        too late. The work looks at the user again, and changes what the link was good for.
        """
        if not await self._claims.take("link", user, seconds=USE_SECONDS):
            return False
        try:
            await work()
        finally:
            await self._claims.release("link", user)
        return True
