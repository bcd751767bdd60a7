"""SQL Server without a server: messages and connection strings."""

from __future__ import annotations

import pytest

from satchel.db import DatabaseOptions, parse_url
from satchel.db.mssql import connection_string
from satchel.db.mssql_errors import is_lost, may_retry, translate
from satchel.errors import ConfigError, ConstraintFailed, InvalidQuery, ReadOnly, StatementTimeout, Unavailable

PREFIX = "Driver Error: Integrity constraint violation; DDBC Error: [Microsoft][SQL Server]"
CASES = [
    (
        "Violation of UNIQUE KEY constraint 'UQ_name'. Cannot insert duplicate key in object 'dbo.items'. "
        "The duplicate key value is (one).",
        ("unique", "items", (), "UQ_name", "one"),
    ),
    (
        "Violation of PRIMARY KEY constraint 'PK_items'. Cannot insert duplicate key in object 'dbo.items'. "
        "The duplicate key value is (1, 2).",
        ("unique", "items", (), "PK_items", "1, 2"),
    ),
    (
        "Cannot insert duplicate key row in object 'dbo.items' with unique index 'ix'. The duplicate key value is (1).",
        ("unique", "items", (), "ix", "1"),
    ),
    (
        'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_a". The conflict occurred in database '
        '"d", table "dbo.items", column \'id\'.',
        ("foreign_key", "items", (), "FK_a", None),
    ),
    (
        'The DELETE statement conflicted with the REFERENCE constraint "FK_a". The conflict occurred in database '
        '"d", table "dbo.parts", column \'item\'.',
        ("foreign_key", "parts", (), "FK_a", None),
    ),
    (
        'The INSERT statement conflicted with the CHECK constraint "small". The conflict occurred in database "d", '
        "table \"dbo.items\", column 'size'.",
        ("check", "items", ("size",), "small", None),
    ),
    (
        "Cannot insert the value NULL into column 'name', table 'd.dbo.items'; column does not allow nulls. "
        "INSERT fails.",
        ("not_null", "items", ("name",), "", None),
    ),
    (
        "String or binary data would be truncated in table 'd.dbo.items', column 'name'. Truncated value: 'x'.",
        ("length", "items", ("name",), "", None),
    ),
    ("Arithmetic overflow error for data type tinyint, value = 300.", ("range", "", (), "", None)),
    ("Conversion failed when converting the varchar value 'x' to data type int.", ("range", "", (), "", None)),
]


@pytest.mark.parametrize(("message", "expected"), CASES)
def test_constraints(message: str, expected: tuple[object, ...]) -> None:
    error = translate(Exception(PREFIX + message), reading=False)
    assert isinstance(error, ConstraintFailed)
    assert (error.kind, error.table, error.columns, error.constraint, error.value) == expected
    assert error.message == message


def test_other_errors() -> None:
    def kind(message: str, *, reading: bool = True) -> type:
        return type(translate(Exception(PREFIX + message), reading=reading))

    deadlock = "Transaction (Process ID 52) was deadlocked … and has been chosen as the deadlock victim."
    assert kind(deadlock) is Unavailable
    assert may_retry(Exception(deadlock))
    assert kind("Conversion failed when converting date and/or time from character string.") is InvalidQuery
    assert kind("Login failed for user 'x'.") is ConfigError
    assert kind('Cannot open database "x" requested by the login.') is ConfigError
    assert kind("The INSERT permission was denied on the object 't'.", reading=False) is ReadOnly
    assert kind("Query timeout expired") is StatementTimeout
    assert kind("Lock request time out period exceeded.") is Unavailable
    assert is_lost(Exception("Communication link failure"))
    assert not is_lost(Exception(deadlock))


def test_connection_strings_can_not_be_broken_out_of() -> None:
    url = parse_url("mssql://joe:a%7Db%3BUID%3Dsa@db.example:1444/my%20base")
    text = connection_string(url, DatabaseOptions())
    assert "PWD={a}}b;UID=sa};" in text
    assert text.startswith("SERVER={db.example,1444};DATABASE={my base};")
