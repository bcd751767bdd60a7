"""What is said to both servers about rules, views and batches."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.sessions_records import POSTS, TAGS, make_posts, post, tag
from tests.wire.pocketbase.talk import Talk

# The preview's collection has a random name, and an id made of it.
_PREVIEWED = {"fields": "fields,sample.id,sample.title,sample.collectionName,data,message"}
ITEMS = "/api/collections/items/records"


def rules(talk: Talk) -> None:
    """Each rule: null, empty, met and not met; and what a rule can see of the request."""
    fields: list[dict[str, Any]] = [
        {"name": "t", "type": "text"},
        {"name": "n", "type": "number"},
        {"name": "b", "type": "bool"},
        {"name": "s", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "secret", "type": "text", "hidden": True},
        {"name": "created", "type": "autodate", "onCreate": True},
    ]
    talk.su("POST", "/api/collections", json={"name": "items", "fields": fields})
    talk.su("POST", ITEMS, json={"id": "item00000000001", "t": "one", "n": 1, "secret": "x"})
    talk.su("POST", ITEMS, json={"id": "item00000000002", "t": "two", "n": 2, "b": True})
    one, two, nope = f"{ITEMS}/item00000000001", f"{ITEMS}/item00000000002", f"{ITEMS}/item00000000009"
    every = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")

    def rule(**changed: str | None) -> None:
        talk.su(
            "PATCH", "/api/collections/items", json=changed, params={"fields": ",".join(changed)}, note=str(changed)
        )

    def tour(note: str) -> None:
        talk.guest("GET", ITEMS, note=f"{note}: list")
        talk.guest("GET", one, note=f"{note}: view")
        talk.guest("GET", nope, note=f"{note}: view none")
        talk.guest("POST", ITEMS, json={"t": "new"}, note=f"{note}: create")
        talk.guest("POST", ITEMS, json={"id": "short"}, note=f"{note}: create invalid")
        talk.guest("PATCH", one, json={"t": "one"}, note=f"{note}: update")
        talk.guest("PATCH", nope, json={"t": "x"}, note=f"{note}: update none")
        talk.guest(
            "PATCH", one, content=b"{", headers={"content-type": "application/json"}, note=f"{note}: update malformed"
        )
        talk.guest(
            "POST", ITEMS, content=b"{", headers={"content-type": "application/json"}, note=f"{note}: create malformed"
        )
        talk.guest("DELETE", nope, note=f"{note}: delete none")

    tour("null")
    talk.guest("DELETE", one, note="null: delete")
    rule(**dict.fromkeys(every, "t = 'nobody'"))
    tour("not met")
    talk.guest("DELETE", one, note="not met: delete")
    rule(**dict.fromkeys(every, "n < 2"))
    tour("met by one")
    talk.guest("DELETE", two, note="met by one: delete the other")
    rule(**dict.fromkeys(every, ""))
    tour("empty")
    talk.guest("POST", ITEMS, json={"t": "guest", "secret": "ignored"}, note="hidden fields are dropped")
    talk.su("GET", ITEMS, params={"filter": "t='guest'", "fields": "t,secret"})
    talk.guest("PATCH", one, json={"secret": "ignored"}, note="hidden fields are dropped on update")
    talk.su("GET", one, params={"fields": "secret"})
    talk.su("PATCH", one, json={"secret": "set"})
    rule(listRule="secret != ''")
    talk.guest("GET", ITEMS, params={"fields": "id"}, note="rules may use hidden fields")
    rule(listRule="", viewRule=None)
    talk.guest("GET", ITEMS, params={"filter": "id='item00000000001'", "fields": "id"})
    talk.guest("GET", one)
    talk.guest("PATCH", one, json={"n": 5}, note="the answer of an update needs no view rule")
    rule(viewRule="")
    for text in (
        *(
            "@request.method = 'GET'",
            "@request.query.a = '1'",
            "@request.query.a != ''",
            "@request.query.a:isset = true",
        ),
        *(
            "@request.headers.x_token = 'abc'",
            "@request.headers.x_token:isset = true",
            "@request.auth.id = ''",
            "@request.auth.id = null",
        ),
        *(
            "@request.auth.id != ''",
            "@request.auth.verified = true",
            "@request.context = 'default'",
            "@request.context = 'expand'",
        ),
        *(
            "@request.body.t:isset = false",
            "@request.query.a = 1",
            "@now > '2020-01-01'",
            "@year > 2000 && n > 0",
            "b = true || n = 1",
        ),
        *(
            "t ~ 'on'",
            "secret ~ 'set'",
            "id ?= 'item00000000001'",
            "@collection.items.t ?= 'two'",
            "@collection.items.t = 'two'",
        ),
        *(
            "@collection.items:x.t ?= 'two' && @collection.items:y.t ?= 'one'",
            "created > '2020'",
            "s:length = 0",
            "@request.auth.nope.x = ''",
        ),
    ):
        rule(viewRule=text)
        talk.guest("GET", one, params={"a": "1"}, headers={"X-Token": "abc"}, note=f"view under {text}")
    rule(viewRule="")
    for text in (
        *(
            "@request.body.t = 'x'",
            "@request.body.t:isset = true",
            "@request.body.n:isset = false",
            "t = 'x'",
            "t = @request.body.t",
        ),
        *(
            "@request.body.n > 3",
            "n > 3",
            "@request.body.s:length = 2",
            "@request.body.s:each = 'a'",
            "@request.body.s:each ?= 'a'",
            "s:length = 2",
        ),
        *(
            "@request.body.b = true",
            "b = true",
            "@request.body.t:lower = 'x'",
            "@request.body.t:changed = true",
            "@request.body.t:changed = false",
        ),
        *(
            "@request.method = 'POST'",
            "created = ''",
            "id != ''",
            "secret = ''",
            "@request.body.secret:isset = false",
            "@request.body.nope = ''",
        ),
        *(
            "@request.body.j.a.b = 1",
            "n = 5",
            "@collection.items.t ?= 'two'",
            "@request.body.n = 5",
            "@request.body.n = '5'",
        ),
    ):
        rule(createRule=text)
        talk.guest(
            "POST",
            ITEMS,
            json={"t": "x", "n": 5, "s": ["a", "b"], "b": True},
            params={"fields": "t"},
            note=f"create 1 {text}",
        )
        talk.guest("POST", ITEMS, json={"t": "X", "s": ["a"]}, params={"fields": "t"}, note=f"create 2 {text}")
        talk.guest("POST", ITEMS, json={"n+": 5}, params={"fields": "n"}, note=f"create 3 {text}")
    talk.guest("POST", ITEMS, data={"n": "5"}, params={"fields": "n"}, note="create by form under a rule")
    for text in (
        *(
            "t = 'one'",
            "@request.body.t = 'one'",
            "@request.body.t:changed = false",
            "@request.body.t:changed = true",
            "@request.body.n:changed = false",
        ),
        *(
            "@request.body.t:isset = true",
            "n = 5 && @request.body.n > 3",
            "@request.body.n = 7",
            "n < @request.body.n",
            "@request.method = 'PATCH'",
        ),
    ):
        rule(updateRule=text)
        talk.guest("PATCH", one, json={"t": "one"}, params={"fields": "t"}, note=f"update 1 {text}")
        talk.guest("PATCH", one, json={"t": "uno", "n": 6}, params={"fields": "t,n"}, note=f"update 2 {text}")
        talk.guest("PATCH", one, json={"n+": 1}, params={"fields": "n"}, note=f"update 3 {text}")
        talk.su("PATCH", one, json={"t": "one", "n": 5}, params={"fields": "t,n"}, note="back")
    rule(deleteRule="n = 99")
    talk.guest("DELETE", one)
    talk.guest("DELETE", one, params={"n": "99"})
    rule(deleteRule="n = 5")
    talk.guest("DELETE", one)
    talk.guest("DELETE", one)
    for text in (
        *(
            "nope = 1",
            "n = ",
            "n == 1",
            "(",
            "@request.nope = 1",
            "@collection.nope.id = ''",
            "t:nope = 1",
            "@request.body.t:length = 1",
        ),
        *(
            "strftime(t) = 1",
            "t.x = 1",
            " ",
            "n = 1 //c",
            "@request.auth.x.y.z = 1",
            "@collection.items = 1",
            "collectionName = 'x'",
        ),
    ):
        for name in ("listRule", "createRule"):
            rule(**{name: text})


def hops(talk: Talk) -> None:
    """A guest's filter through relations obeys the rules of what it passes through."""
    make_posts(talk)

    def ask(text: str, note: str) -> None:
        talk.guest("GET", POSTS, params={"filter": text, "fields": "id"}, note=f"{note}: {text}")

    def under(rule: str | None) -> None:
        talk.su("PATCH", "/api/collections/tags", json={"listRule": rule}, params={"fields": "name"})
        note = f"under {rule!r}"
        for text in (
            *(
                "r1.name='red'",
                "r1.name!='red'",
                "rm.name?='red'",
                "rm.name='red'",
                "rm.name!='red'",
                "r1.id!=''",
                "rm.id?!=''",
                "r1.name=''",
            ),
            *(
                "n=1 || r1.name='red'",
                "n>0 && rm.name?~'r'",
                "rm.name?=''",
                "r1.posts_via_r1.n>0",
                "rm.posts_via_rm.title?='Two'",
            ),
        ):
            ask(text, note)
        talk.guest("GET", POSTS, params={"sort": "r1.name,id", "fields": "id"}, note=f"{note}: sort")
        talk.guest("GET", POSTS, params={"sort": "-rm.name,id", "fields": "id"}, note=f"{note}: sort by many")

    under(None)
    under("")
    under("name != 'red'")
    under("name = 'red'")
    under("@request.context = 'default'")
    talk.guest("GET", TAGS, params={"filter": "posts_via_rm.title ?= 'One'", "fields": "id"})
    talk.su("PATCH", "/api/collections/posts", json={"listRule": None}, params={"fields": "name"})
    talk.guest(
        "GET",
        TAGS,
        params={"filter": "posts_via_rm.title ?= 'One'", "fields": "id"},
        note="through what may not be listed",
    )
    talk.guest("GET", TAGS, params={"filter": "posts_via_rm.hid = ''", "fields": "id"})
    talk.su("PATCH", "/api/collections/posts", json={"listRule": "n > 0"}, params={"fields": "name"})
    talk.guest("GET", TAGS, params={"filter": "posts_via_rm.title ?!= ''", "fields": "id"}, note="through some")
    talk.guest("GET", TAGS, params={"filter": "posts_via_rm.hid = ''", "fields": "id"}, note="a hidden field elsewhere")


def views(talk: Talk) -> None:
    """View collections: made, changed, read, refused."""
    make_posts(talk)
    collections = "/api/collections"

    def make(query: str, name: str = "v", **more: Any) -> None:
        talk.su(
            "POST", collections, json={"name": name, "type": "view", "viewQuery": query, **more}, note=f"make {query}"
        )
        # PocketBase's totals of views are wrong now and then.
        talk.su("GET", f"{collections}/{name}/records", params={"sort": "id", "skipTotal": "1"}, note=f"read {query}")
        talk.su("DELETE", f"{collections}/{name}", note=f"drop {query}")

    for query in (
        *(
            "select id, title from posts",
            "SELECT p.id, p.title as head, p.n, p.b, p.d, p.j, p.g, p.s1, p.sm FROM posts p",
        ),
        *(
            "select id, r1, rm from posts",
            "select p.id, p.r1 as tag, t.name, t.id as tid from posts p left join tags t on t.id = p.r1",
        ),
        *(
            "select id, count(*) as c from posts group by id",
            "select id, cast(n as int) as i, cast(n as text) as t, cast(n as bool) as b from posts",
        ),
        *(
            "select id, total(n) as total, sum(n) as sum, max(n) as max, avg(n) as avg from posts group by id",
            "select (row_number() over()) as id, title from posts",
        ),
        *(
            "select id, title || '!' as x, 1 as one, 'text' as t, null as nothing, n+1 as m from posts",
            "select id from posts;",
            "select id, hid from posts",
        ),
        *(
            "select * from posts",
            "select title from posts",
            "select id, title",
            "selec id from posts",
            "",
            "select 1 as id",
            "select 'a' as id, 2 as n",
        ),
        *(
            "select id from nope",
            "select id, nope from posts",
            "delete from posts",
            "select id from posts; delete from posts",
            "select id, id from posts",
        ),
        *(
            "with x as (select id, title from posts) select id, title from x",
            "select id, (select count(*) from tags) as tags from posts",
        ),
        *(
            "select t.id, group_concat(p.title) as titles from tags t left join posts p on p.r1 = t.id group by t.id",
            "select id -- c\nfrom posts",
        ),
        *(
            "select id, cast(n as real) as r, cast(n as decimal) as d, cast(n as integer) as i, cast(n as numeric) as u, cast(n as boolean) as o from posts",
        ),
        *(
            "select id, json_extract(j, '$.a') as a from posts",
            "select distinct id from posts",
            "select id, n as id2 from posts union select id, 1 from tags",
        ),
    ):
        make(query)
    talk.su(
        "POST",
        collections,
        json={
            "name": "stats",
            "type": "view",
            "viewQuery": "select id, title, n, r1 from posts",
            "listRule": "",
            "viewRule": "n > 0",
        },
    )
    stats = f"{collections}/stats/records"
    talk.guest("GET", stats, params={"sort": "-n"})
    talk.guest("GET", stats, params={"filter": "n > 0", "sort": "title"})
    talk.guest("GET", stats, params={"sort": "@rowid"})
    talk.su("GET", stats, params={"sort": "@rowid"})
    talk.guest("GET", f"{stats}/{post(1)}")
    talk.guest("GET", f"{stats}/{post(2)}")
    talk.su("GET", f"{stats}/{post(1)}", params={"expand": "r1"})
    talk.guest("POST", stats, json={"title": "x"})
    talk.su("POST", stats, json={"title": "x"})
    talk.su("PATCH", f"{stats}/{post(1)}", json={"title": "x"})
    talk.su("PATCH", f"{stats}/nope", json={"title": "x"})
    talk.su("DELETE", f"{stats}/{post(1)}")
    talk.guest("DELETE", f"{stats}/{post(1)}")
    talk.su("DELETE", f"{collections}/stats/truncate")
    talk.su("PATCH", f"{collections}/stats", json={"viewQuery": "select id, n from posts"})
    talk.su("GET", stats, params={"sort": "n"})
    talk.su(
        "PATCH", f"{collections}/stats", json={"viewQuery": "select nope from posts"}, note="a bad query and its rules"
    )
    talk.su("PATCH", f"{collections}/stats", json={"createRule": ""})
    talk.su("PATCH", f"{collections}/stats", json={"updateRule": "", "deleteRule": "id=''"})
    talk.su("PATCH", f"{collections}/stats", json={"indexes": ["create index i on stats (n)"]})
    talk.su("PATCH", f"{collections}/stats", json={"fields": []}, note="fields of a view are its query's")
    talk.su("PATCH", f"{collections}/stats", json={"name": "stats2"}, params={"fields": "name,id"})
    talk.su("GET", f"{collections}/stats2/records", params={"sort": "n"})
    talk.su("PATCH", f"{collections}/stats2", json={"listRule": "title = ''"})
    talk.su("PATCH", f"{collections}/stats2", json={"type": "base"})
    talk.su("POST", collections, json={"name": "stats2", "type": "view", "viewQuery": "select id from posts"})
    for query in (
        "select id, title from posts",
        "select nope from posts",
        "",
        "select id from posts limit 1",
        "select *  from posts",
    ):
        talk.su(
            "POST",
            f"{collections}/meta/dry-run-view",
            json={"query": query},
            params=_PREVIEWED,
            note=f"dry run {query}",
        )
    talk.su("POST", f"{collections}/meta/dry-run-view", json={})
    talk.guest("POST", f"{collections}/meta/dry-run-view", json={"query": "select id from posts"})
    talk.su("DELETE", f"{collections}/stats2")
    talk.su("GET", f"{collections}/stats2")


def batch(talk: Talk) -> None:
    """Batches, switched on for both servers beforehand."""
    make_posts(talk)
    talk.su(
        "PATCH",
        "/api/collections/posts",
        json={"createRule": "title != 'no'", "updateRule": "n < 5", "deleteRule": None},
        params={"fields": "name"},
    )

    def send(*requests: Any, who: str = "su", note: str = "") -> None:
        getattr(talk, who)("POST", "/api/batch", json={"requests": list(requests)}, note=note or str(requests)[:150])

    make = {"method": "POST", "url": POSTS, "body": {"title": "b"}}
    send(make)
    send({"method": "POST", "url": POSTS + "?fields=title&expand=r1", "body": {"title": "b", "r1": tag(0)}})
    send(
        {"method": "PATCH", "url": f"{POSTS}/{post(1)}", "body": {"n+": 1}},
        {"method": "PATCH", "url": f"{POSTS}/{post(1)}", "body": {"n+": 1}},
    )
    send(
        {"method": "DELETE", "url": f"{POSTS}/{post(4)}"},
        {"method": "POST", "url": POSTS, "body": {"id": post(4), "title": "again"}},
    )
    send(
        {"method": "PUT", "url": POSTS, "body": {"id": post(4), "title": "put"}},
        {"method": "PUT", "url": POSTS, "body": {"id": post(5), "title": "put"}},
    )
    send({"method": "PUT", "url": POSTS, "body": {"title": "no id"}})
    send({"method": "PUT", "url": POSTS, "body": {"id": "", "title": "empty id"}})
    send(make, {"method": "PATCH", "url": f"{POSTS}/nope", "body": {}}, make)
    send(make, {"method": "POST", "url": POSTS, "body": {"id": "bad"}})
    send(make, {"method": "GET", "url": POSTS})
    send(make, {"method": "POST", "url": "/api/nope"})
    send({"method": "POST", "url": "/api/collections/nope/records", "body": {}})
    send({"method": "post", "url": POSTS, "body": {}}, note="method in lower case")
    send({"method": "POST", "url": "api/collections/posts/records", "body": {}}, note="url without a slash")
    send({"method": "POST", "url": "https://example.com" + POSTS, "body": {}}, note="absolute url")
    send({"method": "POST"}, note="no url")
    send({"url": POSTS}, note="no method")
    send({"method": "POST", "url": POSTS}, note="no body")
    send({"method": "POST", "url": POSTS, "body": []}, note="body is a list")
    send(
        {"method": "POST", "url": POSTS, "body": {"title": "x"}, "headers": {"X-A": "1", "Authorization": "nope"}},
        note="headers",
    )
    send(note="empty")
    send(*[make] * 51, note="51 requests")
    send("x", note="a text as request")
    talk.su("POST", "/api/batch", json={})
    talk.su("POST", "/api/batch", json={"requests": "x"}, note="requests is a text")
    talk.su("POST", "/api/batch", content=b"{", headers={"content-type": "application/json"}, note="malformed")
    talk.su("POST", "/api/batch", note="no body at all")
    send(make, who="guest", note="guest creates")
    send({"method": "POST", "url": POSTS, "body": {"title": "no"}}, who="guest", note="guest creates against the rule")
    send(
        make,
        {"method": "PATCH", "url": f"{POSTS}/{post(2)}", "body": {"title": "g"}},
        who="guest",
        note="guest updates",
    )
    send({"method": "DELETE", "url": f"{POSTS}/{post(2)}"}, who="guest", note="guest deletes")
    send(
        {"method": "PATCH", "url": f"{POSTS}/{post(4)}", "body": {"n": 9}},
        {"method": "PATCH", "url": f"{POSTS}/{post(4)}", "body": {"n": 1}},
        who="guest",
        note="earlier writes are seen",
    )
    talk.su(
        "POST",
        "/api/batch",
        files={"@jsonPayload": (None, f'{{"requests":[{{"method":"POST","url":"{POSTS}","body":{{"title":"mp"}}}}]}}')},
        note="multipart",
    )
    talk.su(
        "POST",
        "/api/batch",
        files={"requests.0.method": (None, "POST"), "requests.0.url": (None, POSTS)},
        note="multipart by parts",
    )
    talk.su("GET", POSTS, params={"fields": "title,n", "sort": "@rowid"})
    talk.su("GET", "/api/batch")
