"""Reads that databases need different words for, or several statements."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.policy.world import KINDS, World, alias, collection, may_read, open_stage, relation, stored

from satchel.engine.read import Reader
from satchel.model.catalog import Catalog
from satchel.plan.limits import Limits

BOOKS = Catalog.build(
    [
        collection("shelves", stored("id", "integer"), stored("name", "string"), alias("books")),
        collection(
            "books",
            stored("id", "integer"),
            stored("shelf", "integer"),
            stored("genre", "string"),
            stored("pages", "integer"),
        ),
    ],
    [relation("books", "shelf", "shelves", one_field="books")],
    1,
)
ROWS = {
    "shelves": [{"id": 1, "name": "low"}, {"id": 2, "name": "empty"}],
    "books": [
        {"id": number, "shelf": 1, "genre": "crime" if number % 3 else "verse", "pages": number * 10}
        for number in range(1, 8)
    ],
}


class Library:
    def __init__(self, run: asyncio.Runner, world: World) -> None:
        self.run = run
        self.world = world
        self.admin = world.asker(admin=True)

    def ask(self, name: str, asker: Any = None, **parameters: Any) -> Any:
        outcome = self.run.run(self.world.directus(asker or self.admin, name, parameters))
        return outcome.error or numbered(json.loads(outcome.data))


def numbered(value: Any) -> Any:
    """Aggregates as numbers, which are texts on PostgreSQL, as Directus has them."""
    if isinstance(value, dict):
        return {name: numbered(item) for name, item in value.items()}
    if isinstance(value, list):
        return [numbered(item) for item in value]
    return int(value) if isinstance(value, str) and value.isdigit() else value


@pytest.fixture(scope="module", params=KINDS)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("library")
    with open_stage(request.param, folder) as stage:
        world = stage.world(BOOKS)
        stage.runner.run(world.load(ROWS))
        yield Library(stage.runner, world)


def deep(**arguments: Any) -> dict[str, Any]:
    return {"fields": ["id", "books"], "deep": {"books": {f"_{name}": value for name, value in arguments.items()}}}


def test_nested_rows_are_aggregated(library: Library) -> None:
    found = library.ask("shelves", **deep(aggregate={"count": "*", "sum": "pages"}))
    assert found == [
        {"id": 1, "books": [{"count": 7, "sum": {"pages": 280}}]},
        {"id": 2, "books": [{"count": 0, "sum": {"pages": None}}]},
    ]


def test_nested_groups(library: Library) -> None:
    found = library.ask("shelves", **deep(aggregate={"max": "pages"}, groupBy=["genre"], filter={"pages": {"_lt": 60}}))
    groups = sorted(found[0]["books"], key=lambda group: group["genre"])
    assert groups == [{"genre": "crime", "max": {"pages": 50}}, {"genre": "verse", "max": {"pages": 30}}]
    assert found[1]["books"] == []


def test_a_count_of_rows_beside_one_of_values(library: Library) -> None:
    assert library.ask("books", aggregate={"count": ["*", "genre"]}) == [{"count": {"*": 7, "genre": 7}}]
    assert library.ask("books", aggregate={"count": ["*", "*"]}) == [{"count": 7}]


def test_nested_lists_have_the_default_limit(library: Library) -> None:
    world = library.world
    usual = world.reader
    world.reader = Reader({"main": world.database}, Limits(nested=3))
    try:
        assert library.ask("shelves", fields=["books"])[0] == {"books": [1, 2, 3]}
        assert library.ask("shelves", **deep(limit=5))[0]["books"] == [1, 2, 3, 4, 5]
        assert library.ask("shelves", **deep(limit=-1))[0]["books"] == [1, 2, 3, 4, 5, 6, 7]
        world.reader = Reader({"main": world.database}, Limits(nested=None))
        assert len(library.ask("shelves", fields=["books"])[0]["books"]) == 7
    finally:
        world.reader = usual


def test_inactive_collections_are_refused_below_others(library: Library) -> None:
    world = library.world
    usual = world.catalog
    books = replace(usual.collections["books"], meta={"status": "inactive"})
    world.catalog = Catalog.build([usual.collections["shelves"], books], usual.relations, 2)
    try:
        assert library.ask("shelves", fields=["id", "books.pages"]) == (
            'CollectionInactive: Collection "books" is inactive.'
        )
        assert library.ask("shelves", fields=["*.*"]) == [{"id": 1, "name": "low"}, {"id": 2, "name": "empty"}]
        guest = world.asker([may_read("shelves")])
        # who may not read it is not told
        assert library.ask("shelves", guest, fields=["id", "books.pages"]) == [{"id": 1}, {"id": 2}]
    finally:
        world.catalog = usual
