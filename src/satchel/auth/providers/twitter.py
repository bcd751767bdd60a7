"""X. https://docs.x.com/x-api/users/user-lookup-me"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    return Profile(
        key(raw, "data", "id"),
        text(raw, "data", "name"),
        text(raw, "data", "username"),
        text(raw, "data", "confirmed_email"),
        text(raw, "data", "profile_image_url"),
    )


PROVIDER = Provider(
    name="twitter",
    display_name="X/Twitter",
    letters="X",
    color="#0f1419",
    auth_url="https://x.com/i/oauth2/authorize",
    token_url="https://api.x.com/2/oauth2/token",
    user_info_url="https://api.x.com/2/users/me?user.fields=id,name,username,profile_image_url,confirmed_email",
    scopes=("users.read", "users.email", "tweet.read"),
    authentication="basic",
    profile=_profile,
)
