"""The relying party: what this server is to a browser that makes and shows passkeys (WebAuthn).

In charge of: at which host passkeys are good, what browsers are asked, and whether an answer is right. Not in charge
of: whose passkeys there are (`passkeys`), or whether a challenge was made here and is still good (there too). Called by
`passkeys`; the cryptography is `fido2`'s, which is loaded at the first answer.

Passkeys are good at one host, over HTTPS, or at `localhost`: browsers make none for other places. Every answer has to
come from that very origin, and the user has to have been verified by the device (a finger, a face, a PIN): a passkey is
something one has and something one is or knows.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

import msgspec

from satchel.errors import InvalidPayload, Unprocessable

if TYPE_CHECKING:
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse, AuthenticatorData

ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256 and RS256, as COSE numbers them: every authenticator has one of them."""
TIMEOUT_MILLISECONDS = 300_000
PORTS = {"http": 80, "https": 443}
ANSWER_LENGTH_MAXIMUM = 65536


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id`: the host. `origin`: what browsers write into their answers. `name`: for people."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a browser made. `digest`: of its identifier. `attested`: identifier and public key, in base64url."""

    digest: str
    attested: str
    counter: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a right answer says. `user`: whose passkey the device thinks it is; None when it does not say."""

    counter: int
    synced: bool
    user: bytes | None


class _Server(Protocol):
    """What is used of `fido2`'s server."""

    def register_complete(self, state: Any, response: Mapping[str, Any]) -> AuthenticatorData: ...

    def authenticate_complete(
        self, state: Any, credentials: Sequence[AttestedCredentialData], response: AuthenticationResponse
    ) -> AttestedCredentialData: ...


class WrongAnswer(Exception):
    """A browser's answer is not what was asked for. Its text is for logs and developers."""


def party_at(address: str, name: str) -> RelyingParty:
    """The relying party at an address of this server. Raises Unprocessable where browsers make no passkeys."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    local = host == "localhost" or host.endswith(".localhost")
    if parts.scheme not in PORTS or (parts.scheme != "https" and not local):
        raise Unprocessable(f"Passkeys need HTTPS; this server is {address}.", hint='See the setting "public_url".')
    if not host or _is_number(host):
        raise Unprocessable(f"Passkeys need the name of a host; this server is {address}.")
    try:
        port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    except ValueError:
        raise Unprocessable(f"Passkeys need an address with a port that exists; this server is {address}.") from None
    return RelyingParty(host, f"{parts.scheme}://{host}{port}", name)


def creation_options(
    party: RelyingParty, user: bytes, account: str, person: str, challenge: str, known: Sequence[str]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is given, in JSON. `known`: what is stored of their passkeys."""
    return {
        "rp": {"id": party.id, "name": party.name},
        "user": {"id": encode(user), "name": account, "displayName": person},
        "challenge": encode(challenge.encode()),
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": TIMEOUT_MILLISECONDS,
        "excludeCredentials": [{"type": "public-key", "id": _identifier(item)} for item in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(party: RelyingParty, challenge: str) -> dict[str, Any]:
    """What `navigator.credentials.get` is given, in JSON: any passkey of this host, so that nobody has to say who they
    are before."""
    return {
        "challenge": encode(challenge.encode()),
        "timeout": TIMEOUT_MILLISECONDS,
        "rpId": party.id,
        "allowCredentials": [],
        "userVerification": "required",
    }


def challenge_of(answer: Mapping[str, Any]) -> str:
    """The challenge that an answer is about. Raises WrongAnswer."""
    try:
        return decode(_client_data(answer)["challenge"]).decode()
    except Exception as error:  # anything may stand there
        raise WrongAnswer(f"its challenge can't be read: {error}") from None


def digest_of(answer: Mapping[str, Any]) -> str:
    """By what the passkey of an answer is found. Raises WrongAnswer."""
    try:
        return hashlib.sha256(decode(answer["rawId"])).hexdigest()
    except Exception as error:  # anything may stand there
        raise WrongAnswer(f"rawId can't be read: {error}") from None


def read_new(party: RelyingParty, challenge: str, answer: Mapping[str, Any]) -> NewPasskey:
    """A new passkey. Raises InvalidPayload."""
    try:
        data = _server(party).register_complete(_state(challenge), _checked(answer))
        made = data.credential_data
        if made is None or made.public_key.ALGORITHM not in ALGORITHMS:
            raise WrongAnswer("no key of a kind that was asked for")
        return NewPasskey(
            digest=hashlib.sha256(made.credential_id).hexdigest(),
            attested=encode(bytes(made)),
            counter=data.counter,
            synced=data.is_backed_up(),
        )
    except Exception as error:  # what a stranger's bytes make the library raise is not listed anywhere
        raise InvalidPayload(f'"credential" is not a passkey that was asked for: {error}') from None


def check_shown(party: RelyingParty, challenge: str, attested: str, answer: Mapping[str, Any]) -> Shown:
    """Whether an answer is signed by a stored passkey, for this challenge, at this place. Raises WrongAnswer."""
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    try:
        read = AuthenticationResponse.from_dict(_checked(answer))
        _server(party).authenticate_complete(_state(challenge), [AttestedCredentialData(decode(attested))], read)
        data, handle = read.response.authenticator_data, read.response.user_handle
    except Exception as error:  # what a stranger's bytes make the library raise is not listed anywhere
        raise WrongAnswer(str(error)) from None
    return Shown(data.counter, data.is_backed_up(), handle or None)


def encode(data: bytes) -> str:
    """Base64url without the signs at its end, as browsers write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


# --- parts


def _server(party: RelyingParty) -> _Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    entity = PublicKeyCredentialRpEntity(id=party.id, name=party.name)
    return cast("_Server", Fido2Server(entity, verify_origin=lambda origin: origin == party.origin))


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": encode(challenge.encode()), "user_verification": "required"}


def _checked(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer, unless a page of somebody else's asked for it in a frame."""
    if len(msgspec.json.encode(answer)) > ANSWER_LENGTH_MAXIMUM:
        raise WrongAnswer("the answer is too long")
    if _client_data(answer).get("crossOrigin", False):
        raise WrongAnswer("it was asked for by a page within another one")
    # only what the ceremony is about: what browsers add may be of any shape
    return {name: answer[name] for name in ("id", "rawId", "response", "type") if name in answer}


def _client_data(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser says that it was asked, and where."""
    return msgspec.json.decode(decode(answer["response"]["clientDataJSON"]), type=dict[str, Any])


def _identifier(attested: str) -> str:
    """The authenticator's own name for a passkey: after the 16 bytes of its model, the length in two, then it."""
    data = decode(attested)
    return encode(data[18 : 18 + int.from_bytes(data[16:18], "big")])


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
