"""What a field of the schema means: hung on graphql-core's fields, read when a document becomes reads and writes.

In charge of: these notes and hanging them up. Not in charge of: types (`types`, `schema`) or what is done (`selection`,
`operations`). Pure data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from graphql import GraphQLField

from satchel.plan.query import Form

NOTE = "means"


@dataclass(frozen=True, slots=True)
class Plain:
    """A stored field of the row."""

    name: str
    form: Form = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Rows of another collection."""

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A row of one of several collections."""

    name: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions of one field, as an object."""

    name: str


RootKind = Literal[
    "list", "by_id", "aggregated", "by_version", "singleton",
    "create_many", "create_one", "update_many", "update_batch", "update_one", "update_singleton",
    "delete_many", "delete_one", "mutated",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Root:
    """A root field of a collection. `answers`: a write answers with what may be read; else only that it was done."""

    kind: RootKind
    collection: str
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Nothing:
    """The field of a schema that has no other."""


def noted(field_type: Any, note: object, arguments: Any = None) -> GraphQLField:
    """A field with its meaning."""
    return GraphQLField(field_type, arguments, extensions={NOTE: note})


def type_of(field: GraphQLField) -> Any:
    """The type of a field."""
    return cast("Any", field).type


def meaning(field: GraphQLField) -> Any:
    """What `noted` hung on a field; None on those that are read from plain values."""
    return field.extensions.get(NOTE)
