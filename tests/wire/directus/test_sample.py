"""The sample project: made at the first start or later, counted, taken away exactly, and brought back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, Server, running_server

from satchel import Satchel

AT = "/studio/api/sample"
OWN = {"collection": "books", "schema": {}, "fields": [
    {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
    {"field": "title", "type": "string", "schema": {}},
]}  # fmt: skip


@pytest.fixture
async def admin(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A superuser's client of a program in this process."""
    program = Satchel(data_dir=str(tmp_path / "data"), access_log=False)
    await program.startup()
    await program.accounts.create_superuser(EMAIL, PASSWORD)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program), base_url="http://test") as client:
        token = data(await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}))["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client
    await program.shutdown()


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def everything(http: httpx.AsyncClient) -> dict[str, Any]:
    """All that a sample could leave behind."""
    found = {
        path: data(await http.get(f"/{path}", params={"limit": -1, "sort": "id"}))
        for path in (
            "files", "folders", "policies", "roles", "access", "permissions", "users", "dashboards", "panels", "flows",
            "operations",
        )
    }  # fmt: skip
    for user in found["users"]:
        user.pop("last_access")
    return {**found, "collections": sorted(item["collection"] for item in data(await http.get("/collections")))}


def test_a_project_can_begin_with_the_sample(tmp_path: Path) -> None:
    with running_server(tmp_path, superuser=False) as server:
        token = server.run("superuser", "link").stdout.partition("#t=")[2].strip()
        body = {"token": token, "email": server.email, "password": server.password, "sample": "blog"}
        started = time.perf_counter()
        made = httpx.post(f"{server.url}/server/setup", json=body, timeout=30)
        seconds = time.perf_counter() - started
        assert made.status_code == 204, made.text
        assert seconds < 6, f"the sample took {seconds:.1f} s"
        look_at_the_sample(server)


def look_at_the_sample(server: Server) -> None:
    http = server.client(server.directus_token())
    fields = "*,author.name,author.portrait,category.name,image.type,image.width,translations.*"
    articles = data(http.get("/items/articles", params={"limit": -1, "fields": fields}))
    assert len(articles) == 24
    assert [item["title"] for item in articles if item["status"] == "draft"] == ["Plans for a winter kitchen"]
    for item in articles:
        assert item["author"]["name"]
        assert item["author"]["portrait"]
        assert item["category"]["name"]
        assert (item["image"]["type"], item["image"]["width"]) == ("image/webp", 800)
        assert isinstance(item["tags"], list)
    assert sum(len(item["translations"]) for item in articles) == 8
    picture = data(http.get("/items/articles", params={"limit": 1}))[0]["image"]
    thumb = http.get(f"/assets/{picture}", params={"width": 100, "format": "png"})
    assert (thumb.status_code, thumb.headers["content-type"]) == (200, "image/png")
    admins = data(http.get("/users", params={"filter[role][name][_eq]": "Administrator"}))
    assert len(admins) == 1
    (editor,) = data(http.get("/users", params={"filter[role][name][_eq]": "Editor"}))
    # nobody can guess a password that is not there
    refused = httpx.post(f"{server.url}/auth/login", json={"email": editor["email"], "password": "password"})
    data(http.patch(f"/users/{editor['id']}", json={"token": "token of the editor"}))
    with server.client("token of the editor") as client:
        own = {"language": "de-DE", "theme_light": "Directus Minimal", "title": "Reads twice"}
        assert data(client.patch("/users/me", params={"fields": ",".join(own)}, json=own)) == own
        assert client.patch("/users/me", json={"password": "another one 3"}).status_code == 200
        for values in ({"role": None}, {"status": "draft"}, {"token": "x"}, {"policies": []}):
            assert client.patch("/users/me", json=values).status_code == 403, values
    assert refused.status_code == 401
    flows = data(http.get("/flows"))
    assert [(item["status"], item["operation"] is not None) for item in flows] == [("inactive", True)]
    assert len(data(http.get("/panels"))) == 5
    # both protocols have it
    records = server.client(server.pocketbase_token()).get("/api/collections/articles/records").json()
    assert records["totalItems"] == 24


def test_it_is_the_same_on_every_database(server_on: Server) -> None:
    http = server_on.client(server_on.directus_token())
    data(http.post(AT, json={"name": "blog"}))
    look_at_the_sample(server_on)
    data(http.post(f"{AT}/remove", json={}))
    data(http.post(f"{AT}/restore"))
    look_at_the_sample(server_on)
    data(http.post(f"{AT}/remove", json={}))
    assert "articles" not in [item["collection"] for item in data(http.get("/collections"))]


async def test_what_was_made_is_taken_away_and_nothing_else(admin: httpx.AsyncClient) -> None:
    data(await admin.post("/collections", json=OWN))
    data(await admin.post("/items/books", json={"title": "mine"}))
    before = await everything(admin)
    made = data(await admin.post(AT, json={"name": "blog"}))
    assert made["items"]["articles"] == 24
    assert len((await everything(admin))["files"]) == 28
    again = await admin.post(AT, json={"name": "blog"})
    assert again.status_code == 422
    assert "already" in again.text

    told = data(await admin.post(f"{AT}/remove", json={"preview": True}))
    counts = {item["collection"]: item for item in told["counts"]}
    assert counts["articles"] == {"collection": "articles", "items": 24, "others": 0, "stays": False}
    assert counts["directus_files"] == {"collection": "directus_files", "items": 28, "others": 0, "stays": None}
    assert data(await admin.get(AT))["current"]["name"] == "blog"  # a look changes nothing

    removed = data(await admin.post(f"{AT}/remove", json={}))
    assert removed == told
    assert await everything(admin) == before
    assert [item["title"] for item in data(await admin.get("/items/books"))] == ["mine"]
    assert data(await admin.get(AT))["current"] is None
    assert (await admin.post(f"{AT}/remove", json={})).status_code == 403


async def test_what_was_taken_away_comes_back_as_it_was(admin: httpx.AsyncClient) -> None:
    data(await admin.post(AT, json={"name": "blog"}))
    first = data(await admin.get("/items/articles", params={"limit": 1, "sort": "title"}))[0]
    data(await admin.patch(f"/items/articles/{first['id']}", json={"title": "My own words"}))
    data(await admin.post("/fields/articles", json={"field": "extra", "type": "string", "schema": {}}))
    data(await admin.patch(f"/items/articles/{first['id']}", json={"extra": "more"}))
    gone = data(await admin.get("/items/articles", params={"limit": 1, "sort": "-title"}))[0]
    assert (await admin.delete(f"/items/articles/{gone['id']}")).status_code == 204
    fields = {"limit": -1, "sort": "id", "fields": "*,translations.title,image.title"}
    before, all_before = data(await admin.get("/items/articles", params=fields)), await everything(admin)
    data(await admin.post(f"{AT}/remove", json={}))
    assert data(await admin.get(AT))["restorableUntil"]
    back = data(await admin.post(f"{AT}/restore"))
    assert back["items"]["articles"] == 23
    after = data(await admin.get("/items/articles", params=fields))
    for rows in (before, after):
        for row in rows:
            row.pop("date_updated")
    assert after == before
    assert {item["title"] for item in after} >= {"My own words"}
    now = await everything(admin)
    assert now["collections"] == all_before["collections"]
    assert [item["operation"] for item in now["flows"]] == [item["operation"] for item in all_before["flows"]]
    assert len(now["permissions"]) == len(all_before["permissions"])
    assert (await admin.get(f"/assets/{now['files'][0]['id']}")).content[8:12] == b"WEBP"
    assert data(await admin.get(AT))["restorableUntil"] is None
    # and once more, now that it is there again
    data(await admin.post(f"{AT}/remove", json={}))
    assert "articles" not in (await everything(admin))["collections"]


async def test_what_others_use_stays(admin: httpx.AsyncClient) -> None:
    data(await admin.post(AT, json={"name": "blog"}))
    mine = data(await admin.post("/items/articles", json={"title": "Mine", "slug": "mine"}))["id"]
    (role,) = data(await admin.get("/roles", params={"filter[name][_eq]": "Editor"}))
    data(await admin.post("/users", json={"email": "real@example.com", "role": role["id"]}))
    told = data(await admin.post(f"{AT}/remove", json={"preview": True}))
    counts = {item["collection"]: item for item in told["counts"]}
    assert counts["articles"] == {"collection": "articles", "items": 24, "others": 1, "stays": True}
    data(await admin.post(f"{AT}/remove", json={}))
    assert [item["id"] for item in data(await admin.get("/items/articles"))] == [mine]
    assert data(await admin.get("/roles", params={"filter[name][_eq]": "Editor"})) != []
    # what stays would be in the way
    refused = await admin.post(AT, json={"name": "blog"})
    assert refused.status_code == 422
    assert "collection" in refused.text


async def test_a_sample_that_would_be_in_the_way_is_refused_whole(admin: httpx.AsyncClient) -> None:
    data(await admin.post("/collections", json={**OWN, "collection": "authors"}))
    before = await everything(admin)
    refused = await admin.post(AT, json={"name": "blog"})
    assert refused.status_code == 422
    assert "authors" in refused.text
    # an address that is taken is noticed in the middle, and all before it is undone
    data(await admin.patch("/settings", json={}))
    assert (await admin.delete("/collections/authors")).status_code == 204
    data(await admin.post("/users", json={"email": "demo.editor@example.com"}))
    before = await everything(admin)
    assert (await admin.post(AT, json={"name": "blog"})).status_code == 400
    assert await everything(admin) == before
    assert data(await admin.get(AT))["current"] is None


async def test_it_is_for_superusers(admin: httpx.AsyncClient) -> None:
    for method, path in (("GET", AT), ("POST", AT), ("POST", f"{AT}/remove"), ("POST", f"{AT}/restore")):
        answer = await admin.request(method, path, json={} if method == "POST" else None, headers={"authorization": ""})
        assert answer.status_code == 403, path
    assert (await admin.post(AT, json={"name": "../blog"})).status_code == 400
    assert (await admin.post(f"{AT}/restore")).status_code == 403
    assert (await admin.get("/studio/api/nothing")).status_code == 404


async def test_the_shop_holds_together_goes_and_comes_back(admin: httpx.AsyncClient) -> None:
    before = await everything(admin)
    made = data(await admin.post(AT, json={"name": "shop"}))
    fields = "*,customer.name,lines.quantity,lines.price,lines.variant.name,lines.variant.product.name"
    asked = {"limit": -1, "sort": "number", "fields": fields}
    orders = data(await admin.get("/items/orders", params=asked))
    assert len(orders) == made["items"]["orders"] == 16
    for order in orders:
        assert order["customer"]["name"]
        assert all(line["variant"]["product"]["name"] for line in order["lines"])
        total = sum(line["quantity"] * float(line["price"]) for line in order["lines"])
        assert float(order["total"]) == pytest.approx(total)
    asked = {"limit": -1, "fields": "name,category.name,image.type,variants.stock"}
    for product in data(await admin.get("/items/products", params=asked)):
        assert product["category"]["name"]
        assert product["image"]["type"] == "image/webp"
        assert product["variants"]
    counted = data(await admin.post(f"{AT}/remove", json={"preview": True}))["counts"]
    assert {row["collection"]: row["items"] for row in counted} == made["items"]
    data(await admin.post(f"{AT}/remove", json={}))
    assert await everything(admin) == before
    data(await admin.post(f"{AT}/restore", json={}))
    again = data(await admin.get("/items/orders", params={"limit": -1, "sort": "number", "fields": fields}))
    assert again == orders
