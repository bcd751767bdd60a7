"""Read: from a Query to bytes.

In charge of: planning with a cache (query shape × grants × catalog version), filling in values, running one statement,
and handing on the JSON that the database made. Not in charge of: what a plan means (`plan/`) or how it is written
(`sql/read`). Called by `engine/engine` and, inside a transaction, by `engine/write`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from time import perf_counter
from typing import Any

from satchel.db.base import Database
from satchel.engine.planner import Plan, Planner, Run, answer_of
from satchel.engine.verbs import Answer
from satchel.errors import DatabaseError
from satchel.model.catalog import Catalog
from satchel.observe import TRACE
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from satchel.plan.resolve import resolve
from satchel.plan.secure import secure
from satchel.policy.actor import Context
from satchel.policy.grant import Grants
from satchel.sql.dialects.sqlite_quick import REFUSAL

PLANS = 2048
"""How many compiled plans are kept."""


class Reader:
    """Plans and runs reads for one engine."""

    def __init__(self, databases: Mapping[str, Database], limits: Limits, *, stepwise: bool = False) -> None:
        """`stepwise`: see Planner."""
        self.databases = databases
        self.limits = limits
        self.planner = Planner(databases, limits, stepwise=stepwise)
        self.plans: OrderedDict[object, Plan] = OrderedDict()

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
        return self.planner.compiled(secure(read, numbering, grants), numbering, guarded=guarded)

    def sharing(
        self, query: Query, values: Sequence[Any], context: Context, catalog: Catalog, grants: Grants
    ) -> Hashable:
        """What an answer depends on beside the query and its values: callers for whom this is equal, at one instant,
        get equal answers. Raises as `plan` does."""
        plan = self.plan(query, catalog, grants, context)
        actor = context.actor
        # what lives in other databases is asked for later, with binds of its own
        whole = (actor.kind, actor.key) if plan.stepped else None
        return grants.token, actor.collection, whole, tuple(fill(values, context) for fill in plan.personal)

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
            answer = await self.planner.run(plan, values, context, runs)
        except DatabaseError as error:
            if REFUSAL not in error.message:
                raise
            plan = self._compile(query, catalog, grants, context.actor.collection, guarded=True)
            self.plans[_key(query, catalog, grants, context)] = plan
            answer = await self.planner.run(plan, values, context, runs)
        mark("db", perf_counter() - started)
        return answer


def _key(query: Query, catalog: Catalog, grants: Grants, context: Context) -> object:
    return (query, grants.token, catalog.version, context.actor.collection)


def mark(stage: str, seconds: float) -> None:
    """Note the time of a stage for Server-Timing, when a request is being served."""
    trace = TRACE.get()
    if trace is not None:
        trace.mark(stage, seconds)
