"""A world to ask questions of: tables made from a catalog, rows, grants, and both wires' ways to ask.

Used by the leak matrix, the interference test and the oracle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from satchel.config import default_settings
from satchel.db import Database, DatabaseOptions, SqlFunction, open_database
from satchel.engine.read import Reader
from satchel.engine.store import Statements
from satchel.errors import SatchelError
from satchel.expr.nodes import Param
from satchel.expr.syntax_text import parse, parse_path
from satchel.http.querystring import nested, parse_pairs
from satchel.model.catalog import Catalog, Collection, Field, Relation
from satchel.plan.limits import Limits
from satchel.plan.query import Arguments, Page, Query, Sort
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grants
from satchel.policy.grants import admin_grants, combine
from satchel.policy.load_policies import PolicyBook, make_book
from satchel.sql.dialects import DIALECTS, SQLITE_FUNCTIONS
from satchel.wire.directus.parameters import sanitise
from satchel.wire.directus.query import Reader as DirectusReader
from satchel.wire.directus.query import Rules
from satchel.wire.pocketbase.query import expand_tree
from tests.databases import mariadb_database, postgres_database

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

SERVERS = pytest.mark.dialects
KINDS = ["sqlite", pytest.param("postgres", marks=SERVERS), pytest.param("mariadb", marks=SERVERS)]

COLUMN_TYPES: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "integer": "INTEGER",
        "string": "TEXT",
        "text": "TEXT",
        "boolean": "BOOLEAN",
        "float": "REAL",
        "timestamp": "TEXT",
        "json": "TEXT",
        "hash": "TEXT",
    },
    "postgres": {
        "integer": "integer",
        "string": "varchar(255)",
        "text": "text",
        "boolean": "boolean",
        "float": "double precision",
        "timestamp": "timestamptz",
        "json": "jsonb",
        "hash": "varchar(255)",
    },
    "mariadb": {
        "integer": "int",
        "string": "varchar(255) COLLATE utf8mb4_bin",
        "text": "text COLLATE utf8mb4_bin",
        "boolean": "boolean",
        "float": "double",
        "timestamp": "datetime(3)",
        "json": "json",
        "hash": "varchar(255)",
    },
}


def stored(name: str, storage: str, **facts: Any) -> Field:
    return Field(name, storage, column=name, id=f"f_{name}", **facts)


def alias(name: str, special: str = "o2m") -> Field:
    return Field(name, "alias", special=frozenset({special}))


def collection(name: str, *fields: Field, key: tuple[str, ...] = ("id",), **facts: Any) -> Collection:
    return Collection(
        name, "main", name, key=key, fields={item.name: item for item in fields}, id=f"pbc_{name}", **facts
    )


@dataclass(frozen=True)
class Outcome:
    """An answer or a refusal, as far as a caller can tell one from another."""

    data: str = ""
    total: int | None = None
    matching: int | None = None
    error: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.error)


@dataclass
class Asker:
    """Somebody with grants."""

    actor: Actor
    grants: Grants
    request: Mapping[str, Any]

    @property
    def context(self) -> Context:
        return Context(self.actor, NOW, self.request)


class World:
    """One database with the tables of one catalog."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.database = database
        self.catalog = catalog
        self.dialect = DIALECTS[database.dialect]
        self.reader = Reader({"main": database}, Limits())
        self.queries = DirectusReader(Rules.of(default_settings()))
        self.statements = Statements(self.dialect, catalog.collections)

    # CREATE TABLE "posts" ("id" INTEGER, "title" TEXT, PRIMARY KEY ("id"))
    async def create(self) -> None:
        types = COLUMN_TYPES[self.database.dialect]
        quote_name = self.dialect.quote

        async def work(transaction: Any) -> None:
            for item in self.catalog.collections.values():
                parts = [f"{quote_name(field.name)} {types[field.type]}" for field in item.stored_fields]
                parts.append(f"PRIMARY KEY ({', '.join(quote_name(name) for name in item.key)})")
                await transaction.run(f"CREATE TABLE {quote_name(item.table)} ({', '.join(parts)})")

        await self.database.write(work, heavy=True)

    async def drop(self) -> None:
        async def work(transaction: Any) -> None:
            for item in self.catalog.collections.values():
                await transaction.run(f"DROP TABLE IF EXISTS {self.dialect.quote(item.table)}")

        await self.database.write(work, heavy=True)

    async def load(self, rows: Rows) -> None:
        """These rows and no others."""

        async def work(transaction: Any) -> None:
            for name in self.catalog.collections:
                await transaction.run(*self.statements.delete(name, ()))
                for row in rows.get(name, ()):
                    await transaction.run(*self.statements.insert(name, row))

        await self.database.write(work)

    def asker(
        self,
        permissions: Sequence[Mapping[str, Any]] = (),
        *,
        user: str | None = "u1",
        role: str | None = None,
        record: Mapping[str, Any] | None = None,
        admin: bool = False,
        request: Mapping[str, Any] | None = None,
    ) -> Asker:
        """Somebody with these permission rows, beside the rules of the catalog."""
        actor = actor_of(user, role, record or {}, admin=admin)
        grants = (
            admin_grants(self.catalog) if admin else combine(self.catalog, policy_book(permissions), policies=("p",))
        )
        return Asker(actor, grants, request or {})

    # --- asking

    def reading(self, wire: str, name: str, parameters: Mapping[str, Any]) -> tuple[Query, Sequence[Any]] | Outcome:
        """A list as one of the wires reads it: the query and its values, or the refusal."""
        try:
            if wire == "pocketbase":
                return pocketbase_query(name, **parameters)
            read = self.queries.build(name, "list", sanitise(dict(parameters), self.queries.rules.bounds))
            return read.query, read.values
        except SatchelError as error:
            return refusal(error)

    async def run(self, asker: Asker, query: Query, values: Sequence[Any]) -> Outcome:
        try:
            answer = await self.reader.read(query, values, asker.context, self.catalog, asker.grants)
        except SatchelError as error:
            return refusal(error)
        return Outcome("null" if answer.data is None else answer.data.decode(), answer.total, answer.matching)

    async def _ask(self, asker: Asker, wire: str, name: str, parameters: Mapping[str, Any]) -> Outcome:
        found = self.reading(wire, name, parameters)
        return found if isinstance(found, Outcome) else await self.run(asker, *found)

    async def directus(self, asker: Asker, name: str, parameters: Mapping[str, Any]) -> Outcome:
        """A list in the Directus way. Parameters as decoded from a query string or a SEARCH body."""
        return await self._ask(asker, "directus", name, parameters)

    async def directus_text(self, asker: Asker, name: str, query_string: str) -> Outcome:
        return await self.directus(asker, name, nested(parse_pairs(query_string.encode())))

    async def directus_item(
        self, asker: Asker, name: str, key: tuple[Any, ...], parameters: Mapping[str, Any]
    ) -> Outcome:
        try:
            reading = self.queries.build(name, "view", sanitise(dict(parameters), self.queries.rules.bounds))
        except SatchelError as error:
            return refusal(error)
        reading = reading.of_key(key)
        return await self.run(asker, reading.query, reading.values)

    async def pocketbase(self, asker: Asker, name: str, **parameters: Any) -> Outcome:
        """A list in the PocketBase way: `where`, `sort`, `expand`, `page`."""
        return await self._ask(asker, "pocketbase", name, parameters)

    async def pocketbase_item(self, asker: Asker, name: str, key: tuple[Any, ...], *, expand: str = "") -> Outcome:
        query = Query(name, "pocketbase", action="view", expand=expand_tree(expand), key=Param(0, "list"))
        return await self.run(asker, query, (key,))


def pocketbase_query(
    name: str, *, where: str = "", sort: str = "", expand: str = "", page: int = 1
) -> tuple[Query, Sequence[Any]]:
    parsed = parse(where) if where else None
    values = parsed.values if parsed else ()
    arguments = Arguments(
        where=parsed.node if parsed else None,
        sort=tuple(Sort(parse_path(key.removeprefix("-")), key.startswith("-")) for key in sort.split(",") if key),
        page=Page(Param(len(values), "number"), Param(len(values) + 1, "number")),
    )
    query = Query(name, "pocketbase", expand=expand_tree(expand), arguments=arguments, matching=True)
    return query, (*values, 30, (page - 1) * 30)


def refusal(error: Exception) -> Outcome:
    return Outcome(error=f"{type(error).__name__}: {error}")


def actor_of(user: str | None, role: str | None, record: Mapping[str, Any], *, admin: bool = False) -> Actor:
    """A user, or a guest if there is none."""
    if user is None:
        return Actor.public()
    roles = () if role is None else (role,)
    return Actor("user", collection="directus_users", key=user, admin=admin, role=role, roles=roles, record=record)


def policy_book(permissions: Sequence[Mapping[str, Any]]) -> PolicyBook:
    rows = [{"id": number, "policy": "p", **row} for number, row in enumerate(permissions)]
    return make_book(repr(permissions), policies=[{"id": "p"}], permissions=rows, access=[], roles=[])


def may_read(name: str, rule: Any = None, fields: Sequence[str] = ("*",)) -> dict[str, Any]:
    return {"collection": name, "action": "read", "permissions": rule, "fields": list(fields)}


def relation(many: str, field: str, one: str | None, **facts: Any) -> Relation:
    return Relation(many, (field,), one, ("id",) if one else (), **facts)


@contextmanager
def address_of(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new, empty database; skips the test where there is no such server."""
    if kind == "postgres":
        with postgres_database() as url:
            yield url
    elif kind == "mariadb":
        with mariadb_database() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'main.db'}"


@dataclass
class Stage:
    """A database and the loop that it lives in, for tests that are no coroutines themselves."""

    runner: asyncio.Runner
    database: Database

    def world(self, catalog: Catalog) -> World:
        """A world with new tables; `World.drop` takes them away."""
        world = World(self.database, catalog)
        self.runner.run(world.create())
        return world


@contextmanager
def open_stage(kind: str, folder: Path, runner: asyncio.Runner | None = None) -> Iterator[Stage]:
    """A new database; on a loop of its own, if none is given."""
    folder.mkdir(exist_ok=True)
    functions = tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
    options = DatabaseOptions(create=True, durability="normal", functions=functions, pool_size=2)
    loop = nullcontext(runner) if runner is not None else asyncio.Runner()
    with address_of(kind, folder) as url, loop as runner:
        database = open_database("main", url, options)
        runner.run(database.open())
        try:
            yield Stage(runner, database)
        finally:
            runner.run(database.close())
