"""What was read lately, for as long as nobody commits anything.

In charge of: remembering the rows of SELECTs on an embedded database, and knowing when they are not true any more. Not
in charge of: running statements (`sqlite_read`). Used by `sqlite`, on the event loop thread only.

`PRAGMA data_version` of one connection changes with every commit of any other one, also of another process. As long as
it stays, the same statement with the same values has the same rows, unless it asks for chance or for the time. Which
functions a statement calls, also inside of views, stands in its bytecode. The pragma takes some microseconds, and is
only asked when the head of the WAL's index has changed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Literal, cast

import apsw

from satchel.db.base import Row
from satchel.db.sqlite_types import Connection, Cursor
from satchel.db.sqlite_wal_index import WalIndex, is_whole

STATEMENTS_MAX = 4096
"""Of how many statements it is remembered what they call."""

ENTRY_SHARE = 8
"""One answer takes at most this part of the whole."""

ROW_BYTES, VALUE_BYTES = 64, 16
"""About what a row and a number take."""

_CALLS = frozenset({"Function", "PureFunc", "AggStep", "AggInverse"})
_CHANCE = frozenset(
    {"random", "randomblob", "changes", "total_changes", "last_insert_rowid", "sqlite_offset", "current_timestamp"}
    | {"current_date", "current_time"}
)
_CLOCK = frozenset({"date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff"})
# the text of a call that reads the clock: without a moment, or of `now`
_READS_CLOCK = re.compile(r"now|strftime\([^,()]*\)|\b(?:date|time|datetime|julianday|unixepoch)\(\s*\)", re.IGNORECASE)

NEVER = -1
"""The version when none could be had."""

Kind = Literal["steady", "timed"]
"""`timed`: it formats moments, and one that is called `now` is not the same for long."""

_Key = tuple[str, tuple[Any, ...], tuple[type, ...]]


class Memory:
    """`connection`: the one whose commits of others count. `limit_bytes`: how much is remembered, roughly.

    `index`: that of the database's WAL, if it has one.
    """

    def __init__(self, connection: Connection, limit_bytes: int, index: WalIndex | None = None) -> None:
        self.version = NEVER
        self._index = index
        self._head = b""  # of the index, when `version` was asked for; empty: not known
        self._cursor = connection.cursor()
        self._limit = limit_bytes
        self._held = 0
        self._entries: OrderedDict[_Key, tuple[list[Row], int]] = OrderedDict()
        self._kinds: dict[str, Kind | None] = {}  # None: never the same for sure
        # what the authorizer was told since `find`
        self._compiled = self._clock_in_view = False
        connection.authorizer = self._notice

    def find(self, sql: str, params: Sequence[Any]) -> list[Row] | None:
        """The rows of a statement that was run before with these values, if they are still the same."""
        self.look()
        found = None if self._kinds.get(sql) is None else self._entries.get(_key(sql, params))
        return None if found is None else found[0]

    def learn(self, sql: str, params: Sequence[Any]) -> None:
        """After a statement was run: what it calls, if it was compiled for that."""
        if sql in self._kinds and not self._compiled:
            return
        if len(self._kinds) >= STATEMENTS_MAX:
            self._kinds.clear()
        self._kinds[sql] = self._kind(sql, params)

    def _kind(self, sql: str, params: Sequence[Any]) -> Kind | None:
        if not sql.startswith(("SELECT", "WITH")):
            return None
        self._clock_in_view = False
        try:
            code = self._cursor.execute(f"EXPLAIN {sql}", params, can_cache=False).fetchall()
        except apsw.Error:
            return None
        # an operation is (address, name, p1, p2, p3, p4, …); p4 of a call is `strftime(-1)`
        called = {str(operation[5]).partition("(")[0].lower() for operation in code if operation[1] in _CALLS}
        reads_clock = bool(called & _CLOCK)
        if called & _CHANCE or (reads_clock and (self._clock_in_view or _READS_CLOCK.search(sql))):
            return None
        return "timed" if reads_clock else "steady"

    def keep(self, sql: str, params: Sequence[Any], rows: list[Row], version: int) -> None:
        """Remember rows. `version`: what it was before they were read."""
        kind = self._kinds.get(sql)
        if kind is None or version != self.version or version == NEVER or (kind == "timed" and _may_mean_now(params)):
            return
        size = _size(rows, params)
        if size > self._limit // ENTRY_SHARE:
            return
        key = _key(sql, params)
        before = self._entries.pop(key, None)
        self._held += size - (0 if before is None else before[1])
        self._entries[key] = (rows, size)
        while self._held > self._limit:
            self._held -= self._entries.popitem(last=False)[1][1]

    def look(self) -> int:
        """The present version; what is remembered of another one is forgotten."""
        head = b"" if self._index is None else self._index.head()
        if not head or head != self._head:
            self._ask()
            self._head = head if self.version != NEVER and head and is_whole(head) else b""
        self._compiled = self._clock_in_view = False
        return self.version

    def _ask(self) -> None:
        version = data_version(self._cursor)
        if version != self.version or version == NEVER:
            self.version = version
            self._entries.clear()
            self._held = 0

    def _notice(self, operation: int, _: str | None, name: str | None, __: str | None, view: str | None) -> int:
        self._compiled = True
        if operation == apsw.SQLITE_FUNCTION and view is not None:
            self._clock_in_view |= (name or "").lower() in _CLOCK
        return apsw.SQLITE_OK


def data_version(cursor: Cursor) -> int:
    """A number that changes with every commit of another connection; NEVER while the file is locked by a program."""
    try:
        return cast("int", cursor.execute("PRAGMA data_version").fetchall()[0][0])
    except apsw.Error:
        return NEVER


def _key(sql: str, params: Sequence[Any]) -> _Key:
    # 1, 1.0 and True are equal here, but not to SQLite
    return sql, tuple(params), tuple(map(type, params))


def _may_mean_now(params: Sequence[Any]) -> bool:
    return any(isinstance(value, str) and "now" in value.lower() for value in params)


def _size(rows: list[Row], params: Sequence[Any]) -> int:
    values = [value for row in rows for value in row]
    long = sum(len(value) for value in (*values, *params) if isinstance(value, (str, bytes)))
    return long + ROW_BYTES * (len(rows) + 4) + VALUE_BYTES * (len(values) + len(params))
