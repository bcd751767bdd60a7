"""Paths: from names to columns, adding the joins that lead there.

In charge of: relation steps of both syntaxes (m2o, o2m and m2m aliases, many-to-any scopes, PocketBase lists and
back-relations, JSON paths, `@request`, `@collection`). Not in charge of: operators (`conditions`) or grants (`secure`).
Called by `conditions`, `outputs` and `resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from itertools import pairwise

from satchel.errors import Forbidden, InvalidQuery
from satchel.expr.nodes import Path
from satchel.model.catalog import Collection, Field, Relation
from satchel.plan.frame import Frame, conjunction
from satchel.plan.nodes import (
    All,
    Always,
    Apply,
    Bind,
    Case,
    Column,
    CountOf,
    Element,
    Expr,
    FromConst,
    FromContext,
    Negate,
    Scan,
    Test,
)

DATE_PARTS = ("year", "month", "week", "day", "weekday", "hour", "minute", "second")
DATE_TYPES = ("date", "time", "dateTime", "timestamp")
_NOT_EMPTY = re.compile(
    r"""\(*\s*[`"\[]?(?P<column>\w+)[`"\]]?\s*(?:(?:!=|<>)\s*''(?:::\w+)?|IS\s+NOT\s+NULL)\s*\)*""", re.IGNORECASE
)
REQUEST_ROOTS = ("context", "method", "query", "headers", "body", "auth")
PLAIN_ROOTS = ("context", "method")
"""Those that are a value themselves; all others hold values."""


class Resolved:
    """A path's end: the expression, whether rows multiply on the way, and the field it ends at (if any)."""

    __slots__ = ("expr", "field", "many")

    def __init__(self, expr: Expr, field: Field | None = None, *, many: bool = False) -> None:
        self.expr = expr
        self.field = field
        self.many = many


def unknown_field(collection: Collection, name: str, path: tuple[str, ...]) -> Forbidden:
    """The one answer for a field that is missing and one that may not be seen."""
    return Forbidden(
        f'You don\'t have permission to access field "{name}" in collection "{collection.name}" or it does not exist.',
        collection=collection.name,
        fields=(name,),
        path=path,
    )


def unknown_collection(name: str, path: tuple[str, ...]) -> Forbidden:
    return Forbidden(
        f'You don\'t have permission to access collection "{name}" or it does not exist.', collection=name, path=path
    )


def column(scan: Scan, field: Field) -> Column:
    return Column(scan.number, field.name, field.type, field.array)


def key_columns(scan: Scan, collection: Collection) -> tuple[Column, ...]:
    return tuple(column(scan, field) for field in collection.key_fields)


def named_link(says: Column, item: Column, number: int, target: Collection) -> Expr:
    """That scan `number` is the row of `target` that two columns name: its collection, and its key as text."""
    key = target.key[0]
    return All(
        (
            Test("_eq", says, Bind(FromConst(target.name), says.type, "text")),
            equal(item, Apply("text", (Column(number, key, target.fields[key].type),), "string")),
        )
    )


def equal(left: Expr, right: Expr) -> Expr:
    return Test("_eq", left, right)


def m2o_link(relation: Relation, many: Scan, many_collection: Collection, one: int, one_collection: Collection) -> Expr:
    """`many.fields = one.keys`, where `one` is the number of the scan to be joined."""
    pairs = zip(relation.many_fields, relation.one_fields or one_collection.key, strict=True)
    return conjunction(
        [
            equal(column(many, many_collection.fields[left]), Column(one, right, one_collection.fields[right].type))
            for left, right in pairs
        ]
    )


def o2m_link(relation: Relation, one: Scan, one_collection: Collection, many: int, many_collection: Collection) -> Expr:
    """`many.fields = one.keys`, where `many` is the number of the scan to be joined.

    A many-to-any junction also says which collection it points at, and holds keys as text.
    """
    if relation.one is None:
        key = one_collection.key[0]
        field = many_collection.fields[relation.many_field]
        says = many_collection.fields[relation.collection_field or ""]
        return All(
            (
                Test(
                    "_eq", Column(many, says.name, says.type), Bind(FromConst(one_collection.name), says.type, "text")
                ),
                equal(
                    Column(many, field.name, field.type),
                    Apply("text", (Column(one.number, key, one_collection.fields[key].type),), "string"),
                ),
            )
        )
    pairs = zip(relation.many_fields, relation.one_fields or one_collection.key, strict=True)
    return conjunction(
        [
            equal(Column(many, left, many_collection.fields[left].type), column(one, one_collection.fields[right]))
            for left, right in pairs
        ]
    )


class Paths:
    """Path resolution in one frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.catalog = frame.numbering.catalog

    # --- both syntaxes

    def collection(self, scan: Scan) -> Collection:
        return self.catalog.collections[scan.collection]

    def to_one(self, scan: Scan, relation: Relation, path: tuple[str, ...]) -> Scan:
        """Join the row that an m2o field of `scan` points at."""
        if relation.one is None or relation.one not in self.catalog.collections:
            raise unknown_collection(relation.one or relation.many, path)
        number = self.frame.numbering.last + 1
        link = m2o_link(relation, scan, self.collection(scan), number, self.catalog.collections[relation.one])
        via = (scan.number, relation.many_field)
        return self.frame.hop(
            scan.number, ("m2o", relation.many_field), relation.one, link, many=False, path=path, via=via
        )

    def to_scope(self, scan: Scan, relation: Relation, scope: str, path: tuple[str, ...]) -> Scan:
        """Join the row of collection `scope` that a many-to-any field points at."""
        if scope not in relation.allowed or scope not in self.catalog.collections:
            raise unknown_collection(scope, path)
        target = self.catalog.collections[scope]
        junction = self.collection(scan)
        says = junction.fields[relation.collection_field or ""]
        item = column(scan, junction.fields[relation.many_field])
        link = named_link(column(scan, says), item, self.frame.numbering.last + 1, target)
        via = (scan.number, relation.many_field)
        return self.frame.hop(
            scan.number, ("m2a", relation.many_field, scope), scope, link, many=False, path=path, via=via
        )

    def to_many(self, scan: Scan, relation: Relation, path: tuple[str, ...]) -> Scan:
        """Join the rows that point at `scan` by `relation` (an o2m alias or a back-relation)."""
        child = self.catalog.collections.get(relation.many)
        if child is None:
            raise unknown_collection(relation.many, path)
        number = self.frame.numbering.last + 1
        if relation.list:
            pointing = child.fields[relation.many_field]
            link: Expr = Apply(
                "list_has",
                (Column(number, pointing.name, pointing.type), column(scan, self.collection(scan).key_fields[0])),
                "boolean",
            )
            many = True
        else:
            link = o2m_link(relation, scan, self.collection(scan), number, child)
            many = not _unique(child, relation.many_fields)
        via = self._via(scan, relation, number)
        step = ("o2m", relation.many, relation.many_field)
        return self.frame.hop(scan.number, step, relation.many, link, many=many, path=path, via=via)

    def _via(self, scan: Scan, relation: Relation, child: int) -> tuple[int, str]:
        """The field that a step to many rows goes through: the alias, or without one the child's reference."""
        return (scan.number, relation.one_field) if relation.one_field else (child, relation.many_field)

    def to_elements(self, parent: int, step: Hashable, document: Expr) -> Scan:
        """Join the elements of a JSON list, as rows with the columns `value` and `position`."""
        return self.frame.hop(parent, ("each", step), "", None, many=True, each=document)

    def multiplies(self, scan: Scan) -> bool:
        return any(hop.many for hop in self.frame.chain({scan.number}))

    # --- tree syntax (Directus)

    def tree(self, path: Path) -> Resolved:
        """`author.name`, `tags.tags_id`, `blocks.item:block_text.content`, with a function on the last part."""
        scan = self.frame.root
        self.frame.numbering.limits.check_depth(len(path.parts) - 1)
        walked: tuple[str, ...] = self.frame.prefix
        for part, following in pairwise(path.parts):
            scan = self._tree_step(scan, part, walked, following)
            walked = (*walked, part)
        collection, last = self.collection(scan), path.parts[-1]
        if path.function:
            return Resolved(self._function(scan, collection, path, last, walked), many=self.multiplies(scan))
        field = collection.fields.get(last)
        if field is not None and field.stored:
            return Resolved(column(scan, field), field, many=self.multiplies(scan))
        relation = self.catalog.o2m(collection.name, last)
        if relation is not None:
            child = self.to_many(scan, relation, (*walked, last))
            keys = self.collection(child).key_fields
            if keys:
                return Resolved(column(child, keys[0]), keys[0], many=self.multiplies(child))
        if ":" in last:
            target = self._tree_step(scan, last, walked)
            keys = self.collection(target).key_fields
            return Resolved(column(target, keys[0]), keys[0], many=self.multiplies(target))
        raise unknown_field(collection, last, walked)

    def _tree_step(self, scan: Scan, part: str, walked: tuple[str, ...], following: str = "") -> Scan:
        collection = self.collection(scan)
        name, _, scope = part.partition(":")
        relation = self.catalog.m2o(collection.name, name)
        if relation is not None and relation.one is None and scope:
            return self.to_scope(scan, relation, scope, (*walked, part))
        if relation is not None and relation.one is not None and not relation.list:
            return self.to_one(scan, relation, (*walked, part))
        if relation is not None and relation.list:
            return self._list_target(scan, relation, (*walked, part))
        alias = self.catalog.o2m(collection.name, name)
        if alias is None:
            # of a field that leads nowhere, what was looked for below it is what is missing
            raise unknown_field(collection, following if following and name in collection.fields else name, walked)
        return self.to_many(scan, alias, (*walked, part))

    def _list_target(self, scan: Scan, relation: Relation, path: tuple[str, ...]) -> Scan:
        """Join the rows whose keys a PocketBase multi relation lists."""
        field = self.collection(scan).fields[relation.many_field]
        elements = self.to_elements(scan.number, field.name, column(scan, field))
        if relation.one is None or relation.one not in self.catalog.collections:
            raise unknown_collection(relation.one or relation.many, path)
        target = self.catalog.collections[relation.one]
        number = self.frame.numbering.last + 1
        key = target.key_fields[0]
        link = equal(Column(number, key.name, key.type), Element(elements.number, "value", "string"))
        via = (scan.number, relation.many_field)
        return self.frame.hop(
            elements.number, ("list", relation.many_field), relation.one, link, many=False, path=path, via=via
        )

    def _function(self, scan: Scan, collection: Collection, path: Path, last: str, walked: tuple[str, ...]) -> Expr:
        name = path.function
        if name == "count":
            relation = self.catalog.o2m(collection.name, last)
            if relation is not None:
                return CountOf(self.count_scan(scan, relation, (*walked, last)))
        field = collection.fields.get(last)
        if field is None or not field.stored:
            raise unknown_field(collection, last, walked)
        if name in DATE_PARTS and field.type in DATE_TYPES:
            return Apply(name, (column(scan, field),), "integer")
        if name == "count" and (field.type in ("json", "csv") or field.multiple):
            return Apply("list_length", (column(scan, field),), "integer")
        if name == "json" and field.type == "json":
            return Apply("json_get", (column(scan, field),), "scalar", path.arguments)
        raise InvalidQuery(f'Invalid function specified "{name}"')

    def count_scan(self, scan: Scan, relation: Relation, path: tuple[str, ...]) -> Scan:
        """The related rows that `count(alias)` counts."""
        child = self.catalog.collections.get(relation.many)
        if child is None:
            raise unknown_collection(relation.many, path)
        number = self.frame.numbering.last + 1
        link = o2m_link(relation, scan, self.collection(scan), number, child)
        via = self._via(scan, relation, number)
        return self.frame.numbering.scan(
            relation.many, "list", link=link, trusted=self.frame.trusted, path=path, via=via
        )

    # --- text syntax (PocketBase)

    def text(self, path: Path) -> Resolved:
        """`author.name`, `tags:each`, `posts_via_author.title`, `data.a.0`, `@request.…`, `@collection.…`."""
        if path.parts[0] == "@request":
            return self._request(path)
        if path.parts[0] == "@collection":
            return self._cross(path)
        return self.text_from(self.frame.root, path.parts, path.modifier)

    def text_from(self, scan: Scan, parts: tuple[str, ...], modifier: str) -> Resolved:
        for position, part in enumerate(parts):
            last = position == len(parts) - 1
            collection = self.collection(scan)
            if position > 6:
                raise InvalidQuery(f'the path "{".".join(parts)}" follows more than 6 relations')
            relation = self.catalog.m2o(collection.name, part)
            if last:
                return self._text_end(scan, collection, part, modifier)
            rest = parts[position + 1 :]
            walked = (*self.frame.prefix, *parts[: position + 1])
            if relation is not None and relation.one is not None:
                target = self.catalog.collections.get(relation.one)
                if (
                    not relation.list
                    and target is not None
                    and len(rest) == 1
                    and not modifier
                    and (rest[0],) == target.key
                ):
                    return self._text_end(scan, collection, part, modifier)
                scan = (
                    self._list_target(scan, relation, walked) if relation.list else self.to_one(scan, relation, walked)
                )
                continue
            back = self.back_relation(collection, part)
            if back is not None:
                scan = self.to_many(scan, back, walked)
                continue
            field = collection.column(part)
            if field is not None and (field.type in ("json", "geometry") or field.kind in ("json", "geoPoint")):
                value = Apply("json_get", (column(scan, field),), "scalar", rest)
                return Resolved(self._lower(value, modifier), many=self.multiplies(scan))
            raise _unknown(".".join(parts), part, collection)
        raise InvalidQuery("an empty path")

    def _text_end(self, scan: Scan, collection: Collection, name: str, modifier: str) -> Resolved:
        field = collection.column(name)
        if field is None and name == "id" and len(collection.key) == 1:
            field = collection.key_fields[0]
        if field is None:
            raise _unknown(name, name, collection)
        value: Expr = column(scan, field)
        if field.kind in ("select", "relation", "file"):
            if modifier == "length":
                length: Expr = Apply("list_length", (value,), "integer", () if field.multiple else ("single",))
                return Resolved(length, field, many=self.multiplies(scan))
            if modifier == "each" and field.multiple:
                elements = self.to_elements(scan.number, field.name, value)
                return Resolved(Element(elements.number, "value", "string"), field, many=True)
        return Resolved(self._lower(value, modifier), field, many=self.multiplies(scan))

    def _lower(self, value: Expr, modifier: str) -> Expr:
        return Apply("lower", (value,), "text") if modifier == "lower" else value

    def back_relation(self, collection: Collection, name: str) -> Relation | None:
        """`{collection}_via_{field}`, or a to-many alias by its own name."""
        alias = self.catalog.o2m(collection.name, name)
        if alias is not None:
            return alias
        many, found, field = name.partition("_via_")
        pointing = self.catalog.find(many) if found else None
        if pointing is None:
            return None
        relation = self.catalog.m2o(pointing.name, field)
        if relation is None:
            return None
        targets = relation.allowed if relation.one is None else (relation.one,)
        return relation if collection.name in targets else None

    def _cross(self, path: Path) -> Resolved:
        """`@collection.name[:alias].field`: every row of a collection, whatever the root row is."""
        if len(path.parts) < 3:
            raise InvalidQuery(f'invalid operand "{".".join(path.parts)}" - a collection and a field are needed')
        name, _, alias = path.parts[1].partition(":")
        collection = self.catalog.find(name)
        if collection is None:
            raise InvalidQuery(f'failed to load collection "{name}" from "{".".join(path.parts)}"')
        scan = self.frame.hop(
            self.frame.root.number,
            ("@collection", collection.name, alias),
            collection.name,
            None,
            many=True,
            path=(path.parts[1],),
        )
        found = self.text_from(scan, path.parts[2:], path.modifier)
        return Resolved(found.expr, found.field, many=True)

    def _request(self, path: Path) -> Resolved:
        parts = path.parts[1:]
        root = path.parts[1] if parts else ""
        if root not in REQUEST_ROOTS:
            raise InvalidQuery(f'invalid operand "{".".join(path.parts)}" - unknown @request field')
        if root == "auth" and len(parts) > 2:
            return self._auth(path, parts[1:])
        if root == "body" and len(parts) >= 2:
            return self._body(path, parts)
        if (root in PLAIN_ROOTS) != (len(parts) == 1) or (root in PLAIN_ROOTS and path.modifier):
            raise InvalidQuery(f'invalid operand "{".".join(path.parts)}" - there is no such @request field')
        if path.modifier == "isset":
            return Resolved(Bind(FromContext((*parts, ":isset")), "boolean", "bool"))
        if root == "auth" and path.modifier == "length":
            return Resolved(Bind(FromContext((*parts, ":length")), "integer", "number"))
        if root == "auth" and path.modifier == "each":
            return self._each(parts)
        if path.modifier in ("length", "each"):
            raise InvalidQuery(f'modifier ":{path.modifier}" can\'t be used on "{".".join(path.parts)}"')
        if root == "context" and self.frame.context:
            return Resolved(self._lower(Bind(FromConst(self.frame.context), "scalar", "text"), path.modifier))
        return Resolved(self._lower(Bind(FromContext(parts), "scalar", "any"), path.modifier))

    def _auth(self, path: Path, rest: tuple[str, ...]) -> Resolved:
        """A relation of the signed-in item: joined from its own row."""
        name = self.frame.numbering.auth_collection
        collection = self.catalog.collections.get(name) if name else None
        if collection is None or len(collection.key) != 1:
            return Resolved(Bind(FromContext(path.parts[1:]), "scalar", "any"))
        number = self.frame.numbering.last + 1
        key = collection.key_fields[0]
        link = equal(Column(number, key.name, key.type), Bind(FromContext(("auth", "id")), key.type, "any"))
        scan = self.frame.hop(self.frame.root.number, ("@auth",), collection.name, link, many=False)
        return self.text_from(scan, rest, path.modifier)

    def _body(self, path: Path, parts: tuple[str, ...]) -> Resolved:
        """`@request.body.field`, with the modifiers that know the root collection's field of that name."""
        if path.modifier == "isset":
            return Resolved(Bind(FromContext((*parts, ":isset")), "boolean", "bool"))
        field = self.collection(self.frame.root).column(parts[1]) if self.frame.root.collection else None
        if path.modifier == "changed" and field is None:
            raise InvalidQuery(f'modifier ":changed" can\'t be used on "{".".join(path.parts)}" - unknown field')
        listed = field is not None and field.kind in ("select", "relation", "file")
        if len(parts) == 2 and field is not None:
            if path.modifier == "changed":
                return Resolved(self._changed(parts, field))
            if path.modifier in ("length", "each") and not listed:
                raise InvalidQuery(f'modifier ":{path.modifier}" can\'t be used on "{".".join(path.parts)}"')
            if path.modifier == "length":
                return Resolved(Bind(FromContext((*parts, ":length")), "integer", "number"))
            if path.modifier == "each":
                return self._each(parts)
            kind = "float" if field.kind == "number" else "scalar"
            return Resolved(self._lower(Bind(FromContext(parts), kind, "any"), path.modifier))
        relation = self.catalog.m2o(self.frame.root.collection, parts[1]) if field is not None else None
        if relation is not None and relation.one in self.catalog.collections:
            return self._body_relation(parts, relation, path.modifier)
        return Resolved(self._lower(Bind(FromContext(parts), "scalar", "any"), path.modifier))

    def _each(self, parts: tuple[str, ...]) -> Resolved:
        """Every item of a list that the request holds."""
        listed = Bind(FromContext((*parts, ":list")), "json", "json")
        elements = self.to_elements(self.frame.root.number, parts, listed)
        return Resolved(Element(elements.number, "value", "string"), many=True)

    def _body_relation(self, parts: tuple[str, ...], relation: Relation, modifier: str) -> Resolved:
        """`@request.body.rel.field`: the rows whose keys were sent."""
        target = self.catalog.collections[relation.one or ""]
        elements = self.to_elements(
            self.frame.root.number, parts[:2], Bind(FromContext((*parts[:2], ":list")), "json", "json")
        )
        number = self.frame.numbering.last + 1
        key = target.key_fields[0]
        link = equal(Column(number, key.name, key.type), Element(elements.number, "value", "string"))
        scan = self.frame.hop(elements.number, ("body", parts[1]), target.name, link, many=False)
        found = self.text_from(scan, parts[2:], modifier)
        return Resolved(found.expr, found.field, many=relation.list)

    def _changed(self, parts: tuple[str, ...], field: Field) -> Expr:
        sent = Test(
            "=", Bind(FromContext((*parts, ":isset")), "boolean", "bool"), Bind(FromConst(True), "boolean", "bool")
        )
        differs = Negate(
            Test("=", Bind(FromContext((*parts, ":stored")), field.type, "any"), column(self.frame.root, field))
        )
        yes, no = Bind(FromConst(True), "boolean", "bool"), Bind(FromConst(False), "boolean", "bool")
        return Case(((All((sent, differs)), yes), (Always(True), no)), "boolean")


def _unique(collection: Collection, fields: tuple[str, ...]) -> bool:
    """True when at most one row can have these values. An index that only leaves out empty ones says so as well."""
    columns = tuple(collection.fields[name].column for name in fields)
    return fields == collection.key or any(
        index.unique and index.columns == columns and _spares_only_empty(index.where, columns)
        for index in collection.indexes
    )


def _spares_only_empty(where: str | None, columns: tuple[str | None, ...]) -> bool:
    """Whether the WHERE of an index is no more than `"column" != ''` or `column IS NOT NULL`."""
    if where is None:
        return True
    found = _NOT_EMPTY.fullmatch(where.strip())
    return found is not None and columns == (found["column"],)


def _unknown(path: str, name: str, collection: Collection) -> InvalidQuery:
    text = f'invalid left operand "{path}" - unknown field "{name}"'
    return InvalidQuery(text, collection=collection.name, fields=(name,))
