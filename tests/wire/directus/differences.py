"""Where Satchel answers otherwise than the recordings, each with the reason.

Users read the same in docs/differences.md.
"""

from __future__ import annotations

# paths of features that are not part of this server (yet)
NOT_SERVED = (
    "/files",
    "/assets",
    "/schema/",
    "/server/specs",
    "/auth/password",
    "/auth/login/",
    "/users/register",
    "/users/invite",
    "/users/me/tfa",
    "/users/me/track",
    "/utils/hash",
    "/utils/cache",
)

DIFFERENCES: dict[str, str] = {}
