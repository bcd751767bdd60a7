"""Changes: the change log.

In charge of: writing change sets into the store's table `satchel_changes`. Not in charge of: what changed (`ledger`),
or reading the log (history, realtime). Called by `writes`.

Where the data and the store are one database, log and data commit together. Where they are two, the log is written
right after the data's commit and before the answer: an acknowledged write is always in the log; a crash between the
two commits leaves a committed write that was never acknowledged without an entry.

One entry is one row that changed. `id` grows with every entry; entries of one transaction share `change_set`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.write_fill import spelled
from satchel.expr.dialect import Dialect
from satchel.http.json import encode
from satchel.model.catalog import Collection
from satchel.sql import write as statements
from satchel.sql.write import Encode, Statement

TABLE = "satchel_changes"
NAMES = (
    "change_set",
    "collection",
    "key",
    "action",
    "actor_kind",
    "actor_collection",
    "actor_key",
    "reason",
    "ip",
    "at",
    "before",
    "after",
)
BATCH = 40
"""Entries per statement, where there are many."""

KEY_MAX = 512
"""How much of a key is kept: the column's length."""


class ChangeLog:
    """One per engine. `table`: the collection `satchel_changes` of the store."""

    def __init__(self, store: Database, dialect: Dialect, table: Collection) -> None:
        self._store = store
        fields = [table.fields[name] for name in NAMES]
        back = [table.fields["id"]] if statements.can_return(dialect) else []
        self._one = statements.insert(dialect, table, fields, back)
        self._many = statements.insert(dialect, table, fields, back, rows=BATCH)
        self._encode: tuple[Encode, ...] = tuple(statements.encoder(dialect, field, _json_text) for field in fields)

    def is_in(self, database: Database) -> bool:
        """Whether the log is in this database, so that it can commit with the data."""
        return database is self._store

    async def append(self, transaction: Transaction, change_set: ChangeSet) -> ChangeSet:
        """Write the set inside a transaction of the store; the same set with its sequence number, where the database
        tells it."""
        changes = change_set.changes
        shared = self._shared(change_set)
        sequence = 0
        if len(changes) == 1:
            sequence = await self._run(transaction, self._one, self._row(shared, changes[0]))
        else:
            full = len(changes) - len(changes) % BATCH
            for start in range(0, full, BATCH):
                rows = [self._row(shared, change) for change in changes[start : start + BATCH]]
                sequence = await self._run(transaction, self._many, [value for row in rows for value in row])
            for change in changes[full:]:
                sequence = await self._run(transaction, self._one, self._row(shared, change))
        return ChangeSet(change_set.id, change_set.actor, change_set.at, changes, sequence)

    async def append_after(self, change_set: ChangeSet) -> ChangeSet:
        """Write the set in a transaction of its own, after the data was committed in another database."""

        async def inside(transaction: Transaction) -> ChangeSet:
            return await self.append(transaction, change_set)

        return await self._store.write(inside)

    async def _run(self, transaction: Transaction, statement: Statement, params: Sequence[Any]) -> int:
        rows = await transaction.run(statement.sql, params)
        return int(rows[-1][0]) if rows else 0

    def _shared(self, change_set: ChangeSet) -> tuple[Any, list[Any]]:
        """The bound values that all entries of a set have: the first one, and those between action and images."""
        actor = change_set.actor
        at = spelled(change_set.at, "timestamp")
        values = (actor.kind, actor.collection, actor.key, actor.reason or None, actor.ip, at)
        encode = self._encode
        return encode[0](str(change_set.id)), [encode[place + 4](value) for place, value in enumerate(values)]

    def _row(self, shared: tuple[Any, list[Any]], change: Change) -> list[Any]:
        set_id, behind = shared
        encode = self._encode
        return [
            set_id,
            encode[1](change.collection),
            encode[2](change.key[:KEY_MAX]),
            encode[3](change.action),
            *behind,
            encode[10](change.before) if change.before else None,
            encode[11](change.after) if change.after else None,
        ]


def _json_text(value: Any) -> str:
    return encode(value).decode()
