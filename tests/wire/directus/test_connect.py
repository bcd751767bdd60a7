"""Connecting a database that exists, in the studio, at the beginning of a project."""

from __future__ import annotations

import sqlite3
import stat
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, Server, fresh_database, running_server

AT = "/studio/api/database"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO products (name) VALUES ('boat')")
    return path


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def token_of(server: Server) -> str:
    return server.run("superuser", "link").stdout.partition("#t=")[2].strip()


def wait_until_it_serves(http: httpx.Client, collection: str) -> Any:
    """The items, once the program has opened again; until then it says 503, or that there is no such collection."""
    deadline = time.monotonic() + 20
    while True:
        answer = http.get(f"/items/{collection}")
        if answer.status_code == 200:
            return answer.json()["data"]
        assert answer.status_code in (403, 503), answer.text
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)


def connect_and_start_again(server: Server, url: str, collection: str) -> None:
    token = token_of(server)
    body = {"url": url, "token": token}
    with server.client() as guest:
        seen = data(guest.post(AT, json={**body, "preview": True}))
        (table,) = seen["tables"]
        assert (table["collection"], table["kind"], table["rows"], table["columns"]) == (collection, "table", 1, 2)
        assert (table["keyed"], table["reason"]) == (True, None)
        assert guest.post(AT, json={"url": url}).status_code == 403
        assert guest.post(AT, json={**body, "token": "forged"}).status_code == 403
        begun = guest.post("/server/setup", json={"token": token, "email": EMAIL, "password": PASSWORD})
        assert begun.status_code == 204, begun.text
        # the link is spent, and with it the right to connect
        assert guest.post(AT, json=body).status_code == 403
    with server.client(server.directus_token()) as http:
        assert data(http.post(AT, json={"url": url})) == seen
        assert [item["name"] for item in wait_until_it_serves(http, collection)] == ["boat"]
        assert data(http.get(AT))["address"] == seen["address"]
        # now there is something to lose
        assert http.post(AT, json={"url": url}).status_code == 422
    kept = server.data / "database"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert url not in kept.read_text()
    server.stop()
    server.start()
    with server.client(server.directus_token()) as http:
        assert [item["name"] for item in data(http.get(f"/items/{collection}"))] == ["boat"]


@pytest.mark.heavy
def test_a_file_is_looked_at_connected_at_once_and_kept(tmp_path: Path, shop: Path) -> None:
    with running_server(tmp_path / "data", superuser=False) as server:
        connect_and_start_again(server, str(shop), "products")


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_a_server_is_connected_by_all_workers(tmp_path: Path, kind: str) -> None:
    with fresh_database(kind) as url:
        assert url is not None
        with running_server(tmp_path / "other", url) as other:
            made = {"collection": "products", "schema": {}, "fields": [
                {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
                {"field": "name", "type": "string", "schema": {}},
            ]}  # fmt: skip
            with other.client(other.directus_token()) as http:
                data(http.post("/collections", json=made))
                data(http.post("/items/products", json={"name": "boat"}))
        with running_server(tmp_path / "data", settings={"workers": 2}, superuser=False) as server:
            connect_and_start_again(server, url, "products")


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_what_a_server_refuses_has_a_code_of_its_own(server: Server, kind: str) -> None:
    with fresh_database(kind) as url, server.client(server.directus_token()) as http:
        assert url is not None
        parts = urlsplit(url)
        stranger = f"{parts.scheme}://nobody_here:wrong-pass-1@{parts.hostname}:{parts.port}{parts.path}"
        for wrong, code in ((stranger, "DATABASE_SIGN_IN"), (f"{url}_not_there", "DATABASE_MISSING")):
            answer = http.post(AT, json={"url": wrong, "preview": True})
            assert answer.status_code == 400, answer.text
            assert answer.json()["errors"][0]["extensions"]["code"] == code, answer.text
            assert "wrong-pass-1" not in answer.text


def test_what_can_not_be_connected_is_told_and_changes_nothing(server: Server, tmp_path: Path, shop: Path) -> None:
    secret = "hunter2hunter2"
    with server.client(server.directus_token()) as http:
        for url, told, code in (
            ("", "not allowed to be empty", "INVALID_PAYLOAD"),
            ("ftp://example.com/x", "ftp", "DATABASE_URL"),
            (str(tmp_path / "none.db"), "none.db", "DATABASE_URL"),
            (f"postgresql://ada:{secret}@127.0.0.1:1/shop", "127.0.0.1", "DATABASE_UNREACHABLE"),
            (str(server.data / "data.db"), "own tables", "DATABASE_URL"),
        ):
            answer = http.post(AT, json={"url": url})
            assert answer.status_code == 400, (url, answer.text)
            assert told in answer.text, (url, answer.text)
            assert answer.json()["errors"][0]["extensions"]["code"] == code
            assert secret not in answer.text
        assert not (tmp_path / "none.db").exists()
        assert not (server.data / "database").exists()
        data(http.post("/items/users", json={"email": "a@example.com", "password": "long enough 1"}))
        refused = http.post(AT, json={"url": str(shop)})
        assert refused.status_code == 422
        assert "collections already" in refused.text
    assert server.client().get(AT).status_code == 403


@pytest.mark.heavy
def test_a_database_that_was_given_at_the_start_wins(tmp_path: Path, shop: Path) -> None:
    with running_server(tmp_path / "data", str(shop)) as server, server.client(server.directus_token()) as http:
        refused = http.post(AT, json={"url": str(shop)})
        assert refused.status_code == 422
        assert "settings" in refused.text
