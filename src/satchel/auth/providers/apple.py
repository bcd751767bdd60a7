"""Apple. https://developer.apple.com/documentation/signinwithapple

There is no user info address: the ID token says who it is. The name comes once, with the first log-in's form (see
`auth/oauth2_redirect`).
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, key, text, yes
from satchel.auth.providers.id_token import signed_claims

ISSUER = "https://appleid.apple.com"
KEYS_URL = "https://appleid.apple.com/auth/keys"


async def _fetch(visit: Visit) -> Raw:
    return await signed_claims(visit, keys_url=KEYS_URL, issuer=lambda issuer: issuer == ISSUER)


def _profile(raw: Raw) -> Profile:
    email = text(raw, "email") if yes(raw, "email_verified") else ""
    return Profile(key(raw, "sub"), text(raw, "name"), "", email)


PROVIDER = Provider(
    name="apple",
    display_name="Apple",
    letters="Ap",
    color="#000000",
    auth_url="https://appleid.apple.com/auth/authorize",
    token_url="https://appleid.apple.com/auth/token",
    scopes=("name", "email"),
    authentication="post",
    auth_parameters={"response_mode": "form_post"},
    fetch=_fetch,
    profile=_profile,
)
