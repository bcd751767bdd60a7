"""Differential: the same random writes and questions give the same rows on SQLite, PostgreSQL and MariaDB.

One server on each, the same schema made through both wires, then the same requests to all of them in the same order.
Answers must be equal but for what is listed here:

* aggregates and decimals come as texts from server databases, as Directus has it: numbers are compared as numbers;
* the last digits of a float's text: numbers are compared to 9 digits, averages to 4 decimals (MariaDB's);
* the order of back-relations in `expand`, which is that of their making on SQLite and that of their ids elsewhere;
* which numbers a failed insert uses up: keys that the database gives are only counted;
* where NULLs sort: rows are compared without their order when a sort key may be NULL;
* how a database collates letters of other cases and scripts: sort keys are lower-case ASCII;
* `_contains` and its family tell cases apart on PostgreSQL only, as Directus does: their values have one case.

100 requests by default, 2,000 in the long run. `SATCHEL_SEED` replays one.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server

pytestmark = [pytest.mark.process, pytest.mark.dialects]

SEED = int(os.environ.get("SATCHEL_SEED") or random.SystemRandom().randrange(2**32))
WORDS = ("ant", "bee", "cat", "dog", "eel", "fox", "an", "a", "")
MOMENTS = ("2024-02-29T23:59:59.999Z", "2024-03-01T00:00:00+02:00", "1970-01-01T00:00:00Z")
NULLABLE = frozenset({"name", "kind", "size", "price", "ratio", "open", "born", "at", "shelf", "note", "parent"})


@dataclass
class Ask:
    """One request. `loose`: the order of the rows is the database's own affair."""

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    loose: bool = False
    superuser: bool = False


def column(name: str, storage: str, **schema: Any) -> dict[str, Any]:
    return {"field": name, "type": storage, "schema": schema, "meta": {}}


def alias(name: str, special: str) -> dict[str, Any]:
    return {"field": name, "type": "alias", "schema": None, "meta": {"special": [special]}}


ITEMS = [
    column("id", "integer", is_primary_key=True),
    column("name", "string"),
    column("kind", "string"),
    column("note", "text"),
    column("size", "integer"),
    column("big", "bigInteger"),
    column("price", "decimal", numeric_precision=10, numeric_scale=2),
    column("ratio", "float"),
    column("open", "boolean"),
    column("born", "date"),
    column("at", "timestamp"),
    column("data", "json"),
    column("shelf", "integer"),
    column("parent", "integer"),
    alias("parts", "o2m"),
    alias("tags", "m2m"),
]


def prepare(client: httpx.Client, superuser: httpx.Client) -> None:
    key = column("id", "integer", is_primary_key=True)

    def made(answer: httpx.Response) -> None:
        assert answer.status_code in (200, 204), answer.text

    def collection(name: str, fields: list[dict[str, Any]]) -> None:
        made(client.post("/collections", json={"collection": name, "schema": {}, "meta": {}, "fields": fields}))

    collection("shelves", [key, column("name", "string"), column("size", "integer"), alias("items", "o2m")])
    collection("tags", [key, column("name", "string")])
    collection("items", ITEMS)
    link = [column("id", "integer", is_primary_key=True, has_auto_increment=True)]
    collection("items_tags", [*link, column("item", "integer"), column("tag", "integer")])
    for many, name, one, meta in (
        ("items", "shelf", "shelves", {"one_field": "items"}),
        ("items", "parent", "items", {"one_field": "parts"}),
        ("items_tags", "item", "items", {"one_field": "tags", "junction_field": "tag"}),
        ("items_tags", "tag", "tags", {"junction_field": "item"}),
    ):
        body = {"collection": many, "field": name, "related_collection": one, "meta": meta, "schema": {}}
        made(client.post("/relations", json=body))
    kinds = ("text", "number", "bool", "date", "json", "email")
    fields: list[dict[str, Any]] = [{"name": kind, "type": kind} for kind in kinds]
    fields.append({"name": "pick", "type": "select", "maxSelect": 3, "values": ["ant", "bee", "cat"]})
    found = superuser.post("/api/collections", json={"name": "records", "fields": fields})
    made(found)
    more = {"name": "links", "type": "relation", "collectionId": found.json()["id"], "maxSelect": 5}
    made(superuser.patch("/api/collections/records", json={"fields": [*found.json()["fields"], more]}))


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[httpx.Client, httpx.Client]]]:
    """Database → a client of each wire."""
    found: dict[str, tuple[httpx.Client, httpx.Client]] = {}
    with ExitStack() as stack:
        for kind in DATABASES:
            url = stack.enter_context(fresh_database(kind))
            folder: Path = tmp_path_factory.mktemp(kind)
            server: Server = stack.enter_context(running_server(folder, url))
            client = stack.enter_context(server.client(server.directus_token()))
            superuser = stack.enter_context(server.client(server.pocketbase_token()))
            prepare(client, superuser)
            found[kind] = (client, superuser)
        yield found


# --- what is asked


class Chance:
    """Draws requests; remembers which keys there may be."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.choice = self.random.choice

    def key(self) -> int:
        return self.random.randrange(1, 25)

    def record(self) -> str:
        return f"record{self.random.randrange(1, 16):09d}"

    def maybe(self, value: Any, often: float = 0.8) -> Any:
        return value if self.random.random() < often else None

    def ask(self) -> Ask:
        return self.choice((self.write, self.write, self.read, self.read, self.read, self.record_write, self.records))()

    # --- the Directus wire

    def item(self) -> dict[str, Any]:
        values: dict[str, Callable[[], Any]] = {
            "name": lambda: self.choice(WORDS),
            "kind": lambda: self.choice(("Ant", "ant", "Bäh", "Ünit", "z z", "%", "_", "\\", "'\"", "ﬀ", "🐜")),
            "note": lambda: self.choice(("long " * 40, "line\nline", "tab\t", "x", "")),
            "size": lambda: self.choice((0, 1, -1, 7, 2**31 - 1, -(2**31))),
            "big": lambda: self.choice((0, 2**53 + 1, -(2**63), 2**63 - 1)),
            "price": lambda: self.choice(("1.50", "0", "-3.25", "12345678.99", 2)),
            "ratio": lambda: self.choice((0.5, -1.25, 3, 1e10, 0.1)),
            "open": lambda: self.choice((True, False)),
            "born": lambda: self.choice(("2024-02-29", "1999-12-31", "2024-03-01")),
            "at": lambda: self.choice(
                ("2024-02-29T23:59:59.999Z", "2024-03-01T00:00:00+02:00", "1970-01-01T00:00:00Z")
            ),
            "data": lambda: self.choice(({"a": 1, "b": [1, 2, {"c": None}]}, [], "text", 5, True, {"ü": "🐜"})),
            "shelf": lambda: self.random.randrange(1, 5),
            "parent": self.key,
        }
        names = self.random.sample(sorted(values), self.random.randrange(1, 8))
        return {name: self.maybe(values[name]()) for name in names}

    def write(self) -> Ask:
        kind = self.random.randrange(12)
        if kind < 4:
            return Ask("POST", "/items/items", body={"id": self.key(), **self.item()})
        if kind < 7:
            return Ask("PATCH", f"/items/items/{self.key()}", body=self.item())
        if kind == 7:
            return Ask("DELETE", f"/items/items/{self.key()}")
        if kind == 8:
            key = self.random.randrange(1, 5)
            return Ask("POST", "/items/shelves", body={"id": key, "name": self.choice(WORDS), "size": key})
        if kind == 9:
            return Ask("POST", "/items/tags", body={"id": self.random.randrange(1, 6), "name": self.choice(WORDS)})
        if kind == 10:
            tags = {"create": [{"tag": self.random.randrange(1, 6)}], "update": [], "delete": []}
            return Ask("PATCH", f"/items/items/{self.key()}", {"fields": "id,tags.tag"}, {"tags": tags})
        keys = [self.key() for _ in range(3)]
        return Ask("PATCH", "/items/items", {"fields": "id,name", "sort": "id"}, {"keys": keys, "data": self.item()})

    def condition(self, depth: int = 2) -> dict[str, Any]:
        if depth and self.random.random() < 0.3:
            parts = [self.condition(depth - 1) for _ in range(self.random.randrange(1, 4))]
            return {self.choice(("_and", "_or")): parts}
        return self.choice((self.plain, self.plain, self.plain, self.related))()

    def plain(self) -> dict[str, Any]:
        name, operators, values = self.choice(
            (
                ("name", ("_eq", "_neq", "_contains", "_starts_with", "_nends_with", "_icontains"), WORDS[:-1]),
                ("kind", ("_eq", "_neq"), ("Ant", "ant", "Bäh", "%", "_", "\\", "🐜")),
                ("size", ("_eq", "_neq", "_gt", "_gte", "_lt", "_lte"), (0, 1, -1, 7, "7")),
                ("big", ("_eq", "_gt", "_lt"), (0, 2**53, 2**53 + 1)),
                ("price", ("_eq", "_gt", "_lte"), (1.5, "1.50", 0, -3.25)),
                ("ratio", ("_gt", "_lt"), (0.4, 2, -1)),
                ("open", ("_eq", "_neq"), (True, False)),
                ("born", ("_eq", "_gt", "_lte"), ("2024-02-29", "2000-01-01")),
                ("at", ("_gt", "_lte"), ("2024-02-29T22:00:00Z", "2000-01-01T00:00:00+05:00")),
            )
        )
        if self.random.random() < 0.15:
            return {name: {self.choice(("_null", "_nnull")): True}}
        if self.random.random() < 0.15 and name in ("name", "size"):
            return {name: {self.choice(("_in", "_nin")): [self.choice(values), self.choice(values)]}}
        if self.random.random() < 0.1 and name in ("born", "at"):
            return {f"{self.choice(('year', 'month', 'day'))}({name})": {"_eq": self.choice((2024, 2, 29, 1999))}}
        return {name: {self.choice(operators): self.choice(values)}}

    def related(self) -> dict[str, Any]:
        return self.choice(
            (
                lambda: {"shelf": {"name": {self.choice(("_eq", "_neq", "_contains")): self.choice(WORDS[:-1])}}},
                lambda: {"parent": self.plain()},
                lambda: {"parent": {"shelf": {"size": {"_gt": self.random.randrange(4)}}}},
                lambda: {"tags": {"tag": {"name": {"_eq": self.choice(WORDS[:-1])}}}},
                lambda: {"parts": {self.choice(("_some", "_none")): self.plain()}},
                lambda: {"count(parts)": {"_gte": self.random.randrange(3)}},
            )
        )()

    def read(self) -> Ask:
        params = {"filter": json.dumps(self.condition())} if self.random.random() < 0.8 else {}
        if self.random.random() < 0.25:
            return self.groups(params)
        params["meta"] = "*"
        key = self.choice(("id", "-id", "name", "-size", "born", "shelf.name", "-big"))
        loose = key.lstrip("-") in NULLABLE or "." in key or "big" in key
        params["sort"] = f"{key},id"
        params["limit"] = "-1" if loose else self.choice(("-1", "3", "10"))
        if not loose:
            params["offset"] = self.choice(("0", "1", "5"))
        fields = self.choice(
            (
                "*",
                "id,name,shelf.name,parent.name",
                "*,tags.tag.name",
                "id,parts.id,parts.parts.id,count(parts)",
                "*.*",
                "id,year(born),month(at),data",
                "id,price,ratio,big,open,at,born",
            )
        )
        params["fields"] = fields
        if "parts" in fields:
            deep = {"parts": {"_sort": "-id", "_limit": 2, "_filter": self.plain()}}
            params["deep"] = json.dumps(deep)
        if self.random.random() < 0.15:
            params["search"] = self.choice(("ant", "7", "fox"))
        return Ask("GET", "/items/items", params, loose=loose)

    def groups(self, params: dict[str, str]) -> Ask:
        for function in self.random.sample(("count", "sum", "avg", "min", "max", "countDistinct"), 2):
            params[f"aggregate[{function}]"] = self.choice(("size", "price"))
        params["aggregate[countAll]"] = "*"
        if self.random.random() < 0.7:
            params["groupBy"] = self.choice(("name", "open", "shelf", "name,open", "year(born)"))
        return Ask("GET", "/items/items", params, loose=True)

    # --- the PocketBase wire

    def record_write(self) -> Ask:
        values: dict[str, Any] = {
            "text": self.choice((*WORDS, "Ünit", "%_", "🐜")),
            "number": self.choice((0, 1.5, -2, 1e15, "3")),
            "bool": self.choice((True, False, "true", 1)),
            "date": self.choice(("", "2024-02-29 12:00:00.000Z", "2024-01-01")),
            "json": self.choice((None, {"a": [1, {"b": 2}]}, [], "x", 5, True)),
            "email": self.choice(("", "a@example.com", "not one")),
            "pick": self.choice(([], ["ant"], ["bee", "cat"], "ant", ["nope"])),
            "links": [self.record() for _ in range(self.random.randrange(3))],
        }
        kept = {name: values[name] for name in self.random.sample(sorted(values), self.random.randrange(1, 7))}
        kind = self.random.randrange(6)
        base = "/api/collections/records/records"
        if kind < 3:
            return Ask("POST", base, body={"id": self.record(), **kept}, superuser=True)
        if kind < 5:
            if self.random.random() < 0.3:
                kept = {self.choice(("pick+", "pick-")): "bee", "number+": 1}
            return Ask("PATCH", f"{base}/{self.record()}", body=kept, superuser=True)
        return Ask("DELETE", f"{base}/{self.record()}", superuser=True)

    def records(self) -> Ask:
        tests = [
            f"text {self.choice(('=', '!=', '~', '!~', '>', '<='))} '{self.choice(WORDS)}'",
            f"number {self.choice(('=', '!=', '>', '<='))} {self.choice((0, 1, 1.5, -2))}",
            f"bool = {self.choice(('true', 'false'))}",
            f"date {self.choice(('=', '>', '<'))} '{self.choice(('', '2024-02-01', '2024-02-29 12:00:00.000Z'))}'",
            f"json.a.0 {self.choice(('=', '!='))} 1",
            f"pick:each {self.choice(('=', '?=', '!=', '?~'))} '{self.choice(('ant', 'bee'))}'",
            f"pick:length {self.choice(('=', '>'))} {self.random.randrange(3)}",
            f"links.text {self.choice(('=', '?=', '!=', '~'))} '{self.choice(WORDS)}'",
            f"records_via_links.number {self.choice(('>', '?>', '?='))} 1",
            "text:lower = 'ant'",
            "links = ''",
        ]
        found = self.random.sample(tests, self.random.randrange(1, 4))
        where = found[0]
        for part in found[1:]:
            where = f"({where} {self.choice(('&&', '||'))} {part})"
        params = {
            "filter": where,
            "perPage": self.choice(("5", "100")),
            "sort": self.choice(("id", "-id", "-number,id")),
        }
        if self.random.random() < 0.4:
            params["expand"] = self.choice(("links", "records_via_links", "links.links"))
        if self.random.random() < 0.3:
            params["fields"] = "id,text:excerpt(2),expand"
        return Ask("GET", "/api/collections/records/records", params, superuser=True)


# --- what must be the same


def settled(value: Any) -> Any:
    """An answer without what may differ."""
    if isinstance(value, dict):
        found = {name: settled(item) for name, item in value.items() if name != "collectionId"}
        back = found.get("records_via_links")
        if isinstance(back, list):
            found["records_via_links"] = sorted(back, key=lambda item: str(item.get("id")))
        if "item" in found and "tag" in found:
            found.pop("id", None)
        if isinstance(found.get("avg"), dict):
            found["avg"] = {name: item and round(float(item), 3) for name, item in found["avg"].items()}
        if isinstance(found.get("tags"), list) and all(isinstance(item, int) for item in found["tags"]):
            found["tags"] = len(found["tags"])
        return found
    if isinstance(value, list):
        return [settled(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.9g}")
    return value


def numbers(value: Any) -> Any:
    """Aggregates and decimals as numbers."""
    if isinstance(value, dict):
        return {name: numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    if isinstance(value, str):
        try:
            return float(f"{float(value):.9g}") if value.strip("-0123456789.") == "" else value
        except ValueError:
            return value
    return float(f"{value:.9g}") if isinstance(value, int | float) and not isinstance(value, bool) else value


def ordered(value: Any) -> Any:
    """An answer with its lists in one order. For numbers in one spelling: what is equal must sort alike."""
    if isinstance(value, dict):
        return {name: ordered(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((ordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def difference(first: Any, second: Any, path: str = "") -> str:
    """Where two answers first differ."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        name = next(name for name in first if first[name] != second[name])
        return difference(first[name], second[name], f"{path}.{name}")
    if isinstance(first, list | tuple) and isinstance(second, list | tuple) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        place = next((place for place, (one, other) in pairs if one != other), 0)
        return difference(first[place], second[place], f"{path}[{place}]")
    return f"at {path}: {first!r} on SQLite, here {second!r}"


def answer_of(ask: Ask, answer: httpx.Response) -> tuple[int, Any]:
    """Status and what the answer says; of an error, only its codes and fields, as databases word their own."""
    if not answer.content:
        return answer.status_code, None
    body = answer.json()
    if answer.status_code >= 400:
        if "errors" in body:
            return answer.status_code, [error["extensions"]["code"] for error in body["errors"]]
        return answer.status_code, {name: item.get("code") for name, item in body.get("data", {}).items()}
    found = numbers(settled(body))
    return answer.status_code, ordered(found) if ask.loose else found


@pytest.mark.parametrize("requests", [100, pytest.param(2000, marks=pytest.mark.heavy)])
def test_the_same_requests_give_the_same_answers(
    clients: dict[str, tuple[httpx.Client, httpx.Client]], requests: int
) -> None:
    print(f"SATCHEL_SEED={SEED}")
    chance = Chance(SEED)
    count = 0
    with ThreadPoolExecutor(len(clients)) as pool:
        for number in range(requests):
            ask = chance.ask()

            def send(kind: str, ask: Ask = ask) -> tuple[int, Any]:
                client = clients[kind][1 if ask.superuser else 0]
                found = client.request(ask.method, ask.path, params=ask.params, json=ask.body)
                return answer_of(ask, found)

            answers = dict(zip(clients, pool.map(send, clients), strict=True))
            first = answers["sqlite"]
            count += first[0] < 400
            wrong = {kind: found for kind, found in answers.items() if found != first or found[0] >= 500}
            assert not wrong, f"SATCHEL_SEED={SEED} request {number}: {ask}\n" + "\n".join(
                f"{kind} {difference(first, found)}" for kind, found in wrong.items()
            )
    assert count > requests / 3, "most requests were refused"
