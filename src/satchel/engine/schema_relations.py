"""Planning relations: when a foreign key is made, changed or dropped.

In charge of: what a relation's definition means for the database. Not in charge of: its metadata row (`schema_rows`).
Called by `schema`. Pure.
"""

from __future__ import annotations

from satchel.errors import FieldError, NotFound, NotSupported, Unprocessable, ValidationFailed
from satchel.model.catalog import Catalog, Collection, Relation
from satchel.model.definition import RelationDefinition
from satchel.model.diff import foreign_key_of, table_of
from satchel.model.schema_changes import AddForeignKey, AlterTable, Change, DropForeignKey, ForeignKey


def relation_of(catalog: Catalog, collection: str, field: str) -> Relation:
    """The relation that starts at a field. Raises NotFound."""
    found = catalog.m2o(collection, field)
    if found is None:
        raise NotFound(f"There is no relation from {collection}.{field}.")
    return found


def refuse_own_relation(relation: Relation | None) -> None:
    """Raise Unprocessable for a relation between Satchel's own tables that Satchel declares."""
    if relation is not None and relation.meta is not None and relation.meta.get("system"):
        message = f"The relation from {relation.many}.{relation.many_field} is Satchel's own."
        raise Unprocessable(message, collection=relation.many, fields=[relation.many_field])


def relation_changes(
    catalog: Catalog, wanted: RelationDefinition | None, before: Relation | None
) -> tuple[str, list[Change]]:
    """(source, changes) that bring the foreign key of a relation to the wanted state; `wanted` None drops it.

    A foreign key can't lead into another database: such a relation is kept as metadata alone.
    """
    name = wanted.many if wanted is not None else (before.many if before is not None else "")
    many = catalog.get(name)
    if many is None:
        raise NotFound(f"There is no collection {name}.")
    old = foreign_key_of(before, catalog) if before is not None and before.on_delete is not None else None
    new = _wanted_key(catalog, many, wanted) if wanted is not None else None
    if before is not None and old is not None and new is not None and _is_same(before, old, new):
        return many.source, []
    changes: list[Change] = []
    if old is not None:
        changes.append(AlterTable(table_of(many), (DropForeignKey(old),)))
    if new is not None:
        changes.append(AlterTable(table_of(many), (AddForeignKey(new),)))
    return many.source, changes


def _is_same(before: Relation, old: ForeignKey, new: ForeignKey) -> bool:
    actions = (_action(before.on_delete), _action(before.on_update))
    same = (old.columns, old.to, old.to_columns) == (new.columns, new.to, new.to_columns)
    return same and actions == (_action(new.on_delete), _action(new.on_update))


def _action(action: str | None) -> str:
    """RESTRICT and NO ACTION are told apart by few databases."""
    return "NO ACTION" if action in (None, "RESTRICT") else str(action)


def _wanted_key(catalog: Catalog, many: Collection, wanted: RelationDefinition) -> ForeignKey | None:
    _check_field(many, wanted.many_field, "many_field")
    if wanted.one is None:
        if wanted.collection_field is not None:
            _check_field(many, wanted.collection_field, "collection_field")
        return None
    one = catalog.get(wanted.one)
    if one is None:
        raise NotFound(f"There is no collection {wanted.one}.")
    if not wanted.enforce or one.source != many.source:
        return None
    if one.kind != "table" or many.kind != "table":
        raise NotSupported("A view can't have a foreign key or be pointed at by one.")
    if len(one.key) != 1:
        raise NotSupported(f"{one.name} has a key of {len(one.key)} fields, which one field can't point at.")
    return ForeignKey((wanted.many_field,), table_of(one), one.key, None, wanted.on_delete, wanted.on_update)


def _check_field(collection: Collection, name: str, role: str) -> None:
    if collection.column(name) is None:
        message = f"There is no field {name} with a column in {collection.name}."
        raise ValidationFailed([FieldError((role,), "missing_field", message)], collection=collection.name)
