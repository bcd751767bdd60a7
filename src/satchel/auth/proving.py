"""Proving: what somebody who has a session shows before changing how they sign in.

In charge of: who asks, whether they may, the current password, and how often it may be tried. Not in charge of: what is
changed (`user_second_factor`, `passkeys`). Called by these.

Whoever has a session may be a guest at an open computer, so they may try few codes and passwords, whatever they are
for.
"""

from __future__ import annotations

from satchel.auth.access import DEFAULT_PROVIDER, USERS, User
from satchel.auth.accounts import Accounts
from satchel.auth.passkey_rows import PASSKEYS
from satchel.engine.engine import Engine
from satchel.engine.store import Store
from satchel.errors import Forbidden, InvalidPayload, TooManyRequests, Unauthenticated
from satchel.policy.actor import Actor, Context

FIELD = "tfa_secret"
"""Who may update this field of their own user may change how they sign in beside the password."""
TRIES, TRIES_SECONDS = 10, 300


class Proving:
    """One per program."""

    def __init__(self, accounts: Accounts, engine: Engine, store: Store) -> None:
        self._accounts = accounts
        self._engine = engine
        self._store = store

    async def user(self, actor: Actor) -> User:
        """The user who asks. Raises Unauthenticated (`credentials`) for anybody else."""
        user = None
        if actor.kind == "user" and actor.collection == USERS and actor.key is not None:
            user = await self._accounts.access.user(actor.key)
        if user is None:
            raise Unauthenticated("Nobody is signed in.", reason="credentials")
        return user

    async def check_may(self, context: Context, user: User) -> None:
        """Raise Forbidden unless the caller may change the field, or has to."""
        if self._accounts.enforces_second_factor(context.actor):
            return
        if not await self._engine.allows(context, USERS, "update", (user.id,), fields=(FIELD,)):
            raise Forbidden("You may not change your second factor.", collection=USERS, path=())

    async def check_factor(self, actor: Actor, user: User) -> None:
        """Raise Forbidden for who has a passkey, needs a second factor, and came in without: else the password alone
        would do to get another one."""
        if actor.unproven and await self._store.select(PASSKEYS, ("id",), ("user", "=", user.id), limit=1):
            raise Forbidden("Sign in with your passkey first.", sentence="Sign in with your passkey first.")

    async def count(self, user: User) -> None:
        """Count a try. Raises TooManyRequests."""
        if await self._accounts.claims.count("second factor", user.id, seconds=TRIES_SECONDS) > TRIES:
            raise TooManyRequests("Too many tries.", retry_after_seconds=TRIES_SECONDS)

    async def check_password(self, user: User, password: str | None) -> None:
        """Count a try, and look at the current password; people of identity providers have none here. Raises
        Unauthenticated (`credentials`), InvalidPayload, TooManyRequests."""
        await self.count(user)
        if not user.password and user.provider != DEFAULT_PROVIDER:
            return
        if password is None:
            raise InvalidPayload('"password" is required')
        if not await self._accounts.verify_password(password, user.password):
            raise Unauthenticated("Invalid user credentials.", reason="credentials")
