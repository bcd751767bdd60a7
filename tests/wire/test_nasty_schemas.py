"""Databases that others made, with every type that they know: what is there is shown, found by what is shown, and
never the reason for a 5xx.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
import httpx
import pytest
from tests.servers import DATABASES, fresh_database, running_server

pytestmark = pytest.mark.process

HEAVY = [pytest.mark.heavy, pytest.mark.dialects]
KINDS = [pytest.param(kind, marks=[] if kind == "sqlite" else HEAVY) for kind in DATABASES]


def build(kind: str, url: str | None, folder: Path) -> str:
    """Fill the database; its URL."""
    text = (Path(__file__).parent / "nasty" / f"{kind}.sql").read_text(encoding="utf-8")
    if kind == "postgres":
        psycopg = pytest.importorskip("psycopg")
        assert url is not None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(text)
        return url
    if kind == "mariadb":
        pymysql = pytest.importorskip("pymysql")
        assert url is not None
        parts = urlsplit(url)
        named = {
            "host": parts.hostname,
            "port": parts.port or 3306,
            "user": parts.username,
            "password": parts.password or "",
        }
        with (
            pymysql.connect(**named, database=parts.path[1:], charset="utf8mb4") as connection,
            connection.cursor() as cursor,
        ):
            for statement in filter(str.strip, text.split(";\n")):
                for part in filter(str.strip, statement.split("; ")):
                    cursor.execute(part)
            connection.commit()
        return url
    path = folder / "nasty.db"
    connection = apsw.Connection(str(path))
    connection.execute(text)
    connection.close()
    return str(path)


@dataclass
class Nasty:
    kind: str
    admin: httpx.Client

    def get(self, path: str, **params: str) -> Any:
        answer = self.admin.get(path, params=params)
        # a name with a dot in it is a path in sorts and filters, which may lead nowhere
        assert answer.status_code in (200, 400, 403), f"{path} {params}: {answer.status_code} {answer.text[:300]}"
        return answer.json().get("data") if answer.status_code == 200 and path.startswith("/items") else answer.json()


@pytest.fixture(scope="module", params=KINDS)
def nasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nasty]:
    folder = tmp_path_factory.mktemp("nasty")
    with fresh_database(request.param) as url:
        address = build(request.param, url, folder)
        with running_server(folder / "data", address) as server, server.client(server.directus_token()) as admin:
            yield Nasty(request.param, admin)


def columns(nasty: Nasty, collection: str) -> list[dict[str, Any]]:
    answer = nasty.admin.get(f"/fields/{collection}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_every_table_is_listed_and_read(nasty: Nasty) -> None:
    listed = [item["collection"] for item in nasty.admin.get("/collections").json()["data"]]
    own = [name for name in listed if not name.startswith("directus_")]
    assert {"everything", "Camel Case", "hen", "egg", "keyless", "shown"} <= set(own)
    for name in own:
        rows = nasty.admin.get(f"/items/{name}")
        assert rows.status_code == 200, (name, rows.text[:300])
        records = nasty.admin.get(f"/api/collections/{name}/records")
        assert records.status_code == 200, (name, records.text[:300])
        assert records.json()["totalItems"] == len(rows.json()["data"])
        described = nasty.admin.get(f"/api/collections/{name}")
        assert described.status_code == 200, (name, described.text[:300])
    assert nasty.get("/items/Camel Case", fields="Id,Parent Id.Id", sort="Id")[1] == {"Id": 2, "Parent Id": {"Id": 1}}
    assert nasty.get("/items/hen", fields="egg.hen.egg.id") == [{"egg": {"hen": {"egg": {"id": 1}}}}]


UNSOUGHT = {
    "tz": "times with a zone are compared in UTC",
    "ts": "a dateTime is shown without its fraction, as Directus shows it",
    "dt": "the same",
    "de": "a default of now() has microseconds, of which milliseconds are shown",
    "ti": "MariaDB's times of more than a day, or before it, are shown and can't be asked for",
    "i8u": "whole numbers are sought within 64 bits with a sign; beyond, the question is refused",
}


def test_what_is_shown_is_found(nasty: Nasty) -> None:
    """Each value, written as it is shown, finds its row by `_eq`."""
    first = nasty.get("/items/everything", limit="1", sort="id")[0]
    said: list[str] = []
    for field in columns(nasty, "everything"):
        name, storage = field["field"], field["type"]
        value = first[name]
        if (
            name in UNSOUGHT
            or value is None
            or storage in ("json", "csv", "geometry", "binary", "unknown")
            or isinstance(value, list | dict)
        ):
            said.append(name)
            continue
        found = nasty.get("/items/everything", filter=json.dumps({name: {"_eq": value}}), fields="id")
        assert isinstance(found, list), (name, storage, value, found)
        assert {"id": first["id"]} in found, (name, storage, value, found)
    assert len(said) < 30, said


def test_no_clause_makes_a_column_the_servers_fault(nasty: Nasty) -> None:
    first = nasty.get("/items/everything", limit="1", sort="id")[0]
    for field in columns(nasty, "everything"):
        name = field["field"]
        value = first[name]
        sought = value if isinstance(value, str) else json.dumps(value)
        for operator in (
            "_eq",
            "_neq",
            "_lt",
            "_gte",
            "_in",
            "_contains",
            "_starts_with",
            "_null",
            "_empty",
            "_between",
        ):
            operand: Any = [value, value] if operator in ("_in", "_between") else value
            nasty.get("/items/everything", filter=json.dumps({name: {operator: operand}}))
        for params in (
            {"sort": name},
            {"groupBy[]": name, "aggregate[count]": "*"},
            {"aggregate[min]": name, "aggregate[max]": name},
            {"aggregate[countDistinct]": name},
            {"aggregate[sum]": name},
            {"search": str(sought)[:50]},
        ):
            nasty.get("/items/everything", **params)
        for where in (f"{name} = '{sought}'", f"{name} ~ 'x'", f"{name} > 1", f"{name} != null", f"{name}:length > 0"):
            nasty.get("/api/collections/everything/records", filter=where)
        nasty.get("/api/collections/everything/records", sort=f"-{name}")


def graphql(nasty: Nasty, query: str) -> Any:
    answer = nasty.admin.post("/graphql", json={"query": query})
    assert answer.status_code == 200, f"{query[:300]}: {answer.text[:500]}"
    body = answer.json()
    assert "errors" not in body, f"{query[:300]}: {body['errors']}"
    return body["data"]


FITS: dict[str, Any] = {
    "ID": str,
    "String": str,
    "Date": str,
    "Hash": str,
    "GraphQLBigInt": str,
    "Int": int,
    "Float": (int, float),
    "Boolean": bool,
}


def fits(kind: Any, value: Any) -> bool:
    """Whether a value is what its type promises."""
    if kind["kind"] == "NON_NULL":
        return value is not None and fits(kind["ofType"], value)
    if value is None:
        return True
    if kind["kind"] == "LIST":
        return isinstance(value, list) and all(fits(kind["ofType"], item) for item in value)
    expected = FITS.get(kind["name"])
    wrong = isinstance(value, bool) and kind["name"] != "Boolean"
    return expected is None or (isinstance(value, expected) and not wrong)


def test_graphql_shows_every_column_as_its_type_says(nasty: Nasty) -> None:
    of = "kind name ofType { kind name ofType { kind name ofType { kind name } } }"
    found = graphql(nasty, f"{{ __schema {{ types {{ name fields {{ name type {{ {of} }} }} }} }} }}")
    listed = found["__schema"]["types"]
    types = {item["name"]: {field["name"]: field["type"] for field in item["fields"] or ()} for item in listed}
    roots = [name for name in types["Query"] if f"{name}_aggregated" in types]
    assert {"everything", "hen", "egg", "keyless", "shown"} <= set(roots)
    assert "Camel Case" not in types
    for root in roots:
        leaves = {name: kind for name, kind in types[root].items() if leaf(kind) not in types or not types[leaf(kind)]}
        assert leaves
        (rows,) = graphql(nasty, f"{{ {root} {{ {' '.join(leaves)} }} }}").values()
        assert len(rows) == len(nasty.get(f"/items/{root}"))
        for row in rows:
            bad = {name: value for name, value in row.items() if not fits(leaves[name], value)}
            assert not bad.keys() - UNTYPED.get(nasty.kind, set()), (root, bad)
        for name in leaves:
            functions = types[root].get(f"{name}_func")
            if functions is not None:
                parts = " ".join(part for part in types[leaf(functions)] if part != "json")
                graphql(nasty, f"{{ {root} {{ {name}_func {{ {parts} }} }} }}")
        groups = types[f"{root}_aggregated"]
        counts = " ".join(types[leaf(groups["count"])])
        graphql(nasty, f"{{ {root}_aggregated {{ countAll count {{ {counts} }} }} }}")
        if "sum" in groups:
            numbers = {name: kind for name, kind in types[leaf(groups["sum"])].items() if name != "o"}  # no sum of oids
            asked = " ".join(f"{function} {{ {' '.join(numbers)} }}" for function in ("sum", "avg", "min", "max"))
            ((sums,),) = graphql(nasty, f"{{ {root}_aggregated {{ {asked} }} }}").values()
            for function, values in sums.items():
                bad = {name: value for name, value in values.items() if not fits(numbers[name], value)}
                assert not bad.keys() - UNTYPED.get(nasty.kind, set()), (root, function, bad)


UNTYPED = {"sqlite": {"i4", "n", "b", "r"}}
"""Columns that hold a value of another type, which SQLite lets them; it is shown as it is."""


def leaf(kind: Any) -> str:
    while kind.get("ofType"):
        kind = kind["ofType"]
    return kind["name"]
