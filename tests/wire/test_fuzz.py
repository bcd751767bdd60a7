"""Random and hostile requests: whatever a caller sends is answered, and nothing of it is the server's fault.

Every request is drawn from names and pieces that are partly right, so that it gets past the first check, and must not
be answered with a 5xx. `SATCHEL_SEED` replays a run; 150 requests on SQLite by default, 1,500 on every database in the
long run.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server

pytestmark = pytest.mark.process

JSON = {"content-type": "application/json"}
SEED = int(os.environ.get("SATCHEL_SEED") or random.SystemRandom().randrange(2**32))
HEAVY = [pytest.mark.heavy, pytest.mark.dialects]
KINDS = [pytest.param(kind, marks=[] if kind == "sqlite" else HEAVY) for kind in DATABASES]
RECORDS, ITEMS = "/api/collections/things/records", "/items/things"
FIELDS = ("id", "title", "score", "big", "price", "ratio", "open", "born", "at", "data", "code", "parent", "parts")
ODD_NAMES = (
    "nope",
    "",
    "*",
    "*.*.*",
    "a.b.c.d.e.f.g.h.i.j.k.l",
    "title.x",
    "data.a.0",
    "ü",
    "'",
    '"',
    "$NOW",
    "year(at)",
    "json(data, a[0].b)",
    "count(parts)",
    "parts.parts.parts.title",
    "parent.parent.score",
    "@random",
    "@rowid",
    "things_via_parent.title",
    "@request.auth.id",
    "@collection.things.title",
    "title:lower",
    "parts:each",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    -0.0,
    2**31,
    2**63 - 1,
    2**63,
    2**80,
    -(2**80),
    "",
    "x",
    "a\0b",
    "\ud800",
    "🐜",
    "%_\\",
    "'; DROP TABLE things; --",
    "x" * 5000,
    [],
    {},
    [1, [2, [3]]],
    {"a": {"b": None}},
    "2024-02-30",
    "2024-02-29",
    "9999-12-31T23:59:59.999Z",
    "-271821-04-20",
    "NaN",
    "Infinity",
    "1e999",
    "$CURRENT_USER",
    "$NOW(-1 week)",
    "@now",
    "00000000-0000-0000-0000-000000000000",
    {"_eq": 1},
    [None],
    [[]],
    "{",
    "true",
)
NUMBERS = (
    "0",
    "-1",
    "1",
    "1.5",
    "x",
    "",
    "99999999999999999999",
    "-9223372036854775808",
    "9223372036854775807",
    "1e3",
    "٣",
)
OPERATORS = (
    "_eq",
    "_neq",
    "_lt",
    "_gte",
    "_in",
    "_nin",
    "_null",
    "_nnull",
    "_contains",
    "_icontains",
    "_starts_with",
    "_between",
    "_nbetween",
    "_empty",
    "_nempty",
    "_regex",
    "_intersects_bbox",
    "_json",
    "_some",
    "_none",
    "_nope",
)
MORE_PATHS = (
    "/api/collections",
    "/api/collections/things",
    "/api/collections/nope/records",
    "/items/nope",
    "/fields/things",
    "/collections/things",
    "/relations/things",
    "/users/me",
    "/users",
    "/roles",
    "/policies",
    "/permissions",
    "/server/info",
    "/server/health",
    "/api/health",
    "/api/batch",
    "/auth/refresh",
    "/utils/hash/verify",
    "/%00",
    "/items/things/%ff",
    "/api/collections/things/records/a%2Fb",
    "/items/things/1,2",
    "/api/settings",
)


def column(name: str, storage: str, **schema: Any) -> dict[str, Any]:
    return {"field": name, "type": storage, "schema": schema, "meta": {}}


def prepare(admin: httpx.Client) -> None:
    fields = [
        column("id", "integer", is_primary_key=True, has_auto_increment=True),
        column("title", "string"),
        column("score", "integer"),
        column("big", "bigInteger"),
        column("price", "decimal"),
        column("ratio", "float"),
        column("open", "boolean"),
        column("born", "date"),
        column("at", "timestamp"),
        column("data", "json"),
        column("code", "uuid"),
        column("parent", "integer"),
        {"field": "parts", "type": "alias", "schema": None, "meta": {"special": ["o2m"]}},
    ]
    made = admin.post("/collections", json={"collection": "things", "schema": {}, "meta": {}, "fields": fields})
    assert made.status_code == 200, made.text
    body = {"collection": "things", "field": "parent", "related_collection": "things", "meta": {"one_field": "parts"}}
    assert admin.post("/relations", json=body).status_code == 200
    for number in range(1, 6):
        row = {"title": f"t{number}", "score": number, "parent": number - 1 or None, "data": {"a": [number]}}
        assert admin.post(ITEMS, json=row).status_code == 200


@dataclass
class Target:
    kind: str
    server: Server
    admin: httpx.Client
    guest: httpx.Client


@pytest.fixture(scope="module", params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with (
        fresh_database(request.param) as url,
        running_server(folder, url) as server,
        server.client() as guest,
        server.client(server.directus_token()) as admin,
    ):
        prepare(admin)
        yield Target(request.param, server, admin, guest)


class Chance:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.choice = self.random.choice

    def name(self) -> str:
        return self.choice(FIELDS) if self.random.random() < 0.7 else self.choice(ODD_NAMES)

    def filter(self, depth: int = 3) -> Any:
        if depth and self.random.random() < 0.3:
            return {
                self.choice(("_and", "_or", "_not")): [self.filter(depth - 1) for _ in range(self.random.randrange(3))]
            }
        if self.random.random() < 0.1:
            return self.choice(VALUES)
        operand = self.filter(depth - 1) if depth and self.random.random() < 0.2 else self.choice(VALUES)
        inner = {self.choice(OPERATORS): operand} if self.random.random() < 0.9 else operand
        return {self.name(): inner}

    def text(self) -> str:
        left, operator = self.name(), self.choice(("=", "!=", "~", "?=", ">", "<=", "?!~", "==", ""))
        value = self.choice(VALUES)
        right = (
            self.name()
            if self.random.random() < 0.2
            else json.dumps(value)
            if self.random.random() < 0.7
            else str(value)
        )
        found = f"{left} {operator} {right}"
        joined = self.choice((found, f"({found})", f"{found} && {self.name()} = 1", f"{found} || (", found * 3))
        return joined.encode("utf-8", "replace").decode()

    def parameters(self) -> list[tuple[str, str]]:
        makers = {
            "filter": lambda: self.text() if self.random.random() < 0.5 else json.dumps(self.filter()),
            "sort": lambda: ",".join(
                self.choice(("", "-", "+")) + self.name() for _ in range(self.random.randrange(1, 4))
            ),
            "fields": lambda: ",".join(self.name() for _ in range(self.random.randrange(1, 5))),
            "expand": lambda: ",".join(self.name() for _ in range(2)),
            "deep": lambda: json.dumps(
                {self.name(): {f"_{self.choice(('filter', 'sort', 'limit', 'page'))}": self.filter()}}
            ),
            "alias": lambda: json.dumps({"x": self.name(), "y": self.choice(VALUES)}),
            "search": lambda: str(self.choice(VALUES)).encode("utf-8", "replace").decode(),
            "groupBy": self.name,
            "meta": lambda: self.choice(("*", "total_count", "x")),
            "export": lambda: self.choice(("csv", "json", "xml", "yaml", "x")),
            "version": lambda: "main",
            **{name: lambda: self.choice(NUMBERS) for name in ("page", "perPage", "limit", "offset", "skipTotal")},
            f"aggregate[{self.choice(('count', 'sum', 'avg', 'min', 'maxx', 'countAll'))}]": self.name,
            f"filter[{self.name()}][{self.choice(OPERATORS)}]": lambda: str(self.choice(NUMBERS)),
            f"deep[{self.name()}][_limit]": lambda: self.choice(NUMBERS),
        }
        return [(name, makers[name]()) for name in self.random.sample(sorted(makers), self.random.randrange(5))]

    def body(self) -> bytes | None:
        kind = self.random.randrange(12)
        if kind < 2:
            return None
        if kind == 2:
            return self.choice(
                (
                    b"{",
                    b"\xff\xfe",
                    b"nul",
                    b"[" * 3000,
                    b'{"title":' + b"[" * 3000 + b"]" * 3000 + b"}",
                    b'{"ratio":1e999}',
                    b'{"big":' + b"9" * 400 + b"}",
                    b'{"title":"\\ud800"}',
                )
            )
        if kind == 3:
            return self.dumped(self.choice(VALUES))
        item = {self.name(): self.choice(VALUES) for _ in range(self.random.randrange(5))}
        if kind == 4:
            return self.dumped([item, self.choice(VALUES), {"id": self.choice(VALUES), **item}])
        if kind == 5:
            return self.dumped({"keys": [1, self.choice(VALUES)], "data": item})
        if kind == 6:
            return self.dumped(
                {"query": {"filter": self.filter(), "limit": self.choice(VALUES), "sort": [self.name()]}}
            )
        if kind == 7:
            changes = {"create": [item, self.choice(VALUES)], "update": [item], "delete": [self.choice(VALUES)]}
            return self.dumped({"parts": changes})
        if kind == 8:
            method = self.choice(("POST", "PATCH", "DELETE", "X"))
            call = {"method": method, "url": f"{RECORDS}/{self.choice(('1', '', 'x'))}", "body": item}
            return self.dumped({"requests": [call, self.choice(VALUES)]})
        return self.dumped(item)

    def dumped(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def request(self) -> tuple[str, str, list[tuple[str, str]], bytes | None]:
        method = self.choice(("GET", "GET", "GET", "GET", "POST", "PATCH", "DELETE", "SEARCH", "PUT"))
        key = self.choice(("1", "3", "999", "x", "", "%00", str(2**80), "-1", "1.0", quote("🐜"), "things"))
        path = self.choice((RECORDS, f"{RECORDS}/{key}", ITEMS, f"{ITEMS}/{key}", self.choice(MORE_PATHS)))
        if method not in ("GET", "SEARCH") and not path.startswith((RECORDS, ITEMS)):
            # the schema and the accounts stay as they are
            path = self.choice((RECORDS, ITEMS, f"{ITEMS}/{key}", "/api/batch"))
        return method, path, self.parameters(), self.body()


def send(target: Target, count: int, seed: int) -> None:
    chance = Chance(seed)
    statuses: dict[int, int] = {}
    for number in range(count):
        method, path, params, body = chance.request()
        client = target.admin if chance.random.random() < 0.8 else target.guest
        headers = {"content-type": "application/json"} if body is not None and chance.random.random() < 0.95 else {}
        answer = client.request(method, path, params=params, content=body, headers=headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (
            f"SATCHEL_SEED={seed} request {number} on {target.kind}: {method} {path} {params} {body and body[:500]!r}\n"
            f"{answer.status_code} {answer.text[:500]}"
        )
    assert statuses.get(200, 0) > count / 10, f"hardly anything got through: {statuses}"
    assert target.guest.get("/server/ping").text == "pong"


@pytest.mark.parametrize("count", [150, pytest.param(1500, marks=pytest.mark.heavy)])
def test_random_requests_never_give_a_5xx(target: Target, count: int) -> None:
    print(f"SATCHEL_SEED={SEED}")
    send(target, count, SEED + count)


def test_deep_documents_are_kept(target: Target) -> None:
    """2,000 levels are stored and read back by both wires; deeper ones are refused, not half stored.

    MariaDB's own JSON columns take 32.
    """
    levels = 30 if target.kind == "mariadb" else 2000
    for opened, closed in (("[", "]"), ('{"a":', "}")):
        text = opened * levels + "1" + closed * levels
        made = target.admin.post(ITEMS, content=f'{{"title":"deep","data":{text}}}', headers=JSON)
        assert made.status_code == 200, made.text[:300]
        key = json.loads(made.text.split('"id":')[1].split(",")[0])
        for path in (f"{ITEMS}/{key}?fields=data", f"{RECORDS}/{key}"):
            found = target.admin.get(path)
            assert found.status_code == 200
            assert text in found.text.replace(" ", ""), (path, found.text[:200], len(found.text))
    for levels in (20_000, 400_000):
        text = "[" * levels + "]" * levels
        refused = target.admin.post(ITEMS, content=f'{{"title":"deeper","data":{text}}}', headers=JSON)
        assert refused.status_code in (200, 400, 413), refused.text[:300]
    assert target.admin.get(f"{ITEMS}?filter[title][_eq]=deep&aggregate[count]=*").status_code == 200


@pytest.mark.parametrize("value", [2**80, -(2**80), 2**63, 1e308, "a\0b", "\ud800", "\udfff\ud800", "é" * 300])
def test_values_beyond_a_column_are_refused_or_kept(target: Target, value: Any) -> None:
    for name in ("title", "score", "big", "price", "ratio", "data", "born", "code"):
        for path in (ITEMS, RECORDS):
            answer = target.admin.post(path, content=json.dumps({name: value}), headers=JSON)
            assert answer.status_code in (200, 400), (name, value, answer.text[:300])
        for wire in (ITEMS, RECORDS):
            text = json.dumps(value)
            where = {name: {"_eq": value}} if wire == ITEMS else f"{name} = {text}"
            found = target.admin.get(wire, params={"filter": json.dumps(where) if wire == ITEMS else where})
            assert found.status_code in (200, 400), (name, value, found.text[:300])


@pytest.mark.parametrize(
    "number", ["0", "-1", "-5", "9223372036854775807", "9223372036854775808", "1" + "0" * 40, "x", "1.5"]
)
def test_absurd_pages(target: Target, number: str) -> None:
    for path, names in ((ITEMS, ("page", "limit", "offset")), (RECORDS, ("page", "perPage"))):
        for name in names:
            answer = target.admin.get(path, params={name: number})
            assert answer.status_code in (200, 400), (path, name, answer.text[:300])
        deep = target.admin.get(
            ITEMS, params={"fields": "parts", "deep[parts][_limit]": number, "deep[parts][_page]": number}
        )
        assert deep.status_code in (200, 400), deep.text[:300]


GRAPHQL = (
    "query($f: things_filter, $s: [String], $l: Int, $o: Int, $p: Int, $q: String, $g: [String]) {"
    " things(filter: $f, sort: $s, limit: $l, offset: $o, page: $p, search: $q) {"
    " id title big price data parts(filter: $f, sort: $s, limit: $l) { id parent { title } } parts_func { count } }"
    " things_aggregated(filter: $f, groupBy: $g, sort: $s, search: $q) { group countAll max { score } } }"
)
GRAPHQL_WRITES = (
    "mutation($d: create_things_input!) { create_things_item(data: $d) { id title } }",
    "mutation($d: [create_things_input!]) { create_things_items(data: $d) { id at } }",
    "mutation($i: ID!, $u: update_things_input!) { update_things_item(id: $i, data: $u) { id parts { id } } }",
    "mutation($n: [ID]!, $u: update_things_input!) { update_things_items(ids: $n, data: $u) { id } }",
    "mutation($n: [ID]!) { delete_things_items(ids: $n) { ids } }",
    "query($i: ID!, $q: String) { things_by_id(id: $i, version: $q) { title } }",
)
# what graphql-core says of a question that can't be begun
UNBEGUN = ("Variable", "Argument", "Must provide", "Unknown operation")


def graphql_body(chance: Chance) -> dict[str, Any]:
    """A document that fits, or nearly, with odd values for its variables."""
    item = {chance.name(): chance.choice(VALUES) for _ in range(chance.random.randrange(4))}
    variables: dict[str, Any] = {
        "f": chance.filter(),
        "d": item if chance.random.random() < 0.7 else [item],
        "u": item,
        "i": chance.choice((*VALUES, "1", 2)),
        "n": [chance.choice((*VALUES, "1", 2))],
        **{name: chance.choice(VALUES) if chance.random.random() < 0.3 else 3 for name in "lop"},
        **{name: [chance.choice(("", "-")) + chance.name()] for name in "sg"},
        "q": chance.choice(VALUES),
    }
    text = GRAPHQL if chance.random.random() < 0.6 else chance.choice(GRAPHQL_WRITES)
    if chance.random.random() < 0.2:
        cut = chance.random.randrange(len(text))
        text = text[:cut] + chance.choice(("{", "}", "...", "\\0", '"', "title", "@skip(if: true)", "#")) + text[cut:]
    return {"query": text, "variables": variables}


def test_odd_graphql_is_never_the_servers_fault(target: Target) -> None:
    chance = Chance(SEED)
    good = 0
    for number in range(150):
        body = graphql_body(chance)
        client = target.admin if chance.random.random() < 0.9 else target.guest
        answer = client.post("/graphql", content=chance.dumped(body), headers=JSON)
        said = f"SATCHEL_SEED={SEED} document {number} on {target.kind}: {body}\n{answer.text[:500]}"
        assert answer.status_code in (200, 400), said
        good += answer.status_code == 200 and "errors" not in answer.json()
        for error in answer.json().get("errors", ()) if answer.status_code == 200 else ():
            internal = error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
            assert not internal or error["message"].startswith(UNBEGUN), said
    assert good
