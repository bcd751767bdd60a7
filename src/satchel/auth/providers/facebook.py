"""Facebook. https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow

The Graph API gives an address only when the person has confirmed it.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    return Profile(key(raw, "id"), text(raw, "name"), "", text(raw, "email"), text(raw, "picture", "data", "url"))


PROVIDER = Provider(
    name="facebook",
    display_name="Facebook",
    letters="f",
    color="#0866ff",
    auth_url="https://www.facebook.com/v3.2/dialog/oauth",
    token_url="https://graph.facebook.com/v3.2/oauth/access_token",
    user_info_url="https://graph.facebook.com/me?fields=name,email,picture.type(large)",
    scopes=("email",),
    authentication="post",
    profile=_profile,
)
