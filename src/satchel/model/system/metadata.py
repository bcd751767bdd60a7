"""System tables that say what people added to what a database has: collections, fields, relations.

In charge of: these declarations. Not in charge of: laying them over what is there (`model/overlay`). Read by
`collections`.
"""

from __future__ import annotations

from satchel.model.system.declare import SystemField, table
from satchel.model.system.words import flag, internal, json_field, number_key, text

COLLECTIONS = table(
    "directus_collections",
    SystemField("collection", "string", length=255, nullable=False, readonly=True),
    text("icon"),
    SystemField("note", "text"),
    text("display_template"),
    flag("hidden", default=False),
    flag("singleton", default=False),
    json_field("translations"),
    text("archive_field"),
    flag("archive_app_filter", default=True),
    text("archive_value"),
    text("unarchive_value"),
    text("sort_field"),
    text("accountability", default="all"),
    text("color"),
    json_field("item_duplication_fields"),
    SystemField("sort", "integer"),
    text("group"),
    text("collapse", default="open"),
    text("preview_url"),
    flag("versioning", default=False),
    text("status", default="active"),
    SystemField("autosave_revision_interval", "integer"),
    # What the PocketBase wire keeps of a collection, and where its table is.
    internal("tracked", "boolean", default=True, nullable=False),  # shown with meta on the Directus wire
    internal("pb_id", "string"),
    internal("source", "string"),
    internal("table_schema", "string"),
    internal("table_name", "string"),
    internal("kind", "string"),  # table | view | folder
    internal("type", "string"),  # base | auth | view; NULL when only the Directus wire knows it
    internal("rules", "json"),  # {"listRule": …}
    internal("pb_options", "json"),
    internal("pb_indexes", "json"),
    internal("system", "boolean", default=False, nullable=False),
    internal("created", "string"),
    internal("updated", "string"),
    key=("collection",),
    icon="database",
)

FIELDS = table(
    "directus_fields",
    number_key(),
    SystemField("collection", "string", length=255, nullable=False, indexed=True),
    SystemField("field", "string", length=255, nullable=False),
    SystemField("special", "csv", special=("cast-csv",), searchable=False),
    text("interface"),
    json_field("options"),
    text("display"),
    json_field("display_options"),
    flag("readonly", default=False),
    flag("hidden", default=False),
    SystemField("sort", "integer"),
    text("width", default="full"),
    json_field("translations"),
    SystemField("note", "text"),
    json_field("conditions"),
    flag("required", default=False, nullable=True),
    text("group"),
    json_field("validation"),
    SystemField("validation_message", "text"),
    flag("searchable", default=True),
    # What the PocketBase wire keeps of a field.
    internal("tracked", "boolean", default=True, nullable=False),
    internal("pb_id", "string"),
    internal("kind", "string"),
    internal("pb_options", "json"),
    internal("pb_hidden", "boolean", default=False, nullable=False),
    internal("pb_required", "boolean", default=False, nullable=False),
    internal("pb_presentable", "boolean", default=False, nullable=False),
    internal("pb_system", "boolean", default=False, nullable=False),
    internal("pb_help", "text"),
    internal("position", "integer"),
    icon="input",
)

RELATIONS = table(
    "directus_relations",
    number_key(),
    SystemField("many_collection", "string", length=255, nullable=False, indexed=True),
    SystemField("many_field", "string", length=255, nullable=False),
    SystemField("one_collection", "string", length=255, indexed=True),
    text("one_field"),
    text("one_collection_field"),
    SystemField("one_allowed_collections", "csv", special=("cast-csv",), searchable=False),
    text("junction_field"),
    text("sort_field"),
    SystemField("one_deselect_action", "string", length=16, nullable=False, default="nullify"),
    icon="merge_type",
)
