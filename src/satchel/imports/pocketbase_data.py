"""PocketBase's data folder, read: its collections, records, settings and files.

In charge of: telling such a folder from others and from those of old versions, reading it without touching it (also
what is still in the write-ahead log). Not in charge of: what becomes of any of it. Called by its siblings.

SQLite writes beside a file that it opens, even to read its log. So the two files are copied and the copy is opened; a
copy that was taken while somebody wrote is noticed and taken again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from satchel.db.base import Database, Row
from satchel.db.open import open_database
from satchel.db.options import DatabaseOptions
from satchel.errors import ConfigError, DatabaseError

DATABASE = "data.db"
STORAGE = "storage"
BATCH = 500
"""Rows that are read at a time."""

OWN_TABLES = frozenset({"_collections", "_params", "_migrations"})
"""What PocketBase keeps beside collections."""

SYSTEM = frozenset({"_superusers", "_mfas", "_otps", "_externalAuths", "_authOrigins"})
"""PocketBase's own collections, which are part of every Satchel."""

_COPIES = 5
_ATTEMPT_HINT = "Stop PocketBase first."

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PocketBaseData:
    """An open folder. `collections`: objects as the API shows them, with secrets, in the order in which they were made.

    `settings`: their text, which may be encrypted; "" for none.
    """

    folder: Path
    database: Database
    collections: tuple[Object, ...]
    settings: str

    def rows(self, table: str, columns: Sequence[str]) -> AsyncIterator[list[Row]]:
        """All rows of a table in the order in which they were made, some hundred at a time."""
        return read_rows(self.database, table, columns)

    def collection(self, name: str) -> Object | None:
        return next((item for item in self.collections if item["name"] == name), None)

    @property
    def storage(self) -> Path:
        return self.folder / STORAGE


# SELECT rowid, "id", "title" FROM "posts" WHERE rowid > ? ORDER BY rowid LIMIT 500
async def read_rows(database: Database, table: str, columns: Sequence[str]) -> AsyncGenerator[list[Row]]:
    """The rows of one table of an SQLite database, without their row ids."""
    names = ", ".join(_quoted(name) for name in columns)
    statement = f"SELECT rowid, {names} FROM {_quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT {BATCH}"
    after = -(2**63)
    while True:
        found = await database.read(statement, [after])
        if not found:
            return
        yield [row[1:] for row in found]
        after = found[-1][0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@asynccontextmanager
async def open_folder(folder: Path) -> AsyncGenerator[PocketBaseData]:
    """Read a folder that PocketBase does not use meanwhile.

    Raises ConfigError for a folder that is none, and for one of an old version.
    """
    check_folder(folder)
    with TemporaryDirectory(prefix="satchel-import-") as place:
        copy = _copied(folder, Path(place))
        database = open_database("pocketbase", str(copy), DatabaseOptions())
        await database.open()
        try:
            yield await read_folder(folder, database)
        finally:
            await database.close()


async def read_folder(folder: Path, database: Database) -> PocketBaseData:
    """The collections and settings of an open database. Errors as in `open_folder`."""
    await check_layout(folder, database)
    collections = await read_collections(database)
    return PocketBaseData(folder, database, tuple(collections), await read_settings(database))


def check_folder(folder: Path) -> None:
    """Whether it can be a data folder at all."""
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder}.")
    if not (folder / DATABASE).is_file():
        raise ConfigError(f"{folder} is no data folder of PocketBase: it has no {DATABASE}.", hint="Name its pb_data.")


def _copied(folder: Path, place: Path) -> Path:
    """A copy of the database with its write-ahead log, as of one moment."""
    names = (DATABASE, f"{DATABASE}-wal")
    for _ in range(_COPIES):
        before = _state(folder, names)
        for name in names:
            (place / name).unlink(missing_ok=True)
            if (folder / name).exists():
                shutil.copyfile(folder / name, place / name)
        if _state(folder, names) == before:
            return place / DATABASE
    raise ConfigError(f"Somebody writes into {folder} all the time.", hint=_ATTEMPT_HINT)


def _state(folder: Path, names: Sequence[str]) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for name in names:
        path = folder / name
        state = path.stat() if path.exists() else None
        found.append(None if state is None else (state.st_mtime_ns, state.st_size))
    return found


async def check_layout(folder: Path, database: Database) -> None:
    """Refuse what is no database of PocketBase 0.23 or newer, and one that is damaged."""
    try:
        columns = {str(row[1]) for row in await database.read("PRAGMA table_info(_collections)")}
    except DatabaseError as error:
        raise ConfigError(f"{folder / DATABASE} can't be read: {error.message}") from error
    if not columns:
        raise ConfigError(f"{folder} is no data folder of PocketBase: its database has no collections.")
    if "schema" in columns or "fields" not in columns:
        raise ConfigError(
            f"{folder} was made by PocketBase 0.22 or older, whose data is laid out in another way.",
            hint="Start PocketBase 0.23 or newer on a copy of it once, which brings it up to date, and take that.",
        )
    found = await database.read("PRAGMA quick_check(1)")
    if found and found[0][0] != "ok":
        raise ConfigError(f"{folder / DATABASE} is damaged: {found[0][0]}", hint=_ATTEMPT_HINT)


_COLUMNS = (
    *("id", "system", "type", "name", "fields", "indexes", "listRule", "viewRule", "createRule", "updateRule"),
    *("deleteRule", "options", "created", "updated"),
)


async def read_collections(database: Database) -> list[Object]:
    """Every row of `_collections` as one object, its type's options beside the rest."""
    found: list[Object] = []
    async for rows in read_rows(database, "_collections", _COLUMNS):
        for row in rows:
            item: Object = dict(zip(_COLUMNS, row, strict=True))
            options = json.loads(item.pop("options") or "{}")
            item |= {
                "system": bool(item["system"]),
                "fields": json.loads(item["fields"] or "[]"),
                "indexes": json.loads(item["indexes"] or "[]"),
            }
            found.append({**options, **item})
    return found


async def read_settings(database: Database) -> str:
    """The settings' text, which may be sealed; "" for none."""
    rows = await database.read("SELECT value FROM _params WHERE id = 'settings'")
    stored: object = rows[0][0] if rows else None
    text = stored.decode("utf-8", "replace") if isinstance(stored, bytes) else str(stored or "")
    # encrypted settings of a column of JSON are a text in quotes
    return str(json.loads(text)) if text.startswith('"') else text
