"""Write: INSERT, UPDATE, DELETE and the small SELECTs around them, always by key.

In charge of: the text of each statement and which field each bound value belongs to. Not in charge of: who may write
(`engine/check`), which values (`engine/write_values`) or keeping the texts (`engine/write_plan`). Pure. Called by
`engine/write_plan`.

An item is written by its key, never by a condition: a database that refuses a sub-select on the written table (MySQL)
can do it, and what was checked is what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from satchel.errors import NotSupported
from satchel.expr.dialect import Dialect, Sql
from satchel.expr.fragment import bound, finish, join, sql
from satchel.model.catalog import Collection, Field
from satchel.sql.superusers import table_of

JsonText = Callable[[Any], str]
Encode = Callable[[Any], Any]
Decode = Callable[[Any], Any]

# Databases whose readers do not wait for writers: a row that will be written is locked when it is read.
LOCKING = frozenset({"postgres", "cockroach", "mysql", "mariadb"})
# Databases where a row that refers to itself can't be deleted for its own foreign key.
SELF_HOLDING = frozenset({"mysql", "mariadb"})
INSERT_RETURNING = frozenset({"sqlite", "postgres", "cockroach", "mariadb", "mssql"})
# PostgreSQL reads values of these types from their text, and only when told to.
CASTING = frozenset({"postgres", "cockroach"})
_AS_THEY_ARE = frozenset({str, float, type(None)})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `binds`: the field of each bound value, in order. `out`: the field of each column that comes
    back.
    """

    sql: str
    binds: tuple[Field, ...]
    out: tuple[Field, ...] = ()


class Part:
    """A bound value in a fragment: a value of this field."""

    __slots__ = ("field",)

    def __init__(self, field: Field) -> None:
        self.field = field


# INSERT INTO "posts" ("id", "title") VALUES (?, ?) RETURNING "views"
def insert(
    dialect: Dialect, collection: Collection, fields: Sequence[Field], out: Sequence[Field], *, rows: int = 1
) -> Statement:
    """New rows from values of `fields`. `out`: the columns to hand back, where the database can (`can_return`)."""
    table = _table(dialect, collection)
    back: Sql = sql("")
    if out and dialect.name == "mssql":
        back = sql(" OUTPUT {}", join(", ", [sql("INSERTED.{}", _column(dialect, field)) for field in out]))
    if fields:
        columns = join(", ", [_column(dialect, field) for field in fields])
        values = [sql("({})", join(", ", [_bind(field) for field in fields])) for _ in range(rows)]
        statement = sql("INSERT INTO {} ({}){} VALUES {}", table, columns, back, join(", ", values))
    elif dialect.name in ("mysql", "mariadb"):
        statement = sql("INSERT INTO {} () VALUES ()", table)
    else:
        statement = sql("INSERT INTO {}{} DEFAULT VALUES", table, back)
    if out and dialect.name != "mssql":
        statement = sql("{} RETURNING {}", statement, join(", ", [_column(dialect, field) for field in out]))
    return _finish(dialect, statement, out)


def can_return(dialect: Dialect) -> bool:
    """Whether INSERT can hand back what the database filled in."""
    return dialect.name in INSERT_RETURNING


# UPDATE "posts" SET "title" = ?, "views" = ? WHERE "id" = ?
def update(dialect: Dialect, collection: Collection, fields: Sequence[Field]) -> Statement:
    """New values of `fields` for one row; the key's values are bound last."""
    pairs = [sql("{} = {}", _column(dialect, field), _bind(field)) for field in fields]
    head = sql("UPDATE {} SET {} WHERE ", _table(dialect, collection), join(", ", pairs))
    return _finish(dialect, head + _same(dialect, collection.key_fields))


# DELETE FROM "posts" WHERE "id" = ?
def delete(dialect: Dialect, collection: Collection) -> Statement:
    """One row away, by its key."""
    head = sql("DELETE FROM {} WHERE ", _table(dialect, collection))
    return _finish(dialect, head + _same(dialect, collection.key_fields))


# SELECT "id", "title" FROM "posts" WHERE "author" = ? ORDER BY "id" FOR UPDATE
def select(
    dialect: Dialect,
    collection: Collection,
    out: Sequence[Field],
    where: Sequence[Field],
    *,
    lock: bool = False,
    limit: int | None = None,
) -> Statement:
    """The rows whose `where` fields have the bound values, in the order of their keys, `limit` of them at most."""
    columns = join(", ", [_column(dialect, field) for field in out])
    hint = " WITH (UPDLOCK, ROWLOCK)" if lock and dialect.name == "mssql" else ""
    table = _table(dialect, collection)
    statement = sql("SELECT {} FROM {}{} WHERE ", columns, table, hint) + _same(dialect, where)
    if tuple(where) != collection.key_fields:
        statement += sql(" ORDER BY {}", join(", ", [_column(dialect, field) for field in collection.key_fields]))
        if limit is not None:
            statement += dialect.limit(sql(str(limit)), None, ordered=True)
    if lock and dialect.name in LOCKING:
        statement += sql(" FOR UPDATE")
    return _finish(dialect, statement, out)


# SELECT "id" FROM "tags" WHERE "id" IN (?, ?, ?)
def select_among(dialect: Dialect, collection: Collection, field: Field, count: int) -> Statement:
    """Which of `count` values of a field there are."""
    values = join(", ", [_bind(field)] * count)
    column = _column(dialect, field)
    statement = sql("SELECT {} FROM {} WHERE {} IN ({})", column, _table(dialect, collection), column, values)
    return _finish(dialect, statement, (field,))


# SELECT "id" FROM "posts" WHERE lower("id") = lower(?)
def select_folded(dialect: Dialect, collection: Collection, field: Field) -> Statement:
    """Which values of a text field are the bound one but for upper and lower case."""
    column = _column(dialect, field)
    folded, wanted = dialect.lower(column), dialect.lower(_bind(field))
    statement = sql("SELECT {} FROM {} WHERE {} = {}", column, _table(dialect, collection), folded, wanted)
    return _finish(dialect, statement, (field,))


# SELECT max("sort") FROM "comments" WHERE "article" = ?
def select_max(dialect: Dialect, collection: Collection, field: Field, where: Sequence[Field]) -> Statement:
    """The largest value of a field among some rows; NULL when there are none."""
    statement = sql("SELECT max({}) FROM {} WHERE ", *_head(dialect, collection, field)) + _same(dialect, where)
    return _finish(dialect, statement, (field,))


# SELECT "id", "tags" FROM "posts" WHERE EXISTS (SELECT 1 FROM (…elements of "tags"…) AS e WHERE e.value = ?)
#   ORDER BY "id" FOR UPDATE
def select_listing(
    dialect: Dialect, collection: Collection, out: Sequence[Field], field: Field, *, lock: bool = True
) -> Statement:
    """The rows whose list (a JSON array in `field`) holds the bound text."""
    columns = join(", ", [_column(dialect, item) for item in out])
    elements = dialect.json_each(_column(dialect, field), "e")
    text = Field(field.name, "text", column=field.column)
    keys = join(", ", [_column(dialect, item) for item in collection.key_fields])
    statement = sql(
        "SELECT {} FROM {} WHERE EXISTS (SELECT 1 FROM {} WHERE e.value = {}) ORDER BY {}",
        columns, _table(dialect, collection), elements, _bind(text), keys,
    )  # fmt: skip
    if lock and dialect.name in LOCKING:
        statement += sql(" FOR UPDATE")
    return _finish(dialect, statement, out)


# SELECT setval(s, m)
#   FROM (SELECT pg_get_serial_sequence(?, ?)::regclass AS s, (SELECT max("id") FROM "posts") AS m) AS q
#   WHERE s IS NOT NULL AND m > coalesce(pg_sequence_last_value(s), 0)
def catch_up(dialect: Dialect, collection: Collection, field: Field) -> Statement | None:
    """Move a sequence past a key that was given by hand; None where the database does that itself."""
    if dialect.name != "postgres" or not field.identity:
        return None
    text = Field("", "text")
    statement = sql(
        "SELECT setval(s, m)"
        " FROM (SELECT pg_get_serial_sequence({}, {})::regclass AS s, (SELECT max({}) FROM {}) AS m) AS q"
        " WHERE s IS NOT NULL AND m > coalesce(pg_sequence_last_value(s), 0)",
        _bind(text), _bind(text), *_head(dialect, collection, field),
    )  # fmt: skip
    return _finish(dialect, statement)


# --- parts ------------------------------------------------------------------------------------------------------------


def _table(dialect: Dialect, collection: Collection) -> Sql:
    return sql("{} AS t" if collection.derived else "{}", table_of(dialect, collection))


def _column(dialect: Dialect, field: Field) -> Sql:
    assert field.column is not None, f"{field.name} is not stored"
    return sql(dialect.quote(field.column))


def _head(dialect: Dialect, collection: Collection, field: Field) -> tuple[Sql, Sql]:
    return _column(dialect, field), _table(dialect, collection)


def _bind(field: Field) -> Sql:
    return bound(Part(field))


def _same(dialect: Dialect, fields: Sequence[Field]) -> Sql:
    return join(" AND ", [sql("{} = {}", _column(dialect, field), _bind(field)) for field in fields])


def _finish(dialect: Dialect, statement: Sql, out: Sequence[Field] = ()) -> Statement:
    text, binds = finish(statement, lambda number, part: _placeholder(dialect, number, part), dialect.escape)
    return Statement(text, tuple(_field_of(part) for part in binds), tuple(out))


def _field_of(part: Any) -> Field:
    """A value that belongs to the shape (a constant inside a dialect's piece) has no place in a write."""
    if not isinstance(part, Part):
        raise NotSupported("This database needs a constant where none can be bound.")
    return part.field


def _placeholder(dialect: Dialect, number: int, part: Any) -> str:
    field = _field_of(part)
    if _is_text_only(dialect, field):
        return f"CAST({dialect.placeholder(number, 'text')} AS {field.db_type})"
    return dialect.placeholder(number, field.type)


def _is_text_only(dialect: Dialect, field: Field) -> bool:
    """Whether the column takes a text that has to be cast to its type: arrays, enums, addresses, intervals, …"""
    unusual = field.array or bool(field.enum) or field.type == "unknown"
    return dialect.name in CASTING and unusual and bool(field.db_type)


# --- values -----------------------------------------------------------------------------------------------------------


def encoder(dialect: Dialect, field: Field, json_text: JsonText) -> Encode:
    """From a stored value (see `model/types/contract`) to what the driver wants. `json_text` writes a JSON document."""
    encode = dialect.encode
    type_name = field.type
    if _is_text_only(dialect, field):
        as_text = _array_text if field.array else _plain_text
        return lambda value: None if value is None else encode(as_text(value), "text")
    if field.array or type_name in ("json", "unknown") or type_name.startswith("geometry"):
        documents = field.array or type_name != "unknown"

        def encode_document(value: Any) -> Any:
            if value is None:
                return None
            if documents or isinstance(value, dict | list):
                value = json_text(value)
            return encode(value, type_name)

        return encode_document
    if dialect.name == "sqlite":
        # The stored spelling is SQLite's own already, but for truth values, large numbers and the like.
        return lambda value: value if value.__class__ in _AS_THEY_ARE else encode(value, type_name)
    return lambda value: encode(value, type_name)


def decoder(dialect: Dialect, field: Field, read_json: Callable[[str], Any]) -> Decode:
    """From what the driver gave to plain Python. `read_json` reads a JSON document (and gives back a text that is
    none).
    """
    decode = dialect.decode
    type_name = field.type
    if field.array or type_name == "json" or type_name.startswith("geometry"):

        def decode_document(value: Any) -> Any:
            plain = decode(value, type_name)
            return read_json(plain) if isinstance(plain, str) else plain

        return decode_document
    if field.db_type == "money":
        return lambda value: _amount(decode(value, type_name))
    return lambda value: decode(value, type_name)


def _amount(value: Any) -> Any:
    """PostgreSQL's money comes as the text that people read: `-$1,234.50`."""
    if not isinstance(value, str):
        return value
    return "".join(character for character in value if character in "-.0123456789")


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _array_text(value: Any) -> str:
    """A list as PostgreSQL writes it: `{1,NULL,"a \\"b\\""}`, lists inside it as dimensions."""
    if not isinstance(value, list | tuple):
        return _plain_text(value)
    return "{" + ",".join(_array_element(item) for item in cast("Sequence[Any]", value)) + "}"


def _array_element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return _array_text(value)
    text = _plain_text(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
