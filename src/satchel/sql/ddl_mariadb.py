"""DDL of MariaDB.

In charge of: where it differs from MySQL, whose words it speaks. Called through `ddl`.

MariaDB has no indexes with a condition. One that is not unique only gets larger without it, so the condition is left
out. A unique one that leaves out empty texts, as PocketBase makes for e-mail addresses, is an index on an invisible
column that is NULL in place of them:

    ALTER TABLE `users` ADD COLUMN `satchel_spared_1f` text AS (NULLIF(`email`, '')) VIRTUAL INVISIBLE
    CREATE UNIQUE INDEX `idx_email` ON `users` (`satchel_spared_1f`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from satchel.model.definition import FieldDefinition, IndexDefinition
from satchel.model.index_text import spared_column, spared_name
from satchel.model.schema_changes import CreateIndex, TableRef
from satchel.sql.ddl_mysql import MysqlDdl


class MariadbDdl(MysqlDdl):
    """See `ddl_base.BaseDdl`."""

    name = "mariadb"
    label = "MariaDB"
    text_defaults = True
    expression_indexes = False

    def create_index(self, change: CreateIndex) -> list[str]:
        index = change.index
        if not index.where:
            return super().create_index(change)
        if not index.unique:
            return super().create_index(replace(change, index=replace(index, where=None)))
        spared = spared_column(index)
        field = next((item for item in change.fields if item.name == spared), None)
        if field is None:
            return super().create_index(change)
        made = spared_name(index.name)
        parts = tuple(replace(part, text=made) if part.text == spared else part for part in index.parts)
        column = f"{self.quote(made)} {self.type_of(field)} AS (NULLIF({self.quote(field.name)}, '')) VIRTUAL INVISIBLE"
        return [
            f"ALTER TABLE {self.table(change.table)} ADD COLUMN {column}",
            *super().create_index(replace(change, index=replace(index, parts=parts, where=None))),
        ]

    def drop_index(self, table: TableRef, index: IndexDefinition, rows: Sequence[Sequence[Any]]) -> list[str]:
        found = super().drop_index(table, index, rows)
        if index.where and index.unique:
            made = self.quote(spared_name(index.name))
            found.append(f"ALTER TABLE {self.table(table)} DROP COLUMN IF EXISTS {made}")
        return found

    def prefix(self, field: FieldDefinition | None, index: IndexDefinition) -> str:
        """A unique index covers all of a long text (by a hash), so that nothing is refused for how it begins."""
        return "" if index.unique else super().prefix(field, index)
