"""The catalog as it would be after a change that was not made yet.

In charge of: wanted collections put in the place of those that exist, so that rules and relations among them can be
checked before anything is touched. Not in charge of: what the database then says of itself; after the change the
catalog is loaded from it. Called by `engine/schema`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from satchel.model.catalog import EMPTY, Catalog, Collection, Field, Relation
from satchel.model.definition import CollectionDefinition, FieldDefinition
from satchel.model.diff import match_fields
from satchel.model.fields import FIELDS
from satchel.model.naming import Place


def preview_catalog(
    catalog: Catalog, wanted: Mapping[str, tuple[CollectionDefinition, Place]], gone: frozenset[str] = frozenset()
) -> Catalog:
    """`wanted`: definitions by the name that a collection has now (a new one's own). `gone`: names of dropped ones."""
    kept = {name: item for name, item in catalog.collections.items() if name not in wanted and name not in gone}
    made = {item.name: _collection(item, place, catalog.get(name)) for name, (item, place) in wanted.items()}
    collections = {**kept, **made}
    names = {name: item.name for name, (item, _) in wanted.items()}
    renames = {
        name: match_fields(found, item).renames
        for name, (item, _) in wanted.items()
        if (found := catalog.get(name)) is not None
    }
    relations = [_carried(item, names, renames) for item in catalog.relations]
    known = {(item.many, item.many_field) for item in relations}
    by_id = {item.id: item for item in collections.values() if item.id}
    for item in made.values():
        relations += [found for found in _relations(item, by_id) if (found.many, found.many_field) not in known]
    standing = [item for item in relations if _stands(item, collections)]
    return Catalog.build(collections.values(), standing, catalog.version)


def _collection(wanted: CollectionDefinition, place: Place, before: Collection | None) -> Collection:
    return Collection(
        name=wanted.name,
        source=place.source,
        table=place.table,
        schema=place.schema,
        kind=wanted.kind,
        type=wanted.type,
        key=wanted.key if wanted.kind != "view" else ("id",),
        fields={item.name: _field(item) for item in wanted.fields},
        writable=wanted.kind == "table",
        id=wanted.id,
        system=wanted.system,
        rules=wanted.rules or EMPTY,
        options=wanted.options,
        meta=wanted.meta,
        created=before.created if before is not None else "",
    )


def _field(wanted: FieldDefinition) -> Field:
    storage = FIELDS[wanted.kind].storage(wanted.options) if wanted.kind in FIELDS else wanted.type
    return Field(
        name=wanted.name,
        type=storage,
        column=wanted.name if wanted.stored else None,
        nullable=wanted.nullable,
        max_length=wanted.max_length,
        id=wanted.id,
        kind=wanted.kind,
        hidden=wanted.hidden,
        system=wanted.system,
        required=wanted.required,
        options=wanted.options,
        meta=wanted.meta,
    )


def _relations(collection: Collection, by_id: Mapping[str, Collection]) -> list[Relation]:
    found: list[Relation] = []
    for field in collection.fields.values():
        target = by_id.get(str(field.options.get("collectionId") or "")) if field.kind == "relation" else None
        if target is not None and len(target.key) == 1:
            found.append(Relation(collection.name, (field.name,), target.name, target.key, list=field.multiple))
    return found


def _carried(relation: Relation, names: Mapping[str, str], renames: Mapping[str, Mapping[str, str]]) -> Relation:
    """A relation under the new names of its ends."""
    many, one = renames.get(relation.many, {}), renames.get(relation.one or "", {})
    return replace(
        relation,
        many=names.get(relation.many, relation.many),
        many_fields=tuple(many.get(name, name) for name in relation.many_fields),
        one=names.get(relation.one, relation.one) if relation.one else None,
        one_fields=tuple(one.get(name, name) for name in relation.one_fields),
    )


def _stands(relation: Relation, collections: Mapping[str, Collection]) -> bool:
    """Whether both ends of a relation exist."""
    many = collections.get(relation.many)
    if many is None or not all(name in many.fields for name in relation.many_fields):
        return False
    return relation.one is None or relation.one in collections
