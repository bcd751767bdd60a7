"""VKontakte. https://dev.vk.com/en/api/access-token/authcode-flow-user

The address comes with the token, once the person has confirmed it.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Visit, fetch_user_info, key, text


async def _fetch(visit: Visit) -> Raw:
    return {**await fetch_user_info(visit), "email": text(visit.tokens.raw, "email")}


def _profile(raw: Raw) -> Profile:
    names = (text(raw, "response", 0, "first_name"), text(raw, "response", 0, "last_name"))
    return Profile(
        key(raw, "response", 0, "id"),
        " ".join(name for name in names if name),
        text(raw, "response", 0, "screen_name"),
        text(raw, "email"),
        text(raw, "response", 0, "photo_max"),
    )


PROVIDER = Provider(
    name="vk",
    display_name="ВКонтакте",
    letters="VK",
    color="#0077ff",
    auth_url="https://oauth.vk.com/authorize",
    token_url="https://oauth.vk.com/access_token",
    user_info_url="https://api.vk.com/method/users.get?fields=photo_max,screen_name&v=5.199",
    scopes=("email",),
    pkce=False,
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
