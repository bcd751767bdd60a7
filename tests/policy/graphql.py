"""The leak matrix in GraphQL: questions in documents, and asking them.

Names are no protection here: documents are read with the schema of somebody who may use everything, whoever asks, so
that what keeps things hidden is the plan alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError

from satchel.errors import SatchelError
from satchel.model.catalog import Catalog
from satchel.policy.grants import admin_grants
from satchel.wire.directus.graphql.documents import DocumentLimits, Documents, InvalidDocument
from satchel.wire.directus.graphql.meaning import Root, meaning
from satchel.wire.directus.graphql.schema import Builder
from satchel.wire.directus.graphql.selection import Budget, Reads, Walker, named
from tests.policy.magazine import Way
from tests.policy.world import Asker, Outcome, World, refusal

SHOWN = "id name open secret number born data data_func { count json(path: \"k\") } born_func { year }"  # fmt: skip


class GraphQLQuestions:
    """Asks documents of one root field."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.schema = Builder(catalog, admin_grants(catalog), "items").build({}, {})
        self.documents = Documents(self.schema, DocumentLimits())

    async def ask(self, world: World, asker: Asker, text: str) -> Outcome:
        try:
            query, values = self._reading(world, text)
        except InvalidDocument as error:
            return Outcome(error=f"InvalidDocument: {error.errors}")
        except (SatchelError, GraphQLError) as error:
            return refusal(error)
        return await world.run(asker, query, values)

    def _reading(self, world: World, text: str) -> Any:
        document = self.documents.read(text)
        walker = Walker(self.schema, document.fragments, None, Budget(1000, 1000))
        root = self.schema.query_type
        assert root is not None
        ((_, group),) = walker.collect(root, [document.operations[0].selection_set]).items()
        field = root.fields[group[0].name.value]
        note = meaning(field)
        assert isinstance(note, Root)
        arguments = walker.arguments(field, group[0])
        reads = Reads(walker, self.catalog, world.queries.rules)
        if note.kind == "aggregated":
            reading = reads.of_groups(note.collection, named(field), group, arguments)
        elif note.kind == "by_id":
            reading = reads.of_rows(note.collection, named(field), group, {}).of_key((arguments["id"],))
        else:
            reading = reads.of_list(note.collection, named(field), group, arguments)
        return reading.query, reading.values


def inside(path: tuple[str, ...], selection: str, first_arguments: str = "", alias: str = "") -> str:
    """`author { secret }`, `blocks { item { ... on texts { secret } } }`."""
    for place, part in reversed(list(enumerate(path))):
        name, _, scope = part.partition(":")
        body = f"... on {scope} {{ {selection} }}" if scope else selection
        outer = place == 0
        selection = f"{alias if outer else ''}{name}{first_arguments if outer else ''} {{ {body} }}"
    return selection


def where(path: tuple[str, ...], condition: str) -> str:
    """`{author: {secret: {_eq: "x"}}}`"""
    for part in reversed(path):
        condition = f"{{{part.replace(':', '__')}: {condition}}}"
    return condition


def graphql_questions(way: Way) -> Iterator[tuple[str, str]]:
    """Every clause that can mention what is hidden: (its name, the document)."""
    root, path = way.root, way.path
    dot = "".join(f"{part}." for part in path)
    yield "output", f"{{ {root} {{ id {inside(path, SHOWN)} }} }}"
    yield "item", f"{{ {root}_by_id(id: 1) {{ id {inside(path, SHOWN)} }} }}"
    yield "typename", f"{{ {root} {{ id {inside(path, '__typename secret')} }} }}"
    for name, condition in (
        ("eq", '{secret: {_eq: "A-secret"}}'),
        ("nin", '{secret: {_nin: ["A-secret", "x"]}}'),
        ("contains", '{secret: {_contains: "A-s"}}'),
        ("gt", "{number: {_gt: 60}}"),
        ("function", "{born_func: {year: {_eq: 2015}}}"),
        ("null", "{secret: {_null: true}}"),
        ("empty", "{secret: {_empty: true}}"),
        ("json", '{data: {_json: {k: {_eq: "A"}}}}'),
    ):
        yield f"filter {name}", f"{{ {root}(filter: {where(path, condition)}) {{ id }} }}"
    hidden = where(path, '{secret: {_eq: "A-secret"}}')
    yield "filter or", f"{{ {root}(filter: {{_or: [{{id: {{_eq: 99}}}}, {hidden}]}}) {{ id }} }}"
    for sign in ("", "-"):
        yield f"sort {sign}", f'{{ {root}(sort: ["{sign}{dot}secret", "id"]) {{ id }} }}'
    yield "count", f"{{ {root}_aggregated(filter: {hidden}) {{ countAll }} }}"
    if not path:
        yield from _own_questions(root)
    elif way.name != "list":
        yield from _nested_questions(way)


def _own_questions(root: str) -> Iterator[tuple[str, str]]:
    for function in ("count", "countDistinct"):
        yield f"aggregate {function}", f"{{ {root}_aggregated {{ {function} {{ secret }} }} }}"
    for function in ("sum", "avg", "min", "max", "sumDistinct"):
        yield f"aggregate {function}", f"{{ {root}_aggregated {{ {function} {{ number }} }} }}"
    yield "group", f'{{ {root}_aggregated(groupBy: ["secret"]) {{ group countAll }} }}'
    yield "group function", f'{{ {root}_aggregated(groupBy: ["year(born)"]) {{ group countAll }} }}'
    sorted_groups = '(groupBy: ["name"], sort: ["min.number"])'
    yield "group sort", f"{{ {root}_aggregated{sorted_groups} {{ group min {{ number }} }} }}"
    yield "search", f'{{ {root}(search: "A-secret") {{ id }} }}'


def _nested_questions(way: Way) -> Iterator[tuple[str, str]]:
    first, *rest = way.path
    root, below = way.root, tuple(rest)
    condition = where(below, '{secret: {_eq: "A-secret"}}')
    scoped = any(":" in part for part in rest)
    yield "alias", f"{{ {root} {{ id {inside(way.path, 'x: secret', alias='y: ')} }} }}"
    yield "deep filter", f"{{ {root} {{ id {inside(way.path, 'id', f'(filter: {condition})')} }} }}"
    if way.many:
        named_below = json.dumps(".".join((*rest, "secret")))
        yield "deep sort", f"{{ {root} {{ id {inside(way.path, 'id', f'(sort: [{named_below}], limit: 1)')} }} }}"
        if len(way.path) == 1 and not scoped:
            yield "output count", f"{{ {root} {{ id {first}_func {{ count }} }} }}"
            yield "filter count", f"{{ {root}(filter: {{{first}_func: {{count: {{_gt: 1}}}}}}) {{ id }} }}"
            for quantifier in ("_some", "_none"):
                part = f'{{{first}: {{{quantifier}: {{secret: {{_eq: "A-secret"}}}}}}}}'
                yield f"filter {quantifier}", f"{{ {root}(filter: {part}) {{ id }} }}"
