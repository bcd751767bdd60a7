"""Yandex. https://yandex.com/dev/id/doc/en/user-information"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, get_object, key, text, yes


async def _fetch(visit: Visit) -> Raw:
    return await get_object(visit, visit.configured.user_info_url, {"Authorization": f"OAuth {visit.tokens.access}"})


def _profile(raw: Raw) -> Profile:
    picture = "" if yes(raw, "is_avatar_empty") else text(raw, "default_avatar_id")
    address = f"https://avatars.yandex.net/get-yapic/{picture}/islands-200" if picture else ""
    return Profile(key(raw, "id"), text(raw, "real_name"), text(raw, "login"), text(raw, "default_email"), address)


PROVIDER = Provider(
    name="yandex",
    display_name="Yandex",
    letters="Y",
    color="#fc3f1d",
    auth_url="https://oauth.yandex.com/authorize",
    token_url="https://oauth.yandex.com/token",
    user_info_url="https://login.yandex.ru/info",
    scopes=("login:email", "login:avatar", "login:info"),
    fetch=_fetch,
    profile=_profile,
)
