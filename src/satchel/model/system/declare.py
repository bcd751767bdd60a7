"""The words in which system tables are declared, and what a declaration becomes in the catalog.

In charge of: the shape of one declared table, field and reference, and turning declarations into `Collection` and
`Relation`. Not in charge of: which tables there are (`collections`), or their DDL (`sql/ddl`). Used by `collections`,
`migrations`, `model/overlay` and `engine/metadata`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from satchel.model.catalog import EMPTY, Collection, Field, Index, Relation

OnDelete = Literal["CASCADE", "SET NULL", "NO ACTION"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key to the key of another system table. `aliases`: the to-many fields that list it over there."""

    table: str
    on_delete: OnDelete = "NO ACTION"
    aliases: tuple[str, ...] = ()
    deselect: Literal["nullify", "delete"] = "nullify"
    enforced: bool = True  # a real foreign key in the store


@dataclass(frozen=True, slots=True)
class SystemField:
    """One declared field. `type` is a storage type, `alias` has no column.

    `default` is a plain value (None: no default). `internal` fields are columns of the store that no wire shows.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | int | bool | None = None
    length: int | None = None
    unique: bool = False
    indexed: bool = False
    identity: bool = False
    special: tuple[str, ...] = ()
    reference: Reference | None = None
    internal: bool = False
    interface: str | None = None
    readonly: bool = False
    hidden: bool = False  # in the Directus sense: not shown in forms
    required: bool = False  # in the Directus sense: forms insist
    searchable: bool = True
    # of the collections of the PocketBase wire: kind and options of the field, whether it must be filled, and whether
    # only superusers see it
    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    filled: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class SystemIndex:
    """`name`: "" makes one of the table and the columns. `text`: the columns as the PocketBase wire shows them."""

    columns: tuple[str, ...]
    unique: bool = False
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PocketBaseSide:
    """What the PocketBase wire knows a system table by: id and rules."""

    id: str
    rules: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SystemTable:
    """One declared table. `presented` tables are in the catalog; the others are Satchel's own book-keeping."""

    name: str
    fields: tuple[SystemField, ...]
    key: tuple[str, ...] = ("id",)
    indexes: tuple[SystemIndex, ...] = ()
    presented: bool = True
    singleton: bool = False
    icon: str | None = None
    accountability: str | None = "all"
    note: str | None = None
    pocketbase: PocketBaseSide | None = None  # a collection of that wire, and not of the other
    by_name: Mapping[str, SystemField] = field(default_factory=dict[str, SystemField], compare=False)

    @property
    def table(self) -> str:
        """The table's name in the store."""
        return physical_name(self.name)


def physical_name(collection: str) -> str:
    """`directus_users` → `satchel_users`, `_otps` → `satchel_otps`; Satchel's own names stay."""
    if collection.startswith("_"):
        return "satchel" + collection
    return collection if collection.startswith("satchel_") else "satchel_" + collection.removeprefix("directus_")


def table(name: str, *fields: SystemField, **options: Any) -> SystemTable:
    """A declared table, with its fields indexed by name."""
    return SystemTable(name, fields, by_name={item.name: item for item in fields}, **options)


def literal(value: str | int | bool | None) -> str | None:
    """A default as the SQL text that `Field.default` holds; None stays None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def _field_meta(owner: SystemTable, item: SystemField, position: int) -> Mapping[str, Any]:
    # The keys and their order are those of a Directus field's meta; `system` tells it from a stored row.
    return {
        "id": position,
        "collection": owner.name,
        "field": item.name,
        "special": list(item.special) or None,
        "interface": item.interface,
        "options": None,
        "display": None,
        "display_options": None,
        "readonly": item.readonly,
        "hidden": item.hidden,
        "sort": position,
        "width": "full",
        "translations": None,
        "note": None,
        "conditions": None,
        "required": item.required,
        "group": None,
        "validation": None,
        "validation_message": None,
        "searchable": item.searchable,
        "system": True,
    }


def _field(owner: SystemTable, item: SystemField, position: int) -> Field:
    return Field(
        name=item.name,
        type=item.type,
        column=None if item.type == "alias" else item.name,
        nullable=item.nullable,
        default=literal(item.default),
        identity=item.identity,
        max_length=item.length,
        unique=item.unique,
        indexed=item.indexed,
        system=True,
        special=frozenset(item.special),
        kind=item.kind,
        options=item.options,
        hidden=item.secret,
        required=item.filled,
        meta=_field_meta(owner, item, position),
    )


def collection_of(declared: SystemTable, *, source: str, schema: str | None, internal: bool) -> Collection:
    """The collection that a declared table is in the catalog.

    `internal`: with the internal fields too, for Satchel's own statements; the catalog goes without them.
    """
    shown = [item for item in declared.fields if internal or not item.internal]
    return Collection(
        name=declared.name,
        source=source,
        table=declared.table,
        schema=schema,
        key=declared.key,
        fields={item.name: _field(declared, item, number) for number, item in enumerate(shown, 1)},
        indexes=tuple(
            Index(name_of(declared, item), item.columns, unique=item.unique, sql=_text_of(declared, item))
            for item in indexes_of(declared)
        ),
        system=True,
        id=declared.pocketbase.id if declared.pocketbase else "",
        rules=declared.pocketbase.rules if declared.pocketbase else EMPTY,
        meta={
            "collection": declared.name,
            "icon": declared.icon,
            "note": declared.note,
            "hidden": False,
            "singleton": declared.singleton,
            "accountability": None if declared.pocketbase else declared.accountability,
            "sort_field": None,
            "archive_field": None,
            "versioning": False,
            "status": "active",
            "system": True,
        },
    )


def indexes_of(declared: SystemTable) -> tuple[SystemIndex, ...]:
    """All indexes of a declared table: those of single fields and those declared for several."""
    single = tuple(
        SystemIndex((item.name,), unique=item.unique) for item in declared.fields if item.unique or item.indexed
    )
    return single + declared.indexes


# CREATE INDEX `idx_mfas_collectionRef_recordRef` ON `_mfas` (collectionRef,recordRef)
def _text_of(declared: SystemTable, index: SystemIndex) -> str | None:
    if not declared.pocketbase:
        return None
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX `{index.name}` ON `{declared.name}` ({index.text or ', '.join(index.columns)})"


def name_of(declared: SystemTable, index: SystemIndex) -> str:
    """What an index of a declared table is called."""
    return index.name or index_name(declared.table, index.columns, unique=index.unique)


def index_name(table_name: str, columns: tuple[str, ...], *, unique: bool) -> str:
    """The name of a system index; unique in the store."""
    return "_".join((table_name, *columns, "unique" if unique else "index"))


def relations_of(declared: SystemTable) -> tuple[Relation, ...]:
    """The relations that start at a declared table: one per alias on the other side, at least one per reference."""
    return tuple(
        _relation(declared.name, item.name, item.reference, alias)
        for item in declared.fields
        if item.reference is not None
        for alias in item.reference.aliases or (None,)
    )


def _relation(many: str, many_field: str, reference: Reference, alias: str | None) -> Relation:
    return Relation(
        many=many,
        many_fields=(many_field,),
        one=reference.table,
        one_fields=("id",),
        one_field=alias,
        deselect=reference.deselect,
        on_delete=reference.on_delete if reference.enforced else None,
        meta={
            "id": None,
            "many_collection": many,
            "many_field": many_field,
            "one_collection": reference.table,
            "one_field": alias,
            "one_collection_field": None,
            "one_allowed_collections": None,
            "junction_field": None,
            "sort_field": None,
            "one_deselect_action": reference.deselect,
            "system": True,
        },
    )
