"""The starter: the collection that a new embedded installation begins with.

In charge of: `users`, as PocketBase has it, made once in the life of an installation, and only where the database is
Satchel's own and empty. Not in charge of: making collections as such (`schema`). Called by `app` at start.
"""

from __future__ import annotations

from satchel.engine.schema import Schema
from satchel.engine.store import Store
from satchel.errors import ConstraintFailed, SatchelError
from satchel.model.auth_fields import auth_fields
from satchel.model.auth_options import default_options
from satchel.model.catalog import Catalog
from satchel.model.definition import CollectionDefinition, FieldDefinition

STATE, MARK = "satchel_state", "starter"
ITSELF = "id = @request.auth.id"
NOTE = "Accounts for your app. Who may log in to the studio is under People."
IMAGES = ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"]

_KEY_OPTIONS = {
    "autogeneratePattern": "[a-z0-9]{15}",
    "max": 15,
    "min": 15,
    "pattern": "^[a-z0-9]+$",
    "primaryKey": True,
}


def users_definition() -> CollectionDefinition:
    """The collection `users` of a new PocketBase; system fields, indexes and secrets come as with any auth
    collection."""
    options = default_options()
    options["oauth2"]["mappedFields"] |= {"name": "name", "avatarURL": "avatar"}
    return CollectionDefinition(
        "users",
        fields=(
            FieldDefinition("id", kind="text", options=_KEY_OPTIONS, system=True, required=True),
            *auth_fields(),
            FieldDefinition("name", kind="text", options={"max": 255}),
            FieldDefinition("avatar", kind="file", options={"maxSelect": 1, "mimeTypes": IMAGES}),
            FieldDefinition("created", kind="autodate", options={"onCreate": True, "onUpdate": False}),
            FieldDefinition("updated", kind="autodate", options={"onCreate": True, "onUpdate": True}),
        ),
        type="auth",
        id="_pb_users_auth_",
        rules={
            "listRule": ITSELF,
            "viewRule": ITSELF,
            "createRule": "",
            "updateRule": ITSELF,
            "deleteRule": ITSELF,
            "authRule": "",
            "manageRule": None,
        },
        options=options,
        meta={"icon": "group", "note": NOTE},
    )


async def _make(schema: Schema) -> None:
    definition = users_definition()
    try:
        await schema.create_collection(definition, "pocketbase")
    except SatchelError:
        # of workers that begin at once one is first, and the others find its collection in their way
        await schema.metadata.refresh()
        if schema.metadata.catalog.find(definition.name) is None:
            raise


async def start(schema: Schema, store: Store, catalog: Catalog) -> None:
    """Make `users` unless that was done before, or somebody has collections already."""
    if await store.select(STATE, ("value",), ("name", "=", MARK)):
        return
    if all(item.system for item in catalog.collections.values()):
        await _make(schema)
    try:
        await store.write(lambda session: session.insert(STATE, {"name": MARK, "value": "1"}))
    except ConstraintFailed:  # another worker was first
        return
