"""Snapshot, diff and apply: taking a schema from one installation to another.

In charge of: the three verbs, their checks and messages. Not in charge of: the document (`document`), differences of
JSON (`json_diff`), what a difference means for tables (`change`), making it (`engine/schema`). Called by the Directus
wire, the command line and the import from Directus.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from satchel.engine.schema import Schema
from satchel.errors import InvalidPayload
from satchel.http import json
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.policy.actor import Context
from satchel.snapshots.change import Renames, SchemaChange, change_of
from satchel.snapshots.document import PARTS, Object, by_identity, identity, ported, snapshot_of, with_kinds
from satchel.snapshots.json_diff import MISSING, as_object, differences, patched

AGAIN = "Please generate a new diff and try again"
BYPASS = 'You can bypass this check by passing the "force" query parameter'
WORDS: Mapping[str, str] = {
    "collections": "collection",
    "fields": "field",
    "systemFields": "system field",
    "relations": "relation",
}
_ATTEMPTS = 2


class Snapshots:
    """One per program."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def by(self, context: Context) -> Snapshots:
        """The same, for somebody: see `Schema.by`."""
        return Snapshots(self._schema.by(context))

    @property
    def vendor(self) -> str:
        return str(self.current()["vendor"])

    def current(self) -> Object:
        """The snapshot of what exists."""
        metadata = self._schema.metadata
        first = next(iter(metadata.sources.values()))
        return snapshot_of(metadata.catalog, first.dialect)

    def diff(self, wanted: Any, *, force: bool = False, partial: bool = False) -> Object | None:
        """`{"hash", "diff"}`: what makes this schema the wanted one; None when it is that already.

        `force`: of another version or another kind of database too. `partial`: what is not in the snapshot stays.
        Raises InvalidPayload.
        """
        current = self.current()
        _check_snapshot(wanted)
        for name, label in (("directus", "directus version"), ("vendor", "vendor")):
            if not force and wanted.get(name, current[name]) != current[name]:
                kind = "version" if name == "directus" else name
                raise InvalidPayload(
                    f"Provided snapshot's {label} {wanted[name]} does not match the current instance's {kind}"
                    f" {current[name]}. {BYPASS}"
                )
        metadata = self._schema.metadata
        target = ported(wanted, current, with_kinds(metadata.catalog), apart=not metadata.shared)
        found = {part: _compared(part, current[part], target[part]) for part in PARTS}
        if partial:
            found = {part: [item for item in items if not _is_gone(item)] for part, items in found.items()}
        found["systemFields"] = [item for item in found["systemFields"] if _is_known(item)]
        _without_parts_of_the_gone(found)
        if not any(found.values()):
            return None
        return {"hash": hash_of(current), "diff": found}

    async def apply(self, document: Any, *, force: bool = False) -> None:
        """Put a diff into effect, all or nothing where the database can. `force`: although the schema has
        changed since; then a diff needs no hash.

        Raises InvalidPayload for one that does not fit what exists, and what `Schema.save_collections` raises.
        """
        _, changes = await self._changes(document, force=force)
        for change in changes:
            await self._schema.save_collections(
                change.definitions, "directus", delete=change.delete, links=change.links
            )

    async def plan(self, document: Any) -> Object:
        """What `apply` would do with a diff, whose hash is not looked at: `{"hash", "changes"}`, the hash of what is
        now, and each change of a table with its statements.

        Raises what `apply` raises before the database is asked.
        """
        current, changes = await self._changes(document, force=True)
        found = [
            item
            for change in changes
            for item in await self._schema.describe_collections(
                change.definitions, "directus", delete=change.delete, links=change.links
            )
        ]
        return {
            "hash": hash_of(current),
            "changes": [
                {
                    "table": item.table,
                    "action": item.action,
                    "sql": list(item.statements),
                    "dropped": list(item.dropped),
                    "converted": list(item.converted),
                    "rows": item.rows,
                }
                for item in found
            ],
        }

    async def _changes(self, document: Any, *, force: bool) -> tuple[Object, list[SchemaChange]]:
        """The snapshot of what is, and what the diff makes of it."""
        kept, diff = _checked_diff(document, force=force)
        await self._schema.metadata.refresh()
        current = self.current()
        if not any(diff.values()):
            return current, []
        target: Object = dict(current)
        for part in PARTS:
            target[part] = _target(part, current[part], diff[part])
        if not force and kept != hash_of(current):
            raise InvalidPayload(f"Provided diff was made for another state of the schema. {AGAIN}")
        return current, change_of(self._schema.metadata.catalog, current, target, _renames(diff))


def hash_of(snapshot: Mapping[str, Any]) -> str:
    """A digest of a snapshot; the order of its entries and keys means nothing."""
    parts = {part: sorted(_canonical(item) for item in snapshot[part]) for part in PARTS}
    return hashlib.sha1(_canonical(parts).encode(), usedforsecurity=False).hexdigest()


def _canonical(value: Any) -> str:
    return json.encode(_ordered(value)).decode()


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        known = cast("Mapping[str, Any]", value)
        return {name: _ordered(known[name]) for name in sorted(known)}
    return [_ordered(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


# --- comparing


def _compared(part: str, current: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> list[Object]:
    """The entries of a part that differ: changed and gone ones first, then new ones."""
    here, there = by_identity(part, current), by_identity(part, wanted)
    found: list[Object] = []
    for name in [*here, *(name for name in there if name not in here)]:
        changes = differences(here.get(name, MISSING), there.get(name, MISSING))
        if changes:
            found.append(_entry(part, here.get(name) or there[name], changes))
    return found


def _entry(part: str, item: Mapping[str, Any], changes: Sequence[Object]) -> Object:
    entry: Object = {"collection": item["collection"]}
    if part != "collections":
        entry["field"] = item["field"]
    if part == "relations":
        entry["related_collection"] = item["related_collection"]
    return {**entry, "diff": list(changes)}


def _is_gone(entry: Mapping[str, Any]) -> bool:
    return entry["diff"][0]["kind"] == "D" and "path" not in entry["diff"][0]


def _is_known(entry: Mapping[str, Any]) -> bool:
    """Whether a system field is there to be indexed; one that Satchel itself indexes stays so."""
    table = SYSTEM_BY_NAME.get(str(entry["collection"]))
    field = table.by_name.get(str(entry["field"])) if table is not None else None
    return field is not None and not (_is_gone(entry) and (field.indexed or field.unique))


def _without_parts_of_the_gone(found: Mapping[str, list[Object]]) -> None:
    """With a collection go its fields and relations: they need not be told."""
    gone = {item["collection"] for item in found["collections"] if _is_gone(item)}
    for part in ("fields", "relations"):
        found[part][:] = [item for item in found[part] if item["collection"] not in gone]


# --- applying


def _target(part: str, current: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]) -> list[Object]:
    """A part of the snapshot after the entries of a diff. Raises InvalidPayload for entries that don't fit."""
    items: dict[tuple[str, ...], Any] = dict(by_identity(part, current))
    for entry in entries:
        name = identity(part, entry)
        changes = cast("Sequence[Mapping[str, Any]]", entry["diff"])
        first = changes[0]
        known = items.get(name, MISSING)
        if "path" not in first and first["kind"] == "N":
            if known is not MISSING:
                _refuse("create", part, name, "already exists")
        elif known is MISSING:
            _refuse(
                "delete" if first["kind"] == "D" and "path" not in first else "change", part, name, "does not exist"
            )
        made = patched(known, changes)
        if made is MISSING:
            del items[name]
        else:
            items[name] = {**_needed(made), **{key: entry[key] for key in ("collection", "field") if key in entry}}
    return list(items.values())


def _renames(diff: Mapping[str, Sequence[Mapping[str, Any]]]) -> Renames:
    """The new names of fields: differences at the path `["field"]`, which no comparison finds, as to it the field is
    another one. Raises InvalidPayload.
    """
    found: Renames = {}
    for entry in diff["fields"]:
        for change in entry["diff"]:
            if change.get("path") == ["field"]:
                name = change.get("rhs")
                if not isinstance(name, str) or not name:
                    raise InvalidPayload('The new name of a field, "rhs", must be a string')
                found[str(entry["collection"]), str(entry["field"])] = name
    return found


def _refuse(verb: str, part: str, name: Iterable[str], state: str) -> None:
    raise InvalidPayload(f'Provided diff is trying to {verb} {WORDS[part]} "{".".join(name)}" but it {state}. {AGAIN}')


# --- bodies


def _needed(value: Any) -> Mapping[str, Any]:
    found = as_object(value)
    if found is None:
        raise InvalidPayload('"value" must be of type object')
    return found


def _check_snapshot(wanted: Any) -> None:
    body = _needed(wanted)
    for name in ("version", "directus", "vendor", "collections", "fields", "relations"):
        if body.get(name) is None:
            if name == "vendor":
                continue  # snapshots of old versions name none
            raise InvalidPayload(f'"{name}" is required')
    if body["version"] != 1:
        raise InvalidPayload('"version" must be 1')
    for part in PARTS:
        for place, item in enumerate(_as_list(body.get(part) or [], part)):
            entry, where = _check_entry(part, item, f"{part}[{place}]"), f"{part}[{place}]"
            if part == "fields" and not isinstance(entry.get("type"), str):
                raise InvalidPayload(f'"{where}.type" must be a string')
            if part == "relations" and not isinstance(entry.get("related_collection"), str | None):
                raise InvalidPayload(f'"{where}.related_collection" must be a string')


def _check_entry(part: str, item: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise InvalidPayload(f'"{where}" must be of type object')
    entry = cast("Mapping[str, Any]", item)
    for name in ("collection",) if part == "collections" else ("collection", "field"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise InvalidPayload(f'"{where}.{name}" is required')
    for name in ("meta", "schema"):
        if entry.get(name) is not None and as_object(entry[name]) is None:
            raise InvalidPayload(f'"{where}.{name}" must be of type object')
    return entry


def _as_list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidPayload(f'"{name}" must be an array')
    return cast("list[Any]", value)


def _checked_diff(document: Any, *, force: bool) -> tuple[str, dict[str, list[Mapping[str, Any]]]]:
    body = _needed(document)
    for name in ("hash", "diff"):
        if body.get(name) is None and not (force and name == "hash"):
            raise InvalidPayload(f'"{name}" is required')
    diff = _needed(body["diff"])
    checked: dict[str, list[Mapping[str, Any]]] = {}
    for part in PARTS:
        entries = _as_list(diff.get(part) or [], f"diff.{part}")
        checked[part] = [_check_entry(part, item, f"diff.{part}[{place}]") for place, item in enumerate(entries)]
        for place, entry in enumerate(checked[part]):
            changes = _as_list(entry.get("diff") or [], f"diff.{part}[{place}].diff")
            if not changes or not all((as_object(change) or {}).get("kind") for change in changes):
                raise InvalidPayload(f'"diff.{part}[{place}].diff" must be an array of differences')
    return str(body.get("hash")), checked
