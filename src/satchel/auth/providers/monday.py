"""monday.com. https://developer.monday.com/api-reference/reference/me"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, Visit, at, key, query_object, text, yes

QUERY = "query { me { id enabled name email is_verified photo_original } }"


async def _fetch(visit: Visit) -> Raw:
    return await query_object(visit, visit.configured.user_info_url, QUERY)


def _profile(raw: Raw) -> Profile:
    me = at(raw, "data", "me")
    if at(me, "enabled") is False:
        raise Unusable("the account is not active")
    email = text(me, "email") if yes(me, "is_verified") else ""
    return Profile(key(me, "id"), text(me, "name"), "", email, text(me, "photo_original"))


PROVIDER = Provider(
    name="monday",
    display_name="monday.com",
    letters="m",
    color="#6161ff",
    auth_url="https://auth.monday.com/oauth2/authorize",
    token_url="https://auth.monday.com/oauth2/token",
    user_info_url="https://api.monday.com/v2",
    scopes=("me:read",),
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
