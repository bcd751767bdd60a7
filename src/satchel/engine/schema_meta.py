"""Planning changes of Directus's metadata alone: no table is touched.

In charge of: what may be said of a collection or field, folders and alias fields that come of being spoken of. Not in
charge of: the rows themselves (`schema_rows`), definitions of tables (`schema_plan`). Called by `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from satchel.engine import schema_rows
from satchel.engine.metadata import Metadata
from satchel.engine.schema_apply import Plan
from satchel.engine.store import StoreSession
from satchel.errors import ConstraintFailed, FieldError, NotFound, Unprocessable, ValidationFailed
from satchel.model.catalog import Catalog, Collection
from satchel.model.naming import Place
from satchel.model.system.collections import SYSTEM_BY_NAME

Said = tuple[str, Mapping[str, Any]]
"""A name, and keys of its meta."""


def collection_metas(metadata: Metadata, catalog: Catalog, said: Sequence[Said]) -> Plan:
    """Set keys of the meta rows of collections. A name that has no table becomes a folder.

    Raises Unprocessable for Satchel's own, ValidationFailed for a folder's name, ConstraintFailed for a group that is
    none.
    """
    first = next(iter(metadata.sources))
    places: dict[str, tuple[Place, str]] = {}
    for name, _ in said:
        found = catalog.get(name)
        if found is not None:
            refuse_own(found)
            places[name] = (Place(found.source, found.schema, found.table), found.kind)
        else:
            _check_folder_name(name)
            places[name] = (Place(first, None, ""), "folder")
    for _, meta in said:
        check_group(catalog, meta, frozenset(places))

    async def rows(session: StoreSession) -> None:
        for name, meta in said:
            place, kind = places[name]
            await schema_rows.save_collection_meta(session, name, meta, place, kind)

    return Plan(next((place.source for place, _ in places.values()), first), rows=rows)


def field_metas(catalog: Catalog, collection: Collection, said: Sequence[Said]) -> Plan:
    """Set keys of the meta rows of fields. A name without a column becomes an alias. Raises Unprocessable for a field
    that Satchel declares.
    """
    for name, _ in said:
        refuse_own(collection, name)

    async def rows(session: StoreSession) -> None:
        for name, meta in said:
            alias = collection.column(name) is None
            await schema_rows.save_field_meta(session, collection.name, name, meta, alias=alias)

    return Plan(collection.source, rows=rows)


def refuse_own(collection: Collection, field: str | None = None) -> None:
    """What Satchel declares has no metadata that could be changed: its own collections, and their declared fields."""
    declared = SYSTEM_BY_NAME.get(collection.name)
    if declared is not None and (field is None or field in declared.by_name):
        what = f"{collection.name}.{field}" if field else collection.name
        raise Unprocessable(f"{what} is Satchel's own.", collection=collection.name, fields=[field] if field else [])


def check_group(catalog: Catalog, meta: Mapping[str, Any] | None, coming: frozenset[str] = frozenset()) -> None:
    """Raise ConstraintFailed for a group that is no described collection. `coming`: those of the same change."""
    group = (meta or {}).get("group")
    if group is None or group in coming:
        return
    found = catalog.get(group) if isinstance(group, str) else None
    if found is None or found.meta is None:
        raise ConstraintFailed(
            "foreign_key",
            f"There is no collection {group}.",
            table="directus_collections",
            columns=["group"],
            value=group,
        )


def found(catalog: Catalog, name: str) -> Collection:
    """The collection of that name. Raises NotFound."""
    collection = catalog.get(name)
    if collection is None:
        raise NotFound(f"There is no collection {name}.")
    return collection


def _check_folder_name(name: str) -> None:
    """A folder is called like a collection, so that it could become one."""
    if not name or "/" in name or "\0" in name or name.startswith(("directus_", "satchel_")):
        raise ValidationFailed([FieldError(("name",), "match_invalid", "Must be in a valid format.")], collection=name)
