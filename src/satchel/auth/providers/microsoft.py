"""Microsoft. https://learn.microsoft.com/graph/api/user-get

`mail` can be set to any text by whoever administers a tenant, so it is not taken as verified. `userPrincipalName` ends
in a domain that the tenant has proved to own (or is the address of a personal account); a guest's, with `#EXT#`, does
not.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    principal = text(raw, "userPrincipalName")
    email = principal if "@" in principal and "#" not in principal else ""
    return Profile(key(raw, "id"), text(raw, "displayName"), "", email)


PROVIDER = Provider(
    name="microsoft",
    display_name="Microsoft",
    letters="M",
    color="#2f6fba",
    auth_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",
    user_info_url="https://graph.microsoft.com/v1.0/me",
    scopes=("User.Read",),
    authentication="post",
    profile=_profile,
)
