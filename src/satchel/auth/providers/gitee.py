"""Gitee. https://gitee.com/api/v5/swagger"""

from __future__ import annotations

from satchel.auth.providers.contract import (
    Profile,
    Provider,
    Raw,
    Visit,
    address_among,
    at,
    fetch_user_info,
    get_list,
    key,
    text,
)


async def _fetch(visit: Visit) -> Raw:
    raw = await fetch_user_info(visit)
    addresses = await get_list(visit, visit.configured.user_info_url.removesuffix("/user") + "/emails")
    return {**raw, "email": address_among(addresses, _is_confirmed_primary)}


def _is_confirmed_primary(item: Raw) -> bool:
    return text(item, "state") == "confirmed" and "primary" in (at(item, "scope") or ())


def _profile(raw: Raw) -> Profile:
    return Profile(key(raw, "id"), text(raw, "name"), text(raw, "login"), text(raw, "email"), text(raw, "avatar_url"))


PROVIDER = Provider(
    name="gitee",
    display_name="Gitee",
    letters="Ge",
    color="#c71d23",
    auth_url="https://gitee.com/oauth/authorize",
    token_url="https://gitee.com/oauth/token",
    user_info_url="https://gitee.com/api/v5/user",
    scopes=("user_info", "emails"),
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
