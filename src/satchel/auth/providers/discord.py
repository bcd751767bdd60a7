"""Discord. https://discord.com/developers/docs/resources/user"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text, yes


def _profile(raw: Raw) -> Profile:
    found, picture = key(raw, "id"), text(raw, "avatar")
    address = f"https://cdn.discordapp.com/avatars/{found}/{picture}.png" if picture else ""
    email = text(raw, "email") if yes(raw, "verified") else ""
    name = text(raw, "global_name") or text(raw, "username")
    return Profile(found, name, text(raw, "username"), email, address)


PROVIDER = Provider(
    name="discord",
    display_name="Discord",
    letters="D",
    color="#5865f2",
    auth_url="https://discord.com/api/oauth2/authorize",
    token_url="https://discord.com/api/oauth2/token",
    user_info_url="https://discord.com/api/users/@me",
    scopes=("identify", "email"),
    profile=_profile,
)
