"""Settings as text at rest, in clear or encrypted.

In charge of: JSON, and AES-256-GCM around it when there is a key. Not in charge of: where the text is kept (`store`).
Called by `store`, and by whoever reads the settings of a PocketBase folder, whose form this is:

    base64(12 bytes nonce ‖ ciphertext ‖ 16 bytes tag), under the 32 bytes of the key
"""

from __future__ import annotations

import base64
import binascii
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from satchel.errors import ConfigError
from satchel.settings.merge import merge
from satchel.settings.model import AppSettings

KEY_BYTES = 32
NONCE_BYTES = 12
HINT = 'The setting "settings_encryption_key" must be the one that they were saved with.'


def seal(settings: AppSettings, key: str) -> str:
    """The text to keep; encrypted unless `key` is empty."""
    text = msgspec.json.encode(settings)
    return seal_text(text, key) if key else text.decode()


def seal_text(text: bytes, key: str) -> str:
    """A text under a key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_key(key)).encrypt(nonce, text, None)).decode()


def unseal(kept: str | bytes, key: str) -> AppSettings:
    """The settings of a kept text: what it does not name has its default, what it names beyond ours is ignored.

    Raises ConfigError when the key is missing or wrong, or the text is damaged.
    """
    found = msgspec.json.decode(open_text(kept, key))
    if not isinstance(found, dict):
        raise ConfigError("The stored settings are damaged.")
    return merge(AppSettings(), {str(name): value for name, value in found.items()})  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def open_text(kept: str | bytes, key: str) -> bytes:
    """The JSON of a kept text, in clear or sealed. Raises ConfigError."""
    text = kept.encode() if isinstance(kept, str) else kept
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return _decrypt(text, key)
    return text


def is_sealed(kept: str) -> bool:
    """Whether a kept text is encrypted."""
    return not kept.startswith("{")


def _decrypt(text: bytes, key: str) -> bytes:
    if not key:
        raise ConfigError("The stored settings are encrypted, and there is no key.", hint=HINT)
    try:
        sealed = base64.b64decode(text, validate=True)
        return AESGCM(_key(key)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (binascii.Error, ValueError, InvalidTag):
        raise ConfigError("The stored settings can't be decrypted with this key.", hint=HINT) from None


def _key(key: str) -> bytes:
    found = key.encode()
    if len(found) != KEY_BYTES:
        raise ConfigError(f'The setting "settings_encryption_key" must have {KEY_BYTES} bytes.', hint="32 characters.")
    return found
