"""Versions of items over the wire: made, saved, compared, read in the place of items, promoted; whose rights hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.servers import Server, eventually
from tests.wire.directus.readers import Person, allow, person

pytestmark = [pytest.mark.process, pytest.mark.dialects]

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
ALL = ("*",)


def plain(field: str, kind: str = "string", **meta: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "schema": {}, "meta": meta}


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    """Pages with blocks (one to many), tags (many to many) and an author; the singleton `site`."""
    with server_on.client(server_on.directus_token()) as client:
        blocks = {"field": "blocks", "type": "alias", "meta": {"special": ["o2m"]}}
        written = {"field": "pages", "type": "alias", "meta": {"special": ["o2m"]}}
        tags = {"field": "tags", "type": "alias", "meta": {"special": ["m2m"]}}
        versioned = {"versioning": True}
        required = {"field": "title", "type": "string", "schema": {"is_nullable": False}, "meta": {}}
        secret, status = plain("secret"), plain("status")
        changed = plain("changed", "timestamp", special=["date-updated"])
        link = [plain("pages_id", "integer"), plain("tags_id", "integer")]
        for name, fields, meta in (
            ("authors", [KEY, plain("name"), plain("email"), written], {}),
            ("tags", [KEY, plain("name")], {}),
            ("pages", [KEY, required, secret, status, plain("author", "integer"), changed, blocks, tags], versioned),
            ("blocks", [KEY, plain("text"), plain("page", "integer")], {}),
            ("pages_tags", [KEY, *link], {}),
            ("plain_pages", [KEY, plain("title")], {}),
            ("site", [KEY, plain("title")], {"singleton": True, **versioned}),
        ):
            body = {"collection": name, "schema": {}, "fields": fields, "meta": meta}
            made = client.post("/collections", json=body)
            assert made.status_code == 200, made.text
        for many, field, one, meta in (
            ("pages", "author", "authors", {"one_field": "pages"}),
            ("blocks", "page", "pages", {"one_field": "blocks"}),
            ("pages_tags", "pages_id", "pages", {"one_field": "tags", "junction_field": "tags_id"}),
            ("pages_tags", "tags_id", "tags", {"junction_field": "pages_id"}),
        ):
            body = {"collection": many, "field": field, "related_collection": one, "meta": meta, "schema": {}}
            made = client.post("/relations", json=body)
            assert made.status_code == 200, made.text
        yield client


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"].get("reason", "")


def page(admin: httpx.Client, **values: Any) -> Any:
    return data(admin.post("/items/pages", json={"title": "Main", "secret": "s", "status": "open", **values}))["id"]


def version(client: httpx.Client, key: Any, name: str = "v1", collection: str = "pages") -> str:
    return data(client.post("/versions", json={"collection": collection, "item": str(key), "key": name}))["id"]


def save(client: httpx.Client, made: str, **values: Any) -> Any:
    return data(client.post(f"/versions/{made}/save", json=values))


def read(client: httpx.Client, key: Any, fields: str, name: str = "v1") -> Any:
    return data(client.get(f"/items/pages/{key}?version={name}&fields={fields}"))


def main_hash(client: httpx.Client, made: str) -> str:
    return data(client.get(f"/versions/{made}/compare"))["mainHash"]


def test_what_no_version_can_be(admin: httpx.Client) -> None:
    key = page(admin)
    version(admin, key)
    about = {"collection": "pages", "item": str(key)}
    for body, expected in (
        ({**about, "key": "v1"}, (422, f'Version "v1" already exists for item "{key}" in collection "pages"')),
        ({**about, "key": "main"}, (400, '"main" is a reserved version key')),
        ({**about, "key": "published"}, (400, '"published" is a reserved version key')),
        (about, (400, '"key" is required')),
        ({"key": "a"}, (400, '"collection" is required')),
        (
            {"collection": "plain_pages", "item": "1", "key": "a"},
            (422, 'Content Versioning is not enabled for collection "plain_pages"'),
        ),
        ({"collection": "pages", "key": "a"}, (400, '"key" must be "draft" for versions not linked to an item')),
        ({"collection": "pages", "key": "a", "item": "999999"}, (403, "")),
        ({"collection": "pages", "key": "a", "item": "no number"}, (403, "")),
    ):
        assert refusal(admin.post("/versions", json=body)) == expected, body


def test_content_and_hash_are_not_for_callers_to_set(admin: httpx.Client) -> None:
    key = page(admin)
    body = {"collection": "pages", "item": str(key), "key": "v1", "hash": "mine", "delta": {"title": "mine"}}
    made = data(admin.post("/versions", json=body))
    assert (len(made["hash"]), made["delta"]) == (40, None)
    for name in ("collection", "delta", "hash", "id"):
        assert refusal(admin.patch(f"/versions/{made['id']}", json={name: "x"})) == (400, f'"{name}" is not allowed')
    assert data(admin.patch(f"/versions/{made['id']}", json={"name": "N", "key": "v2"}))["key"] == "v2"


def test_saving_changes_the_version_alone(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    answer = save(admin, made, title="Draft")
    assert (answer["title"], answer["secret"]) == ("Draft", "s")
    assert {"_user", "_date"} <= answer.keys()
    save(admin, made, secret="other")
    assert data(admin.get(f"/items/pages/{key}?fields=title,secret")) == {"title": "Main", "secret": "s"}
    meta = {"version_id": made}
    assert read(admin, key, "title,secret") == {"title": "Draft", "secret": "other", "$meta": meta}
    for name in ("main", "published"):
        assert read(admin, key, "title", name) == {"title": "Main"}
    assert admin.get(f"/items/pages/{key}?version=nope").status_code == 403
    last = data(admin.get("/activity?sort=-id&limit=1&fields=action,collection,item,revisions.*"))[0]
    (kept,) = last.pop("revisions")
    assert last == {"action": "version_save", "collection": "pages", "item": str(key)}
    assert (kept["version"], kept["delta"]["secret"]) == (made, "other")


def test_comparing(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    save(admin, made, title="Draft", tags={"create": [{"tags_id": {"name": "new"}}], "update": [], "delete": []})
    first = data(admin.get(f"/versions/{made}/compare"))
    assert list(first) == ["outdated", "mainHash", "current", "main"]
    assert (first["outdated"], first["main"]["title"], len(first["mainHash"])) == (False, "Main", 40)
    assert list(first["current"]) == ["id", "title", "changed", "tags"]
    assert first["current"]["tags"] == {"create": [{"tags_id": {"name": "new"}}], "update": [], "delete": []}
    one = data(admin.get(f"/versions/{made}"))
    assert one["delta"] == first["current"]
    data(admin.patch(f"/items/pages/{key}", json={"secret": "moved"}))
    second = data(admin.get(f"/versions/{made}/compare"))
    assert second["outdated"] is True
    assert second["mainHash"] != first["mainHash"]


def test_relations_of_a_version(admin: httpx.Client) -> None:
    author, other = (data(admin.post("/items/authors", json={"name": name}))["id"] for name in ("A", "B"))
    tag = data(admin.post("/items/tags", json={"name": "old"}))["id"]
    key = page(admin, author=author, blocks=[{"text": "one"}, {"text": "two"}], tags=[{"tags_id": tag}])
    one, two = data(admin.get(f"/items/pages/{key}?fields=blocks"))["blocks"]
    made = version(admin, key)
    save(
        admin,
        made,
        author=other,
        blocks={"create": [{"text": "three"}], "update": [{"id": one, "text": "ONE"}], "delete": [two]},
        tags={"create": [{"tags_id": {"name": "new"}}], "update": [], "delete": []},
    )
    fields = "author.name,blocks.id,blocks.text,tags.tags_id.name"
    shown = read(admin, key, f"{fields}&deep[blocks][_sort]=text")
    assert shown["author"] == {"name": "B"}
    assert shown["blocks"] == [{"id": one, "text": "ONE"}, {"id": None, "text": "three"}]
    assert sorted(item["tags_id"]["name"] for item in shown["tags"]) == ["new", "old"]
    main = data(admin.get(f"/items/pages/{key}?fields={fields}"))
    assert sorted(item["text"] for item in main["blocks"]) == ["one", "two"]
    assert data(admin.get("/items/tags?filter[name]=new")) == []
    raw = data(admin.get(f"/items/pages/{key}?version=v1&versionRaw=true&fields=title,tags"))
    assert list(raw)[:3] == ["title", "tags", "id"]
    assert raw["tags"]["create"] == [{"tags_id": {"name": "new"}}]


def test_lists_show_the_items_that_have_the_version_with_it(admin: httpx.Client) -> None:
    keys = [page(admin, title=name) for name in ("a", "b", "c")]
    made = version(admin, keys[1], "listed")
    save(admin, made, title="B")
    query = f"filter[id][_in]={keys[0]},{keys[1]},{keys[2]}&fields=title&sort=title&meta=filter_count&version=listed"
    answer = admin.get(f"/items/pages?{query}").json()
    assert answer["meta"] == {"filter_count": 3}
    assert answer["data"] == [{"title": "a"}, {"title": "B", "$meta": {"version_id": made}}, {"title": "c"}]


def test_a_singletons_version(admin: httpx.Client) -> None:
    data(admin.patch("/items/site", json={"title": "Main"}))
    key = data(admin.get("/items/site"))["id"]
    made = version(admin, key, collection="site")
    save(admin, made, title="Draft")
    assert data(admin.get("/items/site?version=v1&fields=title"))["title"] == "Draft"
    assert data(admin.get("/items/site?fields=title"))["title"] == "Main"


def test_promoting(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    known = main_hash(admin, made)
    nothing = admin.post(f"/versions/{made}/promote", json={"mainHash": known})
    assert refusal(nothing) == (422, "No changes to promote")
    save(admin, made, title="Draft", secret="x", blocks={"create": [{"text": "b"}], "update": [], "delete": []})
    assert refusal(admin.post(f"/versions/{made}/promote", json={})) == (400, '"mainHash" field is required')
    data(admin.patch(f"/items/pages/{key}", json={"status": "moved"}))
    stale = admin.post(f"/versions/{made}/promote", json={"mainHash": known})
    error = stale.json()["errors"][0]["extensions"]
    assert (stale.status_code, error["code"]) == (422, "VERSION_HASH_MISMATCH")
    assert error["mainHash"] == main_hash(admin, made)
    body = {"mainHash": error["mainHash"], "fields": ["title", "blocks"]}
    assert data(admin.post(f"/versions/{made}/promote", json=body)) == key
    shown = data(admin.get(f"/items/pages/{key}?fields=title,secret,status,blocks.text"))
    assert shown == {"title": "Draft", "secret": "s", "status": "moved", "blocks": [{"text": "b"}]}


def test_a_draft_of_no_item_becomes_one(admin: httpx.Client) -> None:
    made = data(admin.post("/versions", json={"collection": "pages", "key": "draft"}))
    assert (made["item"], made["hash"]) == (None, "")
    save(admin, made["id"], secret="x")
    save(admin, made["id"], title="Fresh")
    compared = data(admin.get(f"/versions/{made['id']}/compare"))
    assert (compared["main"], compared["current"]["title"]) == (None, "Fresh")
    key = data(admin.post(f"/versions/{made['id']}/promote", json={"mainHash": compared["mainHash"]}))
    assert data(admin.get(f"/items/pages/{key}?fields=title,secret")) == {"title": "Fresh", "secret": "x"}


def test_a_draft_may_be_incomplete_and_its_parts_still_show(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    save(admin, made, title=None, secret="x")
    assert read(admin, key, "title,secret") == {"title": "Main", "secret": "x", "$meta": {"version_id": made}}
    refused = admin.post(f"/versions/{made}/promote", json={"mainHash": main_hash(admin, made)})
    assert refused.status_code == 400
    bad = admin.post(f"/versions/{made}/save", json={"blocks": {"creat": []}})
    assert bad.status_code == 400


def test_saves_at_once_lose_nothing(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    bodies = [{"title": "T"}, {"secret": "S"}, {"status": "st"}]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda body: admin.post(f"/versions/{made}/save", json=body).status_code, bodies))
    assert answers == [200, 200, 200]
    assert read(admin, key, "title,secret,status") == {
        "title": "T",
        "secret": "S",
        "status": "st",
        "$meta": {"version_id": made},
    }


def test_a_change_is_taken_out_of_a_version(admin: httpx.Client, editor: Person) -> None:
    key = page(admin, blocks=[{"text": "one"}])
    made = version(admin, key)
    save(admin, made, title="T", secret="S", blocks={"create": [{"text": "two"}], "update": [], "delete": []})
    refused = editor.client.post(f"/versions/{made}/save?drop=secret", json={})
    assert refused.status_code == 403, "who may not write a field takes no change of it back"
    answer = admin.post(f"/versions/{made}/save?drop=title,blocks,nothing", json={"status": "new"})
    assert answer.status_code == 200
    assert data(answer)["title"] == "Main"
    assert data(admin.get(f"/versions/{made}/compare"))["current"].keys() == {"id", "secret", "status", "changed"}
    assert [one["text"] for one in data(admin.get(f"/items/pages/{key}?fields=blocks.text"))["blocks"]] == ["one"]


def test_no_preview_leaves_a_trace(admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    save(admin, made, title="Draft")
    before = data(admin.get("/activity?aggregate[count]=id"))
    for _ in range(3):
        read(admin, key, "*")
        data(admin.get(f"/versions/{made}/compare"))
    assert data(admin.get("/activity?aggregate[count]=id")) == before


# --- whose rights hold


@pytest.fixture(scope="module")
def editor(server_on: Server, admin: httpx.Client) -> Iterator[Person]:
    """Reads open pages without their secret, may change their titles and blocks, and works with versions."""
    shown = ["id", "title", "status", "author", "blocks", "tags"]
    pages = ("pages", shown, {"status": {"_eq": "open"}})
    with person(server_on, admin, pages, ("blocks", ["*"], {}), writes=("directus_versions", "blocks")) as made:
        allow(admin, made.policy, "directus_versions", "read")
        open_only = {"status": {"_eq": "open"}}
        allow(admin, made.policy, "pages", "update", fields=["title", "status", "blocks"], permissions=open_only)
        yield made


def test_an_editor_works_with_versions(admin: httpx.Client, editor: Person) -> None:
    key = page(admin)
    made = version(editor.client, key, "mine")
    answer = save(editor.client, made, title="Mine", blocks={"create": [{"text": "b"}], "update": [], "delete": []})
    assert answer["title"] == "Mine"
    assert "secret" not in answer
    shown = read(editor.client, key, "title,blocks.text", "mine")
    assert shown == {"title": "Mine", "blocks": [{"text": "b"}], "$meta": {"version_id": made}}
    compared = data(editor.client.get(f"/versions/{made}/compare"))
    assert compared["current"]["blocks"]["create"] == [{"text": "b"}]
    body = {"mainHash": compared["mainHash"]}
    assert data(editor.client.post(f"/versions/{made}/promote", json=body)) == key


def test_a_version_opens_nothing_that_is_closed_without_it(server_on: Server, admin: httpx.Client) -> None:
    """Not by a way there and back, not in other items whose rules hang on the item, not by filters of nested lists."""
    author = data(admin.post("/items/authors", json={"name": "Ann"}))["id"]
    blocks = {"create": [{"text": "hidden block"}]}
    key = page(admin, status="draft", secret="hidden secret", author=author, blocks=blocks)
    made = version(admin, key)
    save(admin, made, status="open", title="New")
    reads = [
        ("pages", ["id", "title", "status", "author", "blocks"], {}),
        ("pages", ["*"], {"status": {"_eq": "open"}}),
        ("blocks", ["*"], {"page": {"status": {"_eq": "open"}}}),
        ("authors", ["*"], {}),
        ("directus_versions", ["*"], {}),
    ]
    with person(server_on, admin, *reads) as made_person:
        client = made_person.client
        shown = read(client, key, "title,secret,blocks,blocks.text,blocks.page.secret,count(blocks)")
        assert shown["title"] == "New"
        assert (shown["secret"], shown["blocks"], int(shown["blocks_count"])) == (None, [], 0)
        for fields in ("*.*.*", "author.name,author.pages.secret", "blocks.page.secret,*"):
            answer = client.get(f"/items/pages/{key}", params={"version": "v1", "fields": fields})
            assert answer.status_code == 200 or "pages.secret" in fields, answer.text
            assert "hidden" not in answer.text, fields
        save(admin, made, blocks={"create": [{"text": "of the version"}], "update": [], "delete": []}, status="draft")
        assert "hidden" not in client.get(f"/items/pages/{key}", params={"version": "v1", "fields": "*.*"}).text
        admin.patch(f"/items/pages/{key}", json={"status": "open"})
        again = read(client, key, "title,secret,blocks.text")
        assert again["secret"] is None, "hidden with the version"


def test_saving_asks_for_the_right_to_change_the_item(admin: httpx.Client, editor: Person) -> None:
    key, closed = page(admin), page(admin, status="closed")
    made = version(editor.client, key, "mine")
    theirs = version(admin, closed, "theirs")
    for at, body in (
        (made, {"secret": "x"}),
        (made, {"title": "ok", "secret": "x"}),
        (made, {"title": None, "secret": "x"}),
        (made, {"tags": {"create": [{"tags_id": 1}], "update": [], "delete": []}}),
        (made, {"title": None, "tags": {"create": [{"tags_id": 1}], "update": [], "delete": []}}),
        (made, {"author": {"name": "new"}}),
        (theirs, {"title": "x"}),
    ):
        assert editor.client.post(f"/versions/{at}/save", json=body).status_code == 403, body
    assert data(admin.get(f"/versions/{made}?fields=delta"))["delta"] is None


def test_no_version_of_a_hidden_item(admin: httpx.Client, editor: Person) -> None:
    closed = page(admin, status="closed")
    made = version(admin, closed, "theirs")
    save(admin, made, title="Theirs", status="open")
    assert editor.client.get(f"/items/pages/{closed}?version=theirs").status_code == 403
    assert editor.client.get(f"/versions/{made}/compare").status_code == 403
    body = {"collection": "pages", "item": str(closed), "key": "mine"}
    assert editor.client.post("/versions", json=body).status_code == 403
    listed = data(editor.client.get(f"/items/pages?version=theirs&filter[id]={closed}"))
    assert listed == []


def test_a_version_does_not_open_what_is_hidden_in_the_item(server_on: Server, admin: httpx.Client) -> None:
    """The reader sees the secret of published pages. A version that would publish one must not show it."""
    published = {"status": {"_eq": "published"}}
    rows = (("pages", ["id", "title", "status"], {}), ("pages", ["secret"], published))
    with person(server_on, admin, *rows, ("directus_versions", ["*"], {})) as reader:
        key = page(admin, secret="swordfish", status="open")
        made = version(admin, key, "next")
        save(admin, made, status="published", secret="tunafish")
        for query in (
            "fields=*",
            "fields=title,secret",
            "fields=title,s&alias[s]=secret",
            "fields=*&versionRaw=true",
            "filter[secret]=tunafish",
            "fields=id&sort=secret",
        ):
            for path in (f"/items/pages/{key}?version=next&{query}", f"/items/pages?version=next&{query}&limit=-1"):
                answer = reader.client.get(path)
                assert "swordfish" not in answer.text, path
                assert "tunafish" not in answer.text, path
        for path in (f"/versions/{made}/compare", f"/versions/{made}", "/versions?limit=-1&fields=*"):
            answer = reader.client.get(path)
            assert answer.status_code == 200
            assert "fish" not in answer.text, path


def test_a_version_does_not_show_what_it_hides(server_on: Server, admin: httpx.Client) -> None:
    """The other way round: what the reader would not see any more is not shown as content of the version."""
    with person(
        server_on,
        admin,
        ("pages", ["id", "title"], {}),
        ("pages", ["secret"], {"status": {"_eq": "open"}}),
        ("directus_versions", ["*"], {}),
    ) as reader:
        key = page(admin, secret="plain", status="open")
        made = version(admin, key, "next")
        save(admin, made, status="closed", secret="tunafish")
        assert read(reader.client, key, "title,secret", "next")["secret"] is None
        for path in (f"/versions/{made}/compare", f"/items/pages/{key}?version=next&versionRaw=true"):
            assert "tunafish" not in reader.client.get(path).text


def test_nested_content_shows_only_what_may_be_seen_over_there(server_on: Server, admin: httpx.Client) -> None:
    authors = ("authors", ["id", "name"], {})
    with person(server_on, admin, ("pages", ["*"], {}), authors, ("directus_versions", ["*"], {})) as reader:
        key = page(admin)
        made = version(admin, key, "next")
        save(admin, made, title="T", author={"name": "Ann", "email": "ann@secret.example"})
        assert read(reader.client, key, "title,author.*", "next")["author"] == {"id": None, "name": "Ann"}
        for path in (
            f"/versions/{made}/compare",
            f"/versions/{made}",
            f"/items/pages/{key}?version=next&fields=*.*",
            f"/items/pages/{key}?version=next&versionRaw=true",
        ):
            answer = reader.client.get(path)
            assert answer.status_code == 200
            assert "secret.example" not in answer.text, path


def test_people_read_back_the_nested_content_that_they_saved(server_on: Server, admin: httpx.Client) -> None:
    """Though they may not see every block: it is what they sent."""
    rows = (("pages", ["*"], {}), ("blocks", ["*"], {"text": {"_starts_with": "a"}}), ("directus_versions", ["*"], {}))
    writes = ("pages", "blocks", "directus_versions")
    blocks = {"create": [{"text": "another"}], "update": [], "delete": []}
    with person(server_on, admin, *rows, writes=writes) as writer, person(server_on, admin, *rows) as reader:
        key = page(admin)
        made = version(writer.client, key, "next")
        save(writer.client, made, blocks=blocks)
        path = f"/versions/{made}/compare"
        assert data(writer.client.get(path))["current"]["blocks"] == blocks
        assert "blocks" not in data(reader.client.get(path))["current"]
        save(admin, made, blocks={"create": [{"text": "of an admin"}], "update": [], "delete": []})
        assert "blocks" not in data(writer.client.get(path))["current"]


def test_a_version_is_for_those_who_may_read_versions(server_on: Server, admin: httpx.Client) -> None:
    key = page(admin)
    save(admin, version(admin, key), title="Draft")
    with person(server_on, admin, ("pages", ["*"], {})) as reader:
        assert reader.client.get(f"/items/pages/{key}?version=v1").status_code == 403
        listed = data(reader.client.get(f"/items/pages?version=v1&filter[id]={key}&fields=title"))
        assert listed == [{"title": "Main"}]


def test_hidden_values_can_not_be_guessed_from_the_hash(server_on: Server, admin: httpx.Client) -> None:
    """Two equal items of two installations have different hashes; of one installation, hashes differ by the key."""
    first, second = page(admin), page(admin)
    assert main_hash(admin, version(admin, first)) != main_hash(admin, version(admin, second))


# --- by the clock


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def schedule(client: httpx.Client, made: str, publish_at: str, **more: Any) -> httpx.Response:
    return client.post(f"/versions/{made}/schedule", json={"publish_at": publish_at, **more})


def test_a_version_is_published_at_its_moment(server_on: Server, admin: httpx.Client) -> None:
    key = page(admin)
    made = version(admin, key)
    save(admin, made, title="Live", secret="later", blocks={"create": [{"text": "b"}], "update": [], "delete": []})
    assert data(admin.get(f"/versions/{made}/schedule")) is None
    told = data(schedule(admin, made, "2100-01-01T12:00:00+02:00"))
    assert (told["publish_at"], told["fields"], told["version"]) == ("2100-01-01T10:00:00.000Z", None, made)
    assert data(admin.get(f"/versions/{made}/schedule")) == told
    moment = time.monotonic() + 2.0
    data(schedule(admin, made, soon(2.0), fields=["title", "blocks"]))
    data(admin.patch(f"/items/pages/{key}", json={"status": "changed meanwhile"}))
    assert data(admin.get(f"/items/pages/{key}?fields=title"))["title"] == "Main"
    eventually(lambda: data(admin.get(f"/items/pages/{key}?fields=title"))["title"] == "Live")
    assert abs(time.monotonic() - moment) < 5
    shown = data(admin.get(f"/items/pages/{key}?fields=secret,status,blocks.text"))
    assert shown == {"secret": "s", "status": "changed meanwhile", "blocks": [{"text": "b"}]}
    eventually(lambda: data(admin.get(f"/versions/{made}/compare"))["current"].keys() == {"id", "secret", "changed"})
    assert data(admin.get(f"/versions/{made}/schedule")) is None
    # the rest of it, and then nothing is left of the version
    data(schedule(admin, made, soon(0.5)))
    eventually(lambda: admin.get(f"/versions/{made}").status_code == 403)
    assert data(admin.get(f"/items/pages/{key}?fields=secret,blocks.text")) == {
        "secret": "later",
        "blocks": [{"text": "b"}],
    }


def test_what_is_no_schedule(admin: httpx.Client, editor: Person) -> None:
    key = page(admin)
    made = version(admin, key)
    save(admin, made, secret="closed to editors")
    assert refusal(schedule(admin, made, soon(-1))) == (400, '"publish_at" must be in the future')
    assert refusal(schedule(admin, made, "tomorrow")) == (400, '"publish_at" must be a timestamp')
    assert admin.post(f"/versions/{made}/schedule", json={}).status_code == 400
    assert schedule(editor.client, made, soon(60)).status_code == 403
    data(schedule(admin, made, soon(1.0)))
    assert admin.delete(f"/versions/{made}/schedule").status_code == 204
    other = version(admin, key, "v2")
    save(admin, other, title="After")
    data(schedule(admin, other, soon(1.2)))
    eventually(lambda: data(admin.get(f"/items/pages/{key}?fields=title"))["title"] == "After")
    assert data(admin.get(f"/items/pages/{key}?fields=secret"))["secret"] == "s", "it was taken back"


def test_rights_are_those_of_the_moment_and_a_failure_is_told(server_on: Server, admin: httpx.Client) -> None:
    rows = (("pages", ["*"], {}), ("blocks", ["*"], {}), ("directus_versions", ["*"], {}))
    with person(server_on, admin, *rows, writes=("directus_versions", "blocks")) as writer:
        right = allow(admin, writer.policy, "pages", "update")
        key = page(admin)
        made = version(writer.client, key)
        save(writer.client, made, title="Theirs", blocks={"create": [{"text": "b"}], "update": [], "delete": []})
        data(schedule(writer.client, made, soon(1.0)))
        admin.delete(f"/permissions/{right}")
        about = f"/notifications?filter[recipient]={writer.id}"
        eventually(lambda: len(data(admin.get(about))) == 1)
        (notice,) = data(admin.get(about))
        assert (notice["collection"], notice["item"]) == ("pages", str(key))
        assert "was not published" in notice["subject"]
        assert data(admin.get(f"/items/pages/{key}?fields=title,blocks")) == {"title": "Main", "blocks": []}
        assert data(admin.get(f"/versions/{made}/schedule")) is None
        assert data(admin.get(f"/versions/{made}/compare"))["current"]["title"] == "Theirs", "nothing is lost"
