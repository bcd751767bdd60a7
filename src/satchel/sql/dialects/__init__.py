"""The SQL dialects by name."""

from __future__ import annotations

from satchel.expr.dialect import Dialect
from satchel.sql.dialects.postgres import DIALECT as POSTGRES
from satchel.sql.dialects.sqlite import DIALECT as SQLITE
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (SQLITE, POSTGRES)}

__all__ = ["DIALECTS", "SQLITE_FUNCTIONS"]
