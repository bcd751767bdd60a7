"""Introspection of SQLite: what exists is seen, and seen as it is."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import apsw
import pytest
from tests.databases import shared
from tests.sqlite_files import sqlite

from satchel.db.introspect_sqlite import storage_type
from satchel.model.facts import DatabaseFacts, TableFacts

NASTY = """
CREATE TABLE plain (id INTEGER PRIMARY KEY AUTOINCREMENT, name NVARCHAR(160) NOT NULL DEFAULT 'x', price NUMERIC(10,2),
  big BIGINT, flag BOOLEAN DEFAULT 1, born DATE, seen DATETIME, stamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, doc JSON,
  code char(36), any_thing, raw BLOB, ratio REAL, free varchar, at TIME, g UUID,
  twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL, upper_name TEXT AS (upper(name)) STORED);
CREATE TABLE pair (b TEXT, a INTEGER, note TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE pair_child (id INTEGER PRIMARY KEY, pa INTEGER, pb TEXT,
  FOREIGN KEY (pa, pb) REFERENCES pair (a, b) ON DELETE CASCADE ON UPDATE SET NULL);
CREATE TABLE implied (id INTEGER PRIMARY KEY, pair_a INTEGER, pair_b TEXT,
  FOREIGN KEY (pair_a, pair_b) REFERENCES PAIR);
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES TREE (ID));
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg (id));
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen (id));
CREATE TABLE dangling (id INTEGER PRIMARY KEY, lost INTEGER REFERENCES nowhere (id),
  odd INTEGER REFERENCES tree (nope));
CREATE TABLE no_key (a INTEGER, b TEXT);
CREATE TABLE unique_key (a INTEGER NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, UNIQUE (a, b), UNIQUE (c));
CREATE TABLE nullable_unique (a INTEGER UNIQUE, b TEXT NOT NULL);
CREATE UNIQUE INDEX partly ON nullable_unique (b) WHERE a > 1;
CREATE TABLE text_key (id TEXT PRIMARY KEY);
CREATE TABLE not_a_row_id (id INT PRIMARY KEY);
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC);
CREATE TABLE "select" ("order" INTEGER PRIMARY KEY, "Group By" TEXT, "Größe" REAL, "a""b" TEXT, "日本" TEXT,
  "x.y,z" TEXT);
CREATE INDEX odd_index ON "select" (lower("Group By") DESC, "x.y,z" COLLATE NOCASE, "日本" || ',' || 'a)b')
  WHERE "Größe" > 1 AND "a""b" <> ')';
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, t ANY) STRICT;
CREATE VIEW shown AS SELECT id, name, price * 2 AS double_price FROM plain;
CREATE VIEW broken AS SELECT * FROM nowhere;
CREATE VIRTUAL TABLE words USING fts5 (body);
CREATE TABLE "sqliteish" (id INTEGER PRIMARY KEY);
"""


def table(facts: DatabaseFacts, name: str) -> TableFacts:
    (found,) = [item for item in facts.tables if item.name == name]
    return found


async def nasty(path: Path) -> DatabaseFacts:
    async with sqlite(path, NASTY) as database:
        return await database.facts()


async def test_columns(tmp_path: Path) -> None:
    plain = table(await nasty(tmp_path / "a.db"), "plain")
    found = {column.name: column for column in plain.columns}
    assert {name: column.type for name, column in found.items()} == {
        "id": "integer",
        "name": "string",
        "price": "decimal",
        "big": "bigInteger",
        "flag": "boolean",
        "born": "date",
        "seen": "dateTime",
        "stamp": "timestamp",
        "doc": "json",
        "code": "string",
        "any_thing": "unknown",
        "raw": "binary",
        "ratio": "float",
        "free": "text",
        "at": "time",
        "g": "uuid",
        "twice": "integer",
        "upper_name": "text",
    }
    assert found["id"].identity
    assert not found["id"].nullable
    assert (found["name"].max_length, found["name"].nullable, found["name"].default) == (160, False, "'x'")
    assert (found["price"].precision, found["price"].scale, found["price"].db_type) == (10, 2, "NUMERIC(10,2)")
    assert found["code"].max_length == 36
    assert found["stamp"].default == "CURRENT_TIMESTAMP"
    assert [name for name, column in found.items() if column.generated] == ["twice", "upper_name"]
    assert [name for name, column in found.items() if column.identity] == ["id"]


async def test_keys(tmp_path: Path) -> None:
    facts = await nasty(tmp_path / "a.db")
    keys = {item.name: item.primary_key for item in facts.tables if item.kind == "table"}
    assert keys["plain"] == ("id",)
    assert keys["pair"] == ("a", "b")
    assert keys["unique_key"] == ("c",), "the shortest unique index over required columns serves as key"
    assert keys["nullable_unique"] == ()
    assert keys["no_key"] == ()
    assert keys["select"] == ("order",)
    identities = {item.name for item in facts.tables if any(column.identity for column in item.columns)}
    assert "not_a_row_id" not in identities
    assert "descending" not in identities
    assert "text_key" not in identities
    assert {"tree", "hen", "select", "strict_one"} <= identities


async def test_what_can_not_be_written_says_why(tmp_path: Path) -> None:
    facts = await nasty(tmp_path / "a.db")
    reasons = {item.name: item.reason for item in facts.tables if item.reason}
    assert reasons == {
        "no_key": "no primary key",
        "nullable_unique": "no primary key",
        "shown": "a view",
        "words": "a virtual table",
    }
    for item in facts.tables:
        assert item.can_insert == item.can_update == item.can_delete == (item.reason is None)


async def test_foreign_keys(tmp_path: Path) -> None:
    facts = await nasty(tmp_path / "a.db")

    def keys(name: str) -> list[tuple[object, ...]]:
        return [
            (key.columns, key.to_table, key.to_columns, key.on_delete, key.on_update)
            for key in table(facts, name).foreign_keys
        ]

    assert keys("pair_child") == [(("pa", "pb"), "pair", ("a", "b"), "CASCADE", "SET NULL")]
    assert keys("implied") == [(("pair_a", "pair_b"), "pair", ("a", "b"), "NO ACTION", "NO ACTION")]
    assert keys("tree") == [(("parent",), "tree", ("id",), "NO ACTION", "NO ACTION")]
    assert keys("hen") == [(("egg",), "egg", ("id",), "NO ACTION", "NO ACTION")]
    assert keys("egg") == [(("hen",), "hen", ("id",), "NO ACTION", "NO ACTION")]
    assert keys("dangling") == []
    assert "dangling.lost refers to a table that does not exist: nowhere." in facts.notes
    assert "dangling.odd refers to columns of tree that do not exist." in facts.notes


async def test_indexes_and_odd_names(tmp_path: Path) -> None:
    facts = await nasty(tmp_path / "a.db")
    odd = table(facts, "select")
    assert [column.name for column in odd.columns] == ["order", "Group By", "Größe", 'a"b', "日本", "x.y,z"]
    (index,) = odd.indexes
    assert index.columns == ('lower("Group By")', "x.y,z", "\"日本\" || ',' || 'a)b'")
    assert index.where == '"Größe" > 1 AND "a""b" <> \')\''
    assert not index.unique
    partly = next(item for item in table(facts, "nullable_unique").indexes if item.name == "partly")
    assert (partly.columns, partly.unique, partly.where) == (("b",), True, "a > 1")
    pair = table(facts, "pair").indexes
    assert [(item.columns, item.primary, item.unique) for item in pair] == [(("a", "b"), True, True)]


async def test_views_virtual_tables_and_notes(tmp_path: Path) -> None:
    facts = await nasty(tmp_path / "a.db")
    shown = table(facts, "shown")
    assert shown.kind == "view"
    assert [(column.name, column.type) for column in shown.columns] == [
        ("id", "integer"),
        ("name", "string"),
        ("double_price", "unknown"),
    ]
    assert shown.sql is not None
    assert shown.sql.startswith("CREATE VIEW shown")
    assert [column.name for column in table(facts, "words").columns] == ["body"]
    assert not [item.name for item in facts.tables if item.name.startswith("words_")]
    assert any(note.startswith("The view broken can't be read") for note in facts.notes)
    assert "broken" not in {item.name for item in facts.tables}
    assert "sqliteish" in {item.name for item in facts.tables}
    assert facts.vendor == "sqlite"
    assert facts.fingerprint


async def test_checks_that_list_texts(tmp_path: Path) -> None:
    sql = """CREATE TABLE orders (id INTEGER PRIMARY KEY, State TEXT CHECK (state IN ('new', 'it''s done')),
      size VARCHAR(3) CONSTRAINT sizes CHECK ("size" IN ('S', 'M')), free TEXT CHECK (free IN ('a') OR free > 'x'),
      number INTEGER CHECK (number IN ('1')), kind TEXT, CHECK (kind IN ('x', 'y')))"""
    async with sqlite(tmp_path / "checks.db", sql) as database:
        facts = await database.facts()
    assert {column.name: column.choices for column in table(facts, "orders").columns} == {
        "id": (),
        "State": ("new", "it's done"),
        "size": ("S", "M"),
        "free": (),
        "number": (),
        "kind": ("x", "y"),
    }


async def test_chinook(tmp_path: Path) -> None:
    path = tmp_path / "chinook.sqlite"
    shutil.copyfile(shared("data/chinook/Chinook_Sqlite.sqlite"), path)
    path.chmod(0o644)
    before = path.read_bytes()
    async with sqlite(path) as database:
        facts = await database.facts()
    assert path.read_bytes() == before
    assert len(facts.tables) == 11
    assert facts.notes == ()
    assert all(item.reason is None for item in facts.tables)
    track = {column.name: column for column in table(facts, "Track").columns}
    assert (track["Name"].type, track["Name"].max_length) == ("string", 200)
    assert (track["UnitPrice"].type, track["UnitPrice"].precision, track["UnitPrice"].scale) == ("decimal", 10, 2)
    assert not track["TrackId"].nullable
    assert table(facts, "PlaylistTrack").primary_key == ("PlaylistId", "TrackId")
    assert [(key.columns, key.to_table) for key in table(facts, "Employee").foreign_keys] == [
        (("ReportsTo",), "Employee")
    ]
    assert sum(len(item.foreign_keys) for item in facts.tables) == 11


async def test_six_hundred_tables(tmp_path: Path) -> None:
    script = "".join(
        f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, a VARCHAR(40) NOT NULL, b DECIMAL(10,2), c DATETIME, d JSON, "
        f"parent INTEGER REFERENCES t{max(n - 1, 0)} (id), UNIQUE (b, c)); CREATE INDEX i{n} ON t{n} (a);"
        for n in range(600)
    )
    async with sqlite(tmp_path / "a.db", script) as database:
        started = time.perf_counter()
        facts = await database.facts()
        seconds = time.perf_counter() - started
    assert len(facts.tables) == 600
    assert all(len(item.indexes) == 2 and len(item.foreign_keys) == 1 for item in facts.tables)
    assert seconds < 0.7


async def test_the_fingerprint_belongs_to_the_facts(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path, NASTY) as database:
        facts = await database.facts()
        assert facts.fingerprint == await database.fingerprint()
        other = apsw.Connection(str(path))
        for change in (
            "DROP VIEW broken",
            "ALTER TABLE plain RENAME COLUMN big TO bigger",
            "CREATE INDEX more ON plain (bigger)",
            "DROP VIEW shown",
            "CREATE TABLE fresh (id INTEGER PRIMARY KEY)",
            "DROP TABLE fresh",
        ):
            last = await database.fingerprint()
            other.execute(change)
            assert await database.fingerprint() != last, change
        other.execute("INSERT INTO no_key VALUES (1, 'x')")
        last = await database.fingerprint()
        other.execute("INSERT INTO no_key VALUES (1, 'x')")
        assert await database.fingerprint() == last
        other.close()


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("", ("unknown", None, None, None)),
        ("INT", ("integer", None, None, None)),
        ("UNSIGNED BIG INT", ("bigInteger", None, None, None)),
        ("bigint(20)", ("bigInteger", None, None, None)),
        ("NUMERIC", ("decimal", None, None, None)),
        ("DECIMAL(8)", ("decimal", None, 8, 0)),
        ("decimal( 10 , 3 )", ("decimal", None, 10, 3)),
        ("DOUBLE PRECISION", ("float", None, None, None)),
        ("VARCHAR(255)", ("string", 255, None, None)),
        ("character varying (7)", ("string", 7, None, None)),
        ("VARYING CHARACTER(9)", ("string", 9, None, None)),
        ("VARCHAR", ("text", None, None, None)),
        ("VARCHAR(MAX)", ("text", None, None, None)),
        ("CHAR", ("string", None, None, None)),
        ("CLOB", ("text", None, None, None)),
        ("JSONB", ("json", None, None, None)),
        ("timestamp with time zone", ("timestamp", None, None, None)),
        ("timestamp without time zone", ("dateTime", None, None, None)),
        ("FLOATING POINT", ("integer", None, None, None)),  # SQLite finds INT in it
        ("MY_TEXT_TYPE", ("text", None, None, None)),
        ("xml", ("unknown", None, None, None)),
    ],
)
def test_declared_types(declared: str, expected: tuple[object, ...]) -> None:
    assert storage_type(declared) == expected
