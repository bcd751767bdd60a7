"""What a version has to be like to be made or changed as a row.

In charge of: refusing what it must not be, whichever wire asks. Not in charge of: its content (`versions`). Hangs on
the writes of `directus_versions` as filter hooks; joined in `joints`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from satchel.engine.hooks import Event
from satchel.engine.store import Store
from satchel.errors import Forbidden, InvalidPayload, Unprocessable
from satchel.model.catalog import Catalog, Collection
from satchel.model.key import decode_key
from satchel.policy.actor import Context

VERSIONS = "directus_versions"
DRAFT = "draft"
RESERVED = ("main", "published")
CHANGEABLE = ("key", "name", "item")

HashFor = Callable[[Context, Collection, str], Awaitable[str]]
"""The hash of an item that this caller may read. Raises Forbidden."""


class VersionRules:
    """`catalog`: gives the current snapshot. `hash_for`: see `HashFor`."""

    def __init__(self, store: Store, catalog: Callable[[], Catalog], hash_for: HashFor) -> None:
        self._store = store
        self._catalog = catalog
        self._hash_for = hash_for

    async def created(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A new version. Its content and its hash are not the caller's to give."""
        key = _text(payload, "key")
        if key is None:
            raise InvalidPayload('"key" is required')
        _check_key(key)
        name = _text(payload, "collection")
        if name is None:
            raise InvalidPayload('"collection" is required')
        collection = self._versioned(name)
        item = _text(payload, "item")
        values = {part: payload[part] for part in ("id", "key", "name", "collection") if part in payload}
        if item is None:
            if key != DRAFT:
                raise InvalidPayload(f'"key" must be "{DRAFT}" for versions not linked to an item')
            return {**values, "hash": ""}
        known = await self._hash_for(event.session.context, collection, item)
        await self._check_free(name, item, key)
        return {**values, "item": item, "hash": known}

    async def updated(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A version under another name, or of an item that it was not of yet."""
        for part in payload:
            if part not in CHANGEABLE:
                raise InvalidPayload(f'"{part}" is not allowed')
        if "key" not in payload and "item" not in payload:
            return payload
        rows = await self._store.select(VERSIONS, ("key", "collection", "item"), ("id", "=", (event.key or ("",))[0]))
        if not rows:
            return payload  # the write itself says so
        key = _text(payload, "key") or str(rows[0]["key"])
        _check_key(key)
        item = _text(payload, "item") if "item" in payload else rows[0]["item"]
        collection = self._versioned(str(rows[0]["collection"]))
        if item is None:
            if key != DRAFT:
                raise InvalidPayload(f'"key" must be "{DRAFT}" for versions not linked to an item')
            return payload
        changed = dict(payload)
        if item != rows[0]["item"]:
            changed["hash"] = await self._hash_for(event.session.context, collection, str(item))
        if (key, item) != (rows[0]["key"], rows[0]["item"]):
            await self._check_free(collection.name, str(item), key)
        return changed

    def _versioned(self, name: str) -> Collection:
        collection = self._catalog().get(name)
        if collection is None:
            raise Forbidden(f'There is no collection "{name}".', reason="collection", collection=name, path=())
        if not (collection.meta and collection.meta.get("versioning")):
            raise Unprocessable(f'Content Versioning is not enabled for collection "{name}".')
        if decode_key(collection, "") is None and not collection.key:
            raise Unprocessable(f'Items of "{name}" have no key.')
        return collection

    async def _check_free(self, collection: str, item: str, key: str) -> None:
        taken = await self._store.select(
            VERSIONS, ("id",), ("collection", "=", collection), ("item", "=", item), ("key", "=", key), limit=1
        )
        if taken:
            raise Unprocessable(f'Version "{key}" already exists for item "{item}" in collection "{collection}".')


def _check_key(key: str) -> None:
    if key.lower() in RESERVED:
        raise InvalidPayload(f'"{key}" is a reserved version key')


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidPayload(f'"{name}" must be a string')
    return str(value)
