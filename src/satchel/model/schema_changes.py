"""What can change in a database's schema: typed, neutral changes.

In charge of: the shapes between `diff` (which finds changes) and `sql/ddl` (which says them). Not in charge of:
metadata, which is saved beside them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.model.definition import FieldDefinition, IndexDefinition, OnAction


@dataclass(frozen=True, slots=True)
class TableRef:
    """`schema` None is the database's default one."""

    schema: str | None
    name: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    columns: tuple[str, ...]
    to: TableRef
    to_columns: tuple[str, ...]
    name: str | None = None
    on_delete: OnAction = "NO ACTION"
    on_update: OnAction = "NO ACTION"


# --- changes inside one table, which some databases can only make together


@dataclass(frozen=True, slots=True)
class AddColumn:
    field: FieldDefinition


@dataclass(frozen=True, slots=True)
class DropColumn:
    column: str


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """`after.name` is the column's name; type, nullability, default or comment differ. `before` is as introspected.

    When `before.multiple` and `after.multiple` differ, the rows are converted: a value becomes a list of one, a list
    becomes its last value.
    """

    before: FieldDefinition
    after: FieldDefinition


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    key: ForeignKey


@dataclass(frozen=True, slots=True)
class DropForeignKey:
    key: ForeignKey


@dataclass(frozen=True, slots=True)
class DropUnique:
    """Take away a UNIQUE constraint that is part of the table (SQLite only: elsewhere it has a name, as an index)."""

    columns: tuple[str, ...]


Edit = AddColumn | DropColumn | AlterColumn | AddForeignKey | DropForeignKey | DropUnique


# --- changes


@dataclass(frozen=True, slots=True)
class CreateTable:
    table: TableRef
    fields: tuple[FieldDefinition, ...]  # only stored ones
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DropTable:
    table: TableRef


@dataclass(frozen=True, slots=True)
class RenameTable:
    table: TableRef
    name: str


@dataclass(frozen=True, slots=True)
class RenameColumn:
    table: TableRef
    column: str
    name: str


@dataclass(frozen=True, slots=True)
class AlterTable:
    table: TableRef
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """`fields`: the columns that the index names, for databases that index some types in a special way."""

    table: TableRef
    index: IndexDefinition
    fields: tuple[FieldDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class DropIndex:
    table: TableRef
    index: IndexDefinition


@dataclass(frozen=True, slots=True)
class CommentTable:
    table: TableRef
    comment: str | None


@dataclass(frozen=True, slots=True)
class CreateView:
    """`query` is a superuser's SELECT, already looked at by `view_query`. `columns`: what it gives.

    `text_key`: the column `id` has to be made a text.
    """

    view: TableRef
    query: str
    columns: tuple[str, ...] = ()
    text_key: bool = False


@dataclass(frozen=True, slots=True)
class DropView:
    view: TableRef
    materialized: bool = False


Change = (
    CreateTable
    | DropTable
    | RenameTable
    | RenameColumn
    | AlterTable
    | CreateIndex
    | DropIndex
    | CommentTable
    | CreateView
    | DropView
)


def opposite(change: Change) -> Change | None:
    """The change that undoes one that loses nothing; None where there is none."""
    match change:
        case CreateTable(table=table):
            return DropTable(table)
        case RenameTable(table=table, name=name):
            return RenameTable(TableRef(table.schema, name), table.name)
        case RenameColumn(table=table, column=column, name=name):
            return RenameColumn(table, name, column)
        case CreateIndex(table=table, index=index):
            return DropIndex(table, index)
        case DropIndex(table=table, index=index):
            return CreateIndex(table, index)
        case CreateView(view=view):
            return DropView(view)
        case AlterTable(table=table, edits=edits):
            undone = [_opposite_edit(edit) for edit in reversed(edits)]
            kept = tuple(edit for edit in undone if edit is not None)
            return AlterTable(table, kept) if len(kept) == len(edits) else None
        case DropTable() | DropView() | CommentTable():
            return None


def _opposite_edit(edit: Edit) -> Edit | None:
    match edit:
        case AddColumn(field=field):
            return DropColumn(field.name)
        case AlterColumn(before=before, after=after) if before.type == after.type and before.kind == after.kind:
            return None if before.multiple != after.multiple else AlterColumn(after, before)
        case AddForeignKey(key=key):
            return DropForeignKey(key)
        case DropForeignKey(key=key):
            return AddForeignKey(key)
        case DropColumn() | AlterColumn() | DropUnique():
            return None
