"""Read: a secured plan as one SELECT whose rows are already JSON.

In charge of: where objects, arrays, joins and sub-selects go. Not in charge of: how a database says them
(`sql/dialects`) or who may see what (`plan/secure`, whose `Secured` is all this room accepts). Pure. Called by
`engine/read` and `engine/check`.

A page of posts with their author becomes (SQLite):

    SELECT (SELECT '[' || … || ']' FROM (SELECT json_object('id', t1.id, 'author', (SELECT json_object('name', t2.name)
              FROM authors AS t2 WHERE t2.id = t1.author AND <guard of authors>)) AS j
            FROM (SELECT t1.* FROM posts AS t1 WHERE <guard> AND <where> ORDER BY … LIMIT ?) AS t1)),
           (SELECT count(*) FROM posts AS t1 WHERE <guard> AND <where>)

The page is cut before any JSON is made, so that a sort never carries documents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from satchel.errors import NotSupported
from satchel.expr.dialect import Dialect, ObjectEntry, Sql, Term
from satchel.expr.fragment import bound, finish, join, sql
from satchel.expr.functions import FUNCTIONS
from satchel.expr.operators import OPERATORS
from satchel.model.catalog import Catalog
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
    FromParam,
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
    Secured,
    Star,
    Test,
    Text,
    Value,
)
from satchel.sql.superusers import table_of


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement. `binds`: what to bind, in order. The row's columns: data, then the counts that were asked for."""

    sql: str
    binds: tuple[Bind, ...]
    total: bool = False
    matching: bool = False


def write_read(secured: Secured, catalog: Catalog, dialect: Dialect) -> Compiled:
    """The statement of a read. Its one row is (JSON text, total?, matching?); for a `single` read with no such item, no
    row.
    """
    read = secured.read
    writer = Writer(catalog, dialect)
    if read.single:
        text = dialect.text_of_json(writer.output(read.output, read.style))
        statement = sql("SELECT {} {}", text, writer.tail(read.scan, read.joins))
    else:
        columns = [dialect.text_of_json(writer.page(read))]
        if read.total:
            columns.append(writer.count(read, matching=False))
        if read.matching:
            columns.append(writer.count(read, matching=True))
        statement = sql("SELECT {}", join(", ", columns))
    text, binds = writer.finish(statement)
    return Compiled(text, binds, read.total, read.matching)


def write_rows(
    scan: Scan, joins: Sequence[Join], columns: Sequence[Expr], catalog: Catalog, dialect: Dialect
) -> Compiled:
    """The plain columns of the scan's rows, for the engine's own use (keys, before-images). The scan is a secured one.

    SELECT t1.id, t1.title FROM posts AS t1 WHERE <guard> AND <where>
    """
    writer = Writer(catalog, dialect)
    listed: Sql = join(", ", [writer.expr(item).sql for item in columns]) if columns else sql("1")
    statement = sql("SELECT {} {}", listed, writer.tail(scan, tuple(joins)))
    text, binds = writer.finish(statement)
    return Compiled(text, binds)


def bind_type(item: Bind) -> str:
    """The storage type that a placeholder is cast to; list values travel as one JSON text, limits as integers."""
    if item.hint == "list":
        return "json_list"
    return "bigInteger" if item.type == "limit" else item.type


class Writer:
    """Writes the parts of one statement. Every scan's alias is `t<number>`."""

    def __init__(self, catalog: Catalog, dialect: Dialect) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.views = False

    def finish(self, statement: Sql) -> tuple[str, tuple[Bind, ...]]:
        """The text, and what to bind. One that reads a view ends with the catalog's version where the database may
        keep what it prepared although the view is another one now.
        """
        dialect = self.dialect
        text, binds = finish(
            statement, lambda number, item: dialect.placeholder(number, bind_type(item)), dialect.escape
        )
        if self.views and dialect.keeps_old_views:
            text += f" /* {self.catalog.version} */"
        return text, tuple(binds)

    # --- expressions

    def expr(self, expr: Expr) -> Term:
        dialect = self.dialect
        match expr:
            case Column():
                name: Sql = sql("{}", self.column(expr))
                return Term(dialect.array_document(name) if expr.array else name, expr.type)
            case Element():
                return Term(sql(f"t{expr.scan}.{dialect.element[expr.part]}"), expr.type)
            case Bind():
                return Term(bound(expr), expr.type, expr.hint or "any")
            case Apply():
                return self.apply(expr)
            case Test():
                operator = OPERATORS[expr.operator]
                right = _pair(expr.right) if operator.shape == "pair" else (expr.right,)
                return Term(operator.sql(dialect, self.expr(expr.left), *map(self.expr, right)), "boolean")
            case All():
                return Term(sql("({})", join(" AND ", [self.condition(item) for item in expr.items])), "boolean")
            case AnyOf():
                return Term(sql("({})", join(" OR ", [self.condition(item) for item in expr.items])), "boolean")
            case Negate():
                return Term(sql("NOT ({})", self.condition(expr.item)), "boolean")
            case Always():
                return Term(sql("1 = 1" if expr.value else "1 = 0"), "boolean")
            case Exists():
                return Term(self.exists(expr), "boolean")
            case CountOf():
                return Term(sql("(SELECT count(*) {})", self.tail(expr.scan, ())), expr.type)
            case Aggregation():
                return Term(self.aggregation(expr), expr.type)
            case Pick():
                return Term(self.pick(expr), expr.type)
            case Case():
                branches = [
                    sql("WHEN {} THEN {}", self.condition(when), self.expr(then).sql) for when, then in expr.branches
                ]
                return Term(sql("CASE {} END", join(" ", branches)), expr.type)
            case _:
                raise AssertionError(f"{type(expr).__name__} is spelled out by secure")

    def condition(self, expr: Expr) -> Sql:
        """An expression that is true, false or NULL."""
        return self.expr(expr).sql

    def column(self, column: Column) -> str:
        """`t1."title"`"""
        return f"t{column.scan}.{self.dialect.quote(column.field)}"

    def apply(self, expr: Apply) -> Term:
        dialect = self.dialect
        terms = [self.expr(item) for item in expr.arguments]
        match expr.function:
            case "text":
                return Term(dialect.cast(terms[0].sql, terms[0].type, "text"), "text")
            case "list_has":
                elements = f"x{self._next()}"
                value = dialect.cast(terms[1].sql, terms[1].type, "text")
                source = dialect.json_each(terms[0].sql, elements)
                element = f"{elements}.{dialect.element['value']}"
                same = dialect.compare("=", sql(element), value, "text")
                return Term(sql("EXISTS (SELECT 1 FROM {} WHERE {})", source, same), "boolean")
            case "random":
                return Term(dialect.random(), "float")
            case _:
                return FUNCTIONS[expr.function].sql(dialect, terms, expr.extra)

    _aliases = 0

    def _next(self) -> int:
        self._aliases += 1
        return self._aliases

    def exists(self, expr: Exists) -> Sql:
        """EXISTS (SELECT 1 FROM tags AS t2 LEFT JOIN … WHERE <link> AND <where>)"""
        ordered = sorted(expr.joins, key=lambda item: not item.inner)
        if ordered and ordered[0].inner:
            first = ordered[0].scan
            where = [*self.scan_conditions(first), self.condition(expr.where)]
            statement = sql(
                "SELECT 1 FROM {}{} WHERE {}", self.source(first), self.joins(ordered[1:]), join(" AND ", where)
            )
        else:
            start = f"(SELECT 1 AS one) AS d{self._next()}"
            statement = sql("SELECT 1 FROM {}{} WHERE {}", start, self.joins(ordered), self.condition(expr.where))
        return sql("NOT EXISTS ({})" if expr.negated else "EXISTS ({})", statement)

    def aggregation(self, expr: Aggregation) -> Sql:
        if expr.argument is None:
            return sql("count(*)")
        argument = self.expr(expr.argument)
        value = argument.sql
        return sql("{}({}{})", expr.function, "DISTINCT " if expr.distinct else "", value)

    def pick(self, expr: Pick) -> Sql:
        first, *rest = expr.joins
        where = self.scan_conditions(first.scan) or [sql("1 = 1")]
        return sql(
            "(SELECT {} FROM {}{} WHERE {})",
            self.expr(expr.expr).sql,
            self.source(first.scan),
            self.joins(rest),
            join(" AND ", where),
        )

    # --- scans

    def source(self, scan: Scan) -> Sql:
        """`posts AS t1`; the elements of a list; or the one row that is being created."""
        alias = f"t{scan.number}"
        if scan.handed is not None:
            rows = Bind(FromHanded(scan.handed.number), "json_list")
            return self.dialect.handed(bound(rows), scan.handed.columns or [("_", "string")], alias)
        if scan.each is not None:
            return self.dialect.json_each(self.expr(scan.each).sql, alias)
        if scan.virtual:
            columns = [sql("{} AS {}", self.expr(value).sql, self.dialect.quote(name)) for name, value in scan.virtual]
            return sql("(SELECT {}) AS {}", join(", ", columns), alias)
        collection = self.catalog.collections[scan.collection]
        self.views = self.views or collection.kind == "view"
        table = table_of(self.dialect, collection)
        if scan.added:
            return sql("({}) AS {}", self.table_with(table, scan), alias)
        return sql("{} AS {}", table, alias)

    def table_with(self, table: str, scan: Scan) -> Sql:
        """SELECT "id", "title" FROM posts UNION ALL SELECT ?, ?"""
        columns = [self.dialect.quote(name) for name, _ in scan.added[0]]
        parts: list[Sql] = [sql("SELECT {} FROM {}", ", ".join(columns), table)]
        parts += [sql("SELECT {}", join(", ", [self.expr(value).sql for _, value in row])) for row in scan.added]
        return join(" UNION ALL ", parts)

    def scan_conditions(self, scan: Scan) -> list[Sql]:
        """The link, guard and where of a scan."""
        return [self.condition(item) for item in (scan.link, scan.guard, scan.where) if item is not None]

    def joins(self, joins: Sequence[Join]) -> Sql:
        """` LEFT JOIN users AS t2 ON <link> AND <guard>` for each; a join that stands twice is written once."""
        parts: list[Sql] = []
        seen: set[int] = set()
        for item in joins:
            if item.scan.number in seen:
                continue
            seen.add(item.scan.number)
            on = self.scan_conditions(item.scan) or [sql("1 = 1")]
            word = " JOIN {} ON {}" if item.inner else " LEFT JOIN {} ON {}"
            parts.append(sql(word, self.source(item.scan), join(" AND ", on)))
        return join("", parts) if parts else sql("")

    def tail(self, scan: Scan, joins: Sequence[Join], before: Scan | None = None, *, where: bool = True) -> Sql:
        """`FROM posts AS t1 LEFT JOIN … WHERE …`. Without `where`, the caller's condition is left out (but never the
        guard).
        """
        parts = [scan.link, scan.guard, scan.where if where else None]
        conditions = [self.condition(item) for item in parts if item is not None]
        source = self.source(scan)
        if before is not None:
            source = sql("{} JOIN {} ON 1 = 1", self.source(before), source)
        text = sql("FROM {}{}", source, self.joins(joins))
        return sql("{} WHERE {}", text, join(" AND ", conditions)) if conditions else text

    # --- pages and counts

    def page(self, read: Read) -> Sql:
        """The JSON array of the wanted rows."""
        if read.grouped:
            return self.groups(read)
        value = self.output(read.output, read.style)
        orders = self.orders(read)
        order = self.order(orders) if orders else None
        limit = self.expr(read.limit).sql if read.limit is not None else None
        offset = self.expr(read.offset).sql if read.offset is not None else None
        tail = self.tail(read.scan, read.joins)
        if order is None or (self.dialect.name == "sqlite" and not read.joins and self._by_key(read)):
            return self.dialect.array(value, tail, order, limit, offset)
        # Cut the page before making JSON: the derived table has the alias of the scan, so `value` fits both.
        alias = f"t{read.scan.number}"
        clause = self.dialect.limit(limit, offset, ordered=True)
        if self.dialect.name == "sqlite":
            cut = sql("FROM (SELECT {}.* {} ORDER BY {}{}) AS {}", alias, tail, order, clause, alias)
            return self.dialect.array(value, cut, None, None, None)
        number = self.dialect.quote("_n")
        cut = sql(
            "FROM (SELECT {}.*, row_number() OVER (ORDER BY {}) AS {} {} ORDER BY {}{}) AS {}",
            alias, order, number, tail, number, clause, alias,
        )  # fmt: skip
        return self.dialect.array(value, cut, sql("{}.{}", alias, number), None, None)

    def groups(self, read: Read) -> Sql:
        """One object per group: `SELECT j FROM (SELECT json_object(…, count(*)) AS j FROM … GROUP BY … ORDER BY … LIMIT
        …)`.
        """
        tail, output, orders = self.grouping(
            read.scan, self.tail(read.scan, read.joins), read.group, read.output, read.order
        )
        order = self.order(orders) if orders else None
        limit = self.expr(read.limit).sql if read.limit is not None else None
        offset = self.expr(read.offset).sql if read.offset is not None else None
        value = self.output(output, read.style)
        clause = self.dialect.limit(limit, offset, ordered=order is not None)
        ordered: Sql = sql(" ORDER BY {}", order) if order is not None else sql("")
        cut = sql("FROM (SELECT {} AS j {}{}{}) AS g", value, tail, ordered, clause)
        return self.dialect.array(sql("g.j"), cut, None, None, None)

    def grouping(
        self, scan: Scan, tail: Sql, group: tuple[Expr, ...], output: Output, orders: tuple[Order, ...] = ()
    ) -> tuple[Sql, Output, tuple[Order, ...]]:
        """The tail with its GROUP BY, and what goes with it.

        A group key that is no plain column becomes one first, because a database can't see that an expression of the
        output is that of the group when their values have placeholders of their own:

            FROM (SELECT t1.*, CASE WHEN <guard> THEN t1.status END AS _g0 FROM posts AS t1 WHERE …) AS t1
            GROUP BY t1._g0
        """
        if not group:
            return tail, output, orders
        named: dict[Expr, Column] = {
            expr: Column(scan.number, f"_g{position}", self.expr(expr).type)
            for position, expr in enumerate(group)
            if not isinstance(expr, Column)
        }
        if named:
            keys = [sql("{} AS {}", self.expr(expr).sql, self.dialect.quote(key.field)) for expr, key in named.items()]
            alias = f"t{scan.number}"
            tail = sql("FROM (SELECT {}.*, {} {}) AS {}", alias, join(", ", keys), tail, alias)
            output, orders = _swapped(output, named), tuple(_swapped_order(item, named) for item in orders)
        columns = [self.expr(named.get(expr, expr)).sql for expr in group]
        return sql("{} GROUP BY {}", tail, join(", ", columns)), output, orders

    def orders(self, read: Read) -> tuple[Order, ...]:
        """The order to use: what was asked for, and on databases without a natural order the key, so that pages are
        stable.
        """
        key = self.key_order(read.scan)
        asked = tuple(item for item in read.order if not _is_rowid(item))
        if self.dialect.name == "sqlite":
            return read.order
        named = {item.expr for item in asked}
        return (*asked, *(item for item in key if item.expr not in named))

    def nested_orders(self, rows: Rows) -> tuple[Order, ...]:
        """The order of nested rows: what was asked for, else on databases without a natural order the key."""
        if rows.order or self.dialect.name == "sqlite":
            return rows.order
        return self.key_order(rows.scan)

    def key_order(self, scan: Scan) -> tuple[Order, ...]:
        collection = self.catalog.collections[scan.collection]
        return tuple(Order(Column(scan.number, field.name, field.type)) for field in collection.key_fields)

    def order(self, orders: Sequence[Order]) -> Sql:
        """`t1.title DESC, t1.id`"""
        parts: list[Sql] = []
        for item in orders:
            if _is_rowid(item):
                assert isinstance(item.expr, Apply)
                parts.append(sql(f"t{item.expr.extra[0]}._rowid_" + (" DESC" if item.descending else "")))
                continue
            term = self.expr(item.expr)
            direction, nulls = item.descending, item.nulls_last
            parts.append(self.dialect.order(term.sql, descending=direction, nulls_last=nulls, type=term.type))
        return join(", ", parts)

    def _by_key(self, read: Read) -> bool:
        """True when the order is the primary key's own, which needs no sorting."""
        key = self.catalog.collections[read.scan.collection].key
        return len(read.order) == 1 and isinstance(read.order[0].expr, Column) and (read.order[0].expr.field,) == key

    def count(self, read: Read, *, matching: bool) -> Sql:
        """(SELECT count(*) FROM posts AS t1 WHERE <guard> [AND <where>])"""
        if not matching:
            return sql("(SELECT count(*) {})", self.tail(read.scan, (), where=False))
        used = read.joins if read.scan.where is not None else ()
        return sql("(SELECT count(*) {})", self.tail(read.scan, used))

    # --- output

    def output(self, output: Output | Star, style: str) -> Sql:
        """The output as JSON."""
        dialect = self.dialect
        match output:
            case Value():
                term = self.expr(output.expr)
                if output.concealed:
                    return dialect.json_concealed(term.sql)
                kind = "text" if output.kept and dialect.dynamic else term.type or output.type
                if output.number:
                    # PocketBase's style has numbers for all that is numeric
                    written = dialect.json_value(term.sql, "decimal", array=output.array, style="pocketbase")
                else:
                    written = dialect.json_value(term.sql, kind, array=output.array, style=style)
                if not output.blank:
                    return written
                blank = dialect.json_constant(output.blank)
                return sql("CASE WHEN {} IS NULL THEN {} ELSE {} END", term.sql, blank, written)
            case Text():
                return dialect.json_constant(json.dumps(output.value, ensure_ascii=False))
            case KeyText():
                return self.key_text(output)
            case Object():
                return self.object(output, style)
            case Rows():
                return self.rows(output, style)
            case Choice():
                return self.choice(output, style)
            case Star():
                raise AssertionError("secure spells out every *")

    def key_text(self, output: KeyText) -> Sql:
        """A key as one string; the parts of a composite key with `%` and `,` escaped (see `model/key`)."""
        dialect = self.dialect
        parts = [dialect.cast(term.sql, term.type, "text") for term in map(self.expr, output.parts)]
        if not parts:
            return dialect.json_constant('""')
        if len(parts) == 1:
            return dialect.json_string(parts[0])
        escaped = [
            sql("replace(replace({}, {}, {}), {}, {})", part, _const("%"), _const("%25"), _const(","), _const("%2C"))
            for part in parts
        ]
        pieces: list[Sql] = []
        for part in escaped:
            if pieces:
                pieces.append(_const(","))
            pieces.append(part)
        return dialect.json_string(dialect.concat(*pieces))

    def object(self, output: Object, style: str) -> Sql:
        if output.optional and self.dialect.correlated_derived and all(map(_is_rows, output.entries)):
            return self.dialect.optional([self.keyed(entry, style) for entry in output.entries])
        entries: list[ObjectEntry] = []
        for entry in output.entries:
            when = self.condition(entry.when) if entry.when is not None else None
            if output.optional and isinstance(entry.output, Rows):
                rows = entry.output
                when = sql("EXISTS (SELECT 1 {})", self.tail(rows.scan, rows.joins, rows.before))
            entries.append(ObjectEntry(entry.key, self.output(entry.output, style), when))
        return self.dialect.object(entries)

    def keyed(self, entry: Entry, style: str) -> Sql:
        """An entry that is only there when its relation has rows: `,"author":{…}` or NULL, with one look at the
        rows.
        """
        rows = entry.output
        assert isinstance(rows, Rows), "only relations are optional"
        tail = self.tail(rows.scan, rows.joins, rows.before)
        value = self.output(rows.output, style)
        if rows.single:
            return self.dialect.keyed_row(entry.key, value, tail)
        orders = self.nested_orders(rows)
        order = self.order(orders) if orders else None
        limit = self.expr(rows.limit).sql if rows.limit is not None else None
        return self.dialect.keyed_rows(entry.key, value, tail, order, limit, None)

    def rows(self, rows: Rows, style: str) -> Sql:
        tail = self.tail(rows.scan, rows.joins, rows.before)
        if rows.grouped:
            if not self.dialect.correlated_derived:
                raise NotSupported(f"{self.dialect.name} can't aggregate nested rows in one statement")
            tail, output, _ = self.grouping(rows.scan, tail, rows.group, rows.output)
            cut = sql("FROM (SELECT {} AS j {}) AS g", self.output(output, style), tail)
            return self.dialect.array(sql("g.j"), cut, None, None, None)
        value = self.output(rows.output, style)
        if rows.single:
            return self.dialect.scalar(sql("SELECT {} AS j {}", value, tail))
        orders = self.nested_orders(rows)
        order = self.order(orders) if orders else None
        limit = self.expr(rows.limit).sql if rows.limit is not None else None
        offset = self.expr(rows.offset).sql if rows.offset is not None else None
        return self.dialect.array(value, tail, order, limit, offset)

    def choice(self, choice: Choice, style: str) -> Sql:
        """CASE t1.collection WHEN 'block_text' THEN (…) ELSE … END"""
        otherwise = (
            self.output(choice.otherwise, style) if choice.otherwise is not None else self.dialect.json_constant("null")
        )
        if not choice.branches:
            return otherwise
        subject = self.expr(choice.collection).sql
        branches = [
            sql("WHEN {} THEN {}", _const(name), self.output(output, style)) for name, output in choice.branches
        ]
        return sql("CASE {} {} ELSE {} END", subject, join(" ", branches), otherwise)


def _swapped(output: Output, named: Mapping[Expr, Column]) -> Output:
    """A group's object with its keys read from the columns that hold them."""
    assert isinstance(output, Object), "a group is an object"
    entries: list[Entry] = []
    for entry in output.entries:
        value = entry.output
        if isinstance(value, Object):
            entries.append(replace(entry, output=_swapped(value, named)))
            continue
        key = named.get(value.expr) if isinstance(value, Value) else None
        entries.append(entry if key is None else replace(entry, output=replace(value, expr=key)))
    return replace(output, entries=tuple(entries))


def _swapped_order(order: Order, named: Mapping[Expr, Column]) -> Order:
    key = named.get(order.expr)
    return order if key is None else replace(order, expr=key)


def _const(value: str) -> Sql:
    return bound(Bind(FromConst(value), "text", "text"))


def _pair(expr: Expr) -> tuple[Expr, Expr]:
    """The low and the high value of a bound pair."""
    assert isinstance(expr, Bind), "a pair is always bound"
    source = expr.source
    if isinstance(source, FromParam):
        return replace(expr, source=FromParam(source.index, 0)), replace(expr, source=FromParam(source.index, 1))
    assert isinstance(source, FromConst), "a pair is a caller's or a rule's own"
    low, high = source.value
    hint = "number" if isinstance(low, int | float) and isinstance(high, int | float) else "text"
    return replace(expr, source=FromConst(low), hint=hint), replace(expr, source=FromConst(high), hint=hint)


def _is_rows(entry: Entry) -> bool:
    return isinstance(entry.output, Rows)


def _is_rowid(order: Order) -> bool:
    return isinstance(order.expr, Apply) and order.expr.function == "rowid"
