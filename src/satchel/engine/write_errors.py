"""What a database refuses, in the words of fields.

In charge of: turning ConstraintFailed into field errors with the names of the catalog. Not in charge of: how a
database words its refusal (`db/*_errors`). Called by `write` and `write_delete`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_references import foreign_key_error
from satchel.engine.write_values import Draft
from satchel.errors import ConstraintFailed, FieldError, ValidationFailed
from satchel.model.catalog import Relation

Probe = Callable[[Relation], Awaitable[bool]]
"""Whether the draft's values of this relation lead to an item, whoever asks."""


class DatabaseRefused(ValidationFailed):
    """Field errors that the database found: the statement was tried, so the transaction may be over."""


async def refused(error: ConstraintFailed, draft: Draft, probe: Probe) -> Exception:
    """The error to raise for a refused INSERT or UPDATE of the draft. `probe` finds the reference that leads nowhere,
    where the database does not say which one it is."""
    plan = draft.plan
    names = _names(error, plan)
    match error.kind:
        case "unique":
            found = _not_unique(draft, names)
        case "foreign_key":
            found = await _foreign_key(draft, names, error, probe)
        case "not_null":
            found = [_null(draft, name) for name in names]
        case "range":
            message = "Numeric value is out of range"
            found = [FieldError((*draft.path, *names[:1]), "out_of_range", message, _value(draft, names))]
        case "length":
            message = f'Value for field "{names[0]}" is too long' if names else "A value is too long"
            found = [FieldError((*draft.path, *names[:1]), "too_long", message, _value(draft, names))]
        case _:
            message = f'The database\'s check "{error.constraint}" is not met' if error.constraint else "Invalid value"
            found = [FieldError((*draft.path, *names[:1]), "check", message)]
    return DatabaseRefused(found, collection=plan.name) if found else error


def named_error(error: ConstraintFailed, plan: CollectionPlan) -> ConstraintFailed:
    """The same refusal with the names of the catalog in place of those of the database."""
    names = _names(error, plan)
    if not names and error.table not in ("", plan.collection.table):
        return error
    return ConstraintFailed(
        error.kind, error.message, table=plan.name, columns=names, constraint=error.constraint, value=error.value
    )


def _names(error: ConstraintFailed, plan: CollectionPlan) -> list[str]:
    """The fields that a refusal is about."""
    columns: Sequence[str] = error.columns
    if not columns and error.constraint:
        columns = next((item.columns for item in plan.collection.indexes if item.name == error.constraint), ())
    by_column = {item.field.column: name for name, item in plan.fields.items()}
    # An index on a part of a column is told with its length: `title(100)`.
    whole = [column if column in by_column else column.partition("(")[0] for column in columns]
    found = [by_column[column] for column in whole if column in by_column]
    if not found and error.constraint:
        for item in plan.fields.values():
            if item.relation is not None and item.relation.constraint == error.constraint:
                return list(item.relation.many_fields)
    return found


def _not_unique(draft: Draft, names: Sequence[str]) -> list[FieldError]:
    """PocketBase complains about every column of the index, the Directus style about the first one."""
    message = "Value must be unique."
    if draft.style == "pocketbase":
        return [FieldError((*draft.path, name), "not_unique", message) for name in names]
    return [FieldError((*draft.path, name), "not_unique", message, _value(draft, [name])) for name in names[:1]]


def _null(draft: Draft, name: str) -> FieldError:
    if draft.style == "pocketbase":
        return FieldError((*draft.path, name), "required", "Cannot be blank.")
    return FieldError((*draft.path, name), "null", "Value can't be null.")


async def _foreign_key(draft: Draft, names: Sequence[str], error: ConstraintFailed, probe: Probe) -> list[FieldError]:
    if names:
        return [foreign_key_error(draft, names[0])]
    if error.columns or error.constraint:
        return []
    # SQLite names nothing, but its transaction goes on: ask which reference leads nowhere.
    for item in draft.plan.fields.values():
        relation = item.relation
        if relation is None or (relation.constraint is None and relation.on_delete is None):
            continue
        if all(draft.values.get(name) is not None for name in relation.many_fields) and not await probe(relation):
            return [foreign_key_error(draft, item.name)]
    return [FieldError(draft.path, "foreign_key", "Invalid foreign key")]


def _value(draft: Draft, names: Sequence[str]) -> dict[str, Any]:
    """The value that was refused, unless it is a secret or the caller did not send it."""
    name = names[0] if names else ""
    if draft.style == "pocketbase" or name in draft.plan.concealed or draft.values.get(name) is None:
        return {}
    if not draft.submitted.get(name):
        return {}
    return {"value": draft.values[name]}
