"""LiveChat. https://platform.text.com/docs/authorization, .../docs/authorization/global-accounts-api"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text, yes


def _profile(raw: Raw) -> Profile:
    email = text(raw, "email") if yes(raw, "email_verified") else ""
    return Profile(key(raw, "account_id"), text(raw, "name"), "", email, text(raw, "avatar_url"))


PROVIDER = Provider(
    name="livechat",
    display_name="LiveChat",
    letters="Lc",
    color="#e8400c",
    auth_url="https://accounts.livechat.com/",
    token_url="https://accounts.livechat.com/token",
    user_info_url="https://accounts.livechat.com/v2/accounts/me",
    authentication="post",
    profile=_profile,
)
