"""Real databases for tests: a fresh PostgreSQL or MariaDB database of its own each, dropped afterwards.

`SATCHEL_TEST_POSTGRES` and `SATCHEL_TEST_MARIADB` name a database whose account may create others.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

POSTGRES = os.environ.get("SATCHEL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
MARIADB = os.environ.get("SATCHEL_TEST_MARIADB", "mariadb://root@127.0.0.1:3306/test")
SHARED = Path(os.environ.get("SATCHEL_SHARED", Path(__file__).parents[2] / "shared"))


def shared(path: str) -> Path:
    """A file beside the repository; the test is skipped where there is none."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"{found} does not exist (SATCHEL_SHARED names the folder)")
    return found


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def with_user(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{host}"))


def postgres_connection(url: str) -> Any:
    """Another program's connection: psycopg, autocommit; runs scripts of several statements."""
    import psycopg

    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def mariadb_connection(url: str) -> Any:
    """Another program's connection: PyMySQL, autocommit; runs scripts of several statements."""
    import pymysql
    from pymysql.constants import CLIENT

    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path[1:] or None,
        autocommit=True,
        connect_timeout=5,
        client_flag=CLIENT.MULTI_STATEMENTS,
        charset="utf8mb4",
    )


@cache
def _postgres_trouble() -> str | None:
    try:
        postgres_connection(POSTGRES).close()
    except Exception as error:
        return f"no PostgreSQL: {error}".strip()
    return None


@cache
def _mariadb_trouble() -> str | None:
    try:
        mariadb_connection(MARIADB).close()
    except Exception as error:
        return f"no MariaDB: {error}".strip()
    return None


@contextmanager
def postgres_database(script: str = "", *, options: str = "") -> Iterator[str]:
    """The URL of a new database, made with a script."""
    if trouble := _postgres_trouble():
        pytest.skip(trouble)
    name = f"satchel_test_{secrets.token_hex(5)}"
    url = with_database(POSTGRES, name)
    with postgres_connection(POSTGRES) as admin:
        admin.execute(f"CREATE DATABASE {name} {options}")
        admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    try:
        if script:
            with postgres_connection(url) as connection:
                connection.execute(script)
        yield url
    finally:
        with postgres_connection(POSTGRES) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def mariadb_database(script: str = "") -> Iterator[str]:
    """The URL of a new database, made with a script."""
    if trouble := _mariadb_trouble():
        pytest.skip(trouble)
    name = f"satchel_test_{secrets.token_hex(5)}"
    url = with_database(MARIADB, name)
    run_mariadb(MARIADB, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        if script:
            run_mariadb(url, script)
        yield url
    finally:
        run_mariadb(MARIADB, f"DROP DATABASE IF EXISTS {name}")


def run_mariadb(url: str, script: str) -> None:
    connection = mariadb_connection(url)
    try:
        cursor = connection.cursor()
        cursor.execute(script)
        while cursor.nextset():
            pass
    finally:
        connection.close()
