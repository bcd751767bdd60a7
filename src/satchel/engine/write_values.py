"""Write values: from a payload to the values that will be stored.

In charge of: which keys of a payload mean what, reading values in the caller's style, what is filled in by itself,
and every complaint about the item's own fields, all at once. Not in charge of: rights (`check`), related items
(`nested`, `write_references`) or SQL. Called by `write`.

A Draft is made in steps: `take` sorts the payload, `fill_new` or `fill_changed` adds what comes by itself, `judge`
looks for complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from satchel.engine.check import Path
from satchel.engine.policy_check import check_rules
from satchel.engine.write_fill import KEEP, Moment
from satchel.engine.write_plan import CONCEALED, CollectionPlan, FieldPlan
from satchel.engine.write_secrets import Secrets
from satchel.errors import FieldError
from satchel.expr.nodes import Node
from satchel.model.fields.contract import REQUIRED, Below
from satchel.model.fields.file import NewFile, check_files, new_files, plain_names
from satchel.model.fields.text_cast import text_of
from satchel.model.types import Refused
from satchel.plan.query import Style
from satchel.policy.actor import Context

AUTOGENERATE = ":autogenerate"


class Hashed(str):
    """A secret that its caller has hashed already. Only code of the house can make one: JSON never does."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Own:
    """A value that the program itself puts into a caller's payload: nobody's right to the field is asked. Only code of
    the house can make one: JSON never does. `yields`: it is a default, and gives way to a policy's preset."""

    value: Any
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """Where random values come from."""

    below: Below
    random_uuid: Callable[[], UUID]


@dataclass(slots=True)
class Draft:
    """An item on its way into the database. `path` leads to it from the root of the payload.

    `payload`: what was sent. `values`: what will be stored, by field. `uploads`: the new files behind names among them.
    `submitted`: the names among them (and in `to_one`) that were sent; False for those that only a policy's presets, or
    the program itself, sent. `to_one`: objects in place of keys; `to_many`: what to-many fields were given. `unknown`:
    keys that are no fields. `before`: the stored row, None for a new item.
    """

    plan: CollectionPlan
    style: Style
    path: Path
    before: Mapping[str, Any] | None = None
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    uploads: dict[str, list[NewFile]] = field(default_factory=dict[str, list[NewFile]])
    submitted: dict[str, bool] = field(default_factory=dict[str, bool])
    to_one: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    to_many: dict[str, Any] = field(default_factory=dict[str, Any])
    preset_many: set[str] = field(default_factory=set[str])
    unknown: list[str] = field(default_factory=list[str])
    errors: list[FieldError] = field(default_factory=list[FieldError])

    def complain(self, name: str, refused: Refused) -> None:
        self.errors.append(refused.at((*self.path, name)))

    def names(self) -> list[str]:
        """The fields that the caller sent: those whose right to be written has to be checked."""
        own = [name for name, own in self.submitted.items() if own]
        return [*own, *(name for name in self.to_many if name not in self.preset_many), *self.unknown]


# --- taking a payload apart
# -------------------------------------------------------------------------------------------------


def take(draft: Draft, payload: Mapping[str, Any], presets: Mapping[str, Any], chance: Chance, *, admin: bool) -> None:
    """Sort the payload into the draft and read its values; complaints about values go to `draft.errors`.

    Presets lie under the payload. PocketBase ignores keys that are no fields, and hidden fields of callers who are no
    admins; for the Directus style they stay in `unknown`, for the caller to judge.
    """
    if presets:
        payload = {name: value for name, value in payload.items() if name not in presets or not _yields(value)}
    for name, value in presets.items():
        if name not in payload and (name in draft.plan.fields or name in draft.plan.to_many):
            _take_strict(draft, name, value)
            if name in draft.submitted:
                draft.submitted[name] = False
            else:
                draft.preset_many.add(name)
    if draft.style == "pocketbase":
        _take_lenient(draft, payload, chance, admin=admin)
    else:
        for name, value in payload.items():
            _take_strict(draft, name, value)


def _yields(value: Any) -> bool:
    return isinstance(value, Own) and value.yields


def _take_strict(draft: Draft, name: str, value: Any) -> None:
    plan = draft.plan
    found = plan.fields.get(name)
    if found is None:
        if name in plan.to_many:
            draft.to_many[name] = value
        elif name not in plan.collection.fields:
            draft.unknown.append(name)
        return
    if not found.settable or (draft.before is not None and name in plan.key):
        return  # the database's or the engine's to set; a client that sends a whole item back means no harm
    if isinstance(value, Own):
        _read(draft, found, value.value, found.strict)
        draft.submitted[name] = False
        return
    if found.relation is not None and not found.relation.list and isinstance(value, Mapping):
        draft.to_one[name] = cast("Mapping[str, Any]", value)
        draft.submitted[name] = True
        return
    if (found.secret and not value) or (name in plan.concealed and value == CONCEALED):
        return  # what a client reads back of a secret is not its value
    _read(draft, found, value, found.strict)


def _take_lenient(draft: Draft, payload: Mapping[str, Any], chance: Chance, *, admin: bool) -> None:
    plan = draft.plan
    raw: dict[str, Any] = {}
    # From the shortest name to the longest, so that `n` is set before `n+` adds to it.
    for name in sorted(payload, key=_by_length):
        if name in plan.fields:
            raw[name] = payload[name]
        else:
            _modify(draft, raw, name, payload[name], chance)
    for name, value in raw.items():
        found = plan.fields[name]
        if not found.settable or (name in plan.hidden and not admin):
            continue
        if draft.before is not None and name in plan.key:
            if plan.differs(name, draft.before[name], value):
                draft.complain(name, Refused("pk_change", "The record primary key cannot be changed."))
            continue
        if found.secret and not value and draft.before is not None:
            continue
        _read(draft, found, value, found.lenient)


def values_of_new(
    plan: CollectionPlan, payload: Mapping[str, Any], chance: Chance, *, admin: bool
) -> Mapping[str, Any]:
    """The values that a new item with such a body (PocketBase's) would have, as far as can be told before it is
    written.
    """
    draft = Draft(plan, "pocketbase", ())
    take(draft, payload, {}, chance, admin=admin)
    fill_zeros(draft, chance)
    return draft.values


def has_modifiers(plan: CollectionPlan, payload: Mapping[str, Any]) -> bool:
    """Whether some key looks like a modifier of a field rather than a field."""
    return any(name not in plan.fields and (name[:1] == "+" or name[-1:] in "+-" or ":" in name) for name in payload)


def without_modifiers(
    plan: CollectionPlan, payload: Mapping[str, Any], before: Mapping[str, Any] | None, chance: Chance
) -> dict[str, Any]:
    """The payload with the values that its modifiers come to in their place. `before`: the stored row, None for a new
    one."""
    draft = Draft(plan, "pocketbase", (), before=None if before is None else dict(before))
    values: dict[str, Any] = {}
    for name in sorted(payload, key=_by_length):
        if name in plan.fields:
            values[name] = payload[name]
        else:
            _modify(draft, values, name, payload[name], chance)
    return {**{name: value for name, value in payload.items() if name in plan.to_many}, **values}


class AsRead(Mapping[str, Any]):
    """What rules may know of a request, with the values of its body as the fields read them; what can't be read,
    secrets and unknown keys stay as sent. They are read when a rule asks: most don't.
    """

    __slots__ = ("_body", "_payload", "_plan", "_request")

    def __init__(self, request: Mapping[str, Any], plan: CollectionPlan, payload: Mapping[str, Any]) -> None:
        self._request = request
        self._plan = plan
        self._payload = payload
        self._body: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        if name != "body":
            return self._request[name]
        if self._body is None:
            fields = self._plan.fields
            self._body = {key: _as_read(fields.get(key), value) for key, value in self._payload.items()}
        return self._body

    def __iter__(self) -> Iterator[str]:
        return iter({**self._request, "body": None})

    def __len__(self) -> int:
        return len({*self._request, "body"})


def _as_read(found: FieldPlan | None, value: Any) -> Any:
    if found is None or found.kind is None or found.secret or not found.settable:
        return value
    if value is None:
        return found.zero
    try:
        return found.lenient(value)
    except Refused:
        return value


def _by_length(name: str) -> tuple[int, str]:
    return len(name), name


def _modify(draft: Draft, raw: dict[str, Any], key: str, operand: Any, chance: Chance) -> None:
    """`n+`, `n-`, `+f`, `t:autogenerate`; anything else is ignored."""
    if key.endswith(AUTOGENERATE):
        found = draft.plan.fields.get(key.removesuffix(AUTOGENERATE))
        if found is not None and found.field.kind == "text":
            suffix = "" if found.generate is None else found.generate(chance.below)
            raw[found.name] = text_of(operand) + suffix
        return
    name, mark = (key[1:], "+:") if key[:1] == "+" else (key[:-1], key[-1:])
    found = draft.plan.fields.get(name)
    modify = None if found is None or found.kind is None else found.kind.modifiers.get(mark)
    if found is None or modify is None:
        return
    stored = found.zero if draft.before is None else draft.before[name]
    raw[name] = modify(raw.get(name, stored), operand)


def _read(draft: Draft, found: FieldPlan, value: Any, read: Callable[[Any], Any]) -> None:
    draft.submitted[found.name] = True
    if value is None:
        draft.values[found.name] = found.zero
        return
    if isinstance(value, Hashed):
        draft.values[found.name] = value
        return
    try:
        cast_value = read(value)
        if found.field.kind == "file" or isinstance(value, NewFile):
            draft.uploads[found.name] = new_files(value if isinstance(value, NewFile) else cast_value)
            cast_value = plain_names(cast_value)
        draft.values[found.name] = cast_value
    except Refused as refused:
        if draft.style == "pocketbase" and "value" in refused.params:
            # That wire shows all params, and repeats no values that the type of a column refused.
            params = {name: item for name, item in refused.params.items() if name != "value"}
            refused = Refused(refused.code, refused.message, params)
        draft.complain(found.name, refused)


def set_value(draft: Draft, name: str, value: Any) -> None:
    """Put a value into the draft on behalf of the program itself; nobody's rights are asked. Raises KeyError for what
    is no stored field.
    """
    draft.errors = [error for error in draft.errors if error.path[-1] != name]
    draft.to_one.pop(name, None)
    _read(draft, draft.plan.fields[name], value, draft.plan.fields[name].lenient)


# --- what comes by itself
# -----------------------------------------------------------------------------------------------------


def fill_zeros(draft: Draft, chance: Chance) -> None:
    """Give the fields of a new item that nobody mentioned their zero values, and texts and keys their generated
    ones.
    """
    values = draft.values
    strict = draft.style == "directus"
    for found in draft.plan.kinds:
        name = found.name
        if found.generate is not None:
            if not values.get(name):
                values[name] = found.generate(chance.below)
        elif name not in values and name not in draft.to_one:
            if strict and found.field.default is not None and found.settable and not found.required:
                continue
            values[name] = found.zero


def fill_new(draft: Draft, context: Context, chance: Chance) -> None:
    """What a new item gets by itself: keys, dates, its maker."""
    for found in draft.plan.on_create:
        assert found.on_create is not None
        value = found.on_create(Moment(context, chance.random_uuid, draft.values.get(found.name)))
        if value is not KEEP:
            draft.values[found.name] = value
            draft.submitted.pop(found.name, None)


def fill_changed(draft: Draft, context: Context, chance: Chance) -> dict[str, Any]:
    """What a changed item gets by itself."""
    filled: dict[str, Any] = {}
    for found in draft.plan.on_update:
        assert found.on_update is not None
        value = found.on_update(Moment(context, chance.random_uuid))
        if value is not KEEP:
            filled[found.name] = value
    return filled


def foresee_secrets(draft: Draft, secrets: Secrets) -> None:
    """Have hashes of the submitted secrets made, if they are not, before anything is done with the item."""
    for name in draft.submitted:
        found, value = draft.plan.fields[name], draft.values.get(name)
        if found.secret and isinstance(value, str) and value and not isinstance(value, Hashed):
            secrets.foresee(value, found.cost)


def hash_secrets(draft: Draft, secrets: Secrets, *, early: bool) -> None:
    """Put hashes and sealed texts in place of the secrets that were submitted."""
    for name in draft.submitted:
        value = draft.values.get(name)
        found = draft.plan.fields[name]
        if found.secret and isinstance(value, str) and value and not isinstance(value, Hashed):
            draft.values[name] = Hashed(secrets.hash(value, found.cost, early=early))
        elif found.sealed and isinstance(value, str) and value and not isinstance(value, Hashed):
            draft.values[name] = Hashed(secrets.seal(value))


# --- complaints
# ---------------------------------------------------------------------------------------------------------------


def judge(draft: Draft, rules: Sequence[Node], context: Context) -> None:
    """Add every complaint about the item's own fields to `draft.errors`."""
    complained = {error.path[-1] for error in draft.errors} if draft.errors else ()
    new, submitted = draft.before is None, draft.submitted
    for found in draft.plan.kinds:
        if new and not found.required and found.name not in submitted:
            continue  # a value of our own making
        if found.name not in complained:
            _judge_kind(draft, found)
    if draft.before is None:
        for found in draft.plan.must_be_given:
            absent = found.name not in draft.values and found.name not in draft.to_one
            if absent and found.name not in complained:
                draft.errors.append(_required(draft, found.name))
    for name in draft.submitted:
        found = draft.plan.fields[name]
        if not found.nullable and found.kind is None and name in draft.values and draft.values[name] is None:
            draft.errors.append(_null(draft, name))
    if rules:
        _judge_rules(draft, rules, context)


def _judge_kind(draft: Draft, found: FieldPlan) -> None:
    """A field with a kind. PocketBase judges the whole item on every change, the Directus style what was submitted."""
    name = found.name
    submitted = name in draft.values
    if not submitted and (draft.before is None or draft.style == "directus"):
        if found.required and found.zero is not None and name not in draft.to_one and draft.before is None:
            draft.complain(name, REQUIRED)
        return
    if draft.before is None:
        value, stored = draft.values[name], None
    else:
        stored = draft.before[name]
        value = draft.values.get(name, stored)
    if found.blank(value):
        if found.required and name not in draft.to_one:
            draft.complain(name, REQUIRED)
        return
    if found.check is None or (not submitted and (found.secret or name in draft.plan.key)) or isinstance(value, Hashed):
        return
    try:
        if found.field.kind == "file":
            check_files(found.field, value, stored, draft.uploads.get(name, ()))
        else:
            found.check(value)
    except Refused as refused:
        draft.complain(name, refused)
    except (TypeError, KeyError, AttributeError):
        # A stored value of another shape than the kind's (written by another program) is not this caller's to mend.
        if submitted:
            raise


def _judge_rules(draft: Draft, rules: Sequence[Node], context: Context) -> None:
    shown: dict[str, Any] = {name: draft.values[name] for name in draft.submitted if name in draft.values}
    shown.update(draft.to_one)
    found = check_rules(rules, shown, draft.plan.collection, context, draft.plan.dialect.name)
    draft.errors.extend(FieldError((*draft.path, *item.path), item.code, item.message, item.params) for item in found)


def _required(draft: Draft, name: str) -> FieldError:
    message = "Cannot be blank." if draft.style == "pocketbase" else "Value is required."
    return FieldError((*draft.path, name), "required", message)


def _null(draft: Draft, name: str) -> FieldError:
    if draft.style == "pocketbase":
        return FieldError((*draft.path, name), "required", "Cannot be blank.")
    return FieldError((*draft.path, name), "null", "Value can't be null.")
