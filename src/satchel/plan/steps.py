"""Steps: a secured read that one statement can't make, as several that can.

In charge of: cutting a plan where it leads from one database into another (or wherever else it is told to). What stands
in a condition, a sort key or a count becomes a table that an earlier step hands on; what stands in the output becomes a
mark, which the rows of a later step, read by their keys, take the place of. Not in charge of: what the steps are run
by (`engine/across`) or how they are written (`sql/read`). Called by `engine/read` and `engine/check`.

Every scan of every step is one of the secured plan, with its guard, so a step shows nothing that the whole would not. A
joined row that is not handed on is the same as none, which is what its guard would have made of it.

    posts WHERE author.name = 'Ann', with authors elsewhere:
        1. there: SELECT id, name FROM authors WHERE <guard> AND name = 'Ann' LIMIT <one more than may be>
        2. here:  SELECT … FROM posts AS t1 LEFT JOIN (<rows of 1>) AS t2 ON t2.id = t1.author WHERE t2.name = 'Ann'

Where 1 finds too many, it is asked again for the keys alone that the rows here refer to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from satchel.errors import NotSupported
from satchel.model.catalog import Catalog
from satchel.plan.frame import Numbering, conjunction, conjuncts
from satchel.plan.mentions import Need, first_pair, free, pair_of, scans_inside
from satchel.plan.nodes import (
    Aggregation,
    All,
    Always,
    AnyOf,
    Apply,
    Bind,
    Case,
    Choice,
    Column,
    CountOf,
    Element,
    Entry,
    Exists,
    Expr,
    FromConst,
    FromHanded,
    Handed,
    Join,
    KeyText,
    Negate,
    Object,
    Order,
    Output,
    Pick,
    Read,
    Rows,
    Scan,
    Search,
    Secured,
    Star,
    Test,
    Text,
    Value,
)
from satchel.plan.query import Style

YES = Bind(FromConst(True), "boolean", "bool")
ONE = Bind(FromConst(1), "integer", "number")
ZERO = Bind(FromConst(0), "integer", "number")
PLAIN_TYPES = frozenset({"integer", "bigInteger", "float", "boolean", "string", "text", "uuid"})
"""What JSON says as it is; all else is handed on as text."""
UNHANDED_TYPES = frozenset({"binary", "geometry"})


@dataclass(frozen=True, slots=True)
class Keys:
    """How the rows of a step can be told from those that are needed: `among` reads them again, of the keys that the
    list `number` holds.

    The keys are what `parents` reads (its rows' `0`), or the `place`-th column of the rows that step `parent` handed
    on.
    """

    number: int
    among: Secured
    parents: Secured | None = None
    parent: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier step. Its rows are objects with the keys `0`, `1`, …; `count` of them at most, or it is an error that
    names `path`.
    """

    number: int
    rows: Secured
    path: tuple[str, ...]
    columns: Handed
    keys: Keys | None = None


@dataclass(frozen=True, slots=True)
class After:
    """A later step. `rows` reads objects with the parts of the link as `0`, `1`, … and the output as `j`, for the keys
    in the list `number`; `one` the same with limit and offset, for one parent alone.

    `single`: one or null. `total`: one object of aggregates, also of no rows. `listed`: part 0 of the mark is the list
    of keys that is wanted, in this order. `contains`: part 0 of a row is a list of the parents that it belongs to.
    `key`: that of the entry, which goes where nothing is found ("": it stays).
    """

    number: int
    rows: Secured
    one: Secured
    parts: int
    path: tuple[str, ...]
    key: str = ""
    limit: Bind | None = None
    offset: Bind | None = None
    single: bool = False
    listed: bool = False
    contains: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """One statement, what it needs before, and what fills its marks."""

    main: Secured
    before: tuple[Before, ...] = ()
    after: tuple[After, ...] = ()


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where to cut. `away(home, collection)`: whether a statement on the collection `home` can't read the other.

    `nested_groups`: whether the database can aggregate nested rows. `mark`: the key of a mark; no stored document may
    have it. `most`: how many rows a step may hand on.
    """

    away: Callable[[str, str], bool]
    nested_groups: bool
    mark: str
    most: int


def split(secured: Secured, numbering: Numbering, cutting: Cutting) -> Steps:
    """The steps of a read. Raises NotSupported for what can't be taken apart."""
    read = secured.read
    steps = _Splitting(numbering, cutting, read.scan.collection)
    main = steps.read(read)
    return Steps(Secured(main), tuple(steps.before()), tuple(steps.after))


def split_columns(
    scan: Scan, columns: Sequence[Expr], numbering: Numbering, cutting: Cutting
) -> tuple[Scan, list[Expr], tuple[Before, ...]]:
    """The same for plain columns of one secured scan, for the engine's own use."""
    steps = _Splitting(numbering, cutting, scan.collection)
    main = steps.whole(scan)
    found = [steps.expr(item) for item in columns]
    return main, found, tuple(steps.before())


@dataclass(slots=True)
class _Table:
    """A scan that an earlier step reads. `names`: what is needed of it, by column name. `counted`: rows are groups with
    a count.
    """

    scan: Scan
    handed: Handed
    needed: Expr | None
    joins: tuple[Join, ...]
    counted: bool = False
    names: dict[Expr, str] = field(default_factory=dict[Expr, str])

    def column(self, expr: Expr, name: str, storage: str) -> Column:
        """The handed column that holds the value of `expr`."""
        if expr not in self.names:
            if storage in UNHANDED_TYPES:
                raise NotSupported(
                    f'"{".".join(self.scan.path) or name}" leads into another database, where a {storage} can\'t be'
                    " filtered or sorted by."
                )
            self.names[expr] = name
            self.handed.columns.append((name, storage))
        return Column(self.scan.number, self.names[expr], storage)


class _Splitting:
    def __init__(self, numbering: Numbering, cutting: Cutting, home: str) -> None:
        self.numbering = numbering
        self.catalog: Catalog = numbering.catalog
        self.cutting = cutting
        self.home = home
        self.known: dict[int, Scan] = {}
        self.tables: dict[int, _Table] = {}
        self.after: list[After] = []
        self.style: Style = "directus"

    def away(self, scan: Scan) -> bool:
        return bool(scan.collection) and not scan.virtual and self.cutting.away(self.home, scan.collection)

    def next(self) -> int:
        """The number of one more value that is handed on, unlike any other in all steps."""
        self.numbering.handed += 1
        return self.numbering.handed

    # --- the statement that stays here

    def read(self, read: Read) -> Read:
        self.style = read.style
        scan = self.scan(read.scan)
        joins = self.joins(read.joins, read.scan.where)
        return replace(
            read,
            scan=self.narrowed(scan),
            joins=joins,
            order=self.orders(read.order),
            group=tuple(self.expr(item) for item in read.group),
            output=self.output(read.output),
        )

    def scan(self, scan: Scan) -> Scan:
        """A scan of this database. Its `where` may speak of joins, so whoever knows them takes care of it."""
        self.known[scan.number] = scan
        return replace(
            scan,
            link=None if scan.link is None else self.expr(scan.link),
            guard=None if scan.guard is None else self.expr(scan.guard),
            each=None if scan.each is None else self.expr(scan.each),
        )

    def narrowed(self, scan: Scan) -> Scan:
        return scan if scan.where is None else replace(scan, where=self.expr(scan.where))

    def whole(self, scan: Scan) -> Scan:
        """A scan whose `where` speaks of nothing but itself."""
        return self.narrowed(self.scan(scan))

    def joins(self, joins: tuple[Join, ...], condition: Expr | None) -> tuple[Join, ...]:
        """The joins, with tables in place of those that lead away. `condition`: what has to hold of a row of them all
        (None: nothing).
        """
        for join in joins:
            self.known[join.scan.number] = join.scan
        return tuple(replace(join, scan=self.joined(join, condition, joins)) for join in joins)

    def joined(self, join: Join, condition: Expr | None, joins: tuple[Join, ...]) -> Scan:
        scan = join.scan
        if not self.away(scan):
            return self.whole(scan)
        if scan.number not in self.tables:
            needed = None if condition is None else Need(join, joins, self.away).of(condition)
            self.tables[scan.number] = _Table(scan, Handed(self.next(), []), needed, joins)
        return self.handed(self.tables[scan.number])

    def handed(self, table: _Table) -> Scan:
        scan = table.scan
        link = None if scan.link is None else self.expr(scan.link)
        return replace(scan, link=link, guard=None, where=None, each=None, handed=table.handed)

    def expr(self, expr: Expr) -> Expr:
        if isinstance(expr, Case | Exists | CountOf | Pick):
            owner = self.owner(expr)
            if owner is not None:
                return self.there(expr, owner)
        match expr:
            case Column():
                table = self.tables.get(expr.scan)
                return expr if table is None else table.column(expr, expr.field, expr.type)
            case Element() | Bind() | Always() | Search():
                return expr
            case Apply():
                return replace(expr, arguments=tuple(map(self.expr, expr.arguments)))
            case Test():
                return Test(expr.operator, self.expr(expr.left), self.expr(expr.right))
            case All():
                return All(tuple(map(self.expr, expr.items)))
            case AnyOf():
                return AnyOf(tuple(map(self.expr, expr.items)))
            case Negate():
                return Negate(self.expr(expr.item))
            case Exists():
                joins = self.joins(expr.joins, expr.where)
                return replace(expr, joins=joins, where=self.expr(expr.where))
            case CountOf():
                return self.count(expr)
            case Aggregation():
                return expr if expr.argument is None else replace(expr, argument=self.expr(expr.argument))
            case Pick():
                joins = self.joins(expr.joins, None)
                return replace(expr, joins=joins, expr=self.expr(expr.expr))
            case Case():
                branches = tuple((self.expr(when), self.expr(then)) for when, then in expr.branches)
                return replace(expr, branches=branches)

    def owner(self, expr: Expr) -> _Table | None:
        """The table whose rows alone an expression speaks of."""
        found = free(expr)
        return self.tables.get(next(iter(found))) if len(found) == 1 else None

    def there(self, expr: Case | Exists | CountOf | Pick, table: _Table) -> Expr:
        """A value that the other database finds for each row, because all that it speaks of lives there."""
        name = f"#{len(table.names)}"
        match expr:
            case Exists():
                met = Case(((replace(expr, negated=False), ONE),), "integer")
                operator = "_null" if expr.negated else "_nnull"
                return Test(operator, table.column(met, name, "integer"), YES)
            case CountOf():
                return _or_zero(table.column(expr, name, expr.type), expr.type)
            case Case() | Pick():
                return table.column(expr, name, expr.type)

    # (SELECT sum(t4.n) FROM (<rows of groups>) AS t4 WHERE <link>), or 0
    def count(self, expr: CountOf) -> Expr:
        scan = expr.scan
        if not self.away(scan):
            return replace(expr, scan=self.whole(scan))
        table = self.tables.get(scan.number)
        if table is None:
            table = self.tables[scan.number] = _Table(scan, Handed(self.next(), []), scan.where, (), counted=True)
        linked = self.handed(table)
        total = table.column(Aggregation("count", None, "bigInteger"), "#n", "bigInteger")
        return _or_zero(Pick((Join(linked, inner=True),), Aggregation("sum", total, expr.type), expr.type), expr.type)

    def orders(self, orders: tuple[Order, ...]) -> tuple[Order, ...]:
        return tuple(replace(order, expr=self.expr(order.expr)) for order in orders)

    # --- output

    def output(self, output: Output | Star) -> Output:
        match output:
            case Value():
                return replace(output, expr=self.expr(output.expr))
            case Text() | KeyText():
                return output
            case Object():
                return replace(output, entries=tuple(self.entry(item, output) for item in output.entries))
            case Rows():
                return self.rows(output, "")
            case Choice():
                branches = tuple((name, self.output(branch)) for name, branch in output.branches)
                otherwise = None if output.otherwise is None else self.output(output.otherwise)
                return Choice(self.expr(output.collection), branches, otherwise)
            case Star():
                raise AssertionError("secure spells out every *")

    def entry(self, entry: Entry, parent: Object) -> Entry:
        when = None if entry.when is None else self.expr(entry.when)
        if isinstance(entry.output, Rows):
            return replace(entry, output=self.rows(entry.output, entry.key if parent.optional else ""), when=when)
        return replace(entry, output=self.output(entry.output), when=when)

    def rows(self, rows: Rows, key: str) -> Output:
        """Nested rows; a mark for those of another database. `key`: that of an entry that goes with its rows."""
        if self.away(rows.scan) or (rows.grouped and not self.cutting.nested_groups):
            return self.mark(rows, key)
        before = None if rows.before is None else self.whole(rows.before)
        scan = self.scan(rows.scan)
        joins = self.joins(rows.joins, rows.scan.where)
        return replace(
            rows,
            before=before,
            scan=self.narrowed(scan),
            joins=joins,
            order=self.orders(rows.order),
            group=tuple(self.expr(item) for item in rows.group),
            output=self.output(rows.output),
        )

    # {"<mark>": "3", "0": <value of the link>}
    def mark(self, rows: Rows, key: str) -> Output:
        scan = rows.scan
        number = self.next()
        here: list[Expr] = []
        there: list[Expr] = []
        conditions: list[Expr] = []
        own: list[Expr] = []
        contains = False
        for part in conjuncts(scan.link or Always(True)):
            speaks = free(part)
            pair = pair_of(part, scan.number)
            if pair is not None:
                here.append(pair[0])
                there.append(pair[1])
            elif isinstance(part, Apply) and part.function == "list_has":
                there.append(part.arguments[0])
                here.append(part.arguments[1])
                contains = True
            elif scan.number not in speaks:
                conditions.append(part)
            elif speaks == {scan.number}:
                own.append(part)
            else:
                raise NotSupported(f'"{".".join(scan.path)}" leads into another database by more than a key.')
        if not here:
            raise NotSupported(f'"{".".join(scan.path)}" leads into another database by more than a key.')
        listed = rows.before is not None and isinstance(here[0], Element) and here[0].scan == rows.before.number
        if listed:
            assert rows.before is not None
            assert rows.before.each is not None
            here = [rows.before.each]
        if conditions:
            here = [Case(((conjunction(conditions), item),), _type(item)) for item in here]
        entries = [Entry(self.cutting.mark, Text(str(number)))]
        entries += [Entry(str(place), _handed_value(self.expr(item))) for place, item in enumerate(here)]
        wanted = self.among(there[0], number, contains=contains)
        where = conjunction([*own, *([scan.where] if scan.where is not None else []), wanted])
        wanted_scan = replace(scan, link=None, via=None, where=where)
        if listed:
            rows = replace(rows, order=())  # the list says in which order
        self.after.append(
            After(
                number,
                Secured(self.later(rows, wanted_scan, there)),
                Secured(self.later(rows, wanted_scan, ())),
                len(here),
                scan.path,
                key,
                rows.limit,
                rows.offset,
                single=rows.single,
                listed=listed,
                contains=contains,
                total=rows.grouped and not rows.group,
            )
        )
        return Object(tuple(entries))

    def later(self, rows: Rows, scan: Scan, there: Sequence[Expr]) -> Read:
        """The rows with the parts of their link (`there`) beside them; without those, for one parent alone."""
        parts = [_handed_value(item) for item in there]
        output = Object((*(Entry(str(place), part) for place, part in enumerate(parts)), Entry("j", rows.output)))
        limit, offset = (self.most(), None) if parts else (rows.limit, rows.offset)
        if rows.grouped:
            group = tuple(dict.fromkeys((*(part.expr for part in parts), *rows.group)))
            return Read(scan, rows.joins, output, self.style, (), limit, offset, group=group, grouped=True)
        return Read(scan, rows.joins, output, self.style, rows.order, limit, offset)

    def most(self) -> Bind:
        """One row more than may be handed on, to see that there are too many."""
        return Bind(FromConst(self.cutting.most + 1), "limit", "number")

    def among(self, expr: Expr, number: int, *, contains: bool = False) -> Expr:
        """The value (or with `contains` some element of it) is one of a handed list."""
        if not contains:
            return Test("_in", expr, Bind(FromHanded(number), _type(expr), "list"))
        elements = self.numbering.scan("", "list", trusted=True, each=expr)
        value = Element(elements.number, "value", "string")
        return Exists((Join(elements, inner=True),), Test("_in", value, Bind(FromHanded(number), "string", "list")))

    # --- the earlier steps

    def before(self) -> Iterator[Before]:
        """One step for every table, parents first."""
        for table in list(self.tables.values()):
            yield self.step(table)

    def step(self, table: _Table) -> Before:
        scan = table.scan
        where = scan.where if table.needed is None or table.counted else table.needed
        rows = self.earlier(table, where)
        return Before(table.handed.number, Secured(rows), scan.path, table.handed, self.keys(table))

    def earlier(self, table: _Table, where: Expr | None) -> Read:
        """The needed columns of the rows that may be seen."""
        scan = replace(table.scan, link=None, via=None, where=where)
        values = [_handed_value(expr) for expr in table.names]
        output = Object(tuple(Entry(str(place), value) for place, value in enumerate(values)))
        if table.counted:
            group = tuple(value.expr for value in values if not isinstance(value.expr, Aggregation))
            return Read(scan, (), output, "directus", (), self.most(), group=group, grouped=True)
        return Read(scan, (), output, "directus", (), self.most(), natural=True)

    def keys(self, table: _Table) -> Keys | None:
        """How to ask for the rows that are referred to, if the link is a plain one."""
        scan = table.scan
        found = None if scan.link is None else first_pair(scan.link, scan.number)
        if found is None:
            return None
        here, there = found
        parents = free(here)
        if len(parents) != 1:
            return None
        number = self.next()
        needed = [item for item in (scan.where, table.needed) if item is not None]
        where = conjunction([*needed, self.among(there, number)])
        among = Secured(self.earlier(table, where))
        (owner,) = parents
        above = self.tables.get(owner)
        if above is not None:
            name = above.names.get(here)
            if name is None:
                return None
            return Keys(number, among, parent=above.handed.number, place=list(above.names).index(here))
        parent = self.parents(owner, here, table.joins)
        return None if parent is None else Keys(number, among, Secured(parent))

    # SELECT t1.author FROM posts AS t1 WHERE <what can be asked here> GROUP BY t1.author
    def parents(self, owner: int, here: Expr, joins: tuple[Join, ...]) -> Read | None:
        """The values by which rows of this database refer to those of the other."""
        inside = {join.scan.number: join for join in joins}
        chain: list[Join] = []
        while owner in inside:
            join = inside[owner]
            chain.insert(0, Join(join.scan, inner=True))
            above = set[int]()
            for part in (join.scan.link, join.scan.each):
                above |= set() if part is None else free(part) - {owner}
            if len(above) != 1 or self.away(join.scan) or (join.scan.link is None and join.scan.each is None):
                return None
            (owner,) = above
        base = self.known.get(owner)
        if base is None or self.away(base) or base.each is not None:
            return None
        kept = [
            part
            for condition in (base.guard, base.where)
            if condition is not None
            for part in conjuncts(condition)
            if free(part) <= {base.number} and not any(map(self.away, scans_inside(part)))
        ]
        guard = conjunction(kept) if kept else None
        scan = replace(base, link=None, via=None, guard=guard, where=Test("_nnull", here, YES))
        value = _handed_value(here)
        output = Object((Entry("0", value),))
        return Read(scan, tuple(chain), output, "directus", (), self.most(), group=(value.expr,), grouped=True)


def _type(expr: Expr) -> str:
    return getattr(expr, "type", "")


def _or_zero(expr: Expr, storage: str) -> Expr:
    return Case(((Test("_nnull", expr, YES), expr), (Always(True), ZERO)), storage)


def _handed_value(expr: Expr) -> Value:
    """A value on its way from one database to another: as JSON says it, or as text."""
    storage = _type(expr)
    if storage in PLAIN_TYPES:
        return Value(expr, storage)
    return Value(Apply("text", (expr,), "string"), "string")
