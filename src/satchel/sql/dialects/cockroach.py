"""CockroachDB (23.1 and later): PostgreSQL's words, with exceptions.

In charge of: the exceptions. Not in charge of: running it (`db/server`). Not yet run against a live server.

Texts are compared byte by byte without being told to. There is only jsonb, so the keys of a stored document come in
their own order.
"""

from __future__ import annotations

from satchel.expr.dialect import Sql
from satchel.expr.fragment import sql
from satchel.sql.dialects.postgres import PostgresDialect


class CockroachDialect(PostgresDialect):
    name = "cockroach"
    label = "CockroachDB"

    def compare(self, symbol: str, left: Sql, right: Sql, kind: str) -> Sql:
        return sql("{} {} {}", left, symbol, right)

    def like(self, value: Sql, pattern: Sql, *, sensitive: bool) -> Sql:
        return sql("{} LIKE {}" if sensitive else "{} ILIKE {}", value, pattern)

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        # NULLs come first, unlike in PostgreSQL; jsonb can't be sorted in older versions
        last = not descending if nulls_last is None else nulls_last
        sortable = sql("({})::text", value) if type in ("json", "scalar") else value
        return super().order(sortable, descending=descending, nulls_last=last)


DIALECT = CockroachDialect()
