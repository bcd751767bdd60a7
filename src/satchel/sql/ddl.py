"""DDL: schema changes as statements, per dialect.

In charge of: the registry. Not in charge of: the contract and what is common (`ddl_base`), what has to change
(`model/diff`), running statements (`engine/schema_run`). Called by `engine/schema_run` and `engine/metadata`. Pure:
where a statement depends on what the database has (the text of a table, the name of a constraint), `look` gives a
question, whose rows `statements` takes.

Names are quoted, types come from closed tables, plain defaults become literals. The only SQL of a caller's that is ever
written is a superuser's view query, index expression or index condition, which `model/view_query` and
`model/index_text` looked at before.
"""

from __future__ import annotations

from collections.abc import Mapping

from satchel.errors import NotSupported
from satchel.sql.ddl_base import BaseDdl as Ddl
from satchel.sql.ddl_cockroach import CockroachDdl
from satchel.sql.ddl_mariadb import MariadbDdl
from satchel.sql.ddl_mssql import MssqlDdl
from satchel.sql.ddl_mysql import MysqlDdl
from satchel.sql.ddl_postgres import PostgresDdl
from satchel.sql.ddl_sqlite import SqliteDdl

__all__ = ["DDLS", "Ddl", "ddl_of"]

DDLS: Mapping[str, Ddl] = {
    found.name: found for found in (SqliteDdl(), PostgresDdl(), CockroachDdl(), MariadbDdl(), MysqlDdl(), MssqlDdl())
}


def ddl_of(dialect: str) -> Ddl:
    """The DDL of a dialect's name."""
    found = DDLS.get(dialect)
    if found is None:
        raise NotSupported(f"Schema changes are not supported on {dialect}.")
    return found
