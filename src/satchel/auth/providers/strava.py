"""Strava. https://developers.strava.com/docs/reference/#api-Athletes (it gives no address)"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    names = (text(raw, "firstname"), text(raw, "lastname"))
    return Profile(
        key(raw, "id"), " ".join(name for name in names if name), text(raw, "username"), "", text(raw, "profile")
    )


PROVIDER = Provider(
    name="strava",
    display_name="Strava",
    letters="S",
    color="#fc5200",
    auth_url="https://www.strava.com/oauth/authorize",
    token_url="https://www.strava.com/api/v3/oauth/token",
    user_info_url="https://www.strava.com/api/v3/athlete",
    scopes=("profile:read_all",),
    authentication="post",
    profile=_profile,
)
