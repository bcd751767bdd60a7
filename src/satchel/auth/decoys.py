"""Decoys: ids of one-time passwords that were asked for by addresses nobody has.

In charge of: keeping them, for all workers, so that whoever asks can't tell them from those of known addresses. Not in
charge of: when there is one (`one_time_passwords`), or counting tries (`claims`). Called by `one_time_passwords`.

Addresses are anybody's choice, so there is a fixed number of rows (of `satchel_state`): a row holds the decoys of one
address, and another address that needs the same row takes it over. An id says which row it belongs to, in a way that
only this installation can read; to everybody else it is random.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from satchel.auth.record_changes import random_id
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Item, Store, StoreSession
from satchel.errors import ConstraintFailed

STATE = "satchel_state"
ROWS = 10_000
ATTEMPTS = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
TAIL_LENGTH = 3
TAILS = len(LETTERS) ** TAIL_LENGTH


class Kept(msgspec.Struct, frozen=True):
    """The value of a row. `ids`: each with the moment until which it is good, the newest one last."""

    subject: str
    ids: list[tuple[str, str]]


class Decoys:
    """`secret`: the installation's. `now`: the current instant, in UTC."""

    def __init__(self, store: Store, secret: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._key = hashlib.sha512(f"decoys\0{secret}".encode()).digest()
        self._now = now

    def new_id(self, subject: str) -> str:
        """A new id for `subject`."""
        head = random_id()[:-TAIL_LENGTH]
        return head + _tail((self._row(subject) + self._digest(head)) % TAILS)

    async def add(self, otp_id: str, subject: str, *, seconds: float) -> None:
        """Keep an id for so long. When others keep changing the row, it is not kept."""
        now = self._now()
        until = iso(now + timedelta(seconds=seconds))
        name = _name(self._row(subject))

        async def work(session: StoreSession) -> bool:
            rows = await session.select(STATE, ("value",), ("name", "=", name))
            ids = _good(rows, subject, iso(now))
            value = msgspec.json.encode(Kept(subject, [*ids, (otp_id, until)])).decode()
            if not rows:
                await session.insert(STATE, {"name": name, "value": value, "expires": until})
                return True
            where: tuple[Condition, ...] = (("name", "=", name), ("value", "=", rows[0]["value"]))
            return await session.update(STATE, {"value": value, "expires": until}, *where) == 1

        for _ in range(ATTEMPTS):
            try:
                if await self._store.write(work):
                    return
            except ConstraintFailed:  # two first ones at once
                continue

    async def unspent(self, subject: str) -> list[str]:
        """The ids of a subject that are still good, newest first."""
        rows = await self._store.select(STATE, ("value",), ("name", "=", _name(self._row(subject))))
        return [otp_id for otp_id, _ in reversed(_good(rows, subject, iso(self._now())))]

    async def subject(self, otp_id: str) -> str:
        """Whose id it is; "" for one that is none, or is not good any more."""
        head, tail = otp_id[:-TAIL_LENGTH], otp_id[-TAIL_LENGTH:]
        number = _number(tail)
        row = 0 if number is None else (number - self._digest(head)) % TAILS
        rows = await self._store.select(STATE, ("value",), ("name", "=", _name(row)))
        found = _kept(rows)
        good = found is not None and any(known == otp_id for known, _ in _good(rows, found.subject, iso(self._now())))
        return found.subject if found is not None and good else ""

    def _row(self, subject: str) -> int:
        return self._digest(f"row {subject}") % ROWS

    def _digest(self, text: str) -> int:
        data = text.encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=self._key).digest(), "big")


def _kept(rows: list[Item]) -> Kept | None:
    value: Any = rows[0]["value"] if rows else None
    return msgspec.json.decode(str(value), type=Kept) if value else None


def _good(rows: list[Item], subject: str, now: str) -> list[tuple[str, str]]:
    found = _kept(rows)
    return [] if found is None or found.subject != subject else [item for item in found.ids if item[1] > now]


def _name(row: int) -> str:
    return f"otp_decoys:{row}"


def _tail(number: int) -> str:
    letters: list[str] = []
    for _ in range(TAIL_LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(reversed(letters))


def _number(tail: str) -> int | None:
    number = 0
    for letter in tail:
        if letter not in LETTERS:
            return None
        number = number * len(LETTERS) + LETTERS.index(letter)
    return number
