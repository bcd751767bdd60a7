"""Notion. https://developers.notion.com/reference/get-self"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, at, get_object, key, text

VERSION = "2022-06-28"


async def _fetch(visit: Visit) -> Raw:
    return await get_object(visit, visit.configured.user_info_url, {"Notion-Version": VERSION})


def _profile(raw: Raw) -> Profile:
    user = at(raw, "bot", "owner", "user")
    return Profile(key(user, "id"), text(user, "name"), "", text(user, "person", "email"), text(user, "avatar_url"))


PROVIDER = Provider(
    name="notion",
    display_name="Notion",
    letters="N",
    color="#191919",
    auth_url="https://api.notion.com/v1/oauth/authorize",
    token_url="https://api.notion.com/v1/oauth/token",
    user_info_url="https://api.notion.com/v1/users/me",
    authentication="basic",
    fetch=_fetch,
    profile=_profile,
)
