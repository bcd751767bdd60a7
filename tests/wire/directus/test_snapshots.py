"""Snapshot, diff and apply: the recorded conversation, every database to every other one, all or nothing, files."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.servers import DATABASES, Server, fresh_database, running_server
from tests.wire.directus.test_schema import done, field

pytestmark = [pytest.mark.process]

Snapshot = dict[str, Any]
ALIAS: Mapping[str, Any] = {"type": "alias", "schema": None}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """One server for each kind of database."""
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(
                running_server(tmp_path_factory.mktemp(kind), stack.enter_context(fresh_database(kind)))
            )
            for kind in DATABASES
        }


@pytest.fixture(scope="module")
def clients(servers: dict[str, Server]) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        yield {kind: stack.enter_context(server.client(server.directus_token())) for kind, server in servers.items()}


def make_shop(client: httpx.Client) -> None:
    """A schema with something of everything."""
    fields = [
        field("id", "uuid", schema={"is_primary_key": True}, meta={"special": ["uuid"]}),
        field("name", schema={"max_length": 80, "is_nullable": False}),
        field("code", schema={"is_unique": True}),
        field("price", "decimal", schema={"numeric_precision": 12, "numeric_scale": 2}),
        field("active", "boolean", schema={"default_value": True}, meta={"special": ["cast-boolean"]}),
        field("tags", "csv", meta={"special": ["cast-csv"]}),
        field("extra", "json", meta={"special": ["cast-json"], "options": {"rows": [1, {"a": None}]}}),
        field("made", "timestamp", meta={"special": ["date-created", "cast-timestamp"]}),
        field("seen", "timestamp"),
        field("category", "integer", schema={"is_indexed": True}, meta={"special": ["m2o"]}),
        field("stock", "bigInteger", schema={"default_value": 5}),
        {"field": "divider", **ALIAS, "meta": {"special": ["alias", "no-data"], "interface": "presentation-divider"}},
    ]
    meta = {"icon": "box", "translations": [{"language": "de-DE", "translation": "Artikel"}], "group": "shop"}
    done(
        client.post(
            "/collections",
            json=[
                {"collection": "shop", "schema": None, "meta": {"icon": "folder"}},
                {"collection": "products", "schema": {}, "meta": meta, "fields": fields},
                {
                    "collection": "categories",
                    "schema": {},
                    "meta": {"sort_field": "sort"},
                    "fields": [
                        field("name"),
                        field("sort", "integer"),
                        field("parent", "integer", meta={"special": ["m2o"]}),
                        {"field": "products", **ALIAS, "meta": {"special": ["o2m"]}},
                    ],
                },
            ],
        )
    )
    done(client.post("/fields/directus_users", json=field("nick", schema={"is_unique": True, "max_length": 40})))
    done(client.post("/fields/products", json=field("owner", "uuid", meta={"special": ["m2o"]})))
    for body in (
        {
            "collection": "products",
            "field": "category",
            "related_collection": "categories",
            "meta": {"one_field": "products", "one_deselect_action": "delete"},
            "schema": {"on_delete": "SET NULL"},
        },
        {"collection": "categories", "field": "parent", "related_collection": "categories", "meta": {}},
        {"collection": "products", "field": "owner", "related_collection": "directus_users", "meta": {}},
    ):
        done(client.post("/relations", json=body))


def snapshot(client: httpx.Client) -> Snapshot:
    return done(client.get("/schema/snapshot"))


def empty(client: httpx.Client) -> None:
    """Take away what a test made, by a diff to a schema without it."""
    wanted = snapshot(client)
    kept = [item for item in wanted["collections"] if item["collection"] == "users"]
    names = {item["collection"] for item in kept}
    bare = {
        **wanted,
        "collections": kept,
        "fields": [item for item in wanted["fields"] if item["collection"] in names],
        "relations": [],
    }
    bring(client, bare)


def bring(client: httpx.Client, wanted: Snapshot) -> dict[str, Any] | None:
    """Make the schema the wanted one, and check that nothing is left to do; the diff."""
    found = done(client.post("/schema/diff?force=true", json=wanted))
    if found is not None:
        done(client.post("/schema/apply", json=found))
    left = client.post("/schema/diff?force=true", json=wanted)
    assert left.status_code == 204, left.text
    return found


@pytest.mark.parametrize(("source", "target"), [*pairwise(DATABASES), (DATABASES[-1], DATABASES[0])])
def test_one_database_takes_the_schema_of_another(clients: dict[str, httpx.Client], source: str, target: str) -> None:
    make_shop(clients[source])
    wanted = snapshot(clients[source])
    client = clients[target]
    found = done(client.post("/schema/diff?force=true&mode=partial", json=wanted))
    done(client.post("/schema/apply", json=found))
    left = client.post("/schema/diff?force=true&mode=partial", json=wanted)
    assert left.status_code == 204, left.text
    body = {"name": "Bolt", "price": "1.50", "tags": ["a", "b"], "extra": {"a": 1}, "category": {"name": "Iron"}}
    made = done(client.post("/items/products?fields=*,category.name", json=body))
    assert (made["active"], made["tags"], made["extra"]) == (True, ["a", "b"], {"a": 1})
    assert (made["category"], int(made["stock"]), float(made["price"])) == ({"name": "Iron"}, 5, 1.5)
    assert client.post("/items/products", json={"price": "1"}).status_code == 400
    category = done(client.get("/items/categories"))[0]["id"]
    done(client.delete(f"/items/categories/{category}"))
    assert done(client.get("/items/products"))[0]["category"] is None
    assert done(client.get("/fields/products/extra"))["meta"]["options"] == {"rows": [1, {"a": None}]}
    assert done(client.get("/collections/products"))["meta"]["group"] == "shop"
    for one in (clients[source], client):
        empty(one)
        assert one.get("/collections/products").status_code == 403
        assert one.get("/fields/directus_users/nick").status_code == 403


@pytest.fixture
def shop(clients: dict[str, httpx.Client]) -> Iterator[httpx.Client]:
    client = clients["sqlite"]
    make_shop(client)
    yield client
    empty(client)


def test_the_recorded_conversation(shop: httpx.Client) -> None:
    current = snapshot(shop)
    assert (current["version"], current["directus"], current["vendor"]) == (1, "12.4.0", "sqlite")
    assert [list(current[part][0]) for part in ("collections", "fields", "relations")] == [
        ["collection", "meta", "schema"],
        ["collection", "field", "type", "meta", "schema"],
        ["collection", "field", "related_collection", "meta", "schema"],
    ]
    assert list(current["collections"][0]["meta"]) == sorted(current["collections"][0]["meta"])
    assert shop.post("/schema/diff", json=current).status_code == 204
    wanted = copy.deepcopy(current)
    entry = next(item for item in wanted["fields"] if item["field"] == "name" and item["collection"] == "products")
    entry["meta"]["note"] = "changed"
    gone = next(item for item in wanted["fields"] if item["field"] == "extra")
    wanted["fields"].remove(gone)
    found = done(shop.post("/schema/diff", json=wanted))
    assert found["diff"]["collections"] == found["diff"]["systemFields"] == found["diff"]["relations"] == []
    assert found["diff"]["fields"] == [
        {
            "collection": "products",
            "field": "name",
            "diff": [{"kind": "E", "path": ["meta", "note"], "lhs": None, "rhs": "changed"}],
        },
        {"collection": "products", "field": "extra", "diff": [{"kind": "D", "lhs": gone}]},
    ]
    assert len(found["hash"]) == 40
    assert shop.post("/schema/apply", json=found).status_code == 204
    stale = shop.post("/schema/apply", json=found)
    assert stale.status_code == 400
    assert stale.json()["errors"][0]["message"] == (
        'Invalid payload. Provided diff is trying to delete field "products.extra" but it does not exist. '
        "Please generate a new diff and try again."
    )
    for other, words in (
        ({"directus": "9.9.9"}, "directus version 9.9.9 does not match the current instance's version 12.4.0"),
        ({"vendor": "mysql"}, "vendor mysql does not match the current instance's vendor sqlite"),
    ):
        refused = shop.post("/schema/diff", json={**wanted, **other})
        assert refused.json()["errors"][0]["extensions"]["reason"] == (
            f'Provided snapshot\'s {words}. You can bypass this check by passing the "force" query parameter'
        )
    old = {name: value for name, value in current.items() if name not in ("vendor", "systemFields")}
    assert done(shop.post("/schema/diff", json=old))["diff"]["systemFields"] == []
    assert shop.post("/schema/diff", json={"version": 1}).json()["errors"][0]["message"] == (
        'Invalid payload. "directus" is required.'
    )
    guest = httpx.Client(base_url=shop.base_url)
    assert [guest.get("/schema/snapshot").status_code, guest.post("/schema/apply", json={}).status_code] == [403, 403]


def test_what_is_no_snapshot_or_diff_is_refused(shop: httpx.Client) -> None:
    current = snapshot(shop)
    name = {"collection": "products", "field": "name"}
    for part, entry in (
        ("collections", {"collection": "x", "meta": 1}),
        ("collections", {"collection": "x", "schema": "s"}),
        ("collections", {"meta": {}}),
        ("fields", {**name, "type": None, "meta": {}, "schema": {}}),
        ("fields", {**name, "type": "string", "schema": 5}),
        ("fields", 5),
        ("relations", {**name, "related_collection": 5}),
    ):
        refused = shop.post("/schema/diff?mode=partial", json={**current, part: [entry]})
        assert refused.status_code == 400, (part, entry, refused.text)
    for entry in (
        {**name, "type": "string", "meta": {"special": {"a": 1}, "sort": "x"}, "schema": {"max_length": "x"}},
        {**name, "type": "nonsense", "meta": {}, "schema": {}},
        {"collection": "nowhere", "field": "x", "type": "string", "meta": {}, "schema": {}},
    ):
        found = shop.post("/schema/diff?mode=partial", json={**current, "fields": [entry]})
        assert found.status_code in (200, 400), found.text
        if found.status_code == 200:
            refused = shop.post("/schema/apply", json=done(found))
            assert refused.status_code in range(400, 500), (entry, refused.text)
    beyond = {"kind": "E", "path": ["meta", "options", "rows", 9], "rhs": 1}
    for diff in (5, {"fields": 5}, {"fields": [{**name, "diff": [beyond]}]}, {"fields": [{**name, "diff": [{}]}]}):
        assert shop.post("/schema/apply", json={"hash": "x", "diff": diff}).status_code == 400, diff
    assert shop.post("/schema/apply", json=[]).status_code == 400
    assert snapshot(shop) == current


def test_lists_of_another_length_and_nested_values(shop: httpx.Client) -> None:
    first = snapshot(shop)

    def changed(change: Callable[[dict[str, Any]], None]) -> Snapshot:
        wanted = copy.deepcopy(first)
        change(next(item for item in wanted["fields"] if item["field"] == "extra")["meta"])
        return wanted

    longer = changed(lambda meta: meta["special"].extend(["conceal", "no-data"]))
    found = bring(shop, longer)
    assert found is not None
    assert found["diff"]["fields"][0]["diff"] == [
        {"kind": "A", "path": ["meta", "special"], "index": 2, "item": {"kind": "N", "rhs": "no-data"}},
        {"kind": "A", "path": ["meta", "special"], "index": 1, "item": {"kind": "N", "rhs": "conceal"}},
    ]
    found = bring(shop, changed(lambda meta: meta["options"].update({"new": {"deep": True}})))
    assert found is not None
    assert [item["kind"] for item in found["diff"]["fields"][0]["diff"]] == ["N", "A", "A"]
    found = bring(shop, changed(lambda meta: meta.update(options=None)))
    assert found is not None
    assert [item["kind"] for item in found["diff"]["fields"][0]["diff"]] == ["E"]
    assert bring(shop, first) is not None


def test_columns_relations_and_indexes_follow(shop: httpx.Client) -> None:
    first = snapshot(shop)
    wanted = copy.deepcopy(first)
    fields = {(item["collection"], item["field"]): item for item in wanted["fields"]}
    fields["products", "name"]["schema"].update(max_length=120, default_value="none", is_nullable=True)
    fields["products", "stock"]["type"] = "integer"
    fields["products", "code"]["schema"].update(is_unique=False, is_indexed=True)
    relation = next(item for item in wanted["relations"] if item["field"] == "category")
    relation["schema"]["on_delete"] = "CASCADE"
    wanted["systemFields"].append({"collection": "directus_users", "field": "title", "schema": {"is_indexed": True}})
    bring(shop, wanted)
    column = done(shop.get("/fields/products/code"))["schema"]
    assert (column["is_unique"], column["is_indexed"]) == (False, True)
    assert done(shop.get("/fields/directus_users/title"))["schema"]["is_indexed"] is True
    made = done(shop.post("/items/products?fields=name,category", json={"category": {"name": "c"}}))
    assert made["name"] == "none"
    done(shop.delete(f"/items/categories/{made['category']}"))
    assert done(shop.get("/items/products")) == []
    bring(shop, first)
    assert done(shop.get("/fields/directus_users/title"))["schema"]["is_indexed"] is False


def test_all_or_nothing(shop: httpx.Client) -> None:
    first = snapshot(shop)
    done(shop.post("/items/products", json=[{"name": "a", "code": None}, {"name": "b", "code": None}]))
    wanted = copy.deepcopy(first)
    wanted["collections"] = [item for item in wanted["collections"] if item["collection"] != "categories"]
    wanted["fields"] = [item for item in wanted["fields"] if item["collection"] != "categories"]
    wanted["relations"] = [item for item in wanted["relations"] if item["field"] not in ("category", "parent")]
    code = next(item for item in wanted["fields"] if item["field"] == "code")
    code["schema"]["is_nullable"] = False
    found = done(shop.post("/schema/diff", json=wanted))
    refused = shop.post("/schema/apply", json=found)
    assert refused.status_code == 400, refused.text
    assert snapshot(shop) == first
    assert len(done(shop.get("/items/products"))) == 2
    found = done(shop.post("/schema/diff", json={**first, "collections": [], "fields": [], "relations": []}))
    found["hash"] = "0" * 40
    other = shop.post("/schema/apply", json=found)
    assert other.json()["errors"][0]["extensions"]["reason"].endswith("Please generate a new diff and try again")
    assert snapshot(shop) == first


def test_a_plan_says_what_would_be_done(clients: dict[str, httpx.Client]) -> None:
    for kind, client in clients.items():
        author = {"special": ["m2o"], "interface": "select-dropdown-m2o"}
        one = {"collection": "author", "field": "books"}
        books = [
            created(
                "plan_books", field="id", type="integer", schema={"is_primary_key": True, "has_auto_increment": True}
            ),
            created("plan_books", field="title", type="string", meta={"interface": "input"}, schema={"max_length": 90}),
            created("plan_books", field="author", type="integer", meta=author, schema={"is_indexed": True}),
            created(
                "plan_authors", field="id", type="integer", schema={"is_primary_key": True, "has_auto_increment": True}
            ),
            created("plan_authors", field="books", **ALIAS, meta={"special": ["o2m"]}),
        ]
        tie = {"field": "author", "related_collection": "plan_authors", "schema": {"on_delete": "SET NULL"}}
        diff = {
            "collections": [created(name, meta={}, schema={"name": name}) for name in ("plan_books", "plan_authors")],
            "fields": books,
            "relations": [created("plan_books", **tie, meta={"one_field": one["field"]})],
        }
        planned = done(client.post("/schema/plan", json={"diff": diff}))
        assert {item["action"] for item in planned["changes"][:2]} == {"create"}, kind
        text = " ".join(sql for item in planned["changes"] for sql in item["sql"])
        assert re.search("FOREIGN KEY.*plan_authors", text), (kind, text)
        assert client.get("/collections/plan_books").status_code == 403, "a plan changes nothing"
        done(client.post("/schema/apply", json={"hash": planned["hash"], "diff": diff}))
        made = done(client.post("/items/plan_books?fields=title,author.books.title", json={"title": "T", "author": {}}))
        assert made == {"title": "T", "author": {"books": [{"title": "T"}]}}, kind
        assert done(client.get("/fields/plan_books/author"))["schema"]["is_indexed"] is True
        stale = client.post(
            "/schema/apply", json={"hash": planned["hash"], "diff": {"fields": [renamed("title", "x")]}}
        )
        assert stale.json()["errors"][0]["extensions"]["reason"].startswith("Provided diff was made for another state")

        gone = {"collection": "plan_books", "field": "author", "diff": [{"kind": "D"}]}
        untied = {**gone, "related_collection": "plan_authors"}
        change = {"fields": [renamed("title", "headline"), gone], "relations": [untied]}
        planned = done(client.post("/schema/plan", json={"diff": change}))
        assert [item["dropped"] for item in planned["changes"] if item["dropped"]] == [["author"]], (kind, planned)
        assert {item["rows"] for item in planned["changes"]} == {1}, kind
        done(client.post("/schema/apply?force", json={"diff": change}))
        assert done(client.get("/items/plan_books?fields=*")) == [{"id": 1, "headline": "T"}], kind
        for name in ("headline", "nowhere"):
            taken = client.post("/schema/plan", json={"diff": {"fields": [renamed(name, "id")]}})
            assert taken.status_code == 400, (kind, name, taken.text)
        guest = httpx.Client(base_url=client.base_url)
        assert guest.post("/schema/plan", json={"diff": {}}).status_code == 403


def test_fields_without_a_place_come_last_in_their_order(shop: httpx.Client) -> None:
    key = created("places", field="id", type="integer", meta={"sort": 1}, schema={"is_primary_key": True})
    named = created("places", field="name", type="string", meta={"sort": 2}, schema={})
    loose = [created("places", field=name, type="string", meta={}, schema={}) for name in ("zeta", "alpha")]
    collection = created("places", meta={}, schema={"name": "places"})
    done(shop.post("/schema/apply?force", json={"diff": {"collections": [collection], "fields": [*loose, key, named]}}))

    def places() -> dict[str, int]:
        return {item["field"]: item["meta"]["sort"] for item in done(shop.get("/fields/places"))}

    try:
        assert places() == {"id": 1, "name": 2, "zeta": 3, "alpha": 4}
        later = created("places", field="later", type="string", meta={}, schema={})
        done(shop.post("/schema/apply?force", json={"diff": {"fields": [later]}}))
        assert places()["later"] == 5
    finally:
        done(shop.delete("/collections/places"))


def test_a_record_collection_is_planned_and_changed(servers: dict[str, Server], shop: httpx.Client) -> None:
    """A column of a PocketBase kind is renamed and altered: the second needs to know of the first."""
    with servers["sqlite"].client(servers["sqlite"].pocketbase_token()) as client:
        body = {"name": "plan_notes", "fields": [{"name": "title", "type": "text", "max": 80}]}
        assert client.post("/api/collections", json=body).status_code == 200
        record = client.post("/api/collections/plan_notes/records", json={"title": "kept"}).json()
        meta = {"kind": "E", "path": ["meta", "note"], "rhs": "n"}
        change = {"collection": "plan_notes", "field": "title"}
        diff = {"fields": [{**change, "diff": [*renamed("title", "headline")["diff"], meta]}]}
        planned = done(shop.post("/schema/plan", json={"diff": diff}))
        assert any("headline" in sql for item in planned["changes"] for sql in item["sql"])
        found = client.get(f"/api/collections/plan_notes/records/{record['id']}").json()
        assert found["title"] == "kept", "a plan changes nothing"
        done(shop.post("/schema/apply", json={"hash": planned["hash"], "diff": diff}))
        found = client.get(f"/api/collections/plan_notes/records/{record['id']}").json()
        assert found["headline"] == "kept"
        fields = client.get("/api/collections/plan_notes").json()["fields"]
        assert next(item for item in fields if item["name"] == "headline")["type"] == "text"


def created(collection: str, **rest: Any) -> dict[str, Any]:
    """The entry of a diff for something new."""
    names = {name: rest[name] for name in ("field", "related_collection") if name in rest}
    return {"collection": collection, **names, "diff": [{"kind": "N", "rhs": {"collection": collection, **rest}}]}


def renamed(name: str, to: str) -> dict[str, Any]:
    change = {"kind": "E", "path": ["field"], "lhs": name, "rhs": to}
    return {"collection": "plan_books", "field": name, "diff": [change]}


def test_files_in_json_and_yaml(shop: httpx.Client) -> None:
    text = shop.get("/schema/snapshot?export=yaml")
    assert text.headers["content-type"].startswith("text/yaml")
    current = yaml.safe_load(text.text)
    assert current == snapshot(shop)
    current["collections"][0]["meta"]["note"] = "by file"
    for name, kind, content in (
        ("s.yaml", "text/yaml", yaml.safe_dump(current)),
        ("s.json", "application/json", json.dumps(current)),
    ):
        found = done(shop.post("/schema/diff", files={"file": (name, content, kind)}))
        assert found["diff"]["collections"][0]["diff"][0]["rhs"] == "by file"
    assert shop.post("/schema/diff", files={"file": ("s.txt", "x", "text/plain")}).status_code == 415
    bomb = "a: &a [1]\nb: *a\n"
    assert shop.post("/schema/diff", files={"file": ("s.yaml", bomb, "text/yaml")}).status_code == 400
    document = yaml.safe_dump(done(shop.post("/schema/diff", json=current)))
    done(shop.post("/schema/apply", files={"file": ("d.yaml", document, "text/yaml")}))
    assert snapshot(shop) == current


def test_the_commands(servers: dict[str, Server], shop: httpx.Client, tmp_path: Path) -> None:
    server = servers["sqlite"]
    file, saved = tmp_path / "schema.yaml", tmp_path / "diff.json"
    assert server.run("schema", "snapshot", str(file)).returncode == 0
    assert yaml.safe_load(file.read_text()) == snapshot(shop)
    assert yaml.safe_load(server.run("schema", "snapshot").stdout) == snapshot(shop)
    wanted = snapshot(shop)
    wanted["collections"][0]["meta"]["note"] = "by command"
    file.write_text(yaml.safe_dump(wanted))
    told = server.run("schema", "diff", str(file), "--output", str(saved))
    assert "by command" in told.stdout
    assert json.loads(saved.read_text())["diff"]["collections"]
    assert server.run("schema", "apply", str(file), "--dry-run").returncode == 0
    refused = server.run("schema", "apply", str(file))
    assert (refused.returncode, "--yes" in refused.stderr) == (1, True)
    assert snapshot(shop)["collections"][0]["meta"]["note"] is None
    other = Server(tmp_path / "other")
    done_there = other.run("schema", "apply", str(file), "--yes", "--partial")
    assert done_there.returncode == 0, done_there.stderr
    assert server.run("schema", "apply", str(saved), "--yes").returncode == 0
    noted = {"filter": {"collection": "directus_collections", "action": "update"}, "sort": ["-id"], "limit": 1}
    (row,) = done(shop.request("SEARCH", "/activity", json={"query": noted}))
    assert (row["item"], row["user"], row["origin"]) == (
        wanted["collections"][0]["collection"],
        None,
        "satchel schema apply",
    )
    assert "nothing to change" in server.run("schema", "diff", str(file)).stdout
    there = yaml.safe_load(other.run("schema", "snapshot").stdout)
    assert {item["collection"] for item in there["collections"]} >= {"products", "categories", "shop"}
