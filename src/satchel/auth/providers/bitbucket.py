"""Bitbucket. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users"""

from __future__ import annotations

from satchel.auth.providers.contract import (
    Profile,
    Provider,
    Raw,
    Unusable,
    Visit,
    address_among,
    fetch_user_info,
    get_object,
    key,
    objects,
    text,
    yes,
)


async def _fetch(visit: Visit) -> Raw:
    raw = await fetch_user_info(visit)
    try:
        found = objects((await get_object(visit, f"{visit.configured.user_info_url}/emails")).get("values"))
    except Unusable:
        found = []
    email = address_among(found, lambda item: yes(item, "is_primary") and yes(item, "is_confirmed"))
    return {**raw, "email": email}


def _profile(raw: Raw) -> Profile:
    if text(raw, "account_status") not in ("", "active"):
        raise Unusable("the account is not active")
    return Profile(
        key(raw, "uuid"),
        text(raw, "display_name"),
        text(raw, "username"),
        text(raw, "email"),
        text(raw, "links", "avatar", "href"),
    )


PROVIDER = Provider(
    name="bitbucket",
    display_name="Bitbucket",
    letters="Bb",
    color="#2684ff",
    auth_url="https://bitbucket.org/site/oauth2/authorize",
    token_url="https://bitbucket.org/site/oauth2/access_token",
    user_info_url="https://api.bitbucket.org/2.0/user",
    scopes=("account",),
    pkce=False,
    authentication="basic",
    fetch=_fetch,
    profile=_profile,
)
