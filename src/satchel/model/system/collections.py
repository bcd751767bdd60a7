"""ALL system tables, declared as data.

In charge of: which tables Satchel keeps in its store. The files beside this one declare them by theme: their fields in
the order in which the Directus wire shows them, defaults, indexes and references. Not in charge of: how a declaration
becomes a Collection (`declare`) or DDL (`sql/ddl`), nor of changing a store that exists (`migrations`). Read by
`model/overlay`, `engine/metadata`, `auth`.

Names in the catalog are Directus's (`directus_users`); in the store a table is called `satchel_` + the rest. A field
with `internal` is a column that no wire shows. A change here needs a step in `migrations` (a test insists).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from satchel.model.catalog import Collection, Relation
from satchel.model.system.accounts import ACCESS, PASSKEYS, PERMISSIONS, POLICIES, ROLES, SESSIONS, USERS
from satchel.model.system.book_keeping import CHANGES, CLAIMS, LOGS, NOTES, STATE
from satchel.model.system.declare import SystemTable, collection_of, relations_of
from satchel.model.system.files import FILES, FOLDERS
from satchel.model.system.flows import FLOWS, OPERATIONS
from satchel.model.system.history import ACTIVITY, COMMENTS, REVISIONS, SCHEDULES, VERSIONS
from satchel.model.system.metadata import COLLECTIONS, FIELDS, RELATIONS
from satchel.model.system.sign_in import ACCOUNT_TABLES, SUPERUSERS, superusers
from satchel.model.system.studio import (
    DASHBOARDS,
    EXTENSIONS,
    NOTIFICATIONS,
    PANELS,
    PRESETS,
    SETTINGS,
    SHARES,
    TRANSLATIONS,
)

ADMINISTRATOR_LABEL = "Administrator"
PUBLIC_POLICY_ID = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
"""The id of the public policy, the same in every installation because clients know it."""


STUDIO_TABLES: tuple[SystemTable, ...] = (
    FOLDERS,
    FILES,
    ACTIVITY,
    VERSIONS,
    REVISIONS,
    COMMENTS,
    SHARES,
    NOTIFICATIONS,
    PRESETS,
    TRANSLATIONS,
    DASHBOARDS,
    PANELS,
    FLOWS,
    OPERATIONS,
    EXTENSIONS,
)
"""What the Directus wire has beside users, policies and metadata."""

SYSTEM_TABLES: tuple[SystemTable, ...] = (
    # in an order in which they can be created: a table stands after those that it has foreign keys to
    STATE,
    ROLES,
    POLICIES,
    USERS,
    ACCESS,
    PERMISSIONS,
    SESSIONS,
    PASSKEYS,
    COLLECTIONS,
    FIELDS,
    RELATIONS,
    SETTINGS,
    CHANGES,
    NOTES,
    CLAIMS,
    *ACCOUNT_TABLES,
    *STUDIO_TABLES,
    SCHEDULES,
)

SYSTEM_BY_NAME = {item.name: item for item in SYSTEM_TABLES}
POCKETBASE_COLLECTIONS = frozenset({SUPERUSERS, *(item.name for item in SYSTEM_TABLES if item.pocketbase)})
"""The system collections that the PocketBase wire shows; the Directus wire shows all others."""
PHYSICAL_SYSTEM_TABLES = frozenset(item.table for item in (*SYSTEM_TABLES, LOGS))


@cache
def system_collections(source: str = "store", schema: str | None = None) -> Mapping[str, Collection]:
    """The system collections that the catalog shows, by name, without internal fields.

    `source`: the name of the store among the databases. `schema`: where its tables are, None for the default one.
    """
    declared = {
        item.name: collection_of(item, source=source, schema=schema, internal=False)
        for item in SYSTEM_TABLES
        if item.presented
    }
    return MappingProxyType({**declared, SUPERUSERS: superusers(source, schema)})


@cache
def store_tables(source: str = "store", schema: str | None = None) -> Mapping[str, Collection]:
    """Every table of the store with every column, by name, for Satchel's own statements (`engine/store.Store`)."""
    return MappingProxyType(
        {item.name: collection_of(item, source=source, schema=schema, internal=True) for item in SYSTEM_TABLES}
    )


def system_relations() -> tuple[Relation, ...]:
    """The relations between the system collections of the catalog."""
    return tuple(relation for item in SYSTEM_TABLES if item.presented for relation in relations_of(item))
