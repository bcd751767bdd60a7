"""The Catalog: an immutable snapshot of every Collection, Field and Relation.

In charge of: the shapes, and look-ups on them. Not in charge of: where facts come from (`db/introspect`)
or how facts and stored metadata meet (`model/overlay`). Read by every room above.

Vocabulary: a *source* is a database whose tables are served, the *store* the one that holds Satchel's
own tables. A *Key* is the tuple of an item's key values, so composite keys are ordinary; on a wire it is
one opaque string (`encode_key`, `decode_key`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Key = tuple[Any, ...]
"""Key values in the order of `Collection.key`."""

EMPTY: Mapping[str, Any] = MappingProxyType({})

CollectionType = Literal["base", "auth", "view"]
TableKind = Literal["table", "view", "materialized_view", "folder"]
Action = Literal["list", "view", "create", "update", "delete", "share", "manage"]
"""`manage`: change an account beyond what its owner may (PocketBase's `manageRule`); no policy grants it."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field. `column` is None for an alias (a to-many relation or a presentation field).

    `type` is the storage type, in Directus's vocabulary (`string`, `text`, `boolean`, `integer`, `bigInteger`,
    `float`, `decimal`, `date`, `time`, `dateTime`, `timestamp`, `json`, `csv`, `uuid`, `hash`, `binary`,
    `geometry`, `unknown`, `alias`). `kind` is the PocketBase field type for fields that were made with
    one (`text`, `editor`, `number`, `bool`, `email`, `url`, `date`, `autodate`, `select`, `relation`, `file`,
    `json`, `geoPoint`, `password`), else "". `options` belong to `kind`.
    """

    name: str
    type: str
    column: str | None = None
    db_type: str = ""
    nullable: bool = True
    default: str | None = None  # the SQL text of the column's default
    generated: bool = False  # computed by the database: never written
    identity: bool = False  # filled by the database when absent (auto-increment, serial, identity)
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    enum: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # the texts that a CHECK of the database allows
    array: bool = False
    unique: bool = False
    indexed: bool = False
    comment: str | None = None
    # from metadata
    id: str = ""
    kind: str = ""
    hidden: bool = False  # PocketBase's hidden: only superusers see it
    system: bool = False
    required: bool = False
    special: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    meta: Mapping[str, Any] | None = None  # the Directus meta row, None when untracked

    @property
    def stored(self) -> bool:
        return self.column is not None

    @property
    def concealed(self) -> bool:
        """True for values that nobody may read back, filter, sort or search."""
        return self.kind == "password" or bool(self.special & {"conceal", "hash", "encrypt"}) or self.type == "hash"

    @property
    def multiple(self) -> bool:
        """True for PocketBase list values (stored as a JSON array)."""
        return self.kind in ("select", "relation", "file") and int(self.options.get("maxSelect") or 0) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    name: str
    columns: tuple[str, ...]  # column names; expressions as their SQL text
    unique: bool = False
    primary: bool = False
    where: str | None = None
    sql: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A many-side reference: `many.many_fields` point at `one.one_fields`.

    An ordinary m2o has one field on each side; a composite foreign key has several. `one_field` is the alias on the
    one side (o2m) or None. A many-to-many is two Relations whose `junction_field` name each other. A many-to-any
    has `one` None, `collection_field` and `allowed`. `list` marks a PocketBase multi relation: `many_fields[0]`
    holds a JSON array of keys. Only a real foreign key has `on_delete` and `on_update`; `constraint` is its name, where
    the database names it. What a PocketBase relation field does on delete stands in the field's options.
    """

    many: str
    many_fields: tuple[str, ...]
    one: str | None
    one_fields: tuple[str, ...] = ()
    one_field: str | None = None
    junction_field: str | None = None
    sort_field: str | None = None
    collection_field: str | None = None
    allowed: tuple[str, ...] = ()
    list: bool = False
    deselect: Literal["nullify", "delete"] = "nullify"
    on_delete: str | None = None
    on_update: str | None = None
    constraint: str | None = None  # name of the foreign key, None when only declared in metadata
    meta: Mapping[str, Any] | None = None

    @property
    def many_field(self) -> str:
        return self.many_fields[0]


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """One table, view or folder. `name` is unique in the catalog; `schema` and `table` address it in its source.

    `key` names the key fields (empty: read only without items by key). `writable` is False with
    `read_only_reason` for views, tables without a key and tables the role may not write.
    """

    name: str
    source: str
    table: str
    schema: str | None = None
    kind: TableKind = "table"
    derived: str = ""  # rows come from a query that the program brings (`sql/superusers`), not from a table as it is
    type: CollectionType = "base"
    key: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    sql: str | None = None
    writable: bool = True
    read_only_reason: str | None = None
    # from metadata
    id: str = ""
    system: bool = False
    # listRule, viewRule, createRule, updateRule, deleteRule, authRule, manageRule
    rules: Mapping[str, str | None] = field(default_factory=lambda: EMPTY)
    # PocketBase's type options (viewQuery, passwordAuth, …)
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    meta: Mapping[str, Any] | None = None  # the Directus meta row, None when untracked
    created: str = ""
    updated: str = ""

    def column(self, name: str) -> Field | None:
        """The stored field of that name, or None."""
        found = self.fields.get(name)
        return found if found is not None and found.column is not None else None

    @property
    def stored_fields(self) -> tuple[Field, ...]:
        return tuple(item for item in self.fields.values() if item.column is not None)

    @property
    def key_fields(self) -> tuple[Field, ...]:
        return tuple(self.fields[name] for name in self.key)

    @property
    def inactive(self) -> bool:
        """Switched off: the Directus wire shows nothing of it to those who might see it."""
        return bool(self.meta and self.meta.get("status") == "inactive")

    @property
    def singleton(self) -> bool:
        return bool(self.meta and self.meta.get("singleton"))

    @property
    def sort_field(self) -> str | None:
        return self.meta.get("sort_field") if self.meta else None


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """All that exists. `version` grows by one with every change; caches key on it."""

    collections: Mapping[str, Collection]
    relations: tuple[Relation, ...] = ()
    version: int = 0
    # look-ups, built by `Catalog.build`
    by_id: Mapping[str, str] = field(default_factory=dict[str, str])
    by_lower: Mapping[str, str] = field(default_factory=dict[str, str])
    outgoing: Mapping[tuple[str, str], Relation] = field(default_factory=dict[tuple[str, str], Relation])
    incoming: Mapping[str, tuple[Relation, ...]] = field(default_factory=dict[str, tuple[Relation, ...]])
    aliases: Mapping[tuple[str, str], Relation] = field(default_factory=dict[tuple[str, str], Relation])

    @staticmethod
    def build(collections: Iterable[Collection], relations: Iterable[Relation] = (), version: int = 0) -> Catalog:
        """Index collections and relations for look-up."""
        named = {item.name: item for item in collections}
        kept = tuple(relations)
        outgoing: dict[tuple[str, str], Relation] = {}
        incoming: dict[str, list[Relation]] = {}
        aliases: dict[tuple[str, str], Relation] = {}
        for relation in kept:
            outgoing.setdefault((relation.many, relation.many_field), relation)
            for target in [relation.one] if relation.one else relation.allowed:
                incoming.setdefault(target, []).append(relation)
                if relation.one_field:
                    aliases[(target, relation.one_field)] = relation
        return Catalog(
            collections=named,
            relations=kept,
            version=version,
            by_id={item.id: item.name for item in named.values() if item.id},
            by_lower={name.lower(): name for name in reversed(named)},
            outgoing=outgoing,
            incoming={name: tuple(found) for name, found in incoming.items()},
            aliases=aliases,
        )

    def get(self, name: str) -> Collection | None:
        """By exact name."""
        return self.collections.get(name)

    def find(self, name_or_id: str) -> Collection | None:
        """By exact name, id, or ASCII case-insensitive name (PocketBase's `{c}`)."""
        found = self.collections.get(name_or_id)
        if found is None:
            name = self.by_id.get(name_or_id) or self.by_lower.get(name_or_id.lower())
            found = self.collections.get(name) if name else None
        return found

    def m2o(self, collection: str, field_name: str) -> Relation | None:
        """The relation whose many side starts at this field (m2o, m2a or PocketBase list)."""
        return self.outgoing.get((collection, field_name))

    def o2m(self, collection: str, alias: str) -> Relation | None:
        """The relation that this alias field lists (o2m, or the first half of m2m and m2a)."""
        return self.aliases.get((collection, alias))
