"""Signing in without a password, and all that goes by mail, said to both servers."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.wire.pocketbase.talk import Talk


def providers(talk: Talk) -> None:
    """The list of identity providers, and Apple's client secret."""
    path = "/api/collections/meta/oauth2-providers"
    talk.su("GET", path, params={"fields": "name,displayName"})
    talk.guest("GET", path)
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    good: dict[str, Any] = {
        "clientId": "app",
        "teamId": "1234567890",
        "keyId": "0987654321",
        "privateKey": key.decode(),
        "duration": 3600,
    }
    path = "/api/settings/apple/generate-client-secret"
    talk.su("POST", path, json=good, note="good")
    talk.guest("POST", path, json=good, note="a guest")
    wrong: list[dict[str, Any]] = [
        {"teamId": "1", "keyId": "1" * 11},
        {"duration": 0},
        {"duration": -1},
        {"duration": 15_777_001},
        {"privateKey": "no key"},
        {"duration": "x"},
        {"clientId": 5},
        dict.fromkeys(good),
    ]
    for number, change in enumerate(wrong):
        talk.su("POST", path, json={**good, **change}, note=f"wrong {number}")
