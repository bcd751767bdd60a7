"""The stored metadata as the overlay takes it: plain rows of the store's three metadata tables.

In charge of: the shape, and taking a row apart into what Directus shows and what Satchel keeps beside it. Not in charge
of: reading or writing rows (`engine/metadata`). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from satchel.model.naming import Place
from satchel.model.system.declare import SystemTable
from satchel.model.system.metadata import COLLECTIONS, FIELDS, RELATIONS

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MetadataRows:
    """All rows, decoded (JSON parsed, comma lists split, booleans), in the order of their ids. `made`: when the store
    was made.
    """

    collections: Mapping[str, Row] = field(default_factory=dict[str, Row])
    fields: Mapping[tuple[str, str], Row] = field(default_factory=dict[tuple[str, str], Row])
    relations: Sequence[Row] = ()
    made: str = ""

    def places(self) -> dict[str, Place | None]:
        """Where the rows of collections say that their tables are; None for rows that don't say."""
        return {name: _place(row) for name, row in self.collections.items()}


def _place(row: Row) -> Place | None:
    if not row.get("table_name"):
        return None
    return Place(str(row.get("source") or ""), row.get("table_schema"), str(row["table_name"]))


def _shown(table: SystemTable) -> tuple[str, ...]:
    return tuple(item.name for item in table.fields if not item.internal)


COLLECTION_META = _shown(COLLECTIONS)
"""The keys of a Directus collection's meta, in order."""
FIELD_META = _shown(FIELDS)
RELATION_META = _shown(RELATIONS)


def collection_meta(row: Row | None) -> Mapping[str, Any] | None:
    """The Directus meta of a collection; None when it is untracked."""
    return {name: row.get(name) for name in COLLECTION_META} if row is not None and row.get("tracked") else None


def field_meta(row: Row | None) -> Mapping[str, Any] | None:
    """The Directus meta of a field; None when it is untracked. An empty list of specials shows as null."""
    if row is None or not row.get("tracked"):
        return None
    return {name: row.get(name) or None if name == "special" else row.get(name) for name in FIELD_META}


def relation_meta(row: Row) -> Mapping[str, Any]:
    return {name: row.get(name) for name in RELATION_META}
