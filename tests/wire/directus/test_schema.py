"""Collections, fields and relations by the Directus protocol: what holds on every database, beyond the recordings."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

pytestmark = [pytest.mark.process]

SYSTEM_ONLY = 'Invalid payload. Only "schema.is_indexed" may be modified for system fields.'
SPECIALS = (
    ("id", "uuid", ["uuid"], {"is_primary_key": True}),
    ("flag", "boolean", ["cast-boolean"], {}),
    ("data", "json", ["cast-json"], {}),
    ("list", "csv", ["cast-csv"], {}),
    ("pin", "hash", ["hash", "conceal"], {}),
    ("note", "string", ["conceal"], {}),
    ("sealed", "text", ["encrypt"], {}),
    ("made", "timestamp", ["date-created"], {}),
    ("changed", "timestamp", ["date-updated"], {}),
    ("maker", "uuid", ["user-created"], {}),
    ("changer", "uuid", ["user-updated"], {}),
    ("role", "uuid", ["role-created"], {}),
    ("last_role", "uuid", ["role-updated"], {}),
    ("moment", "dateTime", ["cast-datetime"], {}),
)


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    with server_on.client(server_on.directus_token()) as client:
        yield client


def done(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), answer.text
    return answer.json()["data"] if answer.content else None


def name_of(stem: str) -> str:
    return f"{stem}_{secrets.token_hex(3)}"


def make(client: httpx.Client, name: str, *fields: dict[str, Any], **meta: Any) -> str:
    done(client.post("/collections", json={"collection": name, "schema": {}, "meta": meta, "fields": list(fields)}))
    return name


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "schema": {}, "meta": {}, **more}


def test_every_special_on_its_type(admin: httpx.Client) -> None:
    fields = [field(name, kind, schema=schema, meta={"special": special}) for name, kind, special, schema in SPECIALS]
    name = make(admin, name_of("specials"), *fields)
    me = done(admin.get("/users/me?fields=id,role"))
    values = {"flag": True, "data": {"a": [1]}, "list": ["x", "y"], "pin": "1234", "note": "n", "sealed": "secret"}
    forged = {"made": "2001-01-01T00:00:00Z", "maker": None, "role": None}
    made = done(admin.post(f"/items/{name}", json={**values, **forged, "moment": "2024-01-02T03:04:05"}))
    assert made["flag"] is True
    assert made["data"] == {"a": [1]}
    assert made["list"] == ["x", "y"]
    assert (made["pin"], made["note"], made["sealed"]) == ("**********",) * 3
    assert (made["maker"], made["role"]) == (me["id"], me["role"])
    assert not made["made"].startswith("2001")
    assert (made["changed"], made["changer"], made["last_role"]) == (None, None, None)
    assert made["moment"] == "2024-01-02T03:04:05"
    assert len(made["id"]) == 36
    kept = done(admin.patch(f"/items/{name}/{made['id']}", json={"sealed": "**********", "note": None, "pin": ""}))
    assert (kept["sealed"], kept["note"], kept["pin"]) == ("**********", None, "**********")
    assert kept["changed"]
    assert (kept["changer"], kept["last_role"]) == (me["id"], me["role"])
    reported = {item["field"]: item["type"] for item in done(admin.get(f"/fields/{name}"))}
    assert {item: reported[item] for item in ("list", "pin", "data", "flag", "id", "made", "moment")} == {
        "list": "csv",
        "pin": "hash",
        "data": "json",
        "flag": "boolean",
        "id": "uuid",
        "made": "timestamp",
        "moment": "dateTime",
    }


def test_fields_added_to_users_are_fields_like_others(server_on: Server, admin: httpx.Client) -> None:
    company = make(admin, name_of("companies"), field("name"))
    nick, employer = name_of("nick"), name_of("employer")
    done(admin.post("/fields/directus_users", json=field(nick, schema={"is_unique": True})))
    done(admin.post("/fields/directus_users", json=field(employer, "integer", meta={"special": ["m2o"]})))
    link = {"collection": "directus_users", "field": employer, "related_collection": company}
    related = done(admin.post("/relations", json={**link, "meta": {"one_field": "staff"}, "schema": {}}))
    if server_on.database_url is None:  # elsewhere users are in another database, which no foreign key reaches
        assert related["schema"]["table"] == "directus_users"
        assert related["schema"]["foreign_key_table"] == company
    else:
        assert related["schema"] is None
    done(admin.post(f"/fields/{company}", json=field("staff", "alias", schema=None, meta={"special": ["o2m"]})))
    changed = done(
        admin.patch(f"/fields/directus_users/{nick}", json={"schema": {"max_length": 80}, "meta": {"note": "x"}})
    )
    assert changed["schema"]["max_length"] == 80
    assert changed["schema"]["is_unique"]
    assert changed["meta"]["note"] == "x"
    address = f"{nick}@example.com"
    acme = done(admin.post(f"/items/{company}", json={"name": "Acme"}))
    user = done(admin.post("/users", json={"email": address, nick: "n", employer: acme["id"]}))
    assert done(admin.get(f"/items/{company}?fields=name,staff.email")) == [
        {"name": "Acme", "staff": [{"email": address}]}
    ]
    assert (
        admin.post("/users", json={"email": f"x{address}", nick: "n"}).json()["errors"][0]["extensions"]["field"]
        == nick
    )
    done(admin.delete(f"/relations/directus_users/{employer}"))
    for added in (nick, employer):
        done(admin.delete(f"/fields/directus_users/{added}"))
    left = done(admin.get(f"/users/{user['id']}"))
    assert nick not in left
    assert employer not in left


def test_the_systems_own_stay(admin: httpx.Client) -> None:
    for body in ({"meta": {"note": "x"}}, {"type": "text"}, {"schema": {"max_length": 5}}):
        refused = admin.patch("/fields/directus_users/title", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["message"]) == (400, SYSTEM_ONLY)
    indexed = done(admin.patch("/fields/directus_users/location", json={"schema": {"is_indexed": True}}))
    assert indexed["schema"]["is_indexed"] is True
    plain = done(admin.patch("/fields/directus_users/location", json={"schema": {"is_indexed": False}}))
    assert plain["schema"]["is_indexed"] is False
    assert admin.delete("/fields/directus_users/title").status_code == 403
    assert admin.patch("/relations/directus_users/role", json={"meta": {"sort_field": "x"}}).status_code == 422
    assert admin.delete("/relations/directus_users/role").status_code == 422
    assert done(admin.get("/relations/directus_users/role"))["related_collection"] == "directus_roles"


def test_arrays_happen_whole_or_not_at_all(admin: httpx.Client) -> None:
    first, second, folder = name_of("first"), name_of("second"), name_of("folder")
    wanted = [{"collection": first, "schema": {}, "meta": {}}, {"collection": first, "schema": {}}]
    assert admin.post("/collections", json=wanted).status_code == 400
    assert admin.get(f"/collections/{first}").status_code == 403
    grouped = {"collection": first, "schema": {}, "meta": {"group": folder}, "fields": [field("a"), field("b")]}
    made = done(admin.post("/collections", json=[grouped, {"collection": folder, "schema": None, "meta": {}}]))
    assert [item["collection"] for item in made] == [first, folder]
    assert made[0]["meta"]["group"] == folder
    wrong = [{"collection": first, "meta": {"note": "n"}}, {"collection": second, "meta": {"group": "nowhere"}}]
    assert admin.patch("/collections", json=wrong).json()["errors"][0]["extensions"]["code"] == "INVALID_FOREIGN_KEY"
    assert done(admin.get(f"/collections/{first}"))["meta"]["note"] is None
    assert admin.get(f"/collections/{second}").status_code == 403
    bad = [{"field": "a", "meta": {"note": "n"}}, {"field": "id", "schema": {"is_nullable": True}}]
    assert admin.patch(f"/fields/{first}", json=bad).status_code == 400
    assert done(admin.get(f"/fields/{first}/a"))["meta"]["note"] is None
    both = [{"field": "a", "meta": {"note": "n", "sort": 3}}, {"field": "b", "type": "text"}]
    assert [item["type"] for item in done(admin.patch(f"/fields/{first}", json=both))] == ["string", "text"]
    assert done(admin.get(f"/fields/{first}/a"))["meta"]["note"] == "n"
    done(admin.delete(f"/collections/{folder}"))
    assert done(admin.get(f"/collections/{first}"))["meta"]["group"] is None


def test_deleting_cleans_up_what_names_it(admin: httpx.Client) -> None:
    tag, post, junction = name_of("tags"), name_of("posts"), name_of("posts_tags")
    make(admin, tag, field("name"))
    make(
        admin,
        post,
        field("title"),
        field("sort", "integer"),
        field("tags", "alias", schema=None, meta={"special": ["m2m"]}),
    )
    make(admin, junction, field("post", "integer"), field("tag", "integer"))
    for many, one, alias, other in (("post", post, "tags", "tag"), ("tag", tag, None, "post")):
        meta = {"one_field": alias, "junction_field": other, "one_deselect_action": "delete"}
        link = {"collection": junction, "field": many, "related_collection": one, "meta": meta}
        done(admin.post("/relations", json={**link, "schema": {"on_delete": "CASCADE"}}))
    done(admin.patch(f"/collections/{post}", json={"meta": {"sort_field": "sort", "archive_field": "title"}}))
    item = done(
        admin.post(f"/items/{post}?fields=*,tags.tag.name", json={"title": "a", "tags": [{"tag": {"name": "x"}}]})
    )
    assert item["tags"] == [{"tag": {"name": "x"}}]
    done(admin.delete(f"/fields/{post}/sort"))
    done(admin.delete(f"/fields/{post}/title"))
    meta = done(admin.get(f"/collections/{post}"))["meta"]
    assert (meta["sort_field"], meta["archive_field"]) == (None, None)
    done(admin.post("/presets", json={"collection": junction, "bookmark": "b"}))
    done(admin.delete(f"/collections/{junction}"))
    assert done(admin.get(f"/presets?filter[collection]={junction}")) == []
    assert "tags" not in {item["field"] for item in done(admin.get(f"/fields/{post}"))}
    assert not [item for item in done(admin.get("/relations")) if item["collection"] == junction]
    done(admin.delete(f"/collections/{tag}"))
    assert done(admin.get(f"/items/{post}")) == [{"id": item["id"]}]


def test_relations_of_every_kind(admin: httpx.Client) -> None:
    page, text, image = name_of("pages"), name_of("block_text"), name_of("block_image")
    blocks, translations, language = name_of("blocks"), name_of("page_i18n"), name_of("languages")
    make(admin, language, field("code", schema={"is_primary_key": True}))
    make(admin, text, field("content", "text"))
    make(admin, image, field("alt"))
    alias = {"type": "alias", "schema": None}
    make(
        admin,
        page,
        field("title"),
        field("parent", "integer", meta={"special": ["m2o"]}),
        {"field": "children", **alias, "meta": {"special": ["o2m"]}},
        {"field": "blocks", **alias, "meta": {"special": ["m2a"]}},
        {"field": "translations", **alias, "meta": {"special": ["translations"]}},
        {"field": "rule", **alias, "meta": {"special": ["alias", "no-data"], "interface": "presentation-divider"}},
    )
    make(admin, blocks, field("page", "integer"), field("item"), field("collection"), field("sort", "integer"))
    make(admin, translations, field("page", "integer"), field("lang"), field("text"))
    for body in (
        {"collection": page, "field": "parent", "related_collection": page, "meta": {"one_field": "children"}},
        {
            "collection": blocks,
            "field": "item",
            "related_collection": None,
            "meta": {
                "one_collection_field": "collection",
                "one_allowed_collections": [text, image],
                "junction_field": "page",
            },
        },
        {
            "collection": blocks,
            "field": "page",
            "related_collection": page,
            "meta": {"one_field": "blocks", "junction_field": "item", "sort_field": "sort"},
        },
        {
            "collection": translations,
            "field": "page",
            "related_collection": page,
            "meta": {"one_field": "translations", "junction_field": "lang"},
        },
        {
            "collection": translations,
            "field": "lang",
            "related_collection": language,
            "meta": {"junction_field": "page"},
        },
    ):
        done(admin.post("/relations", json=body))
    done(admin.post(f"/items/{language}", json={"code": "de"}))
    wanted = {
        "title": "home",
        "children": [{"title": "sub"}],
        "blocks": [{"collection": text, "item": {"content": "hi"}}, {"collection": image, "item": {"alt": "cat"}}],
        "translations": [{"lang": "de", "text": "Heim"}],
    }
    paths = f"title,children.title,blocks.item:{text}.content,blocks.item:{image}.alt,translations.text,rule"
    made = done(admin.post(f"/items/{page}?fields={paths}", json=wanted))
    assert made["children"] == [{"title": "sub"}]
    assert made["translations"] == [{"text": "Heim"}]
    assert [item["item"] for item in made["blocks"]] == [{"content": "hi"}, {"alt": "cat"}]
    done(admin.delete(f"/collections/{image}"))
    assert done(admin.get(f"/relations/{blocks}/item"))["meta"]["one_allowed_collections"] == [text]
