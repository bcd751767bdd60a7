"""Linear. https://linear.app/developers/graphql"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, Visit, at, key, query_object, text

QUERY = "query { viewer { id name displayName email avatarUrl active } }"


async def _fetch(visit: Visit) -> Raw:
    return await query_object(visit, visit.configured.user_info_url, QUERY)


def _profile(raw: Raw) -> Profile:
    viewer = at(raw, "data", "viewer")
    if at(viewer, "active") is False:
        raise Unusable("the account is not active")
    return Profile(
        key(viewer, "id"),
        text(viewer, "displayName") or text(viewer, "name"),
        text(viewer, "name"),
        text(viewer, "email"),
        text(viewer, "avatarUrl"),
    )


PROVIDER = Provider(
    name="linear",
    display_name="Linear",
    letters="L",
    color="#5e6ad2",
    auth_url="https://linear.app/oauth/authorize",
    token_url="https://api.linear.app/oauth/token",
    user_info_url="https://api.linear.app/graphql",
    scopes=("read",),
    pkce=False,
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
