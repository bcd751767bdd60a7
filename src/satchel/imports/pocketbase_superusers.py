"""Superusers of a PocketBase folder that is served where it is: the same people on both sides.

In charge of: `_superusers`, in both directions. Not in charge of: who is right (`agreements`), accounts in general
(`auth/`). Called by `pocketbase_in_place`.

People are known by their address. PocketBase reads passwords hashed by bcrypt only, which is what accounts get while a
folder of its is served; whoever has another one keeps the old password there, and is named. PocketBase is never left
without a superuser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from satchel.auth.admins import active_admins
from satchel.auth.record_changes import random_id
from satchel.auth.superusers import Superusers
from satchel.auth.tokens import random_text
from satchel.db.base import Database, Row, Transaction
from satchel.engine.store import Store, StoreSession
from satchel.errors import NotFound, Unprocessable
from satchel.imports.agreements import Agreements
from satchel.imports.pocketbase import SUPERUSERS, USERS
from satchel.imports.pocketbase_data import read_rows

COLUMNS: tuple[str, ...] = ("id", "email", "password", "tokenKey", "created", "updated")
PEOPLE = "superusers"
"""The addresses that both sides last agreed on."""
TOKEN_KEY_LENGTH = 50


class SuperusersInPlace:
    """`source`: the folder's database. `store`: ours. `note`: hears what was left out."""

    def __init__(self, source: Database, store: Store, agreements: Agreements, note: Callable[[str], None]) -> None:
        self._source = source
        self._store = store
        self._agreements = agreements
        self._note = note

    async def open(self) -> None:
        """Bring both sides together."""
        rows = await self._rows()
        if await self._agreements.changed(SUPERUSERS, rows):
            await self._take([_named(row) for row in rows])
            await self._agree()
        else:
            await self.give()

    async def _rows(self) -> list[Row]:
        return [row async for batch in read_rows(self._source, SUPERUSERS, COLUMNS) for row in batch]

    async def _agree(self) -> None:
        rows = await self._rows()
        await self._agreements.agree(SUPERUSERS, rows)
        await self._agreements.write(PEOPLE, json.dumps(sorted(str(row[1]).lower() for row in rows)))

    # --- from there to here

    async def _take(self, theirs: Sequence[Mapping[str, Any]]) -> None:
        superusers = Superusers(self._store, lambda: datetime.now(UTC))
        for row in theirs:
            user, _ = await superusers.upsert(str(row["email"]).lower(), str(row["password"]))
            await self._keep_key(user, str(row["tokenKey"]))
        known = json.loads(await self._agreements.read(PEOPLE) or "[]")
        for email in sorted(set(known) - {str(row["email"]).lower() for row in theirs}):
            try:
                await superusers.delete(email)
            except NotFound:
                continue
            except Unprocessable as error:
                self._note(f"PocketBase has no superuser {email} any more, who stays here: {error.message}")

    async def _keep_key(self, user: str, token_key: str) -> None:
        async def work(session: StoreSession) -> None:
            await session.update(USERS, {"token_key": token_key}, ("id", "=", user))

        await self._store.write(work)

    # --- from here to there

    async def give(self) -> None:
        """Make PocketBase's superusers those that we have."""
        ours = await self._ours()
        theirs = {str(row["email"]).lower(): row for row in map(_named, await self._rows())}
        readable = {email: password for email, password in ours.items() if password.startswith("$2")}
        for email in sorted(ours.keys() - readable.keys()):
            self._note(f"PocketBase can't read the password of {email}: set it with `pocketbase superuser upsert`.")
        gone = [row["id"] for email, row in theirs.items() if email not in ours]
        left = readable.keys() | (theirs.keys() & ours.keys())
        changed = {email: password for email, password in readable.items() if _differs(theirs.get(email), password)}

        async def work(transaction: Transaction) -> None:
            for email, password in changed.items():
                await _save(transaction, theirs.get(email), email, password)
            for identifier in gone if left else ():
                await transaction.run(f'DELETE FROM "{SUPERUSERS}" WHERE id = ?', [identifier])

        if changed or gone:
            await self._source.write(work)
        await self._agree()

    async def _ours(self) -> dict[str, str]:
        """Addresses and hashes of all active users with admin access."""
        ids = await active_admins(self._store)
        rows = await self._store.select(USERS, ("email", "password"), ("id", "in", ids)) if ids else []
        return {str(row["email"]).lower(): str(row["password"] or "") for row in rows if row["email"]}


def _named(row: Row) -> Mapping[str, Any]:
    return dict(zip(COLUMNS, row, strict=True))


def _differs(row: Mapping[str, Any] | None, password: str) -> bool:
    return row is None or row["password"] != password


async def _save(transaction: Transaction, row: Mapping[str, Any] | None, email: str, password: str) -> None:
    """One superuser. A new password ends what was signed in with the old one."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + "Z"
    key = random_text(TOKEN_KEY_LENGTH)
    if row is not None:
        statement = f'UPDATE "{SUPERUSERS}" SET "password" = ?, "tokenKey" = ?, "updated" = ? WHERE "id" = ?'
        await transaction.run(statement, [password, key, now, row["id"]])
        return
    names = '"id", "email", "emailVisibility", "verified", "password", "tokenKey", "created", "updated"'
    values = [random_id(), email, False, True, password, key, now, now]
    await transaction.run(f'INSERT INTO "{SUPERUSERS}" ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', values)
