"""Counters of keys, after rows came in with keys of their own.

In charge of: letting PostgreSQL count on from the largest key; other databases look at the rows by themselves. Called
by `directus` and `directus_rows`.
"""

from __future__ import annotations

from satchel.db.base import Transaction
from satchel.model.catalog import Collection
from satchel.sql.dialects import DIALECTS

COUNTING = ("postgres", "cockroach")


# SELECT setval(pg_get_serial_sequence('"posts"', 'id'), max("id")) FROM "posts" HAVING max("id") IS NOT NULL
async def renew_sequences(transaction: Transaction, dialect_name: str, collection: Collection) -> None:
    """Let the next key be the one after the largest."""
    if dialect_name not in COUNTING:
        return
    dialect = DIALECTS[dialect_name]
    table = dialect.table(collection.schema, collection.table)
    for item in collection.stored_fields:
        if item.identity and item.column is not None:
            column = dialect.quote(item.column)
            quoted, name = table.replace("'", "''"), item.column.replace("'", "''")
            await transaction.run(
                f"SELECT setval(pg_get_serial_sequence('{quoted}', '{name}'), max({column})) FROM {table}"
                f" HAVING max({column}) IS NOT NULL"
            )
