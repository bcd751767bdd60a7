"""Rows: the stored values of one item under an action's grants, for writes.

In charge of: reading the before-image of an item together with which grants allow this row (so that a write knows which fields it may change), and asking
the create rules about a row that does not exist yet. Not in charge of: what a write does with the answer (`engine/check`, `engine/write`).

The statement of a before-image, for two grants (SQLite):

    SELECT t1."id", t1."title", CASE WHEN <grant 1> THEN 1 ELSE 0 END, CASE WHEN <grant 2> THEN 1 ELSE 0 END
      FROM posts AS t1 WHERE t1."id" = ? AND (<grant 1> OR <grant 2>)

and of a new row:

    SELECT CASE WHEN <grant 1> THEN 1 ELSE 0 END FROM (SELECT ? AS "id", ? AS "title") AS t1
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from satchel.db.base import Row
from satchel.engine.slots import Getter, getter
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Action, Catalog, Collection, Key
from satchel.plan.frame import Numbering, conjunction
from satchel.plan.limits import Limits
from satchel.plan.nodes import Always, Bind, Case, Expr, FromConst, FromParam, Scan, Test
from satchel.plan.paths import column, key_columns
from satchel.plan.secure import guard_of
from satchel.policy.actor import Context
from satchel.policy.grant import Grant, Grants
from satchel.sql.read import write_rows

Run = Callable[[str, Sequence[Any]], Awaitable[list[Row]]]
PLANS = 1024
YES, NO = Bind(FromConst(1), "integer", "number"), Bind(FromConst(0), "integer", "number")


@dataclass(frozen=True, slots=True)
class Found:
    """One stored row. `values`: by field name, as plain Python. `grants`: those that allow this row (never empty)."""

    values: Mapping[str, Any]
    grants: tuple[Grant, ...]

    @property
    def fields(self) -> frozenset[str] | None:
        """The fields that the row's grants give; None for all."""
        if any(grant.fields is None for grant in self.grants):
            return None
        return frozenset(name for grant in self.grants for name in grant.fields or ())


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    getters: tuple[Getter, ...]
    grants: tuple[Grant, ...]


class GrantedRows:
    """Plans and runs these reads for one engine, with a cache per grants and catalog version."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.plans: OrderedDict[Hashable, _Plan] = OrderedDict()

    async def stored(
        self,
        run: Run,
        collection: Collection,
        action: Action,
        key: Key,
        context: Context,
        *,
        catalog: Catalog,
        grants: Grants,
        dialect: Dialect,
    ) -> Found | None:
        """The row of that key, if some grant of the action allows it. `key`: text parts or plain values."""
        plan = self._plan(("stored", collection.name, action), context, catalog, grants, dialect, collection, action)
        if plan is None:
            return None
        rows = await run(plan.sql, [fill((key,), context) for fill in plan.getters])
        if not rows:
            return None
        fields = collection.stored_fields
        row = rows[0]
        values = {field.name: dialect.decode(value, field.type) for field, value in zip(fields, row, strict=False)}
        held = tuple(grant for grant, allowed in zip(plan.grants, row[len(fields) :], strict=True) if allowed)
        return Found(values, held)

    async def admitting(
        self,
        run: Run,
        collection: Collection,
        values: Mapping[str, Any],
        context: Context,
        *,
        catalog: Catalog,
        grants: Grants,
        dialect: Dialect,
    ) -> tuple[Grant, ...]:
        """The create grants that would allow a row with these values (by field name; absent ones are null)."""
        held = grants.of(collection.name, "create")
        if all(grant.where is None for grant in held):
            return held
        plan = self._plan(("new", collection.name), context, catalog, grants, dialect, collection, "create")
        assert plan is not None
        row_values = tuple(values.get(field.name) for field in collection.stored_fields)
        rows = await run(plan.sql, [fill(row_values, context) for fill in plan.getters])
        return tuple(grant for grant, allowed in zip(plan.grants, rows[0], strict=True) if allowed)

    def _plan(
        self,
        kind: tuple[str, ...],
        context: Context,
        catalog: Catalog,
        grants: Grants,
        dialect: Dialect,
        collection: Collection,
        action: Action,
    ) -> _Plan | None:
        held = grants.of(collection.name, action)
        if not held:
            return None
        key = (kind, grants.token, catalog.version, context.actor.collection, dialect.name)
        found = self.plans.get(key)
        if found is None:
            numbering = Numbering(catalog, self.limits, context.actor.collection)
            make = self._new if kind[0] == "new" else self._stored
            found = self.plans[key] = make(numbering, collection, action, held, dialect)
            if len(self.plans) > PLANS:
                self.plans.popitem(last=False)
        return found

    def _stored(
        self, numbering: Numbering, collection: Collection, action: Action, held: tuple[Grant, ...], dialect: Dialect
    ) -> _Plan:
        scan = numbering.scan(collection.name, action)
        allowed = [guard_of(numbering, scan, (grant,)) for grant in held]
        wanted = [
            Test("_eq", item, Bind(FromParam(0, place), item.type, "text", label=item.field))
            for place, item in enumerate(key_columns(scan, collection))
        ]
        guard = guard_of(numbering, scan, held)
        narrowed = replace(scan, where=conjunction([*wanted]), guard=None if guard == Always(True) else guard)
        columns: list[Expr] = [column(scan, field) for field in collection.stored_fields]
        return self._compiled(numbering.catalog, narrowed, [*columns, *map(_flag, allowed)], held, dialect)

    def _new(
        self, numbering: Numbering, collection: Collection, action: Action, held: tuple[Grant, ...], dialect: Dialect
    ) -> _Plan:
        scan = numbering.scan(collection.name, action)
        virtual = tuple(
            (field.name, Bind(FromParam(place), field.type, "any"))
            for place, field in enumerate(collection.stored_fields)
        )
        scan = replace(scan, virtual=virtual)
        allowed = [guard_of(numbering, scan, (grant,)) for grant in held]
        return self._compiled(numbering.catalog, scan, list(map(_flag, allowed)), held, dialect)

    def _compiled(
        self, catalog: Catalog, scan: Scan, columns: Sequence[Expr], held: tuple[Grant, ...], dialect: Dialect
    ) -> _Plan:
        compiled = write_rows(scan, (), columns, catalog, dialect)
        return _Plan(compiled.sql, tuple(getter(item, dialect) for item in compiled.binds), held)


def _flag(condition: Expr) -> Expr:
    """1 where the condition holds, else 0."""
    if condition == Always(True):
        return YES
    return Case(((condition, YES), (Always(True), NO)), "integer")
