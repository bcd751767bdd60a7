"""Superusers as records of `_superusers`: what creating, changing and deleting one means for the users behind them.

In charge of: turning a record's values into a user's. Not in charge of: rights and complaints (`engine/write` judges
the record), what follows for sessions and tokens (`changes`), the rows as they are read (`sql/superusers`). Called by
the engine, to which `app` gives it as a stand-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.auth.access import USERS
from satchel.auth.admins import LAST_ADMIN, active_admins
from satchel.auth.sessions import iso
from satchel.auth.superusers import Superusers
from satchel.engine.store import Store
from satchel.engine.write import WriteSession
from satchel.errors import Unprocessable
from satchel.model.auth_fields import EMAIL, PASSWORD
from satchel.model.catalog import Key

_OWN = (EMAIL, PASSWORD)
"""What of a record is the user's own; the rest follows from being one."""


class SuperuserRecords:
    """See `engine/stand_ins`."""

    def __init__(self, tables: Store, superusers: Superusers) -> None:
        self._tables = tables
        self._superusers = superusers

    async def create(self, values: Mapping[str, Any], session: WriteSession) -> Key:
        role = await self._superusers.admin_role(self._tables.session(session.transaction))
        user = {**_own(values), "id": values.get("id"), "role": role, "status": "active", "provider": "default"}
        key = await session.create(USERS, user, "pocketbase")
        await self._date(key, session, "created", "updated")
        return key

    async def update(self, key: Key, values: Mapping[str, Any], session: WriteSession) -> None:
        user = _own(values)
        if user:
            await session.update(USERS, key, user, "pocketbase")
            await self._date(key, session, "updated")

    async def _date(self, key: Key, session: WriteSession, *names: str) -> None:
        """Dates that no wire shows of a user (see `changes`), and that the record is read back with at once."""
        at = iso(session.context.now)
        store = self._tables.session(session.transaction)
        await store.update(USERS, dict.fromkeys(names, at), ("id", "=", str(key[0])))

    async def delete(self, key: Key, session: WriteSession) -> None:
        if await active_admins(self._tables.session(session.transaction), limit=2) == [str(key[0])]:
            raise Unprocessable(LAST_ADMIN, reason="last_admin")
        await session.delete(USERS, key)


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in _OWN if name in values}
