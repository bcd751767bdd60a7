"""MariaDB (10.6 and later).

In charge of: where MariaDB parts from MySQL. Not in charge of: running it (`db/mariadb`). Called by `expr/operators`,
`expr/functions`, `sql/read` and `sql/write`.

A derived table inside a scalar subquery can't refer to outer tables here, so arrays are ordered and cut by GROUP_CONCAT
itself. JSON is a LONGTEXT.
"""

from __future__ import annotations

from satchel.expr.dialect import Sql
from satchel.expr.fragment import sql
from satchel.sql.dialects.mysql import MySqlDialect


class MariaDbDialect(MySqlDialect):
    name = "mariadb"
    label = "MariaDB"
    correlated_derived = False
    collation = "utf8mb4_nopad_bin"

    def compact(self, document: Sql) -> Sql:
        return sql("JSON_COMPACT({})", document)

    # (SELECT concat('[', coalesce(group_concat(<value> ORDER BY … SEPARATOR ',' LIMIT … OFFSET …), ''), ']') <tail>)
    def array(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        ordered: Sql = sql(" ORDER BY {}", order) if order is not None else sql("")
        clause = self.limit(limit, offset, ordered=True)
        return sql(
            "(SELECT concat('[', coalesce(group_concat({}{} SEPARATOR ','{}), ''), ']') {})",
            value,
            ordered,
            clause,
            tail,
        )


DIALECT = MariaDbDialect()
