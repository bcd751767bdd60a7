"""WakaTime. https://wakatime.com/developers#users"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, at, key, text, yes


def _profile(raw: Raw) -> Profile:
    person = at(raw, "data")
    return Profile(
        key(person, "id"),
        text(person, "display_name"),
        text(person, "username"),
        text(person, "email") if yes(person, "is_email_confirmed") else "",
        text(person, "photo"),
    )


PROVIDER = Provider(
    name="wakatime",
    display_name="WakaTime",
    letters="W",
    color="#1f2328",
    auth_url="https://wakatime.com/oauth/authorize",
    token_url="https://wakatime.com/oauth/token",
    user_info_url="https://wakatime.com/api/v1/users/current",
    scopes=("email",),
    authentication="post",
    profile=_profile,
)
