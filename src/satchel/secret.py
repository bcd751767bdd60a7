"""The installation's secret, which signs tokens and encrypts values of fields.

In charge of: keeping it in the data folder where no setting gives one; sealing texts with it. Not in charge of: what it
signs (`auth/`), which fields are sealed (`engine/write_plan`). Called by `app` and `auth/totp`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from satchel.config import Settings
from satchel.config.rows import SECRET_LENGTH_MINIMUM
from satchel.errors import ConfigError, InvalidPayload

SEALED = "sealed:1:"
NONCE_BYTES = 12

SECRET_FILE = "secret"


def ensure_secret(settings: Settings) -> Settings:
    """The settings with a secret: the one given, else the one kept in the data folder, made now if there is none.

    Safe when several workers start at once: the first complete file wins. Raises ConfigError when the folder can't be
    written or the file holds no usable secret.
    """
    if settings.secret:
        return settings
    path = settings.data_path / SECRET_FILE
    try:
        if not path.exists():
            _create_secret(path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The secret in {path} can't be read or made: {error}.", hint="Set SATCHEL_SECRET instead."
        ) from None
    if len(kept) < SECRET_LENGTH_MINIMUM:
        raise ConfigError(f"The secret in {path} is too short.", hint="Remove the file to have a new one made.")
    return dataclasses.replace(settings, secret=kept)


def _create_secret(path: Path) -> None:
    """Write a whole file under another name, then link it, so that no reader ever sees half a secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


class TextCipher:
    """Seals texts with a key made from the secret: `sealed:1:` and base64(12 bytes nonce ‖ ciphertext ‖ 16 bytes tag),
    by AES-256-GCM. `purpose`: each has a key of its own.
    """

    def __init__(self, secret: str, purpose: str = "field encryption") -> None:
        key = HKDF(SHA256(), 32, salt=None, info=f"satchel {purpose}".encode()).derive(secret.encode())
        self._cipher = AESGCM(key)

    def seal(self, text: str, about: str = "") -> str:
        """What is stored of a text; each time another one. `about`: what it belongs to, and can't be moved from."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), about.encode() or None)
        return SEALED + base64.b64encode(nonce + sealed).decode()

    def unseal(self, stored: str, about: str = "") -> str:
        """The text that was sealed. Raises InvalidPayload for what was sealed with another secret, or not at all."""
        try:
            sealed = base64.b64decode(stored.removeprefix(SEALED), validate=True)
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode() or None).decode()
        except (binascii.Error, ValueError, InvalidTag):
            raise InvalidPayload("The value was not encrypted with this installation's secret.") from None
