"""Client ids: 40 characters that nobody can guess, and that say which worker holds the client.

In charge of: making and reading them. Used by `realtime`.

`worker (10) · chance (20) · seal (10)`, all of letters and digits. The seal is made with the program's secret, so that
a made-up id is known as such without asking anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

ALPHABET = string.ascii_letters + string.digits
WORKER_LENGTH = 10
CHANCE_LENGTH = 20
SEAL_LENGTH = 10
LENGTH = WORKER_LENGTH + CHANCE_LENGTH + SEAL_LENGTH


class ClientIds:
    """`secret`: the program's, the same in all workers."""

    def __init__(self, secret: str) -> None:
        self._key = b"realtime client:" + secret.encode()
        self.worker = _chance(WORKER_LENGTH)

    def make(self) -> str:
        """A new id of this worker."""
        text = self.worker + _chance(CHANCE_LENGTH)
        return text + self._seal(text)

    def worker_of(self, client_id: str) -> str | None:
        """Which worker made an id; None when none did."""
        if len(client_id) != LENGTH or not client_id.isascii():
            return None
        text, seal = client_id[:-SEAL_LENGTH], client_id[-SEAL_LENGTH:]
        return client_id[:WORKER_LENGTH] if hmac.compare_digest(seal, self._seal(text)) else None

    def _seal(self, text: str) -> str:
        digest = hmac.digest(self._key, text.encode(), hashlib.sha256)
        return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:SEAL_LENGTH])


def _chance(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
