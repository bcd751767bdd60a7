"""Google. https://developers.google.com/identity/openid-connect/openid-connect"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text, yes


def _profile(raw: Raw) -> Profile:
    email = text(raw, "email") if yes(raw, "email_verified") else ""
    return Profile(key(raw, "sub"), text(raw, "name"), "", email, text(raw, "picture"))


PROVIDER = Provider(
    name="google",
    display_name="Google",
    letters="G",
    color="#4285f4",
    auth_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",
    user_info_url="https://www.googleapis.com/oauth2/v3/userinfo",
    scopes=(
        "https://www.googleapis.com/auth/userinfo.profile",
        "https://www.googleapis.com/auth/userinfo.email",
    ),
    authentication="post",
    profile=_profile,
)
