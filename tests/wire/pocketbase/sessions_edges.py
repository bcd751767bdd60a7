"""What is said to both servers at the edges of the records API: headers, `fields`, macros, functions, contexts, forms."""

# ruff: noqa: E501

from __future__ import annotations

import json
from typing import Any

from tests.wire.pocketbase.sessions_records import POSTS, TAGS, make_posts, post, tag
from tests.wire.pocketbase.talk import Talk

COLLECTIONS = "/api/collections"


def headers(talk: Talk) -> None:
    """Headers of every kind of answer, and preflights for every kind of path."""
    make_posts(talk)
    talk.keep_headers = True
    origin = {"Origin": "https://example.com"}
    for method, path in (
        ("GET", POSTS), ("HEAD", POSTS), ("GET", f"{POSTS}/{post(1)}"), ("HEAD", f"{POSTS}/{post(1)}"), ("GET", f"{POSTS}/nope"), ("DELETE", f"{POSTS}/nope"),
        ("GET", COLLECTIONS), ("GET", f"{COLLECTIONS}/posts"), ("GET", f"{COLLECTIONS}/meta/scaffolds"), ("POST", "/api/batch"), ("POST", POSTS), ("PUT", "/api/collections/import"),
    ):  # fmt: skip
        quiet = {"params": {"fields": "id"}} if method == "GET" else {}
        talk.su(method, path, note=f"{method} {path}", **quiet)
        talk.su(method, path, headers=origin, note=f"{method} {path} with origin", **quiet)
        talk.guest(method, path, headers=origin, note=f"guest {method} {path} with origin", **quiet)
    for path in (
        POSTS,
        f"{POSTS}/{post(1)}",
        COLLECTIONS,
        "/api/batch",
        "/api/health",
        "/api/nope",
        "/api/collections/nope/records",
    ):
        for asked in ("GET", "POST", "PATCH", "DELETE", "NOPE"):
            more = {
                **origin,
                "Access-Control-Request-Method": asked,
                "Access-Control-Request-Headers": "authorization, x-y",
            }
            talk.guest("OPTIONS", path, headers=more, note=f"preflight {asked} {path}")
    talk.guest(
        "OPTIONS", POSTS, headers={**origin, "Access-Control-Request-Method": "POST"}, note="preflight without headers"
    )
    talk.guest("OPTIONS", POSTS, headers={"Access-Control-Request-Method": "POST"}, note="preflight without origin")
    talk.guest("GET", POSTS, headers={"Origin": "null"}, note="origin null")
    talk.su("DELETE", f"{POSTS}/{post(4)}", headers=origin, note="deleted with origin")
    for path in (
        f"{POSTS}/{post(1)}/",
        f"{POSTS}/",
        "/api/collections/posts/",
        "/api//health",
        "/API/health",
        f"{POSTS}/{post(1)}/x",
        "/api/collections/posts/nope",
    ):
        talk.su("GET", path, note=f"path {path}")
        talk.su("POST", path, json={}, note=f"post {path}")


def fields_everywhere(talk: Talk) -> None:
    """`fields` on every endpoint that answers with JSON."""
    make_posts(talk)
    talk.su("PATCH", f"{POSTS}/{post(1)}", json={"title": "<p>Hello   <b>wide</b>\n\n world</p> äöü"})
    one = f"{POSTS}/{post(1)}"
    for text in (
        "title", "title:excerpt(5)", "title:excerpt(5,true)", "title:excerpt(5,false)", "title:excerpt( 5 , true )", "title:excerpt(100,true)", "title:excerpt(0)", "title:excerpt(-1)", "title:excerpt(x)",
        "title:excerpt()", "title:excerpt", "title:excerpt(5,true,x)", "title:EXCERPT(5)", "n:excerpt(1)", "j:excerpt(1)", "j.s:excerpt(1)", "sm:excerpt(1)", "*", "*,expand.r1.name", "expand.*", "expand.r1.*,id",
        "id,id", " id , title ", "id,", ",", "nope", "nope.x", "j.a", "j.a.0", "g.lon", "expand.rm.name", "expand.rm.name:excerpt(2)", "*:excerpt(3)", "id,*", "collectionName", "title.x", "d:excerpt(4)", "title:nope", "title:", "(id)", "a(b", "id:excerpt(1",
    ):  # fmt: skip
        talk.su("GET", one, params={"fields": text, "expand": "r1,rm"}, note=f"view {text}")
        talk.su(
            "GET", POSTS, params={"fields": text, "expand": "r1,rm", "sort": "id", "perPage": "1"}, note=f"list {text}"
        )
    for text in ("id,title:excerpt(3)", "nope", "*"):
        talk.su("PATCH", one, json={"n": 1}, params={"fields": text}, note=f"update {text}")
    talk.su("POST", TAGS, json={"id": tag(8), "name": "eight"}, params={"fields": "name:excerpt(2)"}, note="create")
    talk.su(
        "GET",
        f"{COLLECTIONS}/posts",
        params={"fields": "name,fields.name:excerpt(2),type:excerpt(1,true)"},
        note="collection",
    )
    talk.su(
        "GET",
        COLLECTIONS,
        params={"fields": "name:excerpt(2)", "filter": "name='posts' || name='tags'", "sort": "name"},
        note="collections",
    )
    talk.su(
        "PATCH",
        f"{COLLECTIONS}/posts",
        json={},
        params={"fields": "name:excerpt(2),fields.id"},
        note="collection update",
    )
    talk.su(
        "GET",
        f"{COLLECTIONS}/meta/scaffolds",
        params={"fields": "base.fields.name,view.type:excerpt(2)"},
        note="scaffolds",
    )
    talk.su(
        "POST",
        f"{COLLECTIONS}/meta/dry-run-view",
        json={"query": "select id, title from posts"},
        params={"fields": "fields.name,sample.title:excerpt(2)"},
        note="dry run",
    )
    talk.guest("GET", "/api/collections/nope/records", params={"fields": "status"}, note="errors are not picked")
    talk.guest("GET", POSTS, params={"fields": "title:nope(1)"}, note="a bad modifier for a guest")
    batch = [{"method": "PATCH", "url": f"{one}?fields=n,title:excerpt(2)", "body": {"n": 2}}]
    talk.su("POST", "/api/batch", json={"requests": batch}, note="in a batch")
    talk.su("POST", "/api/batch", json={"requests": batch}, params={"fields": "status,body.n"}, note="of a batch")


def expressions(talk: Talk) -> None:
    """Macros, functions and modifiers in filters and rules, more than the truth table has."""
    make_posts(talk)

    def ask(text: str) -> None:
        talk.su("GET", POSTS, params={"filter": text, "fields": "id", "sort": "id"}, note=text)

    for text in (
        "@now ~ 'Z'", "@now > '2020' && @now < '2100'", "@now = @now", "@yesterday < @now", "@tomorrow > @now", "@todayStart ~ '00:00:00.000Z'", "@todayEnd ~ '23:59:59.999Z'", "@monthStart ~ '-01 00:00:00.000Z'",
        "@monthEnd > @monthStart", "@yearStart ~ '-01-01 00:00:00.000Z'", "@yearEnd ~ '-12-31 23:59:59.999Z'", "@second < 60 && @minute < 60 && @hour < 24", "@day > 0 && @day < 32", "@weekday >= 0", "@year = 2026 || @year != 2026",
        "@NOW > ''", "@todaystart > ''", "@now.x = ''", "@now:lower = ''", "@nowx = ''", "d > @yesterday", "d < @yearStart", "created = ''",
        "geoDistance(g.lon, g.lat, 23.32, 42.69) = 0", "geoDistance(0, 0, 0, 1) > 111 && geoDistance(0, 0, 0, 1) < 112", "geoDistance(g.lon, g.lat, g.lon, g.lat) = 0", "geoDistance(n, n, 0, 0) >= 0", "geoDistance(title, 1, 2, 3) > 0",
        "geoDistance(1, 2, 3, 4, 5) > 0", "geoDistance() > 0", "geodistance(1,2,3,4) > 0", "geoDistance(g, g, 1, 1) > 0", "geoDistance(null, 1, 1, 1) > 0", "geoDistance(@year, 1, 1, 1) > 0", "geoDistance(rm.n, 1, 1, 1) > 0", "geoDistance(-1.5, 2, 3.25, 4) > 0",
        "strftime('%Y', '2024-02-03') = '2024'", "strftime('%d', '2024-02-03', '+1 day') = '04'", "strftime('%Y-%m-%d', d, 'start of month', '+1 month', '-1 day') = '2024-01-31'", "strftime('%s', d) > 0", "strftime('%J', d) > 0",
        "strftime('', d) = ''", "strftime('%w', d) = '1'", "strftime('%W', d) > ''", "strftime('%f', d) > ''", "strftime('%q', d) = ''", "strftime('%Y', 'garbage') = ''", "strftime('%Y', n) = ''", "strftime('%Y', 1700000000, 'unixepoch') = '2023'",
        "strftime('%Y', @now) = '2020'", "strftime('%Y', d, 'nope') = ''", "strftime('%Y', d, 1) = ''", "strftime(title, d) = ''", "strftime('%Y', title) = ''", "strftime('%Y', j.a.0) = ''", "strftime() = ''", "strftime('%Y', d, '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day') = '2024'",
        "strftime('%Y', d, '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day', '+1 day') = '2024'", "lower(title) = 'one'", "length(title) = 3", "title:lower ~ 'ONE'", "title:lower:lower = 'one'", "title:upper = 'ONE'",
        "r1:length = 1", "r1:each = 'x'", "s1:length = 1", "s1:each = 'a'", "s1:length = 0", "sm:length >= 2", "sm:each ~ 'a'", "sm:each ?= 'c'", "rm:length != 0", "rm:each ?= 'tag000000000000'", "j:length > 0", "j.a:length = 2", "j.a:each = 1", "g:length = 0", "title:isset = true", "title:changed = false",
        "@request.body.n:isset = false", "@request.body.n:changed = false", "@request.body.sm:length = 0", "@request.body.sm:each = 'a'", "@request.query.filter:isset = true", "@request.query.filter:length > 0", "@request.headers.user_agent = 'talk'", "@request.headers.user_agent:lower = 'talk'", "@request.headers.x_no:isset = false",
        "@request.auth.id:isset = true", "@request.auth.email:lower ~ 'root'", "@request.auth.collectionName = '_superusers'", "@request.auth.collectionId = 'pbc_3142635823'", "@request.method:lower = 'get'", "@request.method = 'get'", "@request.context = 'default'", "@request.context:lower = 'default'", "@request.context:isset = true", "@request = ''", "@request.auth = ''", "@request.body = ''", "@request.query = ''",
        "@collection.tags.id = ''", "@collection.tags:a.id ?= 'tag000000000000'", "@collection.TAGS.id ?!= ''", "@collection.tags:a:b.id = ''", "@collection.tags.nope = 1", "@collection.tags.posts_via_r1.n ?> 0", "@collection = ''",
        "n = 1 || n = 10 && title = 'nope'", "(n = 1 || n = 10) && (title != '' && (b = true || n > 5))", "((((n=1))))", "n=1 && (n=1 || (n=1 && (n=1 || n=1)))", "n = -0", "n = 1.0", "n = 01", "n = 1e0", "n = '1.0'", "n > 'a'", "title > 1", "b = 'true'", "b = 'false'", "b = null", "b != null", "b ~ '1'", "n ~ '1'", "d ~ '2024-01'", "g ~ 'lon'", "g.lon ~ '23'", "g.nope = null", "g = ''", "g != null",
        "TRUE = true", "True = 1", "NULL = null", "null = ''", "null != ''", "null > 1", "'a' > null", "title ?= 'One'", "title ?!= 'One'", "title ?~ 'o'", "title !~ null", "title ~ ''", "title !~ ''", "title ~ '%'", "title ~ null", "title ~ 1", "title ~ n", "n ~ n", "title = 'One' // x", "// x", "title = 'One' /* x */", "title='One'&&n=1||n=10",
        "title = \"One\"", "title = 'O\"ne'", "title = 'One", "title = One", "title = ''''", "title = '\\'", "title = 'a\\'b'", "title = \"a\\\"b\"", "title=''", "''=''", "1", "title", "title =", "title = ()", "n in (1)", "n = 1 AND n = 1", "n = 1 & n = 1", "n = 1 &&& n = 1", "!n = 1", "n = 1;", "n = (1)", "(n) = 1", "n ! = 1", "n = = 1", "n=1&&", "&&n=1",
        "r1.rm_via_x.id = ''", "r1.posts_via_r1.posts_via_r1.id = ''", "r1.posts_via_rm.n ?> 0", "rm.posts_via_r1.title ?~ 'o'", "posts_via_r1.n > 0", "r1.r1.r1 = ''", "r1.nope = ''", "n.x = 1", "title.x = ''", "d.x = ''", "id.x = ''", "r1.id.x = ''", "j.x.y.z = null", "j.a.5 = null", "j.a.-1 = null", "j..a = null", "j.'a' = 1",
    ):  # fmt: skip
        ask(text)
    for text in (
        "n",
        "-n",
        "+n",
        "n,-title",
        "title:lower",
        "-title:lower",
        "r1.name",
        "-r1.name,id",
        "rm.name",
        "j.n",
        "-j.n",
        "g.lon",
        "@random",
        "-@rowid",
        "@rowid",
        "nope",
        "n:nope",
        "n n",
        "n,,title",
        ",",
        " n ",
        "-",
        "+",
        "--n",
        "sm:length",
        "-sm:length",
        "sm:each",
        "id",
        "collectionId",
        "@request.auth.id",
        "@now",
        "posts_via_r1.n",
        "hid",
        "created",
    ):
        if text not in ("@random", "rm.name", "sm:each", "@request.auth.id", "@now"):
            talk.su("GET", POSTS, params={"sort": text, "fields": "id"}, note=f"sort {text}")


def contexts(talk: Talk) -> None:
    """What rules see of creates and updates by JSON, form and multipart, in and out of batches."""
    fields: list[dict[str, Any]] = [
        {"name": "t", "type": "text"}, {"name": "n", "type": "number"}, {"name": "b", "type": "bool"}, {"name": "j", "type": "json"}, {"name": "d", "type": "date"}, {"name": "e", "type": "email"},
        {"name": "s", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3}, {"name": "s1", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
    ]  # fmt: skip
    target = talk.su(
        "POST", COLLECTIONS, json={"name": "owners", "viewRule": "", "fields": [{"name": "name", "type": "text"}]}
    ).json()["id"]
    fields += [
        {"name": "r", "type": "relation", "collectionId": target, "maxSelect": 1},
        {"name": "rs", "type": "relation", "collectionId": target, "maxSelect": 3},
    ]
    talk.su("POST", COLLECTIONS, json={"name": "items", "fields": fields, "viewRule": ""})
    items = "/api/collections/items/records"
    for index in range(3):
        talk.su(
            "POST",
            "/api/collections/owners/records",
            json={"id": f"owner000000000{index}", "name": f"o{index}"},
            params={"fields": "id"},
        )
    talk.su(
        "POST",
        items,
        json={
            "id": "item00000000001",
            "t": "old",
            "n": 1,
            "s": ["a", "b"],
            "s1": "a",
            "r": "owner0000000001",
            "rs": ["owner0000000000"],
        },
        params={"fields": "id"},
    )
    one = f"{items}/item00000000001"
    full = {
        "t": "5",
        "n": 5,
        "b": True,
        "j": {"a": [1, {"b": "x"}]},
        "d": "2024-01-02",
        "e": "a@b.co",
        "s": ["a", "c"],
        "s1": "b",
        "r": "owner0000000001",
        "rs": ["owner0000000000", "owner0000000002"],
    }
    for text in (
        "@request.body.t = '5'", "@request.body.t = 5", "@request.body.n = 5", "@request.body.n = '5'", "@request.body.n > '4'", "@request.body.b = true", "@request.body.b = 'true'", "@request.body.b = 1", "@request.body.j.a.0 = 1", "@request.body.j.a.1.b = 'x'", "@request.body.j ~ 'x'", "@request.body.j:isset = true", "@request.body.j.a:isset = true", "@request.body.j.nope:isset = false",
        "@request.body.d = '2024-01-02'", "@request.body.d = '2024-01-02 00:00:00.000Z'", "d = '2024-01-02 00:00:00.000Z'", "@request.body.e ~ '@b.co'", "@request.body.s = 'a'", "@request.body.s ~ 'a'", "@request.body.s:length = 2", "@request.body.s:each = 'a'", "@request.body.s:each ?= 'c'", "@request.body.s:each != 'z'", "@request.body.s1 = 'b'", "@request.body.s1:length = 1", "@request.body.s1:each = 'b'",
        "@request.body.r.name = 'o1'", "@request.body.r.name = 'o0'", "@request.body.rs.name ?= 'o2'", "@request.body.rs.name = 'o2'", "@request.body.rs:length = 2", "@request.body.rs:each ?= 'owner0000000002'", "@request.body.rs.id ?= 'owner0000000002'", "@request.body.r = r", "@request.body.t != t", "@request.body.t:changed = true", "@request.body.s:changed = true", "@request.body.nope:changed = false", "@request.body.nope = ''", "@request.body.nope:isset = false", "@request.body.t:lower = '5'",
        "@request.method = 'POST'", "@request.method = 'PATCH'", "@request.context = 'batch'", "@request.context = 'default'", "@request.query.q = '1'", "@request.query.q:isset = true", "@request.headers.content_type ~ 'json'", "@request.headers.x_a = '1'", "id = 'item00000000001'", "t = '5' || t = 'old'", "r.name = 'o1'", "rs.name ?= 'o0'", "s:length = 2", "n = 5 || n = 1", "@collection.owners.id ?= @request.body.r", "@collection.items.t ?= 'old'", "@collection.items.id ?= id",
    ):  # fmt: skip
        talk.su(
            "PATCH",
            f"{COLLECTIONS}/items",
            json={"createRule": text, "updateRule": text},
            params={"fields": "createRule,data,message"},
            note=f"rule {text}",
        )
        query = {"q": "1", "fields": "t"}
        talk.guest("POST", items, json=full, params=query, headers={"X-A": "1"}, note=f"json create {text}")
        talk.guest("PATCH", one, json={"t": "old"}, params=query, headers={"X-A": "1"}, note=f"json update {text}")
        form = {
            "t": "5",
            "n": "5",
            "b": "true",
            "s": ["a", "c"],
            "s1": "b",
            "r": "owner0000000001",
            "rs": ["owner0000000000", "owner0000000002"],
            "j": '{"a":[1,{"b":"x"}]}',
        }
        talk.guest("POST", items, data=form, params=query, note=f"form create {text}")
        parts = [
            (name, (None, item))
            for name, value in form.items()
            for item in (value if isinstance(value, list) else [value])
        ]
        talk.guest("POST", items, files=parts, params=query, note=f"multipart create {text}")
        requests = [
            {"method": "POST", "url": f"{items}?q=1&fields=t", "body": full, "headers": {"X-A": "1"}},
            {"method": "PATCH", "url": f"{one}?fields=t", "body": {"t": "old"}},
        ]
        for request in requests:
            talk.guest("POST", "/api/batch", json={"requests": [request]}, note=f"batch {request['method']} {text}")


def forms(talk: Talk) -> None:
    """Modifiers and payloads by form and multipart; the size of bodies."""
    make_posts(talk)
    one = f"{POSTS}/{post(1)}"
    shown = {"fields": "title,n,b,sm,rm,s1,r1,j"}
    for data in (
        {"n+": "5"}, {"n-": "1.5"}, {"n+": "x"}, {"n+": ""}, {"sm+": "c"}, {"sm-": ["a", "b"]}, {"+sm": "b"}, {"sm": ""}, {"sm": []}, {"rm+": tag(2)}, {"rm-": tag(0)}, {"+rm": tag(3)}, {"rm": ""}, {"s1-": "a"}, {"s1+": "b"}, {"s1": ""}, {"r1": ""}, {"r1+": tag(1)}, {"b": "false"}, {"b": "0"}, {"b": ""}, {"b": "on"}, {"b": "yes"}, {"title": "true"}, {"title": "1.50"}, {"title": ["a", "b"]}, {"j": "[1,2]"}, {"j": "x"}, {"j": ["1", "2"]}, {"j.a": "1"}, {"j[a]": "1"}, {"title[]": "x"},
    ):  # fmt: skip
        talk.su("PATCH", one, data=data, params=shown, note=f"form {data}")
        parts = [
            (name, (None, item))
            for name, value in data.items()
            for item in (value if isinstance(value, list) else [value])
        ]
        if parts:
            talk.su("PATCH", one, files=parts, params=shown, note=f"multipart {data}")
    payload = json.dumps({"title": "payload", "n+": 1, "sm": ["a"], "j": {"x": None}})
    talk.su(
        "PATCH",
        one,
        files=[("@jsonPayload", (None, payload)), ("title", (None, "part"))],
        params=shown,
        note="a payload and a part",
    )
    talk.su(
        "PATCH",
        one,
        files=[
            ("title", (None, "part")),
            ("@jsonPayload", (None, payload)),
            ("@jsonPayload", (None, '{"title":"second"}')),
        ],
        params=shown,
        note="two payloads",
    )
    talk.su("PATCH", one, files=[("@jsonPayload", (None, "{bad"))], params=shown, note="a bad payload")
    talk.su("PATCH", one, json={"@jsonPayload": payload}, params=shown, note="a payload in JSON")
    talk.su("PATCH", one, files=[("title", (None, "a", "application/json"))], params=shown, note="a part with a type")
    talk.su("PATCH", one, files=[("title", ("x.txt", b"a", "text/plain"))], params=shown, note="a file for a text")
    big = "x" * (33 * 1024 * 1024)
    talk.su("PATCH", f"{COLLECTIONS}/posts", json={"name": big}, note="a collection over the limit")
    talk.su("POST", f"{COLLECTIONS}/tags/records", json={"name": big}, note="a record over the limit")
    talk.su("POST", f"{COLLECTIONS}/tags/records", data={"name": big}, note="a form over the limit")
    long = {"filter": "title = '" + "x" * 3600 + "'"}
    talk.su("GET", POSTS, params=long, note="a filter over the limit")
    talk.su("GET", POSTS, params={"filter": " || ".join(["n=1"] * 201), "fields": "id"}, note="201 comparisons")
    talk.su("GET", POSTS, params={"filter": " || ".join(["n=1"] * 200), "fields": "id"}, note="200 comparisons")
    talk.su("GET", POSTS, params={"sort": ",".join(["n"] * 9), "fields": "id"}, note="9 sorts")
    talk.su("GET", POSTS, params={"sort": ",".join(["n"] * 8), "fields": "id"}, note="8 sorts")
    talk.su("GET", POSTS, params={"sort": "n" * 256, "fields": "id"}, note="a long sort")
    talk.su("GET", POSTS, params={"expand": ",".join(["r1"] * 30), "fields": "id", "perPage": "1"}, note="many expands")


def submitted(talk: Talk) -> None:
    """Rules see submitted values as the fields read them."""
    fields: list[dict[str, Any]] = [
        {"name": "t", "type": "text"}, {"name": "n", "type": "number"}, {"name": "b", "type": "bool"}, {"name": "j", "type": "json"}, {"name": "d", "type": "date"}, {"name": "g", "type": "geoPoint"},
        {"name": "s", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3}, {"name": "s1", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1}, {"name": "p", "type": "password"},
    ]  # fmt: skip
    talk.su("POST", COLLECTIONS, json={"name": "items", "fields": fields, "viewRule": ""})
    items = "/api/collections/items/records"
    talk.su(
        "POST",
        items,
        json={"id": "item00000000001", "t": "5", "n": 5, "d": "2024-01-02", "s": ["a"], "s1": "a", "j": {"a": 1}},
        params={"fields": "id"},
    )
    one = f"{items}/item00000000001"
    for body, rules in (
        ({"t": 5}, ("@request.body.t = '5'", "@request.body.t = 5", "@request.body.t:changed = false")),
        ({"t": True}, ("@request.body.t = 'true'", "@request.body.t = true")),
        ({"t": None}, ("@request.body.t = ''", "@request.body.t = null", "@request.body.t:isset = true", "@request.body.t:changed = true")),
        ({"t": ["x"]}, ("@request.body.t ~ 'x'", "@request.body.t = ''")),
        ({"n": "5"}, ("@request.body.n = 5", "@request.body.n = '5'", "@request.body.n:changed = false")),
        ({"n": "x"}, ("@request.body.n = 0", "@request.body.n = 'x'")),
        ({"n": None}, ("@request.body.n = 0", "@request.body.n = null")),
        ({"n+": 2}, ("@request.body.n = 7", "@request.body.n = 2", "@request.body.n:isset = true", "@request.body.n:changed = true")),
        ({"n+": 0}, ("@request.body.n = 5", "@request.body.n:changed = false")),
        ({"b": "true"}, ("@request.body.b = true", "@request.body.b = 'true'")),
        ({"b": 1}, ("@request.body.b = true", "@request.body.b = 1")),
        ({"b": "nope"}, ("@request.body.b = false", "@request.body.b = 'nope'")),
        ({"d": "2024-01-02T00:00:00Z"}, ("@request.body.d = '2024-01-02 00:00:00.000Z'", "@request.body.d ~ 'T'", "@request.body.d:changed = false")),
        ({"d": "garbage"}, ("@request.body.d = ''", "@request.body.d = 'garbage'")),
        ({"s": "a"}, ("@request.body.s ~ 'a'", "@request.body.s:length = 1", "@request.body.s:each = 'a'", "@request.body.s:changed = false")),
        ({"s": ["a", "a"]}, ("@request.body.s:length = 1", "@request.body.s:length = 2", "@request.body.s:changed = false")),
        ({"s+": "b"}, ("@request.body.s:length = 2", "@request.body.s:each ?= 'b'", "@request.body.s:isset = true")),
        ({"s-": "a"}, ("@request.body.s:length = 0", "@request.body.s:changed = true")),
        ({"s1": ["b", "c"]}, ("@request.body.s1 = 'c'", "@request.body.s1 ~ 'b'")),
        ({"j": '{"a":1}'}, ("@request.body.j.a = 1", "@request.body.j ~ 'a'", "@request.body.j:changed = false")),
        ({"j": {"a": {"b": 2}}}, ("@request.body.j.a.b = 2", "@request.body.j:changed = true", "@request.body.j.a:isset = true", "@request.body.j.x:isset = true")),
        ({"g": {"lon": 1, "lat": 2}}, ("@request.body.g.lon = 1", "@request.body.g ~ 'lon'", "@request.body.g:changed = true")),
        ({"g": '{"lon":1,"lat":2}'}, ("@request.body.g.lon = 1",)),
        ({"p": "secret1234"}, ("@request.body.p = 'secret1234'", "@request.body.p:isset = true", "@request.body.p = ''")),
        ({"id": "item00000000001"}, ("@request.body.id = 'item00000000001'", "@request.body.id:changed = false")),
        ({"extra": "5"}, ("@request.body.extra = '5'", "@request.body.extra = 5", "@request.body.extra:isset = true")),
        ({"extra": {"a": [1, 2]}}, ("@request.body.extra.a.1 = 2", "@request.body.extra:isset = true")),
    ):  # fmt: skip
        for rule in rules:
            talk.su(
                "PATCH",
                f"{COLLECTIONS}/items",
                json={"updateRule": rule, "createRule": rule},
                params={"fields": "updateRule,data"},
                note=f"rule {rule} {body}",
            )
            talk.guest("PATCH", one, json=body, params={"fields": "message,data"}, note=f"update {rule} {body}")
            if "id" not in body:
                talk.guest("POST", items, json=body, params={"fields": "message,data"}, note=f"create {rule} {body}")
            talk.su(
                "PATCH",
                one,
                json={"t": "5", "n": 5, "b": False, "d": "2024-01-02", "s": ["a"], "s1": "a", "j": {"a": 1}, "g": None},
                params={"fields": "id"},
                note=f"back {rule} {body}",
            )
