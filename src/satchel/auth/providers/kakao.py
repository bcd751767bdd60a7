"""Kakao. https://developers.kakao.com/docs/latest/en/kakaologin/rest-api"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text, yes


def _profile(raw: Raw) -> Profile:
    account = raw.get("kakao_account")
    verified = yes(account, "is_email_valid") and yes(account, "is_email_verified")
    return Profile(
        key(raw, "id"),
        text(account, "profile", "nickname") or text(raw, "properties", "nickname"),
        "",
        text(account, "email") if verified else "",
        text(account, "profile", "profile_image_url") or text(raw, "properties", "profile_image"),
    )


PROVIDER = Provider(
    name="kakao",
    display_name="Kakao",
    letters="K",
    color="#3c1e1e",
    auth_url="https://kauth.kakao.com/oauth/authorize",
    token_url="https://kauth.kakao.com/oauth/token",
    user_info_url="https://kapi.kakao.com/v2/user/me",
    scopes=("account_email", "profile_nickname", "profile_image"),
    authentication="post",
    profile=_profile,
)
