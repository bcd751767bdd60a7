"""Accounts: what is special about writing the items of an auth collection.

In charge of: what the owner of an account may not change about it alone, and new token keys after changes that have
to end sessions. Not in charge of: signing in, and the flows that confirm an address or a password (`auth/`). Called
by `write`.

A caller without admin rights can't make an account verified, nor change its address, nor its password without showing
the old one, whatever a rule or policy grants: those go through the flows that prove the right to them.
"""

from __future__ import annotations

from typing import Any

from satchel.engine.write_values import Chance, Draft
from satchel.model.fields.contract import REQUIRED
from satchel.model.types import Refused

TOKEN_KEY = "tokenKey"
MISMATCH = Refused("values_mismatch", "Values don't match.")
# Changes after which tokens that were issued before must be worth nothing.
_ENDING = ("password", "email")


def judge_account(draft: Draft, *, admin: bool) -> None:
    """Add complaints about what only admins and the confirming flows may set."""
    if draft.plan.collection.type != "auth" or admin:
        return
    before = draft.before
    if before is None:
        if draft.values.get("verified"):
            draft.complain("verified", MISMATCH)
        return
    for name in ("email", "verified"):
        if name in draft.submitted and draft.plan.differs(name, before.get(name), draft.values.get(name)):
            draft.complain(name, MISMATCH)
    if "password" in draft.submitted:
        draft.complain("oldPassword", REQUIRED)


def renew_token_key(draft: Draft, chance: Chance) -> None:
    """A new token key for an account whose password or address changes, so that older tokens end."""
    plan = draft.plan
    before = draft.before
    found = plan.fields.get(TOKEN_KEY)
    if plan.collection.type != "auth" or before is None or found is None or found.generate is None:
        return
    if TOKEN_KEY not in draft.values and any(_changes(draft, name) for name in _ENDING):
        draft.values[TOKEN_KEY] = found.generate(chance.below)


def _changes(draft: Draft, name: str) -> bool:
    before: Any = draft.before or {}
    return name in draft.values and draft.plan.differs(name, before.get(name), draft.values[name])
