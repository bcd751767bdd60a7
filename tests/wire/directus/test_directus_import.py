"""`satchel import directus`: from its database and from its API, into the embedded database and a server's."""

from __future__ import annotations

from pathlib import Path

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
)
from tests.servers import Server, fresh_database, running_server
from tests.wire.directus.test_schema import done

pytestmark = [pytest.mark.process]

ONE = "77777777-aaaa-4aaa-8aaa-000000000001"
QUICK = {"login_stall_milliseconds": 0, "access_log": "false"}


def check(server: Server, *, secrets: bool) -> None:
    """Everything is there, under the same ids."""
    token = server.directus_token(ADMIN, PASSWORD) if secrets else server.directus_token()
    with server.client(token) as admin:
        fields = "title,flag,tags,data,views,at,author.name,user_created.email,image.filename_download"
        assert done(admin.get(f"/items/articles/{ONE}?fields={fields}")) == {
            "title": "One",
            "flag": True,
            "tags": ["a", "b"],
            "data": {"k": [1, 2]},
            "views": 7,
            "at": "2023-11-14T22:13:20.000Z",
            "author": {"name": "Jane"},
            "user_created": {"email": ADMIN},
            "image": {"filename_download": "hello.txt"},
        }
        (measured,) = done(admin.get("/items/measures"))
        assert (float(measured["price"]), int(measured["big"]), measured["ratio"]) == (12.5, 9007199254740993, 0.25)
        assert (measured["day"], measured["clock"]) == ("2024-02-29", "09:05:00")
        assert done(admin.get("/collections/articles"))["meta"]["group"] == "content"
        assert done(admin.get(f"/users/{ADMIN_ID}?fields=nickname,role.name")) == {
            "nickname": "boss",
            "role": {"name": "Administrator"},
        }
        assert done(admin.get("/settings?fields=project_name"))["project_name"] == "Gazette"
        relation = done(admin.get("/relations/articles/author"))
        assert relation["schema"]["on_delete"] == "SET NULL"
        by_whom = done(admin.get("/relations/articles/user_created"))
        assert (by_whom["schema"] is not None) == (secrets and server.database_url is None)
        assert done(admin.get("/folders"))[0]["name"] == "Pictures"
        assert admin.get(f"/assets/{FILE_ID}").text == "hello"
        noted = "filter[collection]=directus_collections&filter[item]=articles&fields=action,user,origin"
        made = {"action": "create", "user": None, "origin": "import of Directus's data"}
        assert made in done(admin.get(f"/activity?{noted}"))
        # keys count on from where they were
        assert done(admin.post("/items/authors", json={"name": "Next"}))["id"] == 3
        done(admin.delete("/items/authors/1"))
        assert done(admin.get(f"/items/articles/{ONE}?fields=author"))["author"] is None
        permissions = done(admin.get("/permissions?filter[collection]=articles"))
        assert len(permissions) == 2
    if secrets:
        with server.client(TOKEN) as program:
            assert done(program.get("/users/me?fields=id"))["id"] == EDITOR_ID
        with server.client(server.directus_token(EDITOR, PASSWORD)) as editor:
            assert [item["title"] for item in done(editor.get("/items/articles?fields=title"))] == ["One"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "postgres"),
        ("postgres", "sqlite"),
        ("mariadb", "sqlite"),
        ("mariadb", "postgres"),
        ("sqlite", "mariadb"),
    ],
)
def test_from_a_database(source: str, target: str, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / f"{FILE_ID}.txt").write_text("hello")
    with fresh_database(source) as made, fresh_database(target) as url:
        place = made or str(tmp_path / "directus.db")
        if made is None:
            make_sqlite(Path(place))
        elif source == "postgres":
            make_postgres(place)
        else:
            make_mariadb(place)
        server = Server(tmp_path / "data", url, QUICK)
        command = ["import", "directus", place, "--uploads", str(uploads), *(["--database", url] if url else [])]
        imported = server.run(*command, seconds=60)
        assert imported.returncode == 0, imported.stdout + imported.stderr
        assert "articles   2 items" in imported.stdout
        again = server.run(*command)
        assert again.returncode == 1
        assert "already" in again.stderr
        server.start()
        try:
            check(server, secrets=True)
        finally:
            server.stop()
    assert (uploads / f"{FILE_ID}.txt").read_text() == "hello"


def test_from_the_api(tmp_path: Path) -> None:
    """From a program that speaks Directus's protocol: our own, on a database of Directus."""
    path = tmp_path / "directus.db"
    make_sqlite(path)
    with running_server(tmp_path / "there", str(path), superuser=False) as there:
        token = there.directus_token(ADMIN, PASSWORD)
        with there.client(token) as client:
            changed = client.patch(f"/files/{FILE_ID}", files={"file": ("hello.txt", b"hello", "text/plain")})
            assert changed.status_code == 200, changed.text
        server = Server(tmp_path / "data", None, QUICK)
        server.create_superuser()
        refused = server.run("import", "directus", there.url)
        assert refused.returncode == 1
        imported = server.run("import", "directus", there.url, "--token", token, seconds=60)
        assert imported.returncode == 0, imported.stdout + imported.stderr
        assert "Passwords" in imported.stderr
    server.start()
    try:
        check(server, secrets=False)
    finally:
        server.stop()


def test_what_is_no_directus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.touch()
    server = Server(tmp_path / "data", None, QUICK)
    refused = server.run("import", "directus", str(path))
    assert refused.returncode == 1
    assert "no database of Directus" in refused.stderr
