"""The content of a version: what somebody changed of an item, without having changed it.

In charge of: the marks that say who saved what when, what is left without them, and which of it may be shown as it is.
Not in charge of: storing it (`versions`), or what the item would look like (`preview`). Pure.

A version's content is a payload, as for an update. Every object in it that is about an item carries two marks, `_user`
and `_date`, of whoever saved it last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from satchel.model.catalog import Catalog, Collection, Field
from satchel.policy.grant import Grants

USER, DATE = "_user", "_date"
MARKS = frozenset({USER, DATE})
LISTED = ("create", "update", "delete")

Payload = Mapping[str, Any]


def targets(catalog: Catalog, collection: Collection, name: str) -> tuple[str, ...]:
    """The collections that a field leads to; () for a field that is no relation."""
    listed = catalog.o2m(collection.name, name)
    if listed is not None and name not in {field.name for field in collection.stored_fields}:
        return (listed.many,)
    relation = catalog.m2o(collection.name, name)
    if relation is None:
        return ()
    return relation.allowed if relation.one is None else (relation.one,)


def is_nested(catalog: Catalog, collection: Collection, name: str, value: Any) -> bool:
    """Whether a value says something about other items than the one it is of."""
    return isinstance(value, dict | list) and bool(targets(catalog, collection, name))


def marked(catalog: Catalog, collection: Collection, payload: Payload, user: str | None, date: str) -> dict[str, Any]:
    """A payload with marks on everything that is nested in it."""

    def mark(value: Any) -> Any:
        if isinstance(value, list):
            return [mark(item) for item in cast("list[Any]", value)]
        if isinstance(value, dict):
            inner = {name: mark(item) for name, item in cast("dict[str, Any]", value).items()}
            return {**inner, USER: user, DATE: date}
        return value

    return {
        name: mark(value) if is_nested(catalog, collection, name, value) else value for name, value in payload.items()
    }


def unmarked(catalog: Catalog, collection: Collection, delta: Payload) -> dict[str, Any]:
    """The payload without marks."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in cast("list[Any]", value)]
        if isinstance(value, dict):
            items = cast("dict[str, Any]", value).items()
            return {name: plain(item) for name, item in items if name not in MARKS}
        return value

    return {
        name: plain(value) if is_nested(catalog, collection, name, value) else value
        for name, value in delta.items()
        if name in collection.fields
    }


def resolved(catalog: Catalog, collection: Collection, key: Sequence[Any], delta: Payload) -> dict[str, Any]:
    """The content as clients compare it: with the item's key, and with who and when in the fields for that."""
    payload = unmarked(catalog, collection, delta)
    nested = {name: value for name, value in payload.items() if targets(catalog, collection, name)}
    plain = {name: value for name, value in payload.items() if name not in nested}
    for field in collection.stored_fields:
        if "date-updated" in field.special and DATE in delta:
            plain[field.name] = delta[DATE]
        if "user-updated" in field.special and USER in delta:
            plain[field.name] = delta[USER]
    parts = zip(collection.key_fields, key, strict=False)
    return {**{field.name: _as_shown(field, part) for field, part in parts}, **plain, **nested}


def _as_shown(field: Field, part: Any) -> Any:
    """A part of a key, which was a text, as the item shows it."""
    whole = field.type in ("integer", "bigInteger") and isinstance(part, str) and part.removeprefix("-").isdecimal()
    return int(part) if whole else part


def saved_by(value: Any, user: str | None) -> bool:
    """Whether a nested value is what this user saved: a field's value is always of one save."""
    return user is not None and isinstance(value, dict) and cast("dict[str, Any]", value).get(USER) == user


def may_see(grants: Grants, catalog: Catalog, names: tuple[str, ...], value: Any) -> bool:
    """Whether a nested value, as it was sent, holds only what its reader may see of every item of `names`."""
    if isinstance(value, list):
        return all(may_see(grants, catalog, names, item) for item in cast("list[Any]", value))
    if not isinstance(value, dict):
        return any(grants.of(name, "list") for name in names)
    given = cast("dict[str, Any]", value)
    if given and set(given) - MARKS <= set(LISTED):
        return all(may_see(grants, catalog, names, given.get(part, [])) for part in LISTED)
    return all(_may_see_object(grants, catalog, name, given) for name in names)


def _may_see_object(grants: Grants, catalog: Catalog, name: str, given: Mapping[str, Any]) -> bool:
    collection = catalog.get(name)
    wanted = set(given) - MARKS
    whole = [grant for grant in grants.of(name, "list") if grant.where is None]
    if collection is None or not any(grant.fields is None or wanted <= grant.fields for grant in whole):
        return False
    for field in wanted:
        declared = collection.fields.get(field)
        if declared is None or declared.concealed:
            return False
        inner = targets(catalog, collection, field)
        if inner and isinstance(given[field], dict | list) and not may_see(grants, catalog, inner, given[field]):
            return False
    return True
