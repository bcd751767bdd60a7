"""Apple's client secret: a token that the developer signs, good for up to six months.

In charge of: making one from the developer's key, and complaints about what was given. Not in charge of: log-ins with
Apple (`providers/apple`). Called by the PocketBase wire. Source:
https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
"""

from __future__ import annotations

from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from satchel.errors import FieldError, ValidationFailed

AUDIENCE = "https://appleid.apple.com"
ID_LENGTH = 10
DURATION_SECONDS_MAXIMUM = 15_777_000


def client_secret(
    *, client_id: str, team_id: str, key_id: str, private_key: str, duration_seconds: int, now: datetime
) -> str:
    """The signed secret. Raises ValidationFailed, naming every field that is not as it must be; `privateKey` without a
    word about its content."""
    errors = [
        *_blank("clientId", client_id),
        *_ten("teamId", team_id),
        *_ten("keyId", key_id),
        *_blank("privateKey", private_key),
        *_duration(duration_seconds),
    ]
    if errors:
        raise ValidationFailed(errors)
    issued = int(now.timestamp())
    claims = {"aud": AUDIENCE, "exp": issued + duration_seconds, "iat": issued, "iss": team_id, "sub": client_id}
    try:
        key = ECKey.import_key(private_key.strip())
        return jwt.encode({"alg": "ES256", "kid": key_id}, claims, key, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        complaint = FieldError(("privateKey",), "match_invalid", "Must be in a valid format.")
        raise ValidationFailed([complaint]) from None


def _blank(name: str, value: str) -> list[FieldError]:
    return [] if value else [FieldError((name,), "required", "Cannot be blank.")]


def _ten(name: str, value: str) -> list[FieldError]:
    if not value:
        return _blank(name, value)
    if len(value) == ID_LENGTH:
        return []
    text = f"The length must be exactly {ID_LENGTH}."
    return [FieldError((name,), "length_invalid", text, {"max": ID_LENGTH, "min": ID_LENGTH})]


def _duration(seconds: int) -> list[FieldError]:
    if not seconds:
        return [FieldError(("duration",), "required", "Cannot be blank.")]
    if seconds < 1:
        text, limits = "Must be no less than 1.", {"threshold": 1}
        return [FieldError(("duration",), "min_greater_equal_than_required", text, limits)]
    if seconds > DURATION_SECONDS_MAXIMUM:
        text, limits = f"Must be no greater than {DURATION_SECONDS_MAXIMUM}.", {"threshold": DURATION_SECONDS_MAXIMUM}
        return [FieldError(("duration",), "max_less_equal_than_required", text, limits)]
    return []
