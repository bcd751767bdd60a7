"""Write: one item at a time, with everything that hangs on it, in one transaction.

In charge of: the order of the steps of a create, an update and an upsert, and the Session that wires and features
call. Not in charge of: what each step knows: rights (`check`), values (`write_values`), references
(`write_references`), related items (`nested`), deletion (`write_delete`), the transaction itself and what happens
around it (`writes`).

The steps of a write: filter hooks → rights on the action and the fields, presets → values and complaints, all of an
item at once → objects in place of keys (to-one) → the row, by its key → to-many items → ledger → inside hooks. A new
row has to meet a create rule before its values are judged, so that a caller without the right learns nothing from
complaints.

Nothing is written for an item before all complaints about it are known; what was written before a refusal goes with the
transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from satchel.db.base import Transaction
from satchel.engine import nested, stand_ins
from satchel.engine.check import Checker, Path, Run, Seen, no_item, no_rule, not_there
from satchel.engine.etag import differences, etag_of, matches
from satchel.engine.hooks import Event, HookAction, Hooks
from satchel.engine.item_events import ItemEvent, ItemEvents
from satchel.engine.ledger import Change, Ledger
from satchel.engine.policy_check import preset_values
from satchel.engine.stand_ins import StandIn
from satchel.engine.verbs import Answer
from satchel.engine.write_accounts import check_account_id, judge_account, renew_token_key, seen_by_rules
from satchel.engine.write_delete import Deletion
from satchel.engine.write_followed import ROWS_MAX, Followed
from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_references import check_references
from satchel.engine.write_rows import RowWriter, Written
from satchel.engine.write_secrets import Secrets
from satchel.engine.write_values import (
    AsRead,
    Chance,
    Draft,
    fill_new,
    fill_zeros,
    foresee_secrets,
    has_modifiers,
    hash_secrets,
    judge,
    set_value,
    take,
    values_of_new,
    without_modifiers,
)
from satchel.errors import (
    FieldError,
    Forbidden,
    InvalidPayload,
    NotFound,
    NotSupported,
    PreconditionFailed,
    ReadOnly,
    ValidationFailed,
)
from satchel.model.catalog import Action, Key
from satchel.model.fields.file import NewFile
from satchel.model.fields.text import KEY_PATTERN
from satchel.model.key import encode_key
from satchel.model.types import Refused
from satchel.plan.query import Query, Select, Style
from satchel.policy.actor import Context
from satchel.policy.grant import Grant

Result = TypeVar("Result")
ReadInside = Callable[[Query, Sequence[Any], Run], Awaitable[Answer]]
Beside = Callable[[Context, Ledger], Awaitable["WriteSession"]]


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """`items`: how many one transaction may write (-1: any number). `depth`: how many relations deep a payload may
    go. `followed`: how many rows the database may change by itself after one of them (-1: any number).
    `visible_references`: whether an item may only point at items that the caller may see.
    """

    items: int = -1
    depth: int = 10
    followed: int = ROWS_MAX
    visible_references: bool = False


class WriteSession:
    """One transaction of one caller. See `verbs.Session`. Ends with `close`, which `writes` calls before the commit."""

    def __init__(
        self,
        transaction: Transaction,
        source: str,
        context: Context,
        checker: Checker,
        *,
        hooks: Hooks,
        events: ItemEvents,
        secrets: Secrets,
        stand_ins: Mapping[str, StandIn],
        chance: Chance,
        limits: WriteLimits,
        read_inside: ReadInside,
        beside: Beside,
        ledger: Ledger,
    ) -> None:
        self.context = context
        self.transaction = transaction
        self.source = source
        self.checker = checker
        self.hooks = hooks
        self.events = events
        self.limits = limits
        self.ledger = ledger
        self.uploads: dict[str, NewFile] = {}
        self.deletion = Deletion(self)
        self.rows = RowWriter(transaction, checker, self.ledger, context, chance)
        self.secrets = secrets
        self.stand_ins = stand_ins
        self._chance = chance
        self._read_inside = read_inside
        self._beside = beside
        self._broken: Exception | None = None

    # --- the verbs

    async def create(self, collection: str, payload: Mapping[str, Any], style: Style) -> Key:
        """A new item; its key. See `verbs.Session`."""
        plan = self._plan(collection)
        written = await self._whole(lambda: self.create_item(plan, payload, style, ()))
        return written.key

    async def update(
        self,
        collection: str,
        key: Sequence[Any],
        payload: Mapping[str, Any],
        style: Style,
        *,
        if_match: str | None = None,
    ) -> Key:
        """Change one item; its key. See `verbs.Session`."""
        plan = self._plan(collection)
        written = await self._whole(lambda: self.update_item(plan, key, payload, style, (), if_match=if_match))
        return written.key

    async def upsert(self, collection: str, payload: Mapping[str, Any], style: Style) -> Key:
        """Change the item whose key the payload holds, or create it."""
        plan = self._plan(collection)
        written = await self._whole(lambda: self.upsert_item(plan, payload, style, ()))
        return written.key

    async def delete(
        self, collection: str, key: Sequence[Any], *, if_match: str | None = None, style: Style = "directus"
    ) -> None:
        """Delete one item, and what PocketBase's relations say has to go with it."""
        plan = self._plan(collection)
        await self._whole(lambda: self.deletion.delete_item(plan, key, (), style, if_match=if_match))

    async def keys(self, query: Query, values: Sequence[Any]) -> list[Key]:
        """The keys that a query finds for this caller, in its order."""
        plan = self._plan(query.collection)
        select = tuple(Select(name, name) for name in plan.key)
        answer = await self.read(
            replace(query, style="directus", select=select, expand=(), total=False, matching=False), values
        )
        found = msgspec.json.decode(answer.data or b"[]")
        rows: list[dict[str, Any]] = [found] if isinstance(found, dict) else found
        keys = [plan.key_of(row) for row in rows]
        return [key for key in keys if key is not None]

    async def read(self, query: Query, values: Sequence[Any]) -> Answer:
        """A read inside the transaction, under the caller's grants."""
        return await self._read_inside(query, values, self.transaction.run)

    async def allows(self, collection: str, action: Action, key: Sequence[Any]) -> bool:
        """Whether the caller may do this to an item, as it is now; False for one that is not there."""
        plan = self._plan(collection)
        cast = plan.cast_key(key)
        self.checker.hear(self.context)
        return cast is not None and await self.checker.opens(plan, action, cast)

    async def admits(self, collection: str, payload: Mapping[str, Any]) -> bool:
        """Whether the caller may create such an item (a PocketBase body), as far as can be told now."""
        plan = self._plan(collection)
        grants = self.checker.grants.of(plan.name, "create")
        self.checker.hear(self.context)
        values = values_of_new(plan, payload, self._chance, admin=self.checker.grants.admin)
        return bool(grants) and bool(await self.checker.admits(plan, grants, values))

    async def beside(self, context: Context) -> WriteSession:
        """A session of somebody else in the same transaction, with the same ledger."""
        other = await self._beside(context, self.ledger)
        other.uploads = self.uploads
        return other

    def close(self) -> None:
        """The work is done. Raises the error that broke the transaction, if the work kept it to itself."""
        if self._broken is not None:
            raise self._broken

    async def _whole(self, verb: Callable[[], Awaitable[Result]]) -> Result:
        """Run one verb. If it fails after it wrote something, the transaction can't be committed any more."""
        self.close()
        self.checker.hear(self.context)
        before = len(self.ledger.changes)
        try:
            return await verb()
        except Exception as error:
            if len(self.ledger.changes) > before or not isinstance(error, Forbidden | NotFound | PreconditionFailed):
                self._broken = error
            raise

    # --- one item

    async def create_item(
        self,
        plan: CollectionPlan,
        payload: Mapping[str, Any],
        style: Style,
        path: Path,
        *,
        linked: frozenset[str] = frozenset(),
        parent: int | None = None,
    ) -> Written:
        """A new item with all that hangs on it. `linked`: fields that the engine itself points at an item."""
        self.begin(plan, path)
        payload = await self._filtered(plan, "create", payload, style)
        payload = self._resolved(plan, payload, style, path, None)
        grants = self.checker.granted(plan, "create", path)
        self._check_writable(plan)
        draft = Draft(plan, style, path)
        self._take(draft, payload, grants)
        self.checker.check_fields(plan, grants, draft.names(), path)
        fill_zeros(draft, self._chance)
        postponed = await self._check_rules(draft, grants)
        fill_new(draft, self.context, self._chance)
        self._override(draft)
        written = await self._save_new(draft, grants, linked)
        if postponed:
            await self._check_stored(written, draft)
        position = self.ledger.next_position()
        change = self.ledger.created(plan, written.key, written.row, parent, draft.submitted)
        await nested.write_to_many(self, draft, written, position)
        await self.hooks.made(change, self)
        return written

    async def update_item(
        self,
        plan: CollectionPlan,
        key: Sequence[Any],
        payload: Mapping[str, Any],
        style: Style,
        path: Path,
        *,
        linked: frozenset[str] = frozenset(),
        parent: int | None = None,
        if_match: str | None = None,
    ) -> Written:
        """Change an item and what hangs on it."""
        self.begin(plan, path)
        payload = await self._filtered(plan, "update", payload, style, tuple(key))
        grants = self.checker.granted(plan, "update", path)
        self._check_writable(plan)
        if style == "pocketbase" and not path and has_modifiers(plan, payload):
            cast = plan.cast_key(key)
            row = None if cast is None else await self.checker.row(plan, cast)
            payload = payload if row is None else self._resolved(plan, payload, style, path, row)
        else:
            payload = self._resolved(plan, payload, style, path, None)
        found, seen = await self.find(plan, "update", key, path, style, list(payload))
        draft = Draft(plan, style, path, before=seen.row)
        self._take(draft, payload, grants)
        if if_match is not None:
            await self._check_match(plan, found, seen.row, if_match, draft.values)
        self._check_update_fields(draft, grants, seen)
        self._override(draft)
        touch = style == "pocketbase" or bool(payload)
        position, change = await self._save_changed(draft, found, grants, linked, touch=touch, parent=parent)
        written = Written(plan, found, {**seen.row, **draft.values})
        await nested.write_to_many(self, draft, written, None if change is None else position)
        if change is not None:
            await self.hooks.made(change, self)
        return written

    async def upsert_item(
        self,
        plan: CollectionPlan,
        payload: Mapping[str, Any],
        style: Style,
        path: Path,
        *,
        linked: frozenset[str] = frozenset(),
        parent: int | None = None,
    ) -> Written:
        """Change the item whose key the payload holds, if there is one; else create it (with that key, if it holds
        one).
        """
        key = plan.key_of(payload)
        # To whoever may not create any, an item that is hidden and one that is not there have to look the same.
        only_update = not self.checker.grants.of(plan.name, "create")
        if key is not None and (only_update or await self.checker.existing(plan, [key])):
            return await self.update_item(plan, key, payload, style, path, linked=linked, parent=parent)
        return await self.create_item(plan, payload, style, path, linked=linked, parent=parent)

    async def find(
        self, plan: CollectionPlan, action: Action, key: Sequence[Any], path: Path, style: Style, names: Sequence[str]
    ) -> tuple[Key, Seen]:
        """The row that the caller wants to write to, locked. Raises NotFound to PocketBase clients and to those who
        may write to any row; to others Forbidden, as for a row that is there."""
        cast = plan.cast_key(key)
        seen = None if cast is None else await self.checker.permitted(plan, action, cast, path)
        if cast is None or seen is None:
            if style == "pocketbase" or self.checker.grants.admin:
                raise NotFound(f'There is no such item in "{plan.name}".', collection=plan.name, action=action)
            raise no_item(plan.name, action, [name for name in names if name in plan.collection.fields])
        return cast, seen

    # --- steps

    async def _save_new(self, draft: Draft, grants: Sequence[Grant], linked: frozenset[str]) -> Written:
        """Judge the values and store the row, with the events of both."""
        if not self.events.heard:
            await self._judge(draft, grants, linked)
            return await self._insert(draft)
        await self._foresee_secrets(draft)
        event = ItemEvent(self, draft.plan, "create", draft)

        async def insert() -> Written:
            written = await self._insert(draft)
            event.key, event.row = written.key, written.row
            return written

        return await self.events.around_saving(event, lambda: self._judge(draft, grants, linked), insert)

    async def _insert(self, draft: Draft) -> Written:
        await nested.write_to_one(self, draft)
        hash_secrets(draft, self.secrets, early=not self.ledger.changes)
        self._note_uploads(draft)
        stand_in = self.stand_ins.get(draft.plan.name)
        return await self.rows.insert(draft) if stand_in is None else await stand_ins.insert(stand_in, draft, self)

    async def _save_changed(
        self,
        draft: Draft,
        key: Key,
        grants: Sequence[Grant],
        linked: frozenset[str],
        *,
        touch: bool,
        parent: int | None,
    ) -> tuple[int, Change | None]:
        """Judge the values and store what differs, with the events of both. The change, and its place in the ledger."""

        async def change() -> tuple[int, Change | None]:
            await nested.write_to_one(self, draft)
            hash_secrets(draft, self.secrets, early=not self.ledger.changes)
            self._note_uploads(draft)
            renew_token_key(draft, self._chance)
            followed = await self._look_ahead(draft, key)
            position = self.ledger.next_position()
            stand_in = self.stand_ins.get(draft.plan.name)
            if stand_in is not None:
                return position, await stand_ins.change(stand_in, draft, key, parent, self)
            made = await self.rows.change(draft, key, touch=touch, parent=parent)
            if followed is not None and made is not None:
                await followed.enter(position)
            return position, made

        if not self.events.heard:
            await self._judge(draft, grants, linked)
            return await change()
        await self._foresee_secrets(draft)
        event = ItemEvent(self, draft.plan, "update", draft, draft.before or {}, key)
        return await self.events.around_saving(event, lambda: self._judge(draft, grants, linked), change)

    async def _foresee_secrets(self, draft: Draft) -> None:
        """Begin anew for a secret now, rather than after other code was told of the item."""
        with suppress(ValidationFailed):
            await judge_account(draft, self.checker, self.secrets)
        foresee_secrets(draft, self.secrets)

    async def _look_ahead(self, draft: Draft, key: Key) -> Followed | None:
        """What the database will do to others when this item gets another value that they refer to."""
        plan, before = draft.plan, draft.before
        if before is None or plan.followed_fields.isdisjoint(draft.values):
            return None
        followed = Followed(self, plan, key)
        await followed.look(before, {**before, **draft.values})
        return followed

    def _override(self, draft: Draft) -> None:
        """Put in what the program's own code said in place of the caller."""
        if self.context.overrides and not draft.path:
            for name, value in self.context.overrides.items():
                set_value(draft, name, value)

    def _resolved(
        self,
        plan: CollectionPlan,
        payload: Mapping[str, Any],
        style: Style,
        path: Path,
        before: Mapping[str, Any] | None,
    ) -> Mapping[str, Any]:
        """PocketBase's modifiers as the values that they come to. Its rules see of the body what its fields read."""
        if style != "pocketbase" or path:
            return payload
        if has_modifiers(plan, payload):
            payload = without_modifiers(plan, payload, before, self._chance)
        elif self.checker.grants.admin:
            return payload  # no rule listens
        own = self.context
        self.checker.hear(Context(own.actor, own.now, AsRead(own.request, plan, payload), own.overrides, own.handed))
        return payload

    def _note_uploads(self, draft: Draft) -> None:
        """The new files that this item names, for whoever keeps them."""
        for files in draft.uploads.values():
            self.uploads.update((str(file), file) for file in files)

    def _plan(self, collection: str) -> CollectionPlan:
        plan = self.checker.plan_of(collection)
        if plan is None:
            raise self._unknown(collection)
        return plan

    def _unknown(self, collection: str) -> Exception:
        return Forbidden(f'There is no collection "{collection}".', reason="collection", collection=collection, path=())

    def begin(self, plan: CollectionPlan, path: Path) -> None:
        """The limits, before anything is done for an item."""
        self.ledger.count()
        if sum(isinstance(part, str) for part in path) > self.limits.depth:
            raise InvalidPayload(f"A payload may go {self.limits.depth} relations deep", depth=self.limits.depth)
        if plan.source != self.source:
            raise NotSupported(
                f'"{plan.name}" lives in another database, so it can\'t be written in the same transaction.',
                hint="Write it by itself, and refer to it by its key.",
            )

    def _check_writable(self, plan: CollectionPlan) -> None:
        collection = plan.collection
        if not collection.writable:
            raise ReadOnly(
                f'"{plan.name}" is read only: {collection.read_only_reason or "it is no table"}.', collection=plan.name
            )
        if not plan.key:
            raise ReadOnly(f'"{plan.name}" has no key, so its items can\'t be written.', collection=plan.name)

    async def _filtered(
        self,
        plan: CollectionPlan,
        action: HookAction,
        payload: Mapping[str, Any],
        style: Style,
        key: tuple[Any, ...] | None = None,
    ) -> Mapping[str, Any]:
        return await self.hooks.filtered(payload, Event(plan.name, action, style, self, key))

    def _take(self, draft: Draft, payload: Mapping[str, Any], grants: Sequence[Grant]) -> None:
        admin = self.checker.grants.admin
        presets = preset_values(grants, self.context) if any(grant.presets for grant in grants) else {}
        draft.payload = payload
        take(draft, payload, presets, self._chance, admin=admin)
        if admin:
            draft.unknown.clear()
        if draft.style == "directus" and any(_is_no_key(error, draft.plan) for error in draft.errors):
            raise not_there()

    def _check_update_fields(self, draft: Draft, grants: Sequence[Grant], seen: Seen) -> None:
        names = draft.names()
        self.checker.check_fields(draft.plan, grants, names, draft.path)
        if seen.refused(names):
            raise no_item(draft.plan.name, "update", names)

    async def _check_rules(self, draft: Draft, grants: tuple[Grant, ...]) -> bool:
        """Check a new row against the create rules. True when that has to wait until it is stored, because the
        database itself fills in what a rule may speak of."""
        if all(grant.where is None for grant in grants):
            return False
        plan = draft.plan
        if any(item.field.default is not None for item in plan.fields.values() if item.name not in draft.values):
            return True
        admitting = await self.checker.admits(plan, grants, seen_by_rules(draft))
        self._check_admitted(draft, admitting)
        return False

    def _check_admitted(self, draft: Draft, admitting: tuple[Grant, ...]) -> None:
        if not admitting:
            raise no_rule(draft.plan.name)
        self.checker.check_fields(draft.plan, admitting, draft.names(), draft.path)

    async def _check_stored(self, written: Written, draft: Draft) -> None:
        """The create rules on the row as the database made it."""
        seen = await self.checker.permitted(written.plan, "create", written.key, draft.path)
        self._check_admitted(draft, () if seen is None else seen.grants)

    async def _judge(self, draft: Draft, grants: Sequence[Grant], linked: frozenset[str]) -> None:
        """Raise ValidationFailed with every complaint about the item's own fields."""
        await judge_account(draft, self.checker, self.secrets)
        rules = [grant.validation for grant in grants if grant.validation is not None]
        judge(draft, [*draft.plan.rules, *rules], self.context)
        visible = self.limits.visible_references
        await check_references(draft, self.checker, self.context.actor, linked, visible=visible)
        if draft.before is None:
            await self._check_own_key(draft)
            await check_account_id(draft, self.checker)
        if draft.errors:
            raise ValidationFailed(draft.errors, collection=draft.plan.name)

    async def _check_own_key(self, draft: Draft) -> None:
        """PocketBase's keys under a pattern of their own must differ in more than upper and lower case."""
        plan = draft.plan
        for found in plan.key_plans:
            options = found.field.options
            own = found.field.kind == "text" and options.get("primaryKey") and options.get("pattern") != KEY_PATTERN
            value = draft.values.get(found.name)
            if not own or not isinstance(value, str) or any(error.path[-1] == found.name for error in draft.errors):
                continue
            statement = plan.select_folded(found.name)
            if await self.transaction.run(statement.sql, plan.encode([found.name], [value])):
                message = "The record primary key is invalid or already exists."
                draft.complain(found.name, Refused("pk_invalid", message))

    async def _check_match(
        self, plan: CollectionPlan, key: Key, row: Mapping[str, Any], if_match: str, submitted: Mapping[str, Any]
    ) -> None:
        """Raise PreconditionFailed if the caller saw another version; with the differences that it may see."""
        if matches(if_match, etag_of(row)):
            return
        fields = await self.shown(plan, key, row, submitted)
        raise PreconditionFailed(f'The item "{encode_key(key)}" of "{plan.name}" was changed meanwhile.', fields=fields)

    async def shown(
        self, plan: CollectionPlan, key: Key, row: Mapping[str, Any], submitted: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """The differences between what was sent and what is stored, in fields that the caller may read."""
        if not self.checker.grants.of(plan.name, "view"):
            return {}
        seen = await self.checker.permitted(plan, "view", key, ())
        if seen is None:
            return {}
        hidden = set(seen.refused(row)) | plan.concealed
        return differences(submitted, {name: row[name] for name in row if name not in hidden}, plan.differs)


def _is_no_key(error: FieldError, plan: CollectionPlan) -> bool:
    """Whether a complaint says that no item can have such a key at all."""
    return error.path[-1] in plan.key and error.code.startswith("invalid_")
