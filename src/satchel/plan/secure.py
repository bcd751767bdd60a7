"""Secure: the only door between a plan and SQL.

In charge of: giving every Scan its guard and checking every field that the caller mentions, anywhere. One total walk
over the plan; the only maker of `Secured`. A field that only some grants give becomes CASE: its value where one of
those grants allows the row, else NULL. `*` and search are spelled out here, because only here is known what may be
seen. An admin's grants are TRUE guards, not a bypass.

Raises Forbidden for a collection or field that the caller may not see (the same answer as if it did not exist), except
where the wire's rules say that an unreadable relation falls back or is left out. Called by `engine/read` and
`engine/check`.
"""

from __future__ import annotations

from dataclasses import replace

from satchel.errors import CollectionInactive, Forbidden, InvalidQuery
from satchel.model.catalog import Collection, Field
from satchel.plan.conditions import rule
from satchel.plan.frame import Frame, Numbering, conjunction, disjunction
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
from satchel.plan.outputs import Outputs
from satchel.plan.paths import column, named_link, unknown_collection, unknown_field
from satchel.policy.grant import Grant, Grants
from satchel.policy.load_rules import own_grant, written_grants
from satchel.policy.recorded import ABOUT

ALWAYS = Always(True)
READ_BACK = frozenset({"_null", "_nnull", "_empty", "_nempty"})


def secure(read: Read, numbering: Numbering, grants: Grants) -> Secured:
    """The plan with every guard in place. Errors: Forbidden, InvalidQuery."""
    return Secured(_Securing(numbering, grants).read(read))


def allowed_fields(grants: tuple[Grant, ...]) -> frozenset[str] | None:
    """The fields that at least one grant gives; None for all."""
    if any(grant.fields is None for grant in grants):
        return None
    return frozenset(name for grant in grants for name in grant.fields or ())


def guard_of(numbering: Numbering, scan: Scan, grants: tuple[Grant, ...]) -> Expr:
    """The rows that any of the grants allows, as a condition on the scan alone. A rule that can't be read any more
    allows nothing.
    """
    return disjunction([_allowed(numbering, scan, grant) for grant in grants])


def _allowed(numbering: Numbering, scan: Scan, grant: Grant) -> Expr:
    try:
        # What a caller reaches from another row is expanded; a rule may ask for that.
        reached = scan.action == "view" and bool(scan.path)
        return rule(Frame(numbering, scan, trusted=True, context="expand" if reached else ""), grant.where)
    except (InvalidQuery, Forbidden):
        return Always(False)


class _Securing:
    def __init__(self, numbering: Numbering, grants: Grants) -> None:
        self.numbering = numbering
        self.grants = grants
        self.outputs = Outputs(numbering)
        self.scans: dict[int, Scan] = {}
        self.guards: dict[int, Expr] = {}
        self.visible: dict[tuple[int, str], Expr] = {}

    # --- scans

    def read(self, read: Read) -> Read:
        # The root's condition speaks of the joined scans, so they must be known before it is walked.
        self.known(read.joins)
        scan = self.scan(read.scan)
        if scan.guard == Always(False) and read.style == "pocketbase" and scan.action == "list":
            # Nothing is shown either way; on this wire a list says that its rule means nothing any more.
            raise InvalidQuery(f'The listRule of "{scan.collection}" can\'t be understood any more')
        joins = self.joins(read.joins)
        return replace(
            read,
            scan=scan,
            joins=joins,
            output=self.output(read.output, read.style),
            order=self.orders(read.order),
            group=tuple(self.expr(item) for item in read.group),
        )

    def scan(self, scan: Scan) -> Scan:
        self.register(scan)
        guard = self.guard(scan)
        return replace(
            scan,
            guard=None if guard == ALWAYS else guard,
            link=self.link(scan),
            where=None if scan.where is None else self.expr(scan.where),
            each=None if scan.each is None else self.expr(scan.each),
        )

    def register(self, scan: Scan) -> None:
        self.scans[scan.number] = scan

    def known(self, joins: tuple[Join, ...]) -> None:
        for join in joins:
            self.register(join.scan)

    def scan_of(self, number: int) -> Scan:
        """The scan that a mention is about. One that was never met must not pass for one that is open to all."""
        found = self.scans.get(number)
        assert found is not None, f"scan {number} is mentioned before it is secured"
        return found

    def guard(self, scan: Scan) -> Expr:
        """The policy's condition on a scan's rows; Forbidden when nothing grants its collection."""
        if scan.trusted or scan.each is not None:
            return ALWAYS
        found = self.guards.get(scan.number)
        if found is None:
            found = guard_of(self.numbering, scan, self.granted(scan))
            if scan.collection in ABOUT and not self.grants.admin:
                found = conjunction([found, self.about(scan)])
            self.guards[scan.number] = found
        return found

    def about(self, scan: Scan) -> Expr:
        """That the item which the row is about may be seen."""
        fields = self.numbering.catalog.collections[scan.collection].fields
        says, item = (column(scan, fields[name]) for name in ABOUT[scan.collection])
        whole: list[str] = []
        parts: list[Expr] = []
        for collection in self.numbering.catalog.collections.values():
            granted = self.grants.of(collection.name, "view")
            if not granted or collection.name in ABOUT:
                continue
            if any(grant.where is None for grant in granted):
                whole.append(collection.name)
            elif len(collection.key) == 1:
                link = named_link(says, item, self.numbering.last + 1, collection)
                target = self.numbering.scan(collection.name, "view", link=link)
                target = replace(target, guard=guard_of(self.numbering, target, granted))
                if target.guard != Always(False):
                    parts.append(Exists((Join(target, inner=True),), ALWAYS))
        if whole:
            parts.append(Test("_in", says, Bind(FromConst(tuple(whole)), says.type, "list")))
        return disjunction(parts)

    def granted(self, scan: Scan) -> tuple[Grant, ...]:
        found = self.grants.of(scan.collection, scan.action)
        if scan.written and not self.grants.admin:
            found = (*found, *self.written(scan))
        if scan.own and not self.grants.admin:
            found = (*found, own_grant(self.numbering.catalog.collections[scan.collection]))
        if not found:
            raise unknown_collection(scan.collection, scan.path)
        return found

    def written(self, scan: Scan) -> tuple[Grant, ...]:
        """What the writer of a row sees of it at once: by a rule's right to write all that rules show, else its key."""
        writing = (*self.grants.of(scan.collection, "create"), *self.grants.of(scan.collection, "update"))
        return written_grants(self.numbering.catalog.collections[scan.collection], writing)

    def joins(self, joins: tuple[Join, ...]) -> tuple[Join, ...]:
        self.known(joins)
        return tuple(replace(join, scan=self.scan(join.scan)) for join in joins)

    # --- expressions

    def link(self, scan: Scan) -> Expr | None:
        """A relation's own condition, which holds only where the field that the caller went through may be seen."""
        if scan.via is None or scan.trusted:
            return scan.link
        owner = self.scan_of(scan.via[0])
        if owner.trusted or owner.each is not None:
            return scan.link
        collection = self.numbering.catalog.collections[owner.collection]
        visible = self.visibility(owner, collection, collection.fields[scan.via[1]])
        if visible == ALWAYS or scan.link is None:
            return scan.link if visible == ALWAYS else visible
        if owner.number == scan.number:
            return conjunction([visible, scan.link])
        # Not `visible AND link`: MariaDB (10.11) loses the row of NULLs of a LEFT JOIN inside EXISTS when a part of its
        # ON says nothing of the joined table.
        return _masked(scan.link, owner.number, visible)

    def expr(self, expr: Expr, *, purpose: str = "filter") -> Expr:
        match expr:
            case Column():
                return self.column(expr, purpose)
            case Element() | Bind() | Always():
                return expr
            case Apply():
                return replace(expr, arguments=tuple(self.expr(item, purpose=purpose) for item in expr.arguments))
            case Test():
                inner = "presence" if expr.operator in READ_BACK else purpose
                return Test(expr.operator, self.expr(expr.left, purpose=inner), self.expr(expr.right, purpose=inner))
            case All():
                return All(tuple(self.expr(item, purpose=purpose) for item in expr.items))
            case AnyOf():
                return AnyOf(tuple(self.expr(item, purpose=purpose) for item in expr.items))
            case Negate():
                return Negate(self.expr(expr.item, purpose=purpose))
            case Exists():
                joins = self.joins(expr.joins)
                return replace(expr, joins=joins, where=self.expr(expr.where, purpose=purpose))
            case CountOf():
                return replace(expr, scan=self.scan(expr.scan))
            case Aggregation():
                # What is made of values gives them away (a minimum is one of them); how many there are does not.
                inner = "presence" if expr.function == "count" and not expr.distinct else "filter"
                argument = None if expr.argument is None else self.expr(expr.argument, purpose=inner)
                return replace(expr, argument=argument)
            case Pick():
                joins = self.joins(expr.joins)
                return replace(expr, joins=joins, expr=self.expr(expr.expr, purpose=purpose))
            case Case():
                branches = tuple(
                    (self.expr(when, purpose=purpose), self.expr(then, purpose=purpose)) for when, then in expr.branches
                )
                return replace(expr, branches=branches)
            case Search():
                return self.search(expr)

    def column(self, expr: Column, purpose: str) -> Expr:
        """A mention of a field: itself, its CASE, or Forbidden."""
        scan = self.scan_of(expr.scan)
        if scan.trusted or scan.each is not None:
            return expr
        collection = self.numbering.catalog.collections[scan.collection]
        field = collection.fields[expr.field]
        if field.concealed and purpose == "filter":
            raise InvalidQuery(f'The concealed field "{field.name}" can\'t be filtered, sorted or grouped by')
        visible = self.visibility(scan, collection, field)
        return expr if visible == ALWAYS else Case(((visible, expr),), expr.type)

    def visibility(self, scan: Scan, collection: Collection, field: Field) -> Expr:
        """Where the field may be seen: ALWAYS when every row that is seen at all shows it."""
        granted = self.granted(scan)
        giving = tuple(grant for grant in granted if grant.fields is None or field.name in grant.fields)
        if not giving:
            raise unknown_field(collection, field.name, scan.path)
        if len(giving) == len(granted):
            return ALWAYS
        # One expression for all mentions, so that a group's key is seen to be the same in the output.
        key = (scan.number, field.name)
        if key not in self.visible:
            self.visible[key] = guard_of(self.numbering, scan, giving)
        return self.visible[key]

    def search(self, search: Search) -> Expr:
        """OR over the fields that may be seen: text contains the words, numbers and uuids equal them."""
        scan = search.scan
        collection = self.numbering.catalog.collections[scan.collection]
        allowed = allowed_fields(self.granted(scan))
        tests: list[Expr] = []
        for field in collection.stored_fields:
            if (allowed is not None and field.name not in allowed) or not _searchable(field):
                continue
            operator, storage = ("_icontains", "text") if field.type in ("string", "text") else ("_eq", field.type)
            value = Bind(search.value.source, storage, "text")
            tests.append(Test(operator, self.column(column(scan, field), "filter"), value))
        return disjunction(tests)

    def orders(self, orders: tuple[Order, ...]) -> tuple[Order, ...]:
        found = [replace(order, expr=self.expr(order.expr)) for order in orders if not order.own]
        return (*found, *self.own_orders([order for order in orders if order.own]))

    def own_orders(self, orders: list[Order]) -> list[Order]:
        """The collection's own order: by its sort field as far as that may be seen, then by the key, which puts rows
        in an order without telling what it is."""
        found: list[Order] = []
        for order in orders:
            if isinstance(order.expr, Column):
                scan = self.scan_of(order.expr.scan)
                if order.expr.field in self.numbering.catalog.collections[scan.collection].key:
                    found.append(order)
                    continue
            try:
                found.append(replace(order, expr=self.expr(order.expr)))
            except Forbidden:
                continue
        return found

    # --- outputs

    def output(self, output: Output, style: str) -> Output:
        match output:
            case Value():
                # A concealed value may be written only where it is written as asterisks.
                masked = output.concealed and isinstance(output.expr, Column)
                return replace(output, expr=self.expr(output.expr, purpose="output" if masked else "filter"))
            case Text() | KeyText():
                return output
            case Object():
                return replace(output, entries=tuple(self.entries(output, style)))
            case Rows():
                return self.rows(output, style)
            case Choice():
                return self.choice(output, style)

    def entries(self, output: Object, style: str) -> list[Entry]:
        found: list[Entry] = []
        for entry in output.entries:
            if isinstance(entry.output, Star):
                found.extend(self.star(entry.output, style))
                continue
            try:
                secured = self.entry(entry, style)
            except Forbidden:
                if not output.optional:
                    raise
                continue
            if secured is not None:
                found.append(secured)
        return found

    def entry(self, entry: Entry, style: str) -> Entry | None:
        assert not isinstance(entry.output, Star)
        if isinstance(entry.output, Rows) and not self.readable(entry.output):
            if entry.output.fallback is None:
                return None
            return replace(entry, output=self.output(entry.output.fallback, style))
        output = self.output(entry.output, style)
        if _leads_nowhere(output):
            return None
        asked = entry.output.expr if isinstance(entry.output, Value) else None
        if style == "pocketbase" and isinstance(output, Value) and isinstance(output.expr, Case):
            if not isinstance(asked, Column):
                return replace(entry, output=output)
            # An invisible value is left out, not null.
            return Entry(entry.key, replace(output, expr=asked), output.expr.branches[0][0])
        return replace(entry, output=output)

    def star(self, star: Star, style: str) -> list[Entry]:
        scan = self.scans.get(star.scan.number, star.scan)
        self.register(scan)
        allowed = allowed_fields(self.granted(scan)) if not scan.trusted else None
        spelled = self.outputs.star(star, allowed, style, scan.path)
        named = {entry.key for entry in star.inside}
        found: list[Entry] = []
        for entry in spelled:
            if entry.key not in named and isinstance(entry.output, Rows) and self.closed(entry.output, style):
                continue
            try:
                secured = self.entry(entry, style)
            except Forbidden:
                if entry.key in named:
                    raise
                continue  # nobody named it: what can't be seen is left out
            if secured is not None:
                found.append(secured)
        return found

    def readable(self, rows: Rows) -> bool:
        return rows.scan.trusted or bool(self.grants.of(rows.scan.collection, rows.scan.action))

    def closed(self, rows: Rows, style: str) -> bool:
        """Whether what nobody named is left out."""
        return not self.readable(rows) or self.inactive(rows, style)

    def inactive(self, rows: Rows, style: str) -> bool:
        """A collection that is switched off is so for Directus's clients; who may not read it is not told."""
        return style == "directus" and self.numbering.catalog.collections[rows.scan.collection].inactive

    def rows(self, rows: Rows, style: str) -> Output:
        if self.inactive(rows, style):
            name = rows.scan.collection
            raise CollectionInactive(f'Collection "{name}" is inactive.', collection=name)
        self.known(rows.joins)
        before = None if rows.before is None else self.scan(rows.before)
        scan = self.scan(rows.scan)
        joins = self.joins(rows.joins)
        return replace(
            rows,
            before=before,
            scan=scan,
            joins=joins,
            output=self.output(rows.output, style),
            order=self.orders(rows.order),
            group=tuple(self.expr(item) for item in rows.group),
        )

    def choice(self, choice: Choice, style: str) -> Output:
        branches: list[tuple[str, Output]] = []
        for name, output in choice.branches:
            if isinstance(output, Rows) and self.closed(output, style):
                continue
            branches.append((name, self.output(output, style)))
        otherwise = None if choice.otherwise is None else self.output(choice.otherwise, style)
        return Choice(self.expr(choice.collection, purpose="output"), tuple(branches), otherwise)


def _leads_nowhere(output: Output) -> bool:
    """Whether an expand has no path left, or rows were only on the way to expands that may not be seen."""
    if isinstance(output, Object):
        return output.optional and not output.entries
    if isinstance(output, Rows) and output.passing and isinstance(output.output, Object):
        return all(entry.key != "expand" for entry in output.output.entries)
    return False


def _masked(expr: Expr, scan: int, visible: Expr) -> Expr:
    """The expression with each column of the scan as NULL where it may not be seen."""
    match expr:
        case Column():
            return Case(((visible, expr),), expr.type) if expr.scan == scan else expr
        case Test():
            return Test(expr.operator, _masked(expr.left, scan, visible), _masked(expr.right, scan, visible))
        case All():
            return All(tuple(_masked(item, scan, visible) for item in expr.items))
        case Apply():
            return replace(expr, arguments=tuple(_masked(item, scan, visible) for item in expr.arguments))
        case Bind() | Element():
            return expr
        case _:
            raise AssertionError(f"a relation's condition holds no {type(expr).__name__}")


def _searchable(field: Field) -> bool:
    if field.concealed or (field.meta is not None and field.meta.get("searchable") in (False, 0)):
        return False
    return field.type in ("string", "text", "integer", "bigInteger", "float", "decimal", "uuid")


__all__ = ["allowed_fields", "guard_of", "secure"]
