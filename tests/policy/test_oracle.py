"""The oracle: on random catalogs, rows, rules, policies and queries, the database answers what plain Python answers.

150 cases by default, 30 on server databases; `SATCHEL_ORACLE_CASES=10000` for a long run with as many on each. The seed
is printed (`SATCHEL_ORACLE_SEED` sets it), and a failing case is printed whole, with a blob that replays it alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from secrets import randbits
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings

from satchel.expr.evaluate import evaluate
from satchel.expr.nodes import Node
from satchel.expr.operators.operator import FLAVORS
from satchel.plan.query import Query
from satchel.policy.grants import combine
from tests.policy.answers import Answer, Answers
from tests.policy.chance import Case, cases
from tests.policy.interpreter import At, Refused
from tests.policy.judged import JudgedRow, JudgedScope
from tests.policy.world import KINDS, Asker, Outcome, Stage, World, actor_of, open_stage, policy_book

ASKED = os.environ.get("SATCHEL_ORACLE_CASES")
SEED = int(os.environ.get("SATCHEL_ORACLE_SEED") or randbits(32))
CASES = int(ASKED or 150)


SETTINGS: dict[str, Any] = {
    "deadline": None,
    "print_blob": True,
    "database": None,
    "report_multiple_bugs": False,
    "suppress_health_check": list(HealthCheck),
}


def examples(stage: Stage, usual: int, on_servers: int) -> int:
    """How many cases a database gets: as many as were asked for, else fewer where each takes long."""
    print(f"SATCHEL_ORACLE_SEED={SEED}")
    return usual if ASKED or stage.database.dialect == "sqlite" else on_servers


@pytest.fixture(scope="module", params=KINDS)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(request.param, tmp_path_factory.mktemp("oracle")) as found:
        yield found


def test_the_database_answers_what_the_oracle_answers(stage: Stage) -> None:
    @seed(SEED)
    @settings(max_examples=examples(stage, CASES, 30), **SETTINGS)
    @given(cases())
    def check(case: Case) -> None:
        world = stage.world(case.catalog)
        try:
            stage.runner.run(compare(world, case))
        finally:
            stage.runner.run(world.drop())

    check()


def judgements(oracle: Answers, node: Node, at: At) -> tuple[bool, bool | None]:
    """What the oracle says of one row, and what the product's interpreter says."""
    found = evaluate(node, JudgedRow(oracle, at), JudgedScope(oracle), oracle.values, oracle.flavor)
    return oracle.holds(node, at), found


@seed(SEED)
@settings(max_examples=CASES, **SETTINGS)
@given(cases())
def test_the_interpreter_judges_rules_as_the_oracle_does(case: Case) -> None:
    grants = combine(case.catalog, policy_book(case.permissions), policies=("p",))
    actor = actor_of(case.user, case.role, case.record)
    oracle = Answers(case.catalog, case.rows, grants, actor, FLAVORS["sqlite"])
    for (name, _), held in grants.table.items():
        for grant in held:
            for row in case.rows[name]:
                if grant.where is not None:
                    note(f"{grant.origin} {grant.where} {row}")
                    mine, theirs = judgements(oracle, grant.where, At(name, row, "list", trusted=True))
                    assert mine is (theirs is True)


async def compare(world: World, case: Case) -> None:
    await world.load(case.rows)
    asker = world.asker(case.permissions, user=case.user, role=case.role, record=case.record)
    for wire, name, parameters in case.queries:
        reading = world.reading(wire, name, parameters)
        note(f"{wire} {name} {json.dumps(parameters)}")
        if isinstance(reading, Outcome):
            continue  # not understood at all
        expected = expect(world, case, asker, *reading)
        given_answer = await world.run(asker, *reading)
        note(f"expected {expected}")
        note(f"answered {given_answer}")
        assert same(reading[0], expected, given_answer)


def expect(world: World, case: Case, asker: Asker, query: Query, values: Any) -> Answer | None:
    """The oracle's answer; None if the question is refused."""
    flavor = FLAVORS[world.dialect.name]
    oracle = Answers(case.catalog, case.rows, asker.grants, asker.actor, flavor)
    oracle.nulls_first = world.dialect.name != "postgres"
    try:
        return oracle.answer(query, values)
    except Refused:
        return None


def same(query: Query, expected: Answer | None, outcome: Outcome) -> bool:
    if expected is None or outcome.refused:
        return expected is None and outcome.error.startswith(("Forbidden", "InvalidQuery"))
    found = json.loads(outcome.data)
    grouped = bool(query.arguments.group)
    return (
        canonical(found, unordered=grouped) == canonical(expected.data, unordered=grouped)
        and outcome.total == expected.total
        and outcome.matching == expected.matching
    )


def canonical(value: Any, *, unordered: bool = False) -> Any:
    """Answers in one spelling: numbers that come as text as numbers, and empty lists left out of `expand`."""
    if isinstance(value, dict):
        found = {name: canonical(item) for name, item in value.items()}
        if isinstance(found.get("expand"), dict):
            found["expand"] = {name: item for name, item in found["expand"].items() if item not in ([], None)}
        return {
            name: number(item) if name in NUMBERS or name.endswith("_count") else item for name, item in found.items()
        }
    if isinstance(value, list):
        items = [canonical(item) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str)) if unordered else items
    return value


NUMBERS = frozenset(
    {"count", "countAll", "countDistinct", "sum", "sumDistinct", "avg", "avgDistinct", "n", "min", "max"}
)


def number(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: number(item) for name, item in value.items()}
    if isinstance(value, bool) or value is None:
        return value
    try:
        return round(float(Decimal(str(value))), 4)
    except InvalidOperation:
        return value
