"""Seeds: what a new store begins with.

In charge of: the role and policy Administrator, the public policy, and the access rows that tie them. Not in charge
of: the first admin (`setup`, `superusers`). Called by `accounts` at start.

They are written once in the life of a store: who deletes or changes them later has the last word.
"""

from __future__ import annotations

from satchel.auth.access import STATE, touch
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConstraintFailed
from satchel.model.system.collections import ADMINISTRATOR_LABEL, PUBLIC_POLICY_ID

MARK = "seeds"

PUBLIC_POLICY = PUBLIC_POLICY_ID
ADMIN_POLICY = "6b7c1e0a-3c0f-4d0b-9a55-0b2f5d6f1c01"
ADMIN_ROLE = "6b7c1e0a-3c0f-4d0b-9a55-0b2f5d6f1c02"
ADMIN_ACCESS = "6b7c1e0a-3c0f-4d0b-9a55-0b2f5d6f1c03"
PUBLIC_ACCESS = "6b7c1e0a-3c0f-4d0b-9a55-0b2f5d6f1c04"


async def seed(store: Store) -> bool:
    """Write the seeds unless that was done before; whether they were written now. Safe when several workers start at
    once.
    """
    if await store.select(STATE, ("value",), ("name", "=", MARK)):
        return False
    try:
        await store.write(_write)
    except ConstraintFailed:  # another worker was first
        return False
    return True


async def _write(session: StoreSession) -> None:
    await session.insert(STATE, {"name": MARK, "value": "1"})
    await touch(session)
    await session.insert(
        "directus_roles",
        {"id": ADMIN_ROLE, "name": ADMINISTRATOR_LABEL, "icon": "verified", "description": "$t:admin_description"},
    )
    await session.insert(
        "directus_policies",
        {
            "id": ADMIN_POLICY,
            "name": ADMINISTRATOR_LABEL,
            "icon": "verified",
            "description": "$t:admin_description",
            "admin_access": True,
            "app_access": True,
            "enforce_tfa": False,
        },
    )
    await session.insert(
        "directus_policies",
        {
            "id": PUBLIC_POLICY,
            "name": "$t:public_label",
            "icon": "public",
            "description": "$t:public_description",
            "admin_access": False,
            "app_access": False,
            "enforce_tfa": False,
        },
    )
    await session.insert("directus_access", {"id": ADMIN_ACCESS, "role": ADMIN_ROLE, "policy": ADMIN_POLICY})
    await session.insert("directus_access", {"id": PUBLIC_ACCESS, "policy": PUBLIC_POLICY, "sort": 1})
