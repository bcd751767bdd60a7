"""Auth fields: the fields and indexes that every auth collection has.

In charge of: what they are by default, and putting a wish right that lacks or bends them. Not in charge of: the options
(`auth_options`), whether the rest is acceptable (`check_definition`, `check_auth`). Called by `engine/schema_plan`, the
PocketBase wire. Pure.

What a submitted field of one of these names may say: `password` its length, `tokenKey` its pattern, `email` whether
it is required and which domains; `system` and who may see it stay as they are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from satchel.errors import FieldError
from satchel.model.auth_options import SECRET_LENGTH, with_defaults, with_secrets
from satchel.model.catalog import Collection
from satchel.model.definition import (
    CollectionDefinition,
    FieldDefinition,
    IndexDefinition,
    IndexPart,
    definition_of,
)
from satchel.model.fields import FIELDS
from satchel.model.naming import field_id

PASSWORD, TOKEN_KEY, EMAIL, EMAIL_VISIBILITY, VERIFIED = "password", "tokenKey", "email", "emailVisibility", "verified"

TOKEN_KEY_PATTERN = "[a-zA-Z0-9]{50}"


def _field(name: str, kind: str, **given: Any) -> FieldDefinition:
    options: dict[str, Any] = {**FIELDS[kind].defaults}
    options |= {key: value for key, value in given.items() if key in options}
    flags = {key: value for key, value in given.items() if key not in options}
    return FieldDefinition(name, kind=kind, id=field_id(kind, name), options=options, system=True, **flags)


def auth_fields() -> tuple[FieldDefinition, ...]:
    """The system fields of a new auth collection, after its `id`."""
    return (
        _field(PASSWORD, "password", hidden=True, required=True, min=8),
        _field(TOKEN_KEY, "text", hidden=True, required=True, min=30, max=60, autogeneratePattern=TOKEN_KEY_PATTERN),
        _field(EMAIL, "email", required=True),
        _field(EMAIL_VISIBILITY, "bool"),
        _field(VERIFIED, "bool"),
    )


FORCED: Mapping[str, Mapping[str, Any]] = {
    PASSWORD: {"system": True, "hidden": True, "required": True},
    TOKEN_KEY: {"system": True, "hidden": True, "required": True},
    EMAIL: {"system": True, "hidden": False},
    EMAIL_VISIBILITY: {"system": True},
    VERIFIED: {"system": True},
}
"""What a submitted field of that name can't say otherwise."""


def with_auth_fields(fields: tuple[FieldDefinition, ...]) -> tuple[FieldDefinition, ...]:
    """The fields with every system field of an auth collection: those that are missing come last, those of another kind
    become what they have to be, and what can't be said otherwise is put right."""
    found = list(fields)
    for default in auth_fields():
        if any(item.id == default.id and item.name != default.name for item in found):
            continue  # renamed, which is refused elsewhere
        position = next((index for index, item in enumerate(found) if item.name == default.name), None)
        if position is None:
            found.append(default)
            continue
        given = found[position]
        if given.kind != default.kind:
            made = given.id or field_id(given.kind, given.name)
            found[position] = replace(default, id=made, was=given.was)
        else:
            found[position] = replace(given, **FORCED[default.name])
    return tuple(found)


def complete_auth(
    wanted: CollectionDefinition, before: Collection | None, random_text: Callable[[int], str]
) -> CollectionDefinition:
    """An auth collection with the fields, indexes, options and secrets that it can't be without. A changed `authRule`
    ends every session: tokens are signed with a new secret from then on."""
    wanted = replace(wanted, fields=with_auth_fields(wanted.fields))
    options = with_secrets(with_defaults(wanted.options), random_text)
    fields = {item.name for item in wanted.fields}
    oauth = options["oauth2"]
    mapped = {name: field if field in fields else "" for name, field in oauth["mappedFields"].items()}
    options["oauth2"] = {**oauth, "mappedFields": mapped}
    rule = (wanted.rules or {}).get("authRule")
    if before is not None and before.rules.get("authRule") != rule:
        options["authToken"] = {**options["authToken"], "secret": random_text(SECRET_LENGTH)}
    return with_auth_indexes(replace(wanted, options=options))


def complete_superusers(wanted: CollectionDefinition, before: Collection) -> CollectionDefinition:
    """What can be said of `_superusers`: its options. Its table is the users', so fields and indexes stay as they are.

    Superusers always sign in with passwords and never through other services; codes by mail are never enough for them.
    """
    known = definition_of(before)
    # Their tokens are signed with secrets that follow from the installation's, unless others are set here.
    options = with_defaults(wanted.options)
    options["oauth2"] = {**options["oauth2"], "enabled": False}
    options["passwordAuth"] = {**options["passwordAuth"], "enabled": True}
    if options["otp"]["enabled"]:
        options["mfa"] = {**options["mfa"], "enabled": True}
    return replace(wanted, options=options, fields=known.fields, indexes=known.indexes, key=known.key)


def check_auth_fields(wanted: CollectionDefinition, before: Collection) -> list[FieldError]:
    """The complaint about a system field that was renamed."""
    names = {item.id: item.name for item in before.fields.values() if item.name in FORCED and item.id}
    if all(names.get(item.id, item.name) == item.name for item in wanted.fields):
        return []
    return [FieldError(("fields",), "system_field_change", "System fields cannot be deleted or renamed.", {})]


def with_auth_indexes(wanted: CollectionDefinition) -> CollectionDefinition:
    """The collection with the unique indexes on `tokenKey` and `email`, unless it has such."""
    missing = [
        default for default in auth_indexes(wanted.id, wanted.name) if not has_unique(wanted, default.parts[0].text)
    ]
    return replace(wanted, indexes=(*wanted.indexes, *missing)) if missing else wanted


def auth_indexes(collection_id: str, table: str) -> tuple[IndexDefinition, ...]:
    """The two indexes of a new auth collection, worded as PocketBase shows them."""
    return (_unique(TOKEN_KEY, collection_id, table), _unique(EMAIL, collection_id, table, f"`{EMAIL}` != ''"))


# CREATE UNIQUE INDEX `idx_email_pbc_1` ON `users` (`email`) WHERE `email` != ''
def _unique(field: str, collection_id: str, table: str, where: str | None = None) -> IndexDefinition:
    name = f"idx_{field}_{collection_id}"
    text = f"CREATE UNIQUE INDEX `{name}` ON `{table}` (`{field}`)" + (f" WHERE {where}" if where else "")
    return IndexDefinition(name, (IndexPart(field),), unique=True, where=where, sql=text)


def has_unique(wanted: CollectionDefinition, name: str) -> bool:
    """Whether some index makes the values of one field unique, be it only of rows that meet a condition."""
    return any(
        index.unique and len(index.parts) == 1 and not index.parts[0].expression and index.parts[0].text == name
        for index in wanted.indexes
    )
