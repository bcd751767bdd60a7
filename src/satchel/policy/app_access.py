"""What "app access" gives: the least that the studio needs to show itself to somebody.

In charge of: these rows, in the shape of permission rows. Not in charge of: who has app access (`load_policies`). Read
by `load_policies`, and by the Directus wire, which lists them after the stored permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OWN_USER: Mapping[str, Any] = {"user": {"_eq": "$CURRENT_USER"}}

# Fields of the settings that everybody in the studio needs. Secrets that live in settings are not among them.
SETTINGS_FIELDS = (
    "id", "project_name", "project_url", "project_color", "project_logo", "project_descriptor", "public_foreground",
    "public_background", "public_favicon", "public_note", "custom_css", "module_bar", "basemaps", "default_language",
    "default_appearance", "default_theme_light", "default_theme_dark", "theme_light_overrides",
    "theme_dark_overrides", "custom_aspect_ratios", "storage_asset_presets", "storage_asset_transform",
    "auth_password_policy",
)  # fmt: skip

OWN_USER_FIELDS = (
    "id", "first_name", "last_name", "last_page", "email", "password", "location", "title", "description", "tags",
    "provider", "avatar", "language", "appearance", "theme_light", "theme_dark", "theme_light_overrides",
    "theme_dark_overrides", "tfa_secret", "status", "role",
)  # fmt: skip


def _row(
    collection: str,
    action: str,
    permissions: Mapping[str, Any] | None = None,
    *,
    fields: tuple[str, ...] = ("*",),
    validation: Mapping[str, Any] | None = None,
    presets: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    return {
        "policy": None,
        "permissions": permissions or {},
        "validation": validation,
        "presets": presets,
        "fields": list(fields),
        "system": True,
        "collection": collection,
        "action": action,
    }


_OWN_COMMENT: Mapping[str, Any] = {"user_created": {"_eq": "$CURRENT_USER"}}
_OWN_NOTIFICATION: Mapping[str, Any] = {"recipient": {"_eq": "$CURRENT_USER"}}
_READABLE_PRESET: Mapping[str, Any] = {
    "_or": [
        {"user": {"_eq": "$CURRENT_USER"}},
        {"_and": [{"user": {"_null": True}}, {"role": {"_in": "$CURRENT_ROLES"}}]},
        {"_and": [{"user": {"_null": True}}, {"role": {"_null": True}}]},
    ]
}
_OWN_SHARE: Mapping[str, Any] = {"user_created": {"_eq": "$CURRENT_USER"}}

APP_ROWS: tuple[Mapping[str, Any], ...] = (
    _row("directus_collections", "read"),
    _row("directus_fields", "read"),
    _row("directus_relations", "read"),
    _row("directus_translations", "read"),
    _row("directus_activity", "read", OWN_USER),
    _row("directus_comments", "read", _OWN_COMMENT),
    _row("directus_comments", "create"),
    _row("directus_comments", "update", _OWN_COMMENT, fields=("comment",)),
    _row("directus_comments", "delete", _OWN_COMMENT),
    _row("directus_presets", "read", _READABLE_PRESET),
    _row("directus_presets", "create", validation=OWN_USER),
    _row("directus_presets", "update", OWN_USER, validation=OWN_USER),
    _row("directus_presets", "delete", OWN_USER),
    _row("directus_roles", "read", {"id": {"_in": "$CURRENT_ROLES"}}),
    _row("directus_settings", "read", fields=SETTINGS_FIELDS),
    _row("directus_notifications", "read", _OWN_NOTIFICATION),
    _row("directus_notifications", "update", _OWN_NOTIFICATION, fields=("status",)),
    _row("directus_shares", "read", _OWN_SHARE),
    _row("directus_users", "read", {"id": {"_eq": "$CURRENT_USER"}}, fields=OWN_USER_FIELDS),
)
