"""Check: may this caller write that?

In charge of: which rows and fields an actor's grants open to a write: rows that exist (`permitted`, which also reads
them as they are), a row that is about to exist (`admits`), rows that a relation may point at (`visible`). Not in
charge of: what values are good (`write_values`, `policy_check`). Called by the `write_*` rooms; a Checker lives as
long as its transaction.

Every row condition is compiled from the same grants and by the same `rule` and `guard_of` as reads, so there is no
second opinion on what a rule means. A row that a caller may not touch is the same as none, in every answer.

Refusals are Forbidden with `details` that tell a wire how to word it:
    reason "collection"  no grant for this action            collection, path
    reason "fields"      no grant has these fields           collection, fields, path
    reason "item"        not this row, or no such row        collection, action, fields
    reason "rule"        the new row meets no create rule    collection, action
    reason "missing"     a named row is not there            nothing else
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from satchel.db.base import Row
from satchel.engine.across import Earlier
from satchel.engine.planner import Plan, Planner
from satchel.engine.slots import Getter, getter
from satchel.engine.write_plan import CollectionPlan, WritePlans, is_document
from satchel.errors import Forbidden
from satchel.model.catalog import Action, Catalog, Key
from satchel.plan.frame import Numbering, conjunction
from satchel.plan.nodes import Bind, Case, Expr, FromConst, FromParam, Scan, Test
from satchel.plan.paths import column, key_columns
from satchel.plan.secure import guard_of
from satchel.policy.actor import Context
from satchel.policy.grant import Grant, Grants
from satchel.sql.read import write_rows
from satchel.sql.write import LOCKING

Run = Callable[[str, Sequence[Any]], Awaitable[list[Row]]]
RunOf = Callable[[str], Run]

PLANS = 1024
"""How many compiled checks are kept."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row that the caller may write to. `row`: its stored values; `grants`: those that allow it."""

    row: dict[str, Any]
    grants: tuple[Grant, ...]

    def refused(self, names: Iterable[str]) -> list[str]:
        """The fields among `names` that none of these grants has."""
        return refused_fields(self.grants, names)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A check as SQL. Its columns: the row's stored fields (none for a new row), then 1 or NULL for each grant.
    `before`: what its rules need to know of other databases.
    """

    sql: str
    getters: tuple[Getter, ...]
    before: tuple[Earlier[Plan], ...] = ()


class Checks:
    """The compiled checks of one engine, by collection, action, grants and catalog."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.limits = planner.limits
        self._kept: OrderedDict[Hashable, _Compiled] = OrderedDict()

    def compiled(self, shape: Hashable, make: Callable[[], _Compiled]) -> _Compiled:
        found = self._kept.get(shape)
        if found is None:
            found = self._kept[shape] = make()
            if len(self._kept) > PLANS:
                self._kept.popitem(last=False)
        return found


class Checker:
    """The checks of one transaction: one caller, one catalog.

    `runs`: source name → what runs a statement there: the transaction, or a read connection of another database.
    """

    def __init__(
        self,
        checks: Checks,
        plans: WritePlans,
        runs: RunOf,
        catalog: Catalog,
        grants: Grants,
        context: Context,
    ) -> None:
        self._checks = checks
        self._plans = plans
        self._runs = runs
        self._catalog = catalog
        self._context = context
        self.grants = grants

    def hear(self, context: Context) -> None:
        """From now on rules speak of this request."""
        self._context = context

    def plan_of(self, name: str | None) -> CollectionPlan | None:
        """The write plan of a collection of this catalog."""
        return None if name is None else self._plans.of(self._catalog, name)

    async def run_on(self, plan: CollectionPlan, sql: str, params: Sequence[Any]) -> list[Row]:
        """Run a statement where the collection is: in the transaction, or on a read connection of another database."""
        return await self._runs(plan.source)(sql, params)

    # --- what the grants say by themselves

    def granted(self, plan: CollectionPlan, action: Action, path: Path) -> tuple[Grant, ...]:
        """The grants for an action. Raises Forbidden when there are none."""
        found = self.grants.of(plan.name, action)
        if not found:
            raise no_collection(plan.name, path)
        return found

    def check_fields(self, plan: CollectionPlan, grants: Sequence[Grant], names: Iterable[str], path: Path) -> None:
        """Raise Forbidden for fields that none of the grants has."""
        refused = refused_fields(grants, names)
        if refused:
            raise no_fields(plan.name, refused, path)

    # --- rows that exist

    async def permitted(self, plan: CollectionPlan, action: Action, key: Key, path: Path) -> Seen | None:
        """The row, locked, with the grants that allow the action on it; None if there is no such row, or none allows
        it.

        Raises Forbidden when the action is not granted at all.
        """
        grants = self.granted(plan, action, path)
        if all(grant.where is None for grant in grants):
            row = await self.row(plan, key)
            return None if row is None else Seen(row, grants)
        return await self._stored(plan, action, grants, key, lock=True)

    async def opens(self, plan: CollectionPlan, action: Action, key: Key, fields: Sequence[str] = ()) -> bool:
        """Whether the grants allow the action on this item and these fields; nothing is locked or refused."""
        grants = self.grants.of(plan.name, action)
        if not grants:
            return False
        everywhere = [grant for grant in grants if grant.where is None]
        if everywhere and not refused_fields(everywhere, fields):
            return bool(await self.existing(plan, [key]))
        seen = await self._stored(plan, action, grants, key, lock=False)
        return seen is not None and not seen.refused(fields)

    async def seen(self, plan: CollectionPlan, action: Action, key: Key) -> Seen | None:
        """The row with the grants that allow the action on it; None if there is none. Nothing is locked or refused."""
        grants = self.grants.of(plan.name, action)
        return await self._stored(plan, action, grants, key, lock=False) if grants else None

    async def row(self, plan: CollectionPlan, key: Key) -> dict[str, Any] | None:
        """The row as it is stored, locked, whoever asks."""
        return await self.row_by(plan, plan.key, key, lock=True)

    async def row_by(
        self, plan: CollectionPlan, names: tuple[str, ...], values: Sequence[Any], *, lock: bool = False
    ) -> dict[str, Any] | None:
        """The first row with these values in these fields, whoever asks."""
        statement = plan.select(names, lock=lock)
        rows = await self._runs(plan.source)(statement.sql, plan.encode(names, values))
        return plan.decode(statement.out, rows[0]) if rows else None

    # SELECT t1."id", t1."title", CASE WHEN <guard of grant 1> THEN 1 END, … FROM "posts" AS t1
    #   WHERE (<guard of grant 1> OR …) AND t1."id" = ? FOR UPDATE
    async def _stored(
        self, plan: CollectionPlan, action: Action, grants: tuple[Grant, ...], key: Key, *, lock: bool
    ) -> Seen | None:
        compiled = self._checks.compiled(
            ("stored", lock, *self._shape(plan, action)), lambda: self._compile_stored(plan, action, grants, lock=lock)
        )
        rows = await self._runs(plan.source)(compiled.sql, await self._params(compiled, key))
        if not rows:
            return None
        fields = plan.collection.stored_fields
        allowing = _allowing(grants, rows[0][len(fields) :])
        return Seen(plan.decode(fields, rows[0][: len(fields)]), allowing) if allowing else None

    def _compile_stored(
        self, plan: CollectionPlan, action: Action, grants: tuple[Grant, ...], *, lock: bool
    ) -> _Compiled:
        numbering = self._numbering()
        scan = numbering.scan(plan.name, action)
        columns: list[Expr] = [column(scan, field) for field in plan.collection.stored_fields]
        keyed = [
            Test("_eq", part, Bind(FromParam(place), part.type, "text", label=part.field))
            for place, part in enumerate(key_columns(scan, plan.collection))
        ]
        guarded = replace(scan, guard=guard_of(numbering, scan, grants), where=conjunction([*keyed]))
        return self._compile(plan, guarded, [*columns, *_flags(numbering, scan, grants)], numbering, lock=lock)

    # --- rows that a relation may point at

    async def visible(self, plan: CollectionPlan, keys: Sequence[Key]) -> set[Key]:
        """Which of these items the caller may see; for an admin, which there are. Unknown keys are left out."""
        grants = self.grants.of(plan.name, "view")
        if not grants:
            return set()
        if any(grant.where is not None for grant in grants):
            found = [key for key in keys if await self._stored(plan, "view", grants, key, lock=False) is not None]
            return set(found)
        return await self.existing(plan, keys)

    async def existing(self, plan: CollectionPlan, keys: Sequence[Key]) -> set[Key]:
        """Which of these items there are, whoever asks."""
        if len(plan.key) != 1:
            return {key for key in keys if await self._is_stored(plan, key)}
        name = plan.key[0]
        found: set[Key] = set()
        wanted = [key[0] for key in keys]
        for start in range(0, len(wanted), 200):
            chunk = wanted[start : start + 200]
            # Few shapes of the statement: the chunk is filled up with its last value.
            padded = [*chunk, *[chunk[-1]] * (_padded(len(chunk)) - len(chunk))]
            statement = plan.select_among(name, len(padded))
            rows = await self._runs(plan.source)(statement.sql, plan.encode([name] * len(padded), padded))
            stored = {plan.cast_key([plan.decode(statement.out, row)[name]]) for row in rows}
            found |= {key for key in stored if key is not None}
        return found & set(keys)

    async def _is_stored(self, plan: CollectionPlan, key: Key) -> bool:
        statement = plan.select(plan.key, lock=False)
        return bool(await self._runs(plan.source)(statement.sql, plan.encode(plan.key, key)))

    # --- a row that is about to exist

    # SELECT CASE WHEN <rule of grant 1> THEN 1 END, … FROM (SELECT ? AS "id", ? AS "title", …) AS t1
    async def admits(
        self, plan: CollectionPlan, grants: tuple[Grant, ...], values: Mapping[str, Any]
    ) -> tuple[Grant, ...]:
        """Those create grants whose condition a new row with these values meets; absent fields count as NULL."""
        if all(grant.where is None for grant in grants):
            return grants
        compiled = self._checks.compiled(("new", *self._shape(plan, "create")), lambda: self._compile_new(plan, grants))
        row = [values.get(field.name) for field in plan.collection.stored_fields]
        rows = await self._runs(plan.source)(compiled.sql, await self._params(compiled, row))
        return _allowing(grants, rows[0])

    def _compile_new(self, plan: CollectionPlan, grants: tuple[Grant, ...]) -> _Compiled:
        numbering = self._numbering()
        virtual: tuple[tuple[str, Expr], ...] = tuple(
            (field.name, Bind(FromParam(place), field.type, "json" if is_document(field.type) else "any"))
            for place, field in enumerate(plan.collection.stored_fields)
        )
        scan = numbering.scan(plan.name, "create", virtual=virtual)
        return self._compile(plan, scan, _flags(numbering, scan, grants), numbering, lock=False)

    # --- parts

    def _shape(self, plan: CollectionPlan, action: Action) -> tuple[Hashable, ...]:
        return plan.name, action, self.grants.token, self._catalog.version, self._context.actor.collection

    def _numbering(self) -> Numbering:
        return Numbering(self._catalog, self._checks.limits, self._context.actor.collection)

    def _compile(
        self, plan: CollectionPlan, scan: Scan, columns: Sequence[Expr], numbering: Numbering, *, lock: bool
    ) -> _Compiled:
        scan, columns, before = self._checks.planner.columns(scan, columns, numbering)
        compiled = write_rows(scan, (), columns, self._catalog, plan.dialect)
        tail = " FOR UPDATE" if lock and plan.dialect.name in LOCKING else ""
        return _Compiled(compiled.sql + tail, tuple(getter(item, plan.dialect) for item in compiled.binds), before)

    async def _params(self, compiled: _Compiled, values: Sequence[Any]) -> list[Any]:
        context = self._context
        if compiled.before:
            context = await self._checks.planner.hand_on(compiled.before, values, context, self._runs)
        return [fill(values, context) for fill in compiled.getters]


def _flags(numbering: Numbering, scan: Scan, grants: Sequence[Grant]) -> list[Expr]:
    """For each grant: 1 where it allows the row, else NULL."""
    one = Bind(FromConst(1), "integer", "number")
    return [Case(((guard_of(numbering, scan, (grant,)), one),), "integer") for grant in grants]


def _allowing(grants: Sequence[Grant], flags: Sequence[Any]) -> tuple[Grant, ...]:
    return tuple(grant for grant, flag in zip(grants, flags, strict=True) if flag)


def _padded(count: int) -> int:
    """The next power of two."""
    return 1 << (count - 1).bit_length()


def refused_fields(grants: Sequence[Grant], names: Iterable[str]) -> list[str]:
    """The fields among `names` that none of the grants has."""
    if any(grant.fields is None for grant in grants):
        return []
    allowed = frozenset(name for grant in grants for name in grant.fields or ())
    return [name for name in names if name not in allowed]


# --- refusals
# -----------------------------------------------------------------------------------------------------------


def named(path: Path) -> tuple[str, ...]:
    """The names of a path, without list positions: how the caller reached a collection."""
    return tuple(part for part in path if isinstance(part, str))


def no_collection(collection: str, path: Path) -> Forbidden:
    message = f'You may not do this with the collection "{collection}", or it does not exist.'
    return Forbidden(message, reason="collection", collection=collection, path=named(path))


def no_fields(collection: str, fields: Sequence[str], path: Path) -> Forbidden:
    listed = ", ".join(f'"{name}"' for name in fields)
    message = f'You may not write {listed} in the collection "{collection}", or there is no such field.'
    return Forbidden(message, reason="fields", collection=collection, fields=tuple(fields), path=named(path))


def no_item(collection: str, action: str, fields: Sequence[str]) -> Forbidden:
    message = f'You may not {action} this item of "{collection}", or it does not exist.'
    return Forbidden(message, reason="item", collection=collection, action=action, fields=tuple(fields))


def no_rule(collection: str) -> Forbidden:
    return Forbidden(
        f'You may not create such an item in "{collection}".', reason="rule", collection=collection, action="create"
    )


def not_there() -> Forbidden:
    return Forbidden("An item that is named here does not exist, or you may not see it.", reason="missing")
