"""GitLab. https://docs.gitlab.com/api/users"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    email = text(raw, "email") if text(raw, "confirmed_at") else ""
    return Profile(key(raw, "id"), text(raw, "name"), text(raw, "username"), email, text(raw, "avatar_url"))


PROVIDER = Provider(
    name="gitlab",
    display_name="GitLab",
    letters="Gl",
    color="#fc6d26",
    auth_url="https://gitlab.com/oauth/authorize",
    token_url="https://gitlab.com/oauth/token",
    user_info_url="https://gitlab.com/api/v4/user",
    scopes=("read_user",),
    profile=_profile,
)
