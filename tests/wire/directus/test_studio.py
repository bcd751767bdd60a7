"""What a studio keeps and asks for: comments, notifications, presets, translations, dashboards, settings and more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.mail_sink import mail_sink
from tests.servers import Server
from tests.wire.directus.readers import Person, allow, person

pytestmark = pytest.mark.process

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        fields = [KEY, {"field": "title", "type": "string", "schema": {}, "meta": {}}]
        made = client.post("/collections", json={"collection": "posts", "schema": {}, "meta": {}, "fields": fields})
        assert made.status_code == 200, made.text
        yield client


@pytest.fixture(scope="module")
def ann(server: Server, admin: httpx.Client) -> Iterator[Person]:
    """Reads posts that are open, with access to the app."""
    with person(server, admin, ("posts", ["*"], {"title": {"_eq": "open"}}), app=True) as made:
        yield made


@pytest.fixture(scope="module")
def bob(server: Server, admin: httpx.Client) -> Iterator[Person]:
    """Reads no posts, with access to the app."""
    with person(server, admin, app=True) as made:
        yield made


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"].get("reason", "")


def post(admin: httpx.Client, title: str = "open") -> str:
    return str(data(admin.post("/items/posts", json={"title": title}))["id"])


# --- counts


def test_counts_of_many_collections_are_one_answer_under_the_caller_s_rights(
    server: Server, admin: httpx.Client, ann: Person, bob: Person
) -> None:
    post(admin), post(admin, "closed")
    names = ["nothing", "posts", "directus_policies"]

    def counts(client: httpx.Client, **body: object) -> httpx.Response:
        return client.request("SEARCH", "/studio/api/counts", json={"collections": names, **body})

    def alone(client: httpx.Client, path: str) -> int:
        return int(data(client.get(path, params={"aggregate[count]": "*"}))[0]["count"])

    whole = data(counts(admin))
    assert whole == {"posts": alone(admin, "/items/posts"), "directus_policies": alone(admin, "/policies")}
    seen = data(counts(ann.client))
    assert seen["posts"] == alone(ann.client, "/items/posts") < whole["posts"]
    assert "posts" not in data(counts(bob.client))
    with server.client() as guest:
        assert data(counts(guest)) == {}
    for wrong in ({"collections": "posts"}, {"collections": ["x"] * 1001}, {"more": 1}):
        assert counts(admin, **wrong).status_code == 400


# --- comments


def test_a_comment_is_about_an_item_that_its_author_may_see(admin: httpx.Client, ann: Person) -> None:
    seen, hidden = post(admin), post(admin, "closed")
    made = data(ann.client.post("/comments", json={"collection": "posts", "item": seen, "comment": "Hi"}))
    assert list(made) == [
        "id",
        "collection",
        "item",
        "comment",
        "date_created",
        "date_updated",
        "user_created",
        "user_updated",
    ]
    assert (made["user_created"], made["user_updated"]) == (ann.id, None)
    for body, expected in (
        ({"comment": "x"}, (400, '"collection" is required')),
        ({"collection": "posts", "comment": "x"}, (400, '"item" is required')),
        ({"collection": "posts", "item": seen}, (400, '"comment" is required')),
        ({"collection": "posts", "item": hidden, "comment": "x"}, (403, "")),
        ({"collection": "posts", "item": "999", "comment": "x"}, (403, "")),
    ):
        assert reason(ann.client.post("/comments", json=body)) == expected, body
    unknown = ann.client.post("/comments", json={"collection": "nope", "item": seen, "comment": "x"})
    assert reason(unknown)[1].startswith('You don\'t have permission to access collection "nope"')
    changed = data(ann.client.patch(f"/comments/{made['id']}", json={"comment": "Ho"}))
    assert (changed["comment"], changed["user_updated"]) == ("Ho", ann.id)
    assert ann.client.patch(f"/comments/{made['id']}", json={"item": hidden}).status_code == 403
    assert ann.client.delete(f"/comments/{made['id']}").status_code == 204


def test_comments_are_ones_own_with_app_access(admin: httpx.Client, ann: Person) -> None:
    item = post(admin)
    theirs = data(admin.post("/comments", json={"collection": "posts", "item": item, "comment": "theirs"}))["id"]
    assert all(row["user_created"] == ann.id for row in data(ann.client.get("/comments")))
    assert ann.client.patch(f"/comments/{theirs}", json={"comment": "mine"}).status_code == 403
    assert ann.client.delete(f"/comments/{theirs}").status_code == 403


def test_comments_go_with_their_item(admin: httpx.Client) -> None:
    item = post(admin)
    data(admin.post("/comments", json={"collection": "posts", "item": item, "comment": "x"}))
    assert admin.delete(f"/items/posts/{item}").status_code == 204
    assert data(admin.get(f"/comments?filter[item]={item}")) == []


def test_those_who_are_mentioned_are_told_if_they_may_see_the_item(
    admin: httpx.Client, ann: Person, bob: Person
) -> None:
    item = post(admin)
    text = f"Look @{ann.id}, @{ann.id.upper()} and @{bob.id}, not @{UNKNOWN} <b>"
    with mail_sink() as sink:
        smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port, "tls": False}
        meta = {"senderAddress": "a@b.co", "senderName": "T", "appURL": "http://app.example"}
        assert admin.patch("/api/settings", json={"smtp": smtp, "meta": meta}).status_code == 200
        data(admin.post("/comments", json={"collection": "posts", "item": item, "comment": text}))
        mail = sink.next(ann.email)
        assert mail.subject == "You were mentioned in posts"
        assert "<b>" not in mail.html
        assert f"http://app.example/admin/content/posts/{item}" in mail.html
        assert sink.quiet()
        data(admin.patch(f"/users/{ann.id}", json={"email_notifications": False}))
        data(admin.post("/comments", json={"collection": "posts", "item": item, "comment": f"again @{ann.id}"}))
        assert sink.quiet()
    assert admin.patch("/api/settings", json={"smtp": {"enabled": False}}).status_code == 200
    mine = data(ann.client.get("/notifications?sort=id"))
    me = data(admin.get("/users/me?fields=id"))["id"]
    assert [(row["sender"], row["collection"], row["item"], row["status"]) for row in mine] == [
        (me, "posts", item, "inbox")
    ] * 2
    assert data(bob.client.get("/notifications")) == []
    read = data(ann.client.patch(f"/notifications/{mine[0]['id']}", json={"status": "archived"}))
    assert read["status"] == "archived"
    assert ann.client.patch(f"/notifications/{mine[0]['id']}", json={"subject": "x"}).status_code == 403
    assert bob.client.patch(f"/notifications/{mine[0]['id']}", json={"status": "inbox"}).status_code == 403


# --- what a studio keeps


def test_notifications(admin: httpx.Client) -> None:
    me = data(admin.get("/users/me?fields=id"))["id"]
    made = data(admin.post("/notifications", json={"recipient": me, "subject": "Hi", "message": "m"}))
    keys = ["id", "timestamp", "status", "recipient", "sender", "subject", "message", "collection", "item"]
    assert list(made) == keys
    assert (made["status"], made["sender"]) == ("inbox", None)
    missing = admin.post("/notifications", json={"subject": "x"}).json()["errors"]
    assert [error["extensions"]["field"] for error in missing] == ["recipient"]
    assert admin.delete(f"/notifications/{made['id']}").status_code == 204


def test_presets_are_ones_own_ones_roles_or_everybodys(admin: httpx.Client, ann: Person, bob: Person) -> None:
    layout = {"collection": "posts", "layout_query": {"tabular": {"page": 1}}}
    mine = data(ann.client.post("/presets", json={**layout, "user": ann.id}))
    assert (mine["layout"], mine["icon"], mine["layout_query"]) == ("tabular", "bookmark", layout["layout_query"])
    data(admin.post("/presets", json={**layout, "bookmark": "global"}))
    data(admin.post("/presets", json={**layout, "bookmark": "role", "role": ann.role}))
    shown = {row["bookmark"] for row in data(ann.client.get("/presets"))}
    assert shown == {None, "global", "role"}
    assert {row["bookmark"] for row in data(bob.client.get("/presets"))} == {"global"}
    assert bob.client.post("/presets", json={**layout, "user": ann.id}).status_code == 400
    assert bob.client.patch(f"/presets/{mine['id']}", json={"bookmark": "x"}).status_code == 403
    assert ann.client.delete(f"/presets/{mine['id']}").status_code == 204


def test_a_translation_is_there_once(admin: httpx.Client, ann: Person) -> None:
    body = {"language": "en-US", "key": "hello", "value": "Hi"}
    made = data(admin.post("/translations", json=body))
    assert list(made) == ["id", "language", "key", "value"]
    duplicate = (400, "Duplicate key and language combination")
    assert reason(admin.post("/translations", json=body)) == duplicate
    other = data(admin.post("/translations", json={**body, "language": "de-DE", "value": "Hallo"}))["id"]
    assert reason(admin.patch(f"/translations/{other}", json={"language": "en-US"})) == duplicate
    assert data(admin.patch(f"/translations/{made['id']}", json={"value": "Hey"}))["value"] == "Hey"
    assert len(data(ann.client.get("/translations"))) == 2


def test_dashboards_and_panels(admin: httpx.Client) -> None:
    board = data(admin.post("/dashboards", json={"name": "D"}))
    assert (board["icon"], board["panels"]) == ("dashboard", [])
    missing = admin.post("/panels", json={"type": "label"}).json()["errors"]
    fields = ["dashboard", "position_x", "position_y", "width", "height"]
    assert [error["extensions"]["field"] for error in missing] == fields
    place = {"position_x": 1, "position_y": 1, "width": 4, "height": 4}
    panel = data(admin.post("/panels", json={"dashboard": board["id"], "type": "label", "options": {}, **place}))
    assert panel["show_header"] is False
    shown = data(admin.get(f"/dashboards/{board['id']}?fields=name,panels.type"))
    assert shown == {"name": "D", "panels": [{"type": "label"}]}
    assert admin.delete(f"/dashboards/{board['id']}").status_code == 204
    assert admin.get(f"/panels/{panel['id']}").status_code == 403


def test_flows_are_kept_and_none_runs(admin: httpx.Client) -> None:
    flow = data(admin.post("/flows", json={"name": "F", "trigger": "webhook", "options": {"method": "GET"}}))
    assert (flow["status"], flow["accountability"], flow["operations"]) == ("active", "all", [])
    place = {"position_x": 1, "position_y": 1}
    step = data(admin.post("/operations", json={"flow": flow["id"], "key": "a", "type": "log", **place}))
    data(admin.patch(f"/flows/{flow['id']}", json={"operation": step["id"]}))
    shown = data(admin.get(f"/flows/{flow['id']}?fields=operation.key,operations.key"))
    assert shown == {"operation": {"key": "a"}, "operations": [{"key": "a"}]}
    for method in ("GET", "POST"):
        for key in (flow["id"], UNKNOWN):
            answer = admin.request(method, f"/flows/trigger/{key}")
            assert reason(answer) == (403, "")
    assert admin.delete(f"/flows/{flow['id']}").status_code == 204
    assert data(admin.get("/operations")) == []


def test_the_settings_are_one_row(admin: httpx.Client) -> None:
    changed = data(admin.patch("/settings", json={"project_name": "P"}))
    assert changed["id"] == 1
    assert changed["project_id"]
    assert reason(admin.post("/settings/owner", json={})) == (400, '"project_owner" is required')
    assert reason(admin.post("/settings/owner", json={"project_name": "x"})) == (400, '"project_name" is not allowed')
    done = admin.post("/settings/owner", json={"project_owner": "a@b.co", "product_updates": True})
    assert (done.status_code, done.content) == (204, b"")
    shown = data(admin.get("/settings?fields=project_owner,product_updates,project_name"))
    assert shown == {"project_owner": "a@b.co", "product_updates": True, "project_name": "P"}
    data(admin.patch("/settings", json={"ai_openai_api_key": "sk-secret"}))
    assert "sk-secret" not in admin.get("/settings").text


def test_extensions(admin: httpx.Client, ann: Person) -> None:
    assert data(admin.get("/extensions")) == []
    assert data(ann.client.get("/extensions")) == []
    assert httpx.get(f"{admin.base_url}/extensions").status_code == 403
    script = admin.get("/extensions/sources/index.js")
    assert script.headers["content-type"].startswith("application/javascript")
    assert script.text.startswith("const interfaces = [];const displays = [];const layouts = [];const modules = [];")
    registry = admin.get("/extensions/registry").json()["errors"][0]
    assert registry["message"] == ('Service "marketplace" is unavailable. Unable to connect to the registry server.')
    assert registry["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert admin.patch(f"/extensions/{UNKNOWN}", json={"meta": {"enabled": False}}).status_code == 204
    assert ann.client.patch(f"/extensions/{UNKNOWN}", json={}).status_code == 403


def test_folders_hold_folders(admin: httpx.Client) -> None:
    outer = data(admin.post("/folders", json={"name": "A"}))
    inner = data(admin.post("/folders", json={"name": "B", "parent": outer["id"]}))
    assert inner == {"id": inner["id"], "name": "B", "parent": outer["id"], "type": "files"}
    assert admin.delete(f"/folders/{outer['id']}").status_code == 400
    for made in (inner, outer):
        assert admin.delete(f"/folders/{made['id']}").status_code == 204


def test_who_may_not_keep_anything(admin: httpx.Client, bob: Person) -> None:
    for path in ("/dashboards", "/panels", "/flows", "/operations", "/folders", "/versions", "/revisions"):
        assert bob.client.get(path).status_code == 403, path
    allow(admin, bob.policy, "directus_dashboards", "read")
    assert data(bob.client.get("/dashboards")) == []
