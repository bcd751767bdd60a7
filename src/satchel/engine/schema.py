"""Schema: the verbs that change what exists.

In charge of: collections, fields, relations and their metadata: check the wanted definition, work out the changes,
run DDL and metadata as one, and have the catalog loaded anew. Not in charge of: the wording of errors on a wire, rows
(`engine/write`), or who may do this (the wires let only admins in). Called by both wires, the CLI and features.

All verbs take complete definitions (see `model/definition`). `style` says whose rules for names and fields hold:
`pocketbase` (`^\\w+$`, reserved names, options of field types) or `directus`.

Errors of all verbs:
* `ValidationFailed`: `errors[].path` leads into the definition (`("name",)`, `("fields", 3, "name")`,
  `("fields", 3, "options", "values")`, `("indexes", 0)`, `("viewQuery",)`, `("listRule",)`); codes are PocketBase's
  without `validation_`. Nothing was changed.
* `ReadOnly`: the source, or this table, can't be changed. `NotFound`: no such collection, field or relation.
* `Unprocessable`: refused for what hangs on it (`details["references"]`: names), or for being a system collection.
* `NotSupported`: this database can't do that. `DatabaseError`, `ConstraintFailed`: the database refused the DDL; all
  of it was undone (MariaDB and MySQL commit each DDL statement: there the steps done are compensated, and if even that
  fails the message says what was left).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from satchel.model.catalog import Collection, Field, Relation
from satchel.model.definition import CollectionDefinition, FieldDefinition, RelationDefinition
from satchel.plan.query import Style
from satchel.policy.actor import Context


@dataclass(frozen=True, slots=True)
class ViewPreview:
    """What a view would give: its inferred fields, and up to ten rows by field name (plain values)."""

    fields: tuple[FieldDefinition, ...]
    rows: tuple[Mapping[str, Any], ...]


class Schema:
    """See the module's text. One per process; schema changes of one process wait for each other."""

    # --- collections

    async def create_collection(self, definition: CollectionDefinition, style: Style) -> Collection:
        """Make the table, view or folder and its metadata; the collection as the catalog then has it."""
        raise NotImplementedError

    async def update_collection(self, name: str, definition: CollectionDefinition, style: Style) -> Collection:
        """Bring collection `name` to the wanted state: also its name, fields (by id, then name), indexes, rules."""
        raise NotImplementedError

    async def delete_collection(self, name: str, style: Style) -> None:
        """Drop it with everything that is kept about it: metadata, relations, alias fields, permissions.

        `pocketbase` style refuses while relations or views refer to it; `directus` style removes the relations.
        """
        raise NotImplementedError

    async def truncate_collection(self, name: str, context: Context) -> None:
        """Delete every item through the ledger (cascades, change log). Views are refused with `Unprocessable`."""
        raise NotImplementedError

    async def save_collections(
        self, definitions: Sequence[CollectionDefinition], style: Style, *, delete: Sequence[str] = ()
    ) -> list[Collection]:
        """Create or update (by id, then name) several collections and delete others, all or nothing."""
        raise NotImplementedError

    async def save_collection_meta(self, name: str, meta: Mapping[str, Any]) -> Collection:
        """Set keys of the Directus meta row, making it if needed (it is tracked then). Changes no table.

        For a name that has no table this makes a folder.
        """
        raise NotImplementedError

    # --- fields

    async def create_field(self, collection: str, definition: FieldDefinition, style: Style) -> Field:
        """Add one field. `NotFound` for the collection."""
        raise NotImplementedError

    async def update_field(self, collection: str, name: str, definition: FieldDefinition, style: Style) -> Field:
        """Bring one field to the wanted state (a new name renames)."""
        raise NotImplementedError

    async def delete_field(self, collection: str, name: str, style: Style) -> None:
        """Drop the column and everything that names it: relations, alias fields, permissions' field lists,
        `sort_field` and `archive_field`, indexes."""
        raise NotImplementedError

    async def save_field_meta(self, collection: str, name: str, meta: Mapping[str, Any]) -> Field:
        """Set keys of a field's Directus meta row, making it if needed. A name without a column becomes an alias."""
        raise NotImplementedError

    # --- relations

    async def create_relation(self, definition: RelationDefinition) -> Relation:
        """Add the foreign key (if `enforce`) and the metadata row (if `tracked`)."""
        raise NotImplementedError

    async def update_relation(self, collection: str, field: str, definition: RelationDefinition) -> Relation:
        raise NotImplementedError

    async def delete_relation(self, collection: str, field: str) -> None:
        """Remove foreign key and metadata row; alias fields stay."""
        raise NotImplementedError

    # --- views

    async def dry_run_view(self, query: str, *, source: str = "") -> ViewPreview:
        """What a view query would make. Raises ValidationFailed (`invalid_view_query`, `missing_primary_key`)."""
        raise NotImplementedError
