"""What a storage type is: the contract of the files in this folder.

In charge of: the shape of `TYPE` and of a refusal. Not in charge of: any one type. Used by its siblings, by
`engine/write_plan` (values on their way into a row) and by whoever binds a caller's value to a query.

Stored values are plain Python: str, int, float, bool, bytes and, for `json` and `geometry`, any JSON value. Numbers
of type `decimal` are text, so that no digit is lost. Dates are text in one spelling: `date` `2024-01-02`, `time`
`09:05:00`, `dateTime` `2024-01-02 03:04:05.000` (no zone), `timestamp` `2024-01-02 03:04:05.000Z` (UTC). None is
never passed in: a null is the column's to allow or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import EMPTY, Field

Accept = Callable[[Any], Any]
"""From a value of a payload to the value to store. Raises Refused."""


class Refused(Exception):
    """A value that a field can't hold: a FieldError without its path. `code` and `params` are those of FieldError."""

    def __init__(self, code: str, message: str, params: Mapping[str, Any] = EMPTY) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params

    def at(self, path: tuple[str | int, ...]) -> FieldError:
        """The field error for the item and field at `path`."""
        return FieldError(path, self.code, self.message, self.params)


@dataclass(frozen=True, slots=True)
class StorageType:
    """One storage type.

    `acceptor(field, dialect)` prepares the check of one column once: its result takes a value of a payload and gives
    the value to store, or raises Refused. `dialect` is the name of the database's dialect, because `integer` has 64
    bits in one and 32 in another.

    `cast(value, strict)` turns a value of a query (a filter's operand, a part of a key) into one that can be bound.
    What can't be a value of the type is the caller's error when `strict` (Refused), else None, which equals nothing.
    """

    name: str
    acceptor: Callable[[Field, str], Accept]
    cast: Callable[[Any, bool], Any]
