"""Gitea and Forgejo, gitea.com unless another address is given. https://docs.gitea.com/api"""

from __future__ import annotations

from satchel.auth.providers.contract import (
    Profile,
    Provider,
    Raw,
    Visit,
    address_among,
    fetch_user_info,
    get_list,
    key,
    text,
    yes,
)


async def _fetch(visit: Visit) -> Raw:
    raw = await fetch_user_info(visit)
    addresses = await get_list(visit, f"{visit.configured.user_info_url}/emails")
    email = address_among(addresses, lambda item: yes(item, "primary") and yes(item, "verified"))
    return {**raw, "email": email}


def _profile(raw: Raw) -> Profile:
    return Profile(
        key(raw, "id"), text(raw, "full_name"), text(raw, "login"), text(raw, "email"), text(raw, "avatar_url")
    )


PROVIDER = Provider(
    name="gitea",
    display_name="Gitea/Forgejo",
    letters="Gt",
    color="#609926",
    auth_url="https://gitea.com/login/oauth/authorize",
    token_url="https://gitea.com/login/oauth/access_token",
    user_info_url="https://gitea.com/api/v1/user",
    scopes=("read:user", "user:email"),
    fetch=_fetch,
    profile=_profile,
)
