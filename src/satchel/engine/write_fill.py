"""Fills: the values that fields get by themselves.

In charge of: what Directus's specials (`uuid`, `user-created`, `date-updated`, …) and PocketBase's autodate fields
put into a row on creation and on change. Not in charge of: zero values and generated texts (`write_values`). Called
by `write_plan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from satchel.model.catalog import Field, Relation
from satchel.model.types import Refused, storage_type
from satchel.model.types.moments import date_time_text, read_moment, time_text, timestamp_text
from satchel.policy.actor import Context

KEEP = object()
"""What a fill answers to leave a field as the payload has it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What fills may look at. `random_uuid` and `now` come from outside; `submitted` is the field's value in the
    payload, None if absent.
    """

    context: Context
    random_uuid: Callable[[], UUID]
    submitted: Any = None


Fill = Callable[[Moment], Any]
"""The value to store, or KEEP."""

_USERS = "directus_users"


def creation_fill(field: Field, relation: Relation | None) -> Fill | None:
    """What fills a field of a new item."""
    if field.kind == "autodate":
        return _now(field) if field.options.get("onCreate") else None
    special = field.special
    if "date-created" in special:
        return _now(field)
    if "user-created" in special:
        return _user(field, relation)
    if "role-created" in special:
        return _role(field)
    if "uuid" in special and field.type in ("uuid", "string", "text"):
        return _uuid
    return None


def update_fill(field: Field, relation: Relation | None) -> Fill | None:
    """What fills a field whenever its item changes."""
    if field.kind == "autodate":
        return _now(field) if field.options.get("onUpdate") else None
    special = field.special
    if "date-updated" in special:
        return _now(field)
    if "user-updated" in special:
        return _user(field, relation)
    if "role-updated" in special:
        return _role(field)
    return None


def _uuid(moment: Moment) -> Any:
    return KEEP if moment.submitted else str(moment.random_uuid())


def _now(field: Field) -> Fill:
    type_name = field.type

    return lambda moment: spelled(moment.context.now, type_name)


@lru_cache(maxsize=64)
def spelled(instant: datetime, type_name: str) -> str:
    """An instant as it is stored in a field of a date type. Kept, because one write asks for the same one several
    times.
    """
    now = read_moment(instant)
    assert now is not None
    match type_name:
        case "date":
            return now.date().isoformat()
        case "time":
            return time_text(now.time())
        case "dateTime":
            return date_time_text(now)
        case _:
            return timestamp_text(now)


def _user(field: Field, relation: Relation | None) -> Fill:
    """The key of the signed-in item, where the field can refer to it; else NULL."""
    users = relation.one if relation is not None else _USERS
    cast = storage_type(field.type).cast

    def fill(moment: Moment) -> Any:
        actor = moment.context.actor
        if actor.kind != "user" or actor.collection != users or actor.key is None:
            return None
        try:
            return cast(actor.key, True)
        except Refused:
            return None

    return fill


def _role(field: Field) -> Fill:
    cast = storage_type(field.type).cast

    def fill(moment: Moment) -> Any:
        role = moment.context.actor.role
        return None if role is None else cast(role, False)

    return fill
