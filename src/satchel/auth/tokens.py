"""Tokens: the signed ones (JWT), for both protocols, and random ones.

In charge of: signing and checking HS256 tokens, telling the kinds of tokens apart, making random texts and digests.
Not in charge of: whether the user of a token still exists (`access`), or sessions. Called by `accounts`, `access` and
`sessions`.

Directus's tokens are signed with the installation's secret. PocketBase's are signed with a key of the item joined to
a key of its collection, so that a changed password ends them (`records`); for superusers both are derived from the
secret here.
A checked token is remembered until it expires, because checking costs more than everything else in a small request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import string
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal, cast

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from satchel.errors import Unauthenticated
from satchel.model.system.sign_in import SUPERUSERS

Claims = Mapping[str, Any]
Kind = Literal["directus", "pocketbase", "static"]

HEADER = {"alg": "HS256", "typ": "JWT"}
ISSUER = "directus"
ACCESS_CLAIMS = frozenset({"role", "app_access", "admin_access"})
TOKEN_LENGTH_MAXIMUM = 4096
KEPT_LENGTH_MAXIMUM = 1024
"""Claims of longer tokens are read each time: strangers choose what is remembered."""
REMEMBERED = 4096

_URL_ALPHABET = string.ascii_letters + string.digits + "-_"


def random_text(length: int) -> str:
    """Letters, digits, `-` and `_`; six bits of chance per character."""
    return "".join(secrets.choice(_URL_ALPHABET) for _ in range(length))


def digest(text: str) -> str:
    """What is stored of a secret text (64 hexadecimal digits), so that a copy of the store opens nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def peek(token: str) -> Claims | None:
    """The claims of a token that nobody has checked; None if it is no JWT."""
    return _kept_claims(token) if len(token) <= KEPT_LENGTH_MAXIMUM else _claims(token)


def _claims(token: str) -> Claims | None:
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        return None
    try:
        payload = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return None
    return cast("dict[str, Any]", payload) if isinstance(payload, dict) else None


_kept_claims = lru_cache(maxsize=REMEMBERED)(_claims)


def kind_of(claims: Claims | None) -> Kind:
    """Whose token it claims to be; anything else is looked up as somebody's static token."""
    if claims is None:
        return "static"
    if claims.get("iss") == ISSUER:
        return "directus"
    if all(isinstance(claims.get(name), str) and claims[name] for name in ("id", "collectionId", "type")):
        return "pocketbase"
    return "static"


class Tokens:
    """`now`: seconds since the epoch."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self._secret = secret
        self.now = now
        self._checked: OrderedDict[tuple[str, str], Claims] = OrderedDict()

    # --- Directus

    def access(self, claims: Claims, *, seconds: int) -> str:
        """The claims and {"iat", "exp", "iss"}"""
        now = int(self.now())
        return self._sign({**claims, "iat": now, "exp": now + seconds, "iss": ISSUER}, self._secret)

    def read_access(self, token: str) -> Claims:
        """The checked claims of a user's (`id`) or a share's token (`share`). Raises Unauthenticated (`invalid`,
        `expired`)."""
        claims = self._read(token, self._secret)
        holders = [claims[name] for name in ("id", "share") if name in claims]
        if (
            "scope" in claims
            or len(holders) != 1
            or not isinstance(holders[0], str)
            or not set(claims) >= ACCESS_CLAIMS
        ):
            raise Unauthenticated("Invalid token.", reason="invalid")
        return claims

    def scoped(self, scope: str, claims: Claims, *, seconds: int) -> str:
        """A token that is good for one purpose, and never for access."""
        return self.access({**claims, "scope": scope}, seconds=seconds)

    def read_scoped(self, scope: str, token: str) -> Claims:
        """The checked claims of a token for that purpose. Raises Unauthenticated (`invalid`, `expired`)."""
        claims = self._read(token, self._secret)
        if claims.get("iss") != ISSUER or claims.get("scope") != scope:
            raise Unauthenticated("Invalid token.", reason="invalid")
        return claims

    # --- PocketBase

    def sign(self, claims: Claims, key: str, *, seconds: int) -> str:
        """The claims and `exp`, signed with a key of their own, in alphabetical order."""
        whole = {**claims, "exp": int(self.now()) + seconds}
        return self._sign(dict(sorted(whole.items())), key)

    def read_signed(self, token: str, key: str) -> Claims:
        """The checked claims. Raises Unauthenticated (`invalid`, `expired`)."""
        return self._read(token, key)

    def superuser_key(self, user: str, password_hash: str, email: str, token_key: str) -> str:
        """What a superuser's tokens are signed with, beside the secret. It changes with any of its parts, which ends
        the tokens."""
        return self._derive("token key", user, password_hash, email, token_key)

    def superuser_secret(self, kind: str) -> str:
        """The secret for one type of tokens of superusers, until another one is set."""
        return self._derive("token secret", SUPERUSERS, kind)

    def _derive(self, *parts: str) -> str:
        message = msgspec.json.encode(parts)
        return hmac.new(self._secret.encode(), message, hashlib.sha256).hexdigest()

    # --- both

    def _sign(self, claims: Claims, key: str) -> str:
        payload = msgspec.json.encode(dict(claims))
        return jws.serialize_compact(dict(HEADER), payload, OctKey.import_key(key), algorithms=["HS256"])

    def _read(self, token: str, key: str) -> Claims:
        if len(token) > TOKEN_LENGTH_MAXIMUM:
            raise Unauthenticated("Invalid token.", reason="invalid")
        claims = self._checked.get((token, key))
        if claims is None:
            claims = self._check(token, key)
            self._checked[(token, key)] = claims
            if len(self._checked) > REMEMBERED:
                self._checked.popitem(last=False)
        else:
            self._checked.move_to_end((token, key))
        if self.now() >= claims["exp"]:
            self._checked.pop((token, key), None)
            raise Unauthenticated("Token expired.", reason="expired")
        return claims

    def _check(self, token: str, key: str) -> Claims:
        try:
            checked = jws.deserialize_compact(token, OctKey.import_key(key), algorithms=["HS256"])
            payload = msgspec.json.decode(checked.payload)
        except (JoseError, msgspec.DecodeError, ValueError, TypeError, KeyError):
            raise Unauthenticated("Invalid token.", reason="invalid") from None
        claims = cast("dict[str, Any]", payload) if isinstance(payload, dict) else {}
        expires = claims.get("exp")
        if isinstance(expires, bool) or not isinstance(expires, int | float):
            raise Unauthenticated("Invalid token.", reason="invalid")
        return claims
