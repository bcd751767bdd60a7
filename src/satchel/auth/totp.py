"""Authenticator codes: the second factor of users, as authenticator apps make it (TOTP).

In charge of: making secrets, sealing them at rest, telling whether a code is right, and spending it. Not in charge of:
who has to have one, switching it on and off (`user_second_factor`), or answers. Called by `accounts` and
`user_second_factor`.

A secret rests sealed under a key that is derived from the installation's secret, and bound to its user: whoever reads
the store can't make codes, and one user's sealed secret is of no use in another's row. A code is spent by one insert of
a row that only one can make (`claims`), so of many that show it at the same moment one comes in.
"""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from pyotp import random_base32
from pyotp.totp import TOTP

from satchel.auth.access import User
from satchel.auth.claims import Claims
from satchel.errors import InvalidPayload
from satchel.secret import SEALED, TextCipher

DIGITS, PERIOD_SECONDS = 6, 30
STEPS = (0, -1, 1)
"""Which codes are taken, by their distance from now: clocks differ."""
KEPT_SECONDS = PERIOD_SECONDS * (len(STEPS) + 1)
"""How long a spent code is remembered: longer than it is good."""
SECRET_LENGTH, SECRET_LENGTH_MINIMUM, SECRET_LENGTH_MAXIMUM = 32, 16, 128


class Totp:
    """`secret`: the installation's. `now`: the current instant, in UTC."""

    def __init__(self, secret: str, claims: Claims, now: Callable[[], datetime]) -> None:
        self._cipher = TextCipher(secret, "second factors")
        self._claims = claims
        self._now = now

    # --- secrets

    def new_secret(self) -> str:
        return random_base32(SECRET_LENGTH)

    def seal(self, secret: str, user: str) -> str:
        """What is stored of a user's secret."""
        return self._cipher.seal(secret, about=user)

    def _unseal(self, user: User) -> str | None:
        """The secret; None when it was sealed for another user, or under another key. One in clear, as other programs
        store it, is taken as it is.
        """
        if not user.sealed_secret.startswith(SEALED):
            return user.sealed_secret
        try:
            return self._cipher.unseal(user.sealed_secret, about=user.id)
        except InvalidPayload:
            return None

    # --- codes

    def fits(self, secret: str, code: str) -> bool:
        """Whether the code is of this secret now. It is not spent."""
        return self._step(secret, code) is not None

    async def spend(self, user: User, code: str | None) -> bool:
        """Whether a user's code is right, and this the first time that it is shown."""
        secret = self._unseal(user) if user.second_factor else None
        step = None if secret is None or code is None else self._step(secret, code)
        return step is not None and await self._claims.take("totp", user.id, str(step), seconds=KEPT_SECONDS)

    def _step(self, secret: str, code: str) -> int | None:
        """The number of the span of time that the code is of."""
        if not SECRET_LENGTH_MINIMUM <= len(secret) <= SECRET_LENGTH_MAXIMUM or len(code) != DIGITS:
            return None
        try:
            maker = TOTP(secret, digits=DIGITS, interval=PERIOD_SECONDS)
            now = int(self._now().timestamp()) // PERIOD_SECONDS
            fitting = [now + step for step in STEPS if hmac.compare_digest(maker.generate_otp(now + step), code)]
        except (binascii.Error, ValueError, TypeError):  # no secret, or no digits
            return None
        return fitting[0] if fitting else None


def otpauth_url(secret: str, *, issuer: str, account: str) -> str:
    """What authenticator apps read from a QR code."""
    name, about = quote(issuer, safe=""), quote(account, safe="")
    return (
        f"otpauth://totp/{name}:{about}?secret={secret}&period={PERIOD_SECONDS}&digits={DIGITS}&algorithm=SHA1"
        f"&issuer={name}"
    )
