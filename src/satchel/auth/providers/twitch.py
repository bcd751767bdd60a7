"""Twitch. https://dev.twitch.tv/docs/api/reference/#get-users (its `email` is a verified one)"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, get_object, key, text


async def _fetch(visit: Visit) -> Raw:
    return await get_object(visit, visit.configured.user_info_url, {"Client-Id": visit.configured.client_id})


def _profile(raw: Raw) -> Profile:
    return Profile(
        key(raw, "data", 0, "id"),
        text(raw, "data", 0, "display_name"),
        text(raw, "data", 0, "login"),
        text(raw, "data", 0, "email"),
        text(raw, "data", 0, "profile_image_url"),
    )


PROVIDER = Provider(
    name="twitch",
    display_name="Twitch",
    letters="Tw",
    color="#9146ff",
    auth_url="https://id.twitch.tv/oauth2/authorize",
    token_url="https://id.twitch.tv/oauth2/token",
    user_info_url="https://api.twitch.tv/helix/users",
    scopes=("user:read:email",),
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
