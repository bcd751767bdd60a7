"""DDL of PostgreSQL.

In charge of: its column types, ALTER COLUMN, comments. Called through `ddl`; `ddl_cockroach` refines it.

All of a schema change is one transaction, so it is done or it never was. Waiting for other transactions' locks is
limited: a waiting ALTER TABLE would hold up everybody who comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from satchel.model.definition import FieldDefinition, IndexDefinition, IndexPart
from satchel.model.schema_changes import AlterColumn, Change, CreateIndex, CreateTable, DropIndex, TableRef
from satchel.model.sql_tokens import tokens
from satchel.sql.ddl_base import GEO_ZERO, BaseDdl, Column, KindColumn

# one number for all schema changes of Satchel's in a database, whoever makes them
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7310872194002)"
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '10s'"


class PostgresDdl(BaseDdl):
    """See `ddl_base.BaseDdl`."""

    name = "postgres"
    label = "PostgreSQL"
    name_max = 63
    name_bytes = True
    types: ClassVar[Mapping[str, str]] = {
        "string": "varchar({length})",
        "text": "text",
        "boolean": "boolean",
        "integer": "integer",
        "bigInteger": "bigint",
        "float": "real",
        "decimal": "numeric({precision}, {scale})",
        "date": "date",
        "time": "time",
        "dateTime": "timestamp",
        "timestamp": "timestamptz",
        "json": "json",
        "csv": "text",
        "uuid": "uuid",
        "hash": "varchar(255)",
        "binary": "bytea",
        # PostGIS; without it the database says that there is no such type
        "geometry": "geometry(Geometry, 4326)",
        "geometry.Point": "geometry(Point, 4326)",
        "geometry.LineString": "geometry(LineString, 4326)",
        "geometry.Polygon": "geometry(Polygon, 4326)",
        "geometry.MultiPoint": "geometry(MultiPoint, 4326)",
        "geometry.MultiLineString": "geometry(MultiLineString, 4326)",
        "geometry.MultiPolygon": "geometry(MultiPolygon, 4326)",
    }
    now: ClassVar[Mapping[str, str]] = {"date": "CURRENT_DATE", "time": "CURRENT_TIME", "": "CURRENT_TIMESTAMP"}

    def before(self) -> Sequence[str]:
        return (ONE_AT_A_TIME, LOCK_TIMEOUT)

    # --- columns

    def type_of(self, field: FieldDefinition) -> str:
        if field.identity and not field.kind and field.type in ("integer", "bigInteger"):
            return "bigserial" if field.type == "bigInteger" else "serial"
        return super().type_of(field)

    def kind_column(self, field: FieldDefinition) -> KindColumn:
        """PocketBase's kinds: texts are never NULL, numbers are its float64, dates are instants or NULL."""
        match field.kind:
            case "number":
                return KindColumn("double precision", 0)
            case "bool":
                return KindColumn("boolean", False)
            case "date" | "autodate":
                return KindColumn("timestamptz", None)
            case "json":
                return KindColumn("json", None)  # keeps the order of keys
            case "geoPoint":
                return KindColumn("jsonb", GEO_ZERO)
            case _:
                return KindColumn("jsonb", "[]") if field.multiple else KindColumn("text", "")

    def record_id(self) -> str:
        return "('r' || substr(md5(random()::text || clock_timestamp()::text), 1, 14))"

    def uuid(self) -> str:
        return "gen_random_uuid()"

    # --- tables

    def create_table(self, change: CreateTable) -> list[str]:
        found = super().create_table(change)
        if change.comment:
            found += self.comment_table(change.table, change.comment)
        for field in change.fields:
            if field.comment:
                found.append(self._comment_column(change.table, field.name, field.comment))
        return found

    def comment_table(self, table: TableRef, comment: str | None) -> list[str]:
        return [f"COMMENT ON TABLE {self.table(table)} IS {self.text(comment) if comment else 'NULL'}"]

    # COMMENT ON COLUMN "posts"."title" IS 'what it is called'
    def _comment_column(self, table: TableRef, column: str, comment: str | None) -> str:
        text = self.text(comment) if comment else "NULL"
        return f"COMMENT ON COLUMN {self.table(table)}.{self.quote(column)} IS {text}"

    def add_column(self, head: str, table: TableRef, field: FieldDefinition) -> list[str]:
        found = super().add_column(head, table, field)
        return [*found, self._comment_column(table, field.name, field.comment)] if field.comment else found

    # ALTER TABLE "posts" ALTER COLUMN "views" DROP DEFAULT, ALTER COLUMN "views" TYPE bigint USING "views"::bigint, …
    def alter_column(self, head: str, table: TableRef, edit: AlterColumn, rows: Sequence[Sequence[Any]]) -> list[str]:
        before, after = edit.before, edit.after
        column = self.column(after)
        name = self.quote(after.name)
        change = f"{head}ALTER COLUMN {name} "
        typed = self._type_changes(edit, column)
        default = self.kept_default(edit) if typed else column.default
        found: list[str] = []
        if typed:
            using = self._using(edit, column)
            found.append(f"{change}DROP DEFAULT, ALTER COLUMN {name} TYPE {column.type} USING {using}")
        if (typed or before.default != after.default) and not after.identity:
            if default is not None:
                found.append(f"{change}SET DEFAULT {default}")
            elif not typed:
                found.append(f"{change}DROP DEFAULT")
        if before.nullable and not column.nullable:
            if after.kind and default is not None:
                found.append(f"UPDATE {self.table(table)} SET {name} = {default} WHERE {name} IS NULL")
            found.append(f"{change}SET NOT NULL")
        elif column.nullable and not before.nullable:
            found.append(f"{change}DROP NOT NULL")
        if before.comment != after.comment:
            found.append(self._comment_column(table, after.name, after.comment))
        return found

    def _type_changes(self, edit: AlterColumn, column: Column) -> bool:
        if edit.before.multiple != edit.after.multiple:
            return True
        if edit.after.db_type and not edit.after.kind:
            return edit.after.db_type != edit.before.db_type
        if edit.before.kind and edit.before.kind == edit.after.kind:
            return self.column(edit.before).type != column.type
        return True

    def _using(self, edit: AlterColumn, column: Column) -> str:
        """The old value as a value of the new type."""
        name = self.quote(edit.after.name)
        if edit.after.multiple and not edit.before.multiple:
            return f"CASE WHEN {name} IS NULL OR {name}::text = '' THEN '[]'::jsonb ELSE jsonb_build_array({name}) END"
        if edit.before.multiple and not edit.after.multiple:
            return f"coalesce({name}::jsonb ->> -1, '')"
        before, after = edit.before.type, edit.after.type
        if after == "boolean" and before in ("integer", "bigInteger", "float", "decimal"):
            return f"{name} <> 0"
        if before == "boolean" and after in ("integer", "bigInteger", "float", "decimal"):
            return f"{name}::integer::{column.type}"
        if after == "json" and before in ("string", "text", "csv", "hash"):
            return f"to_json({name})"
        return f"{name}::text::{column.type}" if {before, after} & {"json", "uuid"} else f"{name}::{column.type}"

    # --- indexes

    def look(self, change: Change) -> str | None:
        """Whether an index belongs to a constraint, which has to go instead."""
        if not isinstance(change, DropIndex):
            return None
        name = self.table(TableRef(change.table.schema, change.index.name))
        return f"SELECT conname FROM pg_catalog.pg_constraint WHERE conindid = to_regclass({self.text(name)})"

    def drop_index(self, table: TableRef, index: IndexDefinition, rows: Sequence[Sequence[Any]]) -> list[str]:
        if rows:
            return [f"ALTER TABLE {self.table(table)} DROP CONSTRAINT {self.quote(str(rows[0][0]))}"]
        return super().drop_index(table, index, rows)

    def index_part(self, part: IndexPart, change: CreateIndex) -> str:
        """SQLite's `COLLATE nocase` is an index over lower() here; its other collations are the default."""
        text = f"({self.expression(part.text)})" if part.expression else self.quote(part.text)
        if part.collation and part.collation.lower() == "nocase":
            text = f"(lower({text}))"
        return text + (" DESC" if part.descending else "")

    def expression(self, text: str) -> str:
        """Names in back ticks or brackets become quoted ones."""
        return requoted(text, self.quote)


def requoted(text: str, quote: Callable[[str], str]) -> str:
    """A superuser's SQL with every quoted name in this database's quotes."""
    pieces: list[str] = []
    position = 0
    for token in tokens(text):
        if token.kind == "name":
            pieces += [text[position : token.start], quote(token.name)]
            position = token.end
    return "".join([*pieces, text[position:]])
