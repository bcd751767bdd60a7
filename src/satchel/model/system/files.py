"""System tables of the file library of the Directus wire: files and the folders that they are shown in.

In charge of: these declarations. Not in charge of: the files themselves (`files/`). Read by `collections`.
"""

from __future__ import annotations

from satchel.model.fields.file import NAMES_FILE
from satchel.model.system.declare import Reference, SystemField, table
from satchel.model.system.words import json_field, reference, required, stamp, text, user, uuid_key

FOLDERS = table(
    "directus_folders",
    uuid_key(),
    required("name"),
    SystemField(
        "parent",
        "uuid",
        special=("m2o",),
        indexed=True,
        searchable=False,
        reference=Reference("directus_folders", on_delete="NO ACTION"),
    ),
    text("type", default="files", length=16),
    icon="folder",
)

FILES = table(
    "directus_files",
    uuid_key(),
    required("storage"),
    SystemField("filename_disk", "string", length=255, options={NAMES_FILE: True}),
    required("filename_download"),
    text("title"),
    text("type"),
    reference("folder", "directus_folders"),
    user("uploaded_by", "user-created"),
    stamp("created_on", "date-created"),
    user("modified_by", "user-updated"),
    stamp("modified_on", "date-updated"),
    text("charset", length=50),
    SystemField("filesize", "bigInteger"),
    SystemField("width", "integer"),
    SystemField("height", "integer"),
    SystemField("duration", "integer"),
    text("embed", length=200),
    SystemField("description", "text"),
    SystemField("location", "text"),
    json_field("tags"),
    json_field("metadata"),
    SystemField("focal_point_x", "integer"),
    SystemField("focal_point_y", "integer"),
    text("tus_id", length=64),
    json_field("tus_data"),
    stamp("uploaded_on"),
    icon="folder",
)
