"""A database that another program made, served to PocketBase clients: keys of all shapes, references, views, tags."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.databases import mariadb_connection, postgres_connection
from tests.servers import DATABASES, Server, fresh_database, running_server

SCHEMA = """
CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, boss INTEGER REFERENCES authors (id));
CREATE TABLE books (
    isbn VARCHAR(20) PRIMARY KEY, title VARCHAR(60) NOT NULL, author INTEGER NOT NULL REFERENCES authors (id),
    price DECIMAL(8, 2), out_on DATE, UNIQUE (title, author)
);
CREATE TABLE stock (
    shop VARCHAR(10) NOT NULL, isbn VARCHAR(20) NOT NULL REFERENCES books (isbn), amount INTEGER NOT NULL,
    PRIMARY KEY (shop, isbn)
);
CREATE TABLE notes (text VARCHAR(60));
CREATE VIEW cheap AS SELECT isbn, title FROM books WHERE price < 10;
INSERT INTO authors VALUES (1, 'Ann', NULL), (2, 'Bob', 1);
INSERT INTO books VALUES ('1-a', 'First', 1, 9.5, '2020-01-02'), ('2,b', 'Second', 2, 20, NULL);
INSERT INTO stock VALUES ('x', '1-a', 3), ('y/z', '2,b', 4);
INSERT INTO notes VALUES ('remember');
"""


def make(kind: str, url: str) -> None:
    """Run the script as another program would."""
    if kind == "sqlite":
        with contextlib.closing(sqlite3.connect(url)) as connection:
            connection.executescript(SCHEMA)
        return
    connect = postgres_connection if kind == "postgres" else mariadb_connection
    # MariaDB ignores references that stand beside their column.
    script = SCHEMA
    if kind == "mariadb":
        script += """
        ALTER TABLE authors ADD FOREIGN KEY (boss) REFERENCES authors (id);
        ALTER TABLE books ADD FOREIGN KEY (author) REFERENCES authors (id);
        ALTER TABLE stock ADD FOREIGN KEY (isbn) REFERENCES books (isbn);
        """
    with contextlib.closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(script)
        while kind == "mariadb" and cursor.nextset():
            pass


@pytest.fixture(scope="module", params=DATABASES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("data")
    with fresh_database(request.param) as fresh:
        url = fresh or str(folder / "theirs.db")
        make(request.param, url)
        with running_server(folder / "ours", url) as server:
            yield server


@pytest.fixture
def admin(served: Server) -> Iterator[httpx.Client]:
    with served.client(served.pocketbase_token()) as client:
        yield client


pytestmark = [pytest.mark.process, pytest.mark.dialects]


def records(name: str, key: str = "") -> str:
    return f"/api/collections/{name}/records" + (f"/{key}" if key else "")


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_collections_look_like_pocketbase_s(admin: httpx.Client) -> None:
    found = {item["name"]: item for item in ok(admin.get("/api/collections"))["items"]}
    assert {"authors", "books", "stock", "notes", "cheap"} <= set(found)
    assert not any(name.startswith(("directus_", "satchel_")) for name in found)
    books = {field["name"]: field for field in found["books"]["fields"]}
    assert next(iter(books)) == "id"
    assert {name: field["type"] for name, field in books.items()} == {
        "id": "text", "isbn": "text", "title": "text", "author": "relation", "price": "number", "out_on": "date",
    }  # fmt: skip
    assert books["author"]["collectionId"] == found["authors"]["id"]
    assert books["title"]["max"] == 60
    assert found["cheap"]["type"] == "view"
    assert ok(admin.get(f"/api/collections/{found['books']['id']}"))["name"] == "books"


def test_nothing_is_open_to_guests(served: Server) -> None:
    with served.client() as guest:
        for name in ("authors", "books", "stock", "notes", "cheap"):
            assert guest.get(records(name)).status_code == 403
        assert guest.post(records("authors"), json={"name": "x"}).status_code == 403


def test_keys_are_one_opaque_text(admin: httpx.Client) -> None:
    assert [item["id"] for item in ok(admin.get(records("authors"), params={"sort": "id"}))["items"]] == ["1", "2"]
    stock = ok(admin.get(records("stock"), params={"sort": "amount"}))["items"]
    assert [item["id"] for item in stock] == ["x,1-a", "y/z,2%2Cb"]
    assert ok(admin.get(records("stock", "y%2Fz,2%252Cb")))["amount"] == 4
    assert ok(admin.get(records("books", "2,b")))["title"] == "Second"
    for key in ("x", "x,1-a,y", "x,", ",", "y/z,2,b"):
        assert admin.get(records("stock", key)).status_code == 404
    assert admin.get(records("authors", "nope")).status_code == 404
    assert admin.get(records("authors", "99999999999999999999")).status_code == 404


def test_values(admin: httpx.Client) -> None:
    book = ok(admin.get(records("books", "1-a")))
    assert (book["author"], book["price"], book["out_on"]) == (1, 9.5, "2020-01-02 00:00:00.000Z")
    assert list(book) == sorted(book)
    assert ok(admin.get(records("books", "2,b")))["out_on"] in (None, "")


def test_references_are_expanded_and_asked_through(admin: httpx.Client) -> None:
    stock = ok(admin.get(records("stock", "x,1-a"), params={"expand": "isbn.author.boss"}))
    assert stock["expand"]["isbn"]["expand"]["author"]["name"] == "Ann"
    ann = ok(admin.get(records("authors", "1"), params={"expand": "books_via_author.stock_via_isbn"}))
    assert ann["expand"]["books_via_author"][0]["expand"]["stock_via_isbn"][0]["amount"] == 3
    found = ok(admin.get(records("stock"), params={"filter": "isbn.author.boss.name = 'Ann'"}))
    assert [item["shop"] for item in found["items"]] == ["y/z"]
    found = ok(admin.get(records("authors"), params={"filter": "books_via_author.price ?> 10", "sort": "-name"}))
    assert [item["name"] for item in found["items"]] == ["Bob"]
    assert [item["isbn"] for item in ok(admin.get(records("books"), params={"sort": "-author.name"}))["items"]] == [
        "2,b",
        "1-a",
    ]


def test_views_and_tables_without_a_key(admin: httpx.Client) -> None:
    assert [item["title"] for item in ok(admin.get(records("cheap")))["items"]] == ["First"]
    assert admin.post(records("cheap"), json={"title": "x"}).status_code == 400
    assert [item["text"] for item in ok(admin.get(records("notes")))["items"]] == ["remember"]
    assert admin.post(records("notes"), json={"text": "x"}).status_code == 400
    assert admin.get(records("notes", "1")).status_code == 404


def test_writes(admin: httpx.Client) -> None:
    made = ok(admin.post(records("authors"), json={"id": "7", "name": "Cy", "boss": 1}))
    assert (made["id"], made["boss"]) == ("7", 1)
    stock = ok(admin.post(records("stock"), json={"id": "q%2C,1-a", "amount": 1}))
    assert (stock["id"], stock["shop"]) == ("q%2C,1-a", "q,")
    changed = ok(admin.patch(records("stock", "q%252C,1-a"), json={"amount": 2, "id": "q%2C,1-a"}))
    assert changed["amount"] == 2
    error = ok(admin.patch(records("stock", "q%252C,1-a"), json={"id": "other,1-a"}), 400)
    assert error["data"]["id"]["code"] == "validation_pk_change"
    error = ok(admin.post(records("stock"), json={"id": "no composite key", "amount": 1}), 400)
    assert error["data"]["id"]["code"] == "validation_invalid_format"
    error = ok(admin.post(records("stock"), json={"shop": "x", "isbn": "1-a", "amount": 1}), 400)
    assert error["data"]["shop"]["code"] == "validation_not_unique"
    error = ok(admin.post(records("books"), json={"isbn": "9", "title": "x", "author": 99}), 400)
    assert error["data"]["author"]["code"] == "validation_missing_rel_records"
    error = ok(admin.post(records("books"), json={"isbn": "9", "author": 1}), 400)
    assert error["data"]["title"]["code"] == "validation_required"
    error = ok(admin.post(records("books"), json={"isbn": "9", "title": "First", "author": 1}), 400)
    assert {"title", "author"} & set(error["data"])
    assert admin.delete(records("authors", "1")).status_code == 400
    ok(admin.delete(records("stock", "q%252C,1-a")), 204)
    ok(admin.delete(records("authors", "7")), 204)
    assert admin.delete(records("authors", "7")).status_code == 404


def test_changes_are_held_back_by_tags(admin: httpx.Client) -> None:
    one = records("authors", "2")
    assert "etag" not in admin.get(one).headers
    tag = admin.get(one, headers={"If-None-Match": "*unknown*"}).headers["etag"]
    assert admin.get(one, headers={"If-None-Match": tag}).status_code == 304
    ok(admin.patch(one, json={"name": "Bert"}, headers={"If-Match": tag}))
    error = ok(admin.patch(one, json={"name": "Bill"}, headers={"If-Match": tag}), 412)
    assert error["data"]["name"]["params"] == {"stored": "Bert", "yours": "Bill"}
    assert admin.delete(one, headers={"If-Match": tag}).status_code == 412
    ok(admin.patch(one, json={"name": "Bob"}))


def test_rules_open_a_table_that_was_there(served: Server, admin: httpx.Client) -> None:
    ok(admin.patch("/api/collections/books", json={"listRule": "price < 10", "viewRule": "author.name = 'Bob'"}))
    with served.client() as guest:
        assert [item["isbn"] for item in ok(guest.get(records("books")))["items"]] == ["1-a"]
        assert guest.get(records("books", "1-a")).status_code == 404
        assert ok(guest.get(records("books", "2,b")))["title"] == "Second"
        assert guest.patch(records("books", "2,b"), json={"title": "x"}).status_code == 403
    ok(admin.patch("/api/collections/books", json={"listRule": None, "viewRule": None}))
    with served.client() as guest:
        assert guest.get(records("books")).status_code == 403
