"""Owners: whether the account exists that a row of a sign-in table speaks of.

In charge of: refusing codes, second factors, links and known origins of nobody, and links to unknown providers, where
superusers and hooks write them as records. Not in charge of: the rows that signing in itself makes (their record was
just looked at), or those of an account that goes (`record_losses`). Registered by `app`; called in the write's
transaction, after the row was found fit otherwise: PocketBase complains about these last, and about one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from satchel.auth.providers import PROVIDERS
from satchel.auth.records import Records
from satchel.engine.ledger import Change
from satchel.engine.verbs import Engine, Session
from satchel.errors import FieldError, ValidationFailed
from satchel.expr.nodes import Param
from satchel.model.catalog import Collection
from satchel.model.system.sign_in import EXTERNAL_AUTHS, SUPERUSERS
from satchel.plan.query import Query

COLLECTION_REF, RECORD_REF, PROVIDER = "collectionRef", "recordRef", "provider"


@dataclass(frozen=True, slots=True)
class Owners:
    """The inside hook for creations and updates in `ACCOUNT_TABLES`."""

    engine: Engine
    records: Records

    async def check(self, change: Change, session: Session) -> None:
        """Raises ValidationFailed for a row of nobody, or of an unknown provider."""
        if change.action == "update" and change.after.keys().isdisjoint((COLLECTION_REF, RECORD_REF, PROVIDER)):
            return
        row = await self._whole(change, session)
        collection = self._collection(change, row[COLLECTION_REF])
        if not await self._exists(collection, row[RECORD_REF], change, session):
            raise _refusal(change, RECORD_REF, "invalid_record", "Missing or invalid record.")
        if change.collection == EXTERNAL_AUTHS.name and row[PROVIDER] not in PROVIDERS:
            raise _refusal(change, PROVIDER, "in_invalid", "Must be a valid value.")

    async def _whole(self, change: Change, session: Session) -> dict[str, str]:
        """The row as it is now; the change of an old one only tells what is new."""
        row: Mapping[str, Any] = change.after
        if change.action == "update":
            query = Query(change.collection, "pocketbase", action="view", key=Param(0, "list"))
            row = msgspec.json.decode((await session.read(query, (change.parts,))).data or b"{}")
        return {name: str(row.get(name) or "") for name in (COLLECTION_REF, RECORD_REF, PROVIDER)}

    def _collection(self, change: Change, identifier: str) -> Collection:
        catalog = self.engine.catalog
        found = catalog.get(catalog.by_id.get(identifier, ""))
        if found is None:
            raise _refusal(change, COLLECTION_REF, "invalid_collection_id", "Missing or invalid collection.")
        if found.type != "auth":
            text = "Invalid collection type - must be auth."
            raise _refusal(change, COLLECTION_REF, "invalid_collection_type", text)
        return found

    async def _exists(self, collection: Collection, key: str, change: Change, session: Session) -> bool:
        own = self.engine.catalog.collections[change.collection]
        if collection.name == SUPERUSERS or collection.source != own.source:
            return await self.records.find(collection, key) is not None
        # in the transaction: the record may have been made in it
        query = Query(collection.name, "pocketbase", action="view", key=Param(0, "list"))
        return bool(await session.keys(query, ((key,),)))


def _refusal(change: Change, field: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed([FieldError((field,), code, message)], collection=change.collection)
