"""GitHub. https://docs.github.com/rest/users, .../rest/users/emails"""

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
    """The user, with `email` replaced by the primary address if that is verified: the public one says nothing of it."""
    raw = await fetch_user_info(visit)
    addresses = await get_list(visit, f"{visit.configured.user_info_url}/emails")
    email = address_among(addresses, lambda item: yes(item, "primary") and yes(item, "verified"))
    return {**raw, "email": email}


def _profile(raw: Raw) -> Profile:
    return Profile(key(raw, "id"), text(raw, "name"), text(raw, "login"), text(raw, "email"), text(raw, "avatar_url"))


PROVIDER = Provider(
    name="github",
    display_name="GitHub",
    letters="Gh",
    color="#24292f",
    auth_url="https://github.com/login/oauth/authorize",
    token_url="https://github.com/login/oauth/access_token",
    user_info_url="https://api.github.com/user",
    scopes=("read:user", "user:email"),
    authentication="post",
    fetch=_fetch,
    profile=_profile,
)
