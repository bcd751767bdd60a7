"""Guesses: how often somebody may try passwords of one account.

In charge of: counting attempts by account name and by address, in this process's memory. Not in charge of: log-ins of
users (`attempts`, which suspends an account), limits to requests of any kind (`http/`). Called by `record_sign_in`.

An account's owner must not be locked out by a stranger, so an attempt counts against the account *and* the caller's
address; and names are counted whether or not anybody is called so, which tells nobody who is. An attempt counts
before the password is looked at, so that many at once can't slip under the limit, and is forgiven when it was right.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

WINDOW_SECONDS = 300
REMEMBERED = 20_000
"""How many names are remembered; the oldest is forgotten first."""


class Guesses:
    """`limit`: attempts in a row within the window; 0 counts none. `clock`: seconds that only grow."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._clock = clock
        self._counts: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def begin(self, collection: str, identity: str, ip: str | None) -> bytes | None:
        """Count an attempt; what it is known by, or None when there were too many."""
        text = "\0".join((collection, identity.lower(), ip or ""))
        name = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        now = self._clock()
        count, since = self._counts.pop(name, (0, now))
        if now - since >= WINDOW_SECONDS:
            count, since = 0, now
        self._counts[name] = (count + 1, since)
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return None if self.limit and count >= self.limit else name

    def forgive(self, name: bytes) -> None:
        """That attempt was right."""
        self._counts.pop(name, None)
