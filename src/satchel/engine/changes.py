"""Changes: the change log.

In charge of: writing change sets into the store's table `satchel_changes`. Not in charge of: what changed (`ledger`),
or reading the log (`history/`, which is told of every set as it is entered, and `realtime/`). Called by `writes`.

Where the data and the store are one database, log and data commit together. Where they are two, the log is written
right after the data's commit and before the answer: an acknowledged write is always in the log; a crash between the
two commits leaves a committed write that was never acknowledged without an entry.

One entry is one row that changed. `id` grows with every entry; entries of one transaction share `change_set`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine.appending import Appender
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.write_fill import spelled
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Collection

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
KEY_MAX = 512
"""How much of a key is kept: the column's length."""

Reader = Callable[[ChangeSet, Transaction], Awaitable[None]]
"""Is told of a set that was just entered, in the same transaction of the store. Raising undoes the entry."""


class ChangeLog:
    """One per engine. `table`: the collection `satchel_changes` of the store."""

    def __init__(self, store: Database, dialect: Dialect, table: Collection) -> None:
        self._store = store
        self._rows = Appender(dialect, table, NAMES)
        self._readers: list[Reader] = []

    def on_entered(self, reader: Reader) -> None:
        """Have `reader` called with every set, in the order of registration."""
        self._readers.append(reader)

    def is_in(self, database: Database) -> bool:
        """Whether the log is in this database, so that it can commit with the data."""
        return database is self._store

    async def append(self, transaction: Transaction, change_set: ChangeSet) -> ChangeSet:
        """Write the set inside a transaction of the store; the same set with its sequence number, where the database
        tells it."""
        shared = self._shared(change_set)
        numbers = await self._rows.append(transaction, (self._row(shared, change) for change in change_set.changes))
        entered = replace(change_set, sequence=numbers[-1] if numbers else 0)
        for reader in self._readers:
            await reader(entered, transaction)
        return entered

    async def append_after(self, change_set: ChangeSet) -> ChangeSet:
        """Write the set in a transaction of its own, after the data was committed in another database."""

        async def inside(transaction: Transaction) -> ChangeSet:
            return await self.append(transaction, change_set)

        return await self._store.write(inside)

    def _shared(self, change_set: ChangeSet) -> tuple[Any, list[Any]]:
        """The bound values that all entries of a set have: the first one, and those between action and images."""
        actor = change_set.actor
        at = spelled(change_set.at, "timestamp")
        values = (actor.kind, actor.collection, actor.key, actor.reason or None, actor.ip, at)
        encode = self._rows.encode
        return encode[0](str(change_set.id)), [encode[place + 4](value) for place, value in enumerate(values)]

    def _row(self, shared: tuple[Any, list[Any]], change: Change) -> list[Any]:
        set_id, behind = shared
        encode = self._rows.encode
        return [
            set_id,
            encode[1](change.collection),
            encode[2](change.key[:KEY_MAX]),
            encode[3](change.action),
            *behind,
            encode[10](change.before) if change.before else None,
            encode[11](change.after) if change.after else None,
        ]
