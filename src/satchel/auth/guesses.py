"""Guesses: how often somebody may try passwords of one account.

In charge of: counting attempts by account name and by address, for all workers together. Not in charge of: log-ins of
users (`attempts`, which suspends an account), limits to requests of any kind (`http/`). Called by `record_sign_in`,
`shares` and `sign_on`.

An account's owner must not be locked out by a stranger, so an attempt counts against the account *and* the caller's
address; and names are counted whether or not anybody is called so, which tells nobody who is. An attempt counts
before the password is looked at, so that many at once can't slip under the limit, and is forgiven when it was right.

Attempts are counted in rows that all workers share (`claims`). Names are anybody's choice, so there is a fixed number
of rows: a name's row is found under a key that nobody outside knows, so nobody can aim at the row of somebody else.
"""

from __future__ import annotations

import hashlib

from satchel.auth.claims import Claims
from satchel.http.ratelimit import client_key

WINDOW_SECONDS = 300
ROWS = 2**20
KEY_BYTES_MAX = 64


class Guesses:
    """`limit`: attempts in a row within the window; 0 counts none. `secret`: the installation's."""

    def __init__(self, limit: int, claims: Claims, secret: str) -> None:
        self.limit = limit
        self._claims = claims
        self._key = hashlib.sha512(f"guesses\0{secret}".encode()).digest()[:KEY_BYTES_MAX]

    async def begin(self, collection: str, identity: str, ip: str | None) -> str | None:
        """Count an attempt; what it is known by, or None when there were too many."""
        if not self.limit:
            return ""
        text = "\0".join((collection, identity.lower(), client_key(ip or "")))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=self._key).digest()
        name = str(int.from_bytes(digest, "big") % ROWS)
        # whoever is over the limit goes on without being written down
        if await self._claims.counted("guess", name) >= self.limit:
            return None
        counted = await self._claims.count("guess", name, seconds=WINDOW_SECONDS)
        return None if counted > self.limit else name

    async def forgive(self, name: str) -> None:
        """That attempt was right."""
        if self.limit:
            await self._claims.release("guess", name)
