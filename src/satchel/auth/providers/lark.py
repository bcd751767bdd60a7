"""Lark (Feishu; for Lark outside China its addresses on larksuite.com are given in the settings).
https://open.larksuite.com/document/authentication-management/login-state-management/get

A person's own address is not verified; that of the enterprise is given by it.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    return Profile(
        key(raw, "data", "union_id" if text(raw, "data", "union_id") else "open_id"),
        text(raw, "data", "name"),
        text(raw, "data", "en_name"),
        text(raw, "data", "enterprise_email"),
        text(raw, "data", "avatar_url"),
    )


PROVIDER = Provider(
    name="lark",
    display_name="Lark",
    letters="La",
    color="#133c9a",
    auth_url="https://accounts.feishu.cn/open-apis/authen/v1/authorize",
    token_url="https://open.feishu.cn/open-apis/authen/v2/oauth/token",
    user_info_url="https://open.feishu.cn/open-apis/authen/v1/user_info",
    authentication="post",
    profile=_profile,
)
