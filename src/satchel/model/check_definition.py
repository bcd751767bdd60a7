"""Whether a wanted collection is acceptable, before anything is tried.

In charge of: names, fields, keys, indexes and rules that one wire or both ask of a definition, told all at once. Not in
charge of: what only the database can say (a condition of an index), whether a rule can be understood (`engine/schema`
asks the engine), the order of changes (`diff`). Called by `engine/schema`. Pure.

Codes are PocketBase's without `validation_`, and so are most messages, because that wire shows them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from satchel.errors import FieldError
from satchel.model.auth_fields import check_auth_fields
from satchel.model.catalog import Catalog, Collection
from satchel.model.check_auth import check_auth
from satchel.model.definition import (
    KINDS,
    STORAGE_TYPES,
    CollectionDefinition,
    FieldDefinition,
    field_definition_of,
)
from satchel.model.fields import FIELDS, OptionsContext
from satchel.model.fields.names import HELP_MAX, check_name
from satchel.model.naming import RESERVED_COLLECTIONS

Style = Literal["directus", "pocketbase"]

NAME_MAX = 255
ID_MAX = 100
_NAME = re.compile(r"\w+", re.ASCII)
_INTERNAL = frozenset({"_params", "_collections", "_migrations", "_logs"})
_BLANK = "Cannot be blank."
_VIEW_RULES = ("createRule", "updateRule", "deleteRule")
_OWN_PREFIXES = ("directus_", "satchel_")


@dataclass(frozen=True, slots=True)
class NameLimit:
    """The longest name that a database takes, None for any. `bytes`: counted in bytes of UTF-8."""

    longest: int | None = None
    bytes: bool = False

    def allows(self, name: str) -> bool:
        return self.longest is None or (len(name.encode()) if self.bytes else len(name)) <= self.longest


def check_definition(
    wanted: CollectionDefinition,
    before: Collection | None,
    catalog: Catalog,
    style: Style,
    limit: NameLimit,
) -> list[FieldError]:
    """All complaints. `before`: the collection that is to become so, None for a new one."""
    errors = _check_name(wanted, before, catalog, style, limit)
    if style == "pocketbase":
        errors += _check_id(wanted, before, catalog)
        errors += _check_type(wanted, before)
        errors += _check_system(wanted, before)
    if wanted.kind == "folder":
        return errors
    if wanted.kind in ("view", "materialized_view"):
        return errors + _check_view(wanted, before)
    if wanted.type == "auth" and (before is None or before.type == "auth"):
        renamed = check_auth_fields(wanted, before) if before is not None else []
        if renamed:
            return renamed
        errors += check_auth(wanted) + _check_manage_rule(wanted)
    if before is not None and before.derived:
        return errors
    keyless = _check_key(wanted) if before is None or before.key else []
    errors += keyless or _check_fields(wanted, before, catalog, style, limit)
    return errors + _check_indexes(wanted, catalog, before, limit)


def error(path: tuple[str | int, ...], code: str, message: str, **params: Any) -> FieldError:
    """One complaint."""
    return FieldError(path, code, message, params)


# --- the collection itself


def _check_name(
    wanted: CollectionDefinition, before: Collection | None, catalog: Catalog, style: Style, limit: NameLimit
) -> list[FieldError]:
    name = wanted.name
    path = ("name",)
    if not name:
        return [error(path, "required", _BLANK)]
    if before is not None and before.name == name:
        return []
    if "\0" in name or len(name) > NAME_MAX:
        return [error(path, "length_out_of_range", "The length must be between 1 and 255.", min=1, max=NAME_MAX)]
    if style == "pocketbase" and not _NAME.fullmatch(name):
        return [error(path, "match_invalid", "Must be in a valid format.")]
    if style == "pocketbase" and "_via_" in name:
        return [error(path, "found_via", 'The value cannot contain "_via_".')]
    if "/" in name or name.startswith(_OWN_PREFIXES) or name in _INTERNAL or name.lower().startswith("sqlite_"):
        message = "The name shouldn't match with an existing internal table."
        return [error(path, "collection_name_invalid", message)]
    found = catalog.collections.get(catalog.by_lower.get(name.lower(), ""))
    if (found is not None and found is not before) or name in RESERVED_COLLECTIONS:
        return [error(path, "collection_name_exists", "Collection name must be unique (case insensitive).")]
    if style == "pocketbase" and name in catalog.by_id:
        message = "The name must not match an existing collection id."
        return [error(path, "collection_name_id_duplicate", message)]
    return [] if limit.allows(name) else [_too_long(path, limit)]


def _too_long(path: tuple[str | int, ...], limit: NameLimit) -> FieldError:
    longest = limit.longest or 0
    unit = "bytes" if limit.bytes else "characters"
    message = f"The database takes names of up to {longest} {unit}."
    return error(path, "length_out_of_range", message, min=1, max=longest)


def _check_id(wanted: CollectionDefinition, before: Collection | None, catalog: Catalog) -> list[FieldError]:
    if before is not None or not wanted.id:
        return []
    if len(wanted.id) > ID_MAX:
        return [error(("id",), "length_out_of_range", "The length must be between 1 and 100.", min=1, max=ID_MAX)]
    if not _NAME.fullmatch(wanted.id):
        return [error(("id",), "match_invalid", "Must be in a valid format.")]
    if wanted.id in catalog.by_id or wanted.id in catalog.collections:
        return [error(("id",), "invalid_or_existing_id", "The model id is invalid or already exists.")]
    return []


def _check_type(wanted: CollectionDefinition, before: Collection | None) -> list[FieldError]:
    if before is not None and before.type != wanted.type:
        return [error(("type",), "collection_type_change", "Collection type cannot be changed.")]
    return []


def _check_system(wanted: CollectionDefinition, before: Collection | None) -> list[FieldError]:
    if before is None:
        return []
    errors: list[FieldError] = []
    if before.system != wanted.system:
        message = "System collection state cannot be changed."
        errors.append(error(("system",), "collection_system_flag_change", message))
    if before.system and wanted.name != before.name:
        message = "System collection name cannot be changed."
        errors.append(error(("name",), "collection_system_name_change", message))
    if before.system:
        message = "System collection API rule cannot be changed."
        rules: Mapping[str, str | None] = wanted.rules or {}
        errors += [
            error((name,), "collection_system_rule_change", message)
            for name in (*rules,)
            if rules[name] != before.rules.get(name)
        ]
    return errors


def _check_manage_rule(wanted: CollectionDefinition) -> list[FieldError]:
    """The empty text would make a manager of everybody."""
    if (wanted.rules or {}).get("manageRule") != "":
        return []
    return [error(("manageRule",), "nil_or_not_empty_required", _BLANK)]


def _check_view(wanted: CollectionDefinition, before: Collection | None) -> list[FieldError]:
    errors: list[FieldError] = []
    # a view that was made elsewhere has a query that only the database knows
    elsewhere = before is not None and before.kind != "table" and not before.options.get("viewQuery")
    if not (wanted.view_query or "").strip() and not elsewhere:
        errors += [error(("viewQuery",), "required", _BLANK), error(("fields",), "required", _BLANK)]
    rules: Mapping[str, str | None] = wanted.rules or {}
    errors += [error((name,), "nil", "Must be blank.") for name in _VIEW_RULES if rules.get(name) is not None]
    if wanted.indexes:
        errors.append(error(("indexes",), "indexes_not_supported", "View collections don't support indexes."))
    return errors


# --- fields


def _check_fields(
    wanted: CollectionDefinition, before: Collection | None, catalog: Catalog, style: Style, limit: NameLimit
) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    context = OptionsContext(catalog, wanted.id or (before.id if before is not None else ""))
    composite = sum(bool(field.options.get("primaryKey")) for field in wanted.fields if field.kind == "text") > 1
    for position, field in enumerate(wanted.fields):
        found = _check_field(field, before, context, style, limit)
        lower = field.name.lower()
        if field.name and lower in names:
            message = f"Duplicated or invalid field name {field.name}."
            found.append(error(("name",), "duplicated_field_name", message, fieldName=field.name))
        names.add(lower)
        if composite and field.kind == "text" and field.options.get("primaryKey"):
            message = "Composite PKs are not supported and the collection must have only 1 PK."
            found.append(error(("primaryKey",), "unsupported_composite_pk", message))
        errors += [FieldError(("fields", position, *item.path), item.code, item.message, item.params) for item in found]
    return errors


def matched(field: FieldDefinition, before: Collection | None) -> FieldDefinition | None:
    """The field that a wanted one continues: by id, by the name it had, by its name."""
    if before is None:
        return None
    if field.id:
        for item in before.fields.values():
            if item.id == field.id:
                return field_definition_of(item)
    if field.id and field.was is None:
        return None  # a field of its own, whatever its name
    found = before.fields.get(field.was or field.name)
    return field_definition_of(found) if found is not None else None


def _check_field(
    field: FieldDefinition, before: Collection | None, context: OptionsContext, style: Style, limit: NameLimit
) -> list[FieldError]:
    errors: list[FieldError] = []
    known = matched(field, before)
    is_same = known is not None and known.name == field.name
    if not is_same:
        complaint = _complaint(field.name, style)
        if complaint is not None:
            errors.append(complaint)
        elif not limit.allows(field.name):
            errors.append(_too_long(("name",), limit))
    if len(field.id) > ID_MAX:
        message = f"The length must be between 1 and {ID_MAX}."
        errors.append(error(("id",), "length_out_of_range", message, min=1, max=ID_MAX))
    if len(field.help) > HELP_MAX:
        message = f"The length must be between 1 and {HELP_MAX}."
        errors.append(error(("help",), "length_out_of_range", message, min=1, max=HELP_MAX))
    if field.kind:
        errors += _check_kind(field, known, context)
    elif field.type not in (*STORAGE_TYPES, "alias") and (known is None or known.type != field.type):
        errors.append(error(("type",), "in_invalid", "Must be a valid value."))
    return errors


def _complaint(name: str, style: Style) -> FieldError | None:
    if style == "pocketbase":
        return check_name(name)
    if not name:
        return error(("name",), "required", _BLANK)
    return error(("name",), "match_invalid", "Must be in a valid format.") if "\0" in name else None


def _check_kind(field: FieldDefinition, known: FieldDefinition | None, context: OptionsContext) -> list[FieldError]:
    if field.kind not in KINDS:
        return [error(("type",), "in_invalid", "Must be a valid value.")]
    if known is not None and known.kind and known.kind != field.kind:
        # without a path of its own: the wire shows it at the field
        return [error((), "field_type_change", "Field type cannot be changed.")]
    target = field.options.get("collectionId")
    moved = known is not None and bool(known.kind) and known.options.get("collectionId") != target
    if field.kind == "relation" and moved and target:
        message = "The relation collection cannot be changed."
        return [error(("collectionId",), "field_relation_change", message)]
    return FIELDS[field.kind].check_options({**FIELDS[field.kind].defaults, **_whole_options(field)}, context)


def _whole_options(field: FieldDefinition) -> dict[str, Any]:
    """The options with what a key's check looks at beside them."""
    return {**field.options, "name": field.name, "required": field.required, "hidden": field.hidden}


def _check_key(wanted: CollectionDefinition) -> list[FieldError]:
    missing = not wanted.key or any(wanted.field(name) is None for name in wanted.key)
    other = wanted.key == ("id",) and (found := wanted.field("id")) is not None and found.kind not in ("", "text")
    if missing or other or not all(found.stored for name in wanted.key if (found := wanted.field(name)) is not None):
        return [error(("fields",), "missing_primary_key", 'Missing or invalid "id" PK field.')]
    return []


# --- indexes


def _check_indexes(
    wanted: CollectionDefinition, catalog: Catalog, before: Collection | None, limit: NameLimit
) -> list[FieldError]:
    errors: list[FieldError] = []
    known = {index.name for index in before.indexes} if before is not None else set[str]()
    used = {
        index.name.lower(): item.name
        for item in catalog.collections.values()
        if item is not before and item.source == (before.source if before is not None else wanted.source or item.source)
        for index in item.indexes
    }
    names: set[str] = set()
    texts: set[tuple[Any, ...]] = set()
    for position, index in enumerate(wanted.indexes):
        path = ("indexes", position)
        content = (index.unique, index.where, index.parts)
        # What is wrong with an index as such is told alone, what its columns lack for all indexes at once.
        if not index.name or not index.parts:
            return [error(path, "invalid_index_expression", "Invalid CREATE INDEX expression.")]
        if index.name.lower() in names:
            return [error(path, "duplicated_index_name", "The index name already exists.")]
        if content in texts and index.sql is not None:
            return [error(path, "duplicated_index_definition", "The index definition already exists.")]
        if index.name.lower() in used and index.name not in known:
            table = used[index.name.lower()]
            message = f"The index name is already used in {table} collection."
            return [error(path, "existing_index_name", message, usedTableName=table)]
        if index.name not in known and not limit.allows(index.name):
            return [_too_long(path, limit)]
        columns = [item.text for item in index.parts if not item.expression]
        errors += _check_parts(wanted, before, index.name, path, columns)
        names.add(index.name.lower())
        texts.add(content)
    return errors


def _check_parts(
    wanted: CollectionDefinition,
    before: Collection | None,
    name: str,
    path: tuple[str | int, ...],
    columns: list[str],
) -> list[FieldError]:
    """Every plain column of an index has to be a stored field (or one that is just being renamed)."""
    fields = {item.name.lower() for item in wanted.fields if item.stored} | {
        (item.was or item.name).lower() for item in wanted.fields if item.stored
    }
    if before is not None:
        fields |= {old.name.lower() for item in wanted.fields if (old := matched(item, before)) is not None}
    for column in columns:
        if column.lower() not in fields and column.lower() != "rowid":
            message = f"Failed to create index {name} - SQL logic error: no such column: {column} (1)."
            return [error(path, "invalid_index_expression", message)]
    return []
