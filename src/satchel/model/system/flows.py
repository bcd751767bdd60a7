"""System tables of flows: what starts one, and the operations that it runs.

In charge of: these declarations. Not in charge of: running flows. Read by `collections`.
"""

from __future__ import annotations

from satchel.model.system.declare import Reference, SystemField, table
from satchel.model.system.words import alias, json_field, reference, required, stamp, text, user, uuid_key

FLOWS = table(
    "directus_flows",
    uuid_key(),
    required("name"),
    text("icon"),
    text("color"),
    SystemField("description", "text"),
    text("status", default="active"),
    text("trigger"),
    text("accountability", default="all"),
    json_field("options"),
    # The first operation; not a foreign key, because operations refer to their flow.
    SystemField(
        "operation",
        "uuid",
        special=("m2o",),
        unique=True,
        searchable=False,
        reference=Reference("directus_operations", enforced=False),
    ),
    stamp("date_created", "date-created"),
    user("user_created", "user-created"),
    reference("folder", "directus_folders"),
    alias("operations"),
    icon="bolt",
)


def _next(name: str) -> SystemField:
    """The operation that follows. One operation follows at most one other in each way."""
    # Not a foreign key: SQL Server allows no action on a reference of a table to itself, and the flow writes all.
    return SystemField(
        name,
        "uuid",
        special=("m2o",),
        unique=True,
        searchable=False,
        reference=Reference("directus_operations", enforced=False),
    )


OPERATIONS = table(
    "directus_operations",
    uuid_key(),
    text("name"),
    required("key"),
    required("type"),
    required("position_x", "integer"),
    required("position_y", "integer"),
    json_field("options"),
    _next("resolve"),
    _next("reject"),
    SystemField(
        "flow",
        "uuid",
        nullable=False,
        required=True,
        special=("m2o",),
        indexed=True,
        searchable=False,
        reference=Reference("directus_flows", on_delete="CASCADE", aliases=("operations",), deselect="delete"),
    ),
    stamp("date_created", "date-created"),
    user("user_created", "user-created"),
    icon="bolt",
)
