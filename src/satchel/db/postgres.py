"""PostgreSQL through asyncpg.

In charge of: connections with their session settings, running statements, cancelling them. Not in charge of: errors
(`postgres_errors`), introspection (`introspect_postgres`). Called by `server`.

For whoever writes the SQL:
* Placeholders are `$1`, `$2` …, as many as there are parameters.
* The server decides each parameter's type and asyncpg sends it in binary form, so it must be of the matching Python
  type. **Always cast** a placeholder to one of the types below, and from there to the column's type:
  `$1::text::uuid`, `$2::text::timestamptz`, `$3::text::numeric`, `$4::text::"Mood"`. Python → cast: str → text,
  int → bigint, float → double precision, bool → boolean, bytes → bytea, list → text[] (bigint[] …). None fits all.
* json, jsonb, uuid, inet and cidr values come back as their text, numeric as Decimal, timestamps as datetime. Whatever
  is none of these should be cast to text in the SQL.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Sequence
from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy.ext.asyncio import create_async_engine

from satchel.db import introspect_postgres, postgres_errors
from satchel.db.base import Row
from satchel.db.console import Answered, Column, writes
from satchel.db.options import DatabaseOptions
from satchel.db.pool import AsyncPool
from satchel.db.url import DatabaseUrl
from satchel.db.vendor import Reader, Server
from satchel.errors import ConfigError, SatchelError
from satchel.model.facts import DatabaseFacts

OLDEST = 13
# compiled statements per connection; each costs the server some memory
STATEMENT_CACHE = 128
LONGEST_CACHED_STATEMENT_BYTES = 64 * 2**10
IDLE_TRANSACTION_SECONDS = 300
TEXT_TYPES = ("uuid", "inet", "cidr", "macaddr")


class Postgres:
    """The vendor of `postgres`."""

    product = "PostgreSQL"

    def make_pool(self, url: DatabaseUrl, options: DatabaseOptions) -> AsyncPool:
        async def connect() -> Any:
            return await self._connect(url, options)

        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            pool_size=options.pool_size,
            max_overflow=0,
            pool_reset_on_return=None,
            json_deserializer=str,  # JSON stays text
        )
        return AsyncPool(engine, options)

    async def _connect(self, url: DatabaseUrl, options: DatabaseOptions) -> Any:
        prepared = url.parameters.get("prepared_statements", "on") not in ("off", "0", "false")
        make: Any = asyncpg.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        connection: Any = await make(
            host=url.parameters.get("host") or url.host or None,
            port=url.port,
            user=url.user,
            password=url.password,
            database=url.database,
            ssl=tls(url),
            timeout=options.connect_timeout_seconds,
            statement_cache_size=STATEMENT_CACHE if prepared else 0,
            max_cacheable_statement_size=LONGEST_CACHED_STATEMENT_BYTES,
            server_settings=self.settings(url, options),
        )
        try:
            async with asyncio.timeout(options.connect_timeout_seconds):
                for name in TEXT_TYPES:
                    await connection.set_type_codec(name, schema="pg_catalog", encoder=str, decoder=str, format="text")
        except BaseException:
            connection.terminate()
            raise
        return connection

    def settings(self, url: DatabaseUrl, options: DatabaseOptions) -> dict[str, str]:
        """Session settings. They travel with the connection's first message and cost no round trip."""
        return {
            "application_name": url.parameters.get("application_name") or options.application_name,
            "timezone": "UTC",
            "datestyle": "ISO, YMD",
            "intervalstyle": "postgres",
            # reads run outside of transactions and can't write; writes begin with READ WRITE
            "default_transaction_read_only": "on",
            "default_transaction_isolation": "read committed",
            "statement_timeout": _milliseconds(options.statement_timeout_seconds),
            "lock_timeout": _milliseconds(options.busy_timeout_seconds),
            "idle_in_transaction_session_timeout": _milliseconds(IDLE_TRANSACTION_SECONDS),
            # compiling takes longer than the statements of a request
            "jit": "off",
        }

    async def greet(self, connection: Any) -> Server:
        row = await connection.fetchrow(
            "SELECT version(), current_setting('server_version_num')::int, pg_is_in_recovery()"
        )
        if "CockroachDB" in row[0]:
            return Server("cockroach", row[0].split()[2])
        if row[1] < OLDEST * 10_000:
            raise ConfigError(
                f"PostgreSQL {row[0].split()[1]} is too old.", hint=f"Version {OLDEST} is the oldest that works."
            )
        return Server("postgres", row[0].split()[1], read_only=row[2])

    def is_closed(self, connection: Any) -> bool:
        return connection.is_closed()

    async def run(self, connection: Any, sql: str, params: Sequence[Any]) -> list[Row]:
        return [tuple(record) for record in await _synced(connection, connection.fetch(sql, *params))]

    async def count(self, connection: Any, sql: str, params: Sequence[Any]) -> int:
        # "UPDATE 3", "INSERT 0 3"
        status: str = await _synced(connection, connection.execute(sql, *params))
        last = status.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    async def ask(self, connection: Any, sql: str, rows_max: int, timeout_seconds: float) -> Answered:
        await connection.execute(f"SET statement_timeout = {_milliseconds(timeout_seconds)}")
        statement = await connection.prepare(sql)
        columns = tuple(Column(str(item.name), str(item.type.name).upper()) for item in statement.get_attributes())
        if not columns:
            await statement.fetch()
            last = str(statement.get_statusmsg()).rpartition(" ")[2]
            return Answered(changed=int(last) if last.isdigit() else 0)
        if connection.is_in_transaction():
            rows = await statement.fetch()
            changed = len(rows) if writes(sql) else 0
            return Answered(columns, tuple(tuple(row) for row in rows[:rows_max]), changed)
        async with connection.transaction(readonly=True):
            cursor = await statement.cursor()
            return Answered(columns, tuple(tuple(row) for row in await cursor.fetch(rows_max)))

    async def insert_id(self, connection: Any, sql: str, params: Sequence[Any]) -> Any:
        """The first value of RETURNING, which PostgreSQL has."""
        rows = await _synced(connection, connection.fetch(sql, *params))
        return rows[0][0] if rows else None

    async def control(self, connection: Any, sql: str) -> str:
        return str(await connection.execute(sql))

    def begin(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        if not heavy:
            return (begin,)
        return (begin, f"SET LOCAL statement_timeout = {_milliseconds(options.heavy_timeout_seconds)}")

    def end(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        return ()  # SET LOCAL ends with the transaction

    def savepoint(self, name: str) -> tuple[str, str | None, str]:
        return f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}"

    async def settle(self, connection: Any) -> bool:
        """asyncpg has asked the server to cancel; the cancellation may still hit the next statement, so spend some."""
        if connection.is_closed():
            return False
        for _ in range(3):
            try:
                await connection.execute("ROLLBACK" if connection.is_in_transaction() else "SELECT 1")
            except asyncpg.QueryCanceledError:
                continue
            await asyncio.sleep(0)
            return True
        return False

    def translate(self, error: Exception, *, reading: bool) -> SatchelError:
        return postgres_errors.translate(error, reading=reading)

    def is_lost(self, error: Exception, connection: Any) -> bool:
        return connection.is_closed() or postgres_errors.is_lost(error)

    def may_retry(self, error: Exception) -> bool:
        return postgres_errors.may_retry(error)

    async def introspect(self, reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts:
        return await introspect_postgres.introspect(reader, server, options, lambda: self.fingerprint(reader, options))

    async def fingerprint(self, reader: Reader, options: DatabaseOptions) -> str:
        return await introspect_postgres.fingerprint(reader, options)


async def _synced(connection: Any, running: Awaitable[Any]) -> Any:
    """Await a statement. When asyncpg refuses to send a value of a statement that it has just compiled, the server is
    left waiting inside of an implicit transaction; any further statement ends that.
    """
    try:
        return await running
    except asyncpg.DataError as error:
        if type(error) is asyncpg.DataError and not connection.is_in_transaction():
            await connection.execute("SELECT 1")
        raise


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def tls(url: DatabaseUrl) -> ssl.SSLContext | str | None:
    """What asyncpg wants for `sslmode` and the certificate files, with libpq's meaning of each mode."""
    mode = url.parameters.get("sslmode")
    files = {name: url.parameters.get(name) for name in ("sslrootcert", "sslcert", "sslkey")}
    if mode is not None and mode not in ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"):
        raise ConfigError("The parameter sslmode of the database URL has an unknown value.")
    if not any(files.values()):
        return mode
    try:
        context = ssl.create_default_context(cafile=files["sslrootcert"])
        if files["sslcert"]:
            context.load_cert_chain(files["sslcert"], files["sslkey"])
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"A certificate file of the database URL can't be used: {error}.") from error
    context.check_hostname = mode in (None, "verify-full")
    if files["sslrootcert"] is None and mode in ("allow", "prefer", "require"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


VENDOR = Postgres()
