"""What a browser keeps while its person is away at an identity provider: a signed text for a cookie.

In charge of: signing and checking it, and its life. Not in charge of: cookies (the wire), or what is inside.
Called by `sign_on`.

The key is made of the installation's secret for this purpose alone, so that such a text is no token of any other kind.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

LENGTH_MAXIMUM = 4096
"""What browsers take for one cookie."""


class Kept:
    """`seconds`: how long a text is good."""

    def __init__(self, secret: str, seconds: int) -> None:
        key = hmac.new(secret.encode(), b"satchel sign-on: what a browser keeps", hashlib.sha256)
        self._key = OctKey.import_key(key.digest())
        self.seconds = seconds

    def seal(self, provider: str, values: Mapping[str, Any], now: float) -> str:
        """The text that a browser keeps."""
        claims = {"for": provider, "values": dict(values), "exp": int(now) + self.seconds}
        return jwt.encode({"alg": "HS256"}, claims, self._key)

    def open(self, provider: str, text: str, now: float) -> Mapping[str, Any] | None:
        """What was sealed for that provider; None for anything else, or when it is too old."""
        if not text or len(text) > LENGTH_MAXIMUM:
            return None
        try:
            claims = jwt.decode(text, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return None
        values, expires = claims.get("values"), claims.get("exp")
        if claims.get("for") != provider or not isinstance(values, dict) or not isinstance(expires, int):
            return None
        return cast("dict[str, Any]", values) if now < expires else None
