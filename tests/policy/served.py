"""A random world behind a real server: the collections, rows and permissions of a case, people, and canaries.

In charge of: making a world over the wire and taking it away, and of saying which canaries somebody may see: that is
the oracle's business alone (`answers`). Used by `test_canaries`.

Every text field in `SECRETS` of every row holds a canary: a text that nobody can guess, so that a whole answer can be
searched for those that must not be in it.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from hypothesis import strategies as st

from satchel.expr.operators.operator import FLAVORS
from satchel.model.catalog import Catalog
from satchel.policy.actor import Actor
from satchel.policy.grant import Grants
from satchel.policy.grants import combine
from tests.policy.answers import Answers
from tests.policy.chance import NUMBERS, TEXTS, all_rows, catalogs, policies
from tests.policy.world import policy_book
from tests.servers import Server

SECRETS = ("c", "k")
CANARY = re.compile(r"zq[0-9a-f]{16}")
RECORDS = ("directus_activity", "directus_revisions", "directus_versions", "directus_shares", "directus_comments")
SIGNAL = "signal"
"""A collection that everybody here may read: a row in it says that all before it was told."""

Rows = dict[str, list[dict[str, Any]]]
Cells = dict[tuple[str, int], frozenset[str]]
"""The fields that show, by collection and key of a row."""


def canary() -> str:
    return f"zq{secrets.token_hex(8)}"


def canaries(text: str) -> set[str]:
    return set(CANARY.findall(text))


@dataclass(frozen=True)
class Story:
    """A random situation. `permissions`: of two people. `changes`: (collection, key, new values), one after another.
    `drafts`: what a version says, by collection and key."""

    catalog: Catalog
    rows: Rows
    permissions: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
    changes: Sequence[tuple[str, int, Mapping[str, Any]]]
    drafts: Mapping[tuple[str, int], Mapping[str, Any]]
    shared: tuple[str, int] | None

    def __repr__(self) -> str:
        lines = ["", f"{self.catalog.collections.keys()} shared {self.shared}"]
        for name, item in self.catalog.collections.items():
            lines.append(f"{name}: {list(item.fields)} rules {dict(item.rules)}")
            lines.extend(f"    {row}" for row in self.rows[name])
        lines.extend(f"{item.many}.{item.many_field} -> {item.one} as {item.one_field}" for item in self.relations)
        for place, held in enumerate(self.permissions):
            lines.extend(f"person {place} reads {row}" for row in held)
        lines.extend(f"change {change}" for change in self.changes)
        lines.extend(f"draft {key} {draft}" for key, draft in self.drafts.items())
        return "\n".join(lines)

    @property
    def relations(self) -> Sequence[Any]:
        return self.catalog.relations


@st.composite
def stories(draw: Any) -> Story:
    catalog = draw(catalogs(lists=False, more=SECRETS))
    rows: Rows = {name: [dict(row) for row in found] for name, found in draw(all_rows(catalog)).items()}
    keys = {name: [row["id"] for row in found] for name, found in rows.items()}
    links = {(item.many, item.many_field): item.one for item in catalog.relations}
    for (name, column), target in links.items():
        for row in rows[name]:
            row[column] = row[column] if row[column] in keys[target or ""] else None
    for found in rows.values():
        for row in found:
            row.update({name: canary() for name in SECRETS})
    places = [(name, key) for name, found in keys.items() for key in found]

    def some(place: tuple[str, int]) -> dict[str, Any]:
        values: dict[str, Any] = {
            "s": draw(st.sampled_from(TEXTS)), "n": draw(st.sampled_from(NUMBERS)), "b": draw(st.booleans()),
        }  # fmt: skip
        for (name, column), target in links.items():
            if name == place[0]:
                values[column] = draw(st.sampled_from([None, *keys[target or ""]]))
        chosen = draw(st.sets(st.sampled_from(sorted(values)), min_size=1))
        return {
            **{name: values[name] for name in chosen},
            **{name: canary() for name in SECRETS if draw(st.booleans())},
        }

    changed = draw(st.lists(st.sampled_from(places), max_size=4)) if places else []
    drafted = draw(st.lists(st.sampled_from(places), max_size=3, unique=True)) if places else []
    return Story(
        catalog,
        rows,
        (_named(draw(policies(catalog))), _named(draw(policies(catalog)))),
        [(*place, some(place)) for place in changed],
        {place: some(place) for place in drafted},
        draw(st.sampled_from(places)) if places else None,
    )


def _named(permissions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules about the key of a user, which is no number here, are about what a user lacks instead."""
    return json.loads(json.dumps(permissions).replace('"$CURRENT_USER"', '"$CURRENT_USER.missing"'))


@dataclass
class Person:
    """Somebody with a policy. `client` asks as them."""

    id: str
    role: str
    policy: str
    token: str
    client: httpx.Client
    permissions: Sequence[Mapping[str, Any]]


@dataclass
class Served:
    """A story that a server tells. `known`: all canaries there ever were, and where: collection, key, field.
    `drafted`: those that only versions hold. `comments`: what was said, and of which item."""

    server: Server
    admin: httpx.Client
    story: Story
    people: list[Person]
    known: dict[str, tuple[str, int, str]] = field(default_factory=dict[str, tuple[str, int, str]])
    drafted: set[str] = field(default_factory=set[str])
    comments: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])

    @property
    def catalog(self) -> Catalog:
        return self.story.catalog

    def rows(self) -> Rows:
        """The rows as they are now."""
        found: Rows = {}
        for name, item in self.catalog.collections.items():
            wanted = ",".join(field.name for field in item.stored_fields)
            found[name] = data(self.admin.get(f"/items/{name}", params={"limit": -1, "fields": wanted}))
        self.note(found)
        return found

    def note(self, rows: Rows) -> None:
        """Remember where canaries are."""
        for name, listed in rows.items():
            for row in listed:
                self.known.update({row[item]: (name, row["id"], item) for item in SECRETS if row[item]})

    # --- what the oracle says

    def grants(self, person: Person) -> Grants:
        return combine(self.catalog, policy_book(person.permissions), policies=("p",))

    def oracle(self, person: Person, rows: Rows) -> Answers:
        who = {"id": person.id}
        actor = Actor(
            "user", collection="directus_users", key=person.id, role=person.role, roles=(person.role,), record=who
        )
        return Answers(self.catalog, rows, self.grants(person), actor, FLAVORS[self.server_kind])

    @property
    def server_kind(self) -> str:
        return (self.server.database_url or "sqlite").partition(":")[0].replace("postgresql", "postgres")

    def shown(self, person: Person, rows: Rows, actions: Iterable[str] = ("list", "view")) -> Cells:
        """The fields that somebody may see in each row, by any of these actions."""
        oracle = self.oracle(person, rows)
        found: Cells = {}
        for name, listed in rows.items():
            for row in listed:
                fields: set[str] = set()
                for action in actions:
                    for grant in oracle.grants.of(name, action):  # type: ignore[arg-type]
                        if oracle.allowed(grant, row):
                            fields |= set(row) if grant.fields is None else grant.fields
                found[(name, row["id"])] = frozenset(fields)
        return found

    def discussed(self, person: Person, rows: Rows) -> set[str]:
        """The comments on items that somebody may see."""
        oracle = self.oracle(person, rows)
        return {
            word
            for word, (name, key) in self.comments.items()
            for row in rows[name]
            if row["id"] == key and any(oracle.allowed(grant, row) for grant in oracle.grants.of(name, "view"))
        }

    def whole(self, person: Person) -> set[str]:
        """Canaries, present and past, of the collections of which somebody may read all rows and fields."""
        grants = self.grants(person)
        names = {
            name
            for name in self.catalog.collections
            if any(grant.where is None and grant.fields is None for grant in grants.of(name, "list"))
        }
        return {word for word, (name, _, _) in self.known.items() if name in names}

    def reached(self, start: tuple[str, int], rows: Rows) -> set[tuple[str, int]]:
        """The rows that relations lead to from one."""
        by_key = {(name, row["id"]): row for name, listed in rows.items() for row in listed}
        found, waiting = {start}, [start]
        while waiting:
            place = waiting.pop()
            steps: list[tuple[str, int]] = []
            for item in self.catalog.relations:
                if item.many == place[0] and place in by_key:
                    steps.append((item.one or "", by_key[place][item.many_field]))
                if item.one == place[0]:
                    steps.extend((item.many, row["id"]) for row in rows[item.many] if row[item.many_field] == place[1])
            fresh = [step for step in steps if step in by_key and step not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return found


def words(rows: Rows, cells: Cells) -> set[str]:
    """The canaries in the fields that show."""
    return {
        row[item]
        for name, listed in rows.items()
        for row in listed
        for item in SECRETS
        if item in cells.get((name, row["id"]), ()) and row[item]
    }


def both(first: Cells, second: Cells) -> Cells:
    return {place: fields & second.get(place, frozenset()) for place, fields in first.items()}


def data(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json()["data"] if answer.content else None


# --- making and taking away


@contextmanager
def served(server: Server, admin: httpx.Client, root: str, people: Sequence[Person], story: Story) -> Iterator[Served]:
    """`root`: the superuser's token on the PocketBase wire. `people`: those of `two_people`."""
    with ExitStack() as stack:
        names = list(story.catalog.collections)
        stack.callback(_take_away, admin, names, [person.id for person in people])
        _make_collections(admin, root, story)
        found = Served(server, admin, story, _permit(admin, people, story))
        for name, listed in story.rows.items():
            if listed:
                data(
                    admin.post(
                        f"/items/{name}", params={"fields": "id"}, json=[_plain(story, name, row) for row in listed]
                    )
                )
        for name, listed in story.rows.items():
            links = [item.many_field for item in story.relations if item.many == name]
            if listed and links:
                linked = [{"id": row["id"], **{link: row[link] for link in links}} for row in listed]
                data(admin.patch(f"/items/{name}", params={"fields": "id"}, json=linked))
        found.note(story.rows)
        yield found


def _plain(story: Story, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    links = {item.many_field for item in story.relations if item.many == name}
    return {key: value for key, value in row.items() if key not in links}


def _make_collections(admin: httpx.Client, root: str, story: Story) -> None:
    for name, item in story.catalog.collections.items():
        fields: list[dict[str, Any]] = []
        for part in item.fields.values():
            made: dict[str, Any] = {"field": part.name, "type": part.type, "meta": {"special": list(part.special)}}
            if part.stored:
                made["schema"] = {"is_primary_key": True} if part.name == "id" else {}
            fields.append(made)
        body = {"collection": name, "schema": {}, "meta": {"versioning": True}, "fields": fields}
        data(admin.post("/collections", json=body))
    for item in story.relations:
        body = {"collection": item.many, "field": item.many_field, "related_collection": item.one}
        data(admin.post("/relations", json={**body, "schema": None, "meta": {"one_field": item.one_field}}))
    for name, item in story.catalog.collections.items():
        if item.rules:
            answer = admin.patch(f"/api/collections/{name}", json=dict(item.rules), headers={"authorization": root})
            assert answer.status_code == 200, (item.rules, answer.text)


def _take_away(admin: httpx.Client, names: Sequence[str], people: Sequence[str]) -> None:
    told = {"query": {"filter": {"recipient": {"_in": list(people)}}, "limit": -1}}
    assert admin.request("DELETE", "/notifications", json=told).status_code == 204
    for name in names:
        for item in admin.get(f"/relations/{name}").json()["data"]:
            admin.delete(f"/relations/{name}/{item['field']}")
    for name in names:
        admin.delete(f"/collections/{name}")


@contextmanager
def two_people(server: Server, admin: httpx.Client) -> Iterator[list[Person]]:
    """People who may do nothing yet."""
    with ExitStack() as stack:
        found: list[Person] = []
        for _ in range(2):
            label = secrets.token_hex(4)
            policy = data(admin.post("/policies", json={"name": label}))["id"]
            role = data(admin.post("/roles", json={"name": label}))["id"]
            data(admin.post("/access", json={"role": role, "policy": policy}))
            token = secrets.token_hex(16)
            user = {"email": f"{label}@example.com", "token": token, "role": role, "status": "active"}
            key = data(admin.post("/users", json=user))["id"]
            found.append(Person(key, role, policy, token, stack.enter_context(server.client(token)), []))
        yield found


def _permit(admin: httpx.Client, people: Sequence[Person], story: Story) -> list[Person]:
    """The people, who may now read what the story says and all records, change everything, and share it."""
    policies = [person.policy for person in people]
    stale = {"query": {"filter": {"policy": {"_in": policies}}}}
    assert admin.request("DELETE", "/permissions", json=stale).status_code == 204
    every = {"permissions": {}, "fields": ["*"]}
    rows: list[dict[str, Any]] = []
    for person, held in zip(people, story.permissions, strict=True):
        own = [{**row, "permissions": row["permissions"] or {}} for row in held]
        own += [{"collection": name, "action": "read", **every} for name in (*RECORDS, SIGNAL)]
        told = {"recipient": {"_eq": "$CURRENT_USER"}}
        own.append({"collection": "directus_notifications", "action": "read", "permissions": told, "fields": ["*"]})
        own += [{"collection": name, "action": "create", **every} for name in ("directus_shares", "directus_versions")]
        names = story.catalog.collections
        own += [{"collection": name, "action": action, **every} for name in names for action in ("update", "share")]
        rows += [
            {**row, "policy": person.policy}
            for row in (*own, {"collection": "directus_versions", "action": "update", **every})
        ]
    data(admin.post("/permissions", json=rows))
    return [replace(person, permissions=held) for person, held in zip(people, story.permissions, strict=True)]
