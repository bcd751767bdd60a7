"""Passwords: hashing and checking them, off the event loop.

In charge of: argon2id for users' new hashes, bcrypt for those of PocketBase's fields (so that both servers can read
them), argon2 and bcrypt for stored ones, how many run at once, and doing the same
work when there is nothing to check. Not in charge of: which passwords are good enough (`superusers`), or where hashes
are stored. Called by `accounts` and `record_accounts`.

Hashing is meant to be slow and to take memory, so at most `threads` run at a time and a bounded number waits; more are
refused with TooManyRequests, so that log-ins by strangers can't use up the machine.
"""

from __future__ import annotations

import re

import bcrypt
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from satchel.auth.threads import Threads
from satchel.errors import FieldError, ValidationFailed

LENGTH_MAXIMUM = 1024
"""Characters. A longer one is refused before any work is done."""

BCRYPT_BYTES = 72
"""What bcrypt looks at; everything that follows is ignored, as everywhere else."""

# OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. About 20 ms.
MEMORY_KIB, PASSES, LANES = 19456, 2, 1

# A stored hash says how much work it takes. These are limits to what it may ask for.
STORED_MEMORY_KIB_MAXIMUM, STORED_PASSES_MAXIMUM, STORED_LANES_MAXIMUM = 2**20, 64, 64
BCRYPT_COST_MAXIMUM = 16

_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")


class Passwords:
    """One per process. `threads`: hashes at a time; `waiting`: how many more may wait for their turn. `cost`: of
    bcrypt, for users' new hashes too; 0: theirs are argon2id.
    """

    def __init__(self, *, threads: int = 2, waiting: int = 64, cost: int = 0) -> None:
        self._cost = cost
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = Threads("satchel-password", threads=threads, waiting=waiting)
        self._dummies: dict[int, str] = {}

    async def hash(self, password: str, cost: int = 0) -> str:
        """A hash: argon2id, or bcrypt with a cost of 4 to 31. Raises ValidationFailed for one that is too long."""
        if len(password) > LENGTH_MAXIMUM:
            error = FieldError(
                ("password",),
                "max_text",
                f"Must be no more than {LENGTH_MAXIMUM} character(s).",
                {"max": LENGTH_MAXIMUM},
            )
            raise ValidationFailed([error])
        return await self._threads.run(lambda: self._hash(password, cost or self._cost))

    async def verify(self, password: str, stored: str | None, cost: int = 0) -> bool:
        """Whether `stored` is a hash of `password`. None or no hash: the work that a hash of that cost takes (0:
        argon2id), never right."""
        if len(password) > LENGTH_MAXIMUM:
            password, stored = "", None
        return await self._threads.run(lambda: self._verify(password, stored, cost or self._cost))

    def close(self) -> None:
        """Stop the threads; hashes that wait are dropped."""
        self._threads.close()

    def _hash(self, password: str, cost: int) -> str:
        if not cost:
            return self._hasher.hash(password)
        return bcrypt.hashpw(_bcrypt_bytes(password), bcrypt.gensalt(cost, b"2a")).decode("ascii")

    def _verify(self, password: str, stored: str | None, cost: int) -> bool:
        if stored is not None and stored.startswith("$argon2") and _is_bearable(stored):
            return self._is_argon2(password, stored)
        match = _BCRYPT.fullmatch(stored) if stored is not None else None
        if stored is not None and match is not None and 4 <= int(match.group(1)) <= BCRYPT_COST_MAXIMUM:
            return _is_bcrypt(password, stored)
        if cost not in self._dummies:
            self._dummies[cost] = self._hash("nobody's password", cost)
        dummy = self._dummies[cost]
        if cost:
            _is_bcrypt(password, dummy)
        else:
            self._is_argon2(password, dummy)
        return False

    def _is_argon2(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError, ValueError):
            return False


def _is_bearable(stored: str) -> bool:
    try:
        asked = extract_parameters(stored)
    except (InvalidHashError, ValueError):
        return False
    return (
        asked.memory_cost <= STORED_MEMORY_KIB_MAXIMUM
        and asked.time_cost <= STORED_PASSES_MAXIMUM
        and asked.parallelism <= STORED_LANES_MAXIMUM
    )


def _is_bcrypt(password: str, stored: str) -> bool:
    try:
        return bcrypt.checkpw(_bcrypt_bytes(password), stored.encode("ascii"))
    except ValueError:
        return False


def _bcrypt_bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:BCRYPT_BYTES]
