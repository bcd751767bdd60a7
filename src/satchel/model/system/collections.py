"""ALL system tables, declared as data.

In charge of: which tables (with those of `sign_in`) Satchel keeps in its store, their fields in the order in which
the Directus wire shows them, defaults, indexes and references. Not in charge of: how a declaration becomes a
Collection (`declare`) or DDL (`sql/ddl`), nor of changing a store that exists (`migrations`). Read by
`model/overlay`, `engine/metadata`, `auth`.

Names in the catalog are Directus's (`directus_users`); in the store a table is called `satchel_` + the rest. A field
with `internal` is a column that no wire shows. A change here needs a step in `migrations` (a test insists).
"""

from __future__ import annotations

from satchel.model.catalog import Collection, Relation
from satchel.model.system.declare import (
    Reference,
    SystemField,
    SystemIndex,
    SystemTable,
    collection_of,
    relations_of,
    table,
)
from satchel.model.system.sign_in import ACCOUNT_TABLES, SUPERUSERS, superusers

ADMINISTRATOR_LABEL = "Administrator"
PUBLIC_POLICY_ID = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
"""The id of the public policy, the same in every installation because clients know it."""


def _uuid_key() -> SystemField:
    return SystemField("id", "uuid", nullable=False, special=("uuid",), interface="input", readonly=True, hidden=True)


def _number_key() -> SystemField:
    return SystemField("id", "integer", nullable=False, identity=True, interface="input", readonly=True, hidden=True)


def _json(name: str) -> SystemField:
    return SystemField(name, "json", special=("cast-json",), searchable=False)


def _flag(name: str, *, default: bool, nullable: bool = False) -> SystemField:
    return SystemField(name, "boolean", nullable=nullable, default=default, special=("cast-boolean",))


def _secret(name: str, *, unique: bool = False) -> SystemField:
    return SystemField(name, "string", length=255, special=("conceal",), unique=unique, searchable=False)


def _text(name: str, *, default: str | None = None, length: int = 255) -> SystemField:
    return SystemField(name, "string", default=default, length=length)


def _alias(name: str) -> SystemField:
    return SystemField(name, "alias", special=("o2m",), searchable=False)


def _internal(
    name: str, storage: str, *, default: str | int | bool | None = None, nullable: bool = True
) -> SystemField:
    length = 255 if storage == "string" else None
    special = ("cast-json",) if storage == "json" else ("cast-boolean",) if storage == "boolean" else ()
    return SystemField(
        name,
        storage,
        nullable=nullable,
        default=default,
        length=length,
        special=special,
        internal=True,
        searchable=False,
    )


USERS = table(
    "directus_users",
    _uuid_key(),
    _text("first_name"),
    _text("last_name"),
    SystemField("email", "string", length=255, unique=True),
    SystemField("password", "hash", length=255, special=("hash", "conceal"), searchable=False),
    _text("location"),
    _text("title"),
    SystemField("description", "text"),
    _json("tags"),
    SystemField("avatar", "uuid", special=("file",), searchable=False),
    _text("language"),
    _secret("tfa_secret"),
    _text("status", default="active", length=16),
    SystemField(
        "role",
        "uuid",
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_roles", on_delete="SET NULL", aliases=("users",)),
    ),
    _secret("token", unique=True),
    SystemField("last_access", "timestamp", readonly=True),
    _text("last_page"),
    _text("provider", default="default", length=128),
    SystemField("external_identifier", "string", length=255, unique=True),
    _json("auth_data"),
    _flag("email_notifications", default=True, nullable=True),
    _text("appearance"),
    _text("theme_dark"),
    _text("theme_light"),
    _json("theme_light_overrides"),
    _json("theme_dark_overrides"),
    _text("text_direction", default="auto"),
    _alias("policies"),
    # PocketBase's superuser records carry these; `token_key` changes to end all tokens of a user at once.
    _internal("token_key", "string"),
    _internal("created", "timestamp"),
    _internal("updated", "timestamp"),
    icon="people_alt",
)

ROLES = table(
    "directus_roles",
    _uuid_key(),
    SystemField("name", "string", length=100, nullable=False, required=True),
    _text("icon", default="supervised_user_circle", length=64),
    SystemField("description", "text"),
    SystemField(
        "parent",
        "uuid",
        special=("m2o",),
        reference=Reference("directus_roles", on_delete="NO ACTION", aliases=("children",)),
    ),
    _alias("children"),
    _alias("policies"),
    _alias("users"),
    icon="supervised_user_circle",
)

POLICIES = table(
    "directus_policies",
    _uuid_key(),
    SystemField("name", "string", length=100, nullable=False, required=True),
    SystemField("icon", "string", length=64, nullable=False, default="badge"),
    SystemField("description", "text"),
    SystemField("ip_access", "csv", special=("cast-csv",), searchable=False),
    _flag("enforce_tfa", default=False),
    _flag("admin_access", default=False),
    _flag("app_access", default=False),
    _alias("permissions"),
    _alias("users"),
    _alias("roles"),
    icon="policy",
)

PERMISSIONS = table(
    "directus_permissions",
    _number_key(),
    SystemField("collection", "string", length=255, nullable=False, indexed=True),
    SystemField("action", "string", length=16, nullable=False),
    _json("permissions"),
    _json("validation"),
    _json("presets"),
    SystemField("fields", "csv", special=("cast-csv",), searchable=False),
    SystemField(
        "policy",
        "uuid",
        nullable=False,
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_policies", on_delete="CASCADE", aliases=("permissions",), deselect="delete"),
    ),
    icon="admin_panel_settings",
)

ACCESS = table(
    "directus_access",
    _uuid_key(),
    SystemField(
        "role",
        "uuid",
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_roles", on_delete="CASCADE", aliases=("policies",), deselect="delete"),
    ),
    SystemField(
        "user",
        "uuid",
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_users", on_delete="CASCADE", aliases=("policies",), deselect="delete"),
    ),
    SystemField(
        "policy",
        "uuid",
        nullable=False,
        special=("m2o",),
        indexed=True,
        # One column, listed twice on the policy: whether a row names a user or a role is not asked there.
        reference=Reference("directus_policies", on_delete="CASCADE", aliases=("users", "roles"), deselect="delete"),
    ),
    SystemField("sort", "integer"),
    icon="admin_panel_settings",
)

SESSIONS = table(
    "directus_sessions",
    SystemField("token", "string", length=64, nullable=False, special=("conceal",), searchable=False),
    SystemField(
        "user", "uuid", special=("m2o",), indexed=True, reference=Reference("directus_users", on_delete="CASCADE")
    ),
    SystemField("expires", "timestamp", nullable=False, indexed=True),
    _text("ip"),
    SystemField("user_agent", "text"),
    SystemField("share", "uuid"),
    _text("origin"),
    SystemField("next_token", "string", length=64, special=("conceal",), searchable=False),
    _internal("mode", "string"),
    _internal("created", "timestamp"),
    key=("token",),
    presented=False,
)

COLLECTIONS = table(
    "directus_collections",
    SystemField("collection", "string", length=255, nullable=False, readonly=True),
    _text("icon"),
    SystemField("note", "text"),
    _text("display_template"),
    _flag("hidden", default=False),
    _flag("singleton", default=False),
    _json("translations"),
    _text("archive_field"),
    _flag("archive_app_filter", default=True),
    _text("archive_value"),
    _text("unarchive_value"),
    _text("sort_field"),
    _text("accountability", default="all"),
    _text("color"),
    _json("item_duplication_fields"),
    SystemField("sort", "integer"),
    _text("group"),
    _text("collapse", default="open"),
    _text("preview_url"),
    _flag("versioning", default=False),
    _text("status", default="active"),
    SystemField("autosave_revision_interval", "integer"),
    # What the PocketBase wire keeps of a collection, and where its table is.
    _internal("tracked", "boolean", default=True, nullable=False),  # shown with meta on the Directus wire
    _internal("pb_id", "string"),
    _internal("source", "string"),
    _internal("table_schema", "string"),
    _internal("table_name", "string"),
    _internal("kind", "string"),  # table | view | folder
    _internal("type", "string"),  # base | auth | view; NULL when only the Directus wire knows it
    _internal("rules", "json"),  # {"listRule": …}
    _internal("pb_options", "json"),
    _internal("pb_indexes", "json"),
    _internal("system", "boolean", default=False, nullable=False),
    _internal("created", "string"),
    _internal("updated", "string"),
    key=("collection",),
    icon="database",
)

FIELDS = table(
    "directus_fields",
    _number_key(),
    SystemField("collection", "string", length=255, nullable=False, indexed=True),
    SystemField("field", "string", length=255, nullable=False),
    SystemField("special", "csv", special=("cast-csv",), searchable=False),
    _text("interface"),
    _json("options"),
    _text("display"),
    _json("display_options"),
    _flag("readonly", default=False),
    _flag("hidden", default=False),
    SystemField("sort", "integer"),
    _text("width", default="full"),
    _json("translations"),
    SystemField("note", "text"),
    _json("conditions"),
    _flag("required", default=False, nullable=True),
    _text("group"),
    _json("validation"),
    SystemField("validation_message", "text"),
    _flag("searchable", default=True),
    # What the PocketBase wire keeps of a field.
    _internal("tracked", "boolean", default=True, nullable=False),
    _internal("pb_id", "string"),
    _internal("kind", "string"),
    _internal("pb_options", "json"),
    _internal("pb_hidden", "boolean", default=False, nullable=False),
    _internal("pb_required", "boolean", default=False, nullable=False),
    _internal("pb_presentable", "boolean", default=False, nullable=False),
    _internal("pb_system", "boolean", default=False, nullable=False),
    _internal("pb_help", "text"),
    _internal("position", "integer"),
    icon="input",
)

RELATIONS = table(
    "directus_relations",
    _number_key(),
    SystemField("many_collection", "string", length=255, nullable=False, indexed=True),
    SystemField("many_field", "string", length=255, nullable=False),
    SystemField("one_collection", "string", length=255, indexed=True),
    _text("one_field"),
    _text("one_collection_field"),
    SystemField("one_allowed_collections", "csv", special=("cast-csv",), searchable=False),
    _text("junction_field"),
    _text("sort_field"),
    SystemField("one_deselect_action", "string", length=16, nullable=False, default="nullify"),
    icon="merge_type",
)

SETTINGS = table(
    "directus_settings",
    _number_key(),
    _text("project_name", default="Satchel"),
    _text("project_url"),
    SystemField("project_color", "string", length=255, nullable=False, default="#6644FF"),
    SystemField("project_logo", "uuid", special=("file",), searchable=False),
    SystemField("public_foreground", "uuid", special=("file",), searchable=False),
    SystemField("public_background", "uuid", special=("file",), searchable=False),
    SystemField("public_note", "text"),
    SystemField("auth_login_attempts", "integer", default=25),
    _text("auth_password_policy"),
    _text("storage_asset_transform", default="all"),
    _json("storage_asset_presets"),
    SystemField("custom_css", "text"),
    SystemField("storage_default_folder", "uuid", searchable=False),
    _json("basemaps"),
    _text("mapbox_key"),
    _json("module_bar"),
    _text("project_descriptor"),
    _text("default_language", default="en-US"),
    _json("custom_aspect_ratios"),
    SystemField("public_favicon", "uuid", special=("file",), searchable=False),
    _text("default_appearance", default="auto"),
    _text("default_theme_light"),
    _json("theme_light_overrides"),
    _text("default_theme_dark"),
    _json("theme_dark_overrides"),
    _text("report_error_url"),
    _text("report_bug_url"),
    _text("report_feature_url"),
    _flag("public_registration", default=False),
    _flag("public_registration_verify_email", default=True),
    SystemField(
        "public_registration_role",
        "uuid",
        special=("m2o",),
        reference=Reference("directus_roles", on_delete="SET NULL"),
    ),
    _json("public_registration_email_filter"),
    _json("visual_editor_urls"),
    SystemField("project_id", "uuid", searchable=False),
    _text("project_owner"),
    _text("project_usage"),
    _text("org_name"),
    _flag("product_updates", default=False, nullable=True),
    _text("project_status"),
    _text("default_save_action", default="save-and-quit"),
    singleton=True,
    icon="settings",
)

CHANGES = table(
    "satchel_changes",
    SystemField("id", "bigInteger", nullable=False, identity=True),  # the sequence of the change log
    SystemField("change_set", "uuid", nullable=False, indexed=True),
    SystemField("collection", "string", length=255, nullable=False),
    SystemField("key", "string", length=512),
    SystemField("action", "string", length=16, nullable=False),
    SystemField("actor_kind", "string", length=16, nullable=False, default="system"),
    _text("actor_collection"),
    _text("actor_key"),
    _text("reason"),  # why the system itself wrote
    _text("ip", length=64),
    SystemField("at", "timestamp", nullable=False, indexed=True),
    _json("before"),  # the changed fields as they were
    _json("after"),
    # 255 characters of the key would make the index too wide for MariaDB's 3072 bytes together with the collection.
    indexes=(SystemIndex(("collection",)),),
    presented=False,
)

NOTES = table(
    "satchel_notes",
    SystemField("id", "bigInteger", nullable=False, identity=True),
    SystemField("sender", "string", length=32, nullable=False),  # a worker
    SystemField("target", "string", length=32, nullable=False),  # a worker, or * for all
    SystemField("kind", "string", length=32, nullable=False),
    _json("body"),
    SystemField("at", "timestamp", nullable=False, indexed=True),
    presented=False,
)

STATE = table(
    "satchel_state",
    SystemField("name", "string", length=255, nullable=False),
    SystemField("value", "text"),
    SystemField("expires", "timestamp"),
    SystemField("updated", "timestamp"),
    key=("name",),
    presented=False,
)

LOGS = table(
    "satchel_logs",
    SystemField("id", "string", length=32, nullable=False),
    SystemField("created", "string", length=32, nullable=False, indexed=True),
    SystemField("hour", "string", length=32, nullable=False, indexed=True),
    SystemField("level", "integer", nullable=False, indexed=True),
    SystemField("message", "text"),
    _json("data"),
    presented=False,
)
"""Not one of the store's tables: `logs/archive` makes it where logs are kept, which may be another file."""

CLAIMS = table(
    "satchel_claims",
    SystemField("name", "string", length=64, nullable=False),  # a digest of what was taken or is counted
    SystemField("count", "integer", nullable=False, default=1),
    SystemField("expires", "timestamp", nullable=False, indexed=True),
    key=("name",),
    presented=False,
)

SYSTEM_TABLES: tuple[SystemTable, ...] = (
    # in an order in which they can be created: a table stands after those that it refers to
    STATE,
    ROLES,
    POLICIES,
    USERS,
    ACCESS,
    PERMISSIONS,
    SESSIONS,
    COLLECTIONS,
    FIELDS,
    RELATIONS,
    SETTINGS,
    CHANGES,
    NOTES,
    CLAIMS,
    *ACCOUNT_TABLES,
)

SYSTEM_BY_NAME = {item.name: item for item in SYSTEM_TABLES}
POCKETBASE_COLLECTIONS = frozenset({SUPERUSERS, *(item.name for item in SYSTEM_TABLES if item.pocketbase)})
"""The system collections that the PocketBase wire shows; the Directus wire shows all others."""
PHYSICAL_SYSTEM_TABLES = frozenset(item.table for item in (*SYSTEM_TABLES, LOGS))


def system_collections(source: str = "store", schema: str | None = None) -> dict[str, Collection]:
    """The system collections that the catalog shows, by name, without internal fields.

    `source`: the name of the store among the databases. `schema`: where its tables are, None for the default one.
    """
    declared = {
        item.name: collection_of(item, source=source, schema=schema, internal=False)
        for item in SYSTEM_TABLES
        if item.presented
    }
    return {**declared, SUPERUSERS: superusers(source, schema)}


def store_tables(source: str = "store", schema: str | None = None) -> dict[str, Collection]:
    """Every table of the store with every column, by name, for Satchel's own statements (`engine/store.Store`)."""
    return {item.name: collection_of(item, source=source, schema=schema, internal=True) for item in SYSTEM_TABLES}


def system_relations() -> tuple[Relation, ...]:
    """The relations between the system collections of the catalog."""
    return tuple(relation for item in SYSTEM_TABLES if item.presented for relation in relations_of(item))
