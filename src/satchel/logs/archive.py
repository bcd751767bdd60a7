"""The table of logs: writing, reading, counting, deleting.

In charge of: making the table, and every question about it. Not in charge of: taking notes (`recorder`), permissions
(all of this is for superusers; the wire asks who it is). Made by `app`; called by the wire, and by the jobs that clean
up.

Beside an embedded store the table lives in a file of its own, so that logs never wait for data nor data for logs; in a
store on a server it is one more table there. Reads are planned by the engine like any other, over a catalog that holds
this one collection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from satchel.db.base import Database, Transaction
from satchel.engine.read import Reader
from satchel.engine.schema_run import run_changes
from satchel.engine.store import Store
from satchel.engine.verbs import Answer
from satchel.errors import DatabaseError
from satchel.expr.nodes import Node, Path
from satchel.logs.rows import Row, stamp
from satchel.model.catalog import Catalog
from satchel.model.system.book_keeping import LOGS
from satchel.model.system.declare import collection_of
from satchel.model.system.migrations import creation_of
from satchel.plan.limits import Limits
from satchel.plan.query import Aggregate, Arguments, Query, Sort
from satchel.policy.actor import Actor, Context
from satchel.policy.grants import admin_grants
from satchel.sql import write as statements
from satchel.sql.ddl import ddl_of
from satchel.sql.dialects import DIALECTS

NAME = LOGS.name
KINDS = {"id": "text", "created": "text", "message": "text", "level": "number", "data": "json", "hour": "text"}
ORDER = ("id", "created", "data", "message", "level")
ATTEMPTS = 5
PAUSE_SECONDS = 0.2
DELETE_ROWS = 5000
STATEMENT_ROWS = 50


class LogArchive:
    """`database`: where the table is or is to be."""

    def __init__(self, database: Database, rows_max: int) -> None:
        self._database = database
        self._rows_max = rows_max
        declared = collection_of(LOGS, source=database.name, schema=None, internal=True)
        kinds = {name: replace(field, kind=KINDS[name]) for name, field in declared.fields.items()}
        collection = replace(declared, fields=kinds)
        self._catalog = Catalog.build([collection], version=1)
        self._grants = admin_grants(self._catalog)
        self._dialect = DIALECTS[database.dialect]
        self._collection = collection
        self._fields = [collection.fields[name] for name in ("id", "created", "hour", "level", "message", "data")]
        self._encode = tuple(statements.encoder(self._dialect, field, str) for field in self._fields)
        self._inserts: dict[int, str] = {}
        self._store = Store(database, DIALECTS[database.dialect], {NAME: collection})
        self._reader = Reader({database.name: database}, Limits(depth=1))

    async def open(self) -> None:
        """Make the table if it is missing, once, however many workers start together."""
        for attempt in range(ATTEMPTS):
            try:
                await self._store.select(NAME, ("id",), limit=1)
                return
            except DatabaseError:
                if attempt + 1 == ATTEMPTS:
                    raise
            try:
                await self._database.write_schema(self._create)
            except DatabaseError:
                await asyncio.sleep(PAUSE_SECONDS * attempt)  # another worker may be at it

    async def _create(self, transaction: Transaction) -> None:
        await run_changes(transaction, ddl_of(self._database.dialect), creation_of(LOGS, None))

    async def add(self, rows: Sequence[Row]) -> None:
        """Write rows in one transaction, many with each statement."""

        async def work(transaction: Transaction) -> None:
            for start in range(0, len(rows), STATEMENT_ROWS):
                some = rows[start : start + STATEMENT_ROWS]
                values = [value for row in some for value in self._bound(row)]
                await transaction.run(self._insert(len(some)), values)

        await self._database.write(work, heavy=True)

    def _insert(self, count: int) -> str:
        """The statement that writes so many rows, of which there are at most `STATEMENT_ROWS`."""
        found = self._inserts.get(count)
        if found is None:
            found = self._inserts[count] = statements.insert(
                self._dialect, self._collection, self._fields, (), rows=count
            ).sql
        return found

    def _bound(self, row: Row) -> list[Any]:
        values = (row.id, row.created, f"{row.created[:13]}:00:00.000Z", row.level, row.message, row.data)
        return [encode(value) for encode, value in zip(self._encode, values, strict=True)]

    async def read(self, query: Query, values: Sequence[Any]) -> Answer:
        """A list or one entry, asked for in PocketBase's style. Raises InvalidQuery, Forbidden."""
        if query.action == "list" and not query.arguments.sort:
            query = replace(query, arguments=replace(query.arguments, sort=(Sort(Path(("id",))),)))
        return await self._reader.read(query, values, _context(), self._catalog, self._grants)

    async def since(self, moment: datetime, limit: int) -> list[dict[str, Any]]:
        """The entries that were noted since then, oldest first."""
        return await self._store.select(
            NAME, ORDER, ("created", ">=", stamp(moment.timestamp())), order="id", limit=limit
        )

    async def per_hour(self, where: Node | None, values: Sequence[Any]) -> list[dict[str, Any]]:
        """`[{"date": "2026-11-28 01:00:00.000Z", "total": 12}]`, oldest first. Raises InvalidQuery, Forbidden."""
        arguments = Arguments(
            where=where,
            aggregate=(Aggregate("count", "*"),),
            group=(Path(("hour",)),),
            sort=(Sort(Path(("hour",))),),
        )
        query = Query(NAME, "directus", arguments=arguments)
        answer = await self._reader.read(query, values, _context(), self._catalog, self._grants)
        found: list[dict[str, Any]] = msgspec.json.decode(answer.data or b"[]")
        return [{"date": row["hour"], "total": int(row["count"])} for row in found]

    async def clear(self) -> None:
        """Delete all of them."""
        await self._store.write(lambda session: session.delete(NAME))

    async def clean_up(self, days: int) -> None:
        """Delete what is older than so many days, and the oldest beyond the bound, a few at a time."""
        moment = datetime.now(UTC) - timedelta(days=days)
        await self._delete_until("created", stamp(moment.timestamp()))
        rows = await self._store.select(NAME, ("id",), order="id", descending=True, limit=self._rows_max + 1)
        if len(rows) > self._rows_max:
            await self._delete_until("id", str(rows[-1]["id"]))

    async def _delete_until(self, field: str, last: str) -> None:
        while True:
            rows = await self._store.select(NAME, ("id",), (field, "<=", last), order="id", limit=DELETE_ROWS)
            if not rows:
                return
            keys = [row["id"] for row in rows]
            first, until = keys[0], keys[-1]
            await self._store.write(
                lambda session: session.delete(NAME, ("id", ">=", first), ("id", "<=", until), (field, "<=", last))  # noqa: B023 - awaited
            )


def _context() -> Context:
    return Context(Actor.system("logs"), datetime.now(UTC), {})
