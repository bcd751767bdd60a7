"""DDL of SQL Server. Not yet run against a live server.

In charge of: its column types, default constraints that have names of their own, sp_rename, NULLs in unique indexes.
Called through `ddl`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from satchel.errors import NotSupported
from satchel.model.definition import FieldDefinition, IndexDefinition, IndexPart
from satchel.model.schema_changes import (
    AlterColumn,
    AlterTable,
    Change,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    ForeignKey,
    TableRef,
)
from satchel.sql.ddl_base import GEO_ZERO, BaseDdl, KindColumn
from satchel.sql.ddl_postgres import requoted

# compared byte by byte, as PocketBase does
BINARY = " COLLATE Latin1_General_100_BIN2"
NVARCHAR_MAX_LENGTH = 4000


class MssqlDdl(BaseDdl):
    """See `ddl_base.BaseDdl`."""

    name = "mssql"
    label = "SQL Server"
    name_max = 128
    key_text = "nvarchar(255)"
    true, false = "1", "0"
    types: ClassVar[Mapping[str, str]] = {
        "string": "nvarchar({length})",
        "text": "nvarchar(max)",
        "boolean": "bit",
        "integer": "int",
        "bigInteger": "bigint",
        "float": "real",
        "decimal": "decimal({precision}, {scale})",
        "date": "date",
        "time": "time",
        "dateTime": "datetime2(3)",
        "timestamp": "datetimeoffset(3)",
        "json": "nvarchar(max)",
        "csv": "nvarchar(max)",
        "uuid": "uniqueidentifier",
        "hash": "nvarchar(255)",
        "binary": "varbinary(max)",
        "geometry": "geometry",
        "geometry.Point": "geometry",
        "geometry.LineString": "geometry",
        "geometry.Polygon": "geometry",
        "geometry.MultiPoint": "geometry",
        "geometry.MultiLineString": "geometry",
        "geometry.MultiPolygon": "geometry",
    }
    now: ClassVar[Mapping[str, str]] = {
        "date": "(CAST(SYSUTCDATETIME() AS date))",
        "time": "(CAST(SYSUTCDATETIME() AS time))",
        "dateTime": "(SYSUTCDATETIME())",
        "": "(SYSDATETIMEOFFSET())",
    }

    def before(self) -> Sequence[str]:
        return ("EXEC sp_getapplock @Resource = N'satchel.schema', @LockMode = N'Exclusive', @LockTimeout = 60000",)

    # --- names and values

    def quote(self, name: str) -> str:
        return "[" + super().quote(name)[1:-1].replace('""', '"').replace("]", "]]") + "]"

    def text(self, value: str) -> str:
        return "N" + super().text(value)

    # --- columns

    def type_of(self, field: FieldDefinition) -> str:
        found = super().type_of(field)
        too_long = field.type == "string" and (field.max_length or 0) > NVARCHAR_MAX_LENGTH
        return "nvarchar(max)" if too_long and not field.db_type else found

    def kind_column(self, field: FieldDefinition) -> KindColumn:
        match field.kind:
            case "number":
                return KindColumn("float", 0)
            case "bool":
                return KindColumn("bit", False)
            case "date" | "autodate":
                return KindColumn("datetimeoffset(3)", None)
            case "json":
                return KindColumn("nvarchar(max)", None)
            case "geoPoint":
                return KindColumn("nvarchar(max)", GEO_ZERO)
            case _ if field.multiple:
                return KindColumn("nvarchar(max)", "[]")
            case _ if self.storage(field) == "string":
                return KindColumn("nvarchar(255)" + BINARY, "")
            case _:
                return KindColumn("nvarchar(max)" + BINARY, "")

    def record_id(self) -> str:
        return "('r' + lower(left(replace(convert(varchar(36), newid()), '-', ''), 14)))"

    def uuid(self) -> str:
        return "(newid())"

    def identity_clause(self) -> str:
        return " IDENTITY(1,1)"

    # --- tables

    def create_table(self, change: CreateTable) -> list[str]:
        found = super().create_table(change)
        if change.comment:
            found += self.comment_table(change.table, change.comment)
        found += [self._comment(change.table, item.name, item.comment) for item in change.fields if item.comment]
        return found

    def comment_table(self, table: TableRef, comment: str | None) -> list[str]:
        return [self._comment(table, None, comment)]

    # DECLARE @schema sysname = N'dbo'; IF EXISTS (…) EXEC sys.sp_dropextendedproperty …;
    # EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'…', …
    def _comment(self, table: TableRef, column: str | None, comment: str | None) -> str:
        schema = self.text(table.schema) if table.schema else "SCHEMA_NAME()"
        place = "@level0type = N'SCHEMA', @level0name = @schema,"
        place += f" @level1type = N'TABLE', @level1name = {self.text(table.name)}"
        minor = "0"
        if column is not None:
            place += f", @level2type = N'COLUMN', @level2name = {self.text(column)}"
            minor = f"COLUMNPROPERTY(OBJECT_ID({self.text(self.table(table))}), {self.text(column)}, 'ColumnId')"
        known = (
            "SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description'"
            f" AND major_id = OBJECT_ID({self.text(self.table(table))}) AND minor_id = {minor}"
        )
        found = f"DECLARE @schema sysname = {schema};"
        found += f" IF EXISTS ({known}) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', {place};"
        if comment:
            value = self.text(comment)
            found += f" EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = {value}, {place};"
        return found

    def rename_table(self, table: TableRef, name: str) -> list[str]:
        return [f"EXEC sp_rename {self.text(self.table(table))}, {self.text(name)}"]

    def rename_column(self, table: TableRef, column: str, name: str) -> list[str]:
        place = f"{self.table(table)}.{self.quote(column)}"
        return [f"EXEC sp_rename {self.text(place)}, {self.text(name)}, N'COLUMN'"]

    def actions(self, table: TableRef, key: ForeignKey) -> str:
        """There is no RESTRICT (NO ACTION means it), and no action on a reference of a table to itself."""
        if key.to == table:
            return ""
        kept = replace(
            key,
            on_delete="NO ACTION" if key.on_delete == "RESTRICT" else key.on_delete,
            on_update="NO ACTION" if key.on_update == "RESTRICT" else key.on_update,
        )
        return super().actions(table, kept)

    def look(self, change: Change) -> str | None:
        """The default constraints of a table's columns; whether an index belongs to a constraint."""
        table = self.text(self.table(change.table)) if isinstance(change, AlterTable | DropIndex) else ""
        if isinstance(change, AlterTable) and any(isinstance(edit, AlterColumn | DropColumn) for edit in change.edits):
            return (
                "SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c"
                " ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id"
                f" WHERE d.parent_object_id = OBJECT_ID({table})"
            )
        if isinstance(change, DropIndex):
            return (
                f"SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID({table})"
                f" AND name = {self.text(change.index.name)} AND is_unique_constraint = 1"
            )
        return None

    def add_column(self, head: str, table: TableRef, field: FieldDefinition) -> list[str]:
        column = self.column(field)
        # without these words rows that exist get NULL, not the default
        values = " WITH VALUES" if column.nullable and column.default is not None else ""
        found = [f"{head}ADD {self.column_line(column)}{values}"]
        return [*found, self._comment(table, field.name, field.comment)] if field.comment else found

    def drop_column(self, head: str, table: TableRef, column: str, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [*self._drop_default(head, column, rows), f"{head}DROP COLUMN {self.quote(column)}"]

    def _drop_default(self, head: str, column: str, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [f"{head}DROP CONSTRAINT {self.quote(str(row[1]))}" for row in rows if row[0] == column]

    # ALTER TABLE [posts] DROP CONSTRAINT [DF_1]; ALTER TABLE [posts] ALTER COLUMN [views] bigint NOT NULL; …
    def alter_column(self, head: str, table: TableRef, edit: AlterColumn, rows: Sequence[Sequence[Any]]) -> list[str]:
        column = self.column(edit.after)
        name = self.quote(edit.after.name)
        default = self.kept_default(edit)
        found = self._drop_default(head, edit.after.name, rows)
        if edit.before.multiple != edit.after.multiple:
            found += [f"{head}ALTER COLUMN {name} nvarchar(max){BINARY}", self._converted(table, name, edit)]
        elif edit.after.kind and not column.nullable and edit.before.nullable and default is not None:
            found.append(f"UPDATE {self.table(table)} SET {name} = {default} WHERE {name} IS NULL")
        if not column.identity:
            found.append(f"{head}ALTER COLUMN {name} {column.type}{'' if column.nullable else ' NOT'} NULL")
        if default is not None:
            found.append(f"{head}ADD DEFAULT {default} FOR {name}")
        if edit.before.comment != edit.after.comment:
            found.append(self._comment(table, edit.after.name, edit.after.comment))
        return found

    def _converted(self, table: TableRef, name: str, edit: AlterColumn) -> str:
        if edit.after.multiple:
            value = (
                f"CASE WHEN {name} IS NULL OR {name} = N'' THEN N'[]'"
                f" ELSE N'[\"' + string_escape({name}, 'json') + N'\"]' END"
            )
        else:
            last = f"(SELECT TOP 1 value FROM openjson({name}) ORDER BY CAST([key] AS int) DESC)"
            value = f"CASE WHEN isjson({name}) = 1 THEN coalesce({last}, N'') ELSE coalesce({name}, N'') END"
        return f"UPDATE {self.table(table)} SET {name} = {value}"

    # --- indexes

    def create_index(self, change: CreateIndex) -> list[str]:
        """Other databases let a unique column hold any number of NULLs; here the index must leave them out."""
        index = change.index
        nullable = [item.name for item in change.fields if self.column(item).nullable]
        if index.unique and not index.where and nullable:
            condition = " AND ".join(f"{self.quote(name)} IS NOT NULL" for name in nullable)
            change = replace(change, index=replace(index, where=condition))
        return super().create_index(change)

    def index_part(self, part: IndexPart, change: CreateIndex) -> str:
        if part.expression or part.collation:
            raise NotSupported("SQL Server has no indexes over expressions or with a collation of their own.")
        field = next((item for item in change.fields if item.name == part.text), None)
        if field is not None and "(max)" in self.column(field).type:
            raise NotSupported(f"SQL Server can't index {part.text}, a text of any length.")
        return self.quote(part.text) + (" DESC" if part.descending else "")

    def expression(self, text: str) -> str:
        return requoted(text, self.quote)

    def drop_index(self, table: TableRef, index: IndexDefinition, rows: Sequence[Sequence[Any]]) -> list[str]:
        if rows:
            return [f"ALTER TABLE {self.table(table)} DROP CONSTRAINT {self.quote(str(rows[0][0]))}"]
        return [f"DROP INDEX {self.quote(index.name)} ON {self.table(table)}"]
