"""The oracle's answers: output, order, pages, counts, search and groups of a whole query.

Used by the oracle test, which compares them with what the database answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from satchel.model.catalog import Collection, Field, Relation
from satchel.plan.query import Aggregate, Arguments, Expand, Query, Select, Sort
from tests.policy.interpreter import At, Interpreter, Joins, Refused

NESTED_LIMIT = 100
NUMERIC = ("integer", "bigInteger", "float", "decimal")


@dataclass(frozen=True)
class Answer:
    data: Any
    total: int | None = None
    matching: int | None = None


class Answers(Interpreter):
    """`nulls_first`: how the database sorts NULL when nobody says how."""

    nulls_first = True
    style = "directus"

    def answer(self, query: Query, values: Sequence[Any]) -> Answer:
        self.values, self.style = values, query.style
        name, arguments = query.collection, query.arguments
        self.granted(name, query.action)
        rows = [At(name, row, query.action) for row in self.all(name, query.action, trusted=False)]
        self.check_where(At(name, None, query.action), arguments)
        total = len(rows) if query.total else None
        found = self.narrowed(rows, arguments)
        matching = len(found) if query.matching else None
        if arguments.aggregate or arguments.group:
            return Answer(self.groups(At(name, None, query.action), found, arguments), total, matching)
        found = self.page(self.ordered(At(name, None, query.action), found, arguments.sort, nulls_last=None), arguments)
        shape = self.record_shape if query.style == "pocketbase" else self.object_shape
        wanted: Any = query.expand if query.style == "pocketbase" else query.select
        write = shape(At(name, None, query.action), wanted)
        return Answer([write(at) for at in found], total, matching)

    # --- narrowing, ordering, cutting

    def check_where(self, root: At, arguments: Arguments) -> None:
        """Refuse what may not be asked, whether or not there are rows."""
        if arguments.where is not None:
            self.prepare(arguments.where, root, Joins())

    def narrowed(self, rows: Sequence[At], arguments: Arguments) -> list[At]:
        found = [at for at in rows if arguments.where is None or self.holds(arguments.where, at)]
        if arguments.search is not None:
            words = str(self.values[arguments.search.index])
            found = [at for at in found if self.mentions(at, words)]
        return found

    def mentions(self, at: At, words: str) -> bool:
        granted = self.granted(at.collection, at.action)
        for item in self.catalog.collections[at.collection].stored_fields:
            if item.concealed or not any(grant.fields is None or item.name in grant.fields for grant in granted):
                continue
            value = self.cell(at, item.name)
            if value is None:
                continue
            if item.type in ("string", "text") and self.contains(str(value), words):
                return True
            if item.type in NUMERIC and words.lstrip("-").isdecimal() and value == int(words):
                return True
        return False

    def contains(self, text: str, words: str) -> bool:
        """`_icontains`, whose `%` and `_` are wildcards as in the tree syntax."""
        from satchel.expr.operators import OPERATORS
        from satchel.expr.operators.operator import Value

        return OPERATORS["_icontains"].test(Value(text, "text"), Value(words, "text", "text"), self.flavor) is True

    def ordered(self, root: At, rows: list[At], sort: Sequence[Sort], *, nulls_last: bool | None) -> list[At]:
        for key in reversed([*sort] or [None]):
            if key is None:
                rows = sorted(rows, key=lambda at: at.row["id"])  # type: ignore[index]
                continue
            self.sort_value(root, key)
            values = {id(at): self.sort_value(at, key) for at in rows}
            # in PocketBase's syntax no value is the least one on every database
            last = key.descending if self.style == "pocketbase" else nulls_last
            rows = self.sorted_by(rows, values, descending=key.descending, nulls_last=last)
        return rows

    def sorted_by(
        self, rows: list[At], values: Mapping[int, Any], *, descending: bool, nulls_last: bool | None
    ) -> list[At]:
        nulls = [at for at in rows if values[id(at)] is None]
        rest = [at for at in rows if values[id(at)] is not None]

        def compare(one: At, other: At) -> int:
            left, right = values[id(one)], values[id(other)]
            return (left > right) - (left < right)

        rest.sort(key=cmp_to_key(compare), reverse=False)
        if descending:  # stable in both directions
            rest.sort(key=cmp_to_key(lambda one, other: -compare(one, other)))
        last = nulls_last if nulls_last is not None else (not self.nulls_first) is not descending
        return [*rest, *nulls] if last else [*nulls, *rest]

    def sort_value(self, at: At, key: Sort) -> Any:
        """The value that a row is sorted by; of several, the smallest (or, descending, the largest)."""
        joins = Joins()
        follow = self.text_path if self.style == "pocketbase" else self.tree_path
        found = follow(key.path, at, joins)
        if at.row is None:
            return None
        values = [found.read(chosen).value for chosen in joins.combinations(at)]
        if not found.many:
            return values[0]
        known = [value for value in values if value is not None]
        return (max if key.descending else min)(known, default=None)

    def page(self, rows: list[At], arguments: Arguments, *, default: int | None = None) -> list[At]:
        limit = default if arguments.page.limit is None else self.values[arguments.page.limit.index]
        offset = 0 if arguments.page.offset is None else self.values[arguments.page.offset.index]
        rows = rows[offset:]
        return rows if limit is None or limit < 0 else rows[:limit]

    # --- Directus's output

    def object_shape(self, root: At, selects: Sequence[Select]) -> Any:
        """A function that writes a row. Refuses first, so that an empty list refuses too."""
        collection = self.catalog.collections[root.collection]
        named = {select.key for select in selects if select.key != "*"}
        writers: list[tuple[str, Any]] = []
        for key in dict.fromkeys(select.key for select in selects):
            group = [select for select in selects if select.key == key]
            if key == "*":
                writers.extend(self.star(root, collection, group, named))
            else:
                writer = self.entry(root, collection, group)
                if writer is not None:
                    writers.append((key, writer))

        def write(at: At) -> Any:
            return {key: writer(at) for key, writer in writers}

        return write

    def star(self, root: At, collection: Collection, group: Sequence[Select], named: set[str]) -> list[tuple[str, Any]]:
        below = tuple(child for select in group for child in select.children)
        writers: list[tuple[str, Any]] = []
        for item in collection.fields.values():
            if item.name in named:
                continue
            relation = self.catalog.m2o(collection.name, item.name)
            if below and relation is not None and not self.grants.of(relation.one or "", "view"):
                continue  # a wildcard that leads nowhere says nothing
            try:
                self.giving(root, item.name)
                writer = self.entry(root, collection, [Select(item.name, item.name, below, optional=True)])
            except Refused:
                continue
            if writer is not None:
                writers.append((item.name, writer))
        return writers

    def entry(self, root: At, collection: Collection, group: Sequence[Select]) -> Any:
        first = group[0]
        children = tuple(child for select in group for child in select.children)
        if first.function == "count":
            return self.count_entry(root, collection, first)
        m2o = self.catalog.m2o(collection.name, first.name)
        alias = self.catalog.o2m(collection.name, first.name)
        item = collection.fields.get(first.name)
        if alias is not None:
            return self.many_entry(root, alias, children, first)
        if item is None or not item.stored:
            raise Refused(first.name)
        self.giving(root, first.name)
        if children and m2o is not None and not m2o.list:
            return self.one_entry(root, item, m2o, children)
        if children and m2o is not None:
            return self.listed_entry(root, item, m2o, children)
        return lambda at: self.shown(at, item)

    def shown(self, at: At, item: Field) -> Any:
        return self.cell(at, item.name)

    def count_entry(self, root: At, collection: Collection, select: Select) -> Any:
        relation = self.catalog.o2m(collection.name, select.name)
        if relation is None:
            raise Refused("count")
        self.to_many(Joins(), 0, root, relation)
        return lambda at: len(self.children(at, relation, "list"))

    def one_entry(self, root: At, item: Field, relation: Relation, children: Sequence[Select]) -> Any:
        target = relation.one or ""
        if not self.grants.of(target, "view"):
            return lambda at: self.shown(at, item)
        below = self.object_shape(At(target, None, "view"), children)

        def write(at: At) -> Any:
            key = self.cell(at, item.name)
            rows = [row for row in self.all(target, "view", trusted=False) if key is not None and row["id"] == key]
            return below(At(target, rows[0], "view")) if rows else None

        return write

    def listed_entry(self, root: At, item: Field, relation: Relation, children: Sequence[Select]) -> Any:
        target = relation.one or ""
        if not self.grants.of(target, "view"):
            return lambda at: self.shown(at, item)
        below = self.object_shape(At(target, None, "view"), children)
        return lambda at: [below(found) for found in self.listed_rows(at, item, target)]

    def listed_rows(self, at: At, item: Field, target: str) -> list[At]:
        rows = {str(row["id"]): row for row in self.all(target, "view", trusted=False)}
        keys = self.cell(at, item.name) or []
        return [At(target, rows[str(key)], "view") for key in keys if str(key) in rows]

    def many_entry(self, root: At, relation: Relation, children: Sequence[Select], select: Select) -> Any:
        child = relation.many
        if not self.grants.of(child, "view"):
            return None
        if relation.one_field:
            self.giving(root, relation.one_field)
        arguments = select.arguments or Arguments()
        below_root = At(child, None, "view")
        self.check_where(below_root, arguments)
        for key in arguments.sort:
            self.sort_value(below_root, key)
        if arguments.aggregate or arguments.group:
            self.groups(below_root, [], arguments)
            below = None
        else:
            below = self.object_shape(below_root, children) if children else None

        def write(at: At) -> Any:
            rows = [At(child, row, "view") for row in self.children(at, relation, "view")]
            rows = self.narrowed(rows, arguments)
            if arguments.aggregate or arguments.group:
                return self.groups(below_root, rows, arguments)
            rows = self.ordered(below_root, rows, arguments.sort, nulls_last=True)
            rows = self.page(rows, arguments, default=NESTED_LIMIT)
            return [below(item) if below else self.cell(item, "id") for item in rows]

        if not children and not (arguments.aggregate or arguments.group):
            self.giving(below_root, "id")
        return write

    # --- groups

    def groups(self, root: At, rows: Sequence[At], arguments: Arguments) -> list[dict[str, Any]]:
        for path in arguments.group:
            self.giving(root, path.parts[0])
        for item in arguments.aggregate:
            if item.field != "*" and item.function != "countAll":
                self.giving(root, item.field)
        keyed: dict[tuple[Any, ...], list[At]] = {}
        for at in rows:
            key = tuple(self.cell(at, path.parts[0]) for path in arguments.group)
            keyed.setdefault(key, []).append(at)
        if not arguments.group and not keyed:
            keyed[()] = []
        found: list[dict[str, Any]] = []
        for key, group in keyed.items():
            made: dict[str, Any] = {path.parts[0]: value for path, value in zip(arguments.group, key, strict=True)}
            for item in arguments.aggregate:
                value = self.aggregate(item, group)
                if item.field == "*" or item.function == "countAll":
                    made[item.function] = value
                else:
                    made.setdefault(item.function, {})[item.field] = value
            found.append(made)
        return found

    def aggregate(self, item: Aggregate, rows: Sequence[At]) -> Any:
        if item.field == "*" or item.function == "countAll":
            return len(rows)
        values = [value for at in rows if (value := self.cell(at, item.field)) is not None]
        if item.function.endswith("Distinct"):
            values = list(dict.fromkeys(values))
        match item.function.removesuffix("Distinct"):
            case "count":
                return len(values)
            case "min":
                return min(values, default=None)
            case "max":
                return max(values, default=None)
            case "sum":
                return sum(values) if values else None
            case "avg":
                return sum(values) / len(values) if values else None
            case _:
                raise AssertionError(item)

    # --- PocketBase's output

    def record_shape(self, root: At, expand: Sequence[Expand]) -> Any:
        return self.record(root, self.expanders(root, expand))

    def record(self, root: At, expanders: Sequence[tuple[str, Any]]) -> Any:
        collection = self.catalog.collections[root.collection]
        granted = self.granted(root.collection, root.action)
        names = [
            item.name
            for item in collection.stored_fields
            if not item.concealed and any(grant.fields is None or item.name in grant.fields for grant in granted)
        ]

        def write(at: At) -> Any:
            record = {name: at.row[name] for name in names if at.row is not None and self.shows(at, name)}
            record |= {
                "id": str((at.row or {})["id"]),
                "collectionId": collection.id,
                "collectionName": collection.name,
            }
            if expanders:
                found = {name: expander(at) for name, expander in expanders}
                record["expand"] = {name: value for name, value in found.items() if value not in (None, [])}
            return record

        return write

    def expanders(self, root: At, expand: Sequence[Expand]) -> list[tuple[str, Any]]:
        """The expands that lead somewhere, each as a function that gives the related records."""
        return [(item.name, found) for item in expand if (found := self.expander(root, item)) is not None]

    def expander(self, root: At, expand: Expand) -> Any:
        relation = self.catalog.m2o(root.collection, expand.name)
        back = None if relation is not None else self.back_relation(root.collection, expand.name)
        if relation is None and back is None:
            return None
        target = At(
            (relation.one or "") if relation is not None else back.many if back is not None else "", None, "view"
        )
        try:
            if relation is not None:
                self.giving(root, expand.name)
            elif back is not None and back.one_field:
                self.giving(root, back.one_field)
            elif back is not None:
                self.giving(target, back.many_field)
            further = self.expanders(target, expand.children) if self.grants.of(target.collection, "view") else []
            if not further and not expand.wanted:
                return None
            below = self.record(target, further)
        except Refused:
            return None

        def listed(at: At) -> Any:
            item = self.catalog.collections[root.collection].fields[expand.name]
            return [below(found) for found in self.listed_rows(at, item, target.collection)]

        def one(at: At) -> Any:
            key = self.cell(at, expand.name)
            rows = self.all(target.collection, "view", trusted=False)
            found = [row for row in rows if key is not None and row["id"] == key]
            return below(At(target.collection, found[0], "view")) if found else None

        def many(at: At) -> Any:
            assert back is not None
            rows = sorted(self.children(at, back, "view"), key=lambda row: row["id"])
            return [below(At(back.many, row, "view")) for row in rows]

        if relation is None:
            return many
        return listed if relation.list else one
