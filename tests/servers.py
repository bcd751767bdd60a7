"""Real servers for tests: `satchel serve` in a process of its own, on a free port, with a data folder of its own.

In charge of: starting and stopping, a superuser, and fresh databases on the database servers that can be reached.

Where the database servers are: SATCHEL_TEST_POSTGRES and SATCHEL_TEST_MARIADB (URLs of a database that may be connected
to, by a role that may create others); unless set, the usual local addresses are tried. What can't be reached is
skipped.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

EMAIL, PASSWORD = "root@example.com", "correct horse 1"
START_SECONDS = 30.0
STOP_SECONDS = 15.0
POSTGRES = os.environ.get("SATCHEL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
MARIADB = os.environ.get("SATCHEL_TEST_MARIADB", "mariadb://root@127.0.0.1:3306/mysql")
DATABASES = ("sqlite", "postgres", "mariadb")
# Settings by which a superuser's place or making is another than in an empty data folder.
OTHER_PLACES = {"database_url", "store_url", "pocketbase_dir", "secret", "settings_encryption_key", "hooks_dir"}
_READY = re.compile(r"(https?://[^\s/]+)/")


@dataclass
class Server:
    """One running server. `url` has no final slash."""

    data: Path
    database_url: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    email: str = EMAIL
    password: str = PASSWORD
    url: str = ""
    process: subprocess.Popen[str] | None = None
    output: list[str] = field(default_factory=list[str])

    @property
    def environment(self) -> dict[str, str]:
        """This process's variables without settings of ours, and those of the test."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SATCHEL_")}
        named = {f"SATCHEL_{name.upper()}": str(value) for name, value in self.settings.items()}
        return {**kept, **named, **self.variables, "PYTHONUNBUFFERED": "1"}

    def run(
        self, *arguments: str, seconds: float = START_SECONDS, given: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run another command of the program on the same data folder. `given`: on its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "satchel.cli", *arguments, "--data", str(self.data)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            input=given,
        )

    def create_superuser(self) -> None:
        """Make the superuser. The server need not run."""
        done = self.run("superuser", "upsert", self.email, self.password)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *arguments: str) -> None:
        """Start and wait until requests are answered. Fails with what the server printed."""
        command = [sys.executable, "-m", "satchel.cli", "serve", *([self.database_url] if self.database_url else [])]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), "--port", "0", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._follow, args=(self.process, lines), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while not self.url:
            try:
                line = lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                self.kill()
                raise AssertionError("The server did not get ready:\n" + "".join(self.output)) from None
            if line is None:
                raise AssertionError("The server ended:\n" + "".join(self.output))
            found = _READY.search(line) if "API" in line else None
            if found:
                self.url = found.group(1)

    def _follow(self, process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            lines.put(line)
        lines.put(None)

    def stop(self) -> int:
        """End it as an operator would, by SIGTERM; its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("The server did not stop:\n" + "".join(self.output)) from None
        self._forget()
        return code

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self._forget()

    def _forget(self) -> None:
        assert self.process is not None
        if self.process.stdout is not None:
            with contextlib.suppress(OSError, ValueError):
                self.process.stdout.close()
        self.process, self.url = None, ""

    def log(self) -> str:
        return "".join(self.output)

    def client(self, token: str | None = None, **options: Any) -> httpx.Client:
        """A client of this server; `token` goes into every request as a bearer token."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        # nothing here is encrypted, and reading the authorities that httpx would trust takes 25 ms for each client
        return httpx.Client(base_url=self.url, headers=headers, **{"timeout": 30.0, "verify": False, **options})

    def directus_token(self, email: str | None = None, password: str | None = None) -> str:
        """An access token by the Directus protocol; the superuser's unless another user is named."""
        body = {"email": email or self.email, "password": password or self.password}
        with self.client() as http:
            answer = http.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["access_token"])

    def pocketbase_token(self) -> str:
        """The superuser's token by the PocketBase protocol."""
        body = {"identity": self.email, "password": self.password}
        path = "/api/collections/_superusers/auth-with-password"
        with self.client() as http:
            answer = http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


@cache
def _folder_with_superuser() -> Path:
    """A data folder with a superuser and nothing else, made once per process: the command takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="satchel-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Server(folder).create_superuser()
    return folder


@contextlib.contextmanager
def running_server(
    data: Path, database_url: str | None = None, *, settings: Mapping[str, Any] | None = None, superuser: bool = True
) -> Iterator[Server]:
    """A server with a superuser, stopped at the end."""
    # only a power cut could tell full durability from normal; what is synced when is tested in tests/process
    quick = {"login_stall_milliseconds": 0, "access_log": "false", "durability": "normal"}
    server = Server(data, database_url, {**quick, **(settings or {})})
    if superuser:
        elsewhere = not OTHER_PLACES.isdisjoint(server.settings) or (data.parent / "satchel_hooks").exists()
        if elsewhere or server.variables or (data.exists() and any(data.iterdir())):
            server.create_superuser()
        else:
            shutil.copytree(_folder_with_superuser(), data, dirs_exist_ok=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()


# --- fresh databases --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def fresh_database(kind: str, like: str | None = None) -> Iterator[str | None]:
    """The URL of a new database of this kind, dropped at the end; None for the embedded one. It is empty, or a copy of
    `like`: the URL of another one of this kind, which nobody is connected to.

    Skips the test when there is no such server.
    """
    if kind == "sqlite":
        yield None
        return
    name = f"satchel_test_{secrets.token_hex(6)}"
    address = POSTGRES if kind == "postgres" else MARIADB
    run = _on_postgres if kind == "postgres" else _on_mariadb
    original = urlsplit(like).path[1:] if like else ""
    run(address, f"CREATE DATABASE {name}" + (f" TEMPLATE {original}" if like and kind == "postgres" else ""))
    parts = urlsplit(address)
    try:
        if kind == "postgres":
            run(address, f"ALTER DATABASE {name} SET synchronous_commit = off")
        if like and kind == "mariadb":
            _copy_tables(address, original, name)
        yield urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    finally:
        run(address, f"DROP DATABASE IF EXISTS {name}" + (" WITH (FORCE)" if kind == "postgres" else ""))


def _on_postgres(address: str, statement: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {address}: {error}")
    with connection:
        connection.execute(statement)


def _on_mariadb(address: str, statement: str) -> None:
    with _mariadb(address) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _copy_tables(address: str, original: str, name: str) -> None:
    """MariaDB has no copy of a database: its tables one by one, with all keys and indexes, and their rows."""
    with _mariadb(address) as connection, connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        cursor.execute(f"SHOW TABLES FROM {original}")
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"USE {name}")
        for table in tables:
            cursor.execute(f"SHOW CREATE TABLE {original}.`{table}`")
            cursor.execute(cursor.fetchone()[1])
            cursor.execute(f"INSERT INTO `{table}` SELECT * FROM {original}.`{table}`")
        connection.commit()


def _mariadb(address: str) -> Any:
    pymysql = pytest.importorskip("pymysql")
    parts = urlsplit(address)
    try:
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=parts.username or "root",
            password=parts.password or "",
            connect_timeout=3,
        )
    except pymysql.err.OperationalError as error:
        pytest.skip(f"no MariaDB at {address}: {error}")


def eventually(check: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is true, which happens behind the scenes."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)
