"""The database that somebody connects in the studio, instead of naming it where the program is started.

In charge of: looking at one before anything depends on it, keeping its URL in the data folder, and when that may be
done. Not in charge of: closing and opening the program (`backups/reopening`). Called by `app` at start, and by the
studio's routes.

The URL is sealed with the installation's secret, as it holds a password. A `database_url` that is given where the
program is started wins over it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from satchel.config import Settings
from satchel.db import DatabaseOptions, open_database, parse_url
from satchel.engine.engine import Engine
from satchel.errors import ConfigError, InvalidPayload, SatchelError, Unprocessable
from satchel.observe import redact_text
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.secret import TextCipher

FILE = "database"
STARTER = "users"
"""The collection that a new installation begins with."""
PURPOSE = "connected database"
LOOK_SECONDS = 15.0
ANSWER_SECONDS = 0.2
"""Time for the answer to leave before the program closes."""

Restart = Callable[[Callable[[], None], Callable[[], None]], Awaitable[None]]
"""Close the program, change something, open it; or undo that and open it, when it does not open."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind a URL. `address`: without its password."""

    address: str
    vendor: str
    version: str
    tables: int
    read_only: bool


def with_kept_database(settings: Settings) -> Settings:
    """The settings with the database that was connected, unless they name one. Raises ConfigError for a file that can't
    be read.
    """
    path = settings.data_path / FILE
    if settings.database_url or settings.pocketbase_path is not None or not path.is_file():
        return settings
    try:
        sealed = path.read_text(encoding="ascii").strip()
        return replace(settings, database_url=TextCipher(settings.secret, PURPOSE).unseal(sealed, FILE))
    except (OSError, UnicodeDecodeError, SatchelError) as error:
        raise ConfigError(
            f"The connected database in {path} can't be read: {error}.",
            hint="Name the database with DATABASE_URL, or remove the file.",
        ) from None


class Connection:
    """One per program. `given`: the settings as the program was started with. `settings`: with what was connected."""

    def __init__(self, given: Settings, settings: Settings, engine: Engine, restart: Restart) -> None:
        self._given = given
        self._settings = settings
        self._engine = engine
        self._restart = restart
        self._looking = asyncio.Lock()
        self._restarting: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The database that is served, without its password."""
        return parse_url(self._settings.source_location).safe

    async def look(self, url: str) -> Found:
        """What is behind a URL. Raises InvalidPayload where nothing can be read there, in words without the password;
        Unprocessable where no database can be connected.
        """
        await self._check()
        try:
            parsed = parse_url(url)
        except ConfigError as error:
            raise InvalidPayload(str(error)) from None
        if parsed == parse_url(self._settings.store_location):
            raise InvalidPayload("This is the database that the program keeps its own tables in.")
        async with self._looking:  # one at a time: whoever asks can't make this server knock at many doors
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    database = open_database("main", parsed, DatabaseOptions(statement_timeout_seconds=LOOK_SECONDS))
                    await database.open()
                    try:
                        facts = await database.facts()
                    finally:
                        await database.close()
            except TimeoutError:
                raise InvalidPayload(f"{parsed.safe} did not answer in {LOOK_SECONDS:.0f} seconds.") from None
            except SatchelError as error:
                raise InvalidPayload(redact_text(str(error))) from None
        return Found(parsed.safe, facts.vendor, facts.version, len(facts.tables), bool(facts.read_only))

    async def connect(self, url: str) -> Found:
        """Serve this database from now on, soon after this returns. Raises as `look`."""
        found = await self.look(url)
        path = self._settings.data_path / FILE
        before = path.read_bytes() if path.is_file() else None
        sealed = TextCipher(self._settings.secret, PURPOSE).seal(url.strip(), FILE)

        def undo() -> None:
            path.unlink(missing_ok=True) if before is None else _write(path, before)

        async def soon() -> None:
            await asyncio.sleep(ANSWER_SECONDS)
            await self._restart(lambda: _write(path, f"{sealed}\n".encode()), undo)

        self._restarting = asyncio.create_task(soon())
        return found

    async def _check(self) -> None:
        """Raises Unprocessable where a database is given already, or data would be hidden."""
        if self._given.database_url or self._given.pocketbase_path is not None:
            raise Unprocessable("The database is given where the program is started, by its settings.")
        own = [item.name for item in self._engine.catalog.collections.values() if not item.system]
        if own == [STARTER] and not await self._total(STARTER):
            return
        if own:
            raise Unprocessable(
                f"There are collections already ({', '.join(own[:3])}{', …' if len(own) > 3 else ''}). A database is"
                " connected at the beginning, or named where the program is started."
            )

    async def _total(self, collection: str) -> int:
        context = Context(Actor.system("look whether there is data"), datetime.now(UTC))
        (name,) = self._engine.catalog.collections[collection].key
        query = Query(collection, "directus", select=(Select(name, name),), total=True)
        return (await self._engine.read(query, (), context)).total or 0


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and for nobody else to read."""
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
