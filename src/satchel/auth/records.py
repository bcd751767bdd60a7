"""Records that can sign in: of auth collections, and superusers.

In charge of: finding them as they are stored, their tokens of every type, and the Actor that one of them is. Not in
charge of: signing in (`record_sign_in`), writing them (`engine/write`), the wording of answers (the wires). Called by
`accounts` and by every feature that takes or gives a PocketBase token: mails, files, realtime.

A token is signed with the record's `tokenKey` joined to its collection's secret for that type, as PocketBase does it,
so that tokens of an imported installation stay good. It is verified by one function for all types: the claims name
the record, the record's key checks the signature. Whoever changes the key ends all tokens at once.

    token = records.mint(record, "verification", {"email": record.email})
    checked = await records.verify(token, "verification")      # .record, .claims; or Unauthenticated
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.auth.access import Access, User, is_storable
from satchel.auth.tokens import Claims, Tokens, digest, peek
from satchel.errors import InvalidPayload, Unauthenticated
from satchel.model.auth_fields import EMAIL, PASSWORD, TOKEN_KEY, VERIFIED
from satchel.model.catalog import Catalog, Collection
from satchel.model.index_text import parse_index
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Actor, Context

TokenType = Literal["auth", "file", "verification", "passwordReset", "emailChange"]

OPTION_OF: Mapping[TokenType, str] = {
    "auth": "authToken",
    "file": "fileToken",
    "verification": "verificationToken",
    "passwordReset": "passwordResetToken",
    "emailChange": "emailChangeToken",
}
_SECRET_FIELDS = frozenset({PASSWORD, TOKEN_KEY})


class StoredRows(Protocol):
    """What this room needs of the engine: rows as they are stored, whoever asks, and whether one meets a rule."""

    async def stored_item(self, collection: str, key: Sequence[Any]) -> Mapping[str, Any] | None: ...

    async def stored_by(self, collection: str, name: str, value: Any) -> list[dict[str, Any]]: ...

    async def stored_like(self, collection: str, name: str, value: str) -> list[dict[str, Any]]: ...

    async def meets(self, context: Context, collection: str, rule: str, key: Sequence[Any]) -> bool: ...


@dataclass(frozen=True, slots=True)
class AuthRecord:
    """A record that can sign in, with all its stored values. `user`: of a superuser, the user behind it."""

    collection: Collection
    id: str
    values: Mapping[str, Any]
    user: User | None = None

    @property
    def email(self) -> str:
        return str(self.values.get(EMAIL) or "")

    @property
    def verified(self) -> bool:
        return bool(self.values.get(VERIFIED))

    @property
    def password_hash(self) -> str:
        return str(self.values.get(PASSWORD) or "")

    @property
    def token_key(self) -> str:
        return str(self.values.get(TOKEN_KEY) or "")

    @property
    def is_superuser(self) -> bool:
        return self.user is not None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a good token says. `claims`: all of them, `email` and `newEmail` among them where its type has these."""

    record: AuthRecord
    claims: Claims


class Records:
    """See the module's text. One per process.

    `rows`: the engine's. `secret_of`: the secret that signs superusers' tokens of a type unless another one was set.
    """

    def __init__(self, access: Access, tokens: Tokens, catalog: Callable[[], Catalog], rows: StoredRows) -> None:
        self._access = access
        self._tokens = tokens
        self._catalog = catalog
        self._rows = rows

    # --- finding

    async def find(self, collection: Collection, key: str) -> AuthRecord | None:
        """The record with that id; of superusers only one that is an active admin now."""
        if collection.name == SUPERUSERS:
            return self._superuser(collection, await self._access.user(key))
        if not is_storable(key):
            return None
        row = await self._rows.stored_item(collection.name, (key,))
        return None if row is None else AuthRecord(collection, key, row)

    async def find_by(self, collection: Collection, field: str, value: str) -> AuthRecord | None:
        """The one record with that value in a unique field; in any case of its letters where the index says so."""
        if collection.name == SUPERUSERS:
            return self._superuser(collection, await self._access.user_by_email(value)) if field == EMAIL else None
        if not value or not is_storable(value) or field not in collection.fields:
            return None
        find = self._rows.stored_like if _ignores_case(collection, field) else self._rows.stored_by
        rows = await find(collection.name, field, value)
        return AuthRecord(collection, str(rows[0][collection.key[0]]), rows[0]) if len(rows) == 1 else None

    async def find_by_email(self, collection: Collection, email: str) -> AuthRecord | None:
        return await self.find_by(collection, EMAIL, email)

    def _superuser(self, collection: Collection, user: User | None) -> AuthRecord | None:
        if user is None or not user.active or not self._access.holds_admin(user):
            return None
        values = {
            "id": user.id,
            EMAIL: user.email,
            "emailVisibility": False,
            VERIFIED: True,
            PASSWORD: user.password,
            TOKEN_KEY: self._tokens.superuser_key(user.id, user.password, user.email, user.token_key),
            "created": user.created,
            "updated": user.updated,
        }
        return AuthRecord(collection, user.id, values, user)

    # --- tokens

    def mint(
        self,
        record: AuthRecord,
        kind: TokenType,
        claims: Mapping[str, Any] | None = None,
        *,
        seconds: int | None = None,
    ) -> str:
        """A token of a type for a record. `claims`: beyond `collectionId`, `exp`, `id` and `type`. `seconds`: its life,
        by default what the collection says."""
        option = record.collection.options[OPTION_OF[kind]]
        life = int(option["duration"]) if seconds is None else seconds
        known = {"collectionId": record.collection.id, "id": record.id, "type": kind}
        return self._tokens.sign({**(claims or {}), **known}, self._key(record, kind), seconds=life)

    def mint_session(self, record: AuthRecord) -> str:
        """The token of somebody who signed in; it can be refreshed."""
        return self.mint(record, "auth", {"refreshable": True})

    async def verify(self, token: str, kind: TokenType, *, collection: str | None = None) -> Verified:
        """Whose token it is, and what it says. `collection`: the id of the only collection that will do.

        Raises Unauthenticated: `invalid` (no such token, forged, or of another type or collection), `unknown` (the
        record is gone, or no superuser any more), `expired`.
        """
        claims = peek(token) or {}
        if claims.get("type") != kind or (collection is not None and claims.get("collectionId") != collection):
            raise Unauthenticated("Invalid token.", reason="invalid")
        found = self._catalog().by_id.get(str(claims.get("collectionId") or ""))
        owner = self._catalog().get(found) if found is not None else None
        if owner is None or owner.type != "auth" or len(owner.key) != 1:
            raise Unauthenticated("Invalid token.", reason="invalid")
        record = await self.find(owner, str(claims.get("id") or ""))
        if record is None:
            raise Unauthenticated("Invalid user credentials.", reason="unknown")
        return Verified(record, self._tokens.read_signed(token, self._key(record, kind)))

    def _key(self, record: AuthRecord, kind: TokenType) -> str:
        secret = str(record.collection.options[OPTION_OF[kind]].get("secret") or "")
        if record.is_superuser and not secret:
            secret = self._tokens.superuser_secret(kind)
        if not secret or not record.token_key:
            # Without one of them anybody could sign.
            raise Unauthenticated("Invalid token.", reason="invalid")
        return record.token_key + secret

    # --- who that is

    def actor(self, record: AuthRecord, ip: str | None) -> Actor:
        """The record as the one who asks. Rules see all its values but its secrets; of policies it has the public
        ones."""
        if record.user is not None:
            return self._access.actor(record.user, ip)
        about = {"collectionId": record.collection.id, "collectionName": record.collection.name}
        return Actor(
            "user",
            collection=record.collection.name,
            key=record.id,
            policies=self._access.effective(None, ip).policies,
            ip=ip,
            record={**{name: value for name, value in record.values.items() if name not in _SECRET_FIELDS}, **about},
        )

    def proof(self, record: AuthRecord) -> str:
        """Changes when tokens that were given to the record are good no more."""
        return digest(self._key(record, "auth"))

    async def meets(self, record: AuthRecord, rule: str, context: Context) -> bool:
        """Whether a record meets a rule of its collection; the empty rule is met by all. `context`: of the request."""
        if not rule:
            return True
        return await self._rows.meets(context, record.collection.name, rule, (record.id,))


def _ignores_case(collection: Collection, field: str) -> bool:
    """Whether the unique index on a field is one that knows no upper and lower case."""
    for index in collection.indexes:
        if not index.unique or not index.sql:
            continue
        try:
            parts = parse_index(index.sql).parts
        except InvalidPayload:
            continue
        if len(parts) == 1 and parts[0].text == field and (parts[0].collation or "").upper() == "NOCASE":
            return True
    return False
