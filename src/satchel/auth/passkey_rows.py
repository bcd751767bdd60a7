"""Passkeys as they are stored: rows of `satchel_passkeys`, which no wire shows.

In charge of: reading, adding and removing them, and the sessions that go with one. Not in charge of: who may
(`passkeys`), or what a passkey signs (`relying_party`). Called by `passkeys`, `proving` and `superusers`.

A row is found by the digest of what the authenticator calls the passkey, which may be too long for an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from satchel.auth.sessions import SESSIONS
from satchel.engine.store import Condition, Store, StoreSession

PASSKEYS = "satchel_passkeys"
FIELDS = ("id", "user", "name", "attested", "rp_id", "counter", "synced", "created", "last_used")


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """`attested`: identifier and public key, as the authenticator gave them, in base64url. `rp_id`: the host it is good
    at. `synced`: whether its owner's other devices have it too, at last sight.
    """

    id: str
    user: str
    name: str
    attested: str
    rp_id: str
    counter: int
    synced: bool
    created: str
    last_used: str | None


async def of_user(source: Store | StoreSession, user: str) -> list[PasskeyRow]:
    """A user's passkeys, the oldest first."""
    rows = await source.select(PASSKEYS, FIELDS, ("user", "=", user), order="created")
    return [_row(row) for row in rows]


async def by_digest(store: Store, digest: str) -> PasskeyRow | None:
    rows = await store.select(PASSKEYS, FIELDS, ("digest", "=", digest), limit=1)
    return _row(rows[0]) if rows else None


async def take_away(session: StoreSession, user: str, id: str | None, *, current: str | None = None) -> list[str]:
    """Remove one passkey of a user, or all (None), and end the sessions that were opened with it; the names of what was
    removed. `current`: the session that asks goes on, as if it had been opened by the password alone.
    """
    which: tuple[Condition, ...] = (("user", "=", user),) if id is None else (("user", "=", user), ("id", "=", id))
    gone = await session.select(PASSKEYS, ("id", "name"), *which)
    if not gone:
        return []
    opened: Condition = ("passkey", "in", [str(row["id"]) for row in gone])
    if current is not None:
        await session.update(SESSIONS, {"passkey": None}, ("token", "=", current), opened)
    await session.delete(SESSIONS, opened)
    await session.delete(PASSKEYS, *which)
    return [str(row["name"]) for row in gone]


def _row(row: dict[str, Any]) -> PasskeyRow:
    return PasskeyRow(
        id=str(row["id"]),
        user=str(row["user"]),
        name=str(row["name"]),
        attested=str(row["attested"]),
        rp_id=str(row["rp_id"]),
        counter=int(row["counter"]),
        synced=bool(row["synced"]),
        created=str(row["created"]),
        last_used=None if row["last_used"] is None else str(row["last_used"]),
    )
