"""Where an import from Directus reads: its database, or its API.

In charge of: one shape for both: the schema as a snapshot, rows of system tables and of collections, contents of files.
Not in charge of: what becomes of them (`directus`, the caller).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote, urlsplit

from satchel.errors import ConfigError, OutboundFailed
from satchel.imports.directus_data import PREFIX, DirectusData, Item, open_directus, plain
from satchel.imports.directus_schema import FIELDS, added_fields, read_metadata, snapshot_of_data
from satchel.model.definition import FieldDefinition
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.outbound.addresses import parse_exceptions
from satchel.outbound.client import Outbound, OutboundLimits

CONCEALED = "**********"
PAGE = 500
ANSWER_BYTES = 256 * 1024**2
SECONDS = 120.0


class DirectusSource(Protocol):
    """`secrets`: whether hashes of passwords and static tokens can be read."""

    name: str
    secrets: bool

    async def snapshot(self) -> dict[str, Any]: ...

    async def added(self) -> dict[str, list[FieldDefinition]]:
        """Columns that somebody added to system tables, where the snapshot does not have them."""
        ...

    async def all_rows(self, name: str, types: Mapping[str, str]) -> list[Item]:
        """The rows of one of Directus's own tables; [] for one that is not there."""
        ...

    def parts(self, name: str, types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        """The same in parts, for long tables."""
        ...

    def rows(self, name: str, key: Sequence[str], types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        """The rows of a collection, in parts. `types`: its columns with their storage types."""
        ...

    async def file(self, row: Item) -> bytes | Path | None:
        """The content of a file; None where it can't be had."""
        ...


class DatabaseSource:
    """`uploads`: Directus's folder of files, if it is at hand."""

    secrets = True

    def __init__(self, data: DirectusData, uploads: Path | None) -> None:
        self.name = data.database.name
        self._data = data
        self._uploads = uploads
        self._metadata: dict[str, list[Item]] | None = None

    async def _meta(self) -> dict[str, list[Item]]:
        if self._metadata is None:
            self._metadata = await read_metadata(self._data, "main")
        return self._metadata

    async def snapshot(self) -> dict[str, Any]:
        metadata = await self._meta()
        own = [row for row in metadata[FIELDS] if not str(row["collection"]).startswith(PREFIX)]
        return snapshot_of_data(self._data, {**metadata, FIELDS: own})

    async def added(self) -> dict[str, list[FieldDefinition]]:
        return added_fields(self._data, await self._meta())

    async def all_rows(self, name: str, types: Mapping[str, str]) -> list[Item]:
        return await self._data.all_rows(name, types)

    def parts(self, name: str, types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        return self._data.rows(name, types)

    def rows(self, name: str, key: Sequence[str], types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        return self._data.rows(name, types)

    async def file(self, row: Item) -> bytes | Path | None:
        name = str(row.get("filename_disk") or "")
        if self._uploads is None or not name or Path(name).name != name:
            return None
        path = self._uploads / name
        return path if await asyncio.to_thread(path.is_file) else None


class ApiSource:
    """`base`: the address of a running Directus. `token`: of an admin."""

    secrets = False

    def __init__(self, base: str, token: str) -> None:
        self.name = base.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        host = urlsplit(self.name).hostname or ""
        # whoever types an address means it, also one on this machine
        self._client = Outbound(OutboundLimits(SECONDS, ANSWER_BYTES), parse_exceptions([host]))

    async def close(self) -> None:
        await self._client.close()

    async def _get(self, path: str, **parameters: Any) -> Any:
        query = "&".join(f"{name}={quote(str(value), safe=',')}" for name, value in parameters.items())
        try:
            answer = await self._client.get(f"{self.name}{path}?{query}", headers=self._headers)
        except OutboundFailed as error:
            raise ConfigError(f"{self.name} can't be read: {error.message}") from error
        if answer.status in (401, 403):
            raise ConfigError(f"{self.name} refuses {path}.", hint="Name a token of an admin with --token.")
        if answer.status != 200:
            return None
        return json.loads(answer.body)["data"]

    async def snapshot(self) -> dict[str, Any]:
        found = await self._get("/schema/snapshot")
        if not isinstance(found, dict):
            raise ConfigError(f"{self.name} is no Directus, or gives no snapshot.")
        return {**cast("dict[str, Any]", found), "systemFields": []}

    async def added(self) -> dict[str, list[FieldDefinition]]:
        return {}

    async def all_rows(self, name: str, types: Mapping[str, str]) -> list[Item]:
        if name == "directus_settings":
            return [_plain(item, types) for item in [await self._get("/settings", fields="*")] if item]
        return [row async for part in self.parts(name, types) for row in part]

    def parts(self, name: str, types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        return self._pages("/" + name.removeprefix(PREFIX), SYSTEM_BY_NAME[name].key, types)

    def rows(self, name: str, key: Sequence[str], types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        return self._pages(f"/items/{quote(name, safe='')}", key, types)

    async def _pages(self, path: str, key: Sequence[str], types: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        page = 1
        while True:
            found = await self._get(path, fields="*", limit=PAGE, page=page, sort=",".join(key))
            # permissions that come with app access have no id, and are everybody's
            rows = [item for item in cast("list[Item]", found or []) if item.get(key[0]) is not None]
            if rows:
                yield [_plain(item, types) for item in rows]
            if len(found or []) < PAGE:
                return
            page += 1

    async def file(self, row: Item) -> bytes | Path | None:
        try:
            answer = await self._client.get(f"{self.name}/assets/{row['id']}?download", headers=self._headers)
        except OutboundFailed:
            return None
        return answer.body if answer.status == 200 else None


def _plain(item: Item, types: Mapping[str, str]) -> Item:
    """An item of the API as stored values. What is concealed is not known."""
    found: Item = {}
    for name, kind in types.items():
        if name not in item:
            continue
        value = item[name]
        if value == CONCEALED:
            value = None
        elif kind == "csv" and isinstance(value, list):
            value = ",".join(str(part) for part in cast("list[Any]", value))
        elif isinstance(value, int | float) and kind in ("timestamp", "dateTime"):
            value = None
        found[name] = plain(value, kind)
    return found


@asynccontextmanager
async def directus_source(location: str, token: str, uploads: Path | None) -> AsyncGenerator[DirectusSource]:
    """`location`: the address of a running Directus (`https://…`), or its database. Raises ConfigError."""
    if urlsplit(location).scheme in ("http", "https"):
        source = ApiSource(location, token)
        try:
            yield source
        finally:
            await source.close()
        return
    async with open_directus(location) as data:
        yield DatabaseSource(data, uploads)
