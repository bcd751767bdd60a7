"""Slots: the values that a plan's binds are filled with, once per request.

In charge of: turning a `Bind` into a function of (the caller's values, the Context) that gives what the driver wants.
Not in charge of: what a type accepts (`model/types`) or how a database takes it (`Dialect.encode`). Called by
`engine/read` and `engine/check`.

Rules: a value that is missing is None, so a comparison with it fails closed. A caller's value of the wrong type is
InvalidQuery where the plan says `strict`, else it becomes None, which equals nothing.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from satchel.errors import InvalidQuery
from satchel.expr.dialect import Dialect
from satchel.expr.moments import shifted
from satchel.expr.operators.values import text_of
from satchel.expr.syntax_text import to_pattern
from satchel.model.fields.file import NewFile
from satchel.model.types import TYPES
from satchel.model.types.contract import Refused, StorageType
from satchel.plan.given import STORED
from satchel.plan.nodes import Bind, FromConst, FromHanded, FromParam
from satchel.policy.actor import Context
from satchel.sql.read import bind_type

Getter = Callable[[Sequence[Any], Context], Any]

UNLIMITED: Mapping[str, Any] = {"sqlite": -1, "mariadb": 2**63 - 1, "mysql": 2**63 - 1}
"""What LIMIT takes for "all rows"; NULL elsewhere."""


def getter(bind: Bind, dialect: Dialect) -> Getter:
    """The function that fills one bind."""
    convert = converter(bind, dialect)
    source = bind.source
    if isinstance(source, FromConst):
        constant = convert(source.value)
        return lambda values, context: constant
    if isinstance(source, FromParam):
        index, item = source.index, source.item
        if item is not None:
            return lambda values, context: convert(values[index][item])
        return lambda values, context: convert(values[index])
    if isinstance(source, FromHanded):
        number = source.number
        return lambda values, context: convert(context.handed[number])
    path = source.path
    if bind.hint == "pattern":
        return lambda values, context: convert(_sought(context_value(context, path)))
    if len(path) == 2 and path[0] == "auth" and not path[1].startswith(":"):
        # what most rules ask for, and so what most reads under a rule have to fill in
        own = path[1:]
        return lambda values, context: convert(_of_caller(context, own))
    return lambda values, context: convert(context_value(context, path))


def _sought(value: Any) -> str | None:
    """A value of the request as a finished pattern."""
    text = text_of(value)
    return None if text is None else to_pattern(text)


def converter(bind: Bind, dialect: Dialect) -> Callable[[Any], Any]:
    """From a Python value to what the driver wants for this bind."""
    placeholder_type = bind_type(bind)
    encode = dialect.encode
    if bind.type == "limit":
        unlimited = UNLIMITED.get(dialect.name)

        def limit(value: Any) -> Any:
            return unlimited if value is None or value < 0 else encode(min(int(value), 2**62), placeholder_type)

        return limit
    kind = TYPES.get(bind.type)
    strict, label = bind.strict, bind.label
    if bind.hint == "list":

        def listed(value: Any) -> Any:
            items = list(cast("Sequence[Any]", value)) if isinstance(value, (list, tuple)) else []
            if kind is not None:
                items = [_cast(kind, item, strict, label) for item in items]
            known = [item for item in items if item is not None]
            # a list of nothing that the type can hold is no list, so that "none of these" holds for no row either
            return encode(json.dumps(known, default=str) if known or not items else None, placeholder_type)

        return listed
    if bind.hint == STORED:
        return _same
    if bind.hint == "json":
        return lambda value: encode(json.dumps(value), "json")
    if kind is None or bind.hint == "pattern":
        return lambda value: encode(value, placeholder_type)

    def single(value: Any) -> Any:
        return encode(_cast(kind, value, strict, label), placeholder_type)

    return single


def _same(value: Any) -> Any:
    return value


def _cast(kind: StorageType, value: Any, strict: bool, label: str) -> Any:
    if value is None:
        return None
    try:
        return kind.cast(value, strict)
    except Refused as refused:
        numeric = kind.name in ("integer", "bigInteger", "float", "decimal")
        message = "Invalid numeric value" if numeric else f'"{label}": {refused.message}'
        raise InvalidQuery(message, hint=f'Field "{label}" is of type {kind.name}.') from refused


def context_value(context: Context, path: tuple[str, ...]) -> Any:
    """The value of a FromContext path; None when there is none."""
    root = path[0]
    actor = context.actor
    if root == "now":
        return moment(context.now, path[1], path[2:])
    if root == "auth":
        return _auth(context, path[1:])
    if root == "$CURRENT_USER":
        if actor.kind != "user":
            return None
        return actor.key if len(path) == 1 or path[1] == "id" else _walk(actor.record, path[1:])
    if root == "$CURRENT_ROLE":
        return actor.role
    if root == "$CURRENT_ROLES":
        return list(actor.roles)
    if root == "$CURRENT_POLICIES":
        return list(actor.policies)
    return _request(context, path)


def _auth(context: Context, path: tuple[str, ...]) -> Any:
    if path and path[-1] == ":isset":
        return False  # it asks what was sent with a request, and PocketBase says no
    if path and path[-1] in (":length", ":list"):
        items = _items(_auth(context, path[:-1]))
        return len(items) if path[-1] == ":length" else items
    return _of_caller(context, path)


def _of_caller(context: Context, path: tuple[str, ...]) -> Any:
    """A value of the record that asks, by a path without marks."""
    actor = context.actor
    if actor.kind != "user" or not path:
        return None
    if path[0] == "id":
        return actor.key
    if path[0] == "collectionName":
        return actor.record.get("collectionName", actor.collection)
    return _walk(actor.record, path)


def _request(context: Context, path: tuple[str, ...]) -> Any:
    """`context`, `method`, `query.x`, `headers.x`, `body.x`, with the marks that modifiers leave at the end of the
    path.
    """
    request = context.request
    mark = path[-1] if path[-1].startswith(":") else ""
    plain = path[:-1] if mark else path
    if mark == ":isset":
        holder = _walk(request, plain[:-1])
        return isinstance(holder, Mapping) and plain[-1] in holder
    value = _walk(request, plain)
    if mark == ":length":
        return len(_items(value))
    if mark == ":list":
        return _items(value)
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def _items(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return list(cast("Sequence[Any]", value))
    return [] if value in (None, "") else [value]


def _walk(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        if isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(part)
        elif isinstance(value, NewFile):
            value = value.facts.get(part)
        elif isinstance(value, list) and part.isdigit():
            items = cast("list[Any]", value)
            value = items[int(part)] if int(part) < len(items) else None
        else:
            return None
    return value


def moment(now: datetime, name: str, arguments: tuple[str, ...]) -> Any:
    """A date macro's value: text in PocketBase's form, ISO 8601 for `$NOW`, or a number (`@hour`). Source: PocketBase's
    filter macros.
    """
    now = now.astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    end = timedelta(days=1) - timedelta(milliseconds=1)
    match name:
        case "$NOW":
            return (
                (shifted(now, arguments[0]) if arguments else now)
                .isoformat(timespec="milliseconds")
                .replace("+00:00", "Z")
            )
        case "@now":
            return _text(now)
        case "@yesterday":
            return _text(now - timedelta(days=1))
        case "@tomorrow":
            return _text(now + timedelta(days=1))
        case "@todayStart":
            return _text(midnight)
        case "@todayEnd":
            return _text(midnight + end)
        case "@monthStart":
            return _text(midnight.replace(day=1))
        case "@monthEnd":
            return _text(midnight.replace(day=monthrange(now.year, now.month)[1]) + end)
        case "@yearStart":
            return _text(midnight.replace(month=1, day=1))
        case "@yearEnd":
            return _text(midnight.replace(month=12, day=31) + end)
        case "@second" | "@minute" | "@hour" | "@day" | "@month" | "@year":
            return getattr(now, name[1:])
        case "@weekday":
            return now.isoweekday() % 7
        case _:
            raise InvalidQuery(f'unknown date macro "{name}"')


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
