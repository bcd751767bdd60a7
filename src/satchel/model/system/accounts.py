"""System tables of Satchel's own users: who they are, what they may, and their sessions.

In charge of: these declarations. Not in charge of: accounts of other collections (`sign_in`). Read by `collections`.
"""

from __future__ import annotations

from satchel.model.system.declare import Reference, SystemField, table
from satchel.model.system.words import alias, flag, internal, json_field, number_key, picture, secret, text, uuid_key

USERS = table(
    "directus_users",
    uuid_key(),
    text("first_name"),
    text("last_name"),
    SystemField("email", "string", length=255, unique=True),
    SystemField("password", "hash", length=255, special=("hash", "conceal"), searchable=False),
    text("location"),
    text("title"),
    SystemField("description", "text"),
    json_field("tags"),
    picture("avatar"),
    text("language"),
    secret("tfa_secret"),
    text("status", default="active", length=16),
    SystemField(
        "role",
        "uuid",
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_roles", on_delete="SET NULL", aliases=("users",)),
    ),
    secret("token", unique=True),
    SystemField("last_access", "timestamp", readonly=True),
    text("last_page"),
    text("provider", default="default", length=128),
    SystemField("external_identifier", "string", length=255, unique=True),
    json_field("auth_data"),
    flag("email_notifications", default=True, nullable=True),
    text("appearance"),
    text("theme_dark"),
    text("theme_light"),
    json_field("theme_light_overrides"),
    json_field("theme_dark_overrides"),
    text("text_direction", default="auto"),
    alias("policies"),
    # PocketBase's superuser records carry these; `token_key` changes to end all tokens of a user at once.
    internal("token_key", "string"),
    internal("created", "timestamp"),
    internal("updated", "timestamp"),
    icon="people_alt",
)

ROLES = table(
    "directus_roles",
    uuid_key(),
    SystemField("name", "string", length=100, nullable=False, required=True),
    text("icon", default="supervised_user_circle", length=64),
    SystemField("description", "text"),
    SystemField(
        "parent",
        "uuid",
        special=("m2o",),
        reference=Reference("directus_roles", on_delete="NO ACTION", aliases=("children",)),
    ),
    alias("children"),
    alias("policies"),
    alias("users"),
    icon="supervised_user_circle",
)

POLICIES = table(
    "directus_policies",
    uuid_key(),
    SystemField("name", "string", length=100, nullable=False, required=True),
    SystemField("icon", "string", length=64, nullable=False, default="badge"),
    SystemField("description", "text"),
    SystemField("ip_access", "csv", special=("cast-csv",), searchable=False),
    flag("enforce_tfa", default=False),
    flag("admin_access", default=False),
    flag("app_access", default=False),
    alias("permissions"),
    alias("users"),
    alias("roles"),
    icon="policy",
)

PERMISSIONS = table(
    "directus_permissions",
    number_key(),
    SystemField("collection", "string", length=255, nullable=False, indexed=True),
    SystemField("action", "string", length=16, nullable=False),
    json_field("permissions"),
    json_field("validation"),
    json_field("presets"),
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
    uuid_key(),
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
    text("ip"),
    SystemField("user_agent", "text"),
    SystemField("share", "uuid"),
    text("origin"),
    SystemField("next_token", "string", length=64, special=("conceal",), searchable=False),
    internal("mode", "string"),
    internal("created", "timestamp"),
    internal("passkey", "uuid"),  # that it was opened with
    key=("token",),
    presented=False,
)

PASSKEYS = table(
    "satchel_passkeys",
    uuid_key(),
    SystemField(
        "user",
        "uuid",
        nullable=False,
        special=("m2o",),
        indexed=True,
        reference=Reference("directus_users", on_delete="CASCADE"),
    ),
    SystemField("digest", "string", length=64, nullable=False, unique=True),  # of the authenticator's identifier
    SystemField("name", "string", length=255, nullable=False),
    SystemField("attested", "text", nullable=False),  # identifier and public key
    SystemField("rp_id", "string", length=255, nullable=False),  # the host at which it is good
    SystemField("counter", "bigInteger", nullable=False, default=0),
    SystemField("synced", "boolean", nullable=False, default=False),
    SystemField("created", "timestamp", nullable=False),
    SystemField("last_used", "timestamp"),
    presented=False,
)
