"""Secrets: the slow work of a write, done while its transaction is not open.

In charge of: hashing the secrets of a payload, and comparing a text with a stored hash, outside of the transaction
that needs them. Not in charge of: how (`auth/passwords`), which fields are secrets (`write_plan`), or when somebody
has to show an old password (`write_accounts`). Made by `writes`, one for each write; used by `write`.

A hash takes some fifty milliseconds on purpose, and an embedded database has one writer: it must not wait meanwhile. So
the work is given up where it needs a hash, and runs again when that is made; after it wrote something it goes on with
stand-ins, so that all further hashes are made at once. A write that is
refused for another reason never costs a hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

ROUNDS_MAX = 8
"""How often a write is begun anew for its secrets: once for those to be compared, once for those to be hashed, and the
rest for others that change the same item meanwhile."""

Hash = Callable[[str, int], Awaitable[str]]
"""(secret, cost of bcrypt or 0 for argon2id) → what is stored of it."""
Verify = Callable[[str, str | None], Awaitable[bool]]
"""(text, stored hash) → whether it is the secret's."""
Seal = Callable[[str], str]
"""text → what is stored of it, encrypted."""


class Wanted(Exception):
    """The transaction can't go on before some slow work is done."""


@dataclass(slots=True)
class Secrets:
    """`make` and `compare` do the slow work. `seal` is quick."""

    make: Hash
    compare: Verify
    seal: Seal
    _hashes: dict[tuple[str, int, int], str] = field(default_factory=dict[tuple[str, int, int], str])
    _answers: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    _asked: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    _unmade: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    _unknown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def begin(self) -> None:
        """A run of the work begins."""
        self._asked.clear()
        self._unmade.clear()
        self._unknown.clear()

    def hash(self, secret: str, cost: int, *, early: bool) -> str:
        """The hash, or for now what stands in for it. Equal secrets of several items get hashes of their own. `early`:
        nothing was written yet; then Wanted is raised at once for a hash that is not made."""
        self._asked[secret, cost] += 1
        name = (secret, cost, self._asked[secret, cost])
        if name not in self._hashes:
            self._unmade.append(name)
            if early:
                raise Wanted
            return "*"
        return self._hashes[name]

    def foresee(self, secret: str, cost: int) -> None:
        """Raise Wanted unless the hash that `hash` will be asked for next is made."""
        name = (secret, cost, self._asked[secret, cost] + 1)
        if name not in self._hashes:
            self._unmade.append(name)
            raise Wanted

    def verify(self, text: str, stored: str) -> bool:
        """Whether `stored` is the hash of the text. Raises Wanted when that is not known yet."""
        if (text, stored) not in self._answers:
            self._unknown.append((text, stored))
            raise Wanted
        return self._answers[text, stored]

    def settle(self) -> None:
        """The work is done, and about to be committed. Raises Wanted if stand-ins are among what it wrote."""
        if self._unmade:
            raise Wanted

    async def catch_up(self) -> None:
        """Do what was wanted, with no transaction open."""
        for text, stored in self._unknown:
            self._answers[text, stored] = await self.compare(text, stored)
        for name in self._unmade:
            self._hashes[name] = await self.make(name[0], name[1])
