"""Spotify. https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile

Its documentation says that the address is not verified, so it is not used.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, key, text


def _profile(raw: Raw) -> Profile:
    return Profile(key(raw, "id"), text(raw, "display_name"), "", "", text(raw, "images", 0, "url"))


PROVIDER = Provider(
    name="spotify",
    display_name="Spotify",
    letters="Sp",
    color="#1aa34a",
    auth_url="https://accounts.spotify.com/authorize",
    token_url="https://accounts.spotify.com/api/token",
    user_info_url="https://api.spotify.com/v1/me",
    scopes=("user-read-private",),
    profile=_profile,
)
