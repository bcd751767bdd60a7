"""Where it runs: databases, embedded and on servers. What other rooms import from here is listed below."""

from __future__ import annotations

from satchel.db.base import Database, Row, Transaction
from satchel.db.open import open_database
from satchel.db.options import DatabaseOptions, SqlCollation, SqlFunction
from satchel.db.url import DatabaseUrl, parse_url

__all__ = [
    "Database",
    "DatabaseOptions",
    "DatabaseUrl",
    "Row",
    "SqlCollation",
    "SqlFunction",
    "Transaction",
    "open_database",
    "parse_url",
]
