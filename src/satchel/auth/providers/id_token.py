"""ID tokens: claims about a person, signed by the provider.

In charge of: checking signature, issuer, audience, time and nonce. Not in charge of: what the claims mean (the
providers). Called by `apple` and `oidc`. Sources: OpenID Connect Core 1.0, sections 2 and 3.1.3.7.

Only asymmetric algorithms count: "none" and those with shared secrets never do, whatever the token's header says.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from satchel.auth.providers.contract import Raw, Unusable, Visit, at, text

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_SECONDS = 60
TOKEN_LENGTH_MAXIMUM = 65536

IssuerCheck = Callable[[str], bool]


async def signed_claims(visit: Visit, *, keys_url: str, issuer: IssuerCheck) -> Raw:
    """The claims of the log-in's ID token, every check passed. Raises Unusable, OutboundFailed."""
    token = _token(visit)
    answer = await visit.caller.get(keys_url, headers={"Accept": "application/json"})
    if answer.status != 200:
        raise Unusable(f"the provider's keys were answered with {answer.status}")
    try:
        keys = KeySet.import_key_set(_usable(answer.json()))
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unusable(f"the ID token's signature is not right ({type(error).__name__})") from None
    return _checked(visit, decoded.claims, issuer)


def unsigned_claims(visit: Visit, *, issuer: IssuerCheck) -> Raw:
    """The claims without a look at the signature: good only because the token came straight from the token endpoint
    (OpenID Connect Core 3.1.3.7, point 6). Raises Unusable."""
    parts = _token(visit).split(".")
    try:
        payload = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, binascii.Error, msgspec.DecodeError, ValueError):
        raise Unusable("the ID token can't be read") from None
    if not isinstance(payload, dict):
        raise Unusable("the ID token can't be read")
    return _checked(visit, cast("dict[str, Any]", payload), issuer)


def _token(visit: Visit) -> str:
    token = text(visit.tokens.raw, "id_token")
    if not token or len(token) > TOKEN_LENGTH_MAXIMUM:
        raise Unusable("the provider gave no ID token")
    return token


def _usable(keys: Any) -> Any:
    """The key set without keys that are not for signatures or of a kind we don't know."""
    found = [key for key in at(keys, "keys") or () if at(key, "kty") in ("RSA", "EC", "OKP")]
    return {"keys": [key for key in found if at(key, "use") in (None, "sig")]}


def _checked(visit: Visit, claims: Mapping[str, Any], issuer: IssuerCheck) -> Raw:
    now, client = visit.now.timestamp(), visit.configured.client_id
    audience: Any = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not text(claims, "iss") or not issuer(text(claims, "iss")):
        raise Unusable("the ID token is another issuer's")
    if not isinstance(audiences, list) or client not in audiences:
        raise Unusable("the ID token is for another audience")
    if text(claims, "azp") not in ("", client):
        raise Unusable("the ID token was made for another client")
    if _moment(claims, "exp", 0) + LEEWAY_SECONDS < now:
        raise Unusable("the ID token has expired")
    if max(_moment(claims, "nbf", now), _moment(claims, "iat", now)) - LEEWAY_SECONDS > now:
        raise Unusable("the ID token is not valid yet")
    if visit.nonce and text(claims, "nonce") != visit.nonce:
        raise Unusable("the ID token is not for this log-in (nonce)")
    return claims


def _moment(claims: Mapping[str, Any], name: str, missing: float) -> float:
    """A claim in seconds since the epoch. Raises Unusable when it is no number."""
    value = claims.get(name, missing)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unusable(f"the ID token's {name} is no number")
    return float(value)
