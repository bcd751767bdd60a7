"""Admins: who they are, and that one is left.

In charge of: finding active users with admin access, and the refusal to lose the last one. Not in charge of: changing
users. Called by `superusers`, `attempts`, `setup` and `changes`.
"""

from __future__ import annotations

from satchel.auth.access import USERS, load_book
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import Unprocessable
from satchel.policy.load_policies import admin_holders

LAST_ADMIN = "Cannot remove the last admin user from the system"


async def active_admins(source: Store | StoreSession, *, limit: int | None = None) -> list[str]:
    """Ids of active users who hold admin access themselves or by their role, sorted."""
    users, roles = admin_holders(await load_book(source))
    found: set[str] = set()
    ways: list[Condition] = [("id", "in", sorted(users)), ("role", "in", sorted(roles))]
    for way in ways:
        if way[2]:
            rows = await source.select(USERS, ("id",), ("status", "=", "active"), way, order="id", limit=limit)
            found.update(str(row["id"]) for row in rows)
    return sorted(found)[:limit]


async def keep_one_admin(session: StoreSession) -> None:
    """Refuse the transaction's changes if they leave nobody with admin access.

    `touch` must have come first in the transaction, so that two that each remove "the other admin" wait for each other.
    """
    if not await active_admins(session, limit=1):
        raise Unprocessable(LAST_ADMIN, reason="last_admin")
