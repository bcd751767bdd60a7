"""Store: Satchel's own tables, for rooms that must not write SQL.

In charge of: plain statements on the system tables of the store (select, insert, conditional update and delete), by
the names of collections and fields. Not in charge of: permissions and the change log (that is `engine/read` and
`engine/write`; what goes through here is Satchel's own book-keeping: sessions, counters, one-time tokens), nor of what
the tables are (`model/system`). Called by features such as `auth/`.

A condition is a tuple (field, operator, value); several are and-ed. `update` and `delete` say how many rows they
changed, so that something that may happen once is decided by one statement.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

import msgspec

from satchel.db.base import Database, Transaction
from satchel.expr.dialect import Dialect
from satchel.expr.fragment import Fragment, bound, finish, join, sql
from satchel.model.catalog import Catalog, Collection, Field

Result = TypeVar("Result")
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "is null", "is not null", "lower ="]
Condition = tuple[str, Operator, Any]
Item = dict[str, Any]

Bound = tuple[Any, str]
"""A value and the storage type that it is bound as."""


class Statements:
    """Writes the statements of one store. Pure.

    `tables`: the system tables. `catalog`: gives the current snapshot, where system collections may have fields that
    somebody added.
    """

    def __init__(
        self, dialect: Dialect, tables: Mapping[str, Collection], catalog: Callable[[], Catalog] | None = None
    ) -> None:
        self.dialect = dialect
        self.tables = tables
        self._catalog = catalog

    def table(self, name: str) -> Collection:
        return self.tables[name]

    def added(self, name: str) -> Mapping[str, Field]:
        """The stored fields that a system collection has beyond its declaration."""
        seen = self._catalog().get(name) if self._catalog is not None else None
        if seen is None:
            return {}
        declared = self.table(name).fields
        return {field.name: field for field in seen.stored_fields if field.name not in declared}

    def field(self, name: str, field: str) -> Field:
        declared = self.table(name).fields.get(field)
        return self.added(name)[field] if declared is None else declared

    # SELECT "id", "email" FROM "satchel_users" WHERE "id" = ? AND "status" = ? ORDER BY "id" LIMIT 1
    def select(
        self,
        name: str,
        fields: Sequence[str],
        where: Sequence[Condition],
        *,
        order: str | None,
        descending: bool,
        limit: int | None,
    ) -> tuple[str, list[Any]]:
        collection = self.table(name)
        columns = join(", ", [self._column(self.field(name, field)) for field in fields])
        statement = sql("SELECT {} FROM {}", columns, self._from(collection)) + self._where(name, where)
        if order is not None:
            ordered = self._column(self.field(name, order))
            statement += sql(" ORDER BY {}" + (" DESC" if descending else ""), ordered)
        if limit is not None:
            statement += self.dialect.limit(bound((limit, "integer")), None, ordered=order is not None)
        return self._finish(statement)

    # INSERT INTO "satchel_sessions" ("token", "user", "expires") VALUES (?, ?, ?)
    def insert(self, name: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        collection = self.table(name)
        columns = join(", ", [self._column(self.field(name, field)) for field in values])
        binds = join(", ", [self._bind(self.field(name, field), value) for field, value in values.items()])
        return self._finish(sql("INSERT INTO {} ({}) VALUES ({})", self._from(collection), columns, binds))

    # UPDATE "satchel_sessions" SET "token" = ?, "expires" = ? WHERE "token" = ? AND "expires" > ?
    def update(self, name: str, values: Mapping[str, Any], where: Sequence[Condition]) -> tuple[str, list[Any]]:
        collection = self.table(name)
        pairs = [
            sql("{} = {}", self._column(self.field(name, field)), self._bind(self.field(name, field), value))
            for field, value in values.items()
        ]
        head = sql("UPDATE {} SET {}", self._from(collection), join(", ", pairs))
        return self._finish(head + self._where(name, where))

    # DELETE FROM "satchel_sessions" WHERE "user" = ?
    def delete(self, name: str, where: Sequence[Condition]) -> tuple[str, list[Any]]:
        collection = self.table(name)
        return self._finish(sql("DELETE FROM {}", self._from(collection)) + self._where(name, where))

    def decode(self, name: str, fields: Sequence[str], row: Sequence[Any]) -> Item:
        """A row as values by field name."""
        found: Item = {}
        for field_name, value in zip(fields, row, strict=True):
            storage = self.field(name, field_name).type
            found[field_name] = _plain(self.dialect.decode(value, storage), storage)
        return found

    def _where(self, name: str, where: Sequence[Condition]) -> Fragment[Any]:
        if not where:
            return Fragment(())
        return sql(" WHERE {}", join(" AND ", [self._condition(name, condition) for condition in where]))

    def _condition(self, name: str, condition: Condition) -> Fragment[Any]:
        field_name, operator, value = condition
        field = self.field(name, field_name)
        column = self._column(field)
        match operator:
            case "is null":
                return sql("{} IS NULL", column)
            case "is not null":
                return sql("{} IS NOT NULL", column)
            case "in":
                if not value:
                    return sql("1 = 0")
                return sql("{} IN ({})", column, join(", ", [self._bind(field, item) for item in value]))
            case "lower =":
                return sql("{} = {}", self.dialect.lower(column), self.dialect.lower(self._bind(field, value)))
            case _:
                return sql(f"{{}} {operator} {{}}", column, self._bind(field, value))

    def _from(self, collection: Collection) -> Fragment[Any]:
        return Fragment((self.dialect.table(collection.schema, collection.table),))

    def _column(self, field: Field) -> Fragment[Any]:
        assert field.column is not None, f"{field.name} is not stored"
        return Fragment((self.dialect.quote(field.column),))

    def _bind(self, field: Field, value: Any) -> Fragment[Any]:
        # The parts of a Fragment that are text are SQL, so a bound value travels as a tuple.
        if field.type == "csv" and isinstance(value, list | tuple):
            value = ",".join(cast("Sequence[str]", value))
        elif field.type == "json" and value is not None:
            value = msgspec.json.encode(value).decode()
        return bound((value, field.type))

    def _finish(self, statement: Fragment[Any]) -> tuple[str, list[Any]]:
        text, binds = finish(statement, lambda number, bind: self.dialect.placeholder(number, bind[1]))
        return text, [self.dialect.encode(value, storage) for value, storage in binds]


def _plain(value: Any, storage: str) -> Any:
    """A stored JSON text or list as what it stands for; text that is neither stays text."""
    if not isinstance(value, str):
        return value
    if storage == "csv":
        return value.split(",") if value else []
    if storage == "json":
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


class StoreSession:
    """The statements inside one transaction."""

    def __init__(self, statements: Statements, transaction: Transaction) -> None:
        self._statements = statements
        self._transaction = transaction

    @property
    def transaction(self) -> Transaction:
        """The transaction, for another room's statements in it."""
        return self._transaction

    def fields(self, name: str) -> tuple[Field, ...]:
        """The stored fields of a table, with those that somebody added."""
        return (*self._statements.table(name).stored_fields, *self._statements.added(name).values())

    async def select(
        self,
        name: str,
        fields: Sequence[str],
        *where: Condition,
        order: str | None = None,
        descending: bool = False,
        limit: int | None = None,
    ) -> list[Item]:
        text, binds = self._statements.select(name, fields, where, order=order, descending=descending, limit=limit)
        rows = await self._transaction.run(text, binds)
        return [self._statements.decode(name, fields, row) for row in rows]

    async def insert(self, name: str, values: Mapping[str, Any]) -> None:
        """Raises ConstraintFailed for a key that is taken."""
        text, binds = self._statements.insert(name, values)
        await self._transaction.run(text, binds)

    async def update(self, name: str, values: Mapping[str, Any], *where: Condition) -> int:
        text, binds = self._statements.update(name, values, where)
        return await self._transaction.count(text, binds)

    async def delete(self, name: str, *where: Condition) -> int:
        text, binds = self._statements.delete(name, where)
        return await self._transaction.count(text, binds)


class Store:
    """The system tables of one database. `tables` and `catalog` as in `Statements`."""

    def __init__(
        self,
        database: Database,
        dialect: Dialect,
        tables: Mapping[str, Collection],
        catalog: Callable[[], Catalog] | None = None,
    ) -> None:
        self._database = database
        self._statements = Statements(dialect, tables, catalog)

    def fields(self, name: str) -> tuple[Field, ...]:
        """The stored fields of a table, with those that somebody added."""
        return (*self._statements.table(name).stored_fields, *self._statements.added(name).values())

    def session(self, transaction: Transaction) -> StoreSession:
        """The statements inside a transaction of the store that somebody else opened (a hook of a write)."""
        return StoreSession(self._statements, transaction)

    async def select(
        self,
        name: str,
        fields: Sequence[str],
        *where: Condition,
        order: str | None = None,
        descending: bool = False,
        limit: int | None = None,
    ) -> list[Item]:
        text, binds = self._statements.select(name, fields, where, order=order, descending=descending, limit=limit)
        rows = await self._database.read(text, binds)
        return [self._statements.decode(name, fields, row) for row in rows]

    async def write(self, work: Callable[[StoreSession], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction; any exception rolls back and is raised again."""

        async def inside(transaction: Transaction) -> Result:
            return await work(StoreSession(self._statements, transaction))

        return await self._database.write(inside)
