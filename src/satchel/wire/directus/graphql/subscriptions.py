"""Subscriptions: from a document's one root field to what is followed and how it is told.

    subscription { books_mutated(event: create) { key event data { title author { name } } } }

In charge of: `read_subscription`, which turns such a document into a `Subscribed`: the collection, the event, the read
for an event's item (`query` with `values`, to which a transport adds the given row), and the payload of an event.
Not in charge of: the transport and its messages (`wire/directus/websocket`), who may know of an event (`realtime/`).
Called by the transport:

    known = await requests.schema(actor, "items")
    subscribed = read_subscription(known, await known.read(text), requests.reader.rules, variables, operation_name)

Errors: InvalidDocument for what does not fit the caller's schema (its `errors` are what clients are told), GraphQLError
for an operation that can't be begun, InvalidQuery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from graphql import GraphQLError, OperationType

from satchel.http import json
from satchel.plan.query import Query, Select
from satchel.wire.directus.graphql.documents import Document, InvalidDocument
from satchel.wire.directus.graphql.meaning import Root, meaning
from satchel.wire.directus.graphql.schemas import CallersSchema
from satchel.wire.directus.graphql.selection import (
    TYPENAME,
    Conflicting,
    InvalidVariables,
    Reads,
    Walker,
    named,
    read_variables,
)
from satchel.wire.directus.query import Builder, Rules

Event = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What one subscription follows.

    `event`: the only kind that is wanted, None for all. `query` reads one item for an event, as an object with an entry
    for each time that the document asks for `data`; with `wants_data` False there is nothing to read. `layout`: the
    names of the answer's fields, and what each of them is: `key`, `event`, `data`, or the constant `=name`.
    """

    collection: str
    event: Event | None
    query: Query
    values: tuple[Any, ...]
    key: str
    layout: tuple[tuple[str, str], ...]

    @property
    def wants_data(self) -> bool:
        return any(what == "data" for _, what in self.layout)

    def payload(self, key: str, event: Event, item: bytes | None) -> bytes:
        """`{"data": {"books_mutated": {…}}}`. `key`: that of the item, as one text. `item`: what `query` read of it;
        None of a deleted one, and where there is nothing to read.
        """
        shown: dict[str, Any] = json.decode(item) if item is not None else {}
        fields: dict[str, Any] = {}
        for name, what in self.layout:
            match what:
                case "key":
                    fields[name] = key
                case "event":
                    fields[name] = event
                case "data":
                    fields[name] = shown.get(name)
                case _:
                    fields[name] = what[1:]
        return json.encode({"data": {self.key: fields}})


def read_subscription(
    known: CallersSchema, document: Document, rules: Rules, variables: Mapping[str, Any], name: str | None
) -> Subscribed:
    """What a document's subscription follows. Errors: see the module."""
    operation = document.operation(name)
    root = known.schema.subscription_type
    if operation.operation is not OperationType.SUBSCRIPTION or root is None:
        raise GraphQLError("Only subscriptions are served here.", operation)
    try:
        walker = Walker.of(known, document, read_variables(known, operation, variables))
        grouped = walker.collect(root, [operation.selection_set])
        ((key, group),) = grouped.items()  # a valid subscription has one field
        if group[0].name.value not in root.fields:
            raise GraphQLError("A subscription has to name what it follows.", operation)
        field = root.fields[group[0].name.value]
        note = cast("Root", meaning(field))
        event = walker.arguments(field, group[0]).get("event")
        builder = Builder(note.collection, rules)
        kind = named(field)
        layout: list[tuple[str, str]] = []
        select: list[Select] = []
        for entry, nodes in walker.collect(kind, [node.selection_set for node in group]).items():
            what = nodes[0].name.value
            layout.append((entry, f"={kind.name}" if what == TYPENAME else what))
            if what == "data":
                reads = Reads(walker, known.catalog, rules)
                children = reads.selects(builder, named(kind.fields["data"]), nodes, 0)
                select.append(Select("", entry, children, form="object"))
    except InvalidVariables as error:
        raise InvalidDocument.of(error.errors, known.schema) from None
    except Conflicting as error:
        raise InvalidDocument.of([error]) from None
    query = Query(note.collection, "directus", "list", tuple(select))
    return Subscribed(note.collection, event, query, tuple(builder.values), key, tuple(layout))
