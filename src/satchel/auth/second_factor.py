"""The second factor: who proved who they are by one method has to do so by another.

In charge of: `_mfas`, the rows that say which method somebody has passed, and spending them. Not in charge of: the
methods, or answers (the wires). Called by `record_sign_in` as a gate; refreshing and impersonating don't pass it.

A row is spent by one DELETE: of many callers that show it at the same moment one signs in.

Superusers with an authenticator app need its code, whatever their collection says: beside the first method (`otp`), or
after it, with the row's id, where a code from a mail would be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from satchel.auth.accounts import Accounts
from satchel.auth.record_changes import random_id
from satchel.auth.record_sign_in import Method
from satchel.auth.records import AuthRecord
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Item, Store
from satchel.errors import Forbidden, SecondFactorRefused, SecondFactorWanted
from satchel.model.catalog import Collection
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Context

MFAS = "_mfas"
UNREADABLE = "Failed to read MFA Id."
EXPIRED = "Invalid or expired MFA session."
INVALID = "Invalid MFA session."
SAME_METHOD = "A different authentication method is required."
NOT_SET_UP = "A second factor has to be set up first, by the Directus protocol or in the studio."
ID_LENGTH_MAXIMUM = 255


class SecondFactor:
    """`now`: the current instant, in UTC."""

    def __init__(self, store: Store, accounts: Accounts, now: Callable[[], datetime]) -> None:
        self._store = store
        self._accounts = accounts
        self._records = accounts.records
        self._now = now

    async def gate(self, record: AuthRecord, method: Method, context: Context) -> None:
        """Let somebody through who has passed two methods, or needs only one.

        Raises SecondFactorWanted after the first one, SecondFactorRefused for a session that won't do; of superusers
        with an authenticator app Unauthenticated (`otp`) and TooManyRequests, and Forbidden of those who have to set
        one up first.
        """
        user = record.user
        if method == "totp":
            return
        if user is not None and user.second_factor:
            code = _text(context, "otp")
            if not code:
                raise SecondFactorWanted(await self._begin(record, method))
            await self._accounts.spend_code(user, code)
            return
        if user is not None and self._accounts.access.effective(user, context.actor.ip).enforce_tfa:
            raise Forbidden(NOT_SET_UP, reason="second_factor")
        options = record.collection.options["mfa"]
        if not options["enabled"] or not await self._records.meets(record, str(options["rule"] or ""), context):
            return
        shown = _text(context, "mfaId")
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

    async def by_code(self, collection: Collection, code: str, context: Context) -> AuthRecord | None:
        """Whose authenticator app made the code, if the `mfaId` of the request is of somebody who has one: let in by
        `finish` with the method `totp`. None where a code is to be one of a mail.

        Raises Unauthenticated (`otp`), TooManyRequests, SecondFactorRefused.
        """
        mfa_id = _text(context, "mfaId") if collection.name == SUPERUSERS else ""
        row = await self._row(collection, mfa_id) if mfa_id else None
        record = None
        if row is not None and row["collectionRef"] == collection.id:
            record = await self._records.find(collection, row["recordRef"])
        if record is None or record.user is None or not record.user.second_factor:
            if mfa_id and not collection.options["otp"]["enabled"]:
                raise SecondFactorRefused(EXPIRED)
            return None
        await self._accounts.spend_code(record.user, code)
        if await self._store.write(lambda session: session.delete(MFAS, ("id", "=", mfa_id))) != 1:
            raise SecondFactorRefused(EXPIRED)
        return record

    async def _row(self, collection: Collection, mfa_id: str) -> Item | None:
        """A session that has not expired."""
        since = iso(self._born(collection))
        rows = await self._store.select(
            MFAS, ("id", "collectionRef", "recordRef", "method"), ("id", "=", mfa_id), ("created", ">", since)
        )
        return next((item for item in rows if item["id"] == mfa_id), None)

    async def _spend(self, record: AuthRecord, method: Method, mfa_id: str) -> None:
        row = await self._row(record.collection, mfa_id)
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


def _text(context: Context, wanted: str) -> str:
    """A text (`mfaId` or `otp`) of the body, else of the query."""
    body: Mapping[str, Any] = context.request.get("body") or {}
    query: Mapping[str, Any] = context.request.get("query") or {}
    value = next((item for name, item in body.items() if name.lower() == wanted.lower()), None)
    if value is not None and not isinstance(value, str):
        raise SecondFactorRefused(UNREADABLE)
    found = value or str(query.get(wanted) or "")
    if found and not (len(found) <= ID_LENGTH_MAXIMUM and found.isprintable()):
        raise SecondFactorRefused(EXPIRED)
    return found
