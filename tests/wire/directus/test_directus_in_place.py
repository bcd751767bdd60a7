"""A database that Directus uses, served where it is, and adopted: the same people, rights and items, and nothing
written into Directus's own tables."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import asyncpg
import httpx
import pytest
from tests.directus_database import (
    ADMIN,
    ADMIN_ID,
    EDITOR,
    EDITOR_ID,
    FILE_ID,
    PASSWORD,
    TOKEN,
    make_mariadb,
    make_postgres,
    make_sqlite,
    mariadb_connection,
)
from tests.servers import Server, fresh_database
from tests.wire.directus.test_schema import done

pytestmark = [pytest.mark.process]

ONE = "77777777-aaaa-4aaa-8aaa-000000000001"
QUICK = {"login_stall_milliseconds": 0, "access_log": "false"}


class Place:
    """The database, and a server of ours on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.server = Server(folder, url, QUICK)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("mariadb"):
            connection = mariadb_connection(self.url)
            with connection.cursor() as cursor:
                cursor.execute(statement)
                found = list(cursor.fetchall())
            connection.commit()
            connection.close()
            return found
        if not self.url.startswith("postgres"):
            return list(apsw.Connection(self.url).execute(statement))

        async def work() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(self.url)
            try:
                return [tuple(row.values()) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

        return asyncio.run(work())

    def digest(self) -> str:
        """Of all that Directus's own tables hold."""
        names = ("users", "roles", "policies", "access", "permissions", "collections", "fields", "relations", "files")
        found = [sorted(map(repr, self.ask(f"SELECT * FROM directus_{name}"))) for name in names]
        return hashlib.sha256(repr(found).encode()).hexdigest()


@pytest.fixture(params=("sqlite", "postgres", "mariadb"))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with fresh_database(request.param) as url:
        if url is None:
            url = str(tmp_path / "directus.db")
            make_sqlite(Path(url))
        elif request.param == "postgres":
            make_postgres(url)
        else:
            make_mariadb(url)
        found = Place(url, tmp_path / "data")
        try:
            yield found
        finally:
            found.server.stop()


def sign_in(server: Server, email: str) -> httpx.Client:
    return server.client(server.directus_token(email, PASSWORD))


def test_in_place_and_adopted(place: Place) -> None:
    server = place.server
    before = place.digest()
    server.start()
    look_around(server)
    change_things(server, place)
    assert place.digest() == before
    what_changes_there_counts(server, place)
    server.stop()
    adopt(server, place)


def look_around(server: Server) -> None:
    with sign_in(server, ADMIN) as admin:
        me = done(admin.get("/users/me?fields=id,email,nickname,role.name,tags"))
        assert me == {
            "id": ADMIN_ID,
            "email": ADMIN,
            "nickname": "boss",
            "role": {"name": "Administrator"},
            "tags": ["a"],
        }
        names = {item["collection"]: item for item in done(admin.get("/collections"))}
        assert names["content"]["schema"] is None
        assert names["articles"]["meta"]["group"] == "content"
        assert names["articles"]["meta"]["translations"][0]["translation"] == "Artikel"
        assert names["plain"]["meta"] is None
        assert not [name for name in names if name.startswith("main__") or name == "directus_migrations"]
        fields = "title,flag,tags,data,views,author.name,user_created.email,image.filename_download,line"
        found = done(admin.get(f"/items/articles/{ONE}?fields={fields}"))
        assert found == {
            "title": "One",
            "flag": True,
            "tags": ["a", "b"],
            "data": {"k": [1, 2]},
            "views": 7,
            "author": {"name": "Jane"},
            "user_created": {"email": ADMIN},
            "image": {"filename_download": "hello.txt"},
        } | ({"line": found["line"]} if "line" in found else {})
        assert done(admin.get(f"/items/articles/{ONE}?fields=at"))["at"] == "2023-11-14T22:13:20.000Z"
        assert done(admin.get("/items/authors?fields=name,articles.title&sort=name"))[0] == {
            "name": "Jane",
            "articles": [{"title": "One"}],
        }
        assert done(admin.get("/settings?fields=project_name"))["project_name"] == "Gazette"
        for path, count in (("/flows", 1), ("/dashboards?fields=panels.type", 1), ("/presets", 1)):
            assert len(done(admin.get(path))) == count, path
        assert done(admin.get(f"/files/{FILE_ID}?fields=folder.name"))["folder"]["name"] == "Pictures"
    with sign_in(server, EDITOR) as editor:
        assert done(editor.get("/items/articles?fields=title,status")) == [{"title": "One", "status": "published"}]
        assert editor.get("/items/articles?fields=views").status_code == 403
    with server.client(TOKEN) as program:
        assert done(program.get("/users/me?fields=id"))["id"] == EDITOR_ID
    with server.client() as guest:
        assert [item["name"] for item in done(guest.get("/items/authors?sort=name"))] == ["Jane", "Joe"]
        assert guest.get("/items/articles").status_code == 403


def change_things(server: Server, place: Place) -> None:
    """Items go into Directus's database; people, rights and settings stay in the store."""
    with sign_in(server, EDITOR) as editor:
        body = {"id": ONE[:-1] + "9", "title": "Made"}
        done(editor.post("/items/articles?fields=title", json=body))
    made = place.ask(f"SELECT status, title FROM articles WHERE title = 'Made' AND user_created = '{EDITOR_ID}'")
    assert made == [("draft", "Made")]
    with sign_in(server, ADMIN) as admin:
        done(admin.patch("/collections/authors", json={"meta": {"note": "ours"}}))
        done(admin.patch("/users/me", json={"title": "Chief"}))
        done(admin.post("/users", json={"email": "new@example.com", "password": "new-password-1"}))
        done(admin.patch("/settings", json={"project_name": "Ours"}))


def what_changes_there_counts(server: Server, place: Place) -> None:
    statement = f"UPDATE directus_users SET status = 'suspended' WHERE id = '{EDITOR_ID}'"
    place.ask(statement)
    place.ask("DELETE FROM directus_permissions WHERE collection = 'authors'")
    server.stop()
    server.start()
    with server.client() as guest:
        assert guest.get("/items/authors").status_code == 403
        refused = guest.post("/auth/login", json={"email": EDITOR, "password": PASSWORD})
        assert refused.status_code == 401
        assert (
            guest.post("/auth/login", json={"email": "new@example.com", "password": "new-password-1"}).status_code
            == 200
        )
    with sign_in(server, ADMIN) as admin:
        assert done(admin.get("/collections/authors"))["meta"]["note"] == "ours"
        assert done(admin.get("/settings?fields=project_name"))["project_name"] == "Ours"


def adopt(server: Server, place: Place) -> None:
    before = place.digest()
    refused = server.run("adopt", place.url)
    assert refused.returncode == 1, refused.stdout
    adopted = server.run("adopt", place.url, "--yes")
    assert adopted.returncode == 0, adopted.stderr
    assert "articles.user_created" in adopted.stdout
    assert place.digest() == before
    place.ask(f"UPDATE directus_users SET status = 'active' WHERE id = '{EDITOR_ID}'")
    server.start()
    with server.client() as guest:
        assert guest.post("/auth/login", json={"email": EDITOR, "password": PASSWORD}).status_code == 401
    with sign_in(server, ADMIN) as admin:
        new = done(admin.get("/users?filter[email]=new@example.com"))[0]["id"]
        changed = done(admin.patch(f"/items/articles/{ONE}?fields=user_created.email", json={"user_created": new}))
        assert changed == {"user_created": {"email": "new@example.com"}}
        # what was done here, and what was done there
        assert len(done(admin.get("/activity?filter[action]=login&limit=-1"))) > 3
        there = done(admin.get(f"/revisions?filter[item]={ONE}&sort=id&fields=data,activity.action,activity.user"))
        assert {"title": "One"} in [item["data"] for item in there]
        assert {"action": "create", "user": ADMIN_ID} in [item["activity"] for item in there]
