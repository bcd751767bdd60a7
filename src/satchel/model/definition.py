"""Definitions: the complete state that somebody wants a collection, field, index or relation to have.

In charge of: the shapes that the wires fill and `engine/schema` puts into effect, and turning what the catalog holds
back into them (`definition_of`). Not in charge of: whether a definition is acceptable (`check_definition`), what has to
change to get there (`diff`), or how a database is told (`sql/ddl`). Pure.

A definition is *complete*: what it does not mention will be gone. To change one thing, take the definition of what
exists and replace that thing:

    wanted = definition_of(collection)
    await schema.update_collection("posts", replace(wanted, name="articles"), "directus")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

from satchel.model.catalog import Collection, CollectionType, Field, Index, TableKind
from satchel.model.sql_tokens import tokens

STORAGE_TYPES = (
    "string",
    "text",
    "boolean",
    "integer",
    "bigInteger",
    "float",
    "decimal",
    "date",
    "time",
    "dateTime",
    "timestamp",
    "json",
    "csv",
    "uuid",
    "hash",
    "binary",
    "geometry",
    "geometry.Point",
    "geometry.LineString",
    "geometry.Polygon",
    "geometry.MultiPoint",
    "geometry.MultiLineString",
    "geometry.MultiPolygon",
)
"""The storage types that a column can be made with. `alias` and `unknown` make no column."""

KINDS = (
    "text",
    "editor",
    "number",
    "bool",
    "email",
    "url",
    "date",
    "autodate",
    "select",
    "relation",
    "file",
    "json",
    "geoPoint",
    "password",
)
"""The PocketBase field types."""


class DefaultFunction(Enum):
    """A default that the database computes; each dialect has its own words for it."""

    NOW = "now"
    UUID = "uuid"
    RECORD_ID = "record_id"  # PocketBase's: "r" and fourteen hexadecimal digits


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A default as the database itself words it. Comes from introspection only, never from a caller."""

    sql: str


Default = str | int | float | bool | DefaultFunction | Verbatim | None
"""A column's default: a plain value, something computed, or None for no default."""

OnAction = Literal["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"]
ON_ACTIONS: tuple[OnAction, ...] = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION")


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One wanted field.

    Either `kind` is given (a PocketBase field: type, default and nullability of the column follow from `kind` and
    `options`), or `type` is a storage type and `nullable`, `default`, `max_length`, `precision`, `scale` speak of the
    column. `type` "alias" makes no column.

    `unique` and `indexed` ask for (True) or away with (False) an index on this field alone; None leaves the matter to
    `CollectionDefinition.indexes`. `id` is the PocketBase field id ("" lets one be made); an update matches by it
    first, then by name, so that the same id with another name renames. Wires without ids rename through `was`.
    `hidden`, `required`, `presentable`, `system` and `help` are PocketBase's; `meta` holds the keys of a Directus
    field's meta (without `id`, `collection` and `field`), None for a field that Directus's wire shows as untracked.
    """

    name: str
    type: str = ""
    kind: str = ""
    id: str = ""
    was: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    nullable: bool = True
    default: Default = None
    identity: bool = False
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    unique: bool | None = None
    indexed: bool | None = None
    comment: str | None = None
    hidden: bool = False
    required: bool = False
    presentable: bool = False
    system: bool = False
    help: str = ""
    meta: Mapping[str, Any] | None = None
    db_type: str = ""  # what the database calls the type of a column that exists; kept as long as `type` stays
    generated: bool = False  # as introspected; such a column is never altered

    @property
    def stored(self) -> bool:
        return bool(self.kind) or self.type not in ("alias", "")

    @property
    def multiple(self) -> bool:
        """Whether a PocketBase field holds a list."""
        return self.kind in ("select", "relation", "file") and int(self.options.get("maxSelect") or 0) > 1


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """One wanted index. `parts`: the columns, or expressions as SQL text (see `index_text.parse_index`).

    `sql`: the text that was submitted, which the PocketBase wire gives back unchanged.
    """

    name: str
    parts: tuple[IndexPart, ...]
    unique: bool = False
    where: str | None = None
    sql: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.text for part in self.parts)

    def mentions(self, column: str) -> bool:
        """Whether a column is part of the index, of one of its expressions or of its condition."""
        texts = [part.text for part in self.parts if part.expression] + ([self.where] if self.where else [])
        return column in self.columns or any(column in _names(text) for text in texts)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One column of an index, or an expression (`expression` True; its text is SQL of a superuser, already checked)."""

    text: str
    expression: bool = False
    collation: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RelationDefinition:
    """One wanted relation in Directus's sense: `many.many_field` points at `one`.

    `one` None makes a many-to-any with `collection_field` and `allowed`. `enforce`: a real foreign key, with
    `on_delete` and `on_update`. `tracked`: a metadata row (needed for everything but enforce and the actions).
    """

    many: str
    many_field: str
    one: str | None
    one_field: str | None = None
    junction_field: str | None = None
    sort_field: str | None = None
    collection_field: str | None = None
    allowed: tuple[str, ...] = ()
    deselect: Literal["nullify", "delete"] = "nullify"
    enforce: bool = True
    on_delete: OnAction = "NO ACTION"
    on_update: OnAction = "NO ACTION"
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class CollectionDefinition:
    """One wanted collection.

    `source` "" is the first source. `kind`: `table`, `view` (needs `view_query`; its fields are inferred, `fields` is
    ignored) or `folder` (no table). `key`: names of the key fields. `rules`: PocketBase's, None for a superuser-only
    action. `options`: PocketBase's type options. `meta`: the keys of a Directus collection's meta (without
    `collection`), None for one that Directus's wire shows as untracked. `id` "" lets one be made.
    """

    name: str
    fields: tuple[FieldDefinition, ...] = ()
    key: tuple[str, ...] = ("id",)
    indexes: tuple[IndexDefinition, ...] = ()
    kind: TableKind = "table"
    type: CollectionType = "base"
    id: str = ""
    source: str = ""
    schema: str | None = None
    view_query: str | None = None
    rules: Mapping[str, str | None] | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    meta: Mapping[str, Any] | None = None
    system: bool = False
    comment: str | None = None

    def field(self, name: str) -> FieldDefinition | None:
        """The wanted field of that name."""
        return next((item for item in self.fields if item.name == name), None)

    def with_field(self, wanted: FieldDefinition) -> CollectionDefinition:
        """The same with one field added, or put in place of the one with its `was` or name."""
        known = wanted.was or wanted.name
        if self.field(known) is None:
            return replace(self, fields=(*self.fields, wanted))
        return replace(self, fields=tuple(wanted if item.name == known else item for item in self.fields))

    def without_field(self, name: str) -> CollectionDefinition:
        """The same without one field and the indexes that name it."""
        return replace(
            self,
            fields=tuple(item for item in self.fields if item.name != name),
            indexes=tuple(item for item in self.indexes if not item.mentions(name)),
        )


def _names(sql: str) -> set[str]:
    return {token.name for token in tokens(sql) if token.kind in ("word", "name")}


def field_definition_of(field: Field) -> FieldDefinition:
    """What a field of the catalog is now, as a definition."""
    options = {name: value for name, value in field.options.items() if name not in ("presentable", "help")}
    return FieldDefinition(
        name=field.name,
        type=field.type,
        kind=field.kind,
        id=field.id,
        options=options,
        nullable=field.nullable,
        default=None if field.default is None else Verbatim(field.default),
        identity=field.identity,
        max_length=field.max_length,
        precision=field.precision,
        scale=field.scale,
        comment=field.comment,
        hidden=field.hidden,
        required=field.required,
        presentable=bool(field.options.get("presentable")),
        system=field.system,
        help=str(field.options.get("help") or ""),
        meta=field.meta,
        db_type=field.db_type,
        generated=field.generated,
    )


def definition_of(collection: Collection) -> CollectionDefinition:
    """What a collection of the catalog is now, as a definition that changes nothing."""
    options = {name: value for name, value in collection.options.items() if name != "viewQuery"}
    return CollectionDefinition(
        name=collection.name,
        fields=tuple(field_definition_of(item) for item in collection.fields.values()),
        key=collection.key,
        indexes=tuple(index_definition_of(item, collection) for item in collection.indexes if not item.primary),
        kind=collection.kind,
        type=collection.type,
        id=collection.id,
        source=collection.source,
        schema=collection.schema,
        view_query=collection.options.get("viewQuery"),
        rules=collection.rules or None,
        options=options,
        meta=collection.meta,
        system=collection.system,
        comment=collection.comment,
    )


def index_definition_of(index: Index, collection: Collection) -> IndexDefinition:
    """An index of the catalog as a definition. What is no column of the table is an expression."""
    columns = {item.column for item in collection.stored_fields}
    parts = tuple(IndexPart(text, expression=text not in columns) for text in index.columns)
    return IndexDefinition(index.name, parts, index.unique, index.where, index.sql)
