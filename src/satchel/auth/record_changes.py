"""Changes to records that the ways to prove who one is make, in the name of the system.

In charge of: writing them through the engine, and what goes with an address that turns out to be verified. Not in
charge of: deciding that (the callers). Called by `confirmations`, `one_time_passwords` and `oauth2`.

Whoever proves that an address is theirs may meet a record that somebody else made with it before. So a record that
becomes verified loses what its maker could come in by: every link to an identity provider but the one just used, the
sessions that were opened by them, and, where the proof was not the password itself, the password.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satchel.auth.records import AuthRecord, Records
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.verbs import Engine, Session
from satchel.errors import Unauthenticated
from satchel.model.auth_fields import PASSWORD, TOKEN_KEY, VERIFIED
from satchel.policy.actor import Actor, Context

EXTERNAL_AUTHS = "_externalAuths"
PASSWORD_LENGTH = 30
TOKEN_KEY_LENGTH = 50
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """`now`: the current instant, in UTC."""

    engine: Engine
    store: Store
    records: Records
    now: Callable[[], datetime]

    async def write(self, record: AuthRecord, changes: Mapping[str, Any], reason: str) -> AuthRecord:
        """Change a record; how it is then. Raises what the engine raises, Unauthenticated when the record is gone."""
        payload = dict(changes)
        if PASSWORD in payload:
            payload["passwordConfirm"] = payload[PASSWORD]
        name = record.collection.name

        async def work(session: Session) -> None:
            await session.update(name, (record.id,), payload, "pocketbase")

        await self.engine.write(Context(Actor.system(reason), self.now()), name, work)
        return await self.again(record)

    async def again(self, record: AuthRecord) -> AuthRecord:
        """The record as it is stored now. Raises Unauthenticated (`unknown`) when it is gone."""
        found = await self.records.find(record.collection, record.id)
        if found is None:
            raise Unauthenticated("Invalid user credentials.", reason="unknown")
        return found

    async def verify(
        self, record: AuthRecord, reason: str, *, more: Mapping[str, Any] | None = None, keep: str = ""
    ) -> AuthRecord:
        """Make a record verified, with `more` changes. `keep`: the one identity provider whose link stays.

        Links go first: a record must never be verified while somebody else's link still opens it.
        """
        changes = {VERIFIED: True, **(more or {})}
        if await self.unlink_all(record, keep=keep) and PASSWORD not in changes:
            changes[TOKEN_KEY] = random_token_key()
        return await self.write(record, changes, reason)

    async def unlink_all(self, record: AuthRecord, *, keep: str = "") -> int:
        """Remove the links to identity providers; how many there were."""
        where: list[Condition] = [("collectionRef", "=", record.collection.id), ("recordRef", "=", record.id)]
        if keep:
            where.append(("provider", "!=", keep))

        async def work(session: StoreSession) -> int:
            return await session.delete(EXTERNAL_AUTHS, *where)

        return await self.store.write(work)


def random_password() -> str:
    """A password that nobody knows."""
    return _random_text(PASSWORD_LENGTH)


def random_token_key() -> str:
    """What tokens of records and users are signed with beside the secret, as PocketBase makes it: a new one voids
    them."""
    return _random_text(TOKEN_KEY_LENGTH)


def _random_text(length: int) -> str:
    """Letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def random_id() -> str:
    """The id of a new record, as PocketBase makes them."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(15))
