"""Read: from a Query to bytes.

In charge of: planning with a cache (query shape × grants × catalog version), filling in values, running one statement,
and handing on the JSON that the database made. Not in charge of: what a plan means (`plan/`) or how it is written
(`sql/read`). Called by `engine/engine` and, inside a transaction, by `engine/write`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from satchel.db.base import Database, Row
from satchel.engine.across import Across, split_query
from satchel.engine.slots import Getter, getter
from satchel.engine.verbs import Answer
from satchel.errors import DatabaseError
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Catalog
from satchel.observe import TRACE
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from satchel.plan.resolve import resolve
from satchel.plan.secure import secure
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
    """A compiled read. `getters` fill its binds in order. `across`: relations that lead into another database."""

    source: str
    sql: str
    getters: tuple[Getter, ...]
    total: bool
    matching: bool
    single: bool
    across: tuple[Across, ...] = ()

    def params(self, values: Sequence[Any], context: Context) -> list[Any]:
        return [fill(values, context) for fill in self.getters]


class Reader:
    """Plans and runs reads for one engine."""

    def __init__(self, databases: Mapping[str, Database], limits: Limits) -> None:
        self.databases = databases
        self.limits = limits
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
        query, across = split_query(query, catalog)
        read, numbering = resolve(query, catalog, self.limits, auth_collection)
        source = catalog.collections[read.scan.collection].source
        dialect = self.dialect(source)
        if dialect.name == "sqlite" and not guarded:
            dialect = QUICK_SQLITE
        compiled = write_read(secure(read, numbering, grants), catalog, dialect)
        getters = tuple(getter(item, dialect) for item in compiled.binds)
        return Plan(source, compiled.sql, getters, compiled.total, compiled.matching, read.single, across)

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
        answer = answer_of(plan, rows)
        if plan.across and answer.data is not None:
            return await self._across(plan, answer, context, catalog, grants)
        return answer

    async def _across(self, plan: Plan, answer: Answer, context: Context, catalog: Catalog, grants: Grants) -> Answer:
        """Fill in what lives in other databases, with one keyed query per relation."""
        data = answer.data or b"null"
        for item in plan.across:

            async def fetch(query: Query, values: Sequence[Any]) -> bytes:
                found = await self.read(query, values, context, catalog, grants)
                return found.data or b"[]"

            data = await item.fill(data, fetch)
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
