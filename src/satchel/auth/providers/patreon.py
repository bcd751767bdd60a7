"""Patreon. https://docs.patreon.com/#get-api-oauth2-v2-identity"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, at, key, text, yes


def _profile(raw: Raw) -> Profile:
    person = at(raw, "data", "attributes")
    return Profile(
        key(raw, "data", "id"),
        text(person, "full_name"),
        text(person, "vanity"),
        text(person, "email") if yes(person, "is_email_verified") else "",
        text(person, "image_url"),
    )


PROVIDER = Provider(
    name="patreon",
    display_name="Patreon",
    letters="P",
    color="#f96854",
    auth_url="https://www.patreon.com/oauth2/authorize",
    token_url="https://www.patreon.com/api/oauth2/token",
    user_info_url="https://www.patreon.com/api/oauth2/v2/identity"
    "?fields%5Buser%5D=full_name,email,vanity,image_url,is_email_verified",
    scopes=("identity", "identity[email]"),
    authentication="post",
    profile=_profile,
)
