"""Relations from foreign keys, Directus's metadata and PocketBase's relation fields.

In charge of: one list without doubles, in which foreign key and metadata of one field have become one Relation. Not in
charge of: collections and fields (`overlay`, its caller). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from satchel.model.catalog import Collection, Relation
from satchel.model.facts import ForeignKeyFacts, TableFacts
from satchel.model.metadata_rows import MetadataRows, Row, relation_meta
from satchel.model.naming import Place


@dataclass(frozen=True, slots=True)
class TableAt:
    """A served table: its name in the catalog, where it is, what its database says of it."""

    name: str
    place: Place
    table: TableFacts
    vendor: str


def collect_relations(
    tables: Sequence[TableAt],
    collections: Mapping[str, Collection],
    rows: MetadataRows,
    notes: list[str],
    own: Sequence[TableAt] = (),
    hidden: frozenset[str] = frozenset(),
) -> tuple[Relation, ...]:
    """All relations of the user's collections. Those of metadata first: a field's first one is its to-one relation.

    `own`: Satchel's own tables, which may be pointed at, with the foreign keys of what was added to them.
    `hidden`: tables that are not served on purpose.
    """
    keys = _foreign_keys([*tables, *own], collections, notes, hidden)
    pending = dict(enumerate(keys))
    by_field: dict[tuple[str, str], list[int]] = {}
    for number, item in pending.items():
        if len(item.many_fields) == 1:
            by_field.setdefault((item.many, item.many_field), []).append(number)
    fields = _relation_fields(collections, notes)
    found: list[Relation] = []
    for row in rows.relations:
        basis = _basis(row, pending, by_field, fields)
        made = _described(row, basis, collections, notes)
        if made is not None:
            found.append(made)
    described = {(item.many, item.many_fields) for item in found}
    plain = [item for item in pending.values() if (item.many, item.many_fields) not in described]
    taken = described | {(item.many, item.many_fields) for item in plain}
    listed = [item for item in fields.values() if (item.many, item.many_fields) not in taken]
    return (*found, *plain, *listed)


# --- foreign keys


def _foreign_keys(
    tables: Sequence[TableAt], collections: Mapping[str, Collection], notes: list[str], hidden: frozenset[str]
) -> list[Relation]:
    names = {item.place: item.name for item in tables}
    found: list[Relation] = []
    for at in tables:
        for key in at.table.foreign_keys:
            target = names.get(Place(at.place.source, key.to_schema, key.to_table))
            if target is None and key.to_table in hidden:
                continue
            if target is None:
                columns = ", ".join(key.columns)
                notes.append(f"{at.name}.{columns} refers to {key.to_table}, which this connection may not see.")
            elif set(key.columns) <= set(collections[at.name].fields):
                found.append(_of_key(at.name, target, key))
    # Several keys may share a column. The narrowest speaks for it: a composite one names other fields besides.
    found.sort(key=lambda item: len(item.many_fields))
    return found


def _of_key(many: str, one: str, key: ForeignKeyFacts) -> Relation:
    return Relation(
        many=many,
        many_fields=key.columns,
        one=one,
        one_fields=key.to_columns,
        # Never None for a real foreign key, also where the database names none (SQLite).
        on_delete=key.on_delete or "NO ACTION",
        on_update=key.on_update or "NO ACTION",
        constraint=key.name,
    )


# --- PocketBase's relation fields


def _relation_fields(collections: Mapping[str, Collection], notes: list[str]) -> dict[tuple[str, str], Relation]:
    by_id = {item.id: item for item in collections.values() if item.id}
    found: dict[tuple[str, str], Relation] = {}
    for collection in collections.values():
        for field in collection.fields.values():
            if field.kind != "relation":
                continue
            target = by_id.get(str(field.options.get("collectionId") or ""))
            if target is None or len(target.key) != 1:
                notes.append(f"{collection.name}.{field.name} is a relation to a collection that does not exist.")
                continue
            found[(collection.name, field.name)] = Relation(
                many=collection.name,
                many_fields=(field.name,),
                one=target.name,
                one_fields=target.key,
                list=field.multiple,
            )
    return found


# --- Directus's metadata


def _basis(
    row: Row,
    pending: dict[int, Relation],
    by_field: Mapping[tuple[str, str], list[int]],
    fields: Mapping[tuple[str, str], Relation],
) -> Relation | None:
    """The foreign key or relation field that a row describes; a key is taken from `pending`."""
    place = (str(row.get("many_collection")), str(row.get("many_field")))
    for number in by_field.get(place, ()):
        if number in pending and pending[number].one == row.get("one_collection"):
            return pending.pop(number)
    listed = fields.get(place)
    return listed if listed is not None and listed.one == row.get("one_collection") else None


def _described(
    row: Row, basis: Relation | None, collections: Mapping[str, Collection], notes: list[str]
) -> Relation | None:
    many_name, many_field = str(row.get("many_collection")), str(row.get("many_field"))
    many = collections.get(many_name)
    if many is None or many.column(many_field) is None:
        notes.append(f"There is metadata of a relation from {many_name}.{many_field}, which does not exist.")
        return None
    one_name = row.get("one_collection")
    deselect: Literal["nullify", "delete"] = "delete" if row.get("one_deselect_action") == "delete" else "nullify"
    if one_name is None:
        return _to_any(row, many, many_field, deselect, collections, notes)
    one = collections.get(str(one_name))
    if one is None or (basis is None and len(one.key) != 1):
        notes.append(f"There is metadata of a relation from {many_name}.{many_field} to {one_name}, which can't be.")
        return None
    alias = row.get("one_field")
    if alias is not None and (alias not in one.fields or one.fields[str(alias)].column is not None):
        notes.append(f"The relation from {many_name}.{many_field} names {one_name}.{alias}, which is no alias field.")
        alias = None
    base = basis or Relation(many=many_name, many_fields=(many_field,), one=one.name, one_fields=one.key)
    return replace(
        base,
        one_field=None if alias is None else str(alias),
        junction_field=_existing(many, row.get("junction_field")),
        sort_field=_existing(many, row.get("sort_field")),
        deselect=deselect,
        meta=relation_meta(row),
    )


def _to_any(
    row: Row,
    many: Collection,
    many_field: str,
    deselect: Literal["nullify", "delete"],
    collections: Mapping[str, Collection],
    notes: list[str],
) -> Relation | None:
    """A many-to-any: the collection's name stands in a field beside the key."""
    kept = row.get("one_collection_field")
    if not kept or many.column(str(kept)) is None:
        notes.append(f"The relation from {many.name}.{many_field} has no field that names the other collection.")
        return None
    allowed = tuple(name for name in row.get("one_allowed_collections") or () if name in collections)
    return Relation(
        many=many.name,
        many_fields=(many_field,),
        one=None,
        junction_field=_existing(many, row.get("junction_field")),
        sort_field=_existing(many, row.get("sort_field")),
        collection_field=str(kept),
        allowed=allowed,
        deselect=deselect,
        meta=relation_meta(row),
    )


def _existing(collection: Collection, name: object) -> str | None:
    return str(name) if name and collection.column(str(name)) is not None else None
