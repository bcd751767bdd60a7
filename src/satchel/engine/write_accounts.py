"""Accounts: what is special about writing the items of an auth collection.

In charge of: what has to be said twice or proved before an account is changed, what only a manager may change, ids that
no other account has, and new token keys after changes that have to end sessions. Not in charge of: signing in, and the
flows that confirm an address or a password (`auth/`). Called by `write`.

A *manager* is an admin, or whoever meets the collection's `manageRule`. Anybody else can't make an account verified,
nor change its address, nor its password without showing the old one, whatever a rule or policy grants: those go
through the flows that prove the right to them. These complaints come first and alone, as PocketBase has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.engine.check import Checker
from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_secrets import Secrets
from satchel.engine.write_values import Chance, Draft
from satchel.errors import FieldError, ValidationFailed
from satchel.model.auth_fields import EMAIL, PASSWORD, TOKEN_KEY, VERIFIED
from satchel.model.fields.contract import REQUIRED
from satchel.model.fields.text_cast import text_of
from satchel.model.types import Refused

CONFIRM, OLD = "passwordConfirm", "oldPassword"
MISMATCH = Refused("values_mismatch", "Values don't match.")
BAD_OLD = Refused("invalid_old_password", "Missing or invalid old password.")
BAD_ID = Refused("invalid_auth_id", "Invalid or duplicated auth record id.")
# Changes after which tokens that were issued before must be worth nothing.
_ENDING = (PASSWORD, EMAIL)


async def judge_account(draft: Draft, checker: Checker, secrets: Secrets) -> None:
    """Raise ValidationFailed for what an account needs beyond good values; do nothing for other items."""
    if draft.plan.collection.type != "auth":
        return
    manager, payload = await _manages(draft, checker), draft.payload
    found = _cross_checks(draft, payload, manager=manager)
    if not found and _needs_old(draft, payload, manager=manager):
        stored = str((draft.before or {}).get(PASSWORD) or "")
        if not secrets.verify(text_of(payload.get(OLD)), stored):
            found[OLD] = BAD_OLD
    if found:
        errors: list[FieldError] = [refused.at((*draft.path, name)) for name, refused in found.items()]
        raise ValidationFailed(errors, collection=draft.plan.name)


def _cross_checks(draft: Draft, payload: Mapping[str, Any], *, manager: bool) -> dict[str, Refused]:
    found: dict[str, Refused] = {}
    before = draft.before
    if not manager:
        names = (VERIFIED,) if before is None else (EMAIL, VERIFIED)
        for name in names:
            held = False if before is None else before.get(name)
            if name in draft.submitted and draft.plan.differs(name, held, draft.values.get(name)):
                found[name] = MISMATCH
    if draft.style == "pocketbase":
        return found | _password_checks(draft, payload, manager=manager)
    if before is not None and not manager and PASSWORD in draft.submitted:
        found[OLD] = REQUIRED  # this style has no place for it
    return found


def _password_checks(draft: Draft, payload: Mapping[str, Any], *, manager: bool) -> dict[str, Refused]:
    found: dict[str, Refused] = {}
    new, confirm, old = (text_of(payload.get(name)) for name in (PASSWORD, CONFIRM, OLD))
    changes = draft.before is None or bool(new or confirm or (old and not manager))
    if not changes:
        if PASSWORD in payload:
            found[PASSWORD] = REQUIRED
        return found
    if not new:
        found[PASSWORD] = REQUIRED
    if not confirm:
        found[CONFIRM] = REQUIRED
    elif confirm != new:
        found[CONFIRM] = MISMATCH
    if draft.before is not None and not manager and not old:
        found[OLD] = REQUIRED
    return found


def _needs_old(draft: Draft, payload: Mapping[str, Any], *, manager: bool) -> bool:
    return draft.style == "pocketbase" and draft.before is not None and not manager and bool(payload.get(PASSWORD))


async def _manages(draft: Draft, checker: Checker) -> bool:
    """Whether the caller is a manager of this account: as it is stored, or a new one as it would be."""
    plan = draft.plan
    grants = checker.grants.of(plan.name, "manage")
    if checker.grants.admin or not grants:
        return checker.grants.admin
    if draft.before is None:
        return bool(await checker.admits(plan, grants, draft.values))
    key = plan.key_of(draft.before)
    return key is not None and await checker.permitted(plan, "manage", key, draft.path) is not None


async def check_account_id(draft: Draft, checker: Checker) -> None:
    """A new account's id must be no other account's, in whichever collection: rules often ask for the id alone."""
    plan = draft.plan
    if plan.collection.type != "auth" or len(plan.key) != 1:
        return
    value = draft.values.get(plan.key[0])
    for other in _other_accounts(plan):
        found = checker.plan_of(other)
        key = None if found is None else found.cast_key([value])
        if found is not None and key is not None and await checker.existing(found, [key]):
            draft.complain(plan.key[0], BAD_ID)
            return


def _other_accounts(plan: CollectionPlan) -> list[str]:
    collections = plan.catalog.collections.values()
    return [item.name for item in collections if item.type == "auth" and item.name != plan.name and len(item.key) == 1]


def seen_by_rules(draft: Draft) -> Mapping[str, Any]:
    """The values that a create rule speaks of. An account is never verified before it exists."""
    if draft.plan.collection.type != "auth" or not draft.values.get(VERIFIED):
        return draft.values
    return {**draft.values, VERIFIED: False}


def renew_token_key(draft: Draft, chance: Chance) -> None:
    """A new token key for an account whose password or address changes, so that older tokens end."""
    plan = draft.plan
    before = draft.before
    found = plan.fields.get(TOKEN_KEY)
    if plan.collection.type != "auth" or before is None or found is None:
        return
    if TOKEN_KEY not in draft.values and any(_changes(draft, name) for name in _ENDING):
        draft.values[TOKEN_KEY] = plan.new_token_key(chance.below)


def _changes(draft: Draft, name: str) -> bool:
    before: Any = draft.before or {}
    return name in draft.values and draft.plan.differs(name, before.get(name), draft.values[name])
