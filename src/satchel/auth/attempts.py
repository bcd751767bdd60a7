"""Attempts: counting failed log-ins, and suspending whoever fails too often.

In charge of: the counter per user and the suspension, and the pauses between codes of a second factor. Not in charge
of: the limit's value (a project setting) or the answer to the caller, which is the same for every failure. Called by
`accounts`.

An attempt is counted before the password is looked at and forgiven afterwards, so that many at once can't slip under
the limit. The last admin is never suspended: else a stranger could lock everybody out for good.

Codes are few, so whoever knows the password could try them all. After some wrong ones in a row each further one has to
wait for longer, up to `PAUSE_MAX`, whoever sends it: that bounds guesses also where nobody is suspended, and ends by
itself. A code that comes too early is refused without a look at it, and does not count.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from satchel.auth.access import STATE, USERS, touch
from satchel.auth.admins import active_admins
from satchel.auth.sessions import end_all, iso
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import ConstraintFailed, TooManyRequests

LIMIT_DEFAULT = 25
SETTINGS = "directus_settings"
TRIES = 100
CODES_FREE = 5
"""So many wrong codes in a row cost nothing; the pause after the next one is a second, and then doubles."""
PAUSE_MAX = 900
CODES_FORGOTTEN = timedelta(days=1)
"""After so long without a wrong code the count begins anew."""


async def limit(store: Store) -> int | None:
    """How many failures in a row are borne; None for any number."""
    rows = await store.select(SETTINGS, ("auth_login_attempts",), order="id", limit=1)
    if not rows:
        return LIMIT_DEFAULT
    value = rows[0]["auth_login_attempts"]
    return None if value is None else max(1, int(value))


async def count(store: Store, user: str) -> int:
    """Count one attempt; how many there are now since the last success."""
    return await _counted(store, lambda session: _count(session, user))


async def forgive(session: StoreSession, user: str) -> None:
    """Start from nothing, after a success."""
    await session.delete(STATE, ("name", "in", [_name(user), _codes(user)]))


async def begin_code(store: Store, user: str, now: datetime) -> None:
    """Count a code before it is looked at; `forgive` when it was right. Raises TooManyRequests while it has to
    wait."""
    await _counted(store, lambda session: _begin_code(session, user, now))


def pause_after(count: int) -> int:
    """For how many seconds the next code has to wait after so many in a row."""
    return 0 if count <= CODES_FREE else min(2 ** min(count - CODES_FREE - 1, 30), PAUSE_MAX)


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


async def _counted(store: Store, work: Callable[[StoreSession], Awaitable[int | None]]) -> int:
    """What `work` counted; it is begun anew as long as others count in between. Raises TooManyRequests."""
    for _ in range(TRIES):
        try:
            counted = await store.write(work)
        except ConstraintFailed:  # two first ones at once
            continue
        if counted is not None:
            return counted
    raise TooManyRequests("Too many log-ins are in progress.", retry_after_seconds=1)


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


async def _begin_code(session: StoreSession, user: str, now: datetime) -> int | None:
    """None when another one was counted in between."""
    name = _codes(user)
    rows = await session.select(STATE, ("value", "expires"), ("name", "=", name))
    count, seen = 0, rows[0] if rows else None
    if seen is not None and str(seen["expires"]) > iso(now):
        wait = (datetime.fromisoformat(str(seen["expires"])) - now).total_seconds()
        raise TooManyRequests("Too many wrong codes.", retry_after_seconds=max(1, math.ceil(wait)))
    if seen is not None and str(seen["expires"]) > iso(now - CODES_FORGOTTEN):
        count = int(seen["value"])
    following = count + 1
    values = {"value": str(following), "expires": iso(now + timedelta(seconds=pause_after(following)))}
    if seen is None:
        await session.insert(STATE, {"name": name, **values})
        return following
    same: list[Condition] = [(part, "=", seen[part]) for part in ("value", "expires")]
    changed = await session.update(STATE, values, ("name", "=", name), *same)
    return following if changed == 1 else None


def _codes(user: str) -> str:
    return f"login_codes:{user}"


def _name(user: str) -> str:
    return f"login_attempts:{user}"
