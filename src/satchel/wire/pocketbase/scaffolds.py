"""What `GET /api/collections/meta/scaffolds` answers: a new collection of each type, not yet saved.

In charge of: the defaults of the three types as this wire shows them. Not in charge of: what those of auth collections
are (`model/auth_fields`, `model/auth_options`), making collections (`engine/schema`). Called by `collections`.
"""

from __future__ import annotations

import secrets
from typing import Any

from satchel.model.auth_fields import auth_fields, auth_indexes
from satchel.model.auth_options import default_options, shown
from satchel.wire.pocketbase.collection_shape import ID_FIELD, RULES, definition_object


def scaffolds() -> dict[str, Any]:
    """Keys in PocketBase's order."""
    fields = [dict(ID_FIELD), *map(definition_object, auth_fields())]
    indexes = [index.sql for index in auth_indexes(secrets.token_hex(5), "")]
    auth = {**_scaffold("auth", fields), "indexes": indexes, "authRule": "", "manageRule": None}
    return {
        "base": _scaffold("base", [dict(ID_FIELD)]),
        "view": {**_scaffold("view", []), "viewQuery": ""},
        "auth": {**auth, **shown(default_options())},
    }


def _scaffold(kind: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "",
        **dict.fromkeys(RULES),
        "name": "",
        "type": kind,
        "fields": fields,
        "indexes": [],
        "created": "",
        "updated": "",
        "system": False,
    }
