"""Database URLs: what is understood, and errors that never repeat a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from satchel.db import open_database, parse_url
from satchel.errors import ConfigError

SECRET = "hunter2-Zq"


def test_paths_and_sqlite_urls(tmp_path: Path) -> None:
    assert parse_url("data.db").path == Path("data.db").absolute()
    assert parse_url("./sub/data.sqlite").path == Path("sub/data.sqlite").absolute()
    assert parse_url("sqlite:///data.db").path == Path("data.db").absolute()
    assert parse_url(f"sqlite:///{tmp_path}/x.db").path == tmp_path / "x.db"
    assert parse_url(f"sqlite:///{tmp_path}/a%20b.db?mode=ro").path == tmp_path / "a b.db"
    odd = tmp_path / "no-ending"
    odd.touch()
    assert parse_url(str(odd)).path == odd


def test_server_urls() -> None:
    url = parse_url(f"postgres://joe%40corp:{SECRET}%2F%23@db.example:6432/my%20base?sslmode=require")
    assert (url.dialect, url.host, url.port, url.user, url.database) == (
        "postgres",
        "db.example",
        6432,
        "joe@corp",
        "my base",
    )
    assert url.password == f"{SECRET}/#"
    assert url.parameters == {"sslmode": "require"}
    assert parse_url("postgresql+asyncpg://h/d").dialect == "postgres"
    assert parse_url("mysql://h/d").port == 3306
    assert parse_url("mariadb://h/d").dialect == "mariadb"
    assert parse_url("cockroachdb://h/d").port == 26257
    assert parse_url("mssql://h/d").dialect == "mssql"
    assert parse_url("postgresql://[::1]:5433/d").safe == "postgresql://[::1]:5433/d"
    assert parse_url("postgresql:///d").host == "localhost"
    assert parse_url("postgresql:///d?host=/run/postgresql").host == ""


def test_the_password_stays_secret() -> None:
    url = parse_url(f"postgresql://joe:{SECRET}@h/d")
    assert SECRET not in repr(url)
    assert SECRET not in str(url)
    assert url.safe == "postgresql://joe@h:5432/d"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://joe:{SECRET}#@h/d",
        f"postgresql://joe:{SECRET}/@h/d",
        f"postgresql://joe:{SECRET}?x@h/d",
        f"postgresql://joe:{SECRET}@h:port/d",
        f"postgresql://joe:{SECRET}@h",
        f"postgresql://joe:{SECRET}@h/d/e",
        f"postgresql://joe:{SECRET}@h/d?sslmod=require",
        f"oracle://joe:{SECRET}@h/d",
        f"{SECRET}://joe:{SECRET}@h/d",
        f"joe:{SECRET}@h/d",
    ],
)
def test_bad_urls_do_not_echo_the_password(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_url(text)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("postgress://h/d", "postgres"),
        ("postgesql://h/d", "postgresql://"),
        ("sqlserver://h/d", "mssql://"),
        ("mongodb://h/d", "Known are"),
        ("file:///x.db", "sqlite://"),
        ("sqlite://x.db", "sqlite:///x.db"),
        ("postgresql://h/d?sslmod=x", "sslmode"),
        (":memory:", "data.db"),
        ("sqlite:///:memory:", "data.db"),
        ("sqlite://", "data.db"),
        ("", "Examples"),
        ("nowhere", "Examples"),
        ("postgresql:h/d", "Examples"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_url(text)
    assert hint in (caught.value.hint or "")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    for text in (str(tmp_path), f"sqlite:///{tmp_path}"):
        with pytest.raises(ConfigError, match="folder"):
            parse_url(text)


def test_read_only_by_url(tmp_path: Path) -> None:
    database = open_database("main", f"sqlite:///{tmp_path}/x.db?mode=ro")
    assert database.options.read_only  # type: ignore[attr-defined]
