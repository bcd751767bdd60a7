"""Mentions: which scans an expression speaks of, and what it needs of their rows.

In charge of: questions about finished expressions that `steps` asks before it takes a plan apart. Not in charge of:
making expressions. Called by `plan/steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from satchel.plan.frame import conjunction, conjuncts, disjunction, rejected
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


def free(expr: Expr) -> set[int]:
    """The scans that an expression speaks of, without those that it brings along."""
    match expr:
        case Column() | Element():
            return {expr.scan}
        case Bind() | Always():
            return set()
        case Search():
            return {expr.scan.number}
        case Apply():
            return _union(expr.arguments)
        case Test():
            return free(expr.left) | free(expr.right)
        case All() | AnyOf():
            return _union(expr.items)
        case Negate():
            return free(expr.item)
        case Aggregation():
            return set() if expr.argument is None else free(expr.argument)
        case Case():
            return _union([part for branch in expr.branches for part in branch])
        case CountOf():
            return _scan_speaks(expr.scan) - {expr.scan.number}
        case Exists():
            return _joins_speak(expr.joins, expr.where)
        case Pick():
            return _joins_speak(expr.joins, expr.expr)


def _union(exprs: Sequence[Expr]) -> set[int]:
    found: set[int] = set()
    for item in exprs:
        found |= free(item)
    return found


def _scan_speaks(scan: Scan) -> set[int]:
    return _union([item for item in (scan.link, scan.guard, scan.where, scan.each) if item is not None])


def _joins_speak(joins: tuple[Join, ...], expr: Expr) -> set[int]:
    found = free(expr)
    for join in joins:
        found |= _scan_speaks(join.scan)
    return found - {join.scan.number for join in joins}


def scans_inside(expr: Expr) -> Iterator[Scan]:
    """The scans that an expression brings along, at any depth."""
    match expr:
        case Column() | Element() | Bind() | Always() | Search():
            return
        case CountOf():
            inside: list[Scan] = [expr.scan]
            rest: Sequence[Expr] = ()
        case Exists() | Pick():
            inside = [join.scan for join in expr.joins]
            rest = (expr.where if isinstance(expr, Exists) else expr.expr,)
        case Apply():
            inside, rest = [], expr.arguments
        case Test():
            inside, rest = [], (expr.left, expr.right)
        case All() | AnyOf():
            inside, rest = [], expr.items
        case Negate():
            inside, rest = [], (expr.item,)
        case Aggregation():
            inside, rest = [], () if expr.argument is None else (expr.argument,)
        case Case():
            inside, rest = [], [part for branch in expr.branches for part in branch]
    for scan in inside:
        yield scan
        for item in (scan.link, scan.guard, scan.where, scan.each):
            if item is not None:
                yield from scans_inside(item)
    for item in rest:
        yield from scans_inside(item)


def pair_of(part: Expr, number: int) -> tuple[Expr, Expr] | None:
    """Of `a = b`, the side of the other rows and that of the scan's own."""
    if not isinstance(part, Test) or part.operator != "_eq":
        return None
    for here, there in ((part.left, part.right), (part.right, part.left)):
        if free(there) == {number} and free(here) and number not in free(here):
            return here, there
    return None


def first_pair(link: Expr, number: int) -> tuple[Expr, Expr] | None:
    return next((pair for part in conjuncts(link) if (pair := pair_of(part, number)) is not None), None)


class Need:
    """`of(expr)`: a condition P on one joined scan, so that `expr` implies that its row is there and meets P. None if
    the expression may also hold without such a row.
    """

    def __init__(self, join: Join, joins: tuple[Join, ...], away: Callable[[Scan], bool]) -> None:
        scan = self.scan = join.scan
        self.inner = join.inner
        self.below: dict[int, Join] = {}
        for join in joins:
            above = set[int]() if join.scan.link is None else free(join.scan.link) - {join.scan.number}
            if above and above <= {scan.number, *self.below} and join.scan.each is None and away(join.scan):
                self.below[join.scan.number] = join

    def of(self, expr: Expr) -> Expr | None:
        match expr:
            case All():
                found = [item for item in map(self.of, expr.items) if item is not None]
                return conjunction(found) if found else None
            case AnyOf():
                parts = [self.of(item) for item in expr.items]
                known = [item for item in parts if item is not None]
                return disjunction(known) if len(known) == len(parts) else None
            case _:
                found = self.test(expr) if isinstance(expr, Test) else None
                # without its row, an inner join is none
                return expr if found is None and self.inner and free(expr) == {self.scan.number} else found

    def test(self, test: Test) -> Expr | None:
        speaks = free(test)
        if not speaks & _rejected(test):
            return None
        if speaks == {self.scan.number}:
            return test
        if not speaks <= self.below.keys():
            return None
        wanted = set(speaks)
        for join in reversed(self.below.values()):
            if join.scan.number in wanted and join.scan.link is not None:
                wanted |= free(join.scan.link) - {join.scan.number, self.scan.number}
        chain = tuple(Join(join.scan, inner=True) for number, join in self.below.items() if number in wanted)
        return Exists(chain, test)


def _rejected(test: Test) -> set[int]:
    """The scans without a row of which the test can't hold, also where a field may not be seen in every row."""
    left, right = (
        item.branches[0][1] if isinstance(item, Case) and len(item.branches) == 1 else item
        for item in (test.left, test.right)
    )
    return rejected(Test(test.operator, left, right))
