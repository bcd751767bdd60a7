"""What a field kind is: the contract of the files in this folder.

In charge of: the shape of `FIELD`, and what is common to all kinds: required values, modifiers, checks of options.
Not in charge of: any one kind, nor the names of fields (`names`). Used by its siblings, by `engine/write_plan`
(values on their way into a row) and by whoever saves a collection.

A kind is PocketBase's type of a field. It reads what a client sends leniently (`cast`: what can't be read becomes the
zero value), then checks it strictly (`check`). Error codes are PocketBase's without the prefix `validation_`. Kinds
are pure: chance comes in as a `Below`, and whether a related item exists is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Catalog, Field
from satchel.model.types.contract import Refused

Options = Mapping[str, Any]

Below = Callable[[int], int]
"""A random whole number from 0 up to, but not including, its argument (as `secrets.randbelow`)."""

Cast = Callable[[Any], Any]
Check = Callable[[Any], None]
Modify = Callable[[Any, Any], Any]
"""(stored value, submitted operand) → new value, before it is cast and checked."""

REQUIRED = Refused("required", "Cannot be blank.")
INTEGER_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class OptionsContext:
    """What the check of options may look at: the collection of the field being saved, and all others."""

    catalog: Catalog
    collection_id: str = ""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One kind of field.

    `defaults`: the options with their defaults, in alphabetical order (`required` is not among them).
    `storage(options)`: the storage type of its column. `zero(field)`: the value of an item that was never given one.
    `cast(field)` and `check(field)` prepare reading and checking of one field once; `check` sees only values that are
    not blank, and raises Refused. `blank(value)`: whether a cast value counts as missing for a required field.
    `modifiers`: name prefix or suffix → what it does (`"+"`: `f+`, `"-"`: `f-`, `"+:"`: `+f`).
    `check_options(options, context)`: errors with paths inside the field object. `settable` False: what a client
    sends is ignored.
    """

    kind: str
    storage: Callable[[Options], str]
    zero: Callable[[Field], Any]
    cast: Callable[[Field], Cast]
    check: Callable[[Field], Check | None]
    blank: Callable[[Any], bool]
    check_options: Callable[[Options, OptionsContext], list[FieldError]]
    defaults: Options = field(default_factory=dict[str, Any])
    modifiers: Mapping[str, Modify] = field(default_factory=dict[str, Modify])
    settable: bool = True


def no_check(_: Field) -> None:
    """For kinds whose every cast value is good."""
    return


def no_options(_: Options, __: OptionsContext) -> list[FieldError]:
    """For kinds without options."""
    return []


def blank_text(value: Any) -> bool:
    return value is None or value == ""


# --- the checks that options share
# --------------------------------------------------------------------------------------


def too_small(name: str, threshold: float) -> FieldError:
    params = {"threshold": threshold}
    return FieldError((name,), "min_greater_equal_than_required", f"Must be no less than {threshold}.", params)


def too_large(name: str, threshold: float) -> FieldError:
    params = {"threshold": threshold}
    return FieldError((name,), "max_less_equal_than_required", f"Must be no greater than {threshold}.", params)


def check_whole(options: Options, name: str, low: int, high: int = INTEGER_MAX) -> list[FieldError]:
    """An option that is a whole number within bounds. 0 stands for the default and is always fine."""
    value = whole(options, name)
    if value == 0:
        return []
    if value < low:
        return [too_small(name, low)]
    return [too_large(name, high)] if value > high else []


def whole(options: Options, name: str) -> int:
    """An option that is a whole number; 0 when it is absent."""
    value = options.get(name)
    return int(value) if isinstance(value, int | float) else 0
