"""Rows of Directus's own tables, put into the store's tables of the same names.

In charge of: which tables come along and in which order, what has to change on the way, and what goes again when it is
gone over there. Not in charge of: reading (`directus_data`), collections of data (`directus`). Called by `directus` and
`directus_in_place`.

Ids stay, hashes of passwords and static tokens too, so people and programs sign in as before. A row that names
something that is not there comes along without it, or not at all where it can't be without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from satchel.auth.access import touch
from satchel.auth.record_changes import random_token_key
from satchel.engine.metadata import Metadata, announce
from satchel.engine.schema_store import STATE
from satchel.engine.store import Condition, Store, StoreSession
from satchel.imports.directus_data import Item
from satchel.imports.sequences import renew_sequences
from satchel.model.catalog import EMPTY
from satchel.model.system.collections import PUBLIC_POLICY_ID, SYSTEM_BY_NAME, store_tables
from satchel.model.system.declare import SystemTable

USERS, ACCESS, SETTINGS = "directus_users", "directus_access", "directus_settings"
PEOPLE = ("directus_roles", "directus_policies", USERS, ACCESS, "directus_permissions")
METADATA = ("directus_collections", "directus_fields", "directus_relations")
OTHERS = (
    "directus_folders",
    "directus_files",
    "directus_presets",
    "directus_translations",
    "directus_dashboards",
    "directus_panels",
    "directus_flows",
    "directus_operations",
    "directus_versions",
    "directus_comments",
    "directus_notifications",
    "directus_shares",
    SETTINGS,
)
ACTIVITY, REVISIONS, VERSIONS = "directus_activity", "directus_revisions", "directus_versions"
LOG = (ACTIVITY, REVISIONS)
"""What was done and how items were: long, and of no use but to look back."""
MARK = "directus:"
"""Before the name of each table in `satchel_state`: what was taken of it."""

Note = Callable[[str], None]


class RowSource(Protocol):
    """Where rows are read: a database, or an API."""

    async def all_rows(self, name: str, types: Mapping[str, str]) -> list[Item]: ...

    def parts(self, name: str, types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        """The same in parts, for long tables."""
        ...


class SystemRows:
    """Takes rows over. `store`: knows added columns too. `note`: hears what could not come along."""

    def __init__(self, store: Store, metadata: Metadata, note: Note) -> None:
        self._store = store
        self._dialect = metadata.store_database.dialect
        self._tables = store_tables(metadata.store_name)
        self._note = note

    async def take(
        self,
        source: RowSource,
        tables: Sequence[str],
        added: Mapping[str, Mapping[str, str]],
        given: Mapping[str, list[Item]] = EMPTY,
    ) -> dict[str, int]:
        """Make the store's rows what Directus's tables hold, in one transaction; how many there are of each. Tables
        that have not changed since the last time are left alone. `added`: columns of somebody's own on system tables,
        with their types. `given`: rows that need not be read.
        """
        found: dict[str, list[Item]] = {}
        for name in tables:
            types = {**_types(SYSTEM_BY_NAME[name]), **added.get(name, {})}
            found[name] = given[name] if name in given else await source.all_rows(name, types)
        known = {row["name"]: json.loads(str(row["value"])) for row in await self._marks()}
        changed = [name for name in tables if known.get(MARK + name, {}).get("is") != fingerprint(found[name])]
        taken = {name: len(found[name]) for name in tables}
        if not changed:
            return taken

        async def work(session: StoreSession) -> None:
            await touch(session)
            if set(changed) & set(METADATA):
                await announce(session, None)
            for name in reversed(changed):
                await self._forget(session, name, found[name], known.get(MARK + name, {}).get("keys", []))
            for name in changed:
                await self._put(session, name, found[name])
                await _mark(session, name, found[name])

        await self._store.write(work)
        return taken

    async def take_log(self, source: RowSource) -> dict[str, int]:
        """Add activity and revisions to those that are here, in parts; how many there are. Their ids are moved past the
        largest one here, as both sides count from one.
        """
        counts: dict[str, int] = {}
        moved = {name: await self._largest(name) for name in LOG}
        for name in LOG:
            counts[name] = 0
            references = {"activity": moved[ACTIVITY], "parent": moved[REVISIONS]} if name == REVISIONS else {}
            shifts = {"id": moved[name], **references}
            async for part in source.parts(name, _types(SYSTEM_BY_NAME[name])):
                counts[name] += await self._store.write(partial(self._add, name, part, shifts))
        return counts

    async def _add(self, name: str, rows: Sequence[Item], shifts: Mapping[str, int], session: StoreSession) -> int:
        known: dict[str, set[Any]] = {}
        for label, table in (("activity", ACTIVITY), ("version", VERSIONS)) if name == REVISIONS else ():
            wanted = [_moved(row, label, shifts) for row in rows if row.get(label) is not None]
            found = await session.select(table, ("id",), ("id", "in", wanted))
            known[label] = {item["id"] for item in found}
        count = 0
        for row in rows:
            values = {label: _moved(row, label, shifts) for label in row}
            if "version" in known and values.get("version") not in known["version"]:
                values["version"] = None
            if "activity" in known and values["activity"] not in known["activity"]:
                continue
            await session.insert(name, values)
            count += 1
        await renew_sequences(session.transaction, self._dialect, self._tables[name])
        return count

    async def _largest(self, name: str) -> int:
        rows = await self._store.select(name, ("id",), order="id", descending=True, limit=1)
        return int(rows[0]["id"]) if rows else 0

    async def _marks(self) -> list[Item]:
        names = [MARK + name for name in SYSTEM_BY_NAME]
        return await self._store.select(STATE, ("name", "value"), ("name", "in", names))

    async def _forget(self, session: StoreSession, name: str, rows: Sequence[Item], before: Sequence[Any]) -> None:
        """Delete what was taken earlier and is gone over there."""
        key = SYSTEM_BY_NAME[name].key[0]
        here = {str(row[key]) for row in rows}
        for gone in before:
            if str(gone) not in here:
                await session.delete(name, (key, "=", gone))

    async def _put(self, session: StoreSession, name: str, rows: Sequence[Item]) -> None:
        table = SYSTEM_BY_NAME[name]
        key = table.key[0]
        if name == ACCESS and any(row.get("policy") == PUBLIC_POLICY_ID and _is_public(row) for row in rows):
            policy: Condition = ("policy", "=", PUBLIC_POLICY_ID)
            await session.delete(ACCESS, policy, ("role", "is null", None), ("user", "is null", None))
        references = [item for item in table.fields if item.reference is not None and item.reference.enforced]
        own = [item.name for item in references if item.reference is not None and item.reference.table == name]
        tables = {item.reference.table for item in references if item.reference is not None}
        keys = {item: await _keys(session, item) for item in tables}
        keys[name] = keys.get(name, set()) | {str(row[key]) for row in rows}
        later: list[tuple[Any, Item]] = []
        for row in rows:
            values = await self._fitting(session, table, row, keys)
            if values is None:
                continue
            postponed = {column: values[column] for column in own if values.get(column) is not None}
            first = {**values, **dict.fromkeys(postponed)}
            if name == "directus_fields":  # a field has one row, whoever made it
                of: Condition = ("collection", "=", row["collection"])
                await session.delete(name, of, ("field", "=", row["field"]), (key, "!=", row[key]))
            if await session.update(name, first, (key, "=", row[key])) == 0:
                await session.insert(name, {**first, **_own(name)})
            if postponed:
                later.append((row[key], postponed))
        for identifier, values in later:
            await session.update(name, values, (key, "=", identifier))
        await renew_sequences(session.transaction, self._dialect, self._tables[name])

    async def _fitting(
        self, session: StoreSession, table: SystemTable, row: Item, keys: Mapping[str, set[str]]
    ) -> Item | None:
        """The row without what leads nowhere; None for one that can't be."""
        values = dict(row)
        for item in table.fields:
            if item.reference is None or not item.reference.enforced or values.get(item.name) is None:
                continue
            if str(values[item.name]) not in keys[item.reference.table]:
                if not item.nullable:
                    self._note(f"A row of {table.name} is left out: its {item.name} does not exist.")
                    return None
                values[item.name] = None
        for item in table.fields:
            if item.name in values and values[item.name] is None and not item.nullable and item.default is not None:
                values[item.name] = item.default
        if table.name == USERS and values.get("email"):
            values["email"] = str(values["email"]).strip().lower()
            taken = await session.select(USERS, ("id",), ("email", "=", values["email"]))
            if taken and str(taken[0]["id"]) != str(row["id"]):
                self._note(f"The user {values['email']} is left out: there is another one with this address here.")
                return None
        return values


def _moved(row: Item, label: str, shifts: Mapping[str, int]) -> Any:
    value = row[label]
    return value + shifts[label] if label in shifts and value is not None else value


def _is_public(row: Mapping[str, Any]) -> bool:
    return row.get("role") is None and row.get("user") is None


def _own(name: str) -> Item:
    """What Satchel keeps of a new row beside what Directus does."""
    return {"token_key": random_token_key()} if name == USERS else {}


def _types(table: SystemTable) -> dict[str, str]:
    return {item.name: item.type for item in table.fields if item.type != "alias" and not item.internal}


async def _keys(session: StoreSession, name: str) -> set[str]:
    key = SYSTEM_BY_NAME[name].key[0]
    return {str(row[key]) for row in await session.select(name, (key,))}


async def _mark(session: StoreSession, name: str, rows: Sequence[Item]) -> None:
    key = SYSTEM_BY_NAME[name].key[0]
    value = {"value": json.dumps({"is": fingerprint(rows), "keys": [row[key] for row in rows]})}
    if await session.update(STATE, value, ("name", "=", MARK + name)) == 0:
        await session.insert(STATE, {"name": MARK + name, **value})


def fingerprint(rows: Sequence[Item]) -> str:
    """A digest of rows as they are over there."""
    text = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
