"""Users' second factor: setting it up and taking it away.

In charge of: generating, enabling and disabling. Not in charge of: codes (`totp`), the log-in that asks for one
(`accounts`), or that somebody who lacks one may do nothing else (`access`). Called by the Directus wire.

Who sets it up shows the password first. Whoever has a session may try few codes and passwords, whatever they are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from satchel.auth.access import DEFAULT_PROVIDER, USERS, User, touch
from satchel.auth.accounts import Accounts
from satchel.auth.totp import otpauth_url
from satchel.engine.engine import Engine
from satchel.engine.ledger import Change
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_plan import CONCEALED
from satchel.errors import Forbidden, InvalidPayload, TooManyRequests, Unauthenticated
from satchel.policy.actor import Actor, Context

FIELD = "tfa_secret"
TRIES, TRIES_SECONDS = 10, 300
PROJECT_NAME = "Satchel"


@dataclass(frozen=True, slots=True)
class Generated:
    """A secret that is not in force yet, and what an authenticator app reads."""

    secret: str
    url: str


class UserSecondFactor:
    """One per program."""

    def __init__(self, accounts: Accounts, engine: Engine, store: Store) -> None:
        self._accounts = accounts
        self._engine = engine
        self._store = store

    async def generate(self, actor: Actor, password: str | None) -> Generated:
        """A new secret, for whoever knows the password; people of identity providers have none here.

        Raises Unauthenticated, InvalidPayload, TooManyRequests.
        """
        user = await self._caller(actor)
        await self._count(user)
        if user.password or user.provider == DEFAULT_PROVIDER:
            if password is None:
                raise InvalidPayload('"password" is required')
            if not await self._accounts.verify_password(password, user.password):
                raise Unauthenticated("Invalid user credentials.", reason="credentials")
        if user.second_factor:
            raise InvalidPayload("TFA Secret is already set for this user")
        secret = self._accounts.totp.new_secret()
        rows = await self._store.select("directus_settings", ("project_name",), limit=1)
        issuer = str(rows[0]["project_name"] or PROJECT_NAME) if rows else PROJECT_NAME
        return Generated(secret, otpauth_url(secret, issuer=issuer, account=user.email))

    async def enable(self, context: Context, secret: str, code: str) -> None:
        """Put a secret into force. Raises InvalidPayload, Forbidden, Unauthenticated, TooManyRequests."""
        user = await self._caller(context.actor)
        await self._check_may(context, user)
        await self._count(user)
        if user.second_factor:
            raise InvalidPayload("TFA Secret is already set for this user")
        if not self._accounts.totp.fits(secret, code):
            raise InvalidPayload('"otp" is invalid')
        sealed = self._accounts.totp.seal(secret, user.id)
        if not await self._set(context, user.id, sealed, (FIELD, "is null", None)):
            raise InvalidPayload("TFA Secret is already set for this user")

    async def disable(self, context: Context, code: str) -> None:
        """Take the caller's own away, for a code. Raises InvalidPayload, Forbidden, Unauthenticated,
        TooManyRequests."""
        user = await self._caller(context.actor)
        if not user.second_factor:
            raise InvalidPayload(f'User "{user.id}" doesn\'t have TFA enabled')
        await self._check_may(context, user)
        await self._count(user)
        if not await self._accounts.totp.spend(user, code):
            raise InvalidPayload('"otp" is invalid')
        await self._set(context, user.id, None, (FIELD, "=", user.sealed_secret))

    async def disable_for(self, context: Context, key: str) -> None:
        """Take somebody's away, without a code. Raises Forbidden unless an admin asks, and for nobody's key."""
        if not context.actor.admin or await self._accounts.access.user(key) is None:
            raise Forbidden("Only admins take away another user's second factor.")
        await self._set(context, key, None, (FIELD, "is not null", None))

    # --- parts

    async def _caller(self, actor: Actor) -> User:
        """The user who asks. Raises Unauthenticated (`credentials`) for anybody else."""
        user = None
        if actor.kind == "user" and actor.collection == USERS and actor.key is not None:
            user = await self._accounts.access.user(actor.key)
        if user is None:
            raise Unauthenticated("Nobody is signed in.", reason="credentials")
        return user

    async def _check_may(self, context: Context, user: User) -> None:
        """Raise Forbidden unless the caller may change the field, or has to."""
        if self._accounts.enforces_second_factor(context.actor):
            return
        if not await self._engine.allows(context, USERS, "update", (user.id,), fields=(FIELD,)):
            raise Forbidden("You may not change your second factor.", collection=USERS, path=())

    async def _count(self, user: User) -> None:
        """Count a try of somebody who has a session, and so may be a guest at an open computer."""
        if await self._accounts.claims.count("second factor", user.id, seconds=TRIES_SECONDS) > TRIES:
            raise TooManyRequests("Too many tries.", retry_after_seconds=TRIES_SECONDS)

    # UPDATE "satchel_users" SET "tfa_secret" = ? WHERE "id" = ? AND "tfa_secret" IS NULL
    async def _set(self, context: Context, key: str, sealed: str | None, expected: Condition) -> bool:
        """False when somebody else was first."""

        async def work(session: StoreSession) -> bool:
            await touch(session)
            if await session.update(USERS, {FIELD: sealed}, ("id", "=", key), expected) != 1:
                return False
            on: dict[str, Any] = {FIELD: CONCEALED}
            off: dict[str, Any] = {FIELD: None}
            before, after = (off, on) if sealed is not None else (on, off)
            change = Change(USERS, key, (key,), "update", before, after)
            await self._engine.writes.note(session.transaction, context, change)
            return True

        done = await self._store.write(work)
        self._accounts.access.changed()
        return done
