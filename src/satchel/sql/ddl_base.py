"""What the DDL of all databases has in common.

In charge of: walking a change, columns of plain types and of PocketBase kinds, defaults, foreign keys, indexes. Not in
charge of: what only one database says (`ddl_<dialect>`, its subclasses).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from satchel.errors import InvalidPayload, NotSupported
from satchel.model.definition import DefaultFunction, FieldDefinition, IndexDefinition, IndexPart, Verbatim
from satchel.model.fields import FIELDS
from satchel.model.schema_changes import (
    AddColumn,
    AddForeignKey,
    AlterColumn,
    AlterTable,
    Change,
    CommentTable,
    CreateIndex,
    CreateTable,
    CreateView,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropTable,
    DropUnique,
    DropView,
    Edit,
    ForeignKey,
    RenameColumn,
    RenameTable,
    TableRef,
)

STRING_LENGTH = 255
DECIMAL_PRECISION, DECIMAL_SCALE = 10, 5
LENGTH_MAX = 65_535
GEO_ZERO = '{"lon":0,"lat":0}'


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database is told of it. `default` is SQL text."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    identity: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class KindColumn:
    """The column of a PocketBase kind: `zero` is the value for items without one, as a default; None: NULL."""

    type: str
    zero: str | int | bool | None


_LITERAL = re.compile(r"^\(?(?:[nN]|_\w+\s*)?'((?:[^']|'')*)'(?:::[\w\s\[\]()\",]+)?\)?$", re.DOTALL)
_NUMBER = re.compile(r"^\(?\(?(-?\d+(?:\.\d+)?)\)?\)?(?:::\w[\w\s]*)?$")


def plain_default(sql: str) -> str | int | float | bool | None:
    """The value of a default that is a literal, None for an expression: `'dd'::character varying` → `dd`."""
    text = sql.strip()
    found = _LITERAL.match(text)
    if found is not None:
        return found.group(1).replace("''", "'")
    found = _NUMBER.match(text)
    if found is not None:
        return float(found.group(1)) if "." in found.group(1) else int(found.group(1))
    return {"true": True, "false": False}.get(text.lower())


class BaseDdl:
    """How one database is told of changes. Class attributes say what differs in a word.

    `transactional`: DDL is undone with its transaction. `name_max`: the longest name, in bytes of UTF-8 when
    `name_bytes`, else in characters; None: no limit. `before()` and `after()`: statements around the schema changes
    of one transaction, so that those of several processes wait for each other; `after()` also runs when they failed,
    unless the transaction is gone. `look(change)`: a SELECT to run before `statements`, or None.
    `statements(change, rows)`: the statements of one change, in order, given the rows of `look`; NotSupported.
    """

    name = ""
    label = ""
    transactional = True
    name_max: int | None = None
    name_bytes = False
    true, false = "TRUE", "FALSE"
    key_text = "text"  # the type that makes any key a text
    types: ClassVar[Mapping[str, str]] = {}
    """Storage type → type text; `{length}`, `{precision}` and `{scale}` are filled in."""
    now: ClassVar[Mapping[str, str]] = {}
    """Storage type → what gives the current moment, as a default; "" for all others."""

    # --- names and values

    def quote(self, name: str) -> str:
        if "\0" in name or not name:
            raise InvalidPayload("A name can't be empty or contain a NUL character.")
        return '"' + name.replace('"', '""') + '"'

    def table(self, ref: TableRef) -> str:
        return f"{self.quote(ref.schema)}.{self.quote(ref.name)}" if ref.schema else self.quote(ref.name)

    def names(self, columns: Sequence[str]) -> str:
        return ", ".join(self.quote(name) for name in columns)

    def literal(self, value: Any, storage: str) -> str:
        """A plain value as SQL text."""
        if isinstance(value, bool):
            if storage in ("boolean", ""):
                return self.true if value else self.false
            value = int(value)
        if isinstance(value, int | float):
            text = repr(value)
            if "n" in text:  # nan, inf
                raise InvalidPayload(f"{text} can't be a default.")
            return text
        if isinstance(value, str):
            return self.text(value)
        return self.text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def text(self, value: str) -> str:
        if "\0" in value:
            raise InvalidPayload("A text can't contain a NUL character.")
        return "'" + value.replace("'", "''") + "'"

    # --- columns

    def storage(self, field: FieldDefinition) -> str:
        """The storage type of a field's column."""
        return FIELDS[field.kind].storage(field.options) if field.kind else field.type

    def type_of(self, field: FieldDefinition) -> str:
        """The type text. One that the database itself gave (`db_type`) is kept."""
        if field.db_type and not field.kind:
            return field.db_type
        if field.kind:
            return self.kind_column(field).type
        storage = field.type
        template = self.types.get(storage)
        if template is None:
            raise NotSupported(f"{self.label} has no columns of type {storage}.")
        length = STRING_LENGTH if field.max_length is None else field.max_length
        if not 0 < length <= LENGTH_MAX:
            raise InvalidPayload(f"The length {length} of {field.name} is not between 1 and {LENGTH_MAX}.")
        precision = DECIMAL_PRECISION if field.precision is None else field.precision
        scale = min(DECIMAL_SCALE, precision) if field.scale is None else field.scale
        if not 0 < precision <= 38 or not 0 <= scale <= precision:
            raise InvalidPayload(f"{precision} digits with {scale} after the point are not possible for {field.name}.")
        return template.format(length=int(length), precision=int(precision), scale=int(scale))

    def kind_column(self, field: FieldDefinition) -> KindColumn:
        """The column of a PocketBase kind."""
        raise NotImplementedError

    def column(self, field: FieldDefinition, *, key: bool = False) -> Column:
        """A field's column, ready to be written."""
        if field.kind:
            made = self.kind_column(field)
            zero = made.zero
            if field.options.get("primaryKey"):
                default: str | None = self.record_id()
            else:
                default = None if zero is None else self.zero_text(zero, self.storage(field))
            return Column(field.name, made.type, zero is None, default, comment=field.comment)
        return Column(
            field.name,
            self.type_of(field),
            nullable=field.nullable and not key,
            default=None if field.identity else self.default(field),
            identity=field.identity,
            comment=field.comment,
        )

    def zero_text(self, zero: str | int | bool, storage: str) -> str:
        return self.literal(zero, storage)

    def default(self, field: FieldDefinition) -> str | None:
        """The default as SQL text, None for none."""
        value = field.default
        if value is None:
            return None
        if isinstance(value, Verbatim):
            return value.sql
        if isinstance(value, DefaultFunction):
            return self.default_function(value, field.type)
        return self.literal(self.fitting(value, field), field.type)

    def fitting(self, value: str | int | float | bool, field: FieldDefinition) -> Any:
        """A plain default as a value of the column's type; what can't be one is the caller's error."""
        if field.type == "boolean" and not isinstance(value, bool):
            known = {"1": True, "true": True, "0": False, "false": False}
            found = known.get(str(value).lower())
            if found is None:
                raise InvalidPayload(f"The default of {field.name} is no boolean.")
            return found
        if field.type in ("integer", "bigInteger") and isinstance(value, str):
            if not value.strip().lstrip("+-").isdigit():
                raise InvalidPayload(f"The default of {field.name} is no whole number.")
            return int(value)
        if field.type in ("float", "decimal") and isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                raise InvalidPayload(f"The default of {field.name} is no number.") from None
        if field.type in ("string", "text", "hash", "csv", "uuid") and not isinstance(value, str):
            return json.dumps(value)
        return value

    def kept_default(self, edit: AlterColumn) -> str | None:
        """The default of a column whose type changes.

        One in the database's own words (a sequence, a cast) may mean nothing to the new type: a literal in it is kept
        if it can be a value of that type, anything else goes.
        """
        after = edit.after
        if after.kind or not isinstance(after.default, Verbatim):
            return self.column(after).default
        plain = plain_default(after.default.sql)
        if plain is None:
            return None
        try:
            return self.default(replace(after, default=plain))
        except InvalidPayload:
            return None

    def default_function(self, function: DefaultFunction, storage: str) -> str:
        match function:
            case DefaultFunction.NOW:
                return self.now.get(storage) or self.now[""]
            case DefaultFunction.UUID:
                return self.uuid()
            case DefaultFunction.RECORD_ID:
                return self.record_id()

    def uuid(self) -> str:
        raise NotSupported(f"{self.label} can't make UUIDs by default.")

    def record_id(self) -> str:
        """PocketBase's default key, for rows that others insert: "r" and fourteen hexadecimal digits."""
        raise NotImplementedError

    # --- changes

    def spoken(self, statement: str) -> str:
        """The statement as the driver wants it: some take a percent sign for a placeholder's."""
        return statement

    def before(self) -> Sequence[str]:
        return ()

    def after(self) -> Sequence[str]:
        return ()

    def look(self, change: Change) -> str | None:
        return None

    def statements(self, change: Change, rows: Sequence[Sequence[Any]] = ()) -> list[str]:
        match change:
            case CreateTable():
                return self.create_table(change)
            case DropTable(table=table):
                return [f"DROP TABLE {self.table(table)}"]
            case RenameTable(table=table, name=name):
                return self.rename_table(table, name)
            case RenameColumn(table=table, column=column, name=name):
                return self.rename_column(table, column, name)
            case AlterTable(table=table, edits=edits):
                return self.alter_table(table, edits, rows)
            case CreateIndex():
                return self.create_index(change)
            case DropIndex(table=table, index=index):
                return self.drop_index(table, index, rows)
            case CommentTable(table=table, comment=comment):
                return self.comment_table(table, comment)
            case CreateView():
                return [self.create_view(change)]
            case DropView(view=view, materialized=materialized):
                return [f"DROP {'MATERIALIZED ' if materialized else ''}VIEW {self.table(view)}"]

    # CREATE TABLE "posts" ("id" integer NOT NULL, "title" varchar(255), PRIMARY KEY ("id"))
    def create_table(self, change: CreateTable) -> list[str]:
        lines = [self.column_line(self.column(field, key=field.name in change.key)) for field in change.fields]
        if change.key:
            lines.append(f"PRIMARY KEY ({self.names(change.key)})")
        lines += [self.foreign_key_line(change.table, key) for key in change.foreign_keys]
        body = ", ".join(lines)
        return [f"CREATE TABLE {self.table(change.table)} ({body}){self.table_options(change)}"]

    def table_options(self, change: CreateTable) -> str:
        return ""

    # "title" varchar(255) DEFAULT '' NOT NULL
    def column_line(self, column: Column) -> str:
        default = "" if column.default is None else f" DEFAULT {column.default}"
        identity = self.identity_clause() if column.identity else ""
        null = "" if column.nullable else " NOT NULL"
        return f"{self.quote(column.name)} {column.type}{default}{identity}{null}"

    def identity_clause(self) -> str:
        return ""

    # CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL
    def foreign_key_line(self, table: TableRef, key: ForeignKey) -> str:
        line = f"CONSTRAINT {self.quote(self.foreign_key_name(table, key))} FOREIGN KEY ({self.names(key.columns)})"
        line += f" REFERENCES {self.table(key.to)} ({self.names(key.to_columns)})"
        return line + self.actions(table, key)

    def actions(self, table: TableRef, key: ForeignKey) -> str:
        clause = ""
        if key.on_delete != "NO ACTION":
            clause += f" ON DELETE {key.on_delete}"
        if key.on_update != "NO ACTION":
            clause += f" ON UPDATE {key.on_update}"
        return clause

    def foreign_key_name(self, table: TableRef, key: ForeignKey) -> str:
        return key.name or self.shortened("_".join((table.name, *key.columns, "foreign")))

    def shortened(self, name: str) -> str:
        """A name of ours that fits; names of callers are checked and never cut."""
        if self.name_max is None:
            return name
        while len(name.encode()) > self.name_max:
            name = name[:-1]
        return name

    def rename_table(self, table: TableRef, name: str) -> list[str]:
        return [f"ALTER TABLE {self.table(table)} RENAME TO {self.quote(name)}"]

    def rename_column(self, table: TableRef, column: str, name: str) -> list[str]:
        return [f"ALTER TABLE {self.table(table)} RENAME COLUMN {self.quote(column)} TO {self.quote(name)}"]

    # ALTER TABLE "posts" ADD COLUMN "views" integer
    def alter_table(self, table: TableRef, edits: Sequence[Edit], rows: Sequence[Sequence[Any]]) -> list[str]:
        head = f"ALTER TABLE {self.table(table)} "
        found: list[str] = []
        for edit in edits:
            match edit:
                case AddColumn(field=field):
                    found += self.add_column(head, table, field)
                case DropColumn(column=column):
                    found += self.drop_column(head, table, column, rows)
                case AlterColumn():
                    found += self.alter_column(head, table, edit, rows)
                case AddForeignKey(key=key):
                    found.append(f"{head}ADD {self.foreign_key_line(table, key)}")
                case DropForeignKey(key=key):
                    found.append(head + self.drop_foreign_key(table, key))
                case DropUnique():
                    raise NotSupported(f"A unique constraint of {self.label} is dropped as an index.")
        return found

    def add_column(self, head: str, table: TableRef, field: FieldDefinition) -> list[str]:
        return [f"{head}ADD COLUMN {self.column_line(self.column(field))}"]

    def drop_column(self, head: str, table: TableRef, column: str, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [f"{head}DROP COLUMN {self.quote(column)}"]

    def alter_column(self, head: str, table: TableRef, edit: AlterColumn, rows: Sequence[Sequence[Any]]) -> list[str]:
        raise NotImplementedError

    def drop_foreign_key(self, table: TableRef, key: ForeignKey) -> str:
        return f"DROP CONSTRAINT {self.quote(self.foreign_key_name(table, key))}"

    # CREATE UNIQUE INDEX "posts_slug" ON "posts" ("slug" DESC) WHERE "slug" <> ''
    def create_index(self, change: CreateIndex) -> list[str]:
        index = change.index
        parts = ", ".join(self.index_part(part, change) for part in index.parts)
        unique = "UNIQUE " if index.unique else ""
        where = f" WHERE {self.expression(index.where)}" if index.where else ""
        return [f"CREATE {unique}INDEX {self.quote(index.name)} ON {self.table(change.table)} ({parts}){where}"]

    def index_part(self, part: IndexPart, change: CreateIndex) -> str:
        text = f"({self.expression(part.text)})" if part.expression else self.quote(part.text)
        return text + (" DESC" if part.descending else "")

    def expression(self, text: str) -> str:
        """A superuser's SQL as this database quotes names."""
        return text

    def drop_index(self, table: TableRef, index: IndexDefinition, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [f"DROP INDEX {self.table(TableRef(table.schema, index.name))}"]

    def comment_table(self, table: TableRef, comment: str | None) -> list[str]:
        return []

    # CREATE VIEW "totals" AS SELECT * FROM (<query>) AS q
    # CREATE VIEW "totals" AS SELECT CAST("id" AS text) AS "id", "n" FROM (<query>) AS q
    def create_view(self, change: CreateView) -> str:
        columns = "*"
        if change.text_key:
            columns = ", ".join(self._view_column(name) for name in change.columns)
        return f"CREATE VIEW {self.table(change.view)} AS SELECT {columns} FROM ({change.query}) AS q"

    def _view_column(self, name: str) -> str:
        quoted = self.quote(name)
        return f"CAST({quoted} AS {self.key_text}) AS {quoted}" if name == "id" else quoted
