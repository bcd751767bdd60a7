"""A real database with two small worlds in it, for tests of writes: a magazine, and a board with PocketBase kinds."""

from __future__ import annotations

import atexit
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from satchel.db import DatabaseOptions, SqlFunction, open_database
from satchel.engine.changes import ChangeLog
from satchel.engine.hooks import Hooks
from satchel.engine.ledger import ChangeSet
from satchel.engine.read import Reader
from satchel.engine.write import WriteLimits
from satchel.engine.write_values import Chance
from satchel.engine.writes import Writes
from satchel.errors import ValidationFailed
from satchel.expr.nodes import Node
from satchel.expr.syntax_text import parse_rule as text_rule
from satchel.expr.syntax_tree import parse_rule as tree_rule
from satchel.model.catalog import Action, Catalog, Collection, Field, Key, Relation
from satchel.model.facts import DatabaseFacts, TableFacts
from satchel.model.fields import FIELDS
from satchel.plan.limits import Limits
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grant, Grants
from satchel.sql.dialects import DIALECTS
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS
from tests.databases import mariadb_database, postgres_database

NOW = datetime(2026, 11, 23, 12, 30, 45, 678901, tzinfo=UTC)

# {serial}: a key that the database fills in; {key}: a short text key; …
SCRIPT = """
CREATE TABLE authors (id {serial}, name varchar(255) NOT NULL, email varchar(255) UNIQUE, score decimal(10, 2),
  secret varchar(255), boss integer REFERENCES authors (id));
CREATE TABLE articles (id {uuid} PRIMARY KEY, status varchar(20) DEFAULT 'draft', title varchar(255) NOT NULL,
  views integer DEFAULT 0, flag {bool}, tags_csv text, data {json}, published {datetime}, at {timestamp}, d date,
  t time,
  author integer REFERENCES authors (id) ON DELETE SET NULL, user_created {uuid}, date_created {timestamp},
  date_updated {timestamp});
CREATE TABLE tags (id {serial}, name varchar(255) UNIQUE);
CREATE TABLE articles_tags (id {serial}, articles_id {uuid} REFERENCES articles (id) ON DELETE CASCADE,
  tags_id integer REFERENCES tags (id) ON DELETE CASCADE, sort integer);
CREATE TABLE comments (id {serial}, text text, article {uuid} REFERENCES articles (id) ON DELETE SET NULL,
  sort integer);
CREATE TABLE pages (id {serial}, title varchar(255));
CREATE TABLE block_text (id {serial}, content text);
CREATE TABLE block_image (id {serial}, caption varchar(255));
CREATE TABLE pages_blocks (id {serial}, pages_id integer REFERENCES pages (id) ON DELETE CASCADE, item varchar(255),
  collection varchar(64), sort integer);
CREATE TABLE orders (region varchar(8) NOT NULL, number integer NOT NULL, note text, total integer,
  doubled integer GENERATED ALWAYS AS (total * 2) STORED, PRIMARY KEY (region, number));
CREATE TABLE order_lines (region varchar(8) NOT NULL, number integer NOT NULL, line integer NOT NULL, what text,
  PRIMARY KEY (region, number, line), FOREIGN KEY (region, number) REFERENCES orders (region, number));
CREATE TABLE codes (code varchar(5) PRIMARY KEY, label varchar(10) NOT NULL, tiny smallint CHECK (tiny < 100));
CREATE TABLE bare (n integer);
CREATE TABLE notes (id {serial}, title varchar(255), author integer);
CREATE TABLE {changes} (id {big_serial}, change_set {uuid} NOT NULL, collection varchar(255) NOT NULL,
  {q}key{q} varchar(512), action varchar(16) NOT NULL, actor_kind varchar(16) NOT NULL, actor_collection varchar(255),
  actor_key varchar(255),
  reason varchar(255), ip varchar(64), at {timestamp} NOT NULL, {q}before{q} {json}, {q}after{q} {json});
CREATE TABLE board_tags (id {key}, name varchar(255) NOT NULL DEFAULT '');
CREATE TABLE posts (id {key}, title text {empty}, body text {empty}, n {double} NOT NULL DEFAULT 0, b {bool} NOT NULL
  DEFAULT {false}, m varchar(255) NOT NULL DEFAULT '', d {timestamp}, s varchar(255) NOT NULL DEFAULT '', sm {json},
  r varchar(255), rm {json}, j {json}, g {json}, secret varchar(255) NOT NULL DEFAULT '', hid text
  {empty}, token varchar(255) NOT NULL DEFAULT '', created {timestamp}, updated {timestamp});
CREATE UNIQUE INDEX posts_title_n ON posts ({title_part}, n);
CREATE TABLE named (id {key}, x varchar(255));
CREATE TABLE strict (id {key}, need varchar(255));
"""

WORDS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "serial": "INTEGER PRIMARY KEY", "big_serial": "INTEGER PRIMARY KEY", "uuid": "char(36)", "bool": "boolean",
        "json": "json", "datetime": "datetime", "timestamp": "timestamp", "key": "varchar(255) PRIMARY KEY NOT NULL",
        "double": "NUMERIC", "false": "FALSE", "empty": "DEFAULT '' NOT NULL", "q": '"', "changes": "satchel_changes",
        "title_part": "title",
    },
    "postgres": {
        "serial": "serial PRIMARY KEY", "big_serial": "bigserial PRIMARY KEY", "uuid": "uuid", "bool": "boolean",
        "json": "jsonb", "datetime": "timestamp", "timestamp": "timestamptz", "key": "varchar(255) PRIMARY KEY",
        "double": "double precision", "false": "FALSE", "empty": "DEFAULT '' NOT NULL", "q": '"',
        "changes": "satchel_changes", "title_part": "title",
    },
    "mariadb": {
        "serial": "integer AUTO_INCREMENT PRIMARY KEY", "big_serial": "bigint AUTO_INCREMENT PRIMARY KEY",
        "uuid": "char(36)", "bool": "boolean", "json": "json", "datetime": "datetime(3)", "timestamp": "datetime(3)",
        "key": "varchar(255) PRIMARY KEY", "double": "double", "false": "FALSE", "empty": "NOT NULL DEFAULT ''",
        "q": "`", "changes": "satchel_changes", "title_part": "title(100)",
    },
}  # fmt: skip

KEY_OPTIONS = {
    "primaryKey": True,
    "min": 15,
    "max": 15,
    "pattern": "^[a-z0-9]+$",
    "autogeneratePattern": "[a-z0-9]{15}",
}
KEY = {"kind": "text", "required": True, "system": True, "options": KEY_OPTIONS}

# collection → field → what metadata says of it
FACTS_PLUS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "authors": {"secret": {"special": frozenset({"hash", "conceal"}), "type": "hash"}},
    "articles": {
        "id": {"special": frozenset({"uuid"}), "type": "uuid"},
        "flag": {"special": frozenset({"cast-boolean"}), "type": "boolean"},
        "tags_csv": {"special": frozenset({"cast-csv"}), "type": "csv"},
        "data": {"type": "json"},
        "published": {"type": "dateTime"},
        "at": {"type": "timestamp"},
        "user_created": {"special": frozenset({"user-created"}), "type": "uuid"},
        "date_created": {"special": frozenset({"date-created"}), "type": "timestamp"},
        "date_updated": {"special": frozenset({"date-updated"}), "type": "timestamp"},
    },
    "board_tags": {"id": KEY, "name": {"kind": "text", "options": {"max": 255}}},
    "posts": {
        "id": KEY,
        "title": {"kind": "text", "required": True, "options": {"min": 2, "max": 20}},
        "body": {"kind": "editor"},
        "n": {"kind": "number"},
        "b": {"kind": "bool"},
        "m": {"kind": "email"},
        "d": {"kind": "date"},
        "s": {"kind": "select", "options": {"values": ["a", "b", "c"]}},
        "sm": {"kind": "select", "options": {"values": ["a", "b", "c"], "maxSelect": 2}},
        "r": {"kind": "relation", "options": {"collectionId": "t"}},
        "rm": {"kind": "relation", "options": {"collectionId": "t", "maxSelect": 5, "cascadeDelete": True}},
        "j": {"kind": "json"},
        "g": {"kind": "geoPoint"},
        "secret": {"kind": "password", "options": {"min": 3}},
        "hid": {"kind": "text", "hidden": True},
        "token": {"kind": "text", "options": {"autogeneratePattern": "[a-zA-Z0-9]{30}"}},
        "created": {"kind": "autodate", "options": {"onCreate": True}},
        "updated": {"kind": "autodate", "options": {"onCreate": True, "onUpdate": True}},
    },
    "strict": {"id": KEY, "need": {"kind": "relation", "required": True, "options": {"collectionId": "t"}}},
    "named": {"id": {"kind": "text", "required": True, "options": {"primaryKey": True, "pattern": "^.+$"}}},
}

ALIASES = {
    "authors": ("articles",), "articles": ("tags", "comments"), "pages": ("blocks",), "orders": ("lines",),
}  # fmt: skip

RELATIONS = (
    Relation("notes", ("author",), "authors", ("id",)),
    Relation("authors", ("boss",), "authors", ("id",), constraint="boss", on_delete="NO ACTION"),
    Relation("articles", ("author",), "authors", ("id",), "articles", constraint="author", on_delete="SET NULL"),
    Relation(
        "articles_tags",
        ("articles_id",),
        "articles",
        ("id",),
        "tags",
        "tags_id",
        "sort",
        deselect="delete",
        constraint="a",
    ),
    Relation("articles_tags", ("tags_id",), "tags", ("id",), None, "articles_id", constraint="b"),
    Relation("comments", ("article",), "articles", ("id",), "comments", None, "sort", constraint="c"),
    Relation(
        "pages_blocks",
        ("item",),
        None,
        (),
        None,
        "pages_id",
        collection_field="collection",
        allowed=("block_text", "block_image"),
    ),
    Relation(
        "pages_blocks", ("pages_id",), "pages", ("id",), "blocks", "item", "sort", deselect="delete", constraint="d"
    ),
    Relation(
        "order_lines", ("region", "number"), "orders", ("region", "number"), "lines", constraint="e", deselect="delete"
    ),
    Relation("posts", ("r",), "board_tags", ("id",)),
    Relation("posts", ("rm",), "board_tags", ("id",), list=True),
    Relation("strict", ("need",), "board_tags", ("id",)),
)


def catalog_of(facts: DatabaseFacts) -> Catalog:
    """The catalog of the two worlds, from what the database says of itself and what metadata would add."""
    found = [collection_of(table) for table in facts.tables]
    return Catalog.build(found, RELATIONS, 1)


def collection_of(table: TableFacts) -> Collection:
    plus = FACTS_PLUS.get(table.name, {})
    fields = {item.name: field_of(item, plus.get(item.name, {})) for item in table.columns}
    fields.update({name: Field(name, "alias") for name in ALIASES.get(table.name, ())})
    writable = bool(table.primary_key) and table.kind == "table"
    return Collection(
        table.name, "main", table.name, key=table.primary_key, fields=fields, indexes=table.indexes,
        writable=writable, read_only_reason=None if writable else "the table has no key",
        id="t" if table.name == "board_tags" else table.name,
    )  # fmt: skip


def field_of(column: Any, plus: Mapping[str, Any]) -> Field:
    made = Field(
        column.name, column.type, column.name, column.db_type, column.nullable, column.default, column.generated,
        column.identity, column.max_length, column.precision, column.scale, column.enum, column.choices,
        column.array,
    )  # fmt: skip
    kind = plus.get("kind")
    if kind:
        made = replace(made, type=FIELDS[kind].storage(plus.get("options", {})))
    return replace(made, **plus)


def counting() -> Callable[[int], int]:
    steps = itertools.count(1)
    return lambda limit: (next(steps) * 7919 * 104729 * 15485863 * 2038074743) % limit


@dataclass
class Kit:
    """`grants`: None for an admin; else the grants of everybody who asks."""

    writes: Writes
    catalog: Catalog
    databases: dict[str, Any]
    grants: Grants | None = None
    actor: Actor = field(
        default_factory=lambda: Actor("user", "directus_users", "498b7dc9-d318-4521-bf38-14731a428a9a", admin=True)
    )
    sets: list[ChangeSet] = field(default_factory=list)
    body: Mapping[str, Any] = field(default_factory=dict)

    async def grants_of(self, actor: Actor) -> Grants:
        return Grants(("admin",), admin=True) if self.grants is None else self.grants

    @property
    def hooks(self) -> Hooks:
        return self.writes.hooks

    @property
    def dialect(self) -> str:
        return self.databases["main"].dialect

    def context(self) -> Context:
        return Context(
            self.actor, NOW, {"context": "default", "method": "POST", "body": self.body, "query": {}, "headers": {}}
        )

    async def run(self, collection: str, work: Callable[[Any], Any]) -> Any:
        return await self.writes.write(self.context(), collection, work)

    async def create(self, collection: str, payload: Mapping[str, Any], style: str = "directus") -> Key:
        self.body = payload
        return await self.run(collection, lambda session: session.create(collection, payload, style))

    async def update(
        self,
        collection: str,
        key: Any,
        payload: Mapping[str, Any],
        style: str = "directus",
        *,
        if_match: str | None = None,
    ) -> Key:
        self.body = payload
        parts = key if isinstance(key, tuple) else (key,)
        return await self.run(
            collection, lambda session: session.update(collection, parts, payload, style, if_match=if_match)
        )

    async def upsert(self, collection: str, payload: Mapping[str, Any], style: str = "directus") -> Key:
        return await self.run(collection, lambda session: session.upsert(collection, payload, style))

    async def delete(self, collection: str, key: Any, style: str = "directus", *, if_match: str | None = None) -> None:
        parts = key if isinstance(key, tuple) else (key,)
        await self.run(collection, lambda session: session.delete(collection, parts, if_match=if_match, style=style))

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What another look at the database shows. Names in the text are quoted as the database wants it."""
        if self.dialect == "mariadb":
            sql = sql.replace('"', "`")
        return [tuple(row) for row in await self.databases["main"].read(sql)]

    async def values(self, sql: str) -> list[Any]:
        return [row[0] for row in await self.rows(sql)]

    async def log(self) -> list[dict[str, Any]]:
        """The change log, oldest first, without what differs from run to run."""
        rows = await self.rows(
            'SELECT collection, "key", action, "before", "after", actor_kind, actor_key'
            " FROM satchel_changes ORDER BY id"
        )
        names = ("collection", "key", "action", "before", "after", "actor_kind", "actor_key")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        for row in found:
            row["before"], row["after"] = _document(row["before"]), _document(row["after"])
        return found


def _document(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def granted(**table: Any) -> Grants:
    """`granted(posts__create=[{"where": "n > 1"}])`: grants by `collection__action`; `where` in text or tree syntax."""
    found: dict[tuple[str, Action], tuple[Grant, ...]] = {}
    for name, items in table.items():
        collection, _, action = name.rpartition("__")
        found[(collection, action)] = tuple(_grant(collection, action, item) for item in items)
    return Grants(("test", json.dumps(table, sort_keys=True, default=str)), table=found)


def _grant(collection: str, action: Any, item: Mapping[str, Any]) -> Grant:
    fields = item.get("fields")
    return Grant(
        collection,
        action,
        where=_node(item.get("where")),
        fields=None if fields is None else frozenset(fields),
        validation=_node(item.get("validation")),
        presets=item.get("presets", {}),
    )


def _node(rule: Any) -> Node | None:
    if rule is None:
        return None
    return text_rule(rule) if isinstance(rule, str) else tree_rule(rule)


def said(error: ValidationFailed) -> list[tuple[str, str]]:
    """The complaints as (dotted path, code)."""
    return [(".".join(map(str, item.path)), item.code) for item in error.errors]


async def fake_hash(text: str, cost: int) -> str:
    return f"hashed:{text[::-1]}"


@asynccontextmanager
async def open_kit(
    url: str, dialect: str, *, items: int = -1, depth: int = 10, separate_log: bool = False
) -> AsyncIterator[Kit]:
    """A kit on a database that may be empty. `separate_log`: the change log lives in another database object."""
    options = DatabaseOptions(
        create=True, durability="normal", functions=tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
    )
    database = open_database("main", url, options)
    await database.open()
    try:
        facts = await database.facts()
        if facts.tables:
            await _empty(database, dialect, [table.name for table in facts.tables])
        else:
            await _make(database, dialect)
            facts = await database.facts()
        catalog = catalog_of(facts)
        databases: dict[str, Any] = {"main": database}
        kit = Kit.__new__(Kit)
        host = _Host(databases, catalog, kit)
        log_table = catalog.collections["satchel_changes"]
        numbers = itertools.count(1)
        log = ChangeLog(_Elsewhere(database) if separate_log else database, DIALECTS[dialect], log_table)
        writes = Writes(
            host,
            Reader(databases, Limits()).read,
            limits=Limits(),
            write_limits=WriteLimits(items, depth, visible_references=True),
            log=log,
            hash_text=fake_hash,
            chance=Chance(counting(), lambda: UUID(int=next(numbers))),
        )
        kit.__init__(writes, catalog, databases)

        async def note(change_set: ChangeSet) -> None:
            kit.sets.append(change_set)

        writes.hooks.on_after(note)
        yield kit
    finally:
        await database.close()


@dataclass
class _Host:
    databases: dict[str, Any]
    catalog: Catalog
    kit: Kit

    async def grants_of(self, actor: Actor) -> Grants:
        return await self.kit.grants_of(actor)


class _Elsewhere:
    """The same database under another identity, as if the store were somewhere else."""

    def __init__(self, database: Any) -> None:
        self._database = database

    async def write(self, work: Any, *, heavy: bool = False) -> Any:
        return await self._database.write(work, heavy=heavy)


@asynccontextmanager
async def kit_on(name: str, folder: Path, **options: Any) -> AsyncIterator[Kit]:
    """A kit on a fresh database of the named kind; the test is skipped where there is no such server."""
    if name == "sqlite":
        async with open_kit(f"sqlite:///{folder}/w.db", "sqlite", **options) as made:
            yield made
        return
    async with open_kit(_server_database(name), name, **options) as made:
        yield made


_SERVERS = ExitStack()
_URLS: dict[tuple[str, str], str] = {}
atexit.register(_SERVERS.close)


def _server_database(name: str) -> str:
    """The URL of this run's database on a server: making one takes seconds, so tests share it and empty it."""
    found = _URLS.get((name, SCRIPT))
    if found is None:
        made = postgres_database() if name == "postgres" else mariadb_database()
        found = _URLS[(name, SCRIPT)] = _SERVERS.enter_context(made)
    return found


async def _empty(database: Any, dialect: str, tables: list[str]) -> None:
    if dialect == "postgres":
        listed = ", ".join(f'"{table}"' for table in tables)
        await database.write(lambda transaction: transaction.run(f"TRUNCATE {listed} RESTART IDENTITY CASCADE"))
        return

    async def work(transaction: Any) -> None:
        await transaction.run("SET FOREIGN_KEY_CHECKS = 0")
        for table in tables:
            if await transaction.run(f"SELECT 1 FROM `{table}` LIMIT 1") or await transaction.run(
                "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = %s"
                " AND auto_increment > 1",
                (table,),
            ):
                await transaction.run(f"TRUNCATE TABLE `{table}`")
        await transaction.run("SET FOREIGN_KEY_CHECKS = 1")

    await database.write(work, heavy=True)


async def _make(database: Any, dialect: str) -> None:
    statements = [part.strip() for part in SCRIPT.format(**WORDS[dialect]).split(";") if part.strip()]

    async def work(transaction: Any) -> None:
        for statement in statements:
            await transaction.run(statement)

    await database.write(work, heavy=True)
