"""Relations as clients send them, as definitions.

In charge of: the `meta` and `schema` of a relation's payload, and what a relation is now. Not in charge of: whether it
can be made (`engine/schema`). Called by the wire and by `change`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, cast

from satchel.errors import InvalidPayload
from satchel.model.catalog import Relation
from satchel.model.definition import ON_ACTIONS, OnAction, RelationDefinition
from satchel.snapshots.shape import is_enforced

DESELECT = ("nullify", "delete")


def definition_of(relation: Relation) -> RelationDefinition:
    """What a relation of the catalog is now."""
    return RelationDefinition(
        many=relation.many,
        many_field=relation.many_field,
        one=relation.one,
        one_field=relation.one_field,
        junction_field=relation.junction_field,
        sort_field=relation.sort_field,
        collection_field=relation.collection_field,
        allowed=relation.allowed,
        deselect=relation.deselect,
        enforce=is_enforced(relation),
        on_delete=_action(relation.on_delete or "NO ACTION"),
        on_update=_action(relation.on_update or "NO ACTION"),
        tracked=relation.meta is not None,
    )


def with_payload(base: RelationDefinition, payload: Mapping[str, Any]) -> RelationDefinition:
    """The definition with what a payload's `meta` and `schema` say."""
    changes: dict[str, Any] = {}
    meta = payload.get("meta")
    if isinstance(meta, dict):
        changes["tracked"] = True
        changes |= _meta_changes(cast("Mapping[str, Any]", meta))
    schema = payload.get("schema")
    if isinstance(schema, dict):
        for name in ("on_delete", "on_update"):
            value = cast("Mapping[str, Any]", schema).get(name)
            if value is not None:
                changes[name] = _action(value)
    known = {name: getattr(base, name) for name in base.__dataclass_fields__}
    return RelationDefinition(**{**known, **changes})


def _meta_changes(meta: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, key in (
        ("one_field", "one_field"),
        ("junction_field", "junction_field"),
        ("sort_field", "sort_field"),
        ("collection_field", "one_collection_field"),
    ):
        if key in meta:
            if meta[key] is not None and not isinstance(meta[key], str):
                _refuse(f'"meta.{key}" must be a string')
            changes[name] = meta[key] or None
    if "one_allowed_collections" in meta:
        allowed: Any = meta["one_allowed_collections"] or []
        if isinstance(allowed, str):
            allowed = allowed.split(",")
        changes["allowed"] = tuple(str(item) for item in cast("list[Any]", allowed))
    if meta.get("one_deselect_action") is not None:
        if meta["one_deselect_action"] not in DESELECT:
            _refuse(f'"meta.one_deselect_action" must be one of [{", ".join(DESELECT)}]')
        changes["deselect"] = meta["one_deselect_action"]
    return changes


def _action(value: Any) -> OnAction:
    word = str(value).strip().upper()
    for action in ON_ACTIONS:
        if word == action:
            return action
    raise InvalidPayload(f'"schema.on_delete" must be one of [{", ".join(ON_ACTIONS)}]')


def _refuse(reason: str) -> NoReturn:
    raise InvalidPayload(reason)
