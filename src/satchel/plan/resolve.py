"""Resolve: from a Query by names to a Read plan. The first half of planning; `secure` is the other.

In charge of: putting together scan, conditions, output, order and page. Raises InvalidQuery for what can't be
understood, and Forbidden for names that don't exist (the same answer as for names that may not be seen). Called by
`engine/read`.
"""

from __future__ import annotations

from satchel.errors import InvalidQuery
from satchel.model.catalog import Catalog, Collection
from satchel.plan.frame import Numbering, conjunction
from satchel.plan.given import GivenRow, given_row, restored_rows
from satchel.plan.limits import Limits
from satchel.plan.nodes import (
    Always,
    Apply,
    Bind,
    Column,
    Element,
    Exists,
    Expr,
    FromParam,
    Join,
    Order,
    Read,
    Scan,
    Test,
)
from satchel.plan.outputs import Outputs, bind
from satchel.plan.paths import key_columns, unknown_collection
from satchel.plan.query import Query, Restored


def resolve(
    query: Query, catalog: Catalog, limits: Limits, auth_collection: str | None = None
) -> tuple[Read, Numbering]:
    """The plan of a query, not yet secured, and its numbering (for `secure` to go on with).

    `auth_collection`: the collection of the signed-in item, which `@request.auth.relation.field` starts from.
    """
    collection = catalog.get(query.collection)
    if collection is None or collection.kind == "folder":
        raise unknown_collection(query.collection, ())
    numbering = Numbering(catalog, limits, auth_collection)
    outputs = Outputs(numbering)
    given = query.given
    if given is None:
        scan = numbering.scan(collection.name, query.action, written=query.written, own=query.own)
    else:
        numbering.restored = {item.collection: _restored(catalog, item) for item in query.restored}
        scan = numbering.scan(collection.name, query.action, virtual=given_row(collection, given))
    arguments = query.arguments
    if len(arguments.sort) > limits.sort_keys:
        raise InvalidQuery(f"At most {limits.sort_keys} sort keys can be used")
    scan, joins = outputs.where(scan, arguments, _keys(query, collection, scan, numbering))
    single = given is not None or (query.action == "view" and query.key is not None)
    page = arguments.page
    limit = bind(page.limit, "limit") if page.limit else None
    offset = bind(page.offset, "limit") if page.offset else None
    if arguments.aggregate or arguments.group:
        output, group = outputs.groups(scan, arguments, ())
        order = outputs.group_order(scan, arguments)
        return Read(
            scan,
            joins,
            output,
            query.style,
            order,
            limit,
            offset,
            query.total,
            query.matching,
            False,
            group,
            grouped=True,
        ), numbering
    order: tuple[Order, ...] = ()
    more: tuple[Join, ...] = ()
    if query.style == "pocketbase":
        output = outputs.record(scan, query.expand)
        if not single:
            order, more = outputs.text_order(scan, arguments.sort)
    else:
        output = outputs.object(scan, query.select, (), backlink=query.backlink)
        if not single:
            order, more = outputs.order(scan, arguments.sort, None, (), nested=False)
    natural = not arguments.sort and not single
    return Read(
        scan,
        (*joins, *more),
        output,
        query.style,
        order,
        limit,
        offset,
        query.total,
        query.matching,
        single,
        natural=natural,
    ), numbering


def _restored(catalog: Catalog, restored: Restored) -> tuple[GivenRow, ...]:
    collection = catalog.get(restored.collection)
    if collection is None:
        raise unknown_collection(restored.collection, ())
    return restored_rows(collection, restored)


def _keys(query: Query, collection: Collection, scan: Scan, numbering: Numbering) -> list[Expr]:
    """The conditions of `key` and `keys`."""
    parts: list[Expr] = []
    columns = key_columns(scan, collection)
    if (query.key is not None or query.keys is not None) and not columns:
        raise InvalidQuery(f'"{collection.name}" has no key, so its items can\'t be named one by one')
    if query.key is not None:
        key = query.key
        parts.extend(
            Test("_eq", item, Bind(FromParam(key.index, place), item.type, "text", label=item.field))
            for place, item in enumerate(columns)
        )
    if query.keys is not None:
        if len(columns) == 1:
            parts.append(Test("_in", columns[0], Bind(FromParam(query.keys.index), columns[0].type, "list")))
        else:
            parts.append(_composite_keys(query, columns, numbering))
    return [conjunction(parts)] if parts and parts != [Always(True)] else []


def _composite_keys(query: Query, columns: tuple[Column, ...], numbering: Numbering) -> Expr:
    """Some element of the bound list of key tuples equals the row's key, part by part."""
    assert query.keys is not None
    elements = numbering.scan("", "list", trusted=True, each=Bind(FromParam(query.keys.index), "json", "json"))
    value = Element(elements.number, "value", "json")
    parts: list[Expr] = [
        Test(
            "_eq",
            Apply("text", (item,), "string"),
            Apply("text", (Apply("json_get", (value,), "json", (str(place),)),), "string"),
        )
        for place, item in enumerate(columns)
    ]
    return Exists((Join(elements, inner=True),), conjunction(parts))
