"""Databases as Directus leaves them, made from the documented and recorded shapes of its tables.

In charge of: the tables that an installation of version 11 or 12 has, with one admin, an editor, policies, collections
of data and everything that hangs on them. SQLite, PostgreSQL and MariaDB.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import unquote, urlsplit

import apsw
import asyncpg
import pymysql
from argon2 import PasswordHasher
from pymysql.connections import Connection
from pymysql.cursors import Cursor

ADMIN, EDITOR = "admin@example.com", "ed@example.com"
PASSWORD = "d1r3ctus-pass"
ADMIN_ID = "11111111-aaaa-4aaa-8aaa-000000000001"
EDITOR_ID = "11111111-aaaa-4aaa-8aaa-000000000002"
ADMIN_ROLE, EDITOR_ROLE = "22222222-aaaa-4aaa-8aaa-000000000001", "22222222-aaaa-4aaa-8aaa-000000000002"
ADMIN_POLICY, EDITOR_POLICY = "33333333-aaaa-4aaa-8aaa-000000000001", "33333333-aaaa-4aaa-8aaa-000000000002"
PUBLIC_POLICY = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
FILE_ID, FOLDER_ID = "44444444-aaaa-4aaa-8aaa-000000000001", "44444444-aaaa-4aaa-8aaa-000000000002"
FLOW_ID, OPERATION_ID = "55555555-aaaa-4aaa-8aaa-000000000001", "55555555-aaaa-4aaa-8aaa-000000000002"
DASHBOARD_ID, PANEL_ID = "66666666-aaaa-4aaa-8aaa-000000000001", "66666666-aaaa-4aaa-8aaa-000000000002"
TOKEN = "a-static-token-of-the-editor"
STAMP = 1_700_000_000_000
"""2023-11-14T22:13:20.000Z, in milliseconds."""
MOMENT = "2023-11-14 22:13:20"

SCRIPT = Path(__file__).with_name("directus_database.sql")
SQLITE = {
    "uuid": "char(36)",
    "stamp": "datetime",
    "true": "1",
    "false": "0",
    "at": str(STAMP),
    "serial": "integer not null primary key autoincrement",
}
POSTGRES = {
    "uuid": "uuid",
    "stamp": "timestamp with time zone",
    "true": "true",
    "false": "false",
    "at": f"'{MOMENT}+00'",
    "serial": "serial primary key",
}


MARIADB = {
    "uuid": "char(36)",
    "stamp": "timestamp NULL",
    "true": "true",
    "false": "false",
    "at": f"'{MOMENT}'",
    "serial": "integer not null auto_increment primary key",
}


def statements(words: Mapping[str, str]) -> list[str]:
    """What makes the tables and fills them."""
    text = Template(SCRIPT.read_text(encoding="utf-8")).substitute(words, hash=hash_of_password())
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [part for part in "\n".join(lines).split(";\n") if part.strip()]


def hash_of_password() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)


def make_sqlite(path: Path) -> None:
    connection = apsw.Connection(str(path))
    for statement in statements(SQLITE):
        connection.execute(statement)
    connection.close()


def make_postgres(url: str) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements(POSTGRES):
            await connection.execute(statement)
        await connection.close()

    asyncio.run(work())


def make_mariadb(url: str) -> None:
    connection = mariadb_connection(url)
    with connection.cursor() as cursor:
        for statement in statements(MARIADB):
            cursor.execute(statement)
    connection.commit()
    connection.close()


def mariadb_connection(url: str) -> Connection[Cursor]:
    """A connection that understands standard quotes."""
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
        init_command="SET SESSION sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone='+00:00'",
    )
