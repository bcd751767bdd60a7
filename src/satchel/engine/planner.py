"""Planner: secured reads as statements that can be run, in as many steps as they take.

In charge of: compiling a secured read with the steps that lead it into other databases, and running those in their
order. Not in charge of: what a step is (`plan/steps`), how its rows meet the others (`across`), or caching (`read`,
`check`). Called by `engine/read` and `engine/check`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from satchel.db.base import Database, Row
from satchel.engine.across import Earlier, Later, fill, hand_on
from satchel.engine.slots import Getter, getter
from satchel.engine.verbs import Answer
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Catalog
from satchel.plan.frame import Numbering
from satchel.plan.limits import Limits
from satchel.plan.nodes import Expr, FromContext, Scan, Secured, Source
from satchel.plan.steps import Before, Cutting, split, split_columns
from satchel.policy.actor import Context
from satchel.sql.dialects import DIALECTS
from satchel.sql.dialects.sqlite_quick import QuickSqliteDialect
from satchel.sql.read import write_read

Run = Callable[[str, Sequence[Any]], Awaitable[list[Row]]]
Runs = Callable[[str], Run]
"""What runs a statement in a source."""

QUICK_SQLITE: Dialect = QuickSqliteDialect()


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled read. `getters` fill its binds in order. `before`, `after`: its steps in other databases, if any.

    `personal`: those getters that look at the caller or the request.
    """

    source: str
    sql: str
    getters: tuple[Getter, ...]
    total: bool
    matching: bool
    single: bool
    before: tuple[Earlier[Plan], ...] = ()
    after: tuple[Later[Plan], ...] = ()
    stepped: bool = False
    personal: tuple[Getter, ...] = ()

    def params(self, values: Sequence[Any], context: Context) -> list[Any]:
        return [fill(values, context) for fill in self.getters]


class Planner:
    """Compiles and runs for one engine.

    `stepwise`: every collection as if it were in a database of its own, which gives the same answers.
    """

    def __init__(self, databases: Mapping[str, Database], limits: Limits, *, stepwise: bool = False) -> None:
        self.databases = databases
        self.limits = limits
        self.stepwise = stepwise
        # No stored document can have it as a key.
        self.mark = f"satchel:{token_hex(16)}"

    def dialect(self, source: str) -> Dialect:
        return DIALECTS[self.databases[source].dialect]

    def compiled(self, secured: Secured, numbering: Numbering, *, guarded: bool) -> Plan:
        """A secured read with all its steps."""
        catalog = numbering.catalog
        source = catalog.collections[secured.read.scan.collection].source
        dialect = self.dialect(source)
        steps = split(secured, numbering, self._cutting(catalog, nested_groups=dialect.correlated_derived))
        if dialect.name == "sqlite" and not guarded:
            dialect = QUICK_SQLITE
        compiled = write_read(steps.main, catalog, dialect)
        getters = tuple(getter(item, dialect) for item in compiled.binds)
        before = tuple(self._earlier(step, numbering, guarded=guarded) for step in steps.before)
        after = tuple(
            Later(
                step,
                self.compiled(step.rows, numbering, guarded=guarded),
                self.compiled(step.one, numbering, guarded=guarded),
            )
            for step in steps.after
        )
        single = secured.read.single
        stepped = bool(before or after)
        personal = tuple(fill for item, fill in zip(compiled.binds, getters, strict=True) if _is_personal(item.source))
        return Plan(
            source, compiled.sql, getters, compiled.total, compiled.matching, single, before, after, stepped, personal
        )

    def _cutting(self, catalog: Catalog, *, nested_groups: bool = True) -> Cutting:
        """Where reads are cut into steps."""

        def elsewhere(home: str, other: str) -> bool:
            return self.stepwise or catalog.collections[home].source != catalog.collections[other].source

        return Cutting(elsewhere, nested_groups and not self.stepwise, self.mark, self.limits.across)

    def _earlier(self, step: Before, numbering: Numbering, *, guarded: bool) -> Earlier[Plan]:
        """An earlier step, compiled."""
        among = parents = None
        if step.keys is not None:
            among = self.compiled(step.keys.among, numbering, guarded=guarded)
            if step.keys.parents is not None:
                parents = self.compiled(step.keys.parents, numbering, guarded=guarded)
        return Earlier(step, self.compiled(step.rows, numbering, guarded=guarded), among, parents)

    def columns(
        self, scan: Scan, columns: Sequence[Expr], numbering: Numbering
    ) -> tuple[Scan, list[Expr], tuple[Earlier[Plan], ...]]:
        """Plain columns of one secured scan, and the steps before them (see `hand_on`)."""
        main, found, before = split_columns(scan, columns, numbering, self._cutting(numbering.catalog))
        return main, found, tuple(self._earlier(step, numbering, guarded=True) for step in before)

    async def run(self, plan: Plan, values: Sequence[Any], context: Context, runs: Runs) -> Answer:
        """The steps before a statement, the statement, and those after. `runs`: what runs a statement in a source."""

        async def step(inner: Plan, inside: Context) -> bytes:
            return (await self.run(inner, values, inside, runs)).data or b"[]"

        most = self.limits.across
        if plan.before:
            context = await hand_on(plan.before, context, most, step)
        answer = answer_of(plan, await runs(plan.source)(plan.sql, plan.params(values, context)))
        if not plan.after or answer.data is None:
            return answer
        data = await fill(answer.data, self.mark, plan.after, values, context, most, step)
        return Answer(data, answer.total, answer.matching)

    async def hand_on(
        self, before: tuple[Earlier[Plan], ...], values: Sequence[Any], context: Context, runs: Runs
    ) -> Context:
        """The context with what the steps before a statement find."""

        async def step(inner: Plan, inside: Context) -> bytes:
            return (await self.run(inner, values, inside, runs)).data or b"[]"

        return await hand_on(before, context, self.limits.across, step)


def _is_personal(source: Source) -> bool:
    return isinstance(source, FromContext) and source.path[0] != "now"


def answer_of(plan: Plan, rows: list[Row]) -> Answer:
    """The statement's one row as an Answer."""
    if not rows:
        return Answer(None if plan.single else b"[]")
    row = rows[0]
    data = row[0]
    at = 1
    total = matching = None
    if plan.total:
        total = int(row[at])
        at += 1
    if plan.matching:
        matching = int(row[at])
    if data is None:
        return Answer(None, total, matching)
    return Answer(data.encode() if isinstance(data, str) else bytes(data), total, matching)
