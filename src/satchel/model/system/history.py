"""System tables of what happened to items and of what is said about them: activity, revisions, versions, comments.

In charge of: these declarations. Not in charge of: who writes them (`history/`). Read by `collections`.
"""

from __future__ import annotations

from satchel.model.system.declare import Reference, SystemField, SystemIndex, table
from satchel.model.system.words import json_field, number_key, reference, required, stamp, text, user, uuid_key

ITEM = SystemIndex(("collection", "item"))
"""Most of these tables are asked for what concerns one item."""

ACTIVITY = table(
    "directus_activity",
    number_key(),
    required("action", length=45),
    # Who it was stays when the user goes away, so this is no foreign key.
    SystemField(
        "user",
        "uuid",
        special=("user",),
        indexed=True,
        searchable=False,
        reference=Reference("directus_users", enforced=False),
    ),
    stamp("timestamp", "date-created", indexed=True),
    text("ip", length=50),
    SystemField("user_agent", "text"),
    required("collection", length=255),
    required("item"),
    text("origin"),
    SystemField("revisions", "alias", special=("o2m",), searchable=False),
    # What was done in one go shares it. Directus's activity has no such field, so it is told apart (`operations`).
    SystemField("operation", "string", length=36, indexed=True, internal=True, searchable=False),
    indexes=(ITEM,),
    icon="pending_actions",
    accountability=None,
)

VERSIONS = table(
    "directus_versions",
    uuid_key(),
    required("key", length=64),
    text("name"),
    required("collection", length=255),
    text("item"),
    text("hash"),
    stamp("date_created", "date-created"),
    stamp("date_updated", "date-created", "date-updated"),
    user("user_created", "user-created"),
    user("user_updated", "user-updated"),
    json_field("delta"),
    indexes=(SystemIndex(("collection", "item", "key"), unique=True),),
    icon="difference",
)

SCHEDULES = table(
    "satchel_schedules",
    reference("version", "directus_versions", on_delete="CASCADE", special=None, nullable=False),
    SystemField("publish_at", "timestamp", nullable=False, indexed=True),
    json_field("fields"),  # null for all
    user("user", on_delete="CASCADE"),  # whose rights hold
    text("ip", length=64),  # from where it was asked for
    text("claim", length=32),  # of the worker that is at it
    SystemField("claimed_until", "timestamp"),
    key=("version",),
    presented=False,
)
"""When a version is to be published. Not in the versions themselves, whose fields are Directus's."""

REVISIONS = table(
    "directus_revisions",
    number_key(),
    SystemField(
        "activity",
        "integer",
        nullable=False,
        special=("m2o",),
        indexed=True,
        searchable=False,
        reference=Reference("directus_activity", on_delete="CASCADE", aliases=("revisions",), deselect="delete"),
    ),
    required("collection", length=255),
    required("item"),
    json_field("data"),
    json_field("delta"),
    SystemField(
        "parent",
        "integer",
        special=("m2o",),
        indexed=True,
        searchable=False,
        reference=Reference("directus_revisions", on_delete="SET NULL", enforced=False),
    ),
    reference("version", "directus_versions", on_delete="CASCADE"),
    indexes=(ITEM,),
    icon="history",
    accountability=None,
)

COMMENTS = table(
    "directus_comments",
    uuid_key(),
    required("collection", length=255),
    required("item"),
    required("comment", "text"),
    stamp("date_created", "date-created"),
    stamp("date_updated", "date-created", "date-updated"),
    user("user_created", "user-created"),
    user("user_updated", "user-updated"),
    indexes=(ITEM,),
    icon="chat_bubble_outline",
)
