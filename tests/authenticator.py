"""An authenticator in software, for tests of passkeys: it makes keys and signs with them as a browser's would.

In charge of: answers in WebAuthn's JSON, right ones, and wrong ones in whatever way a test asks for. It does not check
what it is asked: a server has to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """A device with one passkey. `origin`: the page that its browser is at. `flags`: of what it says about its user.
    `rp_id`, `challenge`: what it signs instead of what it was asked to.
    """

    origin: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identifier: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: bytes = b""
    counter: int = 0
    flags: int = PRESENT | VERIFIED

    def make(self, options: Mapping[str, Any], **other: Any) -> dict[str, Any]:
        """The answer of `navigator.credentials.create`."""
        self.user = base64.urlsafe_b64decode(options["user"]["id"] + "==")
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.identifier).to_bytes(2, "big") + self.identifier + cbor.encode(key)
        data = self._data(other.get("rp_id", options["rp"]["id"]), ATTESTED) + attested
        whole = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options, other)
        return self._answer({"clientDataJSON": encode(said), "attestationObject": encode(whole)})

    def show(self, options: Mapping[str, Any], **other: Any) -> dict[str, Any]:
        """The answer of `navigator.credentials.get`."""
        self.counter = self.counter + 1 if self.counter else 0
        data = self._data(other.get("rp_id", options["rpId"]), 0)
        said = self._said("webauthn.get", options, other)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": encode(said),
                "authenticatorData": encode(data),
                "signature": encode(signature),
                "userHandle": encode(other.get("user", self.user)),
            }
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        head = hashlib.sha256(rp_id.encode()).digest()
        return head + bytes([self.flags | flags]) + self.counter.to_bytes(4, "big")

    def _said(self, kind: str, options: Mapping[str, Any], other: Mapping[str, Any]) -> bytes:
        said = {
            "type": other.get("type", kind),
            "challenge": other.get("challenge", options["challenge"]),
            "origin": other.get("origin", self.origin),
            "crossOrigin": other.get("cross_origin", False),
        }
        return json.dumps(said).encode()

    def _answer(self, response: Mapping[str, Any]) -> dict[str, Any]:
        name = encode(self.identifier)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        }
