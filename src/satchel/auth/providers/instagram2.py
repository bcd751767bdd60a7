"""Instagram, with Instagram Login. https://developers.facebook.com/docs/instagram-platform"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    return Profile(
        key(raw, "user_id" if text(raw, "user_id") else "id"),
        text(raw, "name"),
        text(raw, "username"),
        "",
        text(raw, "profile_picture_url"),
    )


PROVIDER = Provider(
    name="instagram2",
    display_name="Instagram",
    letters="Ig",
    color="#c13584",
    auth_url="https://www.instagram.com/oauth/authorize",
    token_url="https://api.instagram.com/oauth/access_token",
    user_info_url="https://graph.instagram.com/me?fields=id,user_id,username,name,account_type,profile_picture_url",
    scopes=("instagram_business_basic",),
    authentication="post",
    profile=_profile,
)
