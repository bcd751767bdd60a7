"""What MariaDB's and MySQL's refusals mean: from asyncmy's exceptions to ours.

In charge of: error numbers, and the names inside of messages. Called by `mariadb`. The messages are read in English;
on a server that speaks another language the kind of a refusal is still known, names and values are not.
"""

from __future__ import annotations

import os
import re
from typing import Any

from asyncmy import errors as driver

from satchel.errors import (
    ConfigError,
    ConstraintFailed,
    DatabaseError,
    InvalidQuery,
    ReadOnly,
    SatchelError,
    SchemaMoved,
    StatementTimeout,
    TooLarge,
    Unavailable,
    Unprocessable,
)

CONSTRAINT_KINDS = {
    1062: "unique",  # ER_DUP_ENTRY
    1586: "unique",  # ER_DUP_ENTRY_WITH_KEY_NAME
    1761: "unique",
    1762: "unique",
    1451: "foreign_key",  # ER_ROW_IS_REFERENCED_2
    1452: "foreign_key",  # ER_NO_REFERENCED_ROW_2
    1216: "foreign_key",
    1217: "foreign_key",
    1048: "not_null",  # ER_BAD_NULL_ERROR
    1364: "not_null",  # ER_NO_DEFAULT_FOR_FIELD
    1263: "not_null",
    1171: "not_null",
    4025: "check",  # ER_CONSTRAINT_FAILED (MariaDB)
    3819: "check",  # ER_CHECK_CONSTRAINT_VIOLATED (MySQL)
    1644: "check",  # SIGNAL in a trigger
    1369: "check",  # WITH CHECK OPTION of a view
    3140: "check",  # invalid JSON (MySQL)
    1906: "check",  # a value for a generated column
    1406: "length",  # ER_DATA_TOO_LONG
    1264: "range",  # ER_WARN_DATA_OUT_OF_RANGE
    1690: "range",
    1265: "range",  # WARN_DATA_TRUNCATED: an enum label that does not exist
    1366: "range",  # ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
    1292: "range",  # ER_TRUNCATED_WRONG_VALUE
    1367: "range",
    1411: "range",
    1441: "range",
    3854: "range",
}
UNAVAILABLE = {
    1021: "The disk of the database server is full.",
    1026: "The disk of the database server reports an error.",
    1030: "The database server's storage engine reports an error.",
    1114: "A table of the database server is full.",
    1037: "The database server is out of memory.",
    1041: "The database server is out of memory.",
    1040: "The database server accepts no more connections.",
    1203: "The database server accepts no more connections of this user.",
    1226: "The database user has used up its quota.",
    1205: "A lock was not to be had in time.",
    1213: "Concurrent writes waited for each other.",
    1020: "Concurrent writes stood in each other's way.",
    1053: "The database server is shutting down.",
    1077: "The database server is shutting down.",
    2003: "Nobody answers there.",
}
LOST = {1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2000, 2003, 2006, 2013, 2014, 2055, 4031}
WRONG_SETTINGS = {
    1045: "The database refuses the user name or password.",
    1044: "The database refuses this user.",
    1049: "There is no such database.",
    1130: "The database server refuses this machine.",
    1251: "The database server wants another way to sign in.",
    1698: "The database refuses the user name or password.",
}
NOT_THERE = {1054, 1146}  # column, table
RETRY = {1213, 1020}
TIMEOUTS = {1969, 3024, 1317, 1028}
READ_ONLY = {1290, 1792, 1836}
NO_RIGHT = {1142, 1143, 1227, 1370, 1419}

DUPLICATE = re.compile(r"^Duplicate entry '(?P<value>.*)' for key '(?P<key>.*)'$", re.DOTALL)
FOREIGN_KEY = re.compile(
    r"fails \(`[^`]*`\.`(?P<table>[^`]*)`, CONSTRAINT `(?P<name>[^`]*)` FOREIGN KEY \((?P<columns>[^)]*)\)", re.DOTALL
)
COLUMN = re.compile(r"(?:[Cc]olumn|Field) (?:`[^`]*`\.`(?P<table>[^`]*)`\.)?[`'](?P<column>[^`']*)[`']")
CHECK = re.compile(r"CONSTRAINT `(?P<name>[^`]*)` failed for `[^`]*`\.`(?P<table>[^`]*)`")
CHECK_MYSQL = re.compile(r"^Check constraint '(?P<name>[^']*)' is violated")
BAD_VALUE = re.compile(r"value: '(?P<value>.*?)'(?: for column|$)", re.DOTALL)


def number_of(error: Exception) -> int:
    """The error number, 0 when there is none."""
    first: Any = error.args[0] if error.args else 0
    return first if isinstance(first, int) and isinstance(error, driver.MySQLError) else 0


def translate(error: Exception, *, reading: bool) -> SatchelError:
    if isinstance(error, SatchelError):
        return error
    if isinstance(error, driver.MySQLError):
        return _from_number(number_of(error), _text(error), reading=reading)
    if isinstance(error, OverflowError | ValueError):  # an integer beyond 64 bits, half a surrogate pair, NaN
        message = "A value is outside of what the database can hold."
        return InvalidQuery(message) if reading else ConstraintFailed("range", message)
    if isinstance(error, TimeoutError):
        return Unavailable("The database server does not answer in time.")
    if isinstance(error, OSError):
        return Unavailable(f"{os.strerror(error.errno) if error.errno and error.errno > 0 else error}.")
    if isinstance(error, EOFError | ConnectionError):
        return Unavailable("The connection to the database was lost.")
    return DatabaseError(f"{type(error).__name__}: {error}")


def is_lost(error: Exception) -> bool:
    """Whether the error alone tells that the session is over."""
    if isinstance(error, driver.MySQLError):
        number = number_of(error)
        return number in LOST or (number == 0 and isinstance(error, driver.InterfaceError | driver.InternalError))
    return isinstance(error, OSError | EOFError)


def may_retry(error: Exception) -> bool:
    return number_of(error) in RETRY


def _text(error: Exception) -> str:
    return str(error.args[1]) if len(error.args) > 1 else str(error)


def _from_number(number: int, message: str, *, reading: bool) -> SatchelError:
    if number in CONSTRAINT_KINDS:
        kind = CONSTRAINT_KINDS[number]
        return InvalidQuery(message) if reading and kind in ("range", "length") else _constraint(kind, message)
    if number in TIMEOUTS:
        return StatementTimeout("A statement took longer than its time limit and was cancelled.")
    if number in UNAVAILABLE:
        return Unavailable(UNAVAILABLE[number], errno=number)
    if number in LOST:
        return Unavailable("The connection to the database was lost.", errno=number)
    if number in WRONG_SETTINGS:
        about = "database" if number == 1049 else "sign_in"
        return ConfigError(WRONG_SETTINGS[number], hint="Check the database URL.", about=about)
    if number in READ_ONLY:
        return ReadOnly("The database is read only.")
    if number in NO_RIGHT and not reading:
        return ReadOnly(f"The database user lacks a right: {message}.")
    if number == 1153:
        return TooLarge("A value is larger than the database server accepts.", hint="See its max_allowed_packet.")
    if number == 3008 or (number == 1296 and message.startswith("Got error 193")):  # MySQL, MariaDB
        message = "Foreign keys lead on from row to row for longer than the database follows them (15 rows)."
        return Unprocessable(message, hint="Delete the rows at the far end first.")
    kind = SchemaMoved if number in NOT_THERE else DatabaseError
    return kind(f"MariaDB: {message}", errno=number)


def _constraint(kind: str, message: str) -> ConstraintFailed:
    """Take names and values out of messages such as `Duplicate entry 'a-b' for key 'name'`."""
    table, columns, constraint, value = "", (), "", None
    if found := DUPLICATE.match(message):
        value = found["value"]
        # MySQL writes table.key, MariaDB only the key
        table, _, constraint = found["key"].rpartition(".")
    elif found := FOREIGN_KEY.search(message):
        table, constraint = found["table"], found["name"]
        columns = tuple(name.strip().strip("`") for name in found["columns"].split(","))
    elif found := CHECK.search(message):
        table, constraint = found["table"], found["name"]
    elif found := CHECK_MYSQL.match(message):
        constraint = found["name"]
    elif found := COLUMN.search(message):
        table, columns = found["table"] or "", (found["column"],)
        if bad := BAD_VALUE.search(message):
            value = bad["value"]
    return ConstraintFailed(kind, message, table=table, columns=columns, constraint=constraint, value=value)
