"""The second factor: who proved who they are by one method has to do so by another.

In charge of: `_mfas`, the rows that say which method somebody has passed, and spending them. Not in charge of: the
methods, or answers (the wires). Called by `record_sign_in` as a gate; refreshing and impersonating don't pass it.

A row is spent by one DELETE: of many callers that show it at the same moment one signs in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from satchel.auth.record_changes import random_id
from satchel.auth.record_sign_in import Method
from satchel.auth.records import AuthRecord, Records
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Store
from satchel.errors import SecondFactorRefused, SecondFactorWanted
from satchel.model.catalog import Collection
from satchel.policy.actor import Context

MFAS = "_mfas"
UNREADABLE = "Failed to read MFA Id."
EXPIRED = "Invalid or expired MFA session."
INVALID = "Invalid MFA session."
SAME_METHOD = "A different authentication method is required."
ID_LENGTH_MAXIMUM = 255


class SecondFactor:
    """`now`: the current instant, in UTC."""

    def __init__(self, store: Store, records: Records, now: Callable[[], datetime]) -> None:
        self._store = store
        self._records = records
        self._now = now

    async def gate(self, record: AuthRecord, method: Method, context: Context) -> None:
        """Let somebody through who has passed two methods, or needs only one.

        Raises SecondFactorWanted after the first one, SecondFactorRefused for a session that won't do.
        """
        options = record.collection.options["mfa"]
        if not options["enabled"] or not await self._records.meets(record, str(options["rule"] or ""), context):
            return
        shown = _shown(context)
        if not shown:
            raise SecondFactorWanted(await self._begin(record, method))
        await self._spend(record, method, shown)

    async def _begin(self, record: AuthRecord, method: Method) -> str:
        now = iso(self._now())
        row = {
            "id": random_id(),
            "collectionRef": record.collection.id,
            "recordRef": record.id,
            "method": method,
            "created": now,
            "updated": now,
        }
        await self._store.write(lambda session: session.insert(MFAS, row))
        return row["id"]

    async def _spend(self, record: AuthRecord, method: Method, mfa_id: str) -> None:
        since = iso(self._born(record.collection))
        rows = await self._store.select(
            MFAS, ("id", "collectionRef", "recordRef", "method"), ("id", "=", mfa_id), ("created", ">", since)
        )
        row = next((item for item in rows if item["id"] == mfa_id), None)
        if row is None:
            raise SecondFactorRefused(EXPIRED)
        if row["collectionRef"] != record.collection.id or row["recordRef"] != record.id:
            raise SecondFactorRefused(INVALID)
        if row["method"] == method:
            raise SecondFactorRefused(SAME_METHOD)
        if await self._store.write(lambda session: session.delete(MFAS, ("id", "=", mfa_id))) != 1:
            raise SecondFactorRefused(EXPIRED)

    def _born(self, collection: Collection) -> datetime:
        """Sessions that were begun before this moment have expired."""
        return self._now() - timedelta(seconds=int(collection.options["mfa"]["duration"]))

    async def sweep(self, collections: Iterable[Collection]) -> int:
        """Remove sessions that have expired; how many."""
        count = 0
        for found in collections:
            where: tuple[Condition, ...] = (("collectionRef", "=", found.id), ("created", "<=", iso(self._born(found))))
            count += await self._store.write(lambda session, where=where: session.delete(MFAS, *where))
        return count


def _shown(context: Context) -> str:
    """The `mfaId` of the body, else of the query."""
    body: Mapping[str, Any] = context.request.get("body") or {}
    query: Mapping[str, Any] = context.request.get("query") or {}
    value = next((item for name, item in body.items() if name.lower() == "mfaid"), None)
    if value is not None and not isinstance(value, str):
        raise SecondFactorRefused(UNREADABLE)
    found = value or str(query.get("mfaId") or "")
    if found and not (len(found) <= ID_LENGTH_MAXIMUM and found.isprintable()):
        raise SecondFactorRefused(EXPIRED)
    return found
