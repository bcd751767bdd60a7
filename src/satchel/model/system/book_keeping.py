"""System tables that no wire shows: the change log, notes between workers, counters and claims.

In charge of: these declarations. Not in charge of: who writes them. Read by `collections`.
"""

from __future__ import annotations

from satchel.model.system.declare import SystemField, SystemIndex, table
from satchel.model.system.words import json_field, text

CHANGES = table(
    "satchel_changes",
    SystemField("id", "bigInteger", nullable=False, identity=True),  # the sequence of the change log
    SystemField("change_set", "uuid", nullable=False, indexed=True),
    SystemField("collection", "string", length=255, nullable=False),
    SystemField("key", "string", length=512),
    SystemField("action", "string", length=16, nullable=False),
    SystemField("actor_kind", "string", length=16, nullable=False, default="system"),
    text("actor_collection"),
    text("actor_key"),
    text("reason"),  # why the system itself wrote
    text("ip", length=64),
    SystemField("at", "timestamp", nullable=False, indexed=True),
    json_field("before"),  # the changed fields as they were
    json_field("after"),
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
    json_field("body"),
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
    json_field("data"),
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
