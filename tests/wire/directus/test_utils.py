"""`/utils/sort`, `/utils/import` and `/utils/export`: whole or not at all, under the caller's rights."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.test_schema import done, field, make, name_of

pytestmark = [pytest.mark.process]


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        yield client


@pytest.fixture
def things(admin: httpx.Client) -> str:
    """A collection with an order and ten items."""
    fields = [
        field("name", schema={"is_nullable": False}),
        field("sort", "integer"),
        field("tags", "csv", meta={"special": ["cast-csv"]}),
    ]
    fields += [field("data", "json"), field("flag", "boolean", schema={"default_value": False, "is_nullable": False})]
    name = make(admin, name_of("things"), *fields, sort_field="sort")
    rows = [{"name": letter, "sort": place} for place, letter in enumerate("abcdef", 1)]
    done(admin.post(f"/items/{name}", json=rows))
    return name


def upload(client: httpx.Client, path: str, content: str | bytes, kind: str = "text/csv") -> httpx.Response:
    return client.post(path, files={"file": ("rows", content, kind)})


def order(client: httpx.Client, name: str) -> str:
    return "".join(item["name"] for item in done(client.get(f"/items/{name}?sort=sort,id&limit=-1")))


def test_sorting_moves_what_is_between(admin: httpx.Client, things: str) -> None:
    moved = admin.post(f"/utils/sort/{things}", json={"item": 2, "to": 5})
    assert (moved.status_code, moved.content) == (200, b"")
    assert order(admin, things) == "acdebf"
    admin.post(f"/utils/sort/{things}", json={"item": 6, "to": 1})
    assert order(admin, things) == "facdeb"
    done(admin.post(f"/items/{things}", json=[{"name": "x"}, {"name": "y"}]))
    admin.post(f"/utils/sort/{things}", json={"item": 8, "to": 6})
    assert order(admin, things) == "yfacdebx"
    done(admin.patch(f"/items/{things}", json={"keys": [1, 2, 3], "data": {"sort": 2}}))
    admin.post(f"/utils/sort/{things}", json={"item": 3, "to": 1})
    numbers = [item["sort"] for item in done(admin.get(f"/items/{things}?sort=sort"))]
    assert numbers == sorted(set(numbers))
    assert admin.post(f"/utils/sort/{things}", json={"item": 99, "to": 6}).status_code == 403
    plain = make(admin, name_of("plain"), field("name"))
    refused = admin.post(f"/utils/sort/{plain}", json={"item": 1, "to": 2})
    assert refused.json()["errors"][0]["message"] == (
        f'Invalid payload. Collection "{plain}" doesn\'t have a sort field.'
    )


def test_csv_makes_and_changes_items(admin: httpx.Client, things: str) -> None:
    text = 'id,name,tags,data,flag\n1,changed,"a,b","{""k"":[1]}",true\n,"new, one",,,\n'
    answer = upload(admin, f"/utils/import/{things}", "\ufeff" + text)
    assert (answer.status_code, answer.content) == (200, b"")
    found = {item["name"]: item for item in done(admin.get(f"/items/{things}"))}
    assert (found["changed"]["id"], found["changed"]["tags"]) == (1, ["a", "b"])
    assert (found["changed"]["data"], found["changed"]["flag"], found["changed"]["sort"]) == ({"k": [1]}, True, 1)
    assert (found["new, one"]["tags"], found["new, one"]["flag"]) == (None, False)


def test_a_bad_row_takes_all_others_with_it(admin: httpx.Client, things: str) -> None:
    refused = upload(admin, f"/utils/import/{things}", "name,sort\nfine,1\nbad,many\n")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["extensions"]["rows"] == [{"type": "lines", "rows": [2]}]
    assert list(refused.json()["errors"][0]["extensions"])[-1] == "code"
    assert order(admin, things) == "abcdef"
    missing = upload(admin, f"/utils/import/{things}", json.dumps([{"name": "ok"}, {"sort": 3}]), "application/json")
    assert missing.json()["errors"][0]["extensions"]["rows"] == [{"type": "lines", "rows": [2]}]
    for broken in ('[{"name":"x"}', '[{"name":"x"} {"name":"y"}]', "[1]", '[{"name":"x"}] more'):
        assert upload(admin, f"/utils/import/{things}", broken, "application/json").status_code == 400, broken
    assert upload(admin, f"/utils/import/{things}", "x", "text/plain").json()["errors"][0]["message"] == (
        'Unsupported media type "text/plain" in file import.'
    )
    assert order(admin, things) == "abcdef"


def test_a_dry_run_says_what_becomes_of_each_row_and_writes_nothing(admin: httpx.Client) -> None:
    fields = [field("name", schema={"is_nullable": False}), field("sort", "integer")]
    code = field("code", schema={"is_unique": True, "is_nullable": True})
    name = make(admin, name_of("dry"), *fields, code)
    done(admin.post(f"/items/{name}", json=[{"name": "a", "code": "one"}]))
    rows = [
        {"id": 1, "name": "changed"},
        {"name": "new", "code": "two"},
        {"name": "bad", "sort": "many"},
        {"sort": 3},
        {"name": "taken", "code": "one"},
        {"name": "twice", "code": "two"},
        {"name": "x", "nope": 1},
        {"name": "last"},
    ]
    answer = upload(admin, f"/utils/import/{name}?dryRun=true", json.dumps(rows), "application/json")
    assert answer.status_code == 200, answer.text
    told = answer.json()["data"]
    assert (told["applied"], told["created"], told["updated"]) == (False, [2, 8], [1])
    assert [error["row"] for error in told["errors"]] == [3, 4, 5, 6, 7]
    assert told["errors"][2]["extensions"]["code"] == "RECORD_NOT_UNIQUE"
    assert all(error["message"] for error in told["errors"])
    assert [(item["name"], item["code"]) for item in done(admin.get(f"/items/{name}"))] == [("a", "one")]
    assert done(admin.get("/activity", params={"filter[collection]": name, "filter[action]": "update"})) == []
    broken = upload(admin, f"/utils/import/{name}?dryRun=true", '[{"name":"x"}', "application/json")
    assert broken.status_code == 400


def test_what_has_no_place_is_told(admin: httpx.Client, things: str) -> None:
    """A write leaves unknown fields out; an import that did so would lose them."""

    def refused(text: str, media: str = "text/csv", query: str = "") -> dict[str, Any]:
        answer = upload(admin, f"/utils/import/{things}{query}", text, media)
        assert answer.status_code == 400, answer.text
        return answer.json()["errors"][0]

    error = refused("name,nmae,sort\nx,y,1\n")
    assert error["message"] == f'Invalid payload. There is no field "nmae" in collection "{things}".'
    assert error["extensions"]["rows"] == [{"type": "lines", "rows": [1]}]
    rows = json.dumps([{"name": "x"}, {"name": "y", "b": 1, "a": 2}])
    error = refused(rows, "application/json")
    assert ('"a", "b"' in error["message"], error["extensions"]["rows"][0]["rows"]) == (True, [2])
    body = [{"collection": things, "items": [{"name": "x", "nope": 1}]}]
    assert admin.post("/utils/import", json=body).status_code == 400
    assert "line 2 has 3 cells, the header 2" in refused("name,sort\nx,1,lost\n")["message"]
    assert 'the column "name" is there twice' in refused("name,name\nx,y\n")["message"]
    assert "a column without a name" in refused("name,\nx,lost\n")["message"]
    assert upload(admin, f"/utils/import/{things}", "name,,\ntrailing,,\n").status_code == 200
    assert order(admin, things).replace("trailing", "") == "abcdef"
    assert upload(admin, f"/utils/import/{things}?background", "name\nok\n,\n").status_code == 200
    assert notification(admin, f"The import into {things} failed").startswith("Row 2: ")


def test_large_files_and_background(admin: httpx.Client, things: str) -> None:
    rows = [{"name": f"n{number}", "data": {"text": "ü" * 50, "number": number}} for number in range(3000)]
    assert upload(admin, f"/utils/import/{things}", json.dumps(rows), "application/json").status_code == 200
    assert done(admin.get(f"/items/{things}?aggregate[count]=*"))[0]["count"] == 3006
    text = "name\n" + "".join(f"m{number}\n" for number in range(50))
    assert upload(admin, f"/utils/import/{things}?background", text).status_code == 200
    message = notification(admin, f"The import into {things}")
    assert message == "50 rows were imported."
    assert done(admin.get(f"/items/{things}?aggregate[count]=*"))[0]["count"] == 3056


def notification(client: httpx.Client, subject: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = done(client.get(f"/notifications?filter[subject][_starts_with]={subject}&fields=message"))
        if found:
            return str(found[0]["message"])
        time.sleep(0.1)
    raise AssertionError(f"no notification {subject}")


def test_rights_hold(server: Server, admin: httpx.Client, things: str) -> None:
    with server.client() as guest:
        assert upload(guest, f"/utils/import/{things}", "name\nx\n").status_code == 403
        assert guest.post(f"/utils/sort/{things}", json={"item": 1, "to": 2}).status_code == 403
        assert guest.post(f"/utils/export/{things}", json={"query": {}, "format": "csv"}).status_code == 403
        assert guest.post("/utils/import", json=[{"collection": things, "items": [{"name": "x"}]}]).status_code == 403
    assert upload(admin, "/utils/import/directus_roles", "name\nX\n").status_code == 403
    assert order(admin, things) == "abcdef"


def test_users_from_a_file(server: Server, admin: httpx.Client) -> None:
    made = "email,first_name,password\nann@example.com,Ann,correct horse 9\nben@example.com,Ben,\n"
    path = "/utils/import/directus_users"
    with server.client() as guest:
        assert upload(guest, path, made).status_code == 403
        assert upload(admin, path, made).status_code == 200
        body = {"email": "ann@example.com", "password": "correct horse 9"}
        token = done(guest.post("/auth/login", json=body))["access_token"]
        with server.client(token) as ann:
            assert upload(ann, path, "email\ncleo@example.com\n").status_code == 403
    (ben,) = done(admin.get("/users?filter[email]=ben@example.com&fields=id,first_name"))
    assert ben["first_name"] == "Ben"
    assert upload(admin, path, f"id,last_name\n{ben['id']},Bell\n").status_code == 200
    named = done(admin.get(f"/users/{ben['id']}?fields=first_name,last_name"))
    assert named == {"first_name": "Ben", "last_name": "Bell"}
    assert upload(admin, path, "email\ncleo@example.com\nann@example.com\n").status_code == 400
    assert done(admin.get("/users?filter[email]=cleo@example.com")) == []


def test_many_collections_at_once(admin: httpx.Client) -> None:
    author, book = make(admin, name_of("authors"), field("name")), name_of("books")
    make(admin, book, field("title"), field("author", "integer", meta={"special": ["m2o"]}))
    link = {"collection": book, "field": "author", "related_collection": author, "meta": {}}
    done(admin.post("/relations", json=link))
    done(admin.post(f"/items/{author}", json={"id": 1, "name": "Old"}))
    body = [
        {"collection": book, "items": [{"title": "One", "author": 1}]},
        {"collection": author, "items": [{"id": 1, "name": "New"}]},
    ]
    tried = done(admin.post("/utils/import?dryRun", json=body))
    assert tried["applied"] is False
    assert len(done(admin.get(f"/items/{author}"))) == 1
    added = done(admin.post("/utils/import", json=body))
    assert (added["applied"], added["mode"]) == (True, "add")
    new = added["collections"][author]["new"][0]
    assert added["collections"][author]["mapped"] == {"1": new}
    assert done(admin.get(f"/items/{book}?fields=title,author")) == [{"title": "One", "author": new}]
    forbidden = admin.post("/utils/import?mode=merge&dangerouslyAllowDelete", json=[body[1]])
    assert forbidden.status_code == 400  # a book still points at one that would go
    done(admin.patch(f"/items/{book}/1", json={"author": 1}))
    merged = done(admin.post("/utils/import?mode=merge&dangerouslyAllowDelete", json=[body[1]]))
    assert merged["collections"][author] == {"existing": [1], "new": [], "deleted": [new], "mapped": {}}
    assert done(admin.get(f"/items/{author}/1"))["name"] == "New"
    back = {"collection": author, "field": "best", "related_collection": book, "meta": {}}
    done(admin.post(f"/fields/{author}", json=field("best", "integer")))
    done(admin.post("/relations", json=back))
    circle = admin.post("/utils/import", json=body)
    assert circle.status_code == 422
    assert circle.json()["errors"][0]["extensions"]["code"] == "IMPORT_CYCLICAL_RELATION"


@pytest.mark.parametrize("kind", ["csv", "json", "xml", "yaml", "xlsx"])
def test_export_into_a_file(admin: httpx.Client, things: str, kind: str) -> None:
    rows = [{"name": "=HYPERLINK(1)"}, {"name": "-5"}, *({"name": f"r{number}"} for number in range(2500))]
    upload(admin, f"/utils/import/{things}", json.dumps(rows), "application/json")
    assert admin.post(f"/utils/export/{things}", json={"format": kind}).json()["errors"][0]["message"] == (
        'Invalid payload. "query" is required.'
    )
    query: dict[str, Any] = {"fields": ["name", "flag"], "sort": ["id"], "limit": -1}
    body = {"query": query, "format": kind, "file": {"title": f"export {things}"}}
    assert admin.post(f"/utils/export/{things}", json=body).status_code == 204
    assert notification(admin, f"The export of {things}").startswith("2508 items")
    file = done(admin.get(f"/files?filter[title]=export {things}"))[0]
    answer = admin.get(f"/assets/{file['id']}")
    if kind == "xlsx":
        check_workbook(admin, things, answer.content)
        return
    content = answer.text
    assert content.count("r2499") == 1
    if kind == "csv":
        found = list(csv.reader(io.StringIO(content)))
        assert (found[0], len(found)) == (["name", "flag"], 2509)
        assert (found[7][0], found[8][0]) == ("'=HYPERLINK(1)", "-5")
        upload(admin, f"/utils/import/{things}", "name\n'=HYPERLINK(1)\n")
        assert len(done(admin.get(f"/items/{things}?filter[name]==HYPERLINK(1)"))) == 2
    if kind == "json":
        assert len(json.loads(content)) == 2508
    if kind == "xml":
        assert content.endswith("</data>")


def check_workbook(admin: httpx.Client, things: str, content: bytes) -> None:
    """The exported workbook of all things; and what an import makes of another."""
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def send(body: bytes, query: str = "") -> httpx.Response:
        form = {"file": ("rows.xlsx", body, media)}
        return admin.post(f"/utils/import/{things}{query}", files=form)

    shown = done(send(content, "?preview=true"))
    assert (shown["columns"], len(shown["rows"])) == (["name", "flag"], 2508)
    assert [row[0] for row in shown["rows"][6:8]] == ["=HYPERLINK(1)", "-5"]
    everything = admin.get(f"/items/{things}?export=xlsx&limit=-1")
    assert (everything.headers["content-type"], everything.headers["content-disposition"][-6:]) == (media, '.xlsx"')
    before = done(admin.get(f"/items/{things}?limit=-1&sort=id"))
    tried = done(send(everything.content, "?dryRun=true"))
    assert (len(tried["updated"]), tried["created"], tried["errors"]) == (2508, [], [])
    assert send(everything.content).status_code == 200
    assert done(admin.get(f"/items/{things}?limit=-1&sort=id")) == before
    assert send(content, "?background").status_code == 200
    assert notification(admin, f"The import into {things}") == "2508 rows were imported."
    assert (
        send(b"nothing of the kind")
        .json()["errors"][0]["message"]
        .startswith("Invalid payload. The workbook can't be read")
    )
    assert upload(admin, f"/utils/import/{things}?preview=true", "name\n").status_code == 415
