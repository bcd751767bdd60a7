"""mailcow, at the addresses that the settings give. https://docs.mailcow.email/manual-guides/mailcow-UI/u_e-mailcow_ui-oauth2

The mailboxes are its own, so the address is theirs.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, at, key, text


def _profile(raw: Raw) -> Profile:
    if at(raw, "active") not in (None, True, 1, "1"):
        raise Unusable("the mailbox is not active")
    username = text(raw, "username") or text(raw, "identifier")
    name = text(raw, "full_name") or text(raw, "displayName")
    return Profile(key(raw, "id"), name, username.partition("@")[0], text(raw, "email"))


PROVIDER = Provider(
    name="mailcow",
    display_name="mailcow",
    letters="mc",
    color="#b58a00",
    scopes=("profile",),
    profile=_profile,
)
