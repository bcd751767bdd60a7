"""Outputs: which JSON a read writes, from the fields that were asked for.

In charge of: Directus's field trees (relations, aliases, functions, wildcards), PocketBase's whole records with
`expand`, and spelling out `*` once `secure` knows which fields may be seen. Not in charge of: who may see what. Called
by `resolve` and `secure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from satchel.errors import Forbidden, InvalidQuery
from satchel.expr.nodes import Param, Path
from satchel.model.catalog import Collection, Field, Relation
from satchel.plan.conditions import condition
from satchel.plan.frame import Frame, Numbering, conjunction
from satchel.plan.nodes import (
    Aggregation,
    Apply,
    Bind,
    Choice,
    Element,
    Entry,
    Expr,
    FromConst,
    FromParam,
    Join,
    KeyText,
    Object,
    Order,
    Output,
    Pick,
    Rows,
    Scan,
    Search,
    Star,
    Text,
    Value,
)
from satchel.plan.paths import Paths, column, key_columns, unknown_collection, unknown_field
from satchel.plan.query import Aggregate, Arguments, Expand, Form, Select, Sort

BLANKS = {"number": "0", "bool": "false", "json": "", "geoPoint": '{"lon":0,"lat":0}'}
"""What PocketBase shows of a field that has no value; an empty text for all other kinds."""
BACK_RELATION_LIMIT = 1000
KEPT_KINDS = frozenset({"date", "autodate", "number"})
"""PocketBase kinds whose values SQLite keeps just as they are shown."""
AGGREGATES = {
    "count": ("count", False),
    "countDistinct": ("count", True),
    "countAll": ("count", False),
    "sum": ("sum", False),
    "sumDistinct": ("sum", True),
    "avg": ("avg", False),
    "avgDistinct": ("avg", True),
    "min": ("min", False),
    "max": ("max", False),
}


def bind(param: Param, type: str = "", *, strict: bool = False, item: int | None = None) -> Bind:
    return Bind(FromParam(param.index, item), type, param.hint, strict)


class Outputs:
    """Builds outputs in one plan; all scans are numbered by `numbering`."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.catalog = numbering.catalog

    # --- Directus ----------------------------------------------------------------------------------------------

    def object(
        self,
        scan: Scan,
        selects: Sequence[Select],
        path: tuple[str, ...],
        via: Relation | None = None,
        *,
        backlink: bool = True,
    ) -> Output:
        """The object of one row; a bare key when only fields of non-relations were asked for."""
        collection = self.catalog.collections[scan.collection]
        grouped: dict[str, list[Select]] = {}
        for select in selects:
            grouped.setdefault(select.key, []).append(select)
        star: Star | None = None
        place = 0
        inside: list[Entry] = []
        entries: list[Entry] = []
        for key, group in grouped.items():
            if key == "*":
                below = tuple(child for select in group for child in select.children)
                back = () if backlink or via is None else self._back(scan, via)
                star = Star(scan, below, tuple(other for other in grouped if other != "*"), backlink, back=back)
                place = len(entries)
                continue
            output = self.entry(scan, collection, group, path, backlink=backlink)
            if output is not None:
                own = star is not None and group[0].name == key and key in collection.fields and not group[0].function
                (inside if own else entries).append(Entry(key, output))
        if star is not None:
            entries.insert(place, Entry("*", replace(star, inside=tuple(inside))))
        if not entries and all(select.form != "object" for select in selects):
            return self.key(scan, collection)
        return Object(tuple(entries))

    def _back(self, scan: Scan, via: Relation) -> tuple[str, ...]:
        """The field of `scan` that leads back over the relation it was reached by."""
        if via.many == scan.collection:
            return via.many_fields
        return (via.one_field,) if via.one_field else ()

    def key(self, scan: Scan, collection: Collection) -> Output:
        """The row's key: its value, or the opaque string of a composite key."""
        if len(collection.key) == 1:
            return self.value(scan, collection.key_fields[0])
        return KeyText(key_columns(scan, collection))

    def value(self, scan: Scan, field: Field) -> Value:
        return Value(column(scan, field), field.type, field.array, field.concealed)

    def entry(
        self,
        scan: Scan,
        collection: Collection,
        group: Sequence[Select],
        path: tuple[str, ...],
        *,
        backlink: bool = True,
    ) -> Output | None:
        """One output entry; None if it has nothing to say. `group`: the selects that share its key."""
        first = group[0]
        name = first.name
        if first.form == "constant":
            return Text(name)
        if first.form == "object":
            return self.object(scan, first.children, path) if first.children else None
        if first.function:
            return formed(self._function(scan, first, path), first.form)
        below = [select for select in group if select.children]
        m2o = self.catalog.m2o(collection.name, name)
        field = collection.fields.get(name)
        if below and m2o is not None and m2o.one is None:
            return self._choice(scan, collection, m2o, below, path, backlink=backlink)
        children = [child for select in below for child in select.children]
        if children and m2o is not None and field is not None and m2o.one in self.catalog.collections:
            if m2o.list:
                return self._listed(scan, field, m2o, children, path, first)
            return self._one(scan, field, m2o, children, path, first, backlink=backlink)
        alias = self.catalog.o2m(collection.name, name)
        if alias is not None and alias.many in self.catalog.collections:
            return self._many(scan, alias, children, path, first, backlink=backlink)
        if children:
            if field is None:
                raise unknown_field(collection, name, path)
            return None
        if field is None or (not field.stored and not first.optional and "no-data" not in field.special):
            raise unknown_field(collection, name, path)
        return formed(self.value(scan, field), first.form) if field.stored else None

    def _function(self, scan: Scan, select: Select, path: tuple[str, ...]) -> Value:
        frame = Frame(self.numbering, scan, prefix=path)
        parts = Path((select.name,), function=select.function, arguments=select.function_arguments)
        found = Paths(frame).tree(parts)
        return Value(found.expr, getattr(found.expr, "type", ""))

    def _one(
        self,
        scan: Scan,
        field: Field,
        relation: Relation,
        children: Sequence[Select],
        path: tuple[str, ...],
        select: Select,
        *,
        backlink: bool,
    ) -> Output:
        walked = (*path, select.name)
        frame = Frame(self.numbering, scan, prefix=path)
        target = Paths(frame).to_one(scan, relation, walked)
        target = replace(target, action="view")
        joins: tuple[Join, ...] = ()
        if select.arguments is not None and select.arguments.where is not None:
            target, joins = self._where(target, select.arguments, walked)
        output = self.object(target, children, walked, relation, backlink=backlink)
        return Rows(target, joins, output, single=True, fallback=self.value(scan, field))

    def _listed(
        self,
        scan: Scan,
        field: Field,
        relation: Relation,
        children: Sequence[Select],
        path: tuple[str, ...],
        select: Select,
    ) -> Output:
        walked = (*path, select.name)
        elements, target = self._list_scans(scan, field, relation, walked)
        output = self.object(target, children, walked, relation)
        order = (Order(Element(elements.number, "position", "integer")),)
        return Rows(target, (), output, order, fallback=self.value(scan, field), before=elements)

    def _list_scans(self, scan: Scan, field: Field, relation: Relation, path: tuple[str, ...]) -> tuple[Scan, Scan]:
        frame = Frame(self.numbering, scan, prefix=path)
        paths = Paths(frame)
        target = paths._list_target(scan, relation, path)  # pyright: ignore[reportPrivateUsage]
        elements = next(hop.scan for hop in frame.hops.values() if hop.scan.each is not None)
        return elements, replace(target, action="view")

    def _many(
        self,
        scan: Scan,
        relation: Relation,
        children: Sequence[Select],
        path: tuple[str, ...],
        select: Select,
        *,
        backlink: bool,
    ) -> Output:
        walked = (*path, select.name)
        frame = Frame(self.numbering, scan, prefix=path)
        child = replace(Paths(frame).to_many(scan, relation, walked), action="view")
        collection = self.catalog.collections[child.collection]
        arguments = select.arguments or Arguments()
        child, joins = self._where(child, arguments, walked)
        if arguments.aggregate or arguments.group:
            output, group = self.groups(child, arguments, walked)
            return Rows(child, joins, output, grouped=True, group=group)
        order, more = self.order(child, arguments.sort, relation.sort_field, walked, nested=True)
        output = (
            self.object(child, children, walked, relation, backlink=backlink)
            if children
            else self.key(child, collection)
        )
        most = self.numbering.limits.nested
        limit = bind(arguments.page.limit, "limit") if arguments.page.limit else None
        if limit is None and most is not None:
            limit = Bind(FromConst(most), "limit", "number")
        offset = bind(arguments.page.offset, "limit") if arguments.page.offset else None
        return Rows(child, (*joins, *more), output, order, limit, offset)

    def _choice(
        self,
        scan: Scan,
        collection: Collection,
        relation: Relation,
        group: Sequence[Select],
        path: tuple[str, ...],
        *,
        backlink: bool,
    ) -> Output:
        scopes: dict[str, list[Select]] = {}
        for select in group:
            wanted = [select.scope] if select.scope else list(relation.allowed)
            for scope in wanted:
                if scope in relation.allowed and scope in self.catalog.collections:
                    kept = select.children if select.scope else self._shared(scope, select.children)
                    scopes.setdefault(scope, []).extend(kept)
        says = collection.fields[relation.collection_field or ""]
        raw = self.value(scan, collection.fields[relation.many_field])
        branches: list[tuple[str, Output]] = []
        for scope, children in scopes.items():
            walked = (*path, f"{group[0].name}:{scope}")
            frame = Frame(self.numbering, scan, prefix=path)
            target = replace(Paths(frame).to_scope(scan, relation, scope, walked), action="view")
            output = self.object(target, children, walked, backlink=backlink)
            branches.append((scope, Rows(target, (), output, single=True, fallback=raw)))
        return Choice(column(scan, says), tuple(branches), None if group[0].form == "union" else raw)

    def _shared(self, scope: str, children: Sequence[Select]) -> list[Select]:
        """Of fields asked for without a scope, those that this collection has."""
        fields = self.catalog.collections[scope].fields
        return [child for child in children if child.name == "*" or child.name in fields]

    # --- what narrows a list -----------------------------------------------------------------------------------

    def _where(self, scan: Scan, arguments: Arguments, path: tuple[str, ...]) -> tuple[Scan, tuple[Join, ...]]:
        frame = Frame(self.numbering, scan, prefix=path)
        parts: list[Expr] = []
        if arguments.where is not None:
            parts.append(condition(frame, arguments.where))
        if arguments.search is not None:
            parts.append(Search(scan, bind(arguments.search)))
        where, joins = frame.split(conjunction(parts))
        return (replace(scan, where=where) if parts else scan), joins

    def where(self, scan: Scan, arguments: Arguments, extra: Sequence[Expr]) -> tuple[Scan, tuple[Join, ...]]:
        """The root's own conditions: the caller's filter and search, and those of its key."""
        narrowed, joins = self._where(scan, arguments, ())
        parts = [*extra, *([narrowed.where] if narrowed.where is not None else [])]
        return (replace(scan, where=conjunction(parts)) if parts else scan), joins

    def order(
        self, scan: Scan, sort: Sequence[Sort], sort_field: str | None, path: tuple[str, ...], *, nested: bool
    ) -> tuple[tuple[Order, ...], tuple[Join, ...]]:
        """ORDER BY in the tree syntax; by the collection's sort field, else its key, when nothing was asked for. A
        related list has `sort_field` instead: that of its relation."""
        collection = self.catalog.collections[scan.collection]
        nulls = True if nested else None
        if not sort:
            name = sort_field if nested else collection.sort_field
            field = collection.column(name) if name else None
            keys = key_columns(scan, collection)
            # items that were never put in order come in that of their keys, not in any
            columns = (column(scan, field), *keys) if field is not None else keys
            return tuple(Order(item, nulls_last=nulls, own=True) for item in columns), ()
        frame = Frame(self.numbering, scan, prefix=path)
        orders: list[Order] = []
        for key in sort:
            frame_of_key = frame.fresh()
            found = Paths(frame_of_key).tree(key.path)
            if found.many:
                orders.append(
                    Order(_extreme(frame_of_key, found.expr, descending=key.descending), key.descending, nulls)
                )
            else:
                shared = Paths(frame).tree(key.path)
                orders.append(Order(shared.expr, key.descending, nulls))
        joins = tuple(Join(hop.scan) for hop in frame.hops.values())
        return tuple(orders), joins

    def text_order(self, scan: Scan, sort: Sequence[Sort]) -> tuple[tuple[Order, ...], tuple[Join, ...]]:
        """ORDER BY in the text syntax."""
        frame = Frame(self.numbering, scan)
        orders: list[Order] = []
        for key in sort:
            if key.special:
                orders.append(Order(Apply(key.special, (), "integer", (str(scan.number),)), key.descending))
                continue
            lone = frame.fresh()
            found = Paths(lone).text(key.path)
            # No value is the least one, as in the database that this syntax comes from. Columns that always have one
            # are left as they are, so that an index serves.
            own = found.field is not None and len(key.path.parts) == 1 and not found.many
            always = own and found.field is not None and not found.field.nullable
            last = None if always else key.descending
            if found.many:
                orders.append(Order(_extreme(lone, found.expr, descending=key.descending), key.descending, last))
            else:
                orders.append(Order(Paths(frame).text(key.path).expr, key.descending, last))
        return tuple(orders), tuple(Join(hop.scan) for hop in frame.hops.values())

    # --- groups --------------------------------------------------------------------------------------------------

    def groups(self, scan: Scan, arguments: Arguments, path: tuple[str, ...]) -> tuple[Output, tuple[Expr, ...]]:
        """One object per group: the group's fields, then `{"sum": {"views": …}, "count": …}`; or as `layout` says."""
        frame = Frame(self.numbering, scan, prefix=path)
        entries: list[Entry] = []
        group: list[Expr] = []
        for part in arguments.group:
            expr = self._own(frame, part)
            group.append(expr)
            name = f"{part.parts[0]}_{part.function}" if part.function else part.parts[0]
            field = self.catalog.collections[scan.collection].fields.get(part.parts[0])
            entries.append(
                Entry(name, Value(expr, getattr(expr, "type", ""), bool(field and field.array and not part.function)))
            )
        if arguments.layout:
            return Object(tuple(self._laid_out(scan, arguments.layout, Object(tuple(entries)), path))), tuple(group)
        nested: dict[str, list[Entry]] = {}
        for item in dict.fromkeys(arguments.aggregate):
            if item.function not in AGGREGATES:
                continue
            value = self.aggregation(scan, item, path)
            alone = all(other.field == item.field or other.function != item.function for other in arguments.aggregate)
            if item.function == "countAll" or (item.field == "*" and alone):
                entries.append(Entry(item.function, Value(value, value.type)))
            else:
                nested.setdefault(item.function, []).append(Entry(item.field, Value(value, value.type)))
        entries.extend(Entry(name, Object(tuple(items))) for name, items in nested.items())
        return Object(tuple(entries)), tuple(group)

    def _laid_out(self, scan: Scan, layout: Sequence[Select], own: Object, path: tuple[str, ...]) -> Iterator[Entry]:
        """The entries of a group's object. `own`: the group's own fields."""
        for item in layout:
            match item.form:
                case "constant":
                    yield Entry(item.key, Text(item.name))
                case "group":
                    yield Entry(item.key, own)
                case "object":
                    yield Entry(item.key, Object(tuple(self._laid_out(scan, item.children, own, path))))
                case _:
                    value = self.aggregation(scan, Aggregate(item.function, item.name), path)
                    yield Entry(item.key, formed(Value(value, value.type), item.form))

    def aggregation(self, scan: Scan, item: Aggregate, path: tuple[str, ...]) -> Aggregation:
        function, distinct = AGGREGATES[item.function]
        if item.field == "*" or item.function == "countAll":
            if function != "count":
                raise InvalidQuery(f'"{item.function}" needs a field')
            return Aggregation("count", None, "bigInteger")
        collection = self.catalog.collections[scan.collection]
        field = collection.column(item.field)
        if field is None:
            raise unknown_field(collection, item.field, path)
        argument = column(scan, field)
        numeric = field.type in ("integer", "bigInteger", "float", "decimal")
        if function in ("sum", "avg"):
            if not numeric:
                raise InvalidQuery(f'"{item.function}" can\'t be used on the {field.type} field "{item.field}"')
            whole = "bigInteger" if function == "sum" else "decimal"
            return Aggregation(function, argument, whole if "nteger" in field.type else field.type, distinct)
        return Aggregation(function, argument, "bigInteger" if function == "count" else field.type, distinct)

    def group_order(self, scan: Scan, arguments: Arguments) -> tuple[Order, ...]:
        """Sort keys of a grouped read: a group's field, or an aggregate (`count`, `sum.views`). Raises InvalidQuery for
        what has no one value in a group.
        """
        frame = Frame(self.numbering, scan)
        orders: list[Order] = []
        for key in arguments.sort:
            aggregate = _aggregate_named(arguments.aggregate, key.path)
            if aggregate is not None:
                orders.append(Order(self.aggregation(scan, aggregate, ()), key.descending))
                continue
            expr = self._own(frame, key.path)
            if key.path not in arguments.group:
                name = ".".join(key.path.parts)
                raise InvalidQuery(f'Groups can\'t be sorted by "{name}", which they are not grouped by')
            orders.append(Order(expr, key.descending))
        return tuple(orders)

    def _own(self, frame: Frame, path: Path) -> Expr:
        """A value of the scan's own rows, to group by."""
        expr = Paths(frame).tree(path).expr
        if frame.hops:
            raise InvalidQuery("Grouping by a related field isn't supported")
        return expr

    # --- PocketBase ------------------------------------------------------------------------------------------------

    def record(self, scan: Scan, expand: Sequence[Expand], path: tuple[str, ...] = ()) -> Output:
        """A whole record, with `expand` if any of its paths is valid."""
        return self._record(scan, self._expands(scan, expand, path))

    def _record(self, scan: Scan, expands: tuple[Entry, ...]) -> Output:
        more = (Entry("expand", Object(expands, optional=True)),) if expands else ()
        return Object((Entry("*", Star(scan, more)),))

    def _expands(self, scan: Scan, expand: Sequence[Expand], path: tuple[str, ...]) -> tuple[Entry, ...]:
        found = [(item, self._expanded(scan, item, path)) for item in expand]
        return tuple(Entry(item.name, output) for item, output in found if output is not None)

    def _expanded(self, scan: Scan, expand: Expand, path: tuple[str, ...]) -> Output | None:
        """The related records under one name; None for a path that leads nowhere."""
        collection = self.catalog.collections[scan.collection]
        walked = (*path, expand.name)
        if len(walked) > 6:
            return None
        frame = Frame(self.numbering, scan, prefix=path)
        relation = self.catalog.m2o(collection.name, expand.name)
        field = collection.column(expand.name)
        try:
            if relation is not None and field is not None:
                if relation.list:
                    elements, target = self._list_scans(scan, field, relation, walked)
                    order = (Order(Element(elements.number, "position", "integer")),)
                    return self._step(Rows(target, (), Text(""), order, before=elements), expand, walked)
                target = replace(Paths(frame).to_one(scan, relation, walked), action="view")
                return self._step(Rows(target, (), Text(""), single=True), expand, walked)
            back = Paths(frame).back_relation(collection, expand.name)
            if back is None:
                return None
            child = replace(Paths(frame).to_many(scan, back, walked), action="view")
        except Forbidden:
            return None
        many = any(hop.many for hop in frame.hops.values())
        limit = Bind(FromConst(BACK_RELATION_LIMIT), "limit", "number") if many else None
        return self._step(Rows(child, (), Text(""), limit=limit, single=not many), expand, walked)

    def _step(self, rows: Rows, expand: Expand, walked: tuple[str, ...]) -> Output | None:
        """The rows with their records as output; None if they were only on the way and there is nowhere to go."""
        expands = self._expands(rows.scan, expand.children, walked)
        if not expands and not expand.wanted:
            return None
        return replace(rows, output=self._record(rows.scan, expands), passing=not expand.wanted)

    # --- spelling out * -----------------------------------------------------------------------------------------

    def star(self, star: Star, allowed: frozenset[str] | None, style: str, path: tuple[str, ...]) -> list[Entry]:
        """The entries of `*`, of the fields that may be seen (None: all of them)."""
        collection = self.catalog.collections[star.scan.collection]
        visible = [field for field in collection.fields.values() if allowed is None or field.name in allowed]
        if style == "pocketbase":
            return self._record_entries(star, collection, visible)
        plain: list[Entry] = []
        related: list[Entry] = []
        aliases: list[Entry] = []
        inside = {entry.key: entry for entry in star.inside}
        for field in visible:
            entry = inside.pop(field.name, None)
            if entry is None and field.name in star.skip:
                continue
            relational = self.catalog.m2o(collection.name, field.name) or self.catalog.o2m(collection.name, field.name)
            below = star.children if relational and field.name not in star.back else ()
            if entry is None:
                select = Select(field.name, field.name, below, optional=True)
                output = self.entry(star.scan, collection, [select], path, backlink=star.backlink)
                if output is None:
                    continue
                entry = Entry(field.name, output)
            if relational and below:
                related.append(entry)
            else:
                (plain if field.stored else aliases).append(entry)
        # what is left was named and may not be seen; whoever secures it says so
        return [*related, *plain, *aliases, *inside.values()]

    def _record_entries(self, star: Star, collection: Collection, visible: Sequence[Field]) -> list[Entry]:
        scan = star.scan
        entries: dict[str, Entry] = {}
        for field in visible:
            own = field.system and collection.type == "auth"
            if not field.stored or (field.concealed and (own or field.kind != "password")):
                continue
            kept = field.kind in KEPT_KINDS
            value = replace(self.value(scan, field), kept=kept, blank=_blank(field))
            entries[field.name] = Entry(field.name, Text("") if field.kind == "password" else value)
        entries["id"] = Entry("id", KeyText(key_columns(scan, collection)))
        entries["collectionId"] = Entry("collectionId", Text(collection.id))
        entries["collectionName"] = Entry("collectionName", Text(collection.name))
        for entry in star.children:
            entries[entry.key] = entry
        return [entries[key] for key in sorted(entries)]


def formed(value: Value, form: Form) -> Value:
    """The value in the form that was asked for."""
    if form == "number":
        return replace(value, number=True)
    if form != "text" or value.concealed or value.array:
        return value
    return replace(value, expr=Apply("text", (value.expr,), "string"), type="string")


def _blank(field: Field) -> str:
    """The JSON that stands for NULL in a field with a PocketBase kind; "" where that is null.

    Its own columns hold no NULLs, but those of a view may, and dates where the database has a type for them.
    """
    if not field.kind or not field.nullable:
        return ""
    return "[]" if field.multiple else BLANKS.get(field.kind, '""')


def _extreme(frame: Frame, expr: Expr, *, descending: bool) -> Expr:
    """A sort key with many values per row: its smallest, or (descending) its largest."""
    function = "max" if descending else "min"
    storage = getattr(expr, "type", "")
    joins = tuple(Join(hop.scan, inner=True) for hop in frame.hops.values())
    return Pick(joins, Aggregation(function, expr, storage), storage)


def _aggregate_named(aggregates: Sequence[Aggregate], path: Path) -> Aggregate | None:
    for item in aggregates:
        names = (
            [(item.function,)] if item.field == "*" or item.function == "countAll" else [(item.function, item.field)]
        )
        if path.parts in names or (path.function == item.function and path.parts == (item.field,)):
            return item
    return None


__all__ = ["Outputs", "bind", "unknown_collection"]
