"""Across: the oracle's questions, with the collections spread over two databases.

Catalogs, rows, rules, policies and queries are those of `test_oracle`, and so is the answer that is expected. 40 cases
by default; `SATCHEL_ORACLE_CASES=10000` for a long run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from satchel.engine.read import Reader
from satchel.model.catalog import Catalog
from satchel.plan.limits import Limits
from tests.policy.chance import Case, cases
from tests.policy.test_oracle import ASKED, SEED, SETTINGS, compare, examples
from tests.policy.world import KINDS, Stage, World, open_stage

CASES = int(ASKED or 40)

Pair = tuple[Stage, Stage]


@pytest.fixture(scope="module", params=KINDS)
def stages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two databases of one kind, on one loop."""
    folder: Path = tmp_path_factory.mktemp("across")
    with ExitStack() as stack:
        here = stack.enter_context(open_stage(request.param, folder))
        there = stack.enter_context(open_stage(request.param, folder / "other", here.runner))
        yield here, there


@st.composite
def spread_cases(draw: st.DrawFn) -> Case:
    """A case whose collections live in `main` or in `other`."""
    case = draw(cases())
    names = sorted(case.catalog.collections)
    away = draw(st.sets(st.sampled_from(names), min_size=1, max_size=len(names) - 1))
    found = [replace(item, source="other") if item.name in away else item for item in case.catalog.collections.values()]
    case.catalog = Catalog.build(found, case.catalog.relations, case.catalog.version)
    return case


class SpreadWorld(World):
    """Two worlds with a part of the tables each, read as one."""

    def __init__(self, here: Stage, there: Stage, catalog: Catalog) -> None:
        super().__init__(here.database, catalog)
        self.reader = Reader({"main": here.database, "other": there.database}, Limits())
        self.parts = [
            World(stage.database, Catalog.build(item for item in catalog.collections.values() if item.source == source))
            for stage, source in ((here, "main"), (there, "other"))
        ]

    async def create(self) -> None:
        for part in self.parts:
            await part.create()

    async def drop(self) -> None:
        for part in self.parts:
            await part.drop()

    async def load(self, rows: object) -> None:
        for part in self.parts:
            await part.load(rows)  # pyright: ignore[reportArgumentType]


def test_two_databases_answer_what_the_oracle_answers(stages: Pair) -> None:
    here, there = stages

    @seed(SEED)
    @settings(max_examples=examples(here, CASES, 10), **SETTINGS)
    @given(spread_cases())
    def check(case: Case) -> None:
        world = SpreadWorld(here, there, case.catalog)
        here.runner.run(world.create())
        try:
            here.runner.run(compare(world, case))
        finally:
            here.runner.run(world.drop())

    check()
