"""Users for tests of accounts: a server whose own tables are in the database of the test, and people in it.

In charge of: making users with policies of their own, clients that are signed in as them, and looking into the store.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from tests.databases import mariadb_connection, postgres_connection
from tests.servers import DATABASES, Server, running_server
from tests.stores import store_with_superuser

PASSWORD = "correct horse 2"


@pytest.fixture(scope="module")
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """People on a server whose data and own tables are in one database: an embedded one, and for tests with the mark
    `dialects` one of each kind. `SETTINGS` of the module are those of the server.
    """
    settings = dict(getattr(request.module, "SETTINGS", {}))
    with store_with_superuser(request.param) as url:
        own = {} if url is None else {"store_url": url, "database_url": url}
        started = running_server(
            tmp_path_factory.mktemp("data"), url, settings={**settings, **own}, superuser=url is None
        )
        with started as server, People(server) as found:
            yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On which databases a test with `people` runs. Imported by the modules with such tests."""
    if "people" in metafunc.fixturenames:
        everywhere = any(metafunc.definition.iter_markers("dialects"))
        kinds = DATABASES if everywhere else DATABASES[:1]
        metafunc.parametrize("people", kinds, indirect=True, scope="module")


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of the first error."""
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


class People:
    """`admin`: the superuser's client. `ids`: of users by name. There is a collection `notes` that everybody made here
    may read."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ids: dict[str, str] = {}
        self._stack = contextlib.ExitStack()
        self.admin = self._stack.enter_context(server.client(server.directus_token()))

    def __enter__(self) -> Self:
        self.ask(
            "POST",
            "/collections",
            {
                "collection": "notes",
                "schema": {},
                "fields": [{"field": "title", "type": "string", "schema": {}, "meta": {}}],
            },
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the admin gets."""
        answer = self.admin.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"] if answer.content else None

    def guest(self, token: str | None = None) -> httpx.Client:
        return self._stack.enter_context(self.server.client(token))

    def user(
        self,
        name: str,
        *,
        admin: bool = False,
        enforce_tfa: bool = False,
        update_self: bool = False,
        **values: Any,
    ) -> httpx.Client:
        """A client that is signed in as a new user with a policy of their own."""
        policy = {"name": name, "admin_access": admin, "enforce_tfa": enforce_tfa, "app_access": False}
        held = self.ask("POST", "/policies?fields=id", policy)["id"]
        own = {"id": {"_eq": "$CURRENT_USER"}}
        rights: list[dict[str, Any]] = [
            {"collection": "notes", "action": "read", "fields": ["*"]},
            {"collection": "directus_users", "action": "read", "fields": ["*"], "permissions": own},
        ]
        if update_self:
            rights.append({"collection": "directus_users", "action": "update", "fields": ["*"], "permissions": own})
        for right in rights:
            self.ask("POST", "/permissions?fields=id", {**right, "policy": held})
        row = {"email": f"{name}@example.com", "password": PASSWORD, "policies": [{"policy": held}], **values}
        self.ids[name] = self.ask("POST", "/users?fields=id", row)["id"]
        return self.signed_in(name)

    def signed_in(self, name: str) -> httpx.Client:
        token = self.server.directus_token(f"{name}@example.com", PASSWORD)
        return self._stack.enter_context(self.server.client(token))

    def stored(self, table: str = "satchel_users") -> str:
        """All rows of a table as whoever can read the database sees them."""
        with self._database() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            return str(cursor.fetchall())

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Put a row into a table, behind the server's back."""
        with self._database() as cursor:
            mark = "?" if self.server.database_url is None else "%s"
            marks = ", ".join(mark for _ in row)
            cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))

    @contextlib.contextmanager
    def _database(self) -> Iterator[Any]:
        url = self.server.database_url
        if url is None:
            opened: Any = sqlite3.connect(self.server.data / "data.db", timeout=30, isolation_level=None)
        else:
            opened = postgres_connection(url) if url.startswith("postgres") else mariadb_connection(url)
        with contextlib.closing(opened) as connection, contextlib.closing(connection.cursor()) as cursor:
            yield cursor
