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
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from satchel.config import Settings
from satchel.db import Database, DatabaseOptions, DatabaseUrl, open_database, parse_url
from satchel.engine.engine import Engine
from satchel.errors import ConfigError, SatchelError, Unavailable, Unprocessable
from satchel.expr.fragment import sql
from satchel.model.catalog import TableKind
from satchel.model.facts import TableFacts
from satchel.model.naming import Place, collection_names
from satchel.observe import redact_text
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.secret import TextCipher
from satchel.sql.dialects import DIALECTS

FILE = "database"
STARTER = "users"
"""The collection that a new installation begins with."""
PURPOSE = "connected database"
SOURCE = "main"
LOOK_SECONDS = 15.0
COUNT_SECONDS = 3.0
"""For counting the rows of all tables together; those whose turn does not come are not counted."""
ROWS_COUNTED = 10_000
ANSWER_SECONDS = 0.2
"""Time for the answer to leave before the program closes."""

Restart = Callable[[Callable[[], None], Callable[[], None]], Awaitable[None]]
"""Close the program, change something, open it; or undo that and open it, when it does not open."""


class NotReadable(SatchelError):
    """Nothing can be read behind a URL."""

    code, status = "database_not_readable", 400


class WrongUrl(NotReadable):
    """A text that is no database URL, or the path of no database."""

    code = "database_url"


class SignInRefused(NotReadable):
    """The server refuses the user name or password."""

    code = "database_sign_in"


class NoDatabase(NotReadable):
    """The server has no database of that name."""

    code = "database_missing"


class Unreachable(NotReadable):
    """Nobody answers there, or not in time."""

    code = "database_unreachable"


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as it would be served. `collection`: its name on the wires. `rows`: how many it has, at most
    `ROWS_COUNTED + 1`; None where that was not counted. `keyed`: whether items can be told apart. `reason`: why it
    can't be written.
    """

    collection: str
    kind: TableKind
    columns: int
    rows: int | None
    keyed: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind a URL. `address`: without its password. `notes`: what was seen and can't be served."""

    address: str
    vendor: str
    version: str
    read_only: bool
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


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
    def is_given(self) -> bool:
        """Whether the program was started with a database, so that none can be connected."""
        return bool(self._given.database_url) or self._given.pocketbase_path is not None

    @property
    def address(self) -> str:
        """The database that is served, without its password."""
        return parse_url(self._settings.source_location).safe

    async def look(self, url: str) -> Found:
        """What is behind a URL. Raises NotReadable where nothing can be read there, in words without the password;
        Unprocessable where no database can be connected.
        """
        await self._check()
        try:
            parsed = parse_url(url)
        except ConfigError as error:
            raise WrongUrl(str(error)) from None
        if parsed == parse_url(self._settings.store_location):
            raise WrongUrl("This is the database that the program keeps its own tables in.")
        async with self._looking:  # one at a time: whoever asks can't make this server knock at many doors
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    database = open_database("main", parsed, DatabaseOptions(statement_timeout_seconds=LOOK_SECONDS))
                    await database.open()
                    try:
                        return await _found(database, parsed)
                    finally:
                        await database.close()
            except TimeoutError:
                raise Unreachable(f"{parsed.safe} did not answer in {LOOK_SECONDS:.0f} seconds.") from None
            except SatchelError as error:
                raise _refusal(error) from None

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
        if self.is_given:
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


async def _found(database: Database, url: DatabaseUrl) -> Found:
    facts = await database.facts()
    names = collection_names((_place(table) for table in facts.tables), SOURCE, {})
    counts = await _counts(database, facts.tables)
    tables = [
        Table(
            names[_place(table)],
            table.kind,
            len(table.columns),
            counts.get(_place(table)),
            bool(table.primary_key),
            table.reason,
        )
        for table in facts.tables
    ]
    tables.sort(key=lambda table: table.collection)
    return Found(url.safe, facts.vendor, facts.version, bool(facts.read_only), tuple(tables), facts.notes)


# SELECT count(*) FROM (SELECT 1 AS one FROM "products" LIMIT 10001) counted
async def _counts(database: Database, tables: Sequence[TableFacts]) -> dict[Place, int]:
    """How many rows tables have, as far as there is time. Views may take for ever, and are not counted."""
    dialect = DIALECTS[database.dialect]
    limit = "".join(map(str, dialect.limit(sql(str(ROWS_COUNTED + 1)), None, ordered=False).parts))
    found: dict[Place, int] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(COUNT_SECONDS):
            for table in tables:
                if table.kind != "table":
                    continue
                rows = f"SELECT 1 AS one FROM {dialect.table(table.schema, table.name)}{limit}"
                with suppress(SatchelError):  # a table that may not be read is told of when it is opened
                    found[_place(table)] = int((await database.read(f"SELECT count(*) FROM ({rows}) counted"))[0][0])
    return found


def _place(table: TableFacts) -> Place:
    return Place(SOURCE, table.schema, table.name)


def _refusal(error: SatchelError) -> NotReadable:
    """What a database's error means for whoever typed its URL."""
    text = redact_text(str(error))
    if isinstance(error, ConfigError):
        about = error.details.get("about")
        return (SignInRefused if about == "sign_in" else NoDatabase if about == "database" else WrongUrl)(text)
    return (Unreachable if isinstance(error, Unavailable) else NotReadable)(text)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and for nobody else to read."""
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
