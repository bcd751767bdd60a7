"""Golden cases of reads in several steps: the blog's authors and tags live in another database.

Each file holds the statements of one read in the order in which they are run; those that are only asked where the first
finds too many are marked so. `UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from satchel.engine.planner import Plan, Planner
from satchel.model.catalog import Catalog
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from satchel.plan.resolve import resolve
from satchel.plan.secure import secure
from satchel.policy.grant import Grants
from tests.golden.blog import blog
from tests.golden.test_plans import CASES

FOLDER = Path(__file__).parent / "steps"
DIALECTS = ("sqlite", "postgres", "mariadb")
NAMES = (
    "to-one",
    "to-many-through-junction",
    "filter-to-one",
    "filter-to-many",
    "none",
    "sort-to-one",
    "sort-to-many",
    "guarded-filter",
    "records",
)


def spread() -> Catalog:
    catalog = blog()
    away = {"authors", "tags"}
    found = [replace(item, source="other") if item.name in away else item for item in catalog.collections.values()]
    return Catalog.build(found, catalog.relations, catalog.version)


def statements(plan: Plan) -> Iterator[str]:
    for earlier in plan.before:
        yield f"-- {earlier.step.number}, before"
        yield from statements(earlier.rows)
        if earlier.parents is not None:
            yield "-- if those are too many: the keys that are referred to"
            yield from statements(earlier.parents)
        if earlier.among is not None:
            yield "-- and the rows with these keys"
            yield from statements(earlier.among)
    yield f"-- in {plan.source}"
    yield plan.sql
    for later in plan.after:
        yield f"-- {later.step.number}, after"
        yield from statements(later.rows)
        yield "-- if those are too many: for each parent"
        yield from statements(later.one)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_statements(name: str, dialect: str) -> None:
    case: tuple[Query, Grants] = CASES[name]
    query, held = case
    catalog = spread()
    sources = {item.source for item in catalog.collections.values()}
    databases = {source: SimpleNamespace(dialect=dialect) for source in sources}
    planner = Planner(databases, Limits())  # pyright: ignore[reportArgumentType]
    planner.mark = "mark"
    read, numbering = resolve(query, catalog, Limits())
    plan = planner.compiled(secure(read, numbering, held), numbering, guarded=False)
    written = "\n".join(statements(plan)) + "\n"
    golden = FOLDER / f"{name}.{dialect}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written)
    assert golden.read_text() == written
