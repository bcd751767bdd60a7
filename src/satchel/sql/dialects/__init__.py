"""The SQL dialects by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from satchel.expr.dialect import Dialect
from satchel.sql.dialects import cockroach, mariadb, mssql, mysql, postgres, sqlite
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS

__all__ = ["DIALECTS", "SQLITE_FUNCTIONS"]

_ALL: tuple[Dialect, ...] = (
    sqlite.DIALECT, postgres.DIALECT, mariadb.DIALECT, mysql.DIALECT, mssql.DIALECT, cockroach.DIALECT
)  # fmt: skip

DIALECTS: Mapping[str, Dialect] = MappingProxyType({dialect.name: dialect for dialect in _ALL})
