"""Trakt. https://trakt.docs.apiary.io/#reference/users/settings"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, at, get_object, key, text


async def _fetch(visit: Visit) -> Raw:
    versioned = {"trakt-api-version": "2", "trakt-api-key": visit.configured.client_id}
    return await get_object(visit, visit.configured.user_info_url, versioned)


def _profile(raw: Raw) -> Profile:
    user = at(raw, "user")
    return Profile(
        key(user, "ids", "uuid" if text(user, "ids", "uuid") else "slug"),
        text(user, "name"),
        text(user, "username"),
        "",
        text(user, "images", "avatar", "full"),
    )


PROVIDER = Provider(
    name="trakt",
    display_name="Trakt",
    letters="T",
    color="#9f42c6",
    auth_url="https://trakt.tv/oauth/authorize",
    token_url="https://api.trakt.tv/oauth/token",
    user_info_url="https://api.trakt.tv/users/settings",
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
