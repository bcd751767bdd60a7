"""The databases that can be reached, with what the dialect tests need of them: run one fragment, see its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import mariadb_database, postgres_database

from satchel.db.base import Database, Transaction
from satchel.db.open import open_database
from satchel.db.options import DatabaseOptions, SqlFunction
from satchel.expr.dialect import Dialect, Sql
from satchel.expr.fragment import bound, finish, sql
from satchel.plan.nodes import Bind, FromConst
from satchel.sql.dialects import DIALECTS, SQLITE_FUNCTIONS
from satchel.sql.read import bind_type

LIVE = ("sqlite", "postgres", "mariadb")


def value(given: Any, type: str = "", hint: str = "any") -> Sql:
    """A bound constant."""
    return bound(Bind(FromConst(given), type, hint))


def statement(dialect: Dialect, fragment: Sql) -> tuple[str, list[Any]]:
    """The text and the encoded values of a fragment."""
    text, binds = finish(fragment, lambda number, item: dialect.placeholder(number, bind_type(item)), dialect.escape)
    return text, [dialect.encode(item.source.value, bind_type(item)) for item in binds]


@dataclass
class Live:
    """One database, run from ordinary functions."""

    dialect: Dialect
    database: Database
    runner: asyncio.Runner

    def read(self, fragment: Sql) -> list[tuple[Any, ...]]:
        text, params = statement(self.dialect, fragment)
        return self.runner.run(self.database.read(text, params))

    def write(self, *fragments: Sql | str) -> None:
        async def work(transaction: Transaction) -> None:
            for fragment in fragments:
                text, params = statement(self.dialect, sql("{}", fragment))
                await transaction.run(text, params)

        self.runner.run(self.database.write(work, heavy=True))

    def insert(self, table: str, types: dict[str, str], rows: Sequence[dict[str, Any]]) -> None:
        names = list(types)
        columns = ", ".join(self.dialect.quote(name) for name in names)
        template = ", ".join(["{}"] * len(names))
        self.write(
            *(
                sql(
                    f"INSERT INTO {table} ({columns}) VALUES ({template})",
                    *[value(row.get(name), types[name]) for name in names],
                )
                for row in rows
            )
        )


@contextmanager
def live_database(kind: str, folder: Path) -> Iterator[Live]:
    """A fresh database of that kind; skips the test when there is no server."""
    if kind == "sqlite":
        functions = tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
        with _opened(
            kind, f"sqlite:///{folder / 'live.db'}", DatabaseOptions(create=True, functions=functions)
        ) as live:
            yield live
    else:
        with (postgres_database if kind == "postgres" else mariadb_database)() as url, _opened(kind, url) as live:
            yield live


@contextmanager
def _opened(kind: str, url: str, options: DatabaseOptions | None = None) -> Iterator[Live]:
    with asyncio.Runner() as runner:
        database = open_database("main", url, options)
        runner.run(database.open())
        try:
            yield Live(DIALECTS[kind], database, runner)
        finally:
            runner.run(database.close())
