"""Migrations: how a store comes from one version of its tables to the next.

In charge of: the numbered steps, as neutral schema changes. Not in charge of: running them (`engine/metadata`). Pure.

A step says what it did at its time; it does not look at today's declarations, except for the first, which makes all tables of a new
store as they are declared now. A new version adds a file `step_<n>.py` with `CHANGES`, and `LATEST` grows by one.
"""

from __future__ import annotations

from satchel.model.definition import FieldDefinition, IndexDefinition, IndexPart
from satchel.model.schema_changes import Change, CreateIndex, CreateTable, ForeignKey, TableRef
from satchel.model.system.collections import SYSTEM_BY_NAME, SYSTEM_TABLES
from satchel.model.system.declare import SystemField, SystemTable, index_name, indexes_of

LATEST = 1
STEPS: dict[int, tuple[Change, ...]] = {}
"""Version → the changes that lead to it from the one before."""


def steps_from(version: int) -> tuple[Change, ...]:
    """The changes that a store of this version lacks; 0 is an empty store, which gets today's tables at once."""
    if version == 0:
        return tuple(change for item in SYSTEM_TABLES for change in made(item))
    return tuple(change for number in range(version + 1, LATEST + 1) for change in STEPS[number])


def made(item: SystemTable) -> tuple[Change, ...]:
    """A declared table with its indexes."""
    ref = TableRef(None, item.table)
    fields = tuple(_field(field) for field in item.fields if field.type != "alias")
    table = CreateTable(ref, fields, item.key, tuple(_keys(item)))
    by_name = {field.name: field for field in fields}
    indexes = tuple(
        CreateIndex(
            ref,
            IndexDefinition(
                index_name(item.table, index.columns, unique=index.unique),
                tuple(IndexPart(column) for column in index.columns),
                unique=index.unique,
            ),
            tuple(by_name[column] for column in index.columns),
        )
        for index in indexes_of(item)
    )
    return (table, *indexes)


def _field(field: SystemField) -> FieldDefinition:
    return FieldDefinition(
        name=field.name,
        type=field.type,
        nullable=field.nullable,
        default=field.default,
        identity=field.identity,
        max_length=field.length,
    )


def _keys(item: SystemTable) -> list[ForeignKey]:
    found: list[ForeignKey] = []
    for field in item.fields:
        reference = field.reference
        if reference is not None and reference.enforced:
            target = TableRef(None, SYSTEM_BY_NAME[reference.table].table)
            found.append(ForeignKey((field.name,), target, ("id",), on_delete=reference.on_delete))
    return found
