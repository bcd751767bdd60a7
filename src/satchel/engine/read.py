"""Read: from a Query to bytes.

In charge of: planning with a cache (query shape × grants × catalog version), filling in values, running one statement,
and handing on the JSON that the database made. Not in charge of: what a plan means (`plan/`) or how it is written
(`sql/read`). Called by `engine/engine` and, inside a transaction, by `engine/write`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from time import perf_counter
from typing import Any

from satchel.db.base import Database, Row
from satchel.engine.across import Earlier, Later, fill, hand_on
from satchel.engine.slots import Getter, getter
from satchel.engine.verbs import Answer
from satchel.errors import DatabaseError
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Catalog
from satchel.observe import TRACE
from satchel.plan.frame import Numbering
from satchel.plan.limits import Limits
from satchel.plan.nodes import Secured
from satchel.plan.query import Query
from satchel.plan.resolve import resolve
from satchel.plan.secure import secure
from satchel.plan.steps import Before, Cutting, split
from satchel.policy.actor import Context
from satchel.policy.grant import Grants
from satchel.sql.dialects import DIALECTS
from satchel.sql.dialects.sqlite_quick import REFUSAL, QuickSqliteDialect
from satchel.sql.read import write_read

Run = Callable[[str, Sequence[Any]], Awaitable[list[Row]]]

QUICK_SQLITE: Dialect = QuickSqliteDialect()
PLANS = 2048
"""How many compiled plans are kept."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled read. `getters` fill its binds in order. `before`, `after`: its steps in other databases, if any."""

    source: str
    sql: str
    getters: tuple[Getter, ...]
    total: bool
    matching: bool
    single: bool
    before: tuple[Earlier[Plan], ...] = ()
    after: tuple[Later[Plan], ...] = ()
    stepped: bool = False

    def params(self, values: Sequence[Any], context: Context) -> list[Any]:
        return [fill(values, context) for fill in self.getters]


class Reader:
    """Plans and runs reads for one engine."""

    def __init__(self, databases: Mapping[str, Database], limits: Limits, *, stepwise: bool = False) -> None:
        """`stepwise`: every collection as if it were in a database of its own, which gives the same answers."""
        self.databases = databases
        self.limits = limits
        self.stepwise = stepwise
        # No stored document can have it as a key.
        self.mark = f"satchel:{token_hex(16)}"
        self.plans: OrderedDict[object, Plan] = OrderedDict()

    def dialect(self, source: str) -> Dialect:
        return DIALECTS[self.databases[source].dialect]

    def plan(self, query: Query, catalog: Catalog, grants: Grants, context: Context) -> Plan:
        """The compiled plan of a query for these grants. Raises InvalidQuery, Forbidden."""
        key = _key(query, catalog, grants, context)
        found = self.plans.get(key)
        if found is None:
            started = perf_counter()
            found = self._compile(query, catalog, grants, context.actor.collection)
            mark("plan", perf_counter() - started)
            self.plans[key] = found
            if len(self.plans) > PLANS:
                self.plans.popitem(last=False)
        return found

    def _compile(
        self, query: Query, catalog: Catalog, grants: Grants, auth_collection: str | None, *, guarded: bool = False
    ) -> Plan:
        read, numbering = resolve(query, catalog, self.limits, auth_collection)
        return self._compiled(secure(read, numbering, grants), numbering, guarded=guarded)

    def _compiled(self, secured: Secured, numbering: Numbering, *, guarded: bool) -> Plan:
        """A secured read with all its steps."""
        catalog = numbering.catalog
        source = catalog.collections[secured.read.scan.collection].source
        dialect = self.dialect(source)
        steps = split(secured, numbering, self.cutting(catalog, nested_groups=dialect.correlated_derived))
        if dialect.name == "sqlite" and not guarded:
            dialect = QUICK_SQLITE
        compiled = write_read(steps.main, catalog, dialect)
        getters = tuple(getter(item, dialect) for item in compiled.binds)
        before = tuple(self.earlier(step, numbering, guarded=guarded) for step in steps.before)
        after = tuple(
            Later(
                step,
                self._compiled(step.rows, numbering, guarded=guarded),
                self._compiled(step.one, numbering, guarded=guarded),
            )
            for step in steps.after
        )
        single = secured.read.single
        stepped = bool(before or after)
        return Plan(source, compiled.sql, getters, compiled.total, compiled.matching, single, before, after, stepped)

    def cutting(self, catalog: Catalog, *, nested_groups: bool = True) -> Cutting:
        """Where reads are cut into steps."""

        def elsewhere(home: str, other: str) -> bool:
            return self.stepwise or catalog.collections[home].source != catalog.collections[other].source

        return Cutting(elsewhere, nested_groups and not self.stepwise, self.mark, self.limits.across)

    def earlier(self, step: Before, numbering: Numbering, *, guarded: bool) -> Earlier[Plan]:
        """An earlier step, compiled."""
        among = parents = None
        if step.keys is not None:
            among = self._compiled(step.keys.among, numbering, guarded=guarded)
            if step.keys.parents is not None:
                parents = self._compiled(step.keys.parents, numbering, guarded=guarded)
        return Earlier(step, self._compiled(step.rows, numbering, guarded=guarded), among, parents)

    async def read(
        self,
        query: Query,
        values: Sequence[Any],
        context: Context,
        catalog: Catalog,
        grants: Grants,
        run: Run | None = None,
    ) -> Answer:
        """Run a read; on `run` (a transaction) when given."""
        plan = self.plan(query, catalog, grants, context)
        if plan.stepped:
            return await self._stepped(plan, query, values, context, catalog, grants, run)
        started = perf_counter()
        fetch = run or self.databases[plan.source].read
        try:
            rows = await fetch(plan.sql, plan.params(values, context))
        except DatabaseError as error:
            if REFUSAL not in error.message:
                raise
            # Some value is not what its column says: from now on this plan guards every value.
            plan = self._compile(query, catalog, grants, context.actor.collection, guarded=True)
            self.plans[_key(query, catalog, grants, context)] = plan
            rows = await fetch(plan.sql, plan.params(values, context))
        mark("db", perf_counter() - started)
        return answer_of(plan, rows)

    async def _stepped(
        self,
        plan: Plan,
        query: Query,
        values: Sequence[Any],
        context: Context,
        catalog: Catalog,
        grants: Grants,
        run: Run | None,
    ) -> Answer:
        """A read in several steps; those in its own database run on `run` as well."""
        started = perf_counter()
        home = plan.source

        def runs(source: str) -> Run:
            return run if run is not None and source == home else self.databases[source].read

        try:
            answer = await self.run_steps(plan, values, context, runs)
        except DatabaseError as error:
            if REFUSAL not in error.message:
                raise
            plan = self._compile(query, catalog, grants, context.actor.collection, guarded=True)
            self.plans[_key(query, catalog, grants, context)] = plan
            answer = await self.run_steps(plan, values, context, runs)
        mark("db", perf_counter() - started)
        return answer

    async def run_steps(
        self, plan: Plan, values: Sequence[Any], context: Context, runs: Callable[[str], Run]
    ) -> Answer:
        """The steps before a statement, the statement, and those after. `runs`: what runs a statement in a source."""

        async def step(inner: Plan, inside: Context) -> bytes:
            return (await self.run_steps(inner, values, inside, runs)).data or b"[]"

        most = self.limits.across
        if plan.before:
            context = await hand_on(plan.before, context, most, step)
        answer = answer_of(plan, await runs(plan.source)(plan.sql, plan.params(values, context)))
        if not plan.after or answer.data is None:
            return answer
        data = await fill(answer.data, self.mark, plan.after, values, context, most, step)
        return Answer(data, answer.total, answer.matching)


def _key(query: Query, catalog: Catalog, grants: Grants, context: Context) -> object:
    return (query, grants.token, catalog.version, context.actor.collection)


def mark(stage: str, seconds: float) -> None:
    """Note the time of a stage for Server-Timing, when a request is being served."""
    trace = TRACE.get()
    if trace is not None:
        trace.mark(stage, seconds)


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
