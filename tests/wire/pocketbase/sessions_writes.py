"""What is said to both servers about writing records: casts, validation, modifiers, deletion, rules, batches."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.sessions_records import POSTS, TAGS, make_posts, post, tag
from tests.wire.pocketbase.talk import Talk

ITEMS = "/api/collections/items/records"


def _make_items(talk: Talk, fields: list[dict[str, Any]], **more: Any) -> None:
    talk.su("POST", "/api/collections", json={"name": "items", "fields": fields, **more})


def values(talk: Talk) -> None:
    """What becomes of every kind of value in every kind of field."""
    talk.su("POST", "/api/collections", json={"name": "tags", "fields": [{"name": "name", "type": "text"}]})
    for index in range(3):
        talk.su("POST", TAGS, json={"id": tag(index), "name": f"t{index}"})
    target = talk.su("GET", "/api/collections/tags").json()["id"]
    fields = [
        {"name": "text", "type": "text"},
        {"name": "editor", "type": "editor"},
        {"name": "number", "type": "number"},
        {"name": "whole", "type": "number", "onlyInt": True},
        {"name": "bool", "type": "bool"},
        {"name": "email", "type": "email"},
        {"name": "url", "type": "url"},
        {"name": "date", "type": "date"},
        {"name": "one", "type": "select", "values": ["a", "b", "c"]},
        {"name": "many", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2},
        {"name": "rel", "type": "relation", "collectionId": target, "maxSelect": 1},
        {"name": "rels", "type": "relation", "collectionId": target, "maxSelect": 2},
        {"name": "json", "type": "json"},
        {"name": "geo", "type": "geoPoint"},
        {"name": "password", "type": "password"},
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ]
    _make_items(talk, fields)
    talk.su("POST", ITEMS, json={})
    odd: list[Any] = [
        *(None, "", " ", "x", "5", "-2.5", "1e3", "true", "false", "null", "0", "1", "t", "T", "yes"),
        *(0, 1, -1, 5, 2.5, -2.5, 1e3, 1e21, 123456789012345678, True, False),
        *(
            [],
            ["a"],
            ["a", "b"],
            ["a", "a"],
            ["a", "b", "c"],
            [1],
            ["1", 2],
            [None],
            [""],
            [[]],
            {},
            {"a": 1},
            {"lon": 1, "lat": 2},
        ),
        *("[1,2]", '["a"]', '{"a":1}', '"x"', "[bad", " 1", "012", "1.50", "-", "é"),
    ]
    for value in odd:
        for name in ("text", "number", "bool", "json"):
            talk.su("POST", ITEMS, json={name: value}, params={"fields": name}, note=f"{name} {value!r}")
        for name in ("editor", "email", "url", "date", "one", "many", "rel", "rels", "geo", "password", "whole"):
            talk.su("POST", ITEMS, json={name: value}, params={"fields": name}, note=f"{name} {value!r}")
    for date in (
        *("2024-01-02", "2024-01-02 03:04", "2024-01-02 03:04:05", "2024-01-02 03:04:05Z", "2024-01-02 03:04:05.1Z"),
        *(
            "2024-01-02 03:04:05.123456Z",
            "2024-01-02T03:04:05Z",
            "2024-01-02T03:04:05+02:00",
            "2024-01-02T03:04:05.999999999Z",
        ),
        *(
            "2024-01-02 03:04:05 +0200",
            "2024-01-02 03:04:05.000 +0000 UTC",
            "01/02/2024",
            "2024/01/02",
            "2 Jan 2024",
            "Jan 2, 2024",
        ),
        *(
            "2024-13-01",
            "2024-02-30",
            "2024",
            "now",
            "03:04:05",
            "Tue, 02 Jan 2024 03:04:05 GMT",
            "Tue, 02 Jan 2024 03:04:05 +0100",
        ),
        *(
            "2024-01-02T03:04",
            "20240102",
            "2024-1-2",
            "0001-01-01 00:00:00.000Z",
            "9999-12-31 23:59:59.999Z",
            "1704164645",
            "2024-01-02 24:00:00",
        ),
        *("Tue Jan  2 03:04:05 2024", "02 Jan 24 03:04 UTC", "2024-01-02 03:04:05.000+00:00", "2024-01-02 03:04:05 PM"),
    ):
        talk.su("POST", ITEMS, json={"date": date}, params={"fields": "date"}, note=f"date {date!r}")
    for point in (
        *(
            {"lon": "5", "lat": "6"},
            {"lon": 1},
            {"lat": 1},
            {"LON": 1},
            '{"lon":1,"lat":2}',
            [1, 2],
            {"lon": 181, "lat": 0},
        ),
        *(
            {"lon": 0, "lat": 91},
            {"lon": -180, "lat": -90},
            {"lon": None, "lat": None},
            {"lon": 1.123456789, "lat": 2, "x": 3},
            "1,2",
        ),
    ):
        talk.su("POST", ITEMS, json={"geo": point}, params={"fields": "geo"}, note=f"geo {point!r}")
    for email in (
        "a@b.co",
        "A@B.CO",
        "a@b",
        "@b.co",
        "a b@c.co",
        "a@b.co ",
        "ü@b.co",
        "a@bü.co",
        "a+b@c.co",
        "a@b.c.d.co",
        "x" * 70 + "@b.co",
    ):
        talk.su("POST", ITEMS, json={"email": email}, params={"fields": "email"}, note=f"email {email!r}")
    for url in (
        *(
            "https://a.co",
            "http://a.co",
            "a.co",
            "ftp://a.co",
            "https://",
            "https://a",
            "//a.co",
            "mailto:x@y.co",
            "https://a.co/ x",
        ),
        *("https://localhost", "https://127.0.0.1:80/x?y#z", "javascript:alert(1)", "https://a.co/ü", "HTTPS://A.CO"),
    ):
        talk.su("POST", ITEMS, json={"url": url}, params={"fields": "url"}, note=f"url {url!r}")
    made = talk.su(
        "POST", ITEMS, json={"text": "a", "number": 1, "many": ["a"], "rels": [tag(0)], "json": {"a": 1}}
    ).json()
    one = f"{ITEMS}/{made['id']}"
    talk.su("PATCH", one, json={"text": None, "number": None, "many": None, "rels": None, "json": None})
    talk.su("PATCH", one, json={"created": "2020-01-01 00:00:00.000Z", "updated": "2020-01-01 00:00:00.000Z"})
    talk.su("PATCH", one, json={"collectionId": "x", "collectionName": "y", "expand": {"a": 1}, "nope": 1})
    talk.su("GET", one)


def ids(talk: Talk) -> None:
    """Keys: given, generated, refused, looked up."""
    _make_items(talk, [{"name": "t", "type": "text"}], viewRule="")
    for key in (
        *(
            "abcdefghijklmno",
            "abcdefghijklmn",
            "abcdefghijklmnop",
            "ABCDEFGHIJKLMNO",
            "abc_efghijklmno",
            "abcdefghijklmn ",
            "",
            None,
        ),
        *(
            0,
            123456789012345,
            True,
            ["abcdefghijklmn0"],
            {"a": 1},
            "abcdefghijklmno",
            "ábcdefghijklmno",
            "../abcdefghijkl",
        ),
    ):
        talk.su("POST", ITEMS, json={"id": key}, note=f"id {key!r}")
    one = f"{ITEMS}/abcdefghijklmno"
    talk.guest("GET", one)
    for path in ("ABCDEFGHIJKLMNO", "abcdefghijklmn", "abcdefghijklmno%20", "x", "a%2Fb", "%00", "'", "1", "x" * 300):
        talk.guest("GET", f"{ITEMS}/{path}")
    talk.su("PATCH", one, json={"id": "bbbbbbbbbbbbbbb"})
    talk.su("PATCH", one, json={"id": "abcdefghijklmno", "t": "same id"})
    talk.su("PATCH", one, json={"id": ""}, note="an empty id")
    talk.su("PATCH", one, json={"id": None}, note="a null id")
    talk.su("PATCH", f"{ITEMS}/nope", json={"t": "x"})
    talk.su("DELETE", f"{ITEMS}/nope")
    talk.su("DELETE", one)
    talk.su("DELETE", one)
    talk.su("GET", one)
    talk.su("PUT", one, json={})
    talk.su("POST", one, json={})
    talk.su("PATCH", ITEMS, json={})
    talk.su("DELETE", ITEMS)
    talk.su("POST", "/api/collections/nope/records", json={})
    talk.su("PATCH", "/api/collections/nope/records/x", json={})
    talk.su("DELETE", "/api/collections/nope/records/x")
    for path in ("ITEMS", "Items", "items%20", "pbc_2442875294"):
        talk.guest("GET", f"/api/collections/{path}/records/x")
    fields = [
        {
            "name": "id",
            "type": "text",
            "primaryKey": True,
            "required": True,
            "system": True,
            "pattern": "^.+$",
            "min": 0,
            "max": 0,
        },
        {"name": "t", "type": "text"},
    ]
    talk.su("POST", "/api/collections", json={"name": "free", "fields": fields, "viewRule": ""})
    free = "/api/collections/free/records"
    for key in (
        *(
            "a",
            "A",
            "a b",
            "ü",
            "a/b",
            "a.b",
            "a'b",
            'a"b',
            "a`b",
            "a<b",
            "a>b",
            "a:b",
            "a?b",
            "a*b",
            "a%b",
            "a$b",
            "a\\b",
            "a|b",
            "a\tb",
        ),
        *(
            "CON",
            "con",
            "nul",
            "COM1",
            "LPT9",
            "COM10",
            "aux.x",
            "",
            "a-b_c~d",
            "a@b",
            "a,b",
            "x" * 300,
            "a#b",
            "a;b",
            "a=b&c",
            "a\u00a0b",
        ),
    ):
        talk.su("POST", free, json={"id": key}, note=f"free id {key[:20]!r}")
    talk.guest("GET", f"{free}/a")
    talk.guest("GET", f"{free}/a@b")
    talk.guest("GET", f"{free}/a,b")
    talk.guest("GET", f"{free}/%C3%BC")


def validation(talk: Talk) -> None:
    """Every constraint, and what is said when it is not met."""
    talk.su("POST", "/api/collections", json={"name": "tags", "fields": [{"name": "name", "type": "text"}]})
    for index in range(4):
        talk.su("POST", TAGS, json={"id": tag(index)})
    target = talk.su("GET", "/api/collections/tags").json()["id"]
    fields = [
        {"name": "text", "type": "text", "min": 3, "max": 5, "pattern": "^[a-z]+$"},
        {"name": "auto", "type": "text", "autogeneratePattern": "[a-z]{5}-x"},
        {"name": "editor", "type": "editor", "maxSize": 10},
        {"name": "number", "type": "number", "min": -5, "max": 5.5},
        {"name": "whole", "type": "number", "onlyInt": True},
        {"name": "email", "type": "email", "onlyDomains": ["a.co"]},
        {"name": "email2", "type": "email", "exceptDomains": ["a.co"]},
        {"name": "url", "type": "url", "onlyDomains": ["a.co"]},
        {"name": "url2", "type": "url", "exceptDomains": ["a.co"]},
        {"name": "date", "type": "date", "min": "2024-01-01 00:00:00.000Z", "max": "2024-12-31 00:00:00.000Z"},
        {"name": "one", "type": "select", "values": ["a", "b", "c"]},
        {"name": "many", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2},
        {"name": "rel", "type": "relation", "collectionId": target, "maxSelect": 1},
        {"name": "rels", "type": "relation", "collectionId": target, "maxSelect": 3, "minSelect": 2},
        {"name": "json", "type": "json", "maxSize": 10},
        {"name": "geo", "type": "geoPoint"},
        {"name": "password", "type": "password", "min": 3, "max": 6, "pattern": "^[a-z]+$"},
        {"name": "u1", "type": "text"},
        {"name": "u2", "type": "text"},
        {"name": "u3", "type": "text"},
    ]
    indexes = [
        "CREATE UNIQUE INDEX idx_u1 ON items (u1) WHERE u1 != ''",
        "CREATE UNIQUE INDEX idx_u23 ON items (u2, u3) WHERE u2 != ''",
    ]
    _make_items(talk, fields, indexes=indexes)

    def try_(**body: Any) -> None:
        talk.su("POST", ITEMS, json=body, params={"fields": ",".join(body)}, note=str(body))

    for text in ("ab", "abc", "abcde", "abcdef", "ABC", "ab1", "a", "", "äöü", "é" * 3):
        try_(text=text)
    talk.su("POST", ITEMS, json={"auto": ""}, params={"fields": "nope"}, note="generated text")
    try_(auto="given")
    try_(editor="x" * 10)
    try_(editor="x" * 11)
    for number in (-6, -5, 5.5, 5.6, 6, 0, 1e300):
        try_(number=number)
    for number in (1, 1.5, -1.5, 1e3, 1e20, 0.1):
        try_(whole=number)
    for email in ("x@a.co", "x@b.co", "x@A.co", "x", "x@sub.a.co"):
        try_(email=email)
        try_(email2=email)
    for url in ("https://a.co/x", "https://b.co", "https://A.co", "x", "https://sub.a.co", "https://a.co:80"):
        try_(url=url)
        try_(url2=url)
    for date in ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "2024-12-31 00:00:00.001Z"):
        try_(date=date)
    try_(one="d")
    try_(one=["a", "b"])
    try_(many=["a", "d"])
    try_(many=["a", "b", "c"])
    try_(many=["d", "e", "f"])
    try_(rel="nope")
    try_(rel=tag(0))
    try_(rels=[tag(0)])
    try_(rels=[tag(0), tag(1)])
    try_(rels=[tag(0), tag(1), tag(2), tag(3)])
    try_(rels=[tag(0), "nope"])
    try_(rels=[tag(0), tag(0), ""])
    try_(json="x" * 8)
    try_(json="x" * 9)
    try_(json=[1, 2, 3, 4, 5])
    try_(geo={"lon": 200, "lat": 100})
    try_(password="ab")
    try_(password="abcdefg")
    try_(password="ABC")
    try_(password="abc")
    try_(u1="x")
    try_(u1="x")
    try_(u2="x", u3="y")
    try_(u2="x", u3="z")
    try_(u2="x", u3="y")
    try_(text="A", number=9, email="x", date="2020-01-01", one="z", many=["z"], rel="z", url="z", whole=1.5)
    required = [
        {"name": name, "type": name, "required": True}
        for name in ("text", "editor", "number", "bool", "email", "url", "date", "json", "geoPoint", "password")
    ]
    required += [
        {"name": "one", "type": "select", "values": ["a"], "required": True},
        {"name": "many", "type": "select", "values": ["a", "b"], "maxSelect": 2, "required": True},
        {"name": "rel", "type": "relation", "collectionId": target, "maxSelect": 1, "required": True},
        {"name": "rels", "type": "relation", "collectionId": target, "maxSelect": 2, "required": True},
    ]
    talk.su("POST", "/api/collections", json={"name": "needs", "fields": required})
    needs = "/api/collections/needs/records"
    talk.su("POST", needs, json={})
    talk.su(
        "POST",
        needs,
        json={"number": 0, "bool": False, "json": [], "geoPoint": {"lon": 0, "lat": 0}, "date": "garbage", "text": " "},
    )
    for blank in ("", [], {}, "null", '""', "{}", 0, False, "[]", "0"):
        talk.su("POST", needs, json={"json": blank}, params={"fields": "data.json"}, note=f"required json {blank!r}")
    good = {
        "text": "x", "editor": "x", "number": 1, "bool": True, "email": "a@b.co", "url": "https://a.co", "date": "2024-01-01",
        "json": 1, "geoPoint": {"lon": 1, "lat": 1}, "password": "12345678", "one": "a", "many": ["a"], "rel": tag(0), "rels": [tag(0)],
    }  # fmt: skip
    made = talk.su("POST", needs, json=good).json()
    talk.su("PATCH", f"{needs}/{made['id']}", json={"text": "", "number": 0, "bool": False, "many": [], "rels": []})
    talk.su("PATCH", f"{needs}/{made['id']}", json={"text": "new"})
    talk.su("PATCH", f"{needs}/{made['id']}", json={"password": ""}, note="an empty required password")


def modifiers(talk: Talk) -> None:
    """`n+`, `+f`, `f-` and `f:autogenerate`."""
    make_posts(talk)
    collection = talk.su("GET", "/api/collections/posts").json()
    extra = {"name": "auto", "type": "text", "autogeneratePattern": "[0-9]{3}", "max": 20}
    talk.su(
        "PATCH", "/api/collections/posts", json={"fields": [*collection["fields"], extra]}, params={"fields": "name"}
    )
    one = f"{POSTS}/{post(1)}"

    def change(fields: str, **body: Any) -> None:
        talk.su("PATCH", one, json=body, params={"fields": fields}, note=str(body))

    for body in (
        *(
            {"n+": 2},
            {"n-": 0.5},
            {"n+": "3"},
            {"n+": "x"},
            {"n+": None},
            {"n-": None},
            {"n+": True},
            {"n": 1, "n+": 2},
            {"n+": 1, "n-": 5},
        ),
        *({"n+": []}, {"+n": 5}, {"n++": 1}, {"n:each": 1}),
    ):
        change("n", **body)
    for body in (
        *(
            {"sm+": "c"},
            {"sm-": "a"},
            {"+sm": ["a"]},
            {"sm+": ["a", "c"]},
            {"sm-": ["a", "b"]},
            {"sm-": "nope"},
            {"sm+": "nope"},
            {"sm+": None},
        ),
        *(
            {"sm": ["a"], "sm+": "b"},
            {"sm": ["a", "b"], "sm-": "a", "+sm": "c"},
            {"sm+": ""},
            {"sm+": []},
            {"sm-": []},
            {"sm-": None},
        ),
    ):
        change("sm", **body)
    for body in (
        {"s1+": "b"},
        {"s1-": "a"},
        {"s1-": "b"},
        {"+s1": "c"},
        {"s1+": ["a", "b"]},
        {"s1+": ""},
        {"s1-": ["a", "b"]},
        {"s1+": "nope"},
    ):
        change("s1", **body)
    for body in (
        *(
            {"rm+": tag(3)},
            {"rm-": tag(0)},
            {"+rm": [tag(2), tag(0)]},
            {"rm-": [tag(1), tag(2)]},
            {"rm+": "nope"},
            {"rm+": [tag(0), tag(0)]},
        ),
        *({"rm": [], "rm+": tag(1)}, {"rm-": "nope"}, {"rm": tag(0)}),
    ):
        change("rm", **body)
    for body in ({"r1+": tag(1)}, {"r1-": tag(0)}, {"r1-": tag(1)}, {"+r1": tag(2)}, {"r1": None}):
        change("r1", **body)
    for body in (
        {"b+": True},
        {"title+": "x"},
        {"d+": "2024-01-01"},
        {"j+": 1},
        {"g+": 1},
        {"title:autogenerate": "pre"},
        {"hid+": "a"},
    ):
        change("b,title,d,j,g,hid", **body)
    talk.su("POST", POSTS, json={"n+": 5, "sm+": ["a"], "rm+": tag(0), "s1+": "b"}, params={"fields": "n,sm,rm,s1"})
    answer = talk.su("POST", POSTS, json={"auto:autogenerate": "pre-"}, params={"fields": "nope"}).json()
    assert answer == {}
    talk.su("GET", POSTS, params={"filter": "auto ~ 'pre-%'", "fields": "title"}, note="generated with a prefix")
    talk.su("PATCH", one, data={"n+": "2", "sm+": ["a", "b"], "sm-": "c"}, params={"fields": "n,sm"}, note="by form")


def deletion(talk: Talk) -> None:
    """What deleting a record does to those that refer to it."""
    target = talk.su(
        "POST", "/api/collections", json={"name": "tags", "fields": [{"name": "name", "type": "text"}]}
    ).json()["id"]

    def relation(name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "type": "relation", "collectionId": target, "maxSelect": 1, **more}

    fields = [
        {"name": "label", "type": "text"},
        relation("soft"),
        relation("softs", maxSelect=5),
        relation("hard", cascadeDelete=True),
        relation("hards", maxSelect=5, cascadeDelete=True),
    ]
    talk.su("POST", "/api/collections", json={"name": "items", "fields": fields})
    items = talk.su("GET", "/api/collections/items").json()["id"]
    talk.su(
        "POST",
        "/api/collections",
        json={
            "name": "leaves",
            "fields": [
                {"name": "item", "type": "relation", "collectionId": items, "maxSelect": 1, "cascadeDelete": True}
            ],
        },
    )
    talk.su("POST", "/api/collections", json={"name": "strict", "fields": [relation("need", required=True)]})
    talk.su(
        "POST", "/api/collections", json={"name": "stricts", "fields": [relation("needs", required=True, maxSelect=5)]}
    )
    for index in range(9):
        talk.su("POST", TAGS, json={"id": tag(index), "name": str(index)})
    shows = {"fields": "label,soft,softs,hard,hards", "sort": "label"}
    talk.su("POST", ITEMS, json={"label": "a", "soft": tag(0), "softs": [tag(0), tag(1)]})
    talk.su("POST", ITEMS, json={"id": "item00000000001", "label": "b", "hard": tag(0)})
    talk.su("POST", ITEMS, json={"label": "c", "hards": [tag(0), tag(1)]})
    talk.su("POST", ITEMS, json={"label": "d", "hards": [tag(0)]})
    talk.su("POST", "/api/collections/leaves/records", json={"item": "item00000000001"})
    talk.su("DELETE", f"{TAGS}/{tag(0)}")
    talk.su("GET", ITEMS, params=shows)
    talk.su("GET", "/api/collections/leaves/records")
    talk.su("POST", "/api/collections/strict/records", json={"need": tag(2)})
    talk.su("DELETE", f"{TAGS}/{tag(2)}")
    talk.su("POST", "/api/collections/stricts/records", json={"needs": [tag(3), tag(4)]})
    talk.su("DELETE", f"{TAGS}/{tag(3)}")
    talk.su("GET", "/api/collections/stricts/records", params={"fields": "needs"})
    talk.su("DELETE", f"{TAGS}/{tag(4)}")
    talk.su("GET", TAGS, params={"fields": "name", "sort": "name"})
    talk.su("DELETE", "/api/collections/tags/truncate")
    talk.su("DELETE", "/api/collections/strict/truncate")
    talk.su("DELETE", "/api/collections/stricts/truncate")
    talk.su("DELETE", "/api/collections/tags/truncate")
    talk.su("GET", ITEMS, params=shows)
    talk.su("DELETE", "/api/collections/tags")
    talk.su("DELETE", "/api/collections/nope")
    talk.guest("DELETE", "/api/collections/tags/truncate")


def expand(talk: Talk) -> None:
    """`expand`, forward and back, allowed and not."""
    make_posts(talk)
    one = f"{POSTS}/{post(1)}"
    for text in (
        *(
            "r1",
            "rm",
            "r1,rm",
            " r1 , rm ",
            "r1,r1",
            "nope",
            "",
            ",",
            "r1,",
            "title",
            "j",
            "r1.nope",
            "r1.name",
            "nope.r1",
            "R1",
        ),
        *(
            "r1.posts_via_r1",
            "rm.posts_via_rm",
            "rm.posts_via_rm.r1",
            "r1.posts_via_r1.rm.posts_via_rm.r1.posts_via_r1.rm",
        ),
        *("r1..x", ".r1", "posts_via_r1", "*", "hid", "r1.posts_via_title", "r1.nope_via_r1"),
    ):
        talk.su("GET", one, params={"expand": text}, note=f"expand {text}")
        talk.guest("GET", one, params={"expand": text}, note=f"guest expands {text}")
    talk.su("GET", POSTS, params={"expand": "r1,rm", "sort": "id"})
    talk.su("GET", f"{TAGS}/{tag(0)}", params={"expand": "posts_via_rm,posts_via_r1"})
    talk.su("GET", f"{TAGS}/{tag(3)}", params={"expand": "posts_via_rm,posts_via_r1"})
    talk.su("GET", f"{TAGS}/{tag(0)}", params={"expand": "POSTS_via_rm"})
    talk.su("PATCH", "/api/collections/tags", json={"viewRule": "name != 'red'"}, params={"fields": "name"})
    talk.guest("GET", one, params={"expand": "r1,rm"}, note="only what the view rule lets through")
    talk.su(
        "PATCH", "/api/collections/tags", json={"viewRule": "@request.context = 'expand'"}, params={"fields": "name"}
    )
    talk.guest("GET", one, params={"expand": "r1,rm"}, note="the context of an expand")
    talk.guest("GET", f"{TAGS}/{tag(0)}")
    talk.su("PATCH", "/api/collections/posts", json={"viewRule": None}, params={"fields": "name"})
    talk.guest(
        "GET",
        f"{POSTS}",
        params={"expand": "r1.posts_via_r1", "fields": "id,expand"},
        note="back to what may not be viewed",
    )
    talk.su(
        "POST",
        POSTS,
        params={"expand": "r1", "fields": "r1,expand.r1.name"},
        json={"id": "posted000000001", "r1": tag(0)},
    )
    talk.su("PATCH", one, params={"expand": "r1", "fields": "r1,expand.r1.name"}, json={"r1": tag(1)})
    talk.su(
        "PATCH",
        "/api/collections/posts",
        json={"indexes": ["CREATE UNIQUE INDEX idx_r1 ON posts (r1) WHERE r1 != ''"]},
        params={"fields": "name"},
    )
    talk.su("GET", f"{TAGS}/{tag(2)}", params={"expand": "posts_via_r1"}, note="a partial unique index")
    talk.su("PATCH", f"{POSTS}/{post(3)}", params={"fields": "r1"}, json={"r1": tag(3)})
    talk.su("PATCH", "/api/collections/posts", json={"indexes": []}, params={"fields": "name"})
    for index in range(1, 5):
        talk.su("PATCH", f"{POSTS}/{post(index)}", params={"fields": "r1"}, json={"r1": tag(index % 4)})
    talk.su("GET", POSTS, params={"filter": "r1=''", "fields": "id"})
    talk.su("DELETE", f"{POSTS}/posted000000001")
    talk.su(
        "PATCH",
        "/api/collections/posts",
        json={"indexes": ["CREATE UNIQUE INDEX idx_r1 ON posts (r1)"]},
        params={"fields": "name"},
    )
    talk.su(
        "GET",
        f"{TAGS}/{tag(2)}",
        params={"expand": "posts_via_r1", "fields": "id,expand.posts_via_r1.id"},
        note="a unique index",
    )
