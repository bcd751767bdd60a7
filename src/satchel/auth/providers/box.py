"""Box. https://developer.box.com/reference/get-users-me"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, key, text


def _profile(raw: Raw) -> Profile:
    if text(raw, "status") not in ("", "active"):
        raise Unusable("the account is not active")
    return Profile(key(raw, "id"), text(raw, "name"), "", text(raw, "login"), text(raw, "avatar_url"))


PROVIDER = Provider(
    name="box",
    display_name="Box",
    letters="bx",
    color="#0061d5",
    auth_url="https://account.box.com/api/oauth2/authorize",
    token_url="https://api.box.com/oauth2/token",
    user_info_url="https://api.box.com/2.0/users/me",
    scopes=("root_readonly",),
    authentication="post",
    profile=_profile,
)
