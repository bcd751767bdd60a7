"""Record losses: what must follow when a record that can sign in is changed or deleted.

In charge of: the one-time passwords, second factors, known origins and identities that belong to it. Not in charge
of: new token keys, which the write itself makes (`engine/write_accounts`), sessions of users (`changes`). Called in
the write's transaction where the store is in the same database, else right after its commit.

As PocketBase has it: a new token key ends one-time passwords, a new password the second factors under way and the
knowledge of where the account signs in from, and with the record goes all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from satchel.auth.access import USERS
from satchel.engine.ledger import Change
from satchel.engine.store import StoreSession
from satchel.model.auth_fields import EMAIL, PASSWORD, TOKEN_KEY
from satchel.model.catalog import Catalog
from satchel.model.system.sign_in import ACCOUNT_TABLES, AUTH_ORIGINS, MFAS, OTPS, SUPERUSERS_ID

_BY_PASSWORD = frozenset({MFAS.name, AUTH_ORIGINS.name})
_ALL = frozenset(item.name for item in ACCOUNT_TABLES)


@dataclass(frozen=True, slots=True)
class Loss:
    """What an account loses: the tables of the store that its rows are deleted from."""

    collection_id: str
    key: str
    tables: frozenset[str]


def losses(changes: Iterable[Change], catalog: Catalog) -> list[Loss]:
    """What follows from a transaction's changes."""
    found: list[Loss] = []
    for change in changes:
        owner = catalog.get(change.collection)
        if change.action == "create" or owner is None:
            continue
        if change.collection == USERS:
            # their token keys are made of password and address
            identifier, ending = SUPERUSERS_ID, frozenset({PASSWORD, EMAIL})
        elif owner.type == "auth" and not owner.derived:
            identifier, ending = owner.id, frozenset({TOKEN_KEY})
        else:
            continue
        if change.action == "delete":
            tables = _ALL
        else:
            tables = frozenset({OTPS.name}) if ending & set(change.after) else frozenset[str]()
            tables |= _BY_PASSWORD if PASSWORD in change.after else frozenset[str]()
        if tables:
            found.append(Loss(identifier, change.key, tables))
    return found


async def carry_out(session: StoreSession, found: Iterable[Loss]) -> None:
    """Delete the rows."""
    for loss in found:
        for table in sorted(loss.tables):
            await session.delete(table, ("collectionRef", "=", loss.collection_id), ("recordRef", "=", loss.key))
