"""Settings at rest: in clear, encrypted, and as PocketBase keeps them."""

from __future__ import annotations

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from satchel.errors import ConfigError
from satchel.settings.model import S3, AppSettings, Smtp, shown
from satchel.settings.sealed import is_sealed, seal, unseal

KEY = "k" * 32
SECRET = AppSettings(smtp=Smtp(password="hunter2"), s3=S3(secret="bucket key"))


def test_both_ways() -> None:
    for key in ("", KEY):
        kept = seal(SECRET, key)
        assert unseal(kept, key) == SECRET
        assert is_sealed(kept) is bool(key)
        assert ("hunter2" in kept) is not bool(key)
    assert seal(SECRET, KEY) != seal(SECRET, KEY)  # a new nonce each time


def test_clear_text_is_read_with_a_key_too() -> None:
    assert unseal(seal(SECRET, ""), KEY) == SECRET


def test_form_of_pocketbase() -> None:
    text = msgspec.json.encode({"meta": {"appName": "Theirs"}, "smtp": {"password": "p"}, "later": {"x": 1}})
    nonce = b"n" * 12
    kept = base64.b64encode(nonce + AESGCM(KEY.encode()).encrypt(nonce, text, None))
    found = unseal(kept, KEY)
    assert (found.meta.app_name, found.smtp.password, found.smtp.port) == ("Theirs", "p", 587)


@pytest.mark.parametrize("key", ["", "x" * 32, "short"])
def test_a_key_that_does_not_open(key: str) -> None:
    with pytest.raises(ConfigError):
        unseal(seal(SECRET, KEY), key)


def test_damaged() -> None:
    for kept in ("[]", "nonsense", seal(SECRET, KEY)[:-8]):
        with pytest.raises(ConfigError):
            unseal(kept, KEY)


def test_secrets_are_not_shown() -> None:
    text = repr(shown(SECRET))
    assert "hunter2" not in text
    assert "bucket key" not in text
    assert "password" not in shown(SECRET)["smtp"]
