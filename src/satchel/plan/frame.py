"""Frames: how the joins of one filter, rule or sort hang on their root scan.

In charge of: numbering scans, sharing joins between equal paths, and closing a condition so that it stands by itself
(to-many joins become EXISTS). Not in charge of: names (`paths`) or grants (`secure`). Called by `paths`, `conditions`,
`resolve`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from satchel.model.catalog import Action, Catalog
from satchel.plan.limits import Limits
from satchel.plan.nodes import (
    Aggregation,
    All,
    Always,
    AnyOf,
    Apply,
    Bind,
    Case,
    Column,
    CountOf,
    Element,
    Exists,
    Expr,
    Join,
    Negate,
    Pick,
    Scan,
    Search,
    Test,
)

NULL_REJECTING = frozenset(
    [
        ">",
        ">=",
        "<",
        "<=",
        "_gt",
        "_gte",
        "_lt",
        "_lte",
        "_contains",
        "_icontains",
        "_starts_with",
        "_istarts_with",
        "_ends_with",
        "_iends_with",
        "_in",
        "_between",
    ]
)
"""Operators that are never true of NULL, whatever is on the other side."""

EQUALITIES = frozenset({"=", "_eq", "~"})
"""Operators that are never true of NULL when the other side is a bound value that is not empty."""

NOTHING: Mapping[str, tuple[tuple[tuple[str, Expr], ...], ...]] = {}


@dataclass(slots=True)
class Numbering:
    """What one plan shares: the catalog, the limits, the next scan number, whose rules `@request.auth` speaks of, and
    the rows that are put back beside tables. `handed`: how many values steps hand on (see `steps`).
    """

    catalog: Catalog
    limits: Limits
    auth_collection: str | None = None
    last: int = 0
    handed: int = 0
    restored: Mapping[str, tuple[tuple[tuple[str, Expr], ...], ...]] = field(default_factory=lambda: NOTHING)

    def scan(self, collection: str, action: Action, **slots: object) -> Scan:
        self.last += 1
        self.limits.check_scans(self.last)
        if collection in self.restored and "virtual" not in slots:
            slots["added"] = self.restored[collection]
        return Scan(self.last, collection, action, **slots)  # pyright: ignore[reportArgumentType]


@dataclass(slots=True)
class Hop:
    """One join of a frame. `parent`: the number of the scan it hangs on; `many`: it may match several rows."""

    scan: Scan
    parent: int
    many: bool


@dataclass(slots=True)
class Frame:
    """The joins that hang on `root`. Equal steps from the same scan share one join.

    `trusted`: the text is a rule's own, so its scans are not guarded. `prefix`: the caller's path to the root, for
    messages. `context`: what `@request.context` is here, "" for the request's own.
    """

    numbering: Numbering
    root: Scan
    trusted: bool = False
    prefix: tuple[str, ...] = ()
    hops: dict[tuple[int, Hashable], Hop] = field(default_factory=dict[tuple[int, Hashable], Hop])
    context: str = ""

    def fresh(self) -> Frame:
        """Another frame on the same root, with joins of its own."""
        return Frame(self.numbering, self.root, self.trusted, self.prefix, context=self.context)

    def hop(
        self,
        parent: int,
        step: Hashable,
        collection: str,
        link: Expr | None,
        *,
        many: bool,
        path: tuple[str, ...] = (),
        each: Expr | None = None,
        via: tuple[int, str] | None = None,
    ) -> Scan:
        """The joined scan for a step, made on first use. `via`: the field that the path names, as (scan, field)."""
        found = self.hops.get((parent, step))
        if found is None:
            scan = self.numbering.scan(
                collection, "list", link=link, trusted=self.trusted, path=path, each=each, via=via
            )
            found = self.hops[(parent, step)] = Hop(scan, parent, many)
        return found.scan

    def chain(self, numbers: set[int]) -> list[Hop]:
        """The hops of these scans and all hops they hang on, in the order of their making."""
        by_number = {hop.scan.number: hop for hop in self.hops.values()}
        wanted: set[int] = set()
        for number in numbers:
            while number in by_number and number not in wanted:
                wanted.add(number)
                number = by_number[number].parent
        return [hop for hop in self.hops.values() if hop.scan.number in wanted]

    def split(self, condition: Expr) -> tuple[Expr, tuple[Join, ...]]:
        """The condition with its to-many parts closed, and the to-one joins that the rest needs on the root."""
        plain: list[Expr] = []
        plain_numbers: set[int] = set()
        many: list[tuple[Expr, set[int]]] = []
        for part in conjuncts(condition):
            numbers = scans_of(part)
            chain = self.chain(numbers)
            if any(hop.many for hop in chain):
                many.append((part, {hop.scan.number for hop in chain}))
            else:
                plain.append(part)
                plain_numbers |= {hop.scan.number for hop in chain}
        for part, numbers in _components(many):
            plain.append(self._exists(part, numbers))
        joins = tuple(Join(hop.scan) for hop in self.chain(plain_numbers))
        return conjunction(plain), joins

    def close(self, condition: Expr) -> Expr:
        """The condition as an expression on the root scan alone: all its joins are inside EXISTS."""
        plain: list[Expr] = []
        joined: list[tuple[Expr, set[int]]] = []
        for part in conjuncts(condition):
            chain = self.chain(scans_of(part))
            if chain:
                joined.append((part, {hop.scan.number for hop in chain}))
            else:
                plain.append(part)
        plain.extend(self._exists(part, numbers) for part, numbers in _components(joined))
        return conjunction(plain)

    def _exists(self, condition: Expr, numbers: set[int]) -> Expr:
        chain = self.chain(numbers)
        required = self.chain({number for part in conjuncts(condition) for number in rejected(part)})
        certain = {hop.scan.number for hop in required}
        return Exists(tuple(Join(hop.scan, inner=hop.scan.number in certain) for hop in chain), condition)


def _components(parts: list[tuple[Expr, set[int]]]) -> Iterator[tuple[Expr, set[int]]]:
    """Conditions that share a join are about the same row, so they go together."""
    groups: list[tuple[list[Expr], set[int]]] = []
    for part, numbers in parts:
        merged: tuple[list[Expr], set[int]] = ([], set(numbers))
        rest: list[tuple[list[Expr], set[int]]] = []
        for group in groups:
            if group[1] & numbers:
                merged[0].extend(group[0])
                merged[1].update(group[1])
            else:
                rest.append(group)
        merged[0].append(part)
        groups = [*rest, merged]
    for items, numbers in groups:
        yield conjunction(items), numbers


def conjuncts(condition: Expr) -> Iterator[Expr]:
    """The parts of nested ANDs."""
    if isinstance(condition, All):
        for item in condition.items:
            yield from conjuncts(item)
    else:
        yield condition


def conjunction(parts: list[Expr]) -> Expr:
    """AND of the parts, without those that are always true."""
    kept = [part for part in parts if part != Always(True)]
    if any(part == Always(False) for part in kept):
        return Always(False)
    if not kept:
        return Always(True)
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def disjunction(parts: list[Expr]) -> Expr:
    """OR of the parts; always true if one is."""
    if any(part == Always(True) for part in parts):
        return Always(True)
    kept = [part for part in parts if part != Always(False)]
    if not kept:
        return Always(False)
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept))


def rejected(condition: Expr) -> set[int]:
    """The scans of which a row of NULLs can't meet this condition."""
    if not isinstance(condition, Test):
        return set()
    found: set[int] = set()
    for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if not isinstance(side, Column | Element):
            continue
        full = isinstance(other, Bind) and other.hint in ("text", "number", "bool", "pattern")
        if condition.operator in NULL_REJECTING or (condition.operator in EQUALITIES and full):
            found.add(side.scan)
    return found


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct sub-expressions, without what is inside subqueries' scans."""
    match expr:
        case Column() | Element() | Bind() | Always() | Search():
            return ()
        case Apply():
            return expr.arguments
        case Test():
            return (expr.left, expr.right)
        case All() | AnyOf():
            return expr.items
        case Negate():
            return (expr.item,)
        case Exists():
            links = [join.scan.link for join in expr.joins if join.scan.link is not None]
            eaches = [join.scan.each for join in expr.joins if join.scan.each is not None]
            return (*links, *eaches, expr.where)
        case CountOf():
            return () if expr.scan.link is None else (expr.scan.link,)
        case Aggregation():
            return () if expr.argument is None else (expr.argument,)
        case Pick():
            links = [join.scan.link for join in expr.joins if join.scan.link is not None]
            return (*links, expr.expr)
        case Case():
            return tuple(part for branch in expr.branches for part in branch)


def scans_of(expr: Expr) -> set[int]:
    """The numbers of all scans that the expression mentions, also from inside subqueries."""
    found: set[int] = set()
    pending = [expr]
    while pending:
        item = pending.pop()
        if isinstance(item, Column | Element):
            found.add(item.scan)
        pending.extend(children(item))
    return found
