"""Names and ids that Satchel gives: collections of several schemas and sources, and PocketBase's ids.

In charge of: one stable, unique collection name per table, and the ids of collections and fields that were not made
through the PocketBase wire. Not in charge of: which names a caller may choose (`check_definition`). Called by
`overlay` and `engine/schema`. Pure.

A table of the first source's default schema is called by its own name. In another schema it is `schema__table`, in
another source `source__table` or `source__schema__table`, always, not only where names meet: a table that somebody
adds later never takes a name, and its rules, away from another one. Where two tables would still get one name
(`sales__orders`, and `orders` in the schema `sales`), the one that the metadata speaks of keeps it, then the plainer
one; the other gets a suffix made from where it is. Names of system collections are never given away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

from satchel.model.system.collections import POCKETBASE_COLLECTIONS, SYSTEM_BY_NAME

RESERVED_COLLECTIONS = frozenset(SYSTEM_BY_NAME) | POCKETBASE_COLLECTIONS
SEPARATOR = "__"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is: source, schema (None: the default one) and name."""

    source: str
    schema: str | None
    table: str


def wanted_name(place: Place, first_source: str) -> str:
    """The name that a table gets unless it is taken."""
    parts = [place.table]
    if place.schema is not None:
        parts.insert(0, place.schema)
    if place.source != first_source or place.table in RESERVED_COLLECTIONS:
        parts.insert(0, place.source)
    return SEPARATOR.join(parts)


def collection_names(
    places: Iterable[Place], first_source: str, recorded: Mapping[str, Place | None]
) -> dict[Place, str]:
    """A name for every table. `recorded`: where the metadata says that a collection's table is."""

    def rank(place: Place) -> tuple[bool, int, str, str, str]:
        name = wanted_name(place, first_source)
        depth = (place.source != first_source) + (place.schema is not None)
        return (recorded.get(name) != place, depth, place.source, place.schema or "", place.table)

    names: dict[Place, str] = {}
    taken: set[str] = set(RESERVED_COLLECTIONS)
    for place in sorted(places, key=rank):
        name = wanted_name(place, first_source)
        if name in taken:
            name = f"{name}_{crc32(repr((place.source, place.schema, place.table)).encode()):08x}"
        taken.add(name)
        names[place] = name
    return names


def collection_id(kind: str, name: str, taken: Iterable[str] = ()) -> str:
    """PocketBase's id of a collection: `base`, `tags` → `pbc_1219621782`; a number follows while it is taken."""
    return _free(f"pbc_{crc32((kind + name).encode())}", set(taken))


def field_id(kind: str, name: str, taken: Iterable[str] = ()) -> str:
    """PocketBase's id of a field: `text`, `id` → `text3208210256`."""
    return _free(f"{kind}{crc32(name.encode())}", set(taken))


def _free(base: str, taken: set[str]) -> str:
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}{number}"
    return found
