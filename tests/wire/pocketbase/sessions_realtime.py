"""Sessions about realtime: the same subscriptions and writes with both servers, and the same events in answer."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.wire.pocketbase.listening import Frame, Listener, settle, with_options
from tests.wire.pocketbase.talk import Talk

FENCE = "fence/*"
OPEN = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}


class Ears:
    """The listeners of a session, by name. What they hear is written down as exchanges."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.listeners: dict[str, Listener] = {}
        self.topics: dict[str, tuple[str, ...]] = {}
        talk.su("POST", "/api/collections", json={"name": "fence", "type": "base", **OPEN}, note="fence")

    def open(self, name: str) -> Listener:
        listener = self.listeners[name] = Listener(str(self.talk.client.base_url).rstrip("/"))
        self.talk.name(listener.id, f"<client {name}>")
        return listener

    def follow(self, name: str, *topics: str, token: str = "", more: dict[str, Any] | None = None) -> None:
        listener = self.listeners.get(name) or self.open(name)
        body = {"clientId": listener.id, "subscriptions": [*topics, FENCE], **(more or {})}
        headers = {"Authorization": token} if token else {}
        note = f"{name} follows {topics}"
        answer = self.talk.guest("POST", "/api/realtime", json=body, headers=headers, note=note)
        if answer.status_code == 204:
            self.topics[name] = topics

    def hear(self, note: str, *, ordered: bool = False) -> None:
        """Write down what everybody heard since the last time.

        PocketBase sends the events of one transaction, and those of one event's topics, in an order that hangs on
        chance, so they are sorted unless that order is known.
        """
        self.talk.client.post("/api/collections/fence/records", json={})
        following = [listener for name, listener in self.listeners.items() if name in self.topics]
        for listener in following:
            assert listener.wait(lambda heard=listener: any(frame.event == FENCE for frame in heard.frames))
        # with PocketBase the events of two requests may come the other way round
        settle(following, 0.1)
        for name, listener in self.listeners.items():
            if name in self.topics:
                frames = [frame for frame in listener.frames if frame.event != FENCE]
                listener.frames.clear()
                found = [[frame.id, frame.event, self.talk.plain(_data(frame))] for frame in frames]
                self.talk.note(f"{note}: {name}", found if ordered else sorted(found))

    def close(self) -> None:
        for listener in self.listeners.values():
            listener.close()


def _data(frame: Frame) -> str:
    """The data as it came; where keys are picked, PocketBase has them in an order that hangs on chance."""
    return json.dumps(frame.json, sort_keys=True) if "fields" in frame.event else frame.data


def realtime_handshake(talk: Talk) -> None:
    ears = Ears(talk)
    listener = ears.open("a")
    talk.note("the first event", [listener.hello.event, listener.hello.data])
    talk.note("the bytes", listener.raw.decode())

    def form(note: str, **more: Any) -> None:
        talk.guest("POST", "/api/realtime", note=note, **more)

    form("nothing")
    form("empty object", json={})
    form("empty id", json={"clientId": ""})
    form("unknown id", json={"clientId": "nope", "subscriptions": ["a"]})
    form("unknown id, long", json={"clientId": "a" * 40, "subscriptions": ["a"]})
    form("id of another type", json={"clientId": 5})
    form("too long an id", json={"clientId": "a" * 256})
    form("topics of another type", json={"clientId": listener.id, "subscriptions": {"a": 1}})
    form("a topic of another type", json={"clientId": listener.id, "subscriptions": [1]})
    form("too many topics", json={"clientId": listener.id, "subscriptions": [f"t{n}" for n in range(1001)]})
    form("just as many topics", json={"clientId": listener.id, "subscriptions": [f"t{n}" for n in range(1000)]})
    form("too long a topic", json={"clientId": listener.id, "subscriptions": ["a", "t" * 2501]})
    form("just as long a topic", json={"clientId": listener.id, "subscriptions": ["t" * 2500]})
    form("both wrong", json={"clientId": "", "subscriptions": ["t" * 2501]})
    form("malformed", content="{", headers={"content-type": "application/json"})
    form("another content type", content="{}", headers={"content-type": "text/plain"})
    form("names in capitals", json={"CLIENTID": listener.id, "Subscriptions": ["a"]})
    form("null", json={"clientId": listener.id, "subscriptions": None})
    form("a form", data={"clientId": listener.id, "subscriptions": ["a", "b"]})
    form("a form with one topic", data={"clientId": listener.id, "subscriptions": "a"})
    form("nothing to follow", json={"clientId": listener.id, "subscriptions": []})
    talk.guest("PUT", "/api/realtime", json={})
    talk.guest("DELETE", "/api/realtime")
    ears.close()


def realtime_callers(talk: Talk) -> None:
    """Who a client may become."""
    ears = Ears(talk)
    for name in ("a", "b"):
        ears.follow(name, "x")
    ears.follow("a", "y", token=talk.token)
    ears.follow("a", "y", token=talk.token)
    ears.follow("a", "y")
    ears.follow("a", "y", token="nonsense")
    ears.follow("b", "y", token="nonsense")
    ears.follow("b", "y", token="Bearer " + talk.token)
    ears.follow("a")
    ears.close()


def realtime_topics(talk: Talk) -> None:
    """Names, ids, records and options."""
    ears = Ears(talk)
    authors = talk.su(
        "POST",
        "/api/collections",
        json={"name": "authors", "type": "base", **OPEN, "fields": [{"name": "name", "type": "text"}]},
    ).json()
    posts = talk.su(
        "POST",
        "/api/collections",
        json={
            "name": "posts",
            "type": "base",
            **OPEN,
            "fields": [
                {"name": "title", "type": "text"},
                {"name": "body", "type": "editor"},
                {"name": "count", "type": "number"},
                {"name": "secret", "type": "text", "hidden": True},
                {"name": "author", "type": "relation", "collectionId": authors["id"], "maxSelect": 1},
            ],
        },
    ).json()
    author = talk.guest("POST", "/api/collections/authors/records", json={"name": "Ann"}).json()["id"]
    first = talk.guest("POST", "/api/collections/posts/records", json={"title": "first"}).json()["id"]
    plain = ("posts/*", "posts", f"{posts['id']}/*", posts["id"], f"posts/{first}", f"{posts['id']}/{first}")
    ears.follow("names", *plain)
    ears.follow("others", "POSTS/*", "posts/", "post/*", "*", "posts/none", "posts/*/", "/posts/*", " posts/*", "")
    ears.follow("twice", "posts/*", "posts/*", "posts/*?", "posts/*?a=1")
    raw = 'posts/*?options={"query":{"fields":"id,title"}}'
    spaced = 'posts/*?options={"query": {"fields": "title"}}&x=1'
    ears.follow(
        "options",
        with_options("posts/*", query={"fields": "title"}),
        with_options("posts/*", query={"fields": "title,body:excerpt(3,true)"}),
        with_options("posts/*", query={"fields": "title:nonsense(1)"}),
        with_options("posts/*", query={"fields": "expand.author.name,count", "expand": "author"}),
        with_options("posts/*", query={"expand": "author,none"}),
        with_options("posts/*", query={"expand": "none"}),
        with_options("posts/*", headers={"X-Token": "1"}),
        with_options("posts", query={"fields": "id"}),
        raw,
        spaced,
        "posts/*?options=nonsense",
        "posts/*?options=%7B",
        "posts/*?options=[1]",
        'posts/*?options={"query":5}',
        "posts/*?options=%ZZ",
    )
    filters = (
        "title = 'second'",
        "title != ''",
        "count > 1",
        "author.name = 'Ann'",
        "nope = 1",
        "title = ",
        "secret = ''",
        "@request.auth.id = ''",
        "@collection.authors.name ?= 'Ann'",
        "title ~ 'sec' && author = ''",
    )
    for who, token in (("filters", ""), ("su filters", talk.token)):
        ears.follow(who, *(with_options("posts/*", query={"filter": text}) for text in filters), token=token)
    ears.follow("record filter", with_options(f"posts/{first}", query={"filter": "count > 1"}))
    ears.follow("su", "posts/*", token=talk.token)
    body = {"title": "second", "body": "<p>long <b>text</b></p>", "count": 2, "secret": "s", "author": author}
    second = talk.su("POST", "/api/collections/posts/records", json=body).json()["id"]
    ears.hear("created")
    talk.guest("PATCH", f"/api/collections/posts/records/{first}", json={"count": 5, "author": author})
    ears.hear("changed")
    talk.guest("PATCH", f"/api/collections/posts/records/{first}", json={})
    for listener in ears.listeners.values():
        settle([listener], 0.2)
        listener.frames.clear()  # PocketBase tells of writes that change nothing
    ears.follow("names", "posts/*")
    ears.follow("twice")
    talk.guest("DELETE", f"/api/collections/posts/records/{second}")
    ears.hear("deleted")
    talk.guest("PATCH", "/api/collections/posts/records/nope", json={})
    talk.guest("POST", "/api/collections/posts/records", json={"count": "x", "author": "none"})
    ears.hear("failed")
    ears.close()


def realtime_rules(talk: Talk) -> None:
    """Who is told of what."""
    ears = Ears(talk)
    rule_sets: dict[str, dict[str, Any]] = {
        "closed": {"listRule": None, "viewRule": None},
        "lists": {"listRule": "", "viewRule": None},
        "views": {"listRule": None, "viewRule": ""},
        "shown": {"listRule": "shown = true", "viewRule": "shown = true"},
        "signed": {"listRule": "@request.auth.id != ''", "viewRule": "@request.auth.id != ''"},
        "contexts": {
            "listRule": "@request.context = 'realtime' && @request.method = 'GET'",
            "viewRule": "@request.context = 'default'",
        },
        "asked": {"listRule": "@request.query.key = text", "viewRule": "@request.headers.x_key = text"},
        "bodies": {"listRule": "@request.body.text:isset = false", "viewRule": "@request.body.text = null"},
    }
    fields = [{"name": "shown", "type": "bool"}, {"name": "text", "type": "text"}]
    for name, found in rule_sets.items():
        talk.su("POST", "/api/collections", json={"name": name, "type": "base", **OPEN, **found, "fields": fields})
    made: dict[str, str] = {}
    for name in rule_sets:
        answer = talk.su("POST", f"/api/collections/{name}/records", json={"shown": False, "text": "k"})
        made[name] = answer.json()["id"]
    followed = [f"{name}/*" for name in rule_sets] + [f"{name}/{key}" for name, key in made.items()]
    options = [
        with_options("asked/*", query={"key": "k"}),
        with_options("asked/*", query={"key": "other"}),
        with_options(f"asked/{made['asked']}", headers={"X-Key": "k"}),
        with_options(f"asked/{made['asked']}", headers={"x_key": "k"}),
    ]
    ears.follow("guest", *followed, *options)
    ears.follow("su", *followed, token=talk.token)
    for name, key in made.items():
        talk.su("PATCH", f"/api/collections/{name}/records/{key}", json={"shown": True})
    ears.hear("shown")
    for name, key in made.items():
        talk.su("PATCH", f"/api/collections/{name}/records/{key}", json={"text": "l"})
    ears.hear("another text")
    for name, key in made.items():
        talk.su("PATCH", f"/api/collections/{name}/records/{key}", json={"shown": False, "text": "k"})
    ears.hear("hidden")
    talk.su("PATCH", "/api/collections/closed", json={"listRule": ""})
    talk.su("PATCH", "/api/collections/lists", json={"listRule": None})
    for name, key in made.items():
        talk.su("PATCH", f"/api/collections/{name}/records/{key}", json={"shown": True})
    ears.hear("other rules")
    for name, key in made.items():
        talk.su("DELETE", f"/api/collections/{name}/records/{key}")
    ears.hear("deleted")
    ears.close()


def realtime_deletions(talk: Talk) -> None:
    """What goes along with a record, and who is told."""
    ears = Ears(talk)
    talk.su(
        "POST",
        "/api/collections",
        json={"name": "books", "type": "base", **OPEN, "fields": [{"name": "public", "type": "bool"}]},
    )
    books = talk.su("GET", "/api/collections/books").json()["id"]

    def child(name: str, **relation: Any) -> None:
        field = {"name": "book", "type": "relation", "collectionId": books, "maxSelect": 1, **relation}
        fields = [field, {"name": "text", "type": "text"}]
        found = {**OPEN, "listRule": "book.public = true", "viewRule": "book.public = true"}
        talk.su("POST", "/api/collections", json={"name": name, "type": "base", **found, "fields": fields})

    child("pages", cascadeDelete=True)
    child("holders", required=True)
    talk.su(
        "POST",
        "/api/collections",
        json={
            "name": "loose",
            "type": "base",
            **OPEN,
            "fields": [{"name": "book", "type": "relation", "collectionId": books, "maxSelect": 1}],
        },
    )
    pages = talk.su("GET", "/api/collections/pages").json()["id"]
    talk.su(
        "POST",
        "/api/collections",
        json={
            "name": "marks",
            "type": "base",
            **OPEN,
            "listRule": "page.book.public = true",
            "fields": [
                {"name": "page", "type": "relation", "collectionId": pages, "maxSelect": 1, "cascadeDelete": True}
            ],
        },
    )
    made: dict[str, str] = {}
    for name, public in (("public", True), ("private", False), ("held", True)):
        made[name] = talk.su("POST", "/api/collections/books/records", json={"public": public}).json()["id"]
    for name in ("public", "private"):
        page = talk.su("POST", "/api/collections/pages/records", json={"book": made[name], "text": name}).json()["id"]
        talk.su("POST", "/api/collections/marks/records", json={"page": page})
    talk.su("POST", "/api/collections/holders/records", json={"book": made["held"]})
    talk.su("POST", "/api/collections/loose/records", json={"book": made["public"]})
    for who, token in (("guest", ""), ("su", talk.token)):
        ears.follow(
            who, "books/*", "pages/*", "marks/*", "holders/*", "loose/*", f"books/{made['public']}", token=token
        )
    for name, book in made.items():
        talk.su("DELETE", f"/api/collections/books/records/{book}", note=f"delete {name}")
        ears.hear(f"deleted {name}")
    ears.close()


def realtime_batches(talk: Talk) -> None:
    """All events of a batch after its commit, and none of one that fails."""
    ears = Ears(talk)
    fields = [{"name": "title", "type": "text", "max": 5}]
    talk.su("POST", "/api/collections", json={"name": "posts", "type": "base", **OPEN, "fields": fields})
    ears.follow("guest", "posts/*")

    def request(method: str, url: str, **body: Any) -> dict[str, Any]:
        return {"method": method, "url": f"/api/collections/posts/records{url}", "body": body}

    first, second = "a" * 15, "b" * 15
    talk.guest(
        "POST",
        "/api/batch",
        json={
            "requests": [
                request("POST", "", id=first, title="one"),
                request("POST", "", id=second, title="two"),
                request("PATCH", f"/{first}", title="three"),
                request("DELETE", f"/{second}"),
            ]
        },
    )
    ears.hear("committed")
    talk.guest(
        "POST",
        "/api/batch",
        json={"requests": [request("PATCH", f"/{first}", title="four"), request("POST", "", title="too long")]},
    )
    ears.hear("failed")
    ears.close()


def realtime_values(talk: Talk) -> None:
    """Every kind of field, in an event as in an answer."""
    ears = Ears(talk)
    fields = [
        {"name": "text", "type": "text"},
        {"name": "number", "type": "number"},
        {"name": "bool", "type": "bool"},
        {"name": "email", "type": "email"},
        {"name": "url", "type": "url"},
        {"name": "editor", "type": "editor"},
        {"name": "date", "type": "date"},
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
        {"name": "one", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
        {"name": "many", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "json", "type": "json"},
        {"name": "point", "type": "geoPoint"},
    ]
    found = talk.su("POST", "/api/collections", json={"name": "kinds", "type": "base", **OPEN, "fields": fields}).json()
    related = [
        {"name": "other", "type": "relation", "collectionId": found["id"], "maxSelect": 1},
        {"name": "others", "type": "relation", "collectionId": found["id"], "maxSelect": 9},
    ]
    talk.su("PATCH", "/api/collections/kinds", json={"fields": [*found["fields"], *related]})
    ears.follow("guest", "kinds/*", with_options("kinds/*", query={"expand": "other,others"}))
    full: dict[str, Any] = {
        "text": 'quote " back \\ line\n tab\t <b>é</b> ☃ 😀',
        "number": 1.25,
        "bool": True,
        "email": "a@example.com",
        "url": "https://example.com/?a=1&b=2",
        "editor": "<p>hi</p>",
        "date": "2024-02-29 12:30:00.123Z",
        "one": "b",
        "many": ["c", "a"],
        "json": {"a": {"b": False}, "z": [1, 2.5, None, "x\ny"]},
        "point": {"lon": 1.5, "lat": -2.25},
    }
    first = talk.guest("POST", "/api/collections/kinds/records", json={}).json()["id"]
    ears.hear("nothing given")
    body = {**full, "other": first, "others": [first]}
    second = talk.guest("POST", "/api/collections/kinds/records", json=body).json()["id"]
    ears.hear("all given")
    for note, json_value in (
        ("text", "plain"),
        ("number", 5),
        ("list", [1]),
        ("null", None),
    ):
        talk.guest("PATCH", f"/api/collections/kinds/records/{second}", json={"json": json_value, "number": 1e15})
        ears.hear(f"json of {note}")
    talk.guest("PATCH", f"/api/collections/kinds/records/{second}", json={"number": -0.1, "date": "", "others-": first})
    ears.hear("changed")
    talk.guest("DELETE", f"/api/collections/kinds/records/{second}")
    ears.hear("deleted")
    ears.close()


def realtime_order(talk: Talk) -> None:
    """Many writes in a row: each told once, in order."""
    ears = Ears(talk)
    fields = [{"name": "n", "type": "number"}]
    talk.su("POST", "/api/collections", json={"name": "posts", "type": "base", **OPEN, "fields": fields})
    ears.follow("guest", "posts/*")
    for number in range(40):
        key = f"{number:015d}"
        talk.client.post("/api/collections/posts/records", json={"id": key, "n": number})
        talk.client.patch(f"/api/collections/posts/records/{key}", json={"n": number + 100})
        talk.client.delete(f"/api/collections/posts/records/{key}")
    ears.hear("all", ordered=True)
    time.sleep(0.2)
    talk.note("nothing more", json.dumps([frame.event for frame in ears.listeners["guest"].frames]))
    ears.close()


def realtime_accounts(talk: Talk) -> None:
    """Callers who signed in: rules about them, their addresses, changed passwords, and accounts that go."""
    ears = Ears(talk)
    people = {"listRule": "@request.auth.id != ''", "viewRule": "id = @request.auth.id", "createRule": ""}
    people |= {"updateRule": "id = @request.auth.id", "deleteRule": "id = @request.auth.id"}
    fields = [{"name": "team", "type": "text"}]
    talk.su("POST", "/api/collections", json={"name": "people", "type": "auth", **people, "fields": fields})
    notes = {**OPEN, "listRule": "owner = @request.auth.id", "viewRule": "team = @request.auth.team"}
    fields = [{"name": "owner", "type": "text"}, {"name": "team", "type": "text"}]
    talk.su("POST", "/api/collections", json={"name": "notes", "type": "base", **notes, "fields": fields})
    ids: dict[str, str] = {}
    tokens: dict[str, str] = {}

    def sign_in(name: str, password: str) -> None:
        body = {"identity": f"{name}@example.com", "password": password}
        answer = talk.guest("POST", "/api/collections/people/auth-with-password", json=body, note=f"sign in {name}")
        tokens[name] = answer.json().get("token", "")

    for name in ("ann", "bob", "cid", "dan", "eve"):
        secret = f"password {name}"
        body = {"email": f"{name}@example.com", "password": secret, "passwordConfirm": secret, "team": name[0]}
        body["emailVisibility"] = name == "bob"
        ids[name] = talk.guest("POST", "/api/collections/people/records", json=body, note=f"create {name}").json()["id"]
        sign_in(name, secret)
    shared = talk.su("POST", "/api/collections/notes/records", json={"team": "a"}).json()["id"]
    for name, token in tokens.items():
        ears.follow(name, "people/*", f"people/{ids['ann']}", "notes/*", f"notes/{shared}", token=token)
    ears.follow("guest", "people/*", "notes/*", f"notes/{shared}")
    ears.follow("ann", "people/*", token=tokens["bob"])
    for name, key in ids.items():
        talk.su("POST", "/api/collections/notes/records", json={"owner": key, "team": name}, note=f"note of {name}")
    ears.hear("notes")
    talk.su("PATCH", f"/api/collections/notes/records/{shared}", json={"owner": ids["bob"]}, note="shared")
    ears.hear("shared note")
    for name in ("ann", "bob"):
        path = f"/api/collections/people/records/{ids[name]}"
        talk.guest("PATCH", path, json={"team": "z"}, headers={"Authorization": tokens[name]}, note=f"change {name}")
        ears.hear(f"changed {name}")
    talk.su("PATCH", f"/api/collections/notes/records/{shared}", json={"team": "z"}, note="shared again")
    ears.hear("another team")
    body = {"password": "another password", "passwordConfirm": "another password", "oldPassword": "password ann"}
    path = f"/api/collections/people/records/{ids['ann']}"
    talk.guest("PATCH", path, json=body, headers={"Authorization": tokens["ann"]}, note="password of ann")
    ears.hear("changed password")
    talk.su("POST", "/api/collections/notes/records", json={"owner": ids["ann"]}, note="note after the password")
    ears.hear("after the password")
    ears.follow("ann", "notes/*", token=tokens["ann"])
    sign_in("ann", "another password")
    ears.follow("ann", "notes/*", token=tokens["ann"])
    talk.su("POST", "/api/collections/notes/records", json={"owner": ids["ann"]}, note="note after signing in")
    ears.hear("signed in again")
    path = f"/api/collections/people/records/{ids['bob']}"
    talk.guest("DELETE", path, headers={"Authorization": tokens["bob"]}, note="delete bob")
    ears.hear("deleted bob")
    talk.su("POST", "/api/collections/notes/records", json={"owner": ids["bob"]}, note="note of nobody")
    ears.hear("after the deletion")
    talk.su("PATCH", "/api/collections/people", json={"authToken": {"secret": "s" * 50}}, note="another secret")
    talk.su("POST", "/api/collections/notes/records", json={"owner": ids["cid"]}, note="note after the secret")
    ears.hear("after the secret")
    ears.close()
