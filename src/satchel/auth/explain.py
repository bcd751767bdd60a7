"""Why somebody may do something, or not: each grant by itself, where it comes from, and whether it holds.

In charge of: the policies that reach a person and by which way, the grants of one collection and action, and asking
the engine whether an item meets the condition of each. Not in charge of: who may ask that, or how it is shown (wires).

Nothing here decides anything: it tells what `policy/` and `plan/secure` decide, by the same pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from satchel.auth.access import Access, User
from satchel.engine.verbs import Engine
from satchel.model.catalog import Action, Collection, Key
from satchel.policy.actor import Actor, Context
from satchel.policy.app_access import APP_ROWS
from satchel.policy.grant import Grant, Grants
from satchel.policy.load_policies import KEPT_BACK, Policy, roles_of, row_grants
from satchel.policy.load_rules import RuleGrants

Way = Literal["user", "role", "public"]


@dataclass(frozen=True, slots=True)
class Held:
    """A policy that somebody holds. `role`: through which role, for that way. `in_force`: whether it counts for the
    address that is asked for."""

    policy: Policy
    way: Way
    role: str | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One grant. `condition`: as it was written, None for every item. `fields` None: all. `holds`: whether the item in
    question meets the condition; None where none was asked for, or there is no such item."""

    origin: str
    condition: Any
    fields: frozenset[str] | None
    validation: Any
    presets: Mapping[str, Any]
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Explained:
    """`exists`: whether there is such an item at all; None where none was asked for."""

    actor: Actor
    held: Sequence[Held]
    reasons: Sequence[Reason]
    exists: bool | None

    @property
    def allowed(self) -> bool | None:
        """None where it depends on the item, and none was asked for."""
        if self.exists is False:
            return False
        if self.actor.admin or any(reason.condition is None for reason in self.reasons):
            return True
        if not self.reasons:
            return False
        return None if self.exists is None else any(reason.holds for reason in self.reasons)

    @property
    def fields(self) -> frozenset[str] | None:
        """The fields that the grants which hold give together; None for all."""
        holding = [reason for reason in self.reasons if reason.holds is not False]
        if self.actor.admin or any(reason.fields is None for reason in holding):
            return None
        return frozenset(name for reason in holding for name in reason.fields or ())


async def explain(
    access: Access,
    engine: Engine,
    user: User | None,
    *,
    collection: Collection,
    action: Action,
    key: Key | None,
    ip: str | None,
) -> Explained:
    """What a user (None: a guest) from an address may do with a collection, or with one item of it, and why."""
    await access.refresh()
    actor = access.actor(user, ip)
    context = Context(actor, datetime.now(UTC))
    exists = None
    if key is not None and action != "create":
        exists = await _meets(engine, collection, key, context, Grant(collection.name, action))
    reasons: list[Reason] = []
    if not actor.admin:
        for grant, condition, validation in _granted(
            access, access.rules_of(engine.catalog), actor, collection, action
        ):
            holds = None
            if exists and key is not None:
                holds = grant.where is None or await _meets(engine, collection, key, context, grant)
            reasons.append(Reason(grant.origin, condition, grant.fields, validation, grant.presets, holds))
    return Explained(actor, tuple(_held(access, user, actor)), reasons, exists)


def _held(access: Access, user: User | None, actor: Actor) -> Iterator[Held]:
    book = access.book
    ways: list[tuple[Way, str | None, Sequence[str]]] = []
    if user is not None:
        ways.append(("user", None, book.by_user.get(user.id, ())))
        ways.extend(("role", role, book.by_role.get(role, ())) for role in roles_of(book, user.role))
    if user is None or user.role is None:
        ways.append(("public", None, book.public))
    for way, role, names in ways:
        for name in names:
            yield Held(book.policies[name], way, role, name in actor.policies)


def _granted(
    access: Access, rules: RuleGrants, actor: Actor, collection: Collection, action: Action
) -> Iterator[tuple[Grant, Any, Any]]:
    """The grants with their condition and validation as they were written."""
    for grant in rules.table.get((collection.name, action), ()):
        text = collection.rules.get(grant.origin.partition(".")[2].partition(":")[0])
        yield grant, None if grant.where is None else text, None
    rows = [(row, f"policy:{name}") for name in actor.policies for row in access.book.permissions.get(name, ())]
    if actor.app_access:
        rows.extend((row, "app access") for row in APP_ROWS)
    for row, origin in rows:
        if str(row.get("collection") or "") != collection.name:
            continue
        for grant in row_grants(row, origin, []):
            if grant.action == action:
                condition = None if grant.where is None else row.get("permissions") or KEPT_BACK.get(collection.name)
                yield grant, condition, row.get("validation")


async def _meets(engine: Engine, collection: Collection, key: Key, context: Context, grant: Grant) -> bool:
    """Whether there is such an item, for whoever has this grant alone."""
    # a name of its own: no plan for it may be taken for one of somebody else's
    alone = Grants(("explained", object()), table={(collection.name, grant.action): (grant,)})
    return await engine.allows(context, collection.name, grant.action, key, grants=alone)
