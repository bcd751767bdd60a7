"""Schema changes as changes of rows: what a plan did to the metadata, for the change log.

In charge of: telling which collections, fields and relations are new, other or gone, from the rows before and after.
Not in charge of: entering it (`writes`), or what is then kept of it (`history/`). Called by `schema_apply`. Pure.

Only what the Directus wire shows counts, of rows that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from satchel.engine.ledger import Change
from satchel.model.metadata_rows import COLLECTION_META, FIELD_META, RELATION_META, MetadataRows, Row
from satchel.model.system.metadata import COLLECTIONS, FIELDS, RELATIONS

Shown = Mapping[Any, Mapping[str, Any]]


def changes_between(before: MetadataRows, after: MetadataRows) -> list[Change]:
    """Collections first, then fields, then relations."""
    old, new = _collections(before), _collections(after)
    # a renamed collection is the same one
    renamed = {was: now for now, was in _renamed(before, after)}
    old = {renamed.get(name, name): row for name, row in old.items()}
    found = list(_compared(COLLECTIONS.name, old, new))
    found += _compared(FIELDS.name, _numbered(before.fields.values()), _numbered(after.fields.values()))
    found += _compared(RELATIONS.name, _related(before.relations), _related(after.relations))
    return found


def _compared(name: str, before: Shown, after: Shown) -> Iterator[Change]:
    for key, row in before.items():
        if key not in after:
            yield Change(name, str(key), (key,), "delete", row)
    for key, row in after.items():
        known = before.get(key)
        if known is None:
            yield Change(name, str(key), (key,), "create", after=row)
            continue
        other = [part for part in row if row[part] != known[part]]
        if other:
            old, new = ({part: side[part] for part in other} for side in (known, row))
            yield Change(name, str(key), (key,), "update", old, new, row=known)


def _collections(rows: MetadataRows) -> dict[Any, Mapping[str, Any]]:
    return {
        name: {part: row.get(part) for part in COLLECTION_META}
        for name, row in rows.collections.items()
        if row.get("tracked")
    }


def _renamed(before: MetadataRows, after: MetadataRows) -> Iterator[tuple[str, str]]:
    known = {row["pb_id"]: name for name, row in before.collections.items() if row.get("pb_id")}
    for name, row in after.collections.items():
        was = known.get(row.get("pb_id"))
        if was is not None and was != name and name not in before.collections:
            yield name, was


def _numbered(rows: Iterable[Row]) -> dict[Any, Mapping[str, Any]]:
    return {row["id"]: {part: row.get(part) for part in FIELD_META} for row in rows if row.get("tracked")}


def _related(rows: Sequence[Row]) -> dict[Any, Mapping[str, Any]]:
    return {row["id"]: {part: row.get(part) for part in RELATION_META} for row in rows}
