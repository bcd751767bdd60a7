"""What is said to both servers about fields, indexes, imports and truncation, edge by edge."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.sessions_records import POSTS, TAGS, make_posts, post, tag
from tests.wire.pocketbase.talk import Talk

COLLECTIONS = "/api/collections"
ERRORS = {"fields": "status,message,data,name,fields"}

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "text": [
        {"min": 0, "max": 0}, {"min": 3}, {"max": -1}, {"min": 3, "max": 3}, {"min": 3, "max": 2}, {"min": 1.5}, {"min": "1"}, {"min": None}, {"max": 9007199254740991},
        {"max": 9007199254740992}, {"min": 9007199254740992}, {"pattern": "^a+$"}, {"pattern": "("}, {"pattern": "(?=a)"}, {"pattern": "\\d"}, {"pattern": 5}, {"pattern": None},
        {"autogeneratePattern": "[a-z]{5}"}, {"autogeneratePattern": "("}, {"autogeneratePattern": "[a-z]*"}, {"autogeneratePattern": "a{0}"},
        {"autogeneratePattern": "[a-z]{5}", "max": 3}, {"autogeneratePattern": "[a-z]{2}", "min": 3}, {"autogeneratePattern": "[A-Z]{5}", "pattern": "^[a-z]+$"},
        {"autogeneratePattern": "^abc$"}, {"primaryKey": True}, {"primaryKey": "x"},
    ],
    "editor": [{"maxSize": 0}, {"maxSize": -1}, {"maxSize": 9007199254740991}, {"maxSize": 9007199254740992}, {"maxSize": 1.5}, {"convertURLs": True}, {"convertURLs": "x"}],
    "number": [{"min": None, "max": None}, {"min": 1, "max": 1}, {"min": 2, "max": 1}, {"min": -1.5, "max": 1e300}, {"min": "x"}, {"onlyInt": True, "min": 1.2}, {"onlyInt": True, "max": 1.2}, {"onlyInt": True, "min": 1, "max": 2}, {"onlyInt": "true"}],
    "bool": [{}, {"required": True}, {"required": "x"}],
    "email": [{"onlyDomains": []}, {"onlyDomains": None}, {"onlyDomains": ["a.co"]}, {"onlyDomains": ["a.co", "a.co"]}, {"onlyDomains": [""]}, {"onlyDomains": ["a b"]}, {"onlyDomains": ["x"]}, {"exceptDomains": ["http://a.co"]}, {"exceptDomains": ["a.co"]}, {"onlyDomains": ["a.co"], "exceptDomains": ["b.co"]}, {"onlyDomains": "a.co"}, {"onlyDomains": [1]}],
    "url": [{"onlyDomains": ["a.co"]}, {"onlyDomains": ["-"]}, {"exceptDomains": ["a.co"]}, {"onlyDomains": ["a.co"], "exceptDomains": ["b.co"]}, {"exceptDomains": ["localhost"]}, {"exceptDomains": ["a.co:80"]}],
    "date": [{"min": ""}, {"min": "2024-01-01"}, {"min": "2024-01-01 00:00:00.000Z", "max": "2024-01-01 00:00:00.000Z"}, {"min": "2024-01-02", "max": "2024-01-01"}, {"max": "x"}, {"min": 5}, {"min": None}, {"max": "2024-01-01T10:00:00+02:00"}],
    "autodate": [{}, {"onCreate": True}, {"onUpdate": True}, {"onCreate": False, "onUpdate": False}, {"onCreate": "x"}, {"onCreate": True, "required": True, "help": "x"}],
    "select": [{}, {"values": []}, {"values": ["a"]}, {"values": ["a", "a"]}, {"values": [""]}, {"values": ["a", ""]}, {"values": ["a"], "maxSelect": 0}, {"values": ["a"], "maxSelect": 1}, {"values": ["a"], "maxSelect": 2}, {"values": ["a", "b"], "maxSelect": 2}, {"values": ["a"], "maxSelect": -1}, {"values": [1]}, {"values": "a"}, {"values": None}, {"values": [None]}, {"values": ["a"], "maxSelect": 1.5}, {"maxSelect": 3}],
    "relation": [{}, {"collectionId": "nope"}, {"collectionId": "TARGET"}, {"collectionId": "tags"}, {"collectionId": "TARGET", "minSelect": -1}, {"collectionId": "TARGET", "maxSelect": -1}, {"collectionId": "TARGET", "minSelect": 2, "maxSelect": 2}, {"collectionId": "TARGET", "minSelect": 2}, {"collectionId": "TARGET", "minSelect": 3, "maxSelect": 2}, {"collectionId": "TARGET", "maxSelect": 9007199254740992}, {"collectionId": 5}, {"collectionId": "VIEW"}, {"collectionId": "VIEW", "cascadeDelete": True}, {"collectionId": "TARGET", "cascadeDelete": "x"}, {"collectionId": "TARGET", "maxSelect": 999, "cascadeDelete": True}],
    "file": [{}, {"maxSelect": -1}, {"maxSelect": 9007199254740992}, {"maxSize": -1}, {"maxSize": 9007199254740992}, {"mimeTypes": ["image/png"]}, {"mimeTypes": [""]}, {"mimeTypes": ["nope"]}, {"mimeTypes": "x"}, {"mimeTypes": None}, {"thumbs": ["100x100"]}, {"thumbs": ["100x100t", "0x50", "50x0", "10x10b", "10x10f"]}, {"thumbs": ["x"]}, {"thumbs": ["0x0"]}, {"thumbs": ["0x0t"]}, {"thumbs": ["10x10x"]}, {"thumbs": [""]}, {"thumbs": ["10x"]}, {"thumbs": None}, {"protected": True}, {"protected": "x"}],
    "json": [{}, {"maxSize": -1}, {"maxSize": 5}, {"maxSize": 9007199254740992}],
    "geoPoint": [{}, {"required": True}, {"nope": 1}],
    "password": [{}, {"min": -1}, {"min": 72}, {"min": 71}, {"max": 72}, {"max": 71}, {"max": 5, "min": 6}, {"cost": 3}, {"cost": 4}, {"cost": 31}, {"cost": 32}, {"cost": -1}, {"pattern": "("}, {"pattern": "^a$"}],
}  # fmt: skip
COMMON: list[dict[str, Any]] = [
    {"hidden": True, "presentable": True}, {"help": "x" * 300}, {"help": "x" * 301}, {"help": 5}, {"hidden": None}, {"required": None}, {"presentable": "x"},
    {"id": ""}, {"id": "x" * 100}, {"id": "x" * 101}, {"id": "a b"}, {"id": "a-b"}, {"id": 5}, {"id": "text3208210256"}, {"system": True}, {"name": None}, {"type": None},
    {"name": "_a"}, {"name": "é"}, {"name": "a.b"}, {"name": "NULL"}, {"name": "Expand"}, {"name": "rowid"}, {"name": "_rowid_"}, {"name": "oid"}, {"name": "created"}, {"name": "select"},
    {"name": "TRUE"}, {"name": "collectionname"}, {"name": "collectionID"}, {"name": "a_VIA_b"}, {"name": "0"}, {"name": "_"}, {"Name": "b"}, {"ID": "other"}, {"name": "ID"},
]  # fmt: skip


def field_options(talk: Talk) -> None:
    """Every option of every type: good, at its limits, beyond them, of the wrong type."""
    target = talk.su("POST", COLLECTIONS, json={"name": "tags"}).json()["id"]
    view = talk.su("POST", COLLECTIONS, json={"name": "tag_view", "type": "view", "viewQuery": "select id from tags"})
    ids = {"TARGET": target, "VIEW": view.json()["id"]}
    for kind, tries in OPTIONS.items():
        for options in tries:
            given = {
                name: ids.get(value, value) if isinstance(value, str) else value for name, value in options.items()
            }
            field = {"name": "f", "type": kind, **given}
            talk.su("POST", COLLECTIONS, json={"name": "probe", "fields": [field]}, note=f"{kind} {options}")
            talk.su("DELETE", f"{COLLECTIONS}/probe", note=f"drop {kind} {options}")
    for options in COMMON:
        field = {"name": "f", "type": "text", **options}
        talk.su("POST", COLLECTIONS, json={"name": "probe", "fields": [field]}, note=f"common {str(options)[:60]}")
        talk.su("DELETE", f"{COLLECTIONS}/probe", note=f"drop common {str(options)[:60]}")


def field_changes(talk: Talk) -> None:
    """Fields of a collection that has rows: order, ids, names, types, and what becomes of the values."""
    target = talk.su("POST", COLLECTIONS, json={"name": "tags", "fields": [{"name": "name", "type": "text"}]}).json()[
        "id"
    ]
    for index in range(3):
        talk.su("POST", TAGS, json={"id": tag(index), "name": f"t{index}"})
    fields: list[dict[str, Any]] = [
        {"name": "t", "type": "text"},
        {"name": "n", "type": "number"},
        {"name": "s", "type": "select", "values": ["x", "y", "z"], "maxSelect": 1},
        {"name": "m", "type": "select", "values": ["x", "y", "z"], "maxSelect": 3},
        {"name": "r", "type": "relation", "collectionId": target, "maxSelect": 1},
        {"name": "rs", "type": "relation", "collectionId": target, "maxSelect": 3},
        {"name": "j", "type": "json"},
        {"name": "c", "type": "autodate", "onCreate": True},
    ]
    made = talk.su(
        "POST", COLLECTIONS, json={"name": "things", "fields": fields, "indexes": ["create index idx_n on things (n)"]}
    ).json()
    records, path = f"{COLLECTIONS}/things/records", f"{COLLECTIONS}/things"
    for index in range(4):
        row = {
            "id": f"thing000000000{index}",
            "t": f"t{index}",
            "n": index,
            "s": ["", "x", "y", "z"][index],
            "m": ["x", "y", "z"][:index],
            "r": tag(index) if index < 3 else "",
            "rs": [tag(i) for i in range(index)],
            "j": {"i": index},
        }
        talk.su("POST", records, json=row, params={"fields": "id"})

    def change(note: str, **body: Any) -> Any:
        return talk.su("PATCH", path, json=body, note=note).json()

    def rows(note: str) -> None:
        talk.su("GET", records, params={"sort": "id", "expand": "r,rs"}, note=f"rows after {note}")

    current = made["fields"]

    def edit(note: str, which: str, /, **changed: Any) -> None:
        nonlocal current
        body = [{**f, **changed} if f["name"] == which else f for f in current]
        answer = change(note, fields=body)
        if "fields" in answer:
            current = answer["fields"]
        rows(note)

    order = [current[0], *reversed(current[1:])]
    current = change("reversed", fields=order)["fields"]
    rows("reversed")
    current = change("id last", fields=[*current[1:], current[0]])["fields"]
    rows("id last")
    edit("to multiple", "s", maxSelect=2)
    edit("to single", "m", maxSelect=1)
    edit("relation to multiple", "r", maxSelect=2)
    edit("relation to single", "rs", maxSelect=1)
    edit("and back", "s", maxSelect=1)
    edit("relations and back", "r", maxSelect=0)
    edit("a value goes", "s", values=["x", "y"])
    talk.su("PATCH", f"{records}/thing0000000003", json={"n": 9}, note="a row whose value is gone")
    edit("tighter text", "t", max=1)
    talk.su("PATCH", f"{records}/thing0000000003", json={"n": 10}, note="a row whose text is too long")
    edit("required", "t", required=True, max=0)
    edit("renamed", "t", name="title")
    edit("renamed to a field that is there", "title", name="n")
    edit("in capitals", "title", name="TITLE")
    edit("another id", "TITLE", id="other")
    edit("another type", "n", type="text")
    current = change(
        "renamed with its index",
        fields=[{**f, "name": "number"} if f["name"] == "n" else f for f in current],
        indexes=["create index idx_n on things (number)"],
    )["fields"]
    rows("renamed with its index")
    edit("another target", "r", collectionId=made["id"])
    edit("no target", "r", collectionId="")
    edit("hidden", "j", hidden=True)
    edit("the key's name", "id", name="key")
    edit("the key's type", "id", type="number")
    edit("a longer key", "id", min=3, max=30, pattern="^[a-z0-9_]+$")
    talk.su("POST", records, json={"id": "a_b", "TITLE": "x"}, note="by the longer key")
    edit("a key without a pattern", "id", pattern="")
    edit("a key not required", "id", required=False)
    edit("a hidden key", "id", hidden=True)
    edit("no system key", "id", system=False)
    change("twice the same id", fields=[*current, {**current[1], "name": "again"}])
    change("twice the same name", fields=[*current, {"name": "title", "type": "number"}])
    change(
        "dropped and added", fields=[*[f for f in current if f["name"] != "TITLE"], {"name": "TITLE", "type": "text"}]
    )
    rows("dropped and added")
    change("no fields", fields=[])
    rows("no fields")
    change("fields wrong", fields="x")
    change("an entry wrong", fields=["x"])
    talk.su("GET", path)


INDEXES: list[Any] = [
    ["create index i1 on things (t)"],
    ["CREATE INDEX `i1` ON `things` (`t`)"],
    ["create unique index i1 on things (t)"],
    ["CREATE UNIQUE INDEX IF NOT EXISTS i1 ON things (t, n DESC)"],
    ['create index "i1" on "things" ("t")'],
    ["create index [i1] on [things] ([t])"],
    ["create index i1 on things (t collate nocase)"],
    ["create index i1 on things (t) where n > 5"],
    ["create index i1 on things (lower(t))"],
    ["create index i1 on things (t, lower(t), n asc)"],
    ["create index i1 on THINGS (T)"],
    ["create index i1 on other (t)"],
    ["create index i1 on other (nope)"],
    ["create index main.i1 on things (t)"],
    ["create index i1 on things (t);"],
    ["  create\n index\ti1 on things\n(t)  "],
    ["create index i1 on things ()"],
    ["create index on things (t)"],
    ["create index i1 things (t)"],
    ["create index i1 on things (t"],
    ["create index i1 on things t"],
    ["drop table things"],
    ["create index i1 on things (t); drop table things"],
    ["create index i1 on things (nope)"],
    ["create index i1 on things (t) where nope = 1"],
    ["create index i1 on things (nope(t))"],
    ["create index i1 on things (json_extract(j, '$.a'))"],
    ["create index i1 on things (t)", "create index I1 on things (n)"],
    ["create index i1 on things (t)", "create index i2 on things (t)"],
    ["create index i1 on things (t)", "create unique index i2 on things (t)"],
    ["create index i1 on things (t)", "create index i1 on things (t)"],
    ["create index idx_taken on things (t)"],
    ["create index i1 on things (`t`)", 'create index i2 on things ("t")'],
    ["create index `i 1` on things (t)"],
    ["create index i1 on things (t, t)"],
    ["create index i1 on things (id)"],
    ["create unique index i1 on things (n)"],
    ["create unique index i1 on things (n) where n > 1"],
    [""],
    ["x"],
    [None],
    [5],
    "x",
    None,
    [],
]


def indexes(talk: Talk) -> None:
    """Index texts: how they are read, what is refused and in which words."""
    talk.su(
        "POST",
        COLLECTIONS,
        json={
            "name": "taken",
            "fields": [{"name": "a", "type": "text"}],
            "indexes": ["create index idx_taken on taken (a)"],
        },
    )
    fields = [{"name": "t", "type": "text"}, {"name": "n", "type": "number"}, {"name": "j", "type": "json"}]
    talk.su("POST", COLLECTIONS, json={"name": "things", "fields": fields})
    for number in (1, 1, 2):
        talk.su("POST", f"{COLLECTIONS}/things/records", json={"t": f"t{number}", "n": number}, params={"fields": "t"})
    for texts in INDEXES:
        shown = {"fields": "message,data,indexes"}
        talk.su("PATCH", f"{COLLECTIONS}/things", json={"indexes": texts}, params=shown, note=f"change {texts}")
        if isinstance(texts, list) and texts:
            named = [text.replace("things", "probe") if isinstance(text, str) else text for text in texts]
            body = {"name": "probe", "fields": fields, "indexes": named}
            talk.su("POST", COLLECTIONS, json=body, params=shown, note=f"create {texts}")
            talk.su("DELETE", f"{COLLECTIONS}/probe", note=f"drop {texts}")
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/things",
        json={"indexes": ["create unique index u on things (t, n)"]},
        note="broken by rows",
        params={"fields": "message,data,indexes"},
    )
    talk.su(
        "POST",
        COLLECTIONS,
        json={
            "name": "uniques",
            "fields": fields,
            "indexes": [
                "create unique index u1 on uniques (t)",
                "create unique index u2 on uniques (n, t) where n > 5",
                "create unique index u3 on uniques (lower(t))",
            ],
        },
        params={"fields": "indexes"},
    )
    talk.su("POST", f"{COLLECTIONS}/uniques/records", json={"t": "a", "n": 1}, params={"fields": "t"}, note="unique 1")
    talk.su("POST", f"{COLLECTIONS}/uniques/records", json={"t": "a", "n": 1}, note="unique 2")
    talk.su("POST", f"{COLLECTIONS}/uniques/records", json={"t": "A", "n": 1}, note="unique by expression")
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/uniques",
        json={"name": "renamed"},
        params={"fields": "name,indexes"},
        note="indexes follow a rename",
    )
    talk.su("POST", f"{COLLECTIONS}/renamed/records", json={"t": "a", "n": 1}, note="unique after the rename")
    changed = talk.su("GET", f"{COLLECTIONS}/renamed").json()["fields"]
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/renamed",
        json={"fields": [{**f, "name": "tt"} if f["name"] == "t" else f for f in changed]},
        params={"fields": "fields.name,indexes"},
        note="indexes follow a renamed field",
    )
    talk.su("POST", f"{COLLECTIONS}/renamed/records", json={"tt": "a", "n": 1}, note="unique after the renamed field")


def imports_more(talk: Talk) -> None:
    """Imports with and without deletion, and what they refuse."""
    path = f"{COLLECTIONS}/import"
    shown = {"fields": "message,data,name,type,listRule,fields.name,fields.id,fields.type,indexes"}
    names = {"fields": "name", "sort": "name", "filter": "system = false && name != 'users'"}

    def put(note: str, collections: Any, **more: Any) -> None:
        talk.su("PUT", path, json={"collections": collections, **more}, note=note)
        talk.su("GET", COLLECTIONS, params=names, note=f"names after {note}")

    made = talk.su(
        "POST",
        COLLECTIONS,
        json={
            "name": "one",
            "fields": [{"name": "a", "type": "text"}, {"name": "b", "type": "number"}],
            "indexes": ["create index idx_a on one (a)"],
            "listRule": "a != ''",
        },
    ).json()
    two = talk.su(
        "POST",
        COLLECTIONS,
        json={"name": "two", "fields": [{"name": "ref", "type": "relation", "collectionId": made["id"]}]},
    ).json()
    talk.su("POST", f"{COLLECTIONS}/one/records", json={"id": "one000000000001", "a": "x", "b": 5})
    put("the same", [made, two])
    talk.su("GET", f"{COLLECTIONS}/one", params=shown)
    put("by id with another name", [{"id": made["id"], "name": "uno"}])
    talk.su("GET", f"{COLLECTIONS}/uno", params=shown)
    put("by name with another id", [{"id": "pbc_other", "name": "uno"}])
    talk.su("GET", f"{COLLECTIONS}/uno", params={"fields": "id,name"})
    put("fields are added", [{"name": "uno", "fields": [{"name": "c", "type": "bool"}]}])
    talk.su("GET", f"{COLLECTIONS}/uno", params=shown)
    put("fields of the same name", [{"name": "uno", "fields": [{"name": "a", "type": "text", "max": 3}]}])
    talk.su("GET", f"{COLLECTIONS}/uno", params={"fields": "fields.name,fields.max,fields.id"})
    put("indexes", [{"name": "uno", "indexes": ["create index idx_b on uno (b)"]}])
    talk.su("GET", f"{COLLECTIONS}/uno", params=shown, note="after indexes")
    put("rules", [{"name": "uno", "listRule": None, "viewRule": ""}])
    talk.su("GET", f"{COLLECTIONS}/uno", params={"fields": "listRule,viewRule"})
    put("a bad rule", [{"name": "uno", "listRule": "nope = 1"}])
    put("a rule about what comes later", [{"name": "uno", "listRule": "@collection.later.id != ''"}, {"name": "later"}])
    talk.su("GET", f"{COLLECTIONS}/uno", params={"fields": "listRule"}, note="the rule about what comes later")
    put(
        "a view before its table",
        [
            {"name": "v1", "type": "view", "viewQuery": "select id, x from base1"},
            {"name": "base1", "fields": [{"name": "x", "type": "text"}]},
        ],
    )
    put(
        "a view of a view",
        [
            {"name": "v2", "type": "view", "viewQuery": "select id, x from base1"},
            {"name": "v3", "type": "view", "viewQuery": "select id, x from v2"},
        ],
    )
    put("another type", [{"name": "uno", "type": "view", "viewQuery": "select id from two"}])
    put("twice the same", [{"name": "uno"}, {"name": "uno"}])
    put("twice the same new", [{"name": "fresh"}, {"name": "fresh"}])
    put("no name", [{}])
    put("no name with an id", [{"id": "abcabcabcabcabc"}])
    put("a bad type", [{"name": "x", "type": "nope"}])
    put("a bad field", [{"name": "x", "fields": [{"name": "a", "type": "nope"}]}])
    put(
        "a bad option",
        [{"name": "x", "fields": [{"name": "a", "type": "select"}, {"name": "b", "type": "text", "min": -1}]}],
    )
    put("an entry that is none", ["x"])
    put("null", None)
    put(
        "delete missing but what is referenced",
        [{"id": two["id"], "name": "two", "fields": two["fields"]}],
        deleteMissing=True,
    )
    put(
        "fields go with delete missing",
        [
            {"name": "uno", "fields": [{"name": "b", "type": "number"}]},
            two,
            {"name": "base1", "fields": [{"name": "x", "type": "text"}]},
        ],
        deleteMissing=True,
    )
    talk.su("GET", f"{COLLECTIONS}/uno", params=shown, note="after fields go")
    talk.su("GET", f"{COLLECTIONS}/uno/records", params={"fields": "*"}, note="rows after fields go")
    put("delete missing alone", [{"name": "only"}], deleteMissing=True)
    put("delete missing is a text", [{"name": "only"}], deleteMissing="x")
    talk.guest("PUT", path, json={"collections": []}, note="a guest imports")


def truncation(talk: Talk) -> None:
    """Truncation, with cascades and required references; and deletion of collections that others need."""
    make_posts(talk)
    tags = talk.su("GET", f"{COLLECTIONS}/tags").json()["id"]
    posts = talk.su("GET", f"{COLLECTIONS}/posts").json()["id"]

    def child(name: str, **options: Any) -> None:
        field = {"name": "up", "type": "relation", "collectionId": tags, "maxSelect": 1, **options}
        talk.su("POST", COLLECTIONS, json={"name": name, "fields": [field]}, params={"fields": "name"})
        talk.su(
            "POST",
            f"{COLLECTIONS}/{name}/records",
            json={"up": [tag(0)] if field["maxSelect"] > 1 else tag(0)},
            params={"fields": "up"},
        )
        talk.su("DELETE", f"{COLLECTIONS}/tags/truncate", note=f"with {name}")
        talk.su("GET", f"{COLLECTIONS}/{name}/records", params={"fields": "up"}, note=f"{name} afterwards")
        talk.su("GET", TAGS, params={"fields": "id", "sort": "id"}, note=f"tags after {name}")
        talk.su(
            "POST", TAGS, json={"id": tag(0), "name": "again"}, params={"fields": "id"}, note=f"tag again after {name}"
        )

    child("plain")
    child("cascading", cascadeDelete=True)
    child("many", maxSelect=3)
    child("many_cascading", maxSelect=3, cascadeDelete=True)
    talk.su("GET", POSTS, params={"fields": "id,r1,rm", "sort": "id"})
    child("needed", required=True)
    talk.su("DELETE", f"{TAGS}/{tag(0)}", note="a needed one")
    talk.su("DELETE", f"{COLLECTIONS}/tags", note="a collection that others need")
    talk.su("DELETE", f"{COLLECTIONS}/{posts}", note="by id")
    talk.su("DELETE", f"{COLLECTIONS}/nope/truncate")
    talk.guest("DELETE", f"{COLLECTIONS}/tags/truncate")


def renames(talk: Talk) -> None:
    """What follows a rename: relations, views, indexes, records; and rules, which are looked at."""
    make_posts(talk)
    talk.su(
        "POST",
        COLLECTIONS,
        json={
            "name": "heads",
            "type": "view",
            "viewQuery": "select p.id, p.title, t.name from posts p left join tags t on t.id = p.r1",
            "listRule": "",
        },
        params={"fields": "name"},
    )
    talk.su(
        "PATCH", f"{COLLECTIONS}/tags", json={"listRule": "posts_via_r1.title != ''"}, params={"fields": "listRule"}
    )
    talk.su("PATCH", f"{COLLECTIONS}/tags", json={"name": "labels"}, params={"fields": "name,listRule,indexes,id"})
    talk.su(
        "GET",
        f"{COLLECTIONS}/heads",
        params={"fields": "viewQuery,fields.name"},
        note="the view after the rename of its table",
    )
    talk.su(
        "GET", f"{COLLECTIONS}/heads/records", params={"sort": "id", "fields": "id,title,name"}, note="the view's rows"
    )
    talk.su("GET", f"{POSTS}/{post(1)}", params={"expand": "r1", "fields": "expand"}, note="expand after the rename")
    talk.su("GET", f"{COLLECTIONS}/labels/records", params={"filter": "posts_via_r1.title = 'One'", "fields": "id"})
    talk.su("GET", TAGS, note="the old name")
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/posts",
        json={"name": "articles"},
        params={"fields": "name,data,message"},
        note="a rename that breaks a rule elsewhere",
    )
    talk.su("GET", f"{COLLECTIONS}/labels/records", params={"fields": "id"}, note="superusers don't mind")
    talk.guest("GET", f"{COLLECTIONS}/labels/records", params={"fields": "id"}, note="a broken rule")
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/labels",
        json={"viewRule": ""},
        params={"fields": "viewRule,data,message"},
        note="saving beside a broken rule",
    )
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/labels",
        json={"listRule": ""},
        params={"fields": "listRule,data,message"},
        note="mending it",
    )
