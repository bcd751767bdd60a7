"""DDL of SQLite: native ALTER TABLE where it can, else the table is rebuilt.

In charge of: SQLite's column types, its few ALTERs, and the rebuild. Not in charge of: editing a table's text
(`ddl_sqlite_text`), foreign keys being off meanwhile (`Database.write_schema`). Called through `ddl`.

A rebuild, inside one transaction and with foreign keys off (dropping the table would delete its rows' children):

    PRAGMA legacy_alter_table = ON          -- views and triggers that name the table are left alone by the renaming
    CREATE TABLE "satchel_rebuild" (…); INSERT INTO "satchel_rebuild" (…) SELECT … FROM "posts"
    DROP TABLE "posts"; ALTER TABLE "satchel_rebuild" RENAME TO "posts"
    PRAGMA legacy_alter_table = OFF
    CREATE INDEX …; CREATE TRIGGER …        -- with the texts that they had
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from satchel.errors import NotFound
from satchel.model.definition import FieldDefinition, IndexPart, Verbatim
from satchel.model.schema_changes import (
    AddColumn,
    AddForeignKey,
    AlterColumn,
    AlterTable,
    Change,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropForeignKey,
    DropUnique,
    Edit,
    TableRef,
)
from satchel.model.sql_tokens import tokens
from satchel.sql.ddl_base import GEO_ZERO, BaseDdl, Column, KindColumn, plain_default
from satchel.sql.ddl_sqlite_text import TableText, read_table

REBUILT = "satchel_rebuild"
LEGACY_ON, LEGACY_OFF = "PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table = OFF"


class SqliteDdl(BaseDdl):
    """See `ddl_base.BaseDdl`."""

    name = "sqlite"
    label = "SQLite"
    types: ClassVar[Mapping[str, str]] = {
        "string": "varchar({length})",
        "text": "text",
        "boolean": "boolean",
        "integer": "integer",
        "bigInteger": "bigint",
        "float": "float",
        "decimal": "decimal({precision}, {scale})",
        "date": "date",
        "time": "time",
        "dateTime": "datetime",
        "timestamp": "datetime",
        "json": "json",
        "csv": "text",
        "uuid": "char(36)",
        "hash": "varchar(255)",
        "binary": "blob",
        "geometry": "geometry",
        "geometry.Point": "point",
        "geometry.LineString": "linestring",
        "geometry.Polygon": "polygon",
        "geometry.MultiPoint": "multipoint",
        "geometry.MultiLineString": "multilinestring",
        "geometry.MultiPolygon": "multipolygon",
    }
    now: ClassVar[Mapping[str, str]] = {
        "date": "CURRENT_DATE",
        "time": "CURRENT_TIME",
        "dateTime": "(strftime('%Y-%m-%d %H:%M:%f', 'now'))",
        "": "(strftime('%Y-%m-%d %H:%M:%fZ', 'now'))",
    }

    def before(self) -> Sequence[str]:
        # in case a rebuild was given up in the middle and left it on
        return (LEGACY_OFF,)

    def table(self, ref: TableRef) -> str:
        return self.quote(ref.name)

    def kind_column(self, field: FieldDefinition) -> KindColumn:
        """The columns that PocketBase itself makes."""
        match field.kind:
            case "number":
                return KindColumn("NUMERIC", 0)
            case "bool":
                return KindColumn("BOOLEAN", False)
            case "json":
                return KindColumn("JSON", None)
            case "geoPoint":
                return KindColumn("JSON", GEO_ZERO)
            case _:
                return KindColumn("JSON", "[]") if field.multiple else KindColumn("TEXT", "")

    def zero_text(self, zero: str | int | bool, storage: str) -> str:
        return self.false if zero is False else self.literal(zero, storage)

    def default(self, field: FieldDefinition) -> str | None:
        """An expression stands in parentheses, which introspection leaves out."""
        found = super().default(field)
        if isinstance(field.default, Verbatim) and plain_default(field.default.sql) is None:
            return f"({found})"
        return found

    def record_id(self) -> str:
        return "('r'||lower(hex(randomblob(7))))"

    def uuid(self) -> str:
        return (
            "(lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-4'||substr(hex(randomblob(2)),2)||'-'"
            "||substr('89AB',1+(abs(random())%4),1)||substr(hex(randomblob(2)),2)||'-'||hex(randomblob(6))))"
        )

    # --- tables

    # CREATE TABLE "posts" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(255))
    def create_table(self, change: CreateTable) -> list[str]:
        single = change.key[0] if len(change.key) == 1 else None
        lines: list[str] = []
        inline = False
        for field in change.fields:
            column = self.column(field, key=field.name in change.key)
            if field.name == single and column.identity:
                inline = True
                lines.append(f"{self.quote(field.name)} integer NOT NULL PRIMARY KEY AUTOINCREMENT")
            elif field.name == single and field.kind:
                inline = True
                lines.append(f"{self.quote(field.name)} TEXT PRIMARY KEY DEFAULT {column.default} NOT NULL")
            else:
                lines.append(self.column_line(column))
        if change.key and not inline:
            lines.append(f"PRIMARY KEY ({self.names(change.key)})")
        lines += [self.foreign_key_line(change.table, key) for key in change.foreign_keys]
        return [f"CREATE TABLE {self.table(change.table)} ({', '.join(lines)})"]

    def create_index(self, change: CreateIndex) -> list[str]:
        index = change.index
        parts = ", ".join(self.index_part(part, change) for part in index.parts)
        where = f" WHERE {index.where}" if index.where else ""
        unique = "UNIQUE " if index.unique else ""
        return [f"CREATE {unique}INDEX {self.quote(index.name)} ON {self.table(change.table)} ({parts}){where}"]

    def index_part(self, part: IndexPart, change: CreateIndex) -> str:
        # an expression is written as it came: a parenthesis more would make `a COLLATE nocase` an expression too
        text = part.text if part.expression else self.quote(part.text)
        collation = f" COLLATE {self.quote(part.collation)}" if part.collation else ""
        return text + collation + (" DESC" if part.descending else "")

    # --- altering

    def look(self, change: Change) -> str | None:
        if not isinstance(change, AlterTable):
            return None
        return (
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            f" AND lower(tbl_name) = lower({self.text(change.table.name)})"
            " AND type IN ('table', 'index', 'trigger') ORDER BY rowid"
        )

    # ALTER TABLE "posts" RENAME TO "→posts"; ALTER TABLE "→posts" RENAME TO "Posts"
    def rename_table(self, table: TableRef, name: str) -> list[str]:
        """To SQLite a name in other letters is taken, by the table itself: it is renamed by way of another."""
        if table.name.lower() != name.lower():
            return super().rename_table(table, name)
        between = TableRef(table.schema, f"\N{RIGHTWARDS ARROW}{table.name}")
        return [*super().rename_table(table, between.name), *super().rename_table(between, name)]

    def alter_table(self, table: TableRef, edits: Sequence[Edit], rows: Sequence[Sequence[Any]]) -> list[str]:
        text = next((str(row[2]) for row in rows if row[0] == "table"), None)
        if text is None:
            raise NotFound(f"There is no table {table.name}.")
        others = [(str(row[1]), str(row[2])) for row in rows if row[0] != "table"]
        parsed = read_table(text)
        if all(self._is_native(edit, parsed, others) for edit in edits):
            return [self._native(table, edit) for edit in edits]
        return self._rebuild(table, parsed, edits, [sql for _, sql in others])

    def _is_native(self, edit: Edit, table: TableText, others: Sequence[tuple[str, str]]) -> bool:
        """Whether SQLite's own ALTER TABLE can do it."""
        if isinstance(edit, AddColumn):
            column = self.column(edit.field)
            constant = column.default is None or not column.default.startswith(("(", "CURRENT_"))
            return constant and (column.nullable or column.default is not None)
        if isinstance(edit, DropColumn):
            found = table.column(edit.column)
            bound = found.has("PRIMARY") or found.has("UNIQUE") or found.has("REFERENCES")
            named = table.mentions(found.name, apart_from=found.name)
            return not bound and not named and not any(_names(sql, found.name) for _, sql in others)
        return False

    def _native(self, table: TableRef, edit: Edit) -> str:
        head = f"ALTER TABLE {self.table(table)} "
        if isinstance(edit, AddColumn):
            return f"{head}ADD COLUMN {self.column_line(self.column(edit.field))}"
        assert isinstance(edit, DropColumn)
        return f"{head}DROP COLUMN {self.quote(edit.column)}"

    def _rebuild(self, table: TableRef, parsed: TableText, edits: Sequence[Edit], others: Sequence[str]) -> list[str]:
        kept = {item.name: self.quote(item.name) for item in parsed.columns if not item.generated}
        autoincrement = parsed.autoincrement
        for edit in edits:
            self._edit(table, parsed, edit, kept)
        if parsed.row_id_column is None and not parsed.without_rowid and "rowid" not in map(str.lower, kept):
            kept = {"rowid": "rowid", **kept}
        new, old = self.quote(REBUILT), self.table(table)
        targets = ", ".join("rowid" if name == "rowid" else self.quote(name) for name in kept)
        sequence = [
            f"DELETE FROM sqlite_sequence WHERE name = {self.text(REBUILT)}",
            f"INSERT INTO sqlite_sequence (name, seq) SELECT {self.text(REBUILT)}, seq FROM sqlite_sequence"
            f" WHERE name = {self.text(table.name)}",
        ]
        return [
            LEGACY_ON,
            parsed.write(new),
            f"INSERT INTO {new} ({targets}) SELECT {', '.join(kept.values())} FROM {old}",
            *(sequence if autoincrement else ()),
            f"DROP TABLE {old}",
            f"ALTER TABLE {new} RENAME TO {old}",
            LEGACY_OFF,
            *others,
        ]

    def _edit(self, table: TableRef, parsed: TableText, edit: Edit, kept: dict[str, str]) -> None:
        """Change the text, and in `kept` what is copied into which column."""
        match edit:
            case AddColumn(field=field):
                made = read_table(f"CREATE TABLE t ({self.column_line(self.column(field))})")
                parsed.columns += made.columns
            case DropColumn(column=column):
                kept.pop(parsed.column(column).name, None)
                parsed.drop_column(column)
            case AlterColumn():
                self._alter(parsed, edit, kept)
            case AddForeignKey(key=key):
                made = read_table(f"CREATE TABLE t (x, {self.foreign_key_line(table, key)})")
                parsed.constraints += made.constraints
            case DropForeignKey(key=key):
                parsed.drop_foreign_key(key.columns, key.to.name)
            case DropUnique(columns=columns):
                parsed.drop_unique(columns)

    def _alter(self, parsed: TableText, edit: AlterColumn, kept: dict[str, str]) -> None:
        found = parsed.column(edit.after.name)
        column: Column = self.column(edit.after, key=found.has("PRIMARY"))
        if not (edit.after.db_type and not edit.after.kind):
            found.type = column.type
        found.drop("NOT", "NULL")
        if edit.after.default != edit.before.default or edit.after.kind:
            found.drop("DEFAULT")
            if column.default is not None:
                found.add("DEFAULT", f"DEFAULT {column.default}")
        if not column.nullable:
            found.add("NOT", "NOT NULL")
        if found.name in kept:
            kept[found.name] = _converted(self.quote(found.name), edit, column)


def _converted(name: str, edit: AlterColumn, column: Column) -> str:
    """The old value as a value of the new column."""
    if edit.after.multiple and not edit.before.multiple:
        return (
            f"CASE WHEN {name} IS NULL OR {name} = '' THEN '[]' WHEN json_valid({name}) AND json_type({name}) = 'array'"
            f" THEN {name} ELSE json_array({name}) END"
        )
    if edit.before.multiple and not edit.after.multiple:
        return (
            f"CASE WHEN json_valid({name}) AND json_type({name}) = 'array'"
            f" THEN coalesce(json_extract({name}, '$[#-1]'), '') ELSE coalesce({name}, '') END"
        )
    if edit.after.kind and not column.nullable and column.default is not None:
        return f"coalesce({name}, {column.default})"
    return name


def _names(sql: str, column: str) -> bool:
    """Whether an index or trigger speaks of a column."""
    return any(token.name.lower() == column.lower() for token in tokens(sql) if token.kind in ("word", "name"))
