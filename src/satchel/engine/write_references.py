"""References: may this item point at that one?

In charge of: the keys in a draft that refer to other items: do they exist, and, where the settings ask for it, may the
caller see them. Not in charge of: objects in place of keys (`nested`) or deletion (`write_delete`). Called by `write`.

With `visible`, an item that the caller may not see is answered like one that does not exist, so that nobody can find
out by trying. Left alone are keys that were there before, keys that a policy's presets or the engine itself put in, and
the caller's own. For admins, a foreign key is the database's to check, where both items are in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from satchel.engine.check import Checker
from satchel.engine.write_plan import CollectionPlan, FieldPlan
from satchel.engine.write_values import Draft
from satchel.errors import FieldError
from satchel.model.catalog import Key, Relation
from satchel.model.fields.list_value import list_of
from satchel.model.fields.relation import MISSING
from satchel.policy.actor import Actor


async def check_references(
    draft: Draft, checker: Checker, actor: Actor, linked: frozenset[str] = frozenset(), *, visible: bool
) -> None:
    """Add a complaint to the draft for every reference that leads nowhere; with `visible`, as far as the caller can
    tell.
    """
    for name, own in draft.submitted.items():
        found = draft.plan.fields[name]
        if own and name not in linked and found.relation is not None and name in draft.values:
            await _check(draft, found, found.relation, checker, actor, visible)


async def _check(
    draft: Draft, found: FieldPlan, relation: Relation, checker: Checker, actor: Actor, visible: bool
) -> None:
    target = checker.plan_of(_target(draft, relation))
    if target is None:
        return
    if checker.grants.admin and found.kind is None and target.source == draft.plan.source:
        return
    keys = _keys(draft, found, relation, target)
    if keys is None:
        _complain(draft, found)
        return
    asked = [key for key in keys if not _is_self(key, target, actor)]
    if asked and len(await _reachable(checker, target, relation, asked, visible)) < len(set(asked)):
        _complain(draft, found)


def _target(draft: Draft, relation: Relation) -> str | None:
    """The collection that is pointed at; for a many-to-any, the one that the item names."""
    if relation.one is not None or relation.collection_field is None:
        return relation.one
    before: Mapping[str, Any] = draft.before or {}
    name = draft.values.get(relation.collection_field, before.get(relation.collection_field))
    return name if isinstance(name, str) and name in relation.allowed else None


def _keys(draft: Draft, found: FieldPlan, relation: Relation, target: CollectionPlan) -> list[Key] | None:
    """The keys that are new in the draft, by the fields that the relation points at; None if one can't be a key."""
    name = found.name
    value = draft.values[name]
    stored = None if draft.before is None else draft.before[name]
    if relation.list:
        kept = set(list_of(stored))
        wanted: list[Sequence[Any]] = [(item,) for item in list_of(value) if item not in kept]
    elif value in (None, "") or (draft.before is not None and not draft.plan.differs(name, stored, value)):
        return []
    elif len(relation.many_fields) > 1:
        wanted = _composite(draft, relation)
    else:
        wanted = [(value,)]
    fields = pointed_at(relation, target)
    keys: list[Key] = []
    for parts in wanted:
        cast = tuple(target.fields[field].normal(part, False) for field, part in zip(fields, parts, strict=True))
        if None in cast:
            return None
        keys.append(cast)
    return keys


def _composite(draft: Draft, relation: Relation) -> list[Sequence[Any]]:
    """A reference of several fields is one as soon as none of them is null."""
    before: Mapping[str, Any] = draft.before or {}
    parts = [draft.values.get(name, before.get(name)) for name in relation.many_fields]
    return [] if None in parts else [parts]


def pointed_at(relation: Relation, target: CollectionPlan) -> tuple[str, ...]:
    """The fields of the target that a relation's values are those of."""
    return relation.one_fields or target.key


async def _reachable(
    checker: Checker, target: CollectionPlan, relation: Relation, keys: Sequence[Key], visible: bool
) -> set[Key]:
    find = checker.visible if visible else checker.existing
    fields = pointed_at(relation, target)
    if fields == target.key:
        return await find(target, keys)
    # The relation points at other unique fields: find the items' keys first.
    reachable: set[Key] = set()
    for values in keys:
        row = await checker.row_by(target, fields, values)
        key = None if row is None else target.key_of(row)
        if key is not None and await find(target, [key]):
            reachable.add(values)
    return reachable


def _is_self(key: Key, target: CollectionPlan, actor: Actor) -> bool:
    return actor.kind == "user" and actor.collection == target.name and len(key) == 1 and str(key[0]) == actor.key


def _complain(draft: Draft, found: FieldPlan) -> None:
    if found.kind is not None:
        draft.complain(found.name, MISSING)
        return
    draft.errors.append(foreign_key_error(draft, found.name))


def foreign_key_error(draft: Draft, name: str) -> FieldError:
    """The complaint about a reference that leads nowhere; the same whether this engine or the database found it."""
    if draft.style == "pocketbase":
        return MISSING.at((*draft.path, name))
    value = draft.values.get(name)
    message = f'Invalid foreign key "{value}" for field "{name}" in collection "{draft.plan.name}"'
    return FieldError((*draft.path, name), "foreign_key", message, {"value": value})
