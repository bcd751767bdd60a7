"""Users' second factor: setting it up and taking it away.

In charge of: generating, enabling and disabling. Not in charge of: codes (`totp`), the log-in that asks for one
(`accounts`), or that somebody who lacks one may do nothing else (`access`). Called by the Directus wire.

Who sets it up shows the password first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from satchel.auth.access import USERS, touch
from satchel.auth.accounts import Accounts
from satchel.auth.proving import FIELD, Proving
from satchel.auth.totp import otpauth_url
from satchel.engine.engine import Engine
from satchel.engine.ledger import Change
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_plan import CONCEALED
from satchel.errors import Forbidden, InvalidPayload
from satchel.policy.actor import Actor, Context

PROJECT_NAME = "Satchel"


@dataclass(frozen=True, slots=True)
class Generated:
    """A secret that is not in force yet, and what an authenticator app reads."""

    secret: str
    url: str


class UserSecondFactor:
    """One per program."""

    def __init__(self, accounts: Accounts, proving: Proving, engine: Engine, store: Store) -> None:
        self._accounts = accounts
        self._proving = proving
        self._engine = engine
        self._store = store

    async def generate(self, actor: Actor, password: str | None) -> Generated:
        """A new secret, for whoever knows the password; people of identity providers have none here.

        Raises Unauthenticated, Forbidden, InvalidPayload, TooManyRequests.
        """
        user = await self._proving.user(actor)
        await self._proving.check_factor(actor, user)
        await self._proving.check_password(user, password)
        if user.second_factor:
            raise InvalidPayload("TFA Secret is already set for this user")
        secret = self._accounts.totp.new_secret()
        rows = await self._store.select("directus_settings", ("project_name",), limit=1)
        issuer = str(rows[0]["project_name"] or PROJECT_NAME) if rows else PROJECT_NAME
        return Generated(secret, otpauth_url(secret, issuer=issuer, account=user.email))

    async def enable(self, context: Context, secret: str, code: str) -> None:
        """Put a secret into force. Raises InvalidPayload, Forbidden, Unauthenticated, TooManyRequests."""
        user = await self._proving.user(context.actor)
        await self._proving.check_factor(context.actor, user)
        await self._proving.check_may(context, user)
        await self._proving.count(user)
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
        user = await self._proving.user(context.actor)
        if not user.second_factor:
            raise InvalidPayload(f'User "{user.id}" doesn\'t have TFA enabled')
        await self._proving.check_may(context, user)
        await self._proving.count(user)
        if not await self._accounts.totp.spend(user, code):
            raise InvalidPayload('"otp" is invalid')
        await self._set(context, user.id, None, (FIELD, "=", user.sealed_secret))

    async def disable_for(self, context: Context, key: str) -> None:
        """Take somebody's away, without a code. Raises Forbidden unless an admin asks, and for nobody's key."""
        if not context.actor.admin or await self._accounts.access.user(key) is None:
            raise Forbidden("Only admins take away another user's second factor.")
        await self._set(context, key, None, (FIELD, "is not null", None))

    # --- parts

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
