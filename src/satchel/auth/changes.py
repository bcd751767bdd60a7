"""Changes: what must follow when accounts or permissions are written like any other item.

In charge of: ending sessions of users whose password, status, role or address changed, and those by shares that are not
what they were; keeping one admin; telling all workers. Not in charge of: the write itself or who may do it
(`engine/write`). Called in the write's transaction, before it commits, with all that was changed in it;
`Accounts.access.changed()` follows after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from satchel.auth.access import USERS, touch
from satchel.auth.admins import keep_one_admin
from satchel.auth.attempts import forgive
from satchel.auth.sessions import end_all, end_shares
from satchel.auth.share_rows import SHARES
from satchel.engine.store import StoreSession

WATCHED = frozenset({USERS, SHARES, "directus_roles", "directus_policies", "directus_access", "directus_permissions"})
"""The collections whose changes concern this room."""

ENDING = frozenset({"password", "status", "role", "email"})
"""Fields of a user that end sessions when they change."""

KEEPING = frozenset({"name", "times_used", "max_uses"})
"""Fields of a share whose change does not end the sessions by it."""

# What can take admin access from somebody: (collection, fields); deletions always can.
_RISKY = {
    USERS: frozenset({"status", "role"}),
    "directus_roles": frozenset({"parent", "policies", "users"}),
    "directus_policies": frozenset({"admin_access", "users", "roles"}),
    "directus_access": frozenset({"role", "user", "policy"}),
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One changed row. `fields`: the names of the fields whose values changed (of an update)."""

    collection: str
    action: Literal["create", "update", "delete"]
    key: str
    fields: frozenset[str] = frozenset()


async def settle(session: StoreSession, changes: Iterable[RowChange], at: str) -> bool:
    """Do what must follow; whether anything concerned accounts. `at`: the instant of the change, as it is stored.
    Raises Unprocessable when no admin would be left."""
    concerned = [change for change in changes if change.collection in WATCHED]
    if not concerned:
        return False
    # First of all, so that two transactions that each remove "the other admin" wait for each other here.
    await touch(session)
    for change in concerned:
        if change.collection == USERS and change.action != "delete":
            dates = {"created": at, "updated": at} if change.action == "create" else {"updated": at}
            await session.update(USERS, dates, ("id", "=", change.key))
    ended = sorted({change.key for change in concerned if _ends_sessions(change)})
    if ended:
        await end_all(session, ended)
    shares = sorted({change.key for change in concerned if _ends_share(change)})
    if shares:
        await end_shares(session, shares)
    for change in concerned:
        # Whoever was suspended for failed log-ins and is let in again starts from nothing.
        if change.collection == USERS and (change.action == "delete" or change.fields & {"status", "password"}):
            await forgive(session, change.key)
    if any(_may_take_admin_access(change) for change in concerned):
        await keep_one_admin(session)
    return True


def _ends_sessions(change: RowChange) -> bool:
    return change.collection == USERS and (change.action == "delete" or bool(change.fields & ENDING))


def _ends_share(change: RowChange) -> bool:
    return change.collection == SHARES and (change.action == "delete" or bool(change.fields - KEEPING))


def _may_take_admin_access(change: RowChange) -> bool:
    risky = _RISKY.get(change.collection)
    if risky is None or change.action == "create":
        return False
    return change.action == "delete" or bool(change.fields & risky)
