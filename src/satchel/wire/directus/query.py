"""Queries: from a request's parameters to a plan's Query and the values beside it.

In charge of: putting filter, sort, page, fields, deep, aggregates and keys together, and remembering what equal
requests gave. Not in charge of: the parameters' own form (`parameters`), the meaning of names (`plan/resolve`). Called
by `items` and `system`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from satchel.config import Settings
from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Node, Param, Path, Truth
from satchel.expr.syntax_tree import TreeLimits, parse_filter, parse_path
from satchel.model.catalog import Key
from satchel.plan.query import Aggregate, Arguments, Page, Query, Select, Sort
from satchel.wire.directus.field_tree import build_tree, selects
from satchel.wire.directus.parameters import Bounds, Parameters, nested

CACHE_SIZE = 2000
STAR = (Select("*", "*"),)

Action = Literal["list", "view"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A query with its values, and what the answer's envelope needs. A view is run once it has its key (`of_key`)."""

    query: Query
    values: tuple[Any, ...]
    meta: tuple[str, ...] = ()

    def of_key(self, key: Key) -> Reading:
        """The same for the one item with this key."""
        if self.query.key is None:
            query = replace(self.query, action="view", key=Param(len(self.values)))
            return Reading(query, (*self.values, key), self.meta)
        return Reading(self.query, (*self.values, key), self.meta)

    def of_keys(self, keys: Sequence[Key]) -> Reading:
        """The same for the items with these keys."""
        single = all(len(key) == 1 for key in keys)
        query = replace(self.query, keys=Param(len(self.values), "list" if single else "json"))
        return Reading(query, (*self.values, [key[0] for key in keys] if single else keys), self.meta)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about queries."""

    default_limit: int | None
    bounds: Bounds
    tree: TreeLimits

    @staticmethod
    def of(settings: Settings) -> Rules:
        most = None if settings.query_limit_max < 0 else settings.query_limit_max
        default = None if settings.query_limit_default < 0 else settings.query_limit_default
        if most is not None:
            default = most if default is None else min(default, most)
        return Rules(
            default,
            Bounds(most, settings.max_offset),
            TreeLimits(settings.max_filter_nodes, settings.max_relational_depth),
        )


class Reader:
    """Makes Readings. One per wire; remembers those of the last requests."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._known: dict[tuple[str, Action, bytes], Reading] = {}

    def read(self, collection: str, action: Action, parameters: Parameters, raw: bytes | None = None) -> Reading:
        """The Reading of one request. `raw`: its query string, when the parameters come from nothing else."""
        if raw is None:
            return self.build(collection, action, parameters)
        known = self._known.get((collection, action, raw))
        if known is None:
            known = self.build(collection, action, parameters)
            if len(self._known) >= CACHE_SIZE:
                self._known.clear()
            self._known[(collection, action, raw)] = known
        return known

    def build(self, collection: str, action: Action, parameters: Parameters) -> Reading:
        """The Reading of these parameters. Raises InvalidQuery."""
        builder = Builder(collection, self.rules)
        if action == "view":
            where, select = builder.where(parameters.filter), builder.select(parameters)
            query = Query(
                collection,
                "directus",
                "view",
                select,
                arguments=Arguments(where=where),
                key=Param(len(builder.values)),
                backlink=parameters.backlink,
            )
            return Reading(query, tuple(builder.values))
        arguments = builder.arguments(parameters)
        grouped = bool(arguments.aggregate or arguments.group)
        query = Query(
            collection,
            "directus",
            "list",
            () if grouped else builder.select(parameters),
            arguments=arguments,
            total="total_count" in parameters.meta,
            matching="filter_count" in parameters.meta,
            backlink=parameters.backlink,
        )
        return Reading(query, tuple(builder.values), parameters.meta)

    def output(self, collection: str, parameters: Parameters) -> Reading:
        """Only what the answer looks like: for the items that a write has touched, named by key later."""
        builder = Builder(collection, self.rules)
        query = Query(collection, "directus", "list", builder.select(parameters), backlink=parameters.backlink)
        return Reading(query, tuple(builder.values))


class Builder:
    """One query in the making; `values` grows as values are lifted. Also used by `graphql/selection`."""

    def __init__(self, collection: str, rules: Rules) -> None:
        self.collection = collection
        self.rules = rules
        self.values: list[Any] = []

    def select(self, parameters: Parameters) -> tuple[Select, ...]:
        if not parameters.fields and not parameters.deep and not parameters.alias:
            return STAR
        tree = build_tree(parameters.fields or ("*",), self.rules.tree.relations)
        return selects(tree, parameters.deep, parameters.alias, self.deep)

    def deep(self, given: Mapping[str, Any]) -> Arguments | None:
        """The arguments in one `deep` object; None if it holds none."""
        if not any(key.startswith("_") and key not in ("_fields", "_alias") for key in given):
            return None
        parameters = nested(given, self.rules.bounds)
        arguments = self.arguments(parameters)
        if arguments.page.limit is None:
            # "no limit" has to be said: a nested list without one has the default
            page = Page(self.bind(-1, "number"), arguments.page.offset)
            arguments = replace(arguments, page=page)
        return arguments

    def arguments(self, parameters: Parameters) -> Arguments:
        where = self.where(parameters.filter)
        if parameters.search == "":
            # words that are all blank are found nowhere
            where = And((where, Truth(False))) if where else Truth(False)
        return Arguments(
            where=where,
            search=self.bind(parameters.search, "text") if parameters.search else None,
            sort=self.sort(parameters),
            page=self.page(parameters),
            aggregate=tuple(Aggregate(function, name) for function, name in parameters.aggregate),
            group=tuple(parse_path(name) for name in parameters.group),
        )

    def where(self, given: Any) -> Node | None:
        if given is None:
            return None
        parsed = parse_filter(given, limits=self.rules.tree, collection=self.collection, first_index=len(self.values))
        self.values.extend(parsed.values)
        return parsed.node

    def sort(self, parameters: Parameters) -> tuple[Sort, ...]:
        keys: list[Sort] = []
        for name in parameters.sort:
            plain = name.removeprefix("-")
            path = self._aliased(plain, parameters.alias)
            if len(path.parts) - 1 > self.rules.tree.relations:
                raise InvalidQuery("Max relational depth exceeded")
            keys.append(Sort(path, descending=plain != name))
        return tuple(keys)

    def _aliased(self, name: str, alias: Mapping[str, str]) -> Path:
        """The path of a sort key; its first step may be an alias."""
        head, dot, rest = name.partition(".")
        if name in alias:
            return parse_path(alias[name])
        return parse_path(f"{alias[head]}.{rest}" if dot and head in alias else name)

    def page(self, parameters: Parameters) -> Page:
        limit = self.rules.default_limit if parameters.limit is None else parameters.limit
        if limit is not None and limit < 0:
            limit = self.rules.bounds.limit_max
        offset = parameters.offset
        if parameters.page and limit is not None:
            offset = min((parameters.page - 1) * limit, self.rules.bounds.offset_max)
        return Page(
            None if limit is None else self.bind(limit, "number"), self.bind(offset, "number") if offset else None
        )

    def bind(self, value: Any, hint: str) -> Param:
        self.values.append(value)
        return Param(len(self.values) - 1, hint)
