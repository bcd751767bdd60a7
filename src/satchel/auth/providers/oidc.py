"""Any OpenID Connect provider, at the addresses that the settings give (OpenID Connect Core 1.0).

With `userInfoURL` the person is asked for there; without it the ID token says who it is. `extra.jwksURL` (the
provider's `jwks_uri`) has the signature checked, also beside the user info, whose `sub` must then be the same.
`extra.issuers` lists who may sign; unless given, the issuer's host must be that of the token endpoint.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, Visit, fetch_user_info, key, text, yes
from satchel.auth.providers.id_token import signed_claims, unsigned_claims


async def _fetch(visit: Visit) -> Raw:
    configured = visit.configured
    keys_url = text(configured.extra, "jwksURL")
    claims: Raw = {}
    if keys_url:
        claims = await signed_claims(visit, keys_url=keys_url, issuer=lambda name: _is_issuer(visit, name))
    elif not configured.user_info_url:
        claims = unsigned_claims(visit, issuer=lambda name: _is_issuer(visit, name))
    if not configured.user_info_url:
        return claims
    raw = await fetch_user_info(visit)
    if claims and text(claims, "sub") != text(raw, "sub"):
        raise Unusable("the ID token and the user info speak of different people")
    return raw


def _is_issuer(visit: Visit, issuer: str) -> bool:
    listed: Any = visit.configured.extra.get("issuers")
    if isinstance(listed, list) and listed:
        return issuer in listed
    return urlsplit(issuer).netloc == urlsplit(visit.configured.token_url).netloc != ""


def _profile(raw: Raw) -> Profile:
    email = text(raw, "email") if yes(raw, "email_verified") else ""
    username = text(raw, "preferred_username")
    return Profile(key(raw, "sub"), text(raw, "name"), username, email, text(raw, "picture"))


def _numbered(name: str) -> Provider:
    return Provider(
        name=name,
        display_name="OIDC",
        letters="ID",
        color="#f08c00",
        scopes=("openid", "email", "profile"),
        fetch=_fetch,
        profile=_profile,
    )


PROVIDER, SECOND, THIRD = _numbered("oidc"), _numbered("oidc2"), _numbered("oidc3")
"""One collection may have up to three of them."""
