"""Why somebody may do something, and looking at things as somebody else: for admins, true to what the engine does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.test_permissions import PUBLIC, World, data, refused, shop, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.process

VIEW_AS = "X-Satchel-View-As"


def check(world: World, **asked: Any) -> dict[str, Any]:  # noqa: F811
    return data(world.admin.get("/permissions/check", params={"user": world.user, "collection": "articles", **asked}))


def test_each_grant_and_whether_it_holds(world: World) -> None:  # noqa: F811
    mine = {"author": {"_eq": 1}}
    world.grant("articles", "read", permissions=mine, fields=["id", "title"])
    world.grant("articles", "read", permissions={"title": {"_eq": "Two"}}, fields=["id", "owner"])
    world.grant("articles", "update", permissions=None, fields=["title"], validation={"title": {"_nnull": True}})
    some = check(world)
    assert (some["allowed"], some["admin"], some["exists"], some["status"]) == (None, False, None, "active")
    assert some["fields"] == ["id", "title", "owner"]
    assert [reason["condition"] for reason in some["reasons"]] == [mine, {"title": {"_eq": "Two"}}]
    (held,) = some["policies"]
    assert held["id"] == world.policy
    assert (held["name"], held["through"], held["role"], held["in_force"]) == ("Editor", "role", world.role, True)
    for item, allowed, fields in (("1", True, ["id", "title"]), ("2", True, ["id", "owner"]), ("3", False, [])):
        found = check(world, item=item)
        assert (found["exists"], found["allowed"], found["fields"]) == (True, allowed, fields)
        seen = world.editor.get(f"/items/articles/{item}")
        assert (seen.status_code == 200) is allowed
        if allowed:
            assert {name for name in fields if seen.json()["data"][name] is not None} <= set(fields)
    gone = check(world, item="77")
    assert (gone["exists"], gone["allowed"]) == (False, False)
    change = check(world, action="update", item="3")
    assert (change["allowed"], change["fields"]) == (True, ["title"])
    assert change["reasons"][0]["validation"] == {"title": {"_nnull": True}}
    assert check(world, action="delete")["allowed"] is False
    admin = data(world.admin.get("/users/me", params={"fields": "id"}))["id"]
    whole = check(world, user=admin, item="3", action="delete")
    assert (whole["allowed"], whole["admin"], whole["fields"]) == (True, True, ["*"])


def test_what_is_kept_back_from_everybody_is_a_condition(world: World) -> None:  # noqa: F811
    world.grant("directus_folders", "read", permissions=None)
    found = check(world, collection="directus_folders")
    assert found["allowed"] is None
    assert found["reasons"][0]["condition"] is not None


def test_who_is_suspended_and_what_comes_from_elsewhere(world: World) -> None:  # noqa: F811
    world.grant("articles", "read", permissions=None)
    assert check(world)["allowed"] is True
    world.admin.patch(f"/policies/{world.policy}", json={"ip_access": ["10.0.0.0/8"]})
    assert check(world)["policies"][0]["in_force"] is False
    assert check(world)["allowed"] is False
    assert check(world, ip="10.1.2.3")["allowed"] is True
    world.admin.patch(f"/policies/{world.policy}", json={"ip_access": None})
    world.admin.patch(f"/users/{world.user}", json={"status": "suspended"})
    found = check(world)
    assert (found["status"], found["allowed"]) == ("suspended", False)
    answer = world.admin.get("/items/articles", headers={VIEW_AS: world.user})
    assert answer.status_code == 422, answer.text


def test_rules_of_the_other_wire_are_named(world: World) -> None:  # noqa: F811
    rules = {"name": "notes", "type": "base", "listRule": "title = 'open'", "viewRule": ""}
    fields = [{"name": "title", "type": "text"}]
    with world.server.client(world.server.pocketbase_token()) as pocketbase:
        made = pocketbase.post("/api/collections", json={**rules, "fields": fields})
        assert made.status_code == 200, made.text
        found = check(world, collection="notes", user="")
        assert [(reason["kind"], reason["rule"], reason["condition"]) for reason in found["reasons"]] == [
            ("rule", "listRule", "title = 'open'")
        ]
        assert pocketbase.delete("/api/collections/notes").status_code == 204


def test_looking_as_somebody_else(world: World) -> None:  # noqa: F811
    world.grant("articles", "read", permissions={"author": {"_null": False}})
    seen: dict[str, Any] = {"headers": {VIEW_AS: world.user}}
    for path in ("/items/articles?sort=id", "/users/me", "/permissions/me", "/policies/me/globals"):
        assert data(world.admin.get(path, **seen)) == data(world.editor.get(path)), path
    assert refused(world.admin.get("/items/authors", **seen))
    assert refused(world.admin.get("/items/articles", headers={VIEW_AS: "public"}))
    for method, path in (("POST", "/items/articles"), ("PATCH", "/items/articles/1"), ("DELETE", "/items/articles/1")):
        refused(world.admin.request(method, path, json={"title": "x"}, **seen))
    refused(world.editor.get("/items/articles", headers={VIEW_AS: world.user}))
    refused(world.guest.get("/items/articles", headers={VIEW_AS: world.user}))
    assert len(data(world.admin.get("/items/articles"))) == 3
    nobody = world.admin.get("/items/articles", headers={VIEW_AS: PUBLIC})
    assert nobody.status_code in (403, 404), nobody.text


def test_only_admins_ask_and_mistakes_are_named(shop: Server, world: World) -> None:  # noqa: F811
    refused(world.editor.get("/permissions/check", params={"collection": "articles"}))

    def told(**asked: str) -> httpx.Response:
        return world.admin.get("/permissions/check", params=asked)

    for asked, part in (
        ({"collection": "nothing"}, '"nothing"'),
        ({"collection": "articles", "action": "fly"}, '"fly"'),
    ):
        answer = told(**asked)
        assert answer.status_code == 400
        assert part in answer.text.replace("\\", "")
    assert told(collection="articles", user="b7a3f3ad-8a0c-4e4f-a6f4-111111111111").status_code in (403, 404)
