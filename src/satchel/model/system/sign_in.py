"""The system collections of PocketBase's wire: what signing in leaves behind, and the superusers.

In charge of: the four tables of the store that belong to accounts of every auth collection, and `_superusers`, which
is a view of the users with admin access. Not in charge of: the other system tables (`collections`), what writes to
them (`auth/`), the SQL of the view (`sql/superusers`). Read by `collections`, which everybody else asks.

Ids, rules and index names are PocketBase's own; clients and imports know them. The Directus wire does not show these
collections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from satchel.model.catalog import Collection, Field, Index
from satchel.model.system.declare import PocketBaseSide, SystemField, SystemIndex, SystemTable, table

SUPERUSERS = "_superusers"
SUPERUSERS_ID = "pbc_3142635823"
SUPERUSER_TOKEN_SECONDS = 86_400

OWN = "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId"
"""Who signed in sees what belongs to the account."""

_ID_OPTIONS: Mapping[str, Any] = {
    "autogeneratePattern": "[a-z0-9]{15}",
    "max": 15,
    "min": 15,
    "pattern": "^[a-z0-9]+$",
    "primaryKey": True,
}


def _key() -> SystemField:
    return SystemField("id", "string", nullable=False, length=255, kind="text", options=_ID_OPTIONS, filled=True)


def _text(name: str, *, filled: bool = True, secret: bool = False) -> SystemField:
    return SystemField(
        name, "string", nullable=False, default="", length=255, kind="text", filled=filled, secret=secret
    )


def _dates() -> tuple[SystemField, SystemField]:
    created = {"onCreate": True, "onUpdate": False}
    return (
        SystemField("created", "timestamp", kind="autodate", options=created),
        SystemField("updated", "timestamp", kind="autodate", options={**created, "onUpdate": True}),
    )


def _references() -> tuple[SystemField, SystemField]:
    return (_text("collectionRef"), _text("recordRef"))


def _rules(*, deletable: bool) -> dict[str, str | None]:
    return {
        "listRule": OWN,
        "viewRule": OWN,
        "createRule": None,
        "updateRule": None,
        "deleteRule": OWN if deletable else None,
    }


MFAS = table(
    "_mfas",
    _key(),
    *_references(),
    _text("method"),
    *_dates(),
    indexes=(
        SystemIndex(
            ("collectionRef", "recordRef"), name="idx_mfas_collectionRef_recordRef", text="collectionRef,recordRef"
        ),
    ),
    pocketbase=PocketBaseSide("pbc_2279338944", _rules(deletable=False)),
)

OTPS = table(
    "_otps",
    _key(),
    *_references(),
    SystemField(
        "password",
        "hash",
        nullable=False,
        default="",
        length=255,
        special=("hash", "conceal"),
        kind="password",
        options={"cost": 8},
        filled=True,
        secret=True,
    ),
    _text("sentTo", filled=False, secret=True),
    *_dates(),
    indexes=(SystemIndex(("collectionRef", "recordRef"), name="idx_otps_collectionRef_recordRef"),),
    pocketbase=PocketBaseSide("pbc_1638494021", _rules(deletable=False)),
)

EXTERNAL_AUTHS = table(
    "_externalAuths",
    _key(),
    *_references(),
    _text("provider"),
    _text("providerId"),
    *_dates(),
    indexes=(
        SystemIndex(("collectionRef", "recordRef", "provider"), unique=True, name="idx_externalAuths_record_provider"),
        SystemIndex(
            ("collectionRef", "provider", "providerId"), unique=True, name="idx_externalAuths_collection_provider"
        ),
    ),
    pocketbase=PocketBaseSide("pbc_2281828961", _rules(deletable=True)),
)

AUTH_ORIGINS = table(
    "_authOrigins",
    _key(),
    *_references(),
    _text("fingerprint"),
    *_dates(),
    indexes=(
        SystemIndex(("collectionRef", "recordRef", "fingerprint"), unique=True, name="idx_authOrigins_unique_pairs"),
    ),
    pocketbase=PocketBaseSide("pbc_4275539003", _rules(deletable=True)),
)

ACCOUNT_TABLES: tuple[SystemTable, ...] = (MFAS, OTPS, EXTERNAL_AUTHS, AUTH_ORIGINS)
"""What belongs to an account, and goes with it."""


def superusers(source: str, schema: str | None) -> Collection:
    """The users with admin access, as an auth collection. Its rows are read through `sql/superusers`."""
    fields = (
        Field(
            "id",
            "uuid",
            "id",
            nullable=False,
            kind="text",
            special=frozenset({"uuid"}),
            options={"primaryKey": True},
        ),
        Field("password", "hash", "password", kind="password", hidden=True, required=True, options={"min": 8}),
        Field(
            "tokenKey",
            "string",
            "tokenKey",
            kind="text",
            hidden=True,
            special=frozenset({"conceal"}),
            options={"min": 30, "max": 60, "autogeneratePattern": "[a-zA-Z0-9]{50}"},
        ),
        Field("email", "string", "email", kind="email", required=True),
        Field("emailVisibility", "boolean", "emailVisibility", kind="bool"),
        Field("verified", "boolean", "verified", kind="bool"),
        Field("created", "timestamp", "created", kind="autodate", options={"onCreate": True, "onUpdate": False}),
        Field("updated", "timestamp", "updated", kind="autodate", options={"onCreate": True, "onUpdate": True}),
    )
    return Collection(
        name=SUPERUSERS,
        source=source,
        table="satchel_users",
        schema=schema,
        type="auth",
        key=("id",),
        fields={item.name: replace(item, system=True) for item in fields},
        indexes=tuple(
            Index(
                f"idx_{name}_{SUPERUSERS_ID}",
                (name,),
                unique=True,
                sql=f"CREATE UNIQUE INDEX `idx_{name}_{SUPERUSERS_ID}` ON `{SUPERUSERS}` (`{name}`){where}",
            )
            for name, where in (("tokenKey", ""), ("email", " WHERE `email` != ''"))
        ),
        id=SUPERUSERS_ID,
        system=True,
        derived=SUPERUSERS,
        rules={**dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule")), "authRule": ""},
    )
