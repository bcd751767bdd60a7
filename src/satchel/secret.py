"""The installation's secret, which signs tokens.

In charge of: keeping it in the data folder where no setting gives one. Not in charge of: what it signs (`auth/`).
Called by `app.py`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
from pathlib import Path

from satchel.config import Settings
from satchel.config_rows import SECRET_LENGTH_MINIMUM
from satchel.errors import ConfigError

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
