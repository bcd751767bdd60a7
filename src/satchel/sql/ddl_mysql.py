"""DDL of MySQL 8, and what MariaDB shares with it. MySQL itself was not yet run against a live server.

In charge of: column types and their collations, MODIFY COLUMN, AUTO_INCREMENT, indexes of texts. Not in charge of:
where MariaDB differs (`ddl_mariadb`). Called through `ddl`.

Every DDL statement commits what was done before it, so a change of several statements is not atomic here:
`engine/schema` compensates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from satchel.errors import NotSupported
from satchel.model.definition import FieldDefinition, IndexDefinition, IndexPart
from satchel.model.fields.contract import whole
from satchel.model.schema_changes import (
    AlterColumn,
    AlterTable,
    Change,
    CreateIndex,
    CreateTable,
    ForeignKey,
    TableRef,
)
from satchel.sql.ddl_base import GEO_ZERO, BaseDdl, Column, KindColumn
from satchel.sql.ddl_postgres import requoted

# PocketBase compares texts byte by byte; so do columns that are made for its kinds
BINARY = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
# 65,535 bytes of `text`, four for a character
TEXT_CHARACTERS = 16_000
PREFIX_LENGTH = 255


class MysqlDdl(BaseDdl):
    """See `ddl_base.BaseDdl`."""

    name = "mysql"
    label = "MySQL"
    transactional = False
    name_max = 64
    key_text = "char"
    types: ClassVar[Mapping[str, str]] = {
        "string": "varchar({length})",
        "text": "text",
        "boolean": "boolean",
        "integer": "int",
        "bigInteger": "bigint",
        "float": "float",
        "decimal": "decimal({precision}, {scale})",
        "date": "date",
        "time": "time",
        "dateTime": "datetime",
        "timestamp": "datetime(3)",
        "json": "json",
        "csv": "text",
        "uuid": "char(36)",
        "hash": "varchar(255)",
        "binary": "longblob",
        "geometry": "geometry",
        "geometry.Point": "point",
        "geometry.LineString": "linestring",
        "geometry.Polygon": "polygon",
        "geometry.MultiPoint": "multipoint",
        "geometry.MultiLineString": "multilinestring",
        "geometry.MultiPolygon": "multipolygon",
    }
    now: ClassVar[Mapping[str, str]] = {
        "date": "(curdate())",
        "time": "(curtime())",
        "dateTime": "CURRENT_TIMESTAMP",
        "": "CURRENT_TIMESTAMP(3)",
    }
    text_defaults = False
    """Whether texts and JSON may have a literal as default."""
    expression_indexes = True

    def spoken(self, statement: str) -> str:
        return statement.replace("%", "%%")

    def before(self) -> Sequence[str]:
        return ("SELECT get_lock(concat('satchel.', left(md5(database()), 32)), 60)",)

    def after(self) -> Sequence[str]:
        return ("SELECT release_lock(concat('satchel.', left(md5(database()), 32)))",)

    # --- names and values

    def quote(self, name: str) -> str:
        return "`" + super().quote(name)[1:-1].replace('""', '"').replace("`", "``") + "`"

    def text(self, value: str) -> str:
        return super().text(value.replace("\\", "\\\\"))

    # --- columns

    def kind_column(self, field: FieldDefinition) -> KindColumn:
        match field.kind:
            case "number":
                return KindColumn("double", 0)
            case "bool":
                return KindColumn("boolean", False)
            case "date" | "autodate":
                return KindColumn("datetime(3)", None)
            case "json":
                return KindColumn("json", None)
            case "geoPoint":
                return KindColumn("json", GEO_ZERO)
            case _ if field.multiple:
                return KindColumn("json", "[]")
            case "url":
                return KindColumn("text" + BINARY, "")
            case _ if self.storage(field) == "string":
                return KindColumn(f"varchar({PREFIX_LENGTH})" + BINARY, "")
            case "text" if whole(field.options, "max") <= TEXT_CHARACTERS:
                return KindColumn("text" + BINARY, "")
            case _:
                return KindColumn("longtext" + BINARY, "")

    def zero_text(self, zero: str | int | bool, storage: str) -> str:
        text = self.literal(zero, storage)
        return f"({text})" if storage in ("text", "json") and not self.text_defaults else text

    def default(self, field: FieldDefinition) -> str | None:
        found = super().default(field)
        if found is not None and field.type in ("text", "csv", "json", "binary") and not self.text_defaults:
            return found if found.startswith("(") else f"({found})"
        return found

    def record_id(self) -> str:
        return "(concat('r', left(md5(uuid()), 14)))"

    def uuid(self) -> str:
        return "(uuid())"

    def identity_clause(self) -> str:
        return " AUTO_INCREMENT"

    def column_line(self, column: Column) -> str:
        comment = f" COMMENT {self.text(column.comment)}" if column.comment else ""
        return super().column_line(column) + comment

    # --- tables

    def look(self, change: Change) -> str | None:
        """For a new table: the database's character set. For an altered one: how its columns are now."""
        if isinstance(change, CreateTable):
            schema = self.text(change.table.schema) if change.table.schema else "database()"
            return f"SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = {schema}"
        if isinstance(change, AlterTable) and any(isinstance(edit, AlterColumn) for edit in change.edits):
            schema = self.text(change.table.schema) if change.table.schema else "database()"
            return (
                "SELECT column_name, column_type, collation_name, extra, column_comment"
                " FROM information_schema.columns"
                f" WHERE table_schema = {schema} AND table_name = {self.text(change.table.name)}"
            )
        return None

    def statements(self, change: Change, rows: Sequence[Sequence[Any]] = ()) -> list[str]:
        found = super().statements(change, rows)
        if isinstance(change, CreateTable) and rows and str(rows[0][0]).lower() != "utf8mb4":
            # a text that can't hold every character would lose some
            found[0] += " DEFAULT CHARACTER SET utf8mb4"
        return found

    def table_options(self, change: CreateTable) -> str:
        return f" COMMENT = {self.text(change.comment)}" if change.comment else ""

    def comment_table(self, table: TableRef, comment: str | None) -> list[str]:
        return [f"ALTER TABLE {self.table(table)} COMMENT = {self.text(comment or '')}"]

    def rename_table(self, table: TableRef, name: str) -> list[str]:
        return [f"RENAME TABLE {self.table(table)} TO {self.table(TableRef(table.schema, name))}"]

    def drop_foreign_key(self, table: TableRef, key: ForeignKey) -> str:
        return f"DROP FOREIGN KEY {self.quote(self.foreign_key_name(table, key))}"

    # ALTER TABLE `posts` MODIFY COLUMN `views` bigint DEFAULT 0 NOT NULL
    def alter_column(self, head: str, table: TableRef, edit: AlterColumn, rows: Sequence[Sequence[Any]]) -> list[str]:
        now = next((row for row in rows if str(row[0]) == edit.after.name), None)
        column = self._modified(edit, now)
        name = self.quote(edit.after.name)
        modify = f"{head}MODIFY COLUMN {self.column_line(column)}{self._on_update(edit, now)}"
        found: list[str] = []
        if edit.before.multiple != edit.after.multiple:
            found += [f"{head}MODIFY COLUMN {name} longtext{BINARY}", self._converted(table, name, edit)]
        elif edit.after.kind and not column.nullable and edit.before.nullable and column.default is not None:
            found.append(f"UPDATE {self.table(table)} SET {name} = {column.default} WHERE {name} IS NULL")
        return [*found, modify]

    def _modified(self, edit: AlterColumn, now: Sequence[Any] | None) -> Column:
        """The whole column, as MODIFY wants it: what is not said is lost."""
        column = self.column(edit.after)
        comment = edit.after.comment
        identity = column.identity and not edit.after.kind
        kept = bool(edit.after.db_type) and not edit.after.kind and now is not None
        if not kept or now is None:
            default = None if identity else self.kept_default(edit)
            return Column(column.name, column.type, column.nullable, default, identity, comment)
        collation = f" COLLATE {now[2]}" if now[2] and edit.after.type != "json" else ""
        kept_type = "json" if edit.after.type == "json" else str(now[1])
        default = None if identity else column.default
        return Column(column.name, kept_type + collation, column.nullable, default, identity, comment)

    def _on_update(self, edit: AlterColumn, now: Sequence[Any] | None) -> str:
        extra = str(now[3] or "").lower() if now is not None else ""
        _, found, rest = extra.partition("on update ")
        return f" ON UPDATE {rest.split(' ')[0]}" if found and edit.after.db_type else ""

    def _converted(self, table: TableRef, name: str, edit: AlterColumn) -> str:
        if edit.after.multiple:
            value = (
                f"CASE WHEN {name} IS NULL OR {name} = '' THEN '[]'"
                f" WHEN json_valid({name}) AND json_type({name}) = 'ARRAY' THEN {name} ELSE json_array({name}) END"
            )
        else:
            last = f"json_unquote(json_extract({name}, concat('$[', json_length({name}) - 1, ']')))"
            value = f"CASE WHEN json_valid({name}) THEN coalesce({last}, '') ELSE coalesce({name}, '') END"
        return f"UPDATE {self.table(table)} SET {name} = {value}"

    # --- indexes

    def create_index(self, change: CreateIndex) -> list[str]:
        index = change.index
        if index.where:
            raise NotSupported(f"{self.label} has no indexes with a condition (WHERE).", collection=change.table.name)
        parts = ", ".join(self.index_part(part, change) for part in index.parts)
        unique = "UNIQUE " if index.unique else ""
        return [f"CREATE {unique}INDEX {self.quote(index.name)} ON {self.table(change.table)} ({parts})"]

    def index_part(self, part: IndexPart, change: CreateIndex) -> str:
        down = " DESC" if part.descending else ""
        if part.expression or part.collation:
            if not self.expression_indexes:
                raise NotSupported(f"{self.label} has no indexes over expressions or with a collation of their own.")
            text = self.expression(part.text) if part.expression else self.quote(part.text)
            if part.collation and part.collation.lower() == "nocase":
                text = f"lower({text})"
            return f"(({text})){down}"
        field = next((item for item in change.fields if item.name == part.text), None)
        return self.quote(part.text) + self.prefix(field, change.index) + down

    def prefix(self, field: FieldDefinition | None, index: IndexDefinition) -> str:
        """A long text can only be indexed by how it begins."""
        return f"({PREFIX_LENGTH})" if field is not None and self.is_long(field) else ""

    def is_long(self, field: FieldDefinition) -> bool:
        return self.type_of(field).split(" ")[0].split("(")[0].lower() in (
            "text", "tinytext", "mediumtext", "longtext", "blob", "tinyblob", "mediumblob", "longblob"
        )  # fmt: skip

    def expression(self, text: str) -> str:
        return requoted(text, self.quote)

    def drop_index(self, table: TableRef, index: IndexDefinition, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [f"DROP INDEX {self.quote(index.name)} ON {self.table(table)}"]
