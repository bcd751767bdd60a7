"""Diff: from what a table is to what it is wanted to be, as typed changes in an order that works.

In charge of: which fields are the same under another name, what to add, alter and drop, indexes, foreign keys that are
in the way. Not in charge of: whether the wish is acceptable (`check_definition`), metadata (`engine/schema_rows`), or
statements (`sql/ddl`). Called by `engine/schema`. Pure.

The order: what is in the way goes first (indexes, foreign keys), then renames, then additions and alterations, then
new indexes, and what loses data last, so that all that may fail was tried before. Only where a new column takes the
name of one that goes, that one goes earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from satchel.errors import InvalidPayload
from satchel.model.catalog import Catalog, Collection, Index, Relation
from satchel.model.definition import (
    CollectionDefinition,
    FieldDefinition,
    IndexDefinition,
    IndexPart,
    field_definition_of,
    index_definition_of,
)
from satchel.model.index_text import parse_index, renamed
from satchel.model.schema_changes import (
    AddColumn,
    AlterColumn,
    AlterTable,
    Change,
    CommentTable,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropUnique,
    Edit,
    ForeignKey,
    RenameColumn,
    RenameTable,
    TableRef,
)
from satchel.model.sql_tokens import tokens

SameColumn = Callable[[FieldDefinition, FieldDefinition], bool]
"""Whether two definitions make the same column in a database (a dialect knows)."""

PASSING = "satchel_passing_"
AUTO_INDEX = "sqlite_autoindex_"


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """Fields of one collection, by what becomes of them. `kept`: (as it is, as wanted); names may differ."""

    kept: tuple[tuple[FieldDefinition, FieldDefinition], ...]
    added: tuple[FieldDefinition, ...]
    dropped: tuple[FieldDefinition, ...]

    @property
    def renames(self) -> dict[str, str]:
        return {old.name: new.name for old, new in self.kept if old.name != new.name}


def table_of(collection: Collection) -> TableRef:
    return TableRef(collection.schema, collection.table)


def match_fields(before: Collection, wanted: CollectionDefinition) -> FieldDiff:
    """Which wanted field continues which: by id, then by the name it had, then by name; each only once.

    One that brings an id which nobody has is a new field, whatever its name.
    """
    left = {item.name: field_definition_of(item) for item in before.fields.values()}
    by_id = {item.id: item.name for item in left.values() if item.id}
    found: dict[int, FieldDefinition] = {}
    finders: tuple[Callable[[FieldDefinition], str | None], ...] = (
        lambda item: by_id.get(item.id),
        lambda item: item.was,
        lambda item: None if item.id else item.name,
    )
    for finder in finders:
        for position, item in enumerate(wanted.fields):
            name = finder(item)
            if position not in found and name is not None and name in left:
                found[position] = left.pop(name)
    kept = tuple((old, wanted.fields[position]) for position, old in sorted(found.items()))
    added = tuple(item for position, item in enumerate(wanted.fields) if position not in found)
    return FieldDiff(kept, added, tuple(left.values()))


# --- a new table


def create_table(wanted: CollectionDefinition, place: TableRef) -> list[Change]:
    """Table and indexes of a new collection."""
    stored = tuple(item for item in wanted.fields if item.stored)
    changes: list[Change] = [CreateTable(place, stored, wanted.key, comment=wanted.comment)]
    indexes = _wanted_indexes(wanted, place.name, {})
    return [*changes, *(_create_index(place, item, stored) for item in indexes)]


def _create_index(place: TableRef, index: IndexDefinition, fields: Sequence[FieldDefinition]) -> CreateIndex:
    named = {part.text for part in index.parts}
    return CreateIndex(place, index, tuple(item for item in fields if item.name in named))


# --- a table that exists


def alter_table(
    before: Collection, wanted: CollectionDefinition, catalog: Catalog, same_column: SameColumn, place: TableRef
) -> list[Change]:
    """What makes the table of `before` what is wanted. `place`: where it is to be (the schema stays)."""
    fields = match_fields(before, wanted)
    old = table_of(before)
    changes: list[Change] = []
    gone = {item.name for item in fields.dropped if item.stored}
    old_indexes = [known_index(item, before) for item in before.indexes if not item.primary]
    new_indexes = _wanted_indexes(wanted, place.name, fields.renames)
    dropped, created = _index_changes(old_indexes, new_indexes, fields.renames, gone)
    changes += _free(before, old, catalog, gone, dropped)
    if place != old:
        changes.append(RenameTable(old, place.name))
    changes += _renames(place, fields, gone)
    drops: list[Edit] = [DropColumn(_passing(fields, name)) for name in sorted(gone)]
    additions: list[Edit] = [AddColumn(item) for item in fields.added if item.stored]
    alterations = _alterations(fields, same_column)
    if additions:
        changes.append(AlterTable(place, tuple(additions)))
    if alterations:
        changes.append(AlterTable(place, tuple(alterations)))
    stored = [item for item in wanted.fields if item.stored]
    changes += [_create_index(place, item, stored) for item in created]
    if drops:
        changes.append(AlterTable(place, tuple(drops)))
    if before.comment != wanted.comment:
        changes.append(CommentTable(place, wanted.comment))
    return changes


def _free(
    before: Collection, place: TableRef, catalog: Catalog, gone: set[str], dropped: Sequence[IndexDefinition]
) -> list[Change]:
    """Take away what would not let columns go: indexes, foreign keys from and to them."""
    changes: list[Change] = []
    edits: list[Edit] = []
    for index in dropped:
        if index.name.startswith(AUTO_INDEX):
            if not gone.intersection(index.columns):  # the constraint goes with its column
                edits.append(DropUnique(index.columns))
        else:
            changes.append(DropIndex(place, index))
    for relation in catalog.relations:
        if relation.on_delete is None or relation.one is None:
            continue
        if relation.many == before.name and gone.intersection(relation.many_fields):
            edits.append(DropForeignKey(foreign_key_of(relation, catalog)))
        elif relation.one == before.name and gone.intersection(relation.one_fields):
            many = table_of(catalog.collections[relation.many])
            changes.append(AlterTable(many, (DropForeignKey(foreign_key_of(relation, catalog)),)))
    # foreign keys first: MariaDB keeps the index that one of them stands on
    return [AlterTable(place, tuple(edits)), *changes] if edits else changes


def foreign_key_of(relation: Relation, catalog: Catalog) -> ForeignKey:
    """The foreign key behind a relation."""
    one = catalog.collections[relation.one or ""]
    return ForeignKey(relation.many_fields, table_of(one), relation.one_fields, relation.constraint)


def _passing(fields: FieldDiff, name: str) -> str:
    """The name that a dropped column has when it goes: another one if its own is wanted again."""
    wanted = {new.name for _, new in fields.kept} | {item.name for item in fields.added}
    return PASSING + name if name in wanted else name


def _renames(place: TableRef, fields: FieldDiff, gone: set[str]) -> list[Change]:
    """Renames in an order in which no name is taken when it is needed; circles go by way of a passing name."""
    changes: list[Change] = [
        RenameColumn(place, name, _passing(fields, name)) for name in sorted(gone) if _passing(fields, name) != name
    ]
    left = {old.name: new.name for old, new in fields.kept if old.stored and old.name != new.name}
    while left:
        free = next((old for old, new in left.items() if new not in left), None)
        if free is None:
            old, new = next(iter(left.items()))
            changes.append(RenameColumn(place, old, PASSING + old))
            del left[old]
            left[PASSING + old] = new
        else:
            changes.append(RenameColumn(place, free, left.pop(free)))
    return changes


def _alterations(fields: FieldDiff, same_column: SameColumn) -> list[Edit]:
    edits: list[Edit] = []
    for old, new in fields.kept:
        if not old.stored or not new.stored or old.generated:
            continue
        after = _with_own_type(old, new)
        if not _is_same(old, after, same_column):
            edits.append(AlterColumn(replace(old, name=new.name), after))
    return edits


def _with_own_type(old: FieldDefinition, new: FieldDefinition) -> FieldDefinition:
    """The wanted field, with the database's own text of the type as long as the type stays.

    That text is taken from what exists, never from the wish.
    """
    if new.kind:
        return replace(new, type=old.type, db_type="")
    stays = not old.kind and old.type == new.type
    sized = (old.max_length, old.precision, old.scale) == (new.max_length, new.precision, new.scale)
    return replace(new, db_type=old.db_type if stays and sized else "")


def _is_same(old: FieldDefinition, new: FieldDefinition, same_column: SameColumn) -> bool:
    if old.comment != new.comment:
        return False
    if old.kind or new.kind:
        return old.kind == new.kind and old.multiple == new.multiple and same_column(old, new)
    return (old.type, old.nullable, old.default, old.max_length, old.precision, old.scale) == (
        new.type,
        new.nullable,
        new.default,
        new.max_length,
        new.precision,
        new.scale,
    )


# --- indexes


def known_index(index: Index, collection: Collection) -> IndexDefinition:
    """An index of the catalog as a definition; its text, where it can be read, knows orders and collations."""
    plain = index_definition_of(index, collection)
    if not index.sql:
        return plain
    try:
        return replace(parse_index(index.sql), name=index.name)
    except InvalidPayload:
        return plain


def _wanted_indexes(wanted: CollectionDefinition, table: str, names: Mapping[str, str]) -> list[IndexDefinition]:
    """The wanted indexes, with those that single fields ask for or away."""
    found: list[IndexDefinition] = [_renamed(_complete(item), names) for item in wanted.indexes]
    for field in wanted.fields:
        for flag, unique in ((field.unique, True), (field.indexed, False)):
            covers = [item for item in found if _covers(item, field.name, unique=unique)]
            if flag is True and not covers and not (not unique and field.unique):
                name = "_".join((table, field.name, "unique" if unique else "index"))
                found.append(IndexDefinition(name, (IndexPart(field.name),), unique))
            elif flag is False:
                found = [item for item in found if item not in covers]
    return found


def _complete(index: IndexDefinition) -> IndexDefinition:
    """With what the text says; a definition made from the catalog has columns only."""
    if not index.sql:
        return index
    try:
        return replace(parse_index(index.sql), name=index.name)
    except InvalidPayload:
        return index


def _covers(index: IndexDefinition, column: str, *, unique: bool) -> bool:
    return index.columns == (column,) and not index.parts[0].expression and index.unique is unique and not index.where


def _renamed(index: IndexDefinition, names: Mapping[str, str]) -> IndexDefinition:
    """An index with the new names of its columns, also inside of expressions and its condition."""
    if not names:
        return index
    parts = tuple(
        replace(part, text=renamed(part.text, names) if part.expression else names.get(part.text, part.text))
        for part in index.parts
    )
    return replace(
        index,
        parts=parts,
        where=renamed(index.where, names) if index.where else None,
        sql=renamed(index.sql, names) if index.sql else None,
    )


def _index_changes(
    old: Sequence[IndexDefinition], new: Sequence[IndexDefinition], renames: Mapping[str, str], gone: set[str]
) -> tuple[list[IndexDefinition], list[IndexDefinition]]:
    """(to drop, to create). Renames of columns carry indexes along by themselves."""
    wanted = {item.name: item for item in new}
    stays: set[str] = set()
    dropped: list[IndexDefinition] = []
    for item in old:
        target = wanted.get(item.name)
        same = target is not None and _content(_renamed(item, renames)) == _content(target)
        if same and not any(item.mentions(name) for name in gone):
            stays.add(item.name)
        else:
            dropped.append(item)
    return dropped, [item for item in new if item.name not in stays and not item.name.startswith(AUTO_INDEX)]


def _content(index: IndexDefinition) -> tuple[Any, ...]:
    parts = tuple(
        (_words(part.text) if part.expression else part.text.lower(), (part.collation or "").lower(), part.descending)
        for part in index.parts
    )
    return (index.unique, parts, _words(index.where or ""))


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.name if token.kind == "name" else token.text.lower() for token in tokens(text))
