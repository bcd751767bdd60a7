"""What is said to both servers about collections."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.talk import Talk

COLLECTIONS = "/api/collections"
KINDS = [
    "text",
    "editor",
    "number",
    "bool",
    "email",
    "url",
    "date",
    "autodate",
    "select",
    "relation",
    "json",
    "geoPoint",
    "password",
]


def collections(talk: Talk) -> None:
    """Made, listed, viewed, changed, renamed, deleted."""
    talk.su("POST", COLLECTIONS, json={"name": "tags"})
    target = talk.su("GET", f"{COLLECTIONS}/tags").json()["id"]
    fields: list[dict[str, Any]] = [{"name": kind, "type": kind} for kind in KINDS]
    for field in fields:
        field.update(
            {"select": {"values": ["a"]}, "relation": {"collectionId": target}, "autodate": {"onCreate": True}}.get(
                field["type"], {}
            )
        )
    talk.su("POST", COLLECTIONS, json={"name": "kinds", "fields": fields})
    talk.su("GET", f"{COLLECTIONS}/kinds")
    talk.su("GET", f"{COLLECTIONS}/KINDS", params={"fields": "name"})
    talk.su("GET", f"{COLLECTIONS}/{target}", params={"fields": "name,id"})
    talk.su("GET", f"{COLLECTIONS}/nope")
    talk.su("HEAD", f"{COLLECTIONS}/kinds")
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("GET", "/tags"),
        ("PATCH", "/tags"),
        ("DELETE", "/tags"),
        ("GET", "/nope"),
    ):
        talk.guest(method, COLLECTIONS + path, note=f"guest {method} {path}")
    for method, path in (
        ("PUT", "/import"),
        ("GET", "/meta/scaffolds"),
        ("POST", "/meta/dry-run-view"),
        ("DELETE", "/tags/truncate"),
    ):
        talk.guest(method, COLLECTIONS + path, note=f"guest {method} {path}")
    ours = "name = 'kinds' || name = 'tags' || name = 'third'"
    talk.su(
        "POST",
        COLLECTIONS,
        json={"name": "third", "type": "view", "viewQuery": "select id from tags"},
        params={"fields": "name,type"},
    )

    def ask(**params: str) -> None:
        params = {"fields": "name", "filter": ours, "sort": "name", **params}
        talk.su("GET", COLLECTIONS, params=params, note=str(params))

    ask()
    for sort in (
        "-name",
        "id",
        "-type,name",
        "system,name",
        "nope",
        "fields",
        "listRule",
        "@random,name",
        "",
        "created,name",
        "a b",
        "name:lower",
    ):
        if "@random" not in sort:
            ask(sort=sort)
    ask(perPage="2")
    ask(perPage="2", page="2")
    ask(perPage="0")
    ask(perPage="1001")
    ask(page="x")
    ask(skipTotal="1")
    for text in (
        *(
            "type='view' && name='third'",
            "name~'kin' && system=false",
            "name?='kinds'",
            "id='nope'",
            "name='KINDS'",
            "name:lower='kinds'",
            "fields='x'",
        ),
        *(
            "nope='x'",
            "name=",
            " ",
            "(name='kinds' || name='tags') && type!='view'",
            "created>'2020' && name='tags'",
            "created<@now && name='tags'",
        ),
        *(
            "@request.auth.id!='' && name='tags'",
            "@collection.tags.id=''",
            "name='kinds' && type~'%as%'",
            "name!~'k' && name='tags'",
            "system=true && name='tags'",
        ),
        *(
            "name='tags' && id!=null",
            "updated>='2020-01-01' && name='tags'",
            "name='kinds' && name>'a' && name<'z'",
            "listRule=null && name='tags'",
        ),
    ):
        ask(filter=text)
    shape = "base,view,auth.fields,auth.indexes,auth.authRule,auth.manageRule,auth.oauth2,auth.passwordAuth,auth.mfa"
    more = (
        "auth.otp.length,auth.otp.duration,auth.authToken,auth.fileToken,auth.verificationToken,auth.authAlert.enabled"
    )
    talk.su("GET", f"{COLLECTIONS}/meta/scaffolds", params={"fields": f"{shape},{more}"})
    bad: list[Any] = [
        {}, {"name": ""}, {"name": "a b"}, {"name": "a-b"}, {"name": "é"}, {"name": "1abc"}, {"name": "_under"}, {"name": "a_via_b"}, {"name": "x" * 255},
        {"name": "x" * 256}, {"name": "TAGS"}, {"name": target}, {"name": "_params"}, {"name": "sqlite_x"}, {"name": 5}, {"name": "t1", "type": "nope"},
        {"name": "t2", "type": ""}, {"name": "t3", "fields": []}, {"name": "t4", "fields": None}, {"name": "t5", "fields": {}}, {"name": "t6", "fields": [{}]},
        {"name": "t7", "fields": [{"name": "a"}]}, {"name": "t8", "fields": [{"type": "text"}]}, {"name": "t9", "fields": [{"name": "a", "type": "nope"}]},
        {"name": "t10", "fields": [{"name": "a", "type": "text"}, {"name": "a", "type": "number"}]},
        {"name": "t11", "fields": [{"name": "a", "type": "text"}, {"name": "A", "type": "number"}]},
        {"name": "t12", "fields": [{"name": "a b", "type": "text"}]}, {"name": "t13", "fields": [{"name": "null", "type": "text"}]},
        {"name": "t14", "fields": [{"name": "expand", "type": "text"}, {"name": "collectionId", "type": "text"}, {"name": "a_via_b", "type": "text"}]},
        {"name": "t15", "fields": [{"name": "1a", "type": "text"}, {"name": "x" * 101, "type": "text"}, {"name": "y" * 100, "type": "text"}]},
        {"name": "t16", "fields": [{"name": "a", "type": "select"}]}, {"name": "t17", "fields": [{"name": "a", "type": "select", "values": ["a", "a"]}]},
        {"name": "t18", "fields": [{"name": "a", "type": "select", "values": [], "maxSelect": 5}]},
        {"name": "t19", "fields": [{"name": "a", "type": "select", "values": ["a"], "maxSelect": 2}]},
        {"name": "t20", "fields": [{"name": "a", "type": "relation"}]}, {"name": "t21", "fields": [{"name": "a", "type": "relation", "collectionId": "nope"}]},
        {"name": "t22", "fields": [{"name": "a", "type": "relation", "collectionId": target, "minSelect": 3, "maxSelect": 2}]},
        {"name": "t23", "fields": [{"name": "a", "type": "autodate"}]}, {"name": "t24", "fields": [{"name": "a", "type": "number", "min": 5, "max": 1}]},
        {"name": "t25", "fields": [{"name": "a", "type": "number", "onlyInt": True, "min": 1.5, "max": 2.5}]},
        {"name": "t26", "fields": [{"name": "a", "type": "text", "min": 5, "max": 1}]}, {"name": "t27", "fields": [{"name": "a", "type": "text", "pattern": "["}]},
        {"name": "t28", "fields": [{"name": "a", "type": "text", "autogeneratePattern": "["}]}, {"name": "t29", "fields": [{"name": "a", "type": "text", "min": -1}]},
        {"name": "t30", "fields": [{"name": "a", "type": "email", "onlyDomains": ["a.co"], "exceptDomains": ["b.co"]}]},
        {"name": "t31", "fields": [{"name": "a", "type": "url", "onlyDomains": ["not a domain"]}]},
        {"name": "t32", "fields": [{"name": "a", "type": "date", "min": "2024-01-02", "max": "2024-01-01"}]},
        {"name": "t33", "fields": [{"name": "a", "type": "date", "min": "garbage"}]}, {"name": "t34", "fields": [{"name": "a", "type": "password", "cost": 1}]},
        {"name": "t35", "fields": [{"name": "a", "type": "password", "min": 80, "max": 70}]}, {"name": "t36", "fields": [{"name": "a", "type": "text", "max": "x"}]},
        {"name": "t37", "fields": [{"name": "a", "type": "text", "help": "x" * 301}]}, {"name": "t38", "fields": [{"name": "a", "type": "text", "nope": 1}]},
        {"name": "t39", "fields": [{"name": "id", "type": "number"}]}, {"name": "t40", "fields": [{"name": "id", "type": "text", "primaryKey": False}]},
        {"name": "t41", "fields": [{"name": "id", "type": "text", "primaryKey": True, "hidden": True}]},
        {"name": "t42", "fields": [{"name": "a", "type": "text", "primaryKey": True}]}, {"name": "t43", "fields": [{"name": "id", "type": "text", "primaryKey": True}]},
        {"name": "t44", "listRule": "nope = 1"}, {"name": "t45", "listRule": "id = ", "createRule": "@collection.nope.id = ''"}, {"name": "t46", "listRule": 5},
        {"name": "t47", "indexes": ["nope"]}, {"name": "t48", "indexes": ["create index i48 on t48 (nope)"]}, {"name": "t49", "indexes": ["create index i49 on other (id)"]},
        {"name": "t50", "indexes": ["create index i50 on t50 (id)", "create index i50 on t50 (id)"]},
        {"name": "t51", "indexes": ["create unique index if not exists `i51` on `t51` (`id` collate nocase desc) where id != ''"]},
        {"name": "t52", "indexes": ["create index i51 on t52 (id)"]}, {"name": "t53", "indexes": "x"}, {"name": "t54", "id": "abcdefghij00000"}, {"name": "t55", "id": "abcdefghij00000"},
        {"name": "t56", "id": "a"}, {"name": "t57", "id": "x" * 101}, {"name": "t58", "id": "with space"}, {"name": "t59", "system": True}, {"name": "t60", "nope": 1},
        {"name": "t61", "created": "2020-01-01 00:00:00.000Z", "updated": "x"}, {"name": "t62", "viewQuery": "select 1"}, {"name": "t63", "type": "view"},
        {"name": "t64", "type": "view", "viewQuery": "select 1"}, {"NAME": "t65"}, {"name": "t66", "fields": [{"name": "a", "type": "text", "id": "custom"}, {"name": "b", "type": "text", "id": "custom"}]},
        {"name": "t67", "fields": [{"name": "a", "type": "json", "maxSize": -1}]}, {"name": "t68", "fields": [{"name": "a", "type": "select", "values": ["a", ""], "maxSelect": -1}]},
        {"name": "t69", "fields": [{"name": "a", "type": "select", "values": [1, 2]}]}, {"name": "t70", "fields": [{"name": "a", "type": "bool", "required": True, "hidden": True, "presentable": True, "help": "h", "system": True}]},
    ]  # fmt: skip
    for body in bad:
        talk.su("POST", COLLECTIONS, json=body, note=f"create {str(body)[:150]}")
    talk.su("POST", COLLECTIONS, content=b"{", headers={"content-type": "application/json"}, note="malformed")
    talk.su("POST", COLLECTIONS, content=b"[]", headers={"content-type": "application/json"}, note="a list")
    talk.su("POST", COLLECTIONS, note="no body")
    talk.su("DELETE", f"{COLLECTIONS}/tags", note="referenced")
    talk.su("DELETE", f"{COLLECTIONS}/third")
    talk.su("DELETE", f"{COLLECTIONS}/kinds")
    talk.su("DELETE", f"{COLLECTIONS}/tags")
    talk.su("DELETE", f"{COLLECTIONS}/tags")
    talk.su("DELETE", f"{COLLECTIONS}/t59", note="a system collection")
    talk.su("PATCH", f"{COLLECTIONS}/t59", json={"name": "t59b"})
    talk.su("PATCH", f"{COLLECTIONS}/t59", json={"system": False})
    talk.su("PATCH", f"{COLLECTIONS}/t59", json={"listRule": ""})
    talk.su("DELETE", f"{COLLECTIONS}/_superusers", note="the superusers")


def changes(talk: Talk) -> None:
    """What becomes of rows when fields, names and indexes change."""
    fields = [
        {"name": "a", "type": "text"},
        {"name": "n", "type": "number"},
        {"name": "s", "type": "select", "values": ["x", "y", "z"]},
        {"name": "m", "type": "select", "values": ["x", "y", "z"], "maxSelect": 3},
    ]
    made = talk.su(
        "POST",
        COLLECTIONS,
        json={
            "name": "things",
            "fields": fields,
            "listRule": "a != ''",
            "indexes": ["CREATE INDEX `idx_a` ON `things` (`a`)"],
        },
    ).json()
    records = f"{COLLECTIONS}/things/records"
    for index in range(3):
        talk.su(
            "POST",
            records,
            json={"id": f"thing000000000{index}", "a": f"a{index}", "n": index, "s": "x", "m": ["x", "y"][:index]},
        )

    def change(note: str, **body: Any) -> Any:
        return talk.su("PATCH", f"{COLLECTIONS}/things", json=body, note=note).json()

    def rows(note: str) -> None:
        talk.su("GET", records, params={"sort": "id"}, note=note)

    current = made["fields"]
    current = change("add a field", fields=[*current, {"name": "added", "type": "text"}])["fields"]
    rows("after adding")
    change("rename by id", fields=[{**f, "name": "b"} if f["name"] == "a" else f for f in current])
    change("the rule still names the old field", listRule="b != ''")
    renamed = [{**f, "name": "b"} if f["name"] == "a" else f for f in made["fields"]]
    change("rename field and rule", fields=renamed, listRule="b != ''")
    index = "CREATE INDEX `idx_a` ON `things` (`b`)"
    current = change("rename field, rule and index", fields=renamed, listRule="b != ''", indexes=[index])["fields"]
    rows("after renaming")
    current = change(
        "single to multiple and back",
        fields=[{**f, "maxSelect": {"s": 2, "m": 1}[f["name"]]} if f["name"] in ("s", "m") else f for f in current],
    )["fields"]
    rows("after changing maxSelect")
    change("change a type", fields=[{**f, "type": "number"} if f["name"] == "b" else f for f in current])
    change("drop the indexed field", fields=[f for f in current if f["name"] != "b"])
    current = change("drop a field", indexes=[], fields=[f for f in current if f["name"] != "n"])["fields"]
    rows("after dropping")
    change("without the id field", fields=[f for f in current if f["name"] != "id"])
    change(
        "fields without ids match by name",
        fields=[{key: value for key, value in f.items() if key != "id"} for f in current],
    )
    change("swap names", fields=[{**f, "name": {"s": "m", "m": "s"}.get(f["name"], f["name"])} for f in current])
    rows("after swapping")
    change("rename the collection", name="stuff")
    talk.su("GET", records)
    talk.su("GET", f"{COLLECTIONS}/stuff/records", params={"sort": "id", "fields": "id,collectionName"})
    talk.su("GET", f"{COLLECTIONS}/stuff")
    stuff = f"{COLLECTIONS}/stuff"
    talk.su("PATCH", stuff, json={"name": "STUFF"}, note="rename by case", params={"fields": "name,indexes"})
    talk.su("PATCH", stuff, json={"name": "_superusers"})
    talk.su("PATCH", stuff, json={"id": "other"})
    talk.su("PATCH", stuff, json={"type": "view"}, note="to a view")
    talk.su(
        "PATCH", stuff, json={"indexes": ["create unique index iu on stuff (s)"]}, note="a unique index that rows break"
    )
    talk.su("PATCH", stuff, json={"indexes": []}, params={"fields": "indexes"})
    talk.su(
        "PATCH",
        stuff,
        json={"indexes": ["create index in1 on stuff (`id`)", "create index in2 on stuff (lower(`id`))"]},
        params={"fields": "indexes"},
    )
    talk.su(
        "PATCH",
        stuff,
        json={"listRule": None, "viewRule": "", "createRule": "id != ''"},
        params={"fields": "listRule,viewRule,createRule"},
    )
    talk.su("PATCH", stuff, json={}, note="nothing")
    talk.su("PATCH", stuff, json={"nope": 1}, params={"fields": "name"})
    talk.su("PATCH", stuff, json={"name": ""})
    talk.su("PATCH", stuff, content=b"{", headers={"content-type": "application/json"}, note="malformed")
    talk.su("PATCH", f"{COLLECTIONS}/nope", json={})
    talk.su("DELETE", f"{stuff}/truncate")
    talk.su("GET", f"{stuff}/records")
    talk.su("DELETE", stuff)
    talk.su("GET", f"{stuff}/records")


def imports(talk: Talk) -> None:
    """`PUT /api/collections/import`."""
    path = f"{COLLECTIONS}/import"
    talk.su(
        "POST",
        COLLECTIONS,
        json={"name": "old", "fields": [{"name": "a", "type": "text"}, {"name": "b", "type": "text"}]},
    )
    talk.su("PUT", path, json={})
    talk.su("PUT", path, json={"collections": []})
    talk.su("PUT", path, json={"collections": "x"})
    talk.su("PUT", path, json={"collections": [{"name": "old", "fields": [{"name": "c", "type": "number"}]}]})
    talk.su("GET", f"{COLLECTIONS}/old", params={"fields": "name,fields.name"})
    talk.su(
        "PUT",
        path,
        json={
            "collections": [
                {"name": "new1", "type": "base", "fields": [{"name": "x", "type": "text"}]},
                {"name": "bad name"},
            ]
        },
    )
    talk.su("GET", f"{COLLECTIONS}/new1", params={"fields": "name"})
    talk.su(
        "PUT",
        path,
        json={
            "collections": [
                {
                    "name": "new2",
                    "fields": [{"name": "old", "type": "relation", "collectionId": "pbc_imported", "maxSelect": 1}],
                },
                {"id": "pbc_imported", "name": "new3"},
            ]
        },
    )
    talk.su("GET", f"{COLLECTIONS}/new2", params={"fields": "name,fields.name"})
    talk.su("GET", f"{COLLECTIONS}/new3", params={"fields": "name,id"})
    talk.su("PUT", path, json={"collections": [{"id": "pbc_imported", "name": "renamed"}]})
    talk.su("GET", f"{COLLECTIONS}/pbc_imported", params={"fields": "name,id"})
    talk.su(
        "PUT",
        path,
        json={"collections": [{"name": "v", "type": "view", "viewQuery": "select id from old", "listRule": ""}]},
    )
    talk.su("GET", f"{COLLECTIONS}/v", params={"fields": "name,type,fields.name"})
