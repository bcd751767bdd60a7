"""A database that was there before: composite keys, views, tables without a key, and nothing written by looking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import apsw
import httpx
import pytest
from tests.servers import running_server

from satchel.model.key import encode_key

pytestmark = pytest.mark.process

SCHEMA = """
CREATE TABLE orders (region TEXT NOT NULL, number INTEGER NOT NULL, note TEXT, PRIMARY KEY (region, number));
CREATE TABLE lines (
    id INTEGER PRIMARY KEY, region TEXT, number INTEGER, product TEXT NOT NULL,
    FOREIGN KEY (region, number) REFERENCES orders (region, number) ON DELETE CASCADE
);
CREATE TABLE readings (at TEXT, value REAL);
CREATE VIEW totals AS SELECT region, count(*) AS orders FROM orders GROUP BY region;
INSERT INTO orders VALUES ('eu', 1, 'first'), ('eu', 2, NULL), ('a,b/c', 1, 'odd');
INSERT INTO lines VALUES (1, 'eu', 1, 'bolt'), (2, 'eu', 1, 'nut'), (3, 'a,b/c', 1, 'rod');
INSERT INTO readings VALUES ('2024-01-01', 1.5), ('2024-01-02', 2.5);
"""


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("existing")
    path = folder / "shop.db"
    connection = apsw.Connection(str(path))
    connection.execute(SCHEMA)
    connection.close()
    with running_server(folder / "data", str(path)) as server, server.client(server.directus_token()) as client:
        yield client


def test_a_composite_key_is_one_opaque_text(admin: httpx.Client) -> None:
    assert admin.get("/items/orders/eu,1").json() == {"data": {"region": "eu", "number": 1, "note": "first"}}
    odd = quote(encode_key(("a,b/c", 1)), safe=",")
    assert admin.get(f"/items/orders/{odd}?fields=note").json() == {"data": {"note": "odd"}}
    assert admin.get("/items/orders/eu").status_code == 403
    assert admin.get("/items/orders/eu,x").status_code == 403
    found = admin.request("SEARCH", "/items/orders", json={"keys": ["eu,2", "eu,1"], "query": {"fields": ["number"]}})
    assert found.json() == {"data": [{"number": 1}, {"number": 2}]}


def test_a_composite_reference_is_followed(admin: httpx.Client) -> None:
    relation = admin.get("/relations/lines").json()["data"][0]
    assert (relation["related_collection"], relation["meta"]) == ("orders", None)
    assert relation["schema"]["columns"] == ["region", "number"]
    found = admin.get("/items/lines?fields=product,region.note&sort=id").json()["data"]
    assert found[0] == {"product": "bolt", "region": {"note": "first"}}


def test_items_with_composite_keys_are_written(admin: httpx.Client) -> None:
    made = admin.post("/items/orders", json={"region": "us", "number": 7, "note": "new"})
    assert made.json() == {"data": {"region": "us", "number": 7, "note": "new"}}
    changed = admin.patch("/items/orders/us,7", json={"note": "changed"})
    assert changed.json()["data"]["note"] == "changed"
    both = admin.patch("/items/orders?fields=note", json=[{"region": "us", "number": 7, "note": "batch"}])
    assert both.json() == {"data": [{"note": "batch"}]}
    assert admin.request("DELETE", "/items/orders", json=["us,7"]).status_code == 204
    assert admin.get("/items/orders/us,7").status_code == 403


def test_a_view_is_listed_read_and_not_written(admin: httpx.Client) -> None:
    listed = {item["collection"]: item for item in admin.get("/collections").json()["data"]}
    assert "view" in str(listed["totals"]["read_only"]).lower() or listed["totals"]["read_only"]
    assert admin.get("/items/totals?sort=region").json()["data"][1] == {"region": "eu", "orders": 2}
    refused = admin.post("/items/totals", json={"region": "x"})
    assert refused.status_code == 403
    assert "totals" in refused.json()["errors"][0]["message"]


def test_a_table_without_a_key_is_read_only(admin: httpx.Client) -> None:
    assert len(admin.get("/items/readings").json()["data"]) == 2
    assert admin.get("/items/readings?aggregate[sum]=value").json() == {"data": [{"sum": {"value": 4.0}}]}
    assert admin.get("/items/readings/1").status_code in (400, 403)
    refused = admin.post("/items/readings", json={"value": 1})
    assert refused.status_code == 403
    assert "readings" in refused.json()["errors"][0]["message"]


def test_nothing_is_tracked_until_somebody_says_so(admin: httpx.Client) -> None:
    assert admin.get("/collections/orders").json()["data"]["meta"] is None
    assert [item["meta"] for item in admin.get("/fields/orders").json()["data"]] == [None] * 3
    tracked = admin.patch("/collections/orders", json={"meta": {"note": "kept elsewhere"}})
    assert tracked.json()["data"]["meta"]["note"] == "kept elsewhere"
    assert admin.get("/collections/orders").json()["data"]["meta"]["note"] == "kept elsewhere"


def test_the_database_holds_nothing_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    connection = apsw.Connection(str(path))
    connection.execute(SCHEMA)
    connection.close()
    before = path.read_bytes()
    with running_server(tmp_path / "data", str(path)) as server, server.client(server.directus_token()) as client:
        for address in ("/items/orders", "/items/lines?fields=*.*", "/collections", "/fields", "/relations"):
            assert client.get(address).status_code == 200
        client.patch("/collections/orders", json={"meta": {"icon": "x"}})
    assert path.read_bytes() == before
