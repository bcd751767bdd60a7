"""Steps: a read in several statements answers what one statement answers.

Random catalogs, rows, rules, policies and queries, as for the oracle (`test_oracle`), each read twice: as one
statement, and with every collection as if it were in a database of its own. 50 cases by default, fewer on servers;
`SATCHEL_ORACLE_CASES=10000` for a long run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, note, seed, settings

from satchel.engine.read import Reader
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from tests.policy.chance import Case, cases
from tests.policy.test_oracle import ASKED, SEED, SETTINGS, canonical, examples
from tests.policy.world import KINDS, Outcome, Stage, World, open_stage

CASES = int(ASKED or 50)


@pytest.fixture(scope="module", params=KINDS)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(request.param, tmp_path_factory.mktemp("steps")) as found:
        yield found


def test_steps_answer_what_one_statement_answers(stage: Stage) -> None:
    @seed(SEED)
    @settings(max_examples=examples(stage, CASES, 12), **SETTINGS)
    @given(cases())
    def check(case: Case) -> None:
        world = stage.world(case.catalog)
        try:
            stage.runner.run(compare(world, case))
        finally:
            stage.runner.run(world.drop())

    check()


async def compare(world: World, case: Case) -> None:
    await world.load(case.rows)
    asker = world.asker(case.permissions, user=case.user, role=case.role, record=case.record)
    whole = world.reader
    # Few rows are handed on at a time, so that asking again by keys is tried as well.
    readers = [Reader({"main": world.database}, Limits(across=most), stepwise=True) for most in (1000, 4)]
    for wire, name, parameters in case.queries:
        reading = world.reading(wire, name, parameters)
        note(f"{wire} {name} {json.dumps(parameters)}")
        if isinstance(reading, Outcome):
            continue
        world.reader = whole
        expected = await world.run(asker, *reading)
        for world.reader in readers:
            found = await world.run(asker, *reading)
            note(f"at once {expected}")
            note(f"in steps {found}")
            assert same(reading[0], expected, found)


def same(query: Query, expected: Outcome, found: Outcome) -> bool:
    if expected.refused or found.refused:
        return expected.error == found.error or "would have to be looked through" in found.error
    unordered = bool(query.arguments.group)
    return (expected.total, expected.matching) == (found.total, found.matching) and canonical(
        json.loads(expected.data), unordered=unordered
    ) == canonical(json.loads(found.data), unordered=unordered)
