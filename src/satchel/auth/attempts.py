"""Attempts: counting failed log-ins, and suspending whoever fails too often.

In charge of: the counter per user and the suspension. Not in charge of: the limit's value (a project setting) or the
answer to the caller, which is the same for every failure. Called by `accounts`.

An attempt is counted before the password is looked at and forgiven afterwards, so that many at once can't slip under
the limit. The last admin is never suspended: else a stranger could lock everybody out for good.
"""

from __future__ import annotations

from satchel.auth.access import STATE, USERS, touch
from satchel.auth.admins import active_admins
from satchel.auth.sessions import end_all
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConstraintFailed, TooManyRequests

LIMIT_DEFAULT = 25
SETTINGS = "directus_settings"
TRIES = 100


async def limit(store: Store) -> int | None:
    """How many failures in a row are borne; None for any number."""
    rows = await store.select(SETTINGS, ("auth_login_attempts",), order="id", limit=1)
    if not rows:
        return LIMIT_DEFAULT
    value = rows[0]["auth_login_attempts"]
    return None if value is None else max(1, int(value))


async def count(store: Store, user: str) -> int:
    """Count one attempt; how many there are now since the last success."""
    for _ in range(TRIES):
        try:
            counted = await store.write(lambda session: _count(session, user))
        except ConstraintFailed:  # two first attempts at once
            continue
        if counted is not None:
            return counted
    raise TooManyRequests("Too many log-ins are in progress.", retry_after_seconds=1)


async def forgive(session: StoreSession, user: str) -> None:
    """Start from nothing, after a success."""
    await session.delete(STATE, ("name", "=", _name(user)))


async def suspend(store: Store, user: str) -> bool:
    """Suspend a user who failed too often, and end all sessions. False for the last admin, who stays."""

    async def work(session: StoreSession) -> bool:
        await touch(session)
        if await active_admins(session, limit=2) == [user]:
            return False
        await session.update(USERS, {"status": "suspended"}, ("id", "=", user), ("status", "=", "active"))
        await end_all(session, [user])
        # The count stays: attempts that were under way when the limit was reached must still meet it. It is forgiven
        # when
        # somebody lets the user in again (see `changes`).
        return True

    return await store.write(work)


async def _count(session: StoreSession, user: str) -> int | None:
    """None when another attempt was counted in between: the value is written only over the one that was read."""
    name = _name(user)
    rows = await session.select(STATE, ("value",), ("name", "=", name))
    if not rows:
        await session.insert(STATE, {"name": name, "value": "1"})
        return 1
    seen = str(rows[0]["value"])
    following = int(seen) + 1 if seen.isdecimal() else 1
    changed = await session.update(STATE, {"value": str(following)}, ("name", "=", name), ("value", "=", seen))
    return following if changed == 1 else None


def _name(user: str) -> str:
    return f"login_attempts:{user}"
