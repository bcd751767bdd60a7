"""Canaries: whatever somebody asks of a random world, no answer holds what is hidden from them, and answers about items
hold all that is not.

Random catalogs, rows, rules and policies as for the oracle, behind a real server; the oracle says what may be seen.
Asked are items by every way of reading, versions, revisions and activity, comments and notifications, going back,
shares, and what is told of changes. 2 cases by default; `SATCHEL_ORACLE_CASES=200` for a long run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, note, seed, settings
from websockets.typing import Subprotocol

from tests.policy.served import (
    SECRETS,
    SIGNAL,
    Person,
    Rows,
    Served,
    Story,
    both,
    canaries,
    canary,
    data,
    served,
    stories,
    two_people,
    words,
)
from tests.policy.test_oracle import ASKED, SEED, SETTINGS
from tests.servers import Server
from tests.wire.directus.socket_kit import Talk, make
from tests.wire.pocketbase.listening import Listener, with_options

pytestmark = [pytest.mark.process, pytest.mark.dialects]
CASES = int(ASKED or 2)
LATE_SECONDS = 0.1


@pytest.fixture(scope="module")
def admin(store_on: Server) -> Iterator[httpx.Client]:
    with store_on.client(store_on.directus_token()) as client:
        make(client, SIGNAL)
        yield client


@pytest.fixture(scope="module")
def people(store_on: Server, admin: httpx.Client) -> Iterator[list[Person]]:
    with two_people(store_on, admin) as found:
        yield found


def test_no_answer_shows_what_is_hidden(store_on: Server, admin: httpx.Client, people: list[Person]) -> None:
    root = store_on.pocketbase_token()

    @seed(SEED)
    @settings(max_examples=CASES, phases=[Phase.explicit, Phase.generate], **SETTINGS)
    @given(stories())
    def check(story: Story) -> None:
        note(str(story))
        with served(store_on, admin, root, people, story) as world:
            check_told(world)
            for person in world.people:
                check_comments(world, person)
                check_items(world, person)
                check_history(world, person)
                check_guesses(world, person)
            for draft in drafted(world):
                for person in world.people:
                    check_version(world, person, *draft)
                for person in world.people:
                    check_saving(world, person, *draft[:3])
            check_share(world)

    check()


def search(world: Served, what: str, answer: httpx.Response | str, allowed: set[str]) -> set[str]:
    """The canaries of an answer, all of which must be allowed."""
    text = answer if isinstance(answer, str) else answer.text
    found = canaries(text)
    hidden = {word: world.known.get(word) for word in found - allowed}
    assert not hidden, f"{what} shows {hidden}: {text[:2000]}"
    return found


def paths_of(world: Served, name: str, depth: int = 2) -> list[str]:
    """Field paths over relations, there and back: `x.c`, `x.ants_x.c`."""
    found = ["*"]
    if depth:
        for item in world.catalog.relations:
            step = (item.many_field, item.one or "") if item.many == name else (item.one_field, item.many)
            if name in (item.many, item.one) and step[0]:
                found += [f"{step[0]}.{path}" for path in paths_of(world, step[1], depth - 1)]
    return found


def selection(world: Served, person: Person, name: str, depth: int = 2, *, nested: bool = False) -> str:
    """The same for GraphQL: all that may be asked."""
    grants, every = world.grants(person), world.catalog.collections[name].fields
    fields = set(every)
    for action in ("list", "view")[: 1 + nested]:
        fields &= {field for grant in grants.of(name, action) for field in grant.fields or every}  # type: ignore[arg-type]
    parts: list[str] = []
    for item in world.catalog.collections[name].fields.values():
        step = next((to for to in steps(world, name) if to[0] == item.name), None)
        if item.name not in fields or (step is None and not item.stored):
            continue
        if step is None:
            parts.append(item.name)
        elif depth and (inner := selection(world, person, step[1], depth - 1, nested=True)):
            parts.append(f"{item.name} {{ {inner} }}")
    return " ".join(parts)


def steps(world: Served, name: str) -> list[tuple[str, str]]:
    """(field, collection) of the relations of a collection."""
    found = [(item.many_field, item.one or "") for item in world.catalog.relations if item.many == name]
    return found + [
        (item.one_field, item.many) for item in world.catalog.relations if item.one == name and item.one_field
    ]


def asked_items(world: Served, person: Person, client: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    """Items by every way of reading."""
    for name in world.catalog.collections:
        paths = ",".join(paths_of(world, name))
        path = f"/items/{name}"
        yield f"{path} nested", client.get(path, params={"limit": -1, "fields": paths})
        for kind in ("csv", "json", "xml", "yaml"):
            yield f"{path} as {kind}", client.get(path, params={"limit": -1, "fields": paths, "export": kind})
        for query in (
            {"aggregate": {"min": list(SECRETS), "max": list(SECRETS)}},
            {"aggregate": {"count": "*"}, "groupBy": list(SECRETS)},
            {"fields": ["other"], "alias": {"other": "k"}, "sort": ["c"]},
        ):
            yield f"{path} {query}", client.request("SEARCH", path, json={"query": query})
        records = f"/api/collections/{name}/records"
        expand = ",".join(to for to, _ in steps(world, name))
        yield records, client.get(records, params={"expand": expand, "perPage": 500, "sort": "-c"})
        yield f"{records} fields", client.get(records, params={"expand": expand, "fields": "c,k,expand.x.k,*"})
        for row in world.story.rows[name]:
            yield f"{path}/:key", client.get(f"{path}/{row['id']}", params={"fields": paths})
            yield f"{records}/:key", client.get(f"{records}/{row['id']}", params={"expand": expand})
        wanted = selection(world, person, name)
        if wanted:
            yield (
                f"{name} in GraphQL",
                client.post("/graphql", json={"query": f"{{ {name}(limit: -1) {{ {wanted} }} }}"}),
            )


def check_items(world: Served, person: Person) -> None:
    rows = world.rows()
    allowed = words(rows, world.shown(person, rows))
    for name in world.catalog.collections:
        of_this = {name: rows[name]}
        listed = words(of_this, world.shown(person, rows, ["list"]))
        answer = person.client.get(f"/items/{name}", params={"limit": -1, "fields": "*"})
        assert search(world, f"items of {name}", answer, allowed) == listed, answer.text
        answer = person.client.get(f"/api/collections/{name}/records", params={"perPage": 500})
        assert search(world, f"records of {name}", answer, allowed) == listed, answer.text
    for what, answer in asked_items(world, person, person.client):
        search(world, what, answer, allowed)
        assert "GraphQL" not in what or "errors" not in answer.json(), (what, answer.text)


# --- what is told


HISTORY_TABLES = ("directus_revisions", "directus_activity", "directus_versions")
SPOKEN = ("directus_comments", "directus_notifications")


class Ears:
    """Somebody who follows all collections in every way there is."""

    def __init__(self, world: Served, person: Person, stack: ExitStack) -> None:
        names = list(world.catalog.collections)
        self.socket = stack.enter_context(Talk(world.server, token=person.token))
        options = {"path": "/graphql", "subprotocols": [Subprotocol("graphql-transport-ws")]}
        self.graphql = stack.enter_context(Talk(world.server, **options))
        self.graphql.ask(type="connection_init", payload={"access_token": person.token})
        self.stream = Listener(world.server.url, token=person.token)
        stack.callback(self.stream.close)
        self.heard: list[tuple[str, str]] = []
        for name in (*HISTORY_TABLES, *SPOKEN):
            self.heard.append(("first answer", json.dumps(self.socket.follow(name, uid=name, query={"fields": ["*"]}))))
        for name in (*names, SIGNAL):
            for fields in (paths_of(world, name) if name in names else ["*"], ["*"]):
                first = self.socket.follow(name, query={"fields": fields, "limit": -1}, uid=name)
                self.heard.append(("first answer", json.dumps(first)))
                if first.get("status") != "error":
                    break  # else one of the paths may not be followed
            wanted = selection(world, person, name) if name in names else "id"
            if wanted:
                query = f"subscription {{ {name}_mutated {{ key event data {{ {wanted} }} }} }}"
                self.graphql.send(id=name, type="subscribe", payload={"query": query})
        for name, text in zip(SPOKEN, ("comment", "message"), strict=True):
            query = f"subscription {{ {name}_mutated {{ key event data {{ {text} }} }} }}"
            self.graphql.send(id=name, type="subscribe", payload={"query": query})
        assert self.graphql.ask(type="ping") == {"type": "pong"}
        topics = [f"{name}/{row['id']}" for name in names for row in world.story.rows[name]]
        for name in names:
            expand = ",".join(to for to, _ in steps(world, name))
            topics.append(with_options(f"{name}/*", query={"expand": expand}) if expand else f"{name}/*")
        topics += [f"{name}/*" for name in (*HISTORY_TABLES, *SPOKEN)]
        assert self.stream.follow(*topics, f"{SIGNAL}/*").status_code == 204

    def listen(self) -> None:
        """Hear all that comes before the signal, and what comes late."""
        for talk, way in ((self.socket, "WebSocket"), (self.graphql, "GraphQL subscription")):
            message = ""
            while SIGNAL not in message:
                message = json.dumps(talk.next())
                self.heard.append((way, message))
            with suppress(TimeoutError):
                while True:
                    self.heard.append((way, json.dumps(talk.next(LATE_SECONDS))))
        self.heard += [("event stream", frame.data) for frame in self.stream.until(f"{SIGNAL}/*")]


def check_told(world: Served) -> None:
    """Make the changes of the story; what is told of them shows what may be seen at that time."""
    rows = world.rows()
    allowed = [words(rows, world.shown(person, rows)) for person in world.people]
    expected: list[set[str]] = [set() for _ in world.people]
    with ExitStack() as stack:
        ears = [Ears(world, person, stack) for person in world.people]
        for name, key, values in world.story.changes:
            data(world.admin.patch(f"/items/{name}/{key}", params={"fields": "id"}, json=values))
            rows = world.rows()
            fresh = {name: [row for row in rows[name] if row["id"] == key]}
            for place, person in enumerate(world.people):
                allowed[place] |= words(rows, world.shown(person, rows))
                seen = both(world.shown(person, rows, ["list"]), world.shown(person, rows, ["view"]))
                expected[place] |= words(fresh, seen) & set(map(str, values.values()))
        for name, key in list(world.story.drafts)[:1]:
            version = data(world.admin.post("/versions", json={"collection": name, "item": str(key), "key": "told"}))[
                "id"
            ]
            word = canary()
            world.known[word] = (name, key, "c")
            world.drafted.add(word)
            data(world.admin.post(f"/versions/{version}/save", json={"c": word}))
            data(world.admin.delete(f"/versions/{version}"))
        comment_on_all(world)
        data(world.admin.post(f"/items/{SIGNAL}", json={}))
        for place, ear in enumerate(ears):
            discussed = world.discussed(world.people[place], rows)
            allowed[place] |= (world.whole(world.people[place]) - world.drafted) | discussed
            ear.listen()
            found: dict[str, set[str]] = {"WebSocket": set(), "GraphQL subscription": set(), "event stream": set()}
            for way, text in ear.heard:
                found.setdefault(way, set()).update(search(world, way, text, allowed[place]))
            found.pop("first answer")
            for way, told in found.items():
                # the event stream does not tell of the other wire's own tables
                due = expected[place] | (discussed if way != "event stream" else set())
                assert due <= told, (way, place, due - told, ear.heard)


# --- what was said


def comment_on_all(world: Served) -> None:
    """A comment on each item, in which everybody is mentioned."""
    named = " ".join(f"@{person.id}" for person in world.people)
    for name, listed in world.rows().items():
        for row in listed:
            word = canary()
            world.comments[word] = (name, row["id"])
            body = {"collection": name, "item": str(row["id"]), "comment": f"{word} {named}"}
            data(world.admin.post("/comments", params={"fields": "id"}, json=body))


def check_comments(world: Served, person: Person) -> None:
    """Comments show with their items, and so does what tells of them; nobody learns by asking neither."""
    rows = world.rows()
    discussed = world.discussed(person, rows)
    told: set[str] = set()
    for path in ("/comments", "/notifications"):
        text = "comment" if path == "/comments" else "message"
        answer = person.client.get(path, params={"limit": -1})
        assert search(world, path, answer, discussed) == discussed, answer.text
        for query in (
            {"fields": "*.*.*"},
            {"aggregate": {"min": [text], "max": [text]}},
            {"groupBy": [text], "aggregate": {"count": "*"}},
        ):
            answer = person.client.request("SEARCH", path, json={"query": {"limit": -1, **query}})
            told |= search(world, f"{path} {query}", answer, discussed)
        (counted,) = data(person.client.get(path, params={"aggregate[count]": "*"}))
        assert int(counted["count"]) == len(discussed)
        records = f"/api/collections/directus_{path[1:]}/records"
        search(world, records, person.client.get(records, params={"perPage": 500}), discussed)
        query = f"{{ {path[1:]}(limit: -1) {{ {text} }} }}"
        told |= search(world, query, person.client.post("/graphql/system", json={"query": query}), discussed)
        hidden = sorted(set(world.comments) - discussed)[:2]
        for word in hidden:
            for asked in ({"filter": {text: {"_contains": word}}}, {"search": word}):
                answer = person.client.request("SEARCH", path, json={"query": {"aggregate": {"count": "*"}, **asked}})
                assert int(data(answer)[0]["count"]) == 0, (path, asked)
            found = person.client.get(records, params={"filter": f"{text} ~ '{word}'"}).json()
            assert not found.get("totalItems")
        for word in hidden if path == "/comments" else ():
            where = json.dumps({"comment": {"_contains": word}})
            (row,) = data(world.admin.get(path, params={"filter": where, "fields": "id"}))
            assert person.client.get(f"{path}/{row['id']}").status_code == 403
    assert told == discussed


# --- what was


HISTORY = (
    ("/revisions", {"fields": "*.*.*"}),
    ("/revisions", {"fields": "copy,parent.data,version.delta", "alias": {"copy": "delta"}}),
    ("/activity", {"fields": "*,revisions.*,revisions.version.*"}),
    ("/versions", {"fields": "*.*"}),
    ("/shares", {"fields": "*.*"}),
)


def asked_history(client: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    for path, query in HISTORY:
        yield f"{path} {query}", client.request("SEARCH", path, json={"query": {"limit": -1, **query}})
        for kind in ("csv", "json"):
            yield f"{path} as {kind}", client.get(path, params={"limit": -1, "fields": "*.*", "export": kind})
    for function in ("min", "max", "countDistinct"):
        for path, field in (("/revisions", "data"), ("/versions", "delta")):
            yield f"{path} {function}", client.get(path, params={f"aggregate[{function}]": field})
    for path, field in (("/revisions", "data"), ("/revisions", "delta"), ("/versions", "delta")):
        yield f"{path} by {field}", client.get(path, params={"groupBy": field, "aggregate[count]": "*"})
    inner = "data delta version { delta } activity { revisions { data delta } }"
    for text in (f"revisions(limit: -1) {{ {inner} }}", f"activity(limit: -1) {{ revisions {{ {inner} }} }}"):
        yield f"{text} in GraphQL", client.post("/graphql/system", json={"query": f"{{ {text} }}"})
    for name in ("directus_revisions", "directus_versions", "directus_activity"):
        for query in ({}, {"expand": "revisions,version,activity", "fields": "*,data,delta"}, {"sort": "delta"}):
            yield f"records of {name} {query}", client.get(f"/api/collections/{name}/records", params=query)


def check_history(world: Served, person: Person) -> None:
    rows = world.rows()
    whole = world.whole(person)
    allowed = words(rows, world.shown(person, rows)) | whole
    told: set[str] = set()
    for what, answer in asked_history(person.client):
        told |= search(world, what, answer, allowed)
    assert whole - world.drafted <= told


def check_guesses(world: Served, person: Person) -> None:
    """Nobody learns by asking whether something is there, neither."""
    rows = world.rows()
    allowed = words(rows, world.shown(person, rows)) | world.whole(person)
    hidden = sorted(set(world.known) - allowed, key=lambda word: world.known[word])[:4]
    for word in hidden:
        name, _, field = world.known[word]
        for path, query in (
            ("/revisions", {"filter": {"data": {"_contains": "?"}}, "fields": ["id"]}),
            ("/revisions", {"search": "?", "fields": ["id"]}),
            ("/activity", {"filter": {"revisions": {"delta": {"_contains": "?"}}}, "fields": ["id"]}),
            (
                "/activity",
                {"deep": {"revisions": {"_filter": {"delta": {"_contains": "?"}}}}, "fields": ["revisions.id"]},
            ),
            ("/versions", {"filter": {"delta": {"_contains": "?"}}, "fields": ["id"]}),
            (f"/items/{name}", {"filter": {field: {"_eq": "?"}}, "fields": ["id"]}),
            (f"/items/{name}", {"search": "?", "fields": ["id"]}),
        ):
            answers = [
                person.client.request("SEARCH", path, json={"query": json.loads(json.dumps(query).replace("?", text))})
                for text in (word, canary())
            ]
            assert answers[0].json().get("data") == answers[1].json().get("data"), (path, query, answers[0].text)
        asked = [(name, where) for where in (f"{field} = '?'", f"{field} ~ '?'", f"id != 0 && {field} != '?'")]
        asked += [("directus_revisions", where) for where in ("data ~ '?'", "delta ~ '?'", "version.delta ~ '?'")]
        asked += [("directus_versions", "delta ~ '?'"), ("directus_activity", "revisions.data ~ '?'")]
        for place, where in asked:
            records = f"/api/collections/{place}/records"
            answers = [
                person.client.get(records, params={"filter": where.replace("?", text), "fields": "id"})
                for text in (word, canary())
            ]
            assert answers[0].json() == answers[1].json(), (place, where, answers[0].text)


# --- what may be


def drafted(world: Served) -> Iterator[tuple[str, int, str, Rows]]:
    """(collection, key, id of its version, the rows as they would be with it)"""
    for (name, key), draft in world.story.drafts.items():
        made = {"collection": name, "item": str(key), "key": "draft"}
        version = data(world.admin.post("/versions", json=made))["id"]
        data(world.admin.post(f"/versions/{version}/save", json=draft))
        with_draft = {
            other: [{**row, **draft} if (other, row["id"]) == (name, key) else row for row in listed]
            for other, listed in world.rows().items()
        }
        fresh = {name: [row for row in with_draft[name] if row["id"] == key]}
        before = set(world.known)
        world.note(fresh)
        world.drafted |= set(world.known) - before
        yield name, key, version, with_draft


def check_version(world: Served, person: Person, name: str, key: int, version: str, with_draft: Rows) -> None:
    rows = world.rows()
    now, then = world.shown(person, rows), world.shown(person, with_draft)
    allowed = words(rows, now) | world.whole(person) - world.drafted
    shown = words(with_draft, both(now, then))
    for what, answer in asked_version(world, person, name, key, version):
        search(world, what, answer, allowed | shown if "main" in what else shown)
    viewed = both(world.shown(person, rows, ["view"]), world.shown(person, with_draft, ["view"]))
    flat = {name: [row for row in with_draft[name] if row["id"] == key]}
    answer = person.client.get(f"/items/{name}/{key}", params={"version": "draft", "fields": "*"})
    assert search(world, "a version", answer, shown) == words(flat, viewed), answer.text


def asked_version(
    world: Served, person: Person, name: str, key: int, version: str
) -> Iterator[tuple[str, httpx.Response]]:
    client = person.client
    paths = ",".join(paths_of(world, name))
    item = f"/items/{name}/{key}"
    yield f"{item} with a version", client.get(item, params={"version": "draft", "fields": paths})
    yield (
        f"{item} with a raw version",
        client.get(item, params={"version": "draft", "versionRaw": "true", "fields": "id"}),
    )
    listed = {"version": "draft", "fields": paths, "limit": -1, "filter": json.dumps({"id": key})}
    yield f"/items/{name} with versions", client.get(f"/items/{name}", params=listed)
    yield f"/versions/{version}", client.get(f"/versions/{version}", params={"fields": "*"})
    yield f"/versions/{version}/compare, main too", client.get(f"/versions/{version}/compare")
    wanted = selection(world, person, name)
    if wanted:
        for root in ("by_version", "by_id"):
            query = f'{{ {name}_{root}(id: "{key}", version: "draft") {{ {wanted} }} }}'
            main = ", main too" if root == "by_version" else ""
            yield f"{name}_{root} with a version{main}", client.post("/graphql", json={"query": query})


def check_saving(world: Served, person: Person, name: str, key: int, version: str) -> None:
    """What somebody is told who goes on with a version of others, writes it, or goes back: no more than who reads."""
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"/versions/{version}/save", {"n": 2}),
        ("POST", f"/versions/{version}/save", {"b": True, "s": "a"}),
        ("PATCH", f"/items/{name}/{key}", {"n": 1}),
        ("POST", f"/versions/{version}/promote", {"mainHash": ""}),
    ]
    last = data(world.admin.get("/revisions", params={"fields": "id", "limit": 3, "filter": json.dumps({"item": key})}))
    ways += [("POST", f"/utils/revert/{row['id']}", {}) for row in last]
    for method, path, body in ways:
        before = world.rows()
        draft = data(world.admin.get(f"/versions/{version}"))["delta"] or {}
        fields = {field: value for field, value in {**draft, **body}.items() if field in before[name][0]}
        then = {
            other: [{**row, **fields} if (other, row["id"]) == (name, key) else row for row in listed]
            for other, listed in before.items()
        }
        if path.endswith("promote"):
            known = person.client.get(f"/versions/{version}/compare")
            body = {"mainHash": known.json()["data"]["mainHash"]} if known.status_code == 200 else body
        answer = person.client.request(method, path, params={"fields": "*"}, json=body)
        after = world.rows()
        allowed = words(before, world.shown(person, before)) | words(after, world.shown(person, after))
        allowed |= words(then, both(world.shown(person, before), world.shown(person, then)))
        search(world, f"{method} {path}", answer, allowed)


# --- shares


def check_share(world: Served) -> None:
    """A share shows what both its creator and its role may see, of what its item leads to."""
    if world.story.shared is None:
        return
    creator, other = world.people
    name, key = world.story.shared
    body = {"collection": name, "item": str(key), "role": other.role}
    made = creator.client.post("/shares", json=body)
    rows = world.rows()
    mine, theirs = world.shown(creator, rows), world.shown(other, rows)
    if made.status_code != 200:
        return
    share = made.json()["data"]["id"]
    token = data(httpx.post(f"{world.server.url}/shares/auth", json={"share": share}))["access_token"]
    reached = world.reached((name, key), rows)
    cells = {place: fields for place, fields in both(mine, theirs).items() if place in reached}
    allowed = words(rows, cells)
    with world.server.client(token) as guest:
        for what, answer in (*asked_items(world, other, guest), *asked_history(guest)):
            search(world, f"by a share, {what}", answer, allowed)
        view = both(world.shown(creator, rows, ["view"]), world.shown(other, rows, ["view"]))
        flat = {name: [row for row in rows[name] if row["id"] == key]}
        answer = guest.get(f"/items/{name}/{key}", params={"fields": "*"})
        assert search(world, "a shared item", answer, allowed) == words(flat, view), answer.text
    check_told_by_share(world, token, allowed)


def check_told_by_share(world: Served, token: str, allowed: set[str]) -> None:
    """What somebody with a share is told of changes, of its item and of others beside it."""
    assert world.story.shared is not None
    name, _ = world.story.shared
    creator, other = world.people
    with Talk(world.server, token=token) as talk:
        for fields in (paths_of(world, name), ["*"]):
            heard = [json.dumps(talk.follow(name, uid=str(len(fields)), query={"fields": fields}))]
        for row in world.rows()[name]:
            data(world.admin.patch(f"/items/{name}/{row['id']}", params={"fields": "id"}, json={"k": canary()}))
        rows = world.rows()
        reached = world.reached(world.story.shared, rows)
        now = both(world.shown(creator, rows), world.shown(other, rows))
        allowed = allowed | words(rows, {place: fields for place, fields in now.items() if place in reached})
        with suppress(TimeoutError):
            while True:
                heard.append(json.dumps(talk.next(5 * LATE_SECONDS)))
        for text in heard:
            search(world, "told by a share", text, allowed)
