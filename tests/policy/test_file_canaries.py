"""Canaries in files: nobody gets the bytes or the facts of a file that permissions or rules hide, and everybody those
that they don't.

On the Directus wire random permissions on the library and its folders, on the PocketBase wire random rules of records
with files. 8 cases of each by default; `SATCHEL_ORACLE_CASES=200` for a long run.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, note, seed, settings
from hypothesis import strategies as st

from tests.policy.served import Person, canaries, canary, data, two_people
from tests.policy.test_oracle import ASKED, SEED, SETTINGS
from tests.servers import Server
from tests.wire.directus.file_world import upload

pytestmark = [pytest.mark.process, pytest.mark.dialects]
CASES = int(ASKED or 8)
PHASES = [Phase.explicit, Phase.generate]
FACTS = ("title", "description", "location")
Row = Mapping[str, Any]
Rule = tuple[Mapping[str, Any] | None, Callable[[Row], bool]]
"""A condition as a permission has it, and what it means."""


@dataclass(frozen=True)
class Library:
    """`files`: id → its row and the canary in its bytes. `folders`: id → its name, a canary."""

    admin: httpx.Client
    person: Person
    files: Mapping[str, tuple[Row, str]]
    folders: Mapping[str, str]
    rules: Sequence[Rule]


@pytest.fixture(scope="module")
def library(store_on: Server) -> Iterator[Library]:
    with ExitStack() as stack:
        admin = stack.enter_context(store_on.client(store_on.directus_token()))
        person = stack.enter_context(two_people(store_on, admin))[0]
        names = [canary() for _ in range(3)]
        top, other = (data(admin.post("/folders", json={"name": name}))["id"] for name in names[:2])
        inner = data(admin.post("/folders", json={"name": names[2], "parent": top}))["id"]
        folders = dict(zip((top, other, inner), names, strict=True))
        files: dict[str, tuple[Row, str]] = {}
        for place, folder in enumerate((top, top, inner, other, None)):
            facts = {name: canary() for name in FACTS} | ({} if folder is None else {"folder": folder})
            word = canary()
            kind = "text/plain" if place % 2 else "text/csv"
            row = upload(admin, f"{place}.txt", word.encode(), kind, **facts)
            files[row["id"]] = (row, word)
        first, second, *_ = (row for row, _ in files.values())
        parents = {inner: top}
        rules: list[Rule] = [
            (None, lambda row: True),
            ({"folder": {"_eq": top}}, lambda row: row["folder"] == top),
            ({"folder": {"name": {"_eq": names[2]}}}, lambda row: row["folder"] == inner),
            ({"folder": {"parent": {"_eq": top}}}, lambda row: parents.get(row["folder"]) == top),
            ({"folder": {"_null": True}}, lambda row: row["folder"] is None),
            ({"title": {"_eq": first["title"]}}, lambda row: row["id"] == first["id"]),
            ({"id": {"_in": [first["id"], second["id"]]}}, lambda row: row["id"] in (first["id"], second["id"])),
            ({"type": {"_neq": "text/plain"}}, lambda row: row["type"] == "text/csv"),
            ({"uploaded_by": {"_eq": "$CURRENT_USER"}}, lambda row: False),
        ]
        yield Library(admin, person, files, folders, rules)


Grant = tuple[int, tuple[str, ...]]
"""The place of a rule, and fields; () is all of them."""
FIELDS = st.one_of(
    st.just(()),
    st.sets(st.sampled_from(("title", "description", "folder", "type"))).map(lambda names: ("id", *sorted(names))),
)
GRANTS = st.lists(st.tuples(st.integers(0, 8), FIELDS), max_size=2)


def test_the_library(library: Library) -> None:
    @seed(SEED)
    @settings(max_examples=CASES, phases=PHASES, **SETTINGS)
    @given(GRANTS, st.booleans())
    def check(grants: list[Grant], folders: bool) -> None:
        admin, policy = library.admin, library.person.policy
        stale = {"query": {"filter": {"policy": {"_eq": policy}}}}
        assert admin.request("DELETE", "/permissions", json=stale).status_code == 204
        given = [("directus_files", library.rules[place][0], fields) for place, fields in grants]
        given += [("directus_folders", None, ())] * folders
        given += [(name, None, ()) for name in ("directus_revisions", "directus_activity")]
        rows = [
            {
                "policy": policy,
                "collection": name,
                "action": "read",
                "permissions": rule or {},
                "fields": [*fields] or ["*"],
            }
            for name, rule, fields in given
        ]
        data(admin.post("/permissions", json=rows))
        note(f"{[(library.rules[place][0], fields) for place, fields in grants]} folders {folders}")
        check_library(library, grants, folders=folders)

    check()


def check_library(library: Library, grants: list[Grant], *, folders: bool) -> None:
    """`folders`: whether they may be read."""
    client = library.person.client
    facts: set[str] = set(library.folders.values()) if folders else set()
    for row, _ in library.files.values():
        for place, fields in grants:
            if library.rules[place][1](row):
                facts |= {row[name] for name in FACTS if not fields or name in fields}
    past = {row[name] for row, _ in library.files.values() for name in FACTS}
    whole = past if any(place == 0 and not fields for place, fields in grants) else set[str]()
    for what, text in facts_asked(client, library.files):
        hidden = canaries(text) - facts - whole
        assert not hidden, (what, text)
    listed = client.get("/files", params={"limit": -1, "fields": "*"}).text
    assert canaries(listed) == facts - set(library.folders.values()), listed
    for key, (row, word) in library.files.items():
        may = any(library.rules[place][1](row) for place, _ in grants)
        for path in (f"/assets/{key}", f"/assets/{key}?download", f"/assets/{key}/name.txt"):
            answer = client.get(path)
            assert (answer.status_code, word in answer.text) == ((200, True) if may else (403, False)), path
        archive = client.post("/assets/files", json={"ids": [key]})
        assert (archive.status_code == 200) == may
        stored = client.get(f"/api/files/directus_files/{key}/{row['filename_disk']}")
        assert word not in stored.text
    seen = {word for row, word in library.files.values() if any(library.rules[place][1](row) for place, _ in grants)}
    for folder in library.folders:
        answer = client.post(f"/assets/folder/{folder}")
        if answer.status_code == 200:
            assert folders
            with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
                content = b"".join(found.read(name) for name in found.namelist()).decode()
            assert canaries(content) <= seen
            assert canaries(" ".join(found.namelist())) <= facts


def facts_asked(client: httpx.Client, files: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What files are said to be, in every way of reading."""
    for fields in ("*", "*.*.*", "title,folder.name", "id,folder.*"):
        for path in ("/files", "/folders", "/activity", "/revisions"):
            yield f"{path} {fields}", client.get(path, params={"limit": -1, "fields": fields}).text
    for key in files:
        yield key, client.get(f"/files/{key}", params={"fields": "*.*"}).text
    for query in (
        {"alias": {"t": "title"}, "fields": ["t"]},
        {"aggregate": {"min": ["title"], "max": ["description"]}},
        {"groupBy": ["title"], "aggregate": {"count": "*"}},
        {"sort": ["location"], "fields": ["id"]},
    ):
        yield json.dumps(query), client.request("SEARCH", "/files", json={"query": query}).text
    for kind in ("csv", "json", "xml", "yaml"):
        yield kind, client.get("/files", params={"limit": -1, "export": kind}).text
    for inner in ("title", "description", "folder { name }", "location"):
        yield f"GraphQL {inner}", client.post("/graphql/system", json={"query": f"{{ files {{ id {inner} }} }}"}).text
    for name in ("directus_files", "directus_folders"):
        yield f"records of {name}", client.get(f"/api/collections/{name}/records", params={"expand": "folder"}).text


# --- records with files

RULES: Sequence[tuple[str | None, Callable[[Row, Row | None], bool]]] = [
    (None, lambda row, who: False),
    ("", lambda row, who: True),
    ("@request.auth.id != ''", lambda row, who: who is not None),
    ("owner = @request.auth.id", lambda row, who: row["owner"] == (who["id"] if who else "")),
    ("state = 'open'", lambda row, who: row["state"] == "open"),
    ("state = 'open' && owner.name = @request.auth.name", lambda row, who: (
        row["state"] == "open" and who is not None and row["owner"] == who["id"]
    )),
    ("papers_via_paper.state ?= 'open'", lambda row, who: row["state"] == "open"),
]  # fmt: skip
"""A rule as text, and what it means for a record and who asks; the last is the record's own state by a way there and
back (every record is the `paper` of itself)."""


@dataclass(frozen=True)
class Papers:
    """`rows`: records, with their canaries by the name of the field. `tokens`: of two users, and nobody's."""

    root: httpx.Client
    rows: Sequence[dict[str, Any]]
    words: Sequence[Mapping[str, str]]
    people: Sequence[tuple[Row | None, httpx.Client]]


@pytest.fixture(scope="module")
def papers(store_on: Server) -> Iterator[Papers]:
    with ExitStack() as stack:
        root = stack.enter_context(store_on.client())
        root.headers["authorization"] = store_on.pocketbase_token()
        body: dict[str, Any] = {"name": "members", "type": "auth", "fields": [{"name": "name", "type": "text"}]}
        users = made(root, "/api/collections", {**body, "listRule": "", "viewRule": ""})
        file = {"type": "file", "maxSelect": 1, "maxSize": 10000}
        fields = [
            {"name": "state", "type": "text"},
            {"name": "note", "type": "text"},
            {"name": "owner", "type": "relation", "collectionId": users["id"], "maxSelect": 1},
            {"name": "guarded", "protected": True, **file},
            {"name": "loose", **file},
            {"name": "veiled", "protected": True, "hidden": True, **file},
        ]
        body = {"name": "papers", "type": "base", "fields": fields, "listRule": None, "viewRule": None}
        kept = made(root, "/api/collections", body)
        link = {"name": "paper", "type": "relation", "collectionId": kept["id"], "maxSelect": 1}
        answer = root.patch("/api/collections/papers", json={"fields": [*kept["fields"], link]})
        assert answer.status_code == 200, answer.text
        people: list[tuple[Row | None, httpx.Client]] = [(None, stack.enter_context(store_on.client()))]
        for name in ("ann", "bob"):
            given = {
                "email": f"{name}@example.com",
                "password": "1234567890",
                "passwordConfirm": "1234567890",
                "name": name,
            }
            row = made(root, "/api/collections/members/records", given)
            answer = root.post(f"/api/collections/members/impersonate/{row['id']}", json={})
            client = stack.enter_context(store_on.client())
            client.headers["authorization"] = answer.json()["token"]
            people.append((row, client))
        rows: list[dict[str, Any]] = []
        words: list[Mapping[str, str]] = []
        for place in range(4):
            owner = people[1 + place % 2][0]
            assert owner is not None
            own = {name: canary() for name in ("note", "guarded", "loose", "veiled")}
            form = {"state": "open" if place < 2 else "closed", "note": own["note"], "owner": owner["id"]}
            files = {name: ("x.txt", own[name].encode(), "text/plain") for name in ("guarded", "loose", "veiled")}
            answer = root.post("/api/collections/papers/records", data=form, files=files)
            assert answer.status_code == 200, answer.text
            row = answer.json()
            root.patch(f"/api/collections/papers/records/{row['id']}", json={"paper": row["id"]})
            rows.append(row)
            words.append(own)
        yield Papers(root, rows, words, people)


def made(client: httpx.Client, path: str, body: Any) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_files_of_records(papers: Papers) -> None:
    @seed(SEED)
    @settings(max_examples=CASES, phases=PHASES, **SETTINGS)
    @given(st.integers(0, len(RULES) - 1), st.integers(0, len(RULES) - 1))
    def check(listing: int, viewing: int) -> None:
        rules = {"listRule": RULES[listing][0], "viewRule": RULES[viewing][0]}
        note(f"{rules}")
        answer = papers.root.patch("/api/collections/papers", json=rules)
        assert answer.status_code == 200, answer.text
        for who, client in papers.people:
            check_papers(papers, who, client, RULES[listing][1], RULES[viewing][1])

    check()


Means = Callable[[Row, Row | None], bool]


def check_papers(papers: Papers, who: Row | None, client: httpx.Client, listing: Means, viewing: Means) -> None:
    answer = client.post("/api/files/token")
    token = answer.json()["token"] if answer.status_code == 200 else ""
    assert bool(token) == (who is not None)
    listed = {own["note"] for row, own in zip(papers.rows, papers.words, strict=True) if listing(row, who)}
    viewed = {own["note"] for row, own in zip(papers.rows, papers.words, strict=True) if viewing(row, who)}
    path = "/api/collections/papers/records"
    assert canaries(client.get(path).text) == listed
    for query in (
        {"fields": "*,expand.paper.note", "expand": "paper,papers_via_paper"},
        {"sort": "note"},
        {"fields": "note"},
    ):
        text = client.get(path, params=query).text
        assert canaries(text) <= listed | viewed, (query, text)
        assert not any(row["veiled"] in text for row in papers.rows), "the name of a hidden file"
    for row, own in zip(papers.rows, papers.words, strict=True):
        one = client.get(f"{path}/{row['id']}", params={"expand": "paper"})
        assert canaries(one.text) == {own["note"]} & viewed
        assert row["veiled"] not in one.text
        for word in (own["note"], canary()):
            found = client.get(path, params={"filter": f"note = '{word}'", "fields": "id"}).json()
            assert bool(found.get("items")) == (word in listed), (word, found)
        for name in ("guarded", "loose", "veiled"):
            for query in (
                {},
                {"token": token},
                {"token": token, "download": "1"},
                {"token": "x"},
                {"thumb": "10x10", "token": token},
            ):
                answer = client.get(f"/api/files/papers/{row['id']}/{row[name]}", params=query)
                may = name == "loose" or (viewing(row, who) if query.get("token") == token else viewing(row, None))
                shown = (answer.status_code == 200, own[name] in answer.text)
                assert shown == (may, may), (name, query, answer.status_code)
