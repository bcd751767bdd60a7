"""Across: relations that lead from one database into another (an item of a source that names a user of the store).

In charge of: cutting such relations out of a Query and filling them in afterwards, with one keyed query each, under the
same grants. Not in charge of: relations inside one database (one statement makes them). Called by `engine/read`.

Only to-one relations in the output cross databases. Filters and sorts across are refused by `plan/paths` with a clear
error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import msgspec

from satchel.expr.nodes import Param
from satchel.model.catalog import Catalog
from satchel.plan.query import Arguments, Expand, Page, Query, Select

Fetch = Callable[[Query, Sequence[Any]], Awaitable[bytes]]
KEY = "__key"


@dataclass(frozen=True, slots=True)
class Across:
    """One cut relation. `path`: the output keys that lead to the raw key; `query`: reads the related items by `keys`.

    With `expand`, the related item goes under the row's `expand` (PocketBase), and the raw key stays.
    """

    path: tuple[str, ...]
    query: Query
    expand: bool = False

    async def fill(self, data: bytes, fetch: Fetch) -> bytes:
        """The document with the related items in place of their keys; null where the caller may not see one."""
        document = msgspec.json.decode(data)
        places = list(_places(document, self.path))
        keys = list(dict.fromkeys(row[name] for row, name in places if row.get(name) not in (None, "")))
        found: dict[str, Any] = {}
        if keys:
            rows = msgspec.json.decode(await fetch(self.query, (keys, -1)))
            for row in cast("list[dict[str, Any]]", rows):
                key = row.pop(KEY) if not self.expand else row["id"]
                found[str(key)] = row
        for row, name in places:
            related = found.get(str(row[name])) if row.get(name) not in (None, "") else None
            if not self.expand:
                row[name] = related
            elif related is not None:
                row.setdefault("expand", {})[name] = related
        return msgspec.json.encode(document)


def _places(document: Any, path: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every (object, key) at the end of the path, through arrays."""
    if isinstance(document, list):
        for item in cast("list[Any]", document):
            yield from _places(item, path)
    elif isinstance(document, dict):
        item = cast("dict[str, Any]", document)
        if len(path) == 1:
            if path[0] in item:
                yield item, path[0]
        else:
            yield from _places(item.get(path[0]), path[1:])


def split_query(query: Query, catalog: Catalog) -> tuple[Query, tuple[Across, ...]]:
    """The query without relations into other databases, and those relations."""
    if len({item.source for item in catalog.collections.values()}) < 2:
        return query, ()
    cut: list[Across] = []
    if query.style == "pocketbase":
        expand = tuple(_split_expand(query, query.expand, catalog, cut))
        return replace(query, expand=expand), tuple(cut)
    select = tuple(_split_select(query.collection, query.select, (), catalog, cut))
    return replace(query, select=select), tuple(cut)


def _foreign(catalog: Catalog, collection: str, field: str) -> str | None:
    """The collection in another database that this field points at."""
    relation = catalog.m2o(collection, field)
    here, there = catalog.get(collection), catalog.get(relation.one) if relation and relation.one else None
    if relation is None or here is None or there is None or relation.list or here.source == there.source:
        return None
    return there.name


def _split_select(
    collection: str, selects: Sequence[Select], path: tuple[str, ...], catalog: Catalog, cut: list[Across]
) -> Iterator[Select]:
    for select in selects:
        target = _foreign(catalog, collection, select.name) if select.children else None
        if target is not None:
            yield replace(select, children=(), arguments=None)
            cut.append(Across((*path, select.key), _keyed(target, select.children, catalog)))
            continue
        relation = catalog.m2o(collection, select.name)
        alias = catalog.o2m(collection, select.name)
        below = relation.one if relation is not None else alias.many if alias is not None else None
        if select.children and below is not None:
            children = tuple(_split_select(below, select.children, (*path, select.key), catalog, cut))
            yield replace(select, children=children)
        else:
            yield select


def _keyed(target: str, children: Sequence[Select], catalog: Catalog) -> Query:
    key = catalog.collections[target].key[0]
    wanted = (*children, Select(key, KEY))
    page = Page(limit=Param(1, "number"))
    return Query(target, "directus", "list", wanted, arguments=Arguments(page=page), keys=Param(0, "list"))


def _split_expand(query: Query, expands: Sequence[Expand], catalog: Catalog, cut: list[Across]) -> Iterator[Expand]:
    for expand in expands:
        target = _foreign(catalog, query.collection, expand.name)
        if target is None:
            yield expand
            continue
        page = Page(limit=Param(1, "number"))
        keyed = Query(
            target, "pocketbase", "list", expand=expand.children, arguments=Arguments(page=page), keys=Param(0, "list")
        )
        cut.append(Across((expand.name,), keyed, expand=True))
