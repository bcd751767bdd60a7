"""Limits of a plan: how deep, how wide, how long a question may be. Every one is a setting.

In charge of: the numbers and the errors that name them. Called by `resolve` and the rooms around it.
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.errors import InvalidQuery


@dataclass(frozen=True, slots=True)
class Limits:
    """`depth`: relations that one path may follow. `scans`: collections that one plan may read, rules not counted.
    `across`: items that may be looked through in another database. `nested`: items of a nested list when the caller
    names no limit (None: all).
    """

    depth: int = 10
    scans: int = 300
    sort_keys: int = 50
    across: int = 10_000
    nested: int | None = 100

    def check_depth(self, length: int) -> None:
        if length > self.depth:
            raise InvalidQuery("Max relational depth exceeded", hint=f"A path may follow {self.depth} relations.")

    def check_scans(self, count: int) -> None:
        if count > self.scans:
            raise InvalidQuery("The query is too large", hint=f"It may read at most {self.scans} relations.")
