"""MariaDB and MySQL through asyncmy.

In charge of: connections with their session settings, running statements, stopping them. Not in charge of: errors
(`mariadb_errors`), introspection (`introspect_mariadb`). Called by `server`. MySQL 8 has not yet been run against a
live server.

For whoever writes the SQL:
* Placeholders are `%s`. A literal percent sign is always written `%%`, also in statements without parameters.
* Values are bound by the server (binary protocol, compiled statements), not pasted into the text, except where the
  server can't compile a statement; then they are escaped. A placeholder has no declared type, so **cast** where the
  type decides something: `CAST(%s AS SIGNED)`.
* Parameters are str, int, float, Decimal, bytes, bool or None. Rows hold the same, plus datetime, date and timedelta.
* Identifiers are quoted with backticks; ANSI_QUOTES is off. NO_AUTO_VALUE_ON_ZERO is on: a key of 0 is a key.
* `count` tells how many rows an UPDATE met, also those that already had the value.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncmy
from asyncmy.constants import CLIENT, FIELD_TYPE
from asyncmy.cursors import SSCursor
from sqlalchemy.ext.asyncio import create_async_engine

from satchel.db import introspect_mariadb, mariadb_errors
from satchel.db.base import Row
from satchel.db.console import Answered, Column
from satchel.db.options import DatabaseOptions
from satchel.db.pool import AsyncPool
from satchel.db.url import DatabaseUrl
from satchel.db.vendor import Reader, Server
from satchel.errors import ConfigError, SatchelError
from satchel.model.facts import DatabaseFacts

_TYPE_NAMES: dict[int, str] = {code: name for name, code in vars(FIELD_TYPE).items() if name.isupper()}

OLDEST_MARIADB: tuple[int, int] = (10, 6)
OLDEST_MYSQL: tuple[int, int] = (8, 0)
# compiled statements per connection; the server allows 16382 in all by default
STATEMENT_CACHE = 128
# || joins texts, as in the views that PocketBase's clients write and in every other database
SQL_MODE = "PIPES_AS_CONCAT,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO"
LONGEST_GROUP_BYTES = 2**32 - 1
# rights that let an account write on a server that is set read only
READ_ONLY_EXCEPTIONS = """
SELECT 1 FROM information_schema.USER_PRIVILEGES
WHERE PRIVILEGE_TYPE IN ('SUPER', 'READ ONLY ADMIN', 'READ_ONLY ADMIN', 'CONNECTION_ADMIN')
  AND GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
"""
# the driver logs each warning of the server; what they are about (a text compared as a number) is the caller's business
logging.getLogger("asyncmy").setLevel(logging.ERROR)
VERSION = re.compile(r"(\d+)\.(\d+)(?:\.\d+)?")


class MariaDb:
    """The vendor of `mariadb` and `mysql`."""

    def __init__(self, product: str, dialect: str) -> None:
        self.product = product
        self._dialect = dialect

    # ---------------------------------------------------------------------------------------------- connections

    def make_pool(self, url: DatabaseUrl, options: DatabaseOptions) -> AsyncPool:
        async def connect() -> Any:
            # the driver's own limit ends with the socket's connection; a server may accept and then say nothing
            async with asyncio.timeout(options.connect_timeout_seconds):
                return await self._connect(url, options)

        engine = create_async_engine(
            f"{self._dialect}+asyncmy://",
            async_creator=connect,
            pool_size=options.pool_size,
            max_overflow=0,
            pool_reset_on_return=None,
        )
        return AsyncPool(engine, options)

    async def _connect(self, url: DatabaseUrl, options: DatabaseOptions) -> Any:
        connection = await _connect(url, options)
        try:
            # the handshake tells who answers, which may be the other one of the two
            dialect = "mariadb" if "mariadb" in connection.get_server_info().lower() else "mysql"
            for sql in settings(options, dialect):
                await self.control(connection, sql)
        except BaseException:
            connection.close()
            raise
        connection.satchel_stop = partial(_stop, url, options, connection.thread_id())
        return connection

    async def greet(self, connection: Any) -> Server:
        rows = await self.run(connection, "SELECT VERSION(), @@global.read_only, @@version_comment", ())
        text, read_only, comment = rows[0]
        found = VERSION.search(text)
        version: tuple[int, int] = (int(found[1]), int(found[2])) if found else (0, 0)
        is_mariadb = "mariadb" in f"{text} {comment}".lower()
        product, oldest = ("MariaDB", OLDEST_MARIADB) if is_mariadb else ("MySQL", OLDEST_MYSQL)
        if version < oldest:
            raise ConfigError(f"{product} {text} is too old.", hint=f"It takes {'.'.join(map(str, oldest))} or newer.")
        may_write = not read_only
        if read_only:
            rights = await self.run(connection, READ_ONLY_EXCEPTIONS, ())
            may_write = bool(rights)
        return Server("mariadb" if is_mariadb else "mysql", text, read_only=not may_write)

    def is_closed(self, connection: Any) -> bool:
        # the second notices a server that hung up while the connection was idle
        return not connection.connected or connection._stream_broken

    # ---------------------------------------------------------------------------------------------- statements

    async def run(self, connection: Any, sql: str, params: Sequence[Any]) -> list[Row]:
        cursor = connection.cursor()
        await cursor.execute(sql, tuple(params))
        if cursor.description is None:
            return []
        return list(await cursor.fetchall())

    async def count(self, connection: Any, sql: str, params: Sequence[Any]) -> int:
        cursor = connection.cursor()
        await cursor.execute(sql, tuple(params))
        return max(cursor.rowcount, 0)

    async def ask(self, connection: Any, sql: str, rows_max: int, timeout_seconds: float) -> Answered:
        # unbuffered: a huge answer is not fetched only to be cut
        cursor: Any = SSCursor(connection)
        await cursor.execute(sql)
        if cursor.description is None:
            return Answered(changed=max(cursor.rowcount, 0))
        columns = tuple(Column(str(item[0]), _TYPE_NAMES.get(item[1], "")) for item in cursor.description)
        return Answered(columns, tuple(tuple(row) for row in await cursor.fetchmany(rows_max)))

    async def insert_id(self, connection: Any, sql: str, params: Sequence[Any]) -> Any:
        cursor = connection.cursor()
        await cursor.execute(sql, tuple(params))
        return cursor.lastrowid or None

    async def control(self, connection: Any, sql: str) -> str:
        await connection.query(sql)
        return ""

    def begin(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        if not heavy:
            return ("START TRANSACTION READ WRITE",)
        # a schema statement commits by itself; what follows it must be in a transaction, and one that may write
        limit = time_limit(self._dialect, options.heavy_timeout_seconds)
        return (f"{limit}, autocommit = 0", "SET SESSION TRANSACTION READ WRITE", "START TRANSACTION")

    def end(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        if not heavy:
            return ()
        limit = time_limit(self._dialect, options.statement_timeout_seconds)
        return (f"{limit}, autocommit = 1", "SET SESSION TRANSACTION READ ONLY")

    def savepoint(self, name: str) -> tuple[str, str | None, str]:
        return f"SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}", f"ROLLBACK TO SAVEPOINT {name}"

    async def settle(self, connection: Any) -> bool:
        """The driver has closed the connection, but the server goes on with the statement: kill it from another."""
        await connection.satchel_stop()
        return False

    # ---------------------------------------------------------------------------------------------- errors, facts

    def translate(self, error: Exception, *, reading: bool) -> SatchelError:
        return mariadb_errors.translate(error, reading=reading)

    def is_lost(self, error: Exception, connection: Any) -> bool:
        return self.is_closed(connection) or mariadb_errors.is_lost(error)

    def may_retry(self, error: Exception) -> bool:
        return mariadb_errors.may_retry(error)

    async def introspect(self, reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts:
        return await introspect_mariadb.introspect(reader, server, options)

    async def fingerprint(self, reader: Reader, options: DatabaseOptions) -> str:
        return await introspect_mariadb.fingerprint(reader)


def settings(options: DatabaseOptions, dialect: str) -> Sequence[str]:
    """Session settings: three round trips, once per connection."""
    wait = max(1, int(options.busy_timeout_seconds))
    return (
        f"SET SESSION time_zone = '+00:00', sql_mode = '{SQL_MODE}', autocommit = 1, "
        f"group_concat_max_len = {LONGEST_GROUP_BYTES}, "
        f"lock_wait_timeout = {wait}, innodb_lock_wait_timeout = {wait}",
        time_limit(dialect, options.statement_timeout_seconds),
        # reads run outside of transactions and can't write; writes begin with READ WRITE
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
    )


def time_limit(dialect: str, seconds: float) -> str:
    """MariaDB limits every statement, in seconds; MySQL only SELECT, in milliseconds."""
    if dialect == "mariadb":
        return f"SET SESSION max_statement_time = {seconds}"
    return f"SET SESSION max_execution_time = {int(seconds * 1000)}"


async def _connect(url: DatabaseUrl, options: DatabaseOptions) -> Any:
    connect: Any = asyncmy.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return await connect(
        host=url.host,
        port=url.port or 0,
        unix_socket=url.parameters.get("unix_socket"),
        user=url.user,
        password=url.password or "",
        database=url.database,
        charset="utf8mb4",
        connect_timeout=max(1, int(options.connect_timeout_seconds)),
        # an UPDATE counts the rows it met, as in other databases
        client_flag=CLIENT.FOUND_ROWS,
        autocommit=None,
        stmt_cache_size=STATEMENT_CACHE,
        program_name=options.application_name,
        ssl=tls(url),
    )


async def _stop(url: DatabaseUrl, options: DatabaseOptions, thread_id: int) -> None:
    """KILL 42; its transaction is rolled back."""
    connection = await _connect(url, options)
    try:
        await connection.query(f"KILL {int(thread_id)}")
    finally:
        connection.close()


def tls(url: DatabaseUrl) -> ssl.SSLContext | None:
    """`ssl=true` encrypts; with `ssl_ca` the server's certificate is checked too."""
    files = {name: url.parameters.get(name) for name in ("ssl_ca", "ssl_cert", "ssl_key")}
    if url.parameters.get("ssl", "").lower() not in ("true", "1", "on", "yes") and not any(files.values()):
        return None
    try:
        context = ssl.create_default_context(cafile=files["ssl_ca"])
        if files["ssl_cert"]:
            context.load_cert_chain(files["ssl_cert"], files["ssl_key"])
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"A certificate file of the database URL can't be used: {error}.") from error
    if files["ssl_ca"] is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


VENDOR = MariaDb("MariaDB", "mariadb")
VENDOR_MYSQL = MariaDb("MySQL", "mysql")
