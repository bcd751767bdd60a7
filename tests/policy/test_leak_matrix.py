"""The leak matrix: every clause × every kind of relation × what is hidden.

Nobody may learn what is hidden by asking in another way. So each question is asked in worlds that differ only in what
is hidden, and must be answered (or refused) in the same words. That the questions are good ones is shown by an admin,
to whom the worlds look different.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from satchel.engine.read import Reader
from satchel.plan.limits import Limits
from tests.policy.graphql import GraphQLQuestions, graphql_questions
from tests.policy.magazine import (
    TARGETS,
    WAYS,
    Way,
    base_rows,
    directus_questions,
    magazine,
    pocketbase_questions,
    secretly,
)
from tests.policy.world import Asker, Outcome, World, may_read, open_stage

JUNCTIONS = ("posts_tags", "posts_blocks")
Rows = dict[str, list[dict[str, Any]]]
Names = tuple[tuple[str, str], ...]
NAMES: Names = ()
GAP = "NotSupported"
"""What a database can't do at all is told to everyone alike."""


@dataclass(frozen=True)
class Hiding:
    """One way to hide: the caller's permissions, and the rows of worlds that must look the same to the caller."""

    name: str
    permissions: Callable[[Way], list[dict[str, Any]]]
    worlds: Callable[[Way], Sequence[Rows]]


def others(way: Way) -> list[dict[str, Any]]:
    return [may_read(name) for name in (*TARGETS, *JUNCTIONS) if name != way.target]


def change(way: Way, edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Rows:
    found = base_rows()
    found[way.target] = edit(found[way.target])
    return found


def all_secret(letter: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [secretly(row, letter) for row in rows]


def closed_secret(letter: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row if row["open"] else secretly(row, letter) for row in rows]


def named(letter: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "name": f"{letter}-name"} for row in rows]


def closed_named(letter: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row if row["open"] else {**row, "name": f"{letter}-name"} for row in closed_secret(letter, rows)]


def without_closed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["open"]]


def hidden_rows(way: Way) -> Sequence[Rows]:
    return [*(change(way, partial(closed_named, letter)) for letter in "AB"), change(way, without_closed)]


def hidden_fields(way: Way) -> Sequence[Rows]:
    return [change(way, partial(all_secret, letter)) for letter in "AB"]


def hidden_cells(way: Way) -> Sequence[Rows]:
    return [change(way, partial(closed_secret, letter)) for letter in "AB"]


def hidden_collection(way: Way) -> Sequence[Rows]:
    full = [change(way, lambda rows, letter=letter: named(letter, all_secret(letter, rows))) for letter in "AB"]
    return [*full, change(way, lambda rows: [])]


LINKS = {
    # way: (the collection and field that hold the link, the alias that lists it from the other side)
    "m2o": (("posts", "author"), ("authors", "posts")),
    "o2m": (("comments", "post"), ("posts", "comments")),
    "m2m": (("posts_tags", "tags_id"), ("tags", "posts")),
    "m2a": (("posts_blocks", "item"), None),
    "self": (("posts", "parent"), ("posts", "children")),
    "self o2m": (("posts", "parent"), ("posts", "children")),
    "list": (("posts", "labels"), None),
    "list back": (("posts", "labels"), None),
    "two steps": (("posts", "author"), ("authors", "posts")),
    "there and back": (("posts", "author"), ("authors", "posts")),
}
VALUES = {"labels": (["3"], ["1", "2"], [])}
"""What a link of that name says in three worlds; other links say 3, 1 and nothing."""


def hidden_links(way: Way) -> Sequence[Rows]:
    if way.name not in LINKS:
        return []
    (holder, field), _ = LINKS[way.name]
    worlds: list[Rows] = []
    for value in VALUES.get(field, (3, 1, None)):
        rows = base_rows()
        rows[holder] = [{**row, field: value} for row in rows[holder]]
        worlds.append(rows)
    return worlds


def without_links(way: Way) -> list[dict[str, Any]]:
    """Everything may be seen but the link, from both of its sides."""
    hidden = [item for item in LINKS.get(way.name, ()) if item is not None]
    permissions: list[dict[str, Any]] = []
    for item in magazine().collections.values():
        fields = [name for name in item.fields if (item.name, name) not in hidden]
        permissions.append(may_read(item.name, None, fields))
    return permissions


def hidden_junction(way: Way) -> Sequence[Rows]:
    if way.name not in ("m2m", "m2a"):
        return []
    changed = base_rows()
    for junction in JUNCTIONS:
        changed[junction] = [{**row, "posts_id": 2} for row in changed[junction]]
    return [base_rows(), changed, {**base_rows(), **{name: [] for name in JUNCTIONS}}]


SEEN = ("id", "name", "open", "author", "parent", "labels", "post", "comments", "children", "tags", "blocks", "posts")
OPEN = {"open": {"_eq": True}}

HIDINGS = (
    Hiding("row", lambda way: [*others(way), may_read(way.target, OPEN)], hidden_rows),
    Hiding("field", lambda way: [*others(way), may_read(way.target, None, SEEN)], hidden_fields),
    Hiding(
        "cell",
        lambda way: [*others(way), may_read(way.target, None, SEEN), may_read(way.target, OPEN)],
        hidden_cells,
    ),
    Hiding("collection", others, hidden_collection),
    Hiding("link", without_links, hidden_links),
    Hiding("junction", lambda way: [may_read(name) for name in TARGETS], hidden_junction),
)


@dataclass
class Scene:
    """A world of the magazine."""

    runner: asyncio.Runner
    world: World
    documents: GraphQLQuestions

    def ask(self, rows: Rows, asker: Asker, way: Way, about: Names = NAMES) -> dict[str, Outcome]:
        async def work() -> dict[str, Outcome]:
            await self.world.load(rows)
            found = await ask_all(self.world, asker, way, about)
            for name, text in graphql_questions(way):
                found[f"graphql {name}"] = await self.documents.ask(self.world, asker, about_text(text, about))
            return found

        return self.runner.run(work())


HEAVY = [
    pytest.param("sqlite in steps", marks=pytest.mark.heavy),
    *(
        pytest.param(f"{kind}{way}", marks=[pytest.mark.dialects, pytest.mark.heavy])
        for kind in ("postgres", "mariadb")
        for way in ("", " in steps")
    ),
]


@pytest.fixture(scope="module", params=["sqlite", *HEAVY])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A database; "in steps", every relation is followed as one into another database."""
    kind, _, steps = request.param.partition(" ")
    with open_stage(kind, tmp_path_factory.mktemp("matrix")) as stage:
        world = stage.world(magazine())
        if steps:
            world.reader = Reader({"main": stage.database}, Limits(), stepwise=True)
        yield Scene(stage.runner, world, GraphQLQuestions(world.catalog))


async def ask_all(world: World, asker: Asker, way: Way, about: Names = NAMES) -> dict[str, Outcome]:
    """Every question, answered in the world as it is now. `about`: other fields to ask about than the usual ones."""
    found: dict[str, Outcome] = {}
    for name, parameters in directus_questions(way):
        found[f"directus {name}"] = await world.directus(asker, way.root, about_field(parameters, about))
    found["directus item"] = await world.directus_item(asker, way.root, (1,), {"fields": ["*.*.*"]})
    for name, parameters in pocketbase_questions(way):
        found[f"pocketbase {name}"] = await world.pocketbase(asker, way.root, **about_field(parameters, about))
    if way.expand or not way.path:
        found["pocketbase item"] = await world.pocketbase_item(asker, way.root, (1,), expand=way.expand)
    return found


def about_field(parameters: Mapping[str, Any], names: Names) -> Any:
    return json.loads(about_text(json.dumps(parameters), names))


def about_text(text: str, names: Names) -> str:
    for usual, name in names:
        text = text.replace(usual, name)
    return text


def show(question: str, outcomes: Sequence[Outcome]) -> str:
    return f"{question}:\n" + "\n".join(f"    {item}" for item in outcomes)


@pytest.mark.parametrize("hiding", HIDINGS, ids=lambda hiding: hiding.name)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_hidden_changes_no_answer(scene: Scene, way: Way, hiding: Hiding) -> None:
    caller = scene.world.asker(hiding.permissions(way))
    worlds = hiding.worlds(way)
    if not worlds:
        return  # nothing of that kind is on this way
    answers = [scene.ask(rows, caller, way) for rows in worlds]
    leaks = [
        show(question, [answer[question] for answer in answers])
        for question in answers[0]
        if len({answer[question] for answer in answers}) > 1
    ]
    assert not leaks, "\n".join(leaks)
    if hiding.name in ("row", "cell"):
        # The questions were really answered: only what is hidden everywhere is refused.
        refused = [
            show(question, [answer])
            for question, answer in answers[0].items()
            if answer.refused and not answer.error.startswith(GAP)
        ]
        assert not refused, "\n".join(refused)


@pytest.mark.parametrize("who", ["everything granted", "admin"])
@pytest.mark.parametrize("secret", ["token", "pin"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_concealed_values_change_no_answer(scene: Scene, way: Way, secret: str, who: str) -> None:
    caller = scene.world.asker([may_read(name) for name in (*TARGETS, *JUNCTIONS)], admin=who == "admin")
    names = (("secret", secret), ("data", "vault"), ("born", "day"))

    def rows(world: str) -> Rows:
        return {
            name: [{**row, **_concealed(row, world, secret)} for row in given] if name in TARGETS else given
            for name, given in base_rows().items()
        }

    answers = [scene.ask(rows(world), caller, way, names) for world in "AB"]
    leaks = [
        show(question, [answer[question] for answer in answers])
        for question in answers[0]
        if answers[0][question] != answers[1][question]
    ]
    assert not leaks, "\n".join(leaks)


def _concealed(row: Mapping[str, Any], world: str, secret: str) -> dict[str, Any]:
    """The concealed values of a row: others in each world, in another order, and never missing (which does show)."""
    letter, year = (row["id"], 2010 + row["id"]) if world == "A" else (9 - row["id"], 1990 - row["id"])
    text = f"{world}-{secret}" if row["id"] < 3 else f"{letter}"
    return {secret: text, "vault": {"k": f"{world}{letter}"}, "day": f"{year}-03-04T05:06:07.000Z"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_the_questions_are_good_ones(scene: Scene, way: Way) -> None:
    admin = scene.world.asker(admin=True)
    answers = [scene.ask(rows, admin, way) for rows in hidden_collection(way)]
    blunt = [
        question
        for question, answer in answers[0].items()
        if len({item[question] for item in answers}) == 1 and not answer.error.startswith(GAP)
    ]
    assert not blunt, "\n".join(show(question, [answers[0][question]]) for question in blunt)
