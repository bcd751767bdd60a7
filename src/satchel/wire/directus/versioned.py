"""`?version=`: items as they would be with a version of them.

In charge of: which items of an answer have such a version, and putting what it shows in their place. Not in charge of:
what it shows (`history/preview`). Called by `items`,
`singleton` and `graphql/root_fields`.

An item is read as it is first: what a caller may not see without a version is not seen with one, and filters, sorting
and pages are about the items as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from satchel.engine.verbs import Answer, Engine
from satchel.errors import Forbidden
from satchel.history.versions import Version, Versions
from satchel.http import json
from satchel.model.catalog import Collection, Key
from satchel.model.key import encode_key
from satchel.plan.query import Select
from satchel.policy.actor import Context
from satchel.wire.directus.parameters import Parameters
from satchel.wire.directus.query import Reader, Reading

MAIN = ("main", "published")
KEY = "$key"


def is_asked(parameters: Parameters) -> bool:
    """Whether a request wants anything but the items as they are."""
    return parameters.version not in (None, *MAIN) and not (parameters.aggregate or parameters.group)


class Versioned:
    """One per wire."""

    def __init__(self, engine: Engine, versions: Versions, reader: Reader) -> None:
        self._engine = engine
        self._versions = versions
        self._reader = reader

    async def item(self, context: Context, collection: Collection, key: Key, parameters: Parameters) -> bytes:
        """One item by its key. Raises Forbidden where there is no such item or no such version of it."""
        reading = self._reader.build(collection.name, "view", parameters).of_key(key)
        answer = await self._engine.read(reading.query, reading.values, context)
        found = await self._found(context, collection, [key], parameters)
        if answer.data is None or not found:
            raise Forbidden("There is no such version of the item.")
        (version,) = found.values()
        shown = await self._with(context, json.decode(answer.data), key, version, parameters)
        if shown is None:
            raise Forbidden("There is no such item with that version.")
        return json.encode(shown)

    async def one(self, context: Context, collection: Collection, key: Key, version: str, reading: Reading) -> bytes:
        """One item as a Reading wants it, without `$meta`. `reading`: a view of that item. Errors: see `item`."""
        answer = await self._engine.read(reading.query, reading.values, context)
        found = await self._versions.of_items(context, collection.name, version, [encode_key(key)])
        if answer.data is None or not found:
            raise Forbidden("There is no such version of the item.")
        (known,) = found.values()
        shown = await self._versions.view(context, known, reading.query, reading.values)
        if shown is None:
            raise Forbidden("There is no such item with that version.")
        return json.encode(shown)

    async def items(self, context: Context, collection: Collection, reading: Reading, parameters: Parameters) -> Answer:
        """Many items; those without such a version as they are."""
        keys = tuple(Select(name, f"{KEY}{place}") for place, name in enumerate(collection.key))
        query = replace(reading.query, select=(*reading.query.select, *keys))
        answer = await self._engine.read(query, reading.values, context)
        rows: list[dict[str, Any]] = json.decode(answer.data or b"[]")
        named = [tuple(row.pop(select.key) for select in keys) for row in rows]
        found = await self._found(context, collection, named, parameters)
        shown: list[Any] = []
        for row, key in zip(rows, named, strict=True):
            version = found.get(encode_key(key))
            with_version = None if version is None else await self._with(context, row, key, version, parameters)
            # an item that goes out of sight with its version is left out
            if version is None or with_version is not None:
                shown.append(row if version is None else with_version)
        return replace(answer, data=json.encode(shown))

    async def _found(
        self, context: Context, collection: Collection, keys: Sequence[Key], parameters: Parameters
    ) -> dict[str, Version]:
        named = [encode_key(key) for key in keys]
        return await self._versions.of_items(context, collection.name, parameters.version or "", named)

    async def _with(
        self, context: Context, row: dict[str, Any], key: Key, version: Version, parameters: Parameters
    ) -> dict[str, Any] | None:
        if parameters.version_raw:
            return {**row, **await self._versions.raw(context, version)}
        reading = self._reader.build(version.collection.name, "view", replace(parameters, filter=None)).of_key(key)
        shown = await self._versions.view(context, version, reading.query, reading.values)
        return None if shown is None else {**shown, "$meta": {"version_id": version.id}}
