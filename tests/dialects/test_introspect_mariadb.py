"""Introspection of MariaDB: what exists is seen, and seen as it is; nothing is written."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.databases import mariadb_connection, mariadb_database, run_mariadb, shared, with_user

from satchel.db import Database, DatabaseOptions, open_database
from satchel.model.facts import ColumnFacts, DatabaseFacts, TableFacts

NASTY = """
CREATE TABLE kinds (
  id int unsigned AUTO_INCREMENT PRIMARY KEY, tiny tinyint, flag tinyint(1) NOT NULL DEFAULT 1, bit1 bit(1),
  bits bit(8), small smallint, medium mediumint, large bigint, huge bigint unsigned, exact decimal(10,2), r4 float,
  r8 double, s varchar(40) COMMENT 'a short text, it''s', c char(3), t text, lt longtext, d date,
  tm time(3), dt datetime(6),
  ts timestamp NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), y year, j json, raw blob,
  vb varbinary(9), feeling enum('sad', 'so-so', 'it''s, fine'), many set('a', 'b'), ip inet6, u uuid, pt point,
  nothing varchar(9) DEFAULT NULL, word varchar(9) DEFAULT 'NULL', quoted varchar(9) DEFAULT 'it''s',
  made int AS (small * 2) VIRTUAL, kept int AS (small * 3) STORED, computed varchar(40) DEFAULT (uuid()),
  hidden int INVISIBLE DEFAULT 5
) COMMENT 'all kinds, it''s a lot';
CREATE SEQUENCE counter; CREATE TABLE by_sequence (id bigint PRIMARY KEY DEFAULT (nextval(counter)));
CREATE TABLE pair (b varchar(10), a int, note text, PRIMARY KEY (a, b));
CREATE TABLE pair_child (id int PRIMARY KEY, pa int, pb varchar(10),
  CONSTRAINT to_pair FOREIGN KEY (pa, pb) REFERENCES pair (a, b) ON DELETE CASCADE ON UPDATE SET NULL);
CREATE TABLE tree (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES tree (id));
CREATE TABLE hen (id int PRIMARY KEY, egg int);
CREATE TABLE egg (id int PRIMARY KEY, hen int, FOREIGN KEY (hen) REFERENCES hen (id));
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg (id);
CREATE TABLE no_key (a int, b text);
CREATE TABLE unique_key (a int NOT NULL, b varchar(9) NOT NULL, c varchar(9) NOT NULL UNIQUE, UNIQUE (a, b));
CREATE TABLE prefix_unique (a int UNIQUE, b varchar(90) NOT NULL, UNIQUE (b(5)));
CREATE TABLE `Select` (`Order` int PRIMARY KEY, `Größe` double, `a``b` varchar(20), `日本` text, `x.y,z` varchar(20),
  KEY `odd index` (`a``b`, `x.y,z`(4)));
CREATE TABLE versioned (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING;
CREATE VIEW shown AS SELECT id, s, small * 2 AS doubled FROM kinds;
CREATE TABLE doomed (id int PRIMARY KEY); CREATE VIEW broken AS SELECT * FROM doomed; DROP TABLE doomed;
"""
CHANGES = """
CREATE TABLE fresh (id int)
ALTER TABLE fresh ADD COLUMN a text
ALTER TABLE fresh MODIFY a varchar(10)
ALTER TABLE fresh MODIFY a varchar(10) NOT NULL
ALTER TABLE fresh ALTER COLUMN a SET DEFAULT 'x'
ALTER TABLE fresh ALTER COLUMN a SET DEFAULT 'y'
ALTER TABLE fresh ALTER COLUMN a DROP DEFAULT
ALTER TABLE fresh RENAME COLUMN a TO b
ALTER TABLE fresh ADD PRIMARY KEY (id)
ALTER TABLE fresh ADD CONSTRAINT to_tree FOREIGN KEY (id) REFERENCES tree (id) ON DELETE CASCADE
ALTER TABLE fresh DROP FOREIGN KEY to_tree
CREATE UNIQUE INDEX fresh_b ON fresh (b)
ALTER TABLE fresh RENAME INDEX fresh_b TO fresh_c
DROP INDEX fresh_c ON fresh
ALTER TABLE fresh COMMENT 'one'
ALTER TABLE fresh COMMENT 'two'
ALTER TABLE fresh MODIFY b varchar(10) COMMENT 'three'
ALTER TABLE fresh ADD e enum('x', 'y')
ALTER TABLE fresh MODIFY e enum('x', 'z')
ALTER TABLE fresh ADD j longtext
ALTER TABLE fresh ADD CHECK (json_valid(j))
ALTER TABLE fresh RENAME TO fresher
ALTER TABLE fresher DROP COLUMN b
CREATE OR REPLACE VIEW shown AS SELECT id, s, small * 3 AS doubled FROM kinds
DROP TABLE fresher
DROP VIEW shown
"""


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    database = open_database("main", url, DatabaseOptions(**options))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def facts_of(url: str, **options: Any) -> DatabaseFacts:
    async with opened(url, **options) as database:
        return await database.facts()


@pytest.fixture(scope="module")
def nasty() -> Iterator[str]:
    with mariadb_database(NASTY) as url:
        yield url


def table(facts: DatabaseFacts, name: str) -> TableFacts:
    (found,) = [item for item in facts.tables if item.name == name]
    return found


def columns(item: TableFacts) -> dict[str, ColumnFacts]:
    return {column.name: column for column in item.columns}


async def test_types(nasty: str) -> None:
    found = columns(table(await facts_of(nasty), "kinds"))
    assert {name: column.type for name, column in found.items()} == {
        "id": "integer",
        "tiny": "integer",
        "flag": "boolean",
        "bit1": "boolean",
        "bits": "binary",
        "small": "integer",
        "medium": "integer",
        "large": "bigInteger",
        "huge": "bigInteger",
        "exact": "decimal",
        "r4": "float",
        "r8": "float",
        "s": "string",
        "c": "string",
        "t": "text",
        "lt": "text",
        "d": "date",
        "tm": "time",
        "dt": "dateTime",
        "ts": "timestamp",
        "y": "integer",
        "j": "json",
        "raw": "binary",
        "vb": "binary",
        "feeling": "string",
        "many": "string",
        "ip": "unknown",
        "u": "uuid",
        "pt": "geometry",
        "nothing": "string",
        "word": "string",
        "quoted": "string",
        "made": "integer",
        "kept": "integer",
        "computed": "string",
        "hidden": "integer",
    }
    assert (found["exact"].precision, found["exact"].scale) == (10, 2)
    assert (found["s"].max_length, found["c"].max_length, found["feeling"].max_length) == (40, 3, None)
    assert found["feeling"].enum == ("sad", "so-so", "it's, fine")
    assert found["many"].enum == ()
    assert (found["id"].db_type, found["dt"].db_type) == ("int(10) unsigned", "datetime(6)")
    assert found["s"].comment == "a short text, it's"


async def test_defaults_identity_generated_nullable(nasty: str) -> None:
    facts = await facts_of(nasty)
    found = columns(table(facts, "kinds"))
    assert [name for name, column in found.items() if column.identity] == ["id"]
    assert [name for name, column in found.items() if column.generated] == ["made", "kept"]
    assert [name for name, column in found.items() if not column.nullable] == ["id", "flag"]
    assert {name: found[name].default for name in ("flag", "nothing", "word", "quoted", "ts", "computed", "made")} == {
        "flag": "1",
        "nothing": None,
        "word": "'NULL'",
        "quoted": "'it''s'",
        "ts": "current_timestamp()",
        "computed": "uuid()",
        "made": None,
    }
    assert columns(table(facts, "by_sequence"))["id"].identity
    assert table(facts, "kinds").comment == "all kinds, it's a lot"
    assert table(facts, "pair").comment is None


async def test_keys_and_reasons(nasty: str) -> None:
    facts = await facts_of(nasty)
    keys = {item.name: item.primary_key for item in facts.tables}
    assert "counter" not in keys
    assert keys["pair"] == ("a", "b")
    assert keys["unique_key"] == ("c",)
    assert keys["prefix_unique"] == keys["no_key"] == ()
    assert keys["Select"] == ("Order",)
    assert keys["versioned"] == ("id",)
    reasons = {item.name: item.reason for item in facts.tables if item.reason}
    assert reasons == {"no_key": "no primary key", "prefix_unique": "no primary key", "shown": "a view"}
    for item in facts.tables:
        assert item.can_insert == item.can_update == item.can_delete == (item.reason is None)
    shown = table(facts, "shown")
    assert (shown.kind, shown.comment) == ("view", None)
    assert shown.sql is not None
    assert shown.sql.startswith("select")
    assert [column.name for column in shown.columns] == ["id", "s", "doubled"]
    assert any("broken" in note for note in facts.notes)
    assert (facts.vendor, facts.read_only) == ("mariadb", False)


async def test_foreign_keys_and_indexes(nasty: str) -> None:
    facts = await facts_of(nasty)

    def keys(name: str) -> list[tuple[object, ...]]:
        return [(key.columns, key.to_table, key.to_columns) for key in table(facts, name).foreign_keys]

    assert keys("pair_child") == [(("pa", "pb"), "pair", ("a", "b"))]
    (key,) = table(facts, "pair_child").foreign_keys
    assert (key.name, key.on_delete, key.on_update) == ("to_pair", "CASCADE", "SET NULL")
    assert keys("tree") == [(("parent",), "tree", ("id",))]
    assert keys("hen") == [(("egg",), "egg", ("id",))]
    assert keys("egg") == [(("hen",), "hen", ("id",))]
    odd = table(facts, "Select")
    assert [column.name for column in odd.columns] == ["Order", "Größe", "a`b", "日本", "x.y,z"]
    found = {index.name: (index.columns, index.unique, index.primary) for index in odd.indexes}
    assert found == {
        "PRIMARY": (("Order",), True, True),
        "odd index": (("a`b", "x.y,z(4)"), False, False),
    }


async def test_rights(nasty: str) -> None:
    user = f"satchel_reader_{time.time_ns() % 10**9}"
    name = nasty.rpartition("/")[2]
    run_mariadb(
        nasty,
        f"CREATE USER {user}@'%' IDENTIFIED BY 'pw'; CREATE USER {user}@localhost IDENTIFIED BY 'pw';"
        + "".join(
            f"GRANT SELECT ON {name}.kinds TO {account}; GRANT SELECT, INSERT, UPDATE ON {name}.pair TO {account};"
            f"GRANT SELECT, DELETE ON {name}.egg TO {account}; GRANT SELECT (id) ON {name}.tree TO {account};"
            for account in (f"{user}@'%'", f"{user}@localhost")
        ),
    )
    try:
        facts = await facts_of(with_user(nasty, user, "pw"))
        reasons = {item.name: item.reason for item in facts.tables}
        assert reasons == {
            "kinds": "the database role may not insert or update or delete",
            "pair": "the database role may not delete",
            "egg": "the database role may not insert or update",
            "tree": "the database role may not insert or update or delete",
        }
        assert [column.name for column in table(facts, "tree").columns] == ["id"]
    finally:
        run_mariadb(nasty, f"DROP USER {user}@'%'; DROP USER {user}@localhost;")


async def test_rights_through_a_role_and_a_pattern(nasty: str) -> None:
    user = f"satchel_role_{time.time_ns() % 10**9}"
    pattern = nasty.rpartition("/")[2].replace("_", "\\_")[:-1] + "%"
    run_mariadb(
        nasty,
        f"CREATE ROLE {user}_r; GRANT ALL ON `{pattern}`.* TO {user}_r;"
        + "".join(
            f"CREATE USER {account} IDENTIFIED BY 'pw'; GRANT {user}_r TO {account};"
            f"SET DEFAULT ROLE {user}_r FOR {account};"
            for account in (f"{user}@'%'", f"{user}@localhost")
        ),
    )
    try:
        facts = await facts_of(with_user(nasty, user, "pw"))
        assert table(facts, "kinds").reason is None
        assert table(facts, "kinds").can_delete
    finally:
        run_mariadb(nasty, f"DROP USER {user}@'%'; DROP USER {user}@localhost; DROP ROLE {user}_r;")


def catalog_dump(url: str) -> list[Any]:
    """What the server keeps of every table, and the data."""
    connection = mariadb_connection(url)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1")
        parts: list[Any] = []
        for (name,) in cursor.fetchall():
            if name == "broken":
                continue
            cursor.execute(f"SHOW CREATE TABLE `{name}`")
            parts.append(cursor.fetchall())
            cursor.execute(f"CHECKSUM TABLE `{name}`")
            parts.append(cursor.fetchall())
        return parts
    finally:
        connection.close()


async def test_nothing_is_written(nasty: str) -> None:
    before = catalog_dump(nasty)
    async with opened(nasty) as database:
        await database.facts()
        await database.fingerprint()
        await database.read("SELECT count(*) FROM kinds")
        await database.ping()
    assert catalog_dump(nasty) == before


async def test_every_change_changes_the_fingerprint() -> None:
    with mariadb_database(NASTY) as url:
        other = mariadb_connection(url)
        async with opened(url) as database:
            for change in CHANGES.strip().splitlines():
                last = await database.fingerprint()
                assert await database.fingerprint() == last
                other.cursor().execute(change)
                assert await database.fingerprint() != last, change
            last = await database.fingerprint()
            other.cursor().execute("INSERT INTO no_key VALUES (1, 'x')")
            other.cursor().execute("DELETE FROM no_key")
            other.cursor().execute("ANALYZE TABLE no_key")
            assert await database.fingerprint() == last
            assert (await database.facts()).fingerprint == last
        other.close()


async def test_chinook() -> None:
    script = shared("data/chinook/Chinook_MySql.sql").read_text(encoding="utf-8-sig")
    script = script[script.index("CREATE TABLE") :]
    with mariadb_database(script) as url:
        facts = await facts_of(url)
    assert len(facts.tables) == 11
    assert facts.notes == ()
    assert all(item.reason is None for item in facts.tables)
    track = columns(table(facts, "Track"))
    assert (track["UnitPrice"].type, track["UnitPrice"].precision, track["UnitPrice"].scale) == ("decimal", 10, 2)
    assert table(facts, "PlaylistTrack").primary_key == ("PlaylistId", "TrackId")
    assert [(key.columns, key.to_table) for key in table(facts, "Employee").foreign_keys] == [
        (("ReportsTo",), "Employee")
    ]
    assert sum(len(item.foreign_keys) for item in facts.tables) == 11


async def test_six_hundred_tables() -> None:
    script = "".join(
        f"CREATE TABLE t{n} (id int AUTO_INCREMENT PRIMARY KEY, a varchar(40) NOT NULL COMMENT 'number {n}', "
        f"b decimal(10,2), c datetime, d json, parent int, UNIQUE (b, c), KEY (a), "
        f"FOREIGN KEY (parent) REFERENCES t{max(n - 1, 0)} (id));"
        for n in range(600)
    )
    with mariadb_database(script) as url:
        async with opened(url) as database:
            started = time.perf_counter()
            facts = await database.facts()
            seconds = time.perf_counter() - started
            started = time.perf_counter()
            for _ in range(5):
                await database.fingerprint()
            fingerprint_seconds = (time.perf_counter() - started) / 5
    assert len(facts.tables) == 600
    assert all(len(item.indexes) == 4 and len(item.foreign_keys) == 1 for item in facts.tables)
    assert all(columns(item)["d"].type == "json" for item in facts.tables)
    assert seconds < 2.5
    assert fingerprint_seconds < 0.2


async def test_checks_that_list_texts() -> None:
    sql = """CREATE TABLE orders (id int PRIMARY KEY, state text CHECK (state IN ('new', 'done')),
      size varchar(3) NOT NULL, free varchar(9) CHECK (free IN ('a', 'b') OR free > 'x'),
      number int CHECK (number IN (1, 2)),
      CONSTRAINT sizes CHECK (size IN ('S', 'M')))"""
    with mariadb_database(sql) as url:
        facts = await facts_of(url)
    (orders,) = facts.tables
    assert {column.name: column.choices for column in orders.columns} == {
        "id": (),
        "state": ("new", "done"),
        "size": ("S", "M"),
        "free": (),
        "number": (),
    }


async def test_an_empty_database() -> None:
    with mariadb_database() as url:
        facts = await facts_of(url)
        assert facts.tables == ()
        assert facts.fingerprint
