"""The Directus wire under load: items, pages, nested creates, GraphQL and aggregates of Satchel alone.

The figure of Directus 12.4 that these are held to (210 answers a second for an item or a page of 30) was measured on
another machine with two cores, where PocketBase gave one item some 10,500 times a second. PocketBase is asked before
each round, so that the figure can be put into this machine's terms: half as fast a machine would do half of it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

import compare
from compare import EMAIL, PASSWORD, WORDS, Server, free_port

THEIRS = 210
"""Answers a second of Directus, on another machine."""
YARDSTICK = 10_500
"""Items a second of PocketBase there."""
GRAPHQL = "{ articles(limit: 30) { id title views author { id name } } }"
FIELDS: list[tuple[str, str]] = [("title", "string"), ("body", "text"), ("views", "integer"), ("author", "integer")]


@dataclass(frozen=True)
class Scenario:
    name: str
    method: str
    path: str
    body: Any = None
    goal: float | None = None


SCENARIOS = (
    Scenario("one item", "GET", "/items/articles/5000", goal=40),
    Scenario("page of 30", "GET", "/items/articles?limit=30", goal=30),
    Scenario("page of 30 with author", "GET", "/items/articles?limit=30&fields=*,author.*", goal=30),
    Scenario("page of 30, filtered, with counts", "GET", "/items/articles?limit=30&filter[views][_gt]=9000&meta=*"),
    Scenario("count by author", "GET", "/items/articles?aggregate[count]=*&groupBy[]=author"),
    Scenario("GraphQL list of 30 with author", "POST", "/graphql", {"query": GRAPHQL}, goal=20),
    Scenario("nested create (author, 2 articles)", "POST", "/items/authors", {
        "name": "Ann", "articles": [{"title": "one", "views": 1}, {"title": "two", "views": 2}],
    }),
)  # fmt: skip


def start(root: Path) -> Server:
    satchel = shutil.which("satchel", path=str(Path(sys.executable).parent)) or "satchel"
    folder = root / "satchel"
    folder.mkdir()
    port = free_port()
    subprocess.run(
        [satchel, "superuser", "upsert", EMAIL, PASSWORD, "--data", str(folder)], check=True, capture_output=True
    )
    server = Server("satchel", [satchel, "serve", "--data", str(folder), "--port", str(port)], folder, port)
    server.start()
    return server


def sign_in(server: Server) -> str:
    answer = server.call("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD})
    return f"Bearer {answer['data']['access_token']}"


def make(server: Server) -> None:
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    plain = [
        {"field": name, "type": kind, "schema": {"is_indexed": name == "author"}, "meta": {}} for name, kind in FIELDS
    ]
    name = {"field": "name", "type": "string", "schema": {}, "meta": {}}
    back = {"field": "articles", "type": "alias", "schema": None, "meta": {"special": ["o2m"]}}
    for collection, fields in (("authors", [key, name, back]), ("articles", [key, *plain])):
        server.call("POST", "/collections", {"collection": collection, "schema": {}, "meta": {}, "fields": fields})
    relation = {"collection": "articles", "field": "author", "related_collection": "authors", "schema": {}}
    server.call("POST", "/relations", {**relation, "meta": {"one_field": "articles"}})


def fill(database: Path, items: int) -> None:
    chance = random.Random(7)
    connection = apsw.Connection(str(database))
    connection.set_busy_timeout(5000)
    with connection:
        connection.executemany("INSERT INTO authors (id, name) VALUES (?, ?)", [(n, f"Author {n}") for n in range(200)])
        connection.executemany(
            "INSERT INTO articles (id, title, body, views, author) VALUES (?, ?, ?, ?, ?)",
            [
                (n, " ".join(chance.choices(WORDS, k=5)), " ".join(chance.choices(WORDS, k=30)),
                 chance.randrange(10_000), chance.randrange(200))
                for n in range(items)
            ],
        )  # fmt: skip
    connection.close()


def load(server: Server, scenario: Scenario, seconds: int, root: Path) -> tuple[float, int]:
    """(answers a second, those that were not 2xx)."""
    script = root / "ask.lua"
    lines = [f'wrk.method = "{scenario.method}"', f'wrk.headers["Authorization"] = "{server.token}"']
    if scenario.body is not None:
        lines += ['wrk.headers["Content-Type"] = "application/json"', f"wrk.body = [==[{json.dumps(scenario.body)}]==]"]
    script.write_text("\n".join(lines))
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), server.base + scenario.path]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    bad = re.search(r"Non-2xx or 3xx responses:\s+(\d+)", output)
    return float(rate.group(1)) if rate else 0.0, int(bad.group(1)) if bad else 0


def yardstick(root: Path, items: int) -> tuple[Server, compare.Scenario]:
    """PocketBase with as many posts, and the request for one of them."""
    folder = root / "yardstick"
    folder.mkdir()
    ours, theirs = compare.prepare(folder, items)
    ours.stop()
    return theirs, compare.scenarios(items)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
    other, item = yardstick(root, options.items)
    server = start(root)
    try:
        server.token = sign_in(server)
        make(server)
        server.stop()
        fill(server.folder / "data.db", options.items)
        server.start()
        print(f"{options.items} articles, {options.rounds} rounds of {options.seconds} s, 16 connections")
        for scenario in SCENARIOS:
            rates: list[float] = []
            measured: list[float] = []
            failed = 0
            for _ in range(options.rounds):
                measured.append(compare.load(other, item, options.seconds, root)[0])
                rate, bad = load(server, scenario, options.seconds, root)
                rates.append(rate)
                failed += bad
            rate, theirs = statistics.median(rates), statistics.median(measured) * THEIRS / YARDSTICK
            goal = f"  {rate / theirs:4.0f}x of {theirs:.0f} here, {rate / THEIRS:4.0f}x of {THEIRS}"
            goal += "" if scenario.goal is None else f", goal {scenario.goal:.0f}x"
            print(f"{scenario.name:38} {rate:8.0f}{goal}{f'  {failed} failed' if failed else ''}", flush=True)
        print(f"cold start {server.cold_start_seconds:.2f} s, resident {server.memory_megabytes():.0f} MB")
    finally:
        other.stop()
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
