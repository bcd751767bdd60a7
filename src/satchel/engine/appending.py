"""Appending: many new rows of one of Satchel's own tables, some per statement.

In charge of: the INSERTs, and the numbers that the database gave the rows. Not in charge of: what the rows say. Used by
`changes` and by readers of the change log that keep rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from satchel.db.base import Transaction
from satchel.expr.dialect import Dialect
from satchel.http.json import encode
from satchel.model.catalog import Collection
from satchel.sql import write as statements
from satchel.sql.write import Encode

BATCH = 40
"""Rows per statement, where there are many."""


class Appender:
    """For one table whose key is a number that the database counts up. `names`: the fields that rows give."""

    def __init__(self, dialect: Dialect, table: Collection, names: Sequence[str]) -> None:
        fields = [table.fields[name] for name in names]
        self.returns = statements.can_return(dialect)
        back = [table.fields[name] for name in table.key] if self.returns else []
        self._one = statements.insert(dialect, table, fields, back).sql
        self._many = statements.insert(dialect, table, fields, back, rows=BATCH).sql
        self.encode: tuple[Encode, ...] = tuple(statements.encoder(dialect, field, _json_text) for field in fields)

    async def append(self, transaction: Transaction, rows: Iterable[Sequence[Any]]) -> list[int]:
        """Store rows of encoded values. Their numbers, in order; [] where the database does not tell."""
        numbers: list[int] = []
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            if len(batch) == BATCH:
                made = await transaction.run(self._many, [value for row in batch for value in row])
                # A number is given to each row in its turn, but the rows may come back in another order.
                numbers += sorted(int(row[0]) for row in made)
                continue
            for row in batch:
                numbers += [int(made[0]) for made in await transaction.run(self._one, row)]
        return numbers

    async def append_numbered(self, transaction: Transaction, rows: Iterable[Sequence[Any]]) -> list[int]:
        """The same where the numbers are needed whatever the database is."""
        if self.returns:
            return await self.append(transaction, rows)
        numbers = [await transaction.insert_id(self._one, row) for row in rows]
        return [int(number) for number in numbers if number is not None]


def _json_text(value: Any) -> str:
    return encode(value).decode()
